"""Translates errors of SQLite for users of the program."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.core.errors import Damaged, OutOfSpace, ReadOnly, Unavailable
from app.core.process.storage import can_write, has_room

PART = "database"

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NOT_WRITABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
_MAYBE_FULL = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
"""SQLite tells ENOSPC apart, but not a quota, nor where its shared memory cannot grow."""


def explain_error(error: sqlite3.Error, path: Path, remedy: str) -> Unavailable:
    """Return the error as one of ours; ``remedy`` says what brings a damaged file back."""
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    # The lowest byte is the kind of error; the others say which of SQLite's own calls failed.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code in _MAYBE_FULL and not has_room(path.parent)):
        return OutOfSpace(f"There is no room left for {path.name}: free some space, then go on.", PART)
    if code in _DAMAGED or _is_without_tables(error):
        return Damaged(f"{path.name} is damaged ({name}: {error}). {remedy}", PART)
    if code in _NOT_WRITABLE or (code == sqlite3.SQLITE_CANTOPEN and _only_writing_fails(path)):
        return ReadOnly(f"{path.name} may be read but not written.", PART)
    if code == sqlite3.SQLITE_BUSY:
        return Unavailable(f"{path.name} is locked by another program.", PART)
    return Unavailable(f"{path.name} cannot be used ({name}: {error}).", PART)


def _only_writing_fails(path: Path) -> bool:
    return path.exists() and not can_write(path.parent)


def _is_without_tables(error: sqlite3.Error) -> bool:
    # The tables are made when a file is opened: where one is missing later, the file was replaced or damaged.
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such table")
