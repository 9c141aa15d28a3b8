"""A store on a disk: folders that are its owner's alone, and what an error of the operating system means: no
room, no right to write, or something else."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.core.errors import OutOfSpace, ReadOnly, Unavailable

FOLDER_MODE = 0o700

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk is full, the user's share of it is, or a file may not grow any further."""

NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})

PROBE_BYTES = 1 << 17
"""A write of this size fails where a database cannot grow: SQLite adds 32 kB at a time to its shared memory,
and a page or a few to its files."""


def close_folder(folder: Path) -> None:
    """Make a folder, or close one from before: nobody else reaches what is in it, whatever its own rights."""
    # mkdir's mode is cut by the umask, and says nothing of a folder that is there: so it is set once more.
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with suppress(OSError):
        folder.chmod(FOLDER_MODE)


def explain_error(error: OSError, what: str, part: str) -> Unavailable:
    """Return the error as one of ours; ``what`` is the store, such as "The files' folder"."""
    # Room first: a full disk passes as soon as somebody makes room, a missing right does not.
    if error.errno in NO_ROOM:
        return OutOfSpace(f"{what} has no room left ({error.strerror}): free some space, then go on.", part)
    where = f": {error.filename}" if error.filename else ""
    if error.errno == errno.EROFS:
        return ReadOnly(f"{what} cannot be written ({error.strerror}{where}).", part)
    if error.errno in NOT_WRITABLE:
        return Unavailable(f"{what} may not be used ({error.strerror}{where}).", part)
    return Unavailable(f"{what} cannot be used ({error.strerror}).", part)


def is_no_room(error: BaseException) -> bool:
    """Return whether the operating system has no room for what was to be written."""
    return isinstance(error, OSError) and error.errno in NO_ROOM


@contextmanager
def translate_errors(what: str, part: str) -> Iterator[None]:
    """Errors of the operating system inside the context as ours."""
    try:
        yield
    except OSError as error:
        raise explain_error(error, what, part) from error


def has_room(folder: Path) -> bool:
    """Return whether a file can still grow in a folder; true as well where nothing may be written at all."""
    error = _probe(folder)
    return error is None or not is_no_room(error)


def can_write(folder: Path) -> bool:
    """Return whether a file can be made in a folder, and grow there."""
    return _probe(folder) is None


def _probe(folder: Path) -> OSError | None:
    try:
        # Written and not asked for: quotas, read-only mounts and rights of containers show only then.
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
    except OSError as error:
        return error
    return None
