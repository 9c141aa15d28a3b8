"""The data folder is its owner's alone: other users of the machine neither list nor read it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from app.core.process.storage import FOLDER_MODE, close_folder

FILE_MODE = 0o600


def make_private(folder: Path) -> None:
    """Make the folder, or close one from before with all that is in it. What belongs to another user, or to a
    disk that cannot be written, stays as it is."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    mark = folder / ".private"  # says that the walk below went through
    if mark.exists() and not stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return
    close_folder(folder)
    for path, folders, files in os.walk(folder):
        for name in folders:
            _close(Path(path, name), FOLDER_MODE)
        for name in files:
            _close(Path(path, name), FILE_MODE)
    with suppress(OSError):
        mark.touch(mode=FILE_MODE)


def make_folders(folder: Path) -> None:
    """Make a folder below the data folder, and those above it."""
    try:
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    except FileNotFoundError:
        make_folders(folder.parent)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone, unless it is there: SQLite gives its other files the same
    rights."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))


def _close(path: Path, mode: int) -> None:
    with suppress(OSError):
        if not path.is_symlink():
            path.chmod(mode)
