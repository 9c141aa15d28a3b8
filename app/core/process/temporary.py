"""Folders for the time of one piece of work. Their names tell the process: one that died leaves them."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from app.core.process.patterns import defer_regex

OLD_SECONDS = 24 * 3600.0
"""A folder that names no process, as earlier releases made them, is nobody's after this long."""

_NAME = defer_regex(r"kb-(?:(?P<process>\d+)-)?\w+")


def folder() -> tempfile.TemporaryDirectory[str]:
    """Create a temporary folder, which is removed when the context ends."""
    return tempfile.TemporaryDirectory(prefix=f"kb-{os.getpid()}-")


def sweep() -> int:
    """Remove those of this user that no process works in any more; their number. Call it before this process
    makes its first."""
    swept = 0
    for path in Path(tempfile.gettempdir()).glob("kb-*"):
        with suppress(OSError):
            found = _NAME.fullmatch(path.name)
            if found and path.is_dir() and not path.is_symlink() and _is_left(path, found["process"]):
                shutil.rmtree(path)
                swept += 1
    return swept


def _is_left(path: Path, process: str | None) -> bool:
    state = path.stat()
    if hasattr(os, "getuid") and state.st_uid != os.getuid():
        return False
    if process is None:
        return time.time() - state.st_mtime > OLD_SECONDS
    return int(process) == os.getpid() or not _is_alive(int(process))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True
