"""``kb`` on a terminal: what a person types, and what the screen has shown."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

from tests.support.machine import HANG_SECONDS


def on_a_terminal(home: Path, *arguments: str, typed: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and all that was shown. ``typed`` are answers, each given when its question is shown."""
    screen, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "--data", str(home / "data"), *arguments],
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,  # so that its terminal is this one, for getpass, too
    )
    os.close(side)
    shown, left, end = "", dict(typed or {}), time.monotonic() + HANG_SECONDS
    while time.monotonic() < end:
        if not select.select([screen], [], [], 0.2)[0]:
            continue
        try:
            read = os.read(screen, 65536)
        except OSError:  # how a terminal whose program has ended says so
            break
        if not read:
            break
        shown += read.decode()
        for question in [each for each in left if each in shown]:
            os.write(screen, f"{left.pop(question)}\n".encode())
    os.close(screen)
    return process.wait(timeout=HANG_SECONDS), shown
