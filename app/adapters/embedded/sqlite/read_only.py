"""Reads an SQLite file where nothing can be written, not even the files that SQLite keeps beside it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from app.core.process import temporary


@contextmanager
def open_read_only(path: Path, connect: Callable[[str], sqlite3.Connection]) -> Iterator[sqlite3.Connection]:
    """A connection to the file as it stands; ``connect`` takes a URI.

    What a process that was killed has committed stands in the log beside the file, which SQLite reads only
    where it may write: then a copy of both is read, made in the folder for temporary files.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        # Immutable: else SQLite makes its shared memory beside the file, which fails here.
        with closing(connect(f"file:{quote(str(path))}?immutable=1")) as connection:
            yield connection
        return
    with temporary.folder() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        # Not the shared memory (-shm): SQLite builds it anew from the log.
        shutil.copyfile(log, copy.with_name(log.name))
        with closing(connect(f"file:{quote(str(copy))}")) as connection:
            yield connection
