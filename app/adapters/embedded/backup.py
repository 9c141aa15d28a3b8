"""Backup of a data folder while the program runs, and restore.

Databases are copied with SQLite's backup API, each as of one instant. They are copied first: a file that
is added meanwhile is superfluous in the copy, and none is missing. In a folder with an earlier backup only
changed files are copied again.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from app.adapters.backup_folder import FOLDER, Copied, check_backup, check_target, finish, write_whole
from app.core import keys
from app.core.errors import BadRequest, Conflict, Damaged
from app.core.process.storage import close_folder, translate_errors

INDEX = "index.sqlite3"
DATABASES = ("knowledge-base.sqlite3", INDEX)
SECRET = "secret"  # noqa: S105 - the name of a file
FILES = "files"


def back_up(data: Path, target: Path) -> Copied:
    """Copy a data folder into ``target``, a new folder or one with an earlier copy.

    Raises ``BadRequest`` for a folder that holds something else, ``Damaged`` where a database cannot be read.
    """
    if not (data / DATABASES[0]).exists():
        raise BadRequest(f"There is nothing to back up in {data}.")
    check_target(target, FOLDER)
    # It would hold itself, and grow with each further backup.
    if target.resolve().is_relative_to(data.resolve()):
        raise BadRequest("A backup stands outside of the data folder.")
    with translate_errors("The backup's folder", "backup"):
        close_folder(target)
        for name in DATABASES:
            if (data / name).exists():
                copy_database(data / name, target / name)
        if (data / SECRET).exists():
            _copy_file(data / SECRET, target / SECRET)
        _mirror(data / FILES, target / FILES)
        return finish(target, _files(target), FOLDER)


def restore(backup: Path, data: Path) -> Path | None:
    """Replace ``data`` by the backup. Return the new path of the replaced data, ``None`` if there was
    none.

    Raises ``BadRequest`` for a folder that is not a complete backup, ``Conflict`` while a program uses the
    data.
    """
    check_backup(backup, FOLDER)
    with translate_errors("The data folder", "files"):
        # Beside it: on the same disk the folder takes its place at once, or not at all.
        beside = data.with_name(f"{data.name}.restoring")
        shutil.rmtree(beside, ignore_errors=True)
        close_folder(beside)
        for name in (*DATABASES, SECRET):
            if (backup / name).exists():
                shutil.copy2(backup / name, beside / name)
        _mirror(backup / FILES, beside / FILES)
        aside = _set_aside(data)
        beside.rename(data)
    return aside


def _set_aside(data: Path) -> Path | None:
    if not data.exists():
        return None
    if not any(data.iterdir()):
        data.rmdir()
        return None
    if any(_is_in_use(data / name) for name in DATABASES):
        raise Conflict(f"A program uses {data}: stop it first.")
    return data.rename(data.with_name(f"{data.name}.before-{time.strftime('%Y%m%d-%H%M%S')}"))


def _is_in_use(path: Path) -> bool:
    """Return whether another connection has the database open, so that its write-ahead log cannot be
    removed."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    except sqlite3.DatabaseError:  # damaged: that is why it is restored
        return False
    return False


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one instant. Raises ``Damaged`` if it cannot be read."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(part)) as other:
            one.backup(other)
            # One file then holds all: a write-ahead log beside the copy could be left behind.
            other.execute("PRAGMA journal_mode = DELETE")
            faults = [row[0] for row in other.execute("PRAGMA quick_check(1)")]
    except sqlite3.DatabaseError as error:
        part.unlink(missing_ok=True)
        raise Damaged(f"{source.name} cannot be copied ({error}): see `kb fsck`.", "database") from error
    if faults != ["ok"]:
        part.unlink()
        raise Damaged(f"{source.name} is damaged ({faults[0]}): see `kb fsck`.", "database")
    # Only when it is sound: an earlier good copy must not give way to a damaged one.
    part.replace(target)


def _mirror(source: Path, target: Path) -> None:
    """Make ``target`` equal to ``source``, without temporary files (whose names begin with a dot)."""
    held = {path.relative_to(target) for path in _files(target)}
    for path in _files(source):
        name = path.relative_to(source)
        # Exports and backups in the store are copies of what is copied here.
        if not name.as_posix().startswith(keys.ARCHIVES):
            held.discard(name)
            _copy_file(path, target / name)
    for name in held:
        (target / name).unlink()


def _copy_file(source: Path, target: Path) -> None:
    try:
        found = source.stat()
        if target.exists():
            there = target.stat()
            # Stored files are written once: to compare their content would read all of them for each backup.
            if (there.st_size, there.st_mtime_ns) == (found.st_size, found.st_mtime_ns):
                return
        write_whole(target, partial(shutil.copy2, source))
    except FileNotFoundError:  # deleted meanwhile
        return


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
