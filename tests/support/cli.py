"""``kb`` as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.machine import HANG_SECONDS


def kb(home: Path, *arguments: str, code: int = 0, **environment: str) -> tuple[str, str]:
    """What a command prints, to standard output and error. Everything is kept in ``home/data``."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "--data", str(home / "data"), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout, done.stderr
