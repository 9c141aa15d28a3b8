"""One SQLite file that several threads and processes use at once.

It is in WAL mode with ``synchronous=NORMAL``: a commit is in the operating system's hands before it returns,
so a process that is killed at any instant loses nothing that was committed and leaves nothing half done. A
power cut may take back the last few commits, all together and in order, and never damages the file
(https://sqlite.org/pragma.html#pragma_synchronous).

Where nothing may be written, or nothing more fits, it is read all the same.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from app.adapters.embedded.private import make_file, make_folders
from app.adapters.embedded.sqlite import read_only
from app.adapters.embedded.sqlite.errors import PART, explain_error
from app.adapters.embedded.sqlite.schema import SCHEMA, Step
from app.ask.words.terms import terms
from app.core.errors import BadRequest, KnowledgeBaseError, OutOfSpace, ReadOnly, Unavailable
from app.core.names import base
from app.core.process.storage import can_write, translate_errors

BUSY_SECONDS = 30.0
"""A transaction waits this long for another process's, which are all short."""

SWITCH_SECONDS = 0.01
"""Between two tries to switch a new file to WAL: another process holds the lock for one small write."""

MOST_FAULTS = 5

SCRUB_MILLISECONDS = 2000
"""Readers of what is old are waited for so long."""

MOST_IDLE = 4
"""Connections to a file that are kept for the next transaction; further ones are closed after their own."""

REMEDY = (
    "Bring a backup back with `kb restore`, or rebuild the documents from their files with "
    "`kb fsck --rebuild`."
)


class Database:
    """Transactions on the file at ``path``, which is made with the tables of ``schema`` when first used.
    ``remedy`` says what to do where it is damaged.

    Every transaction has a connection to itself; ``MOST_IDLE`` idle ones are kept. Of a closed one SQLite
    keeps the file's descriptor for the next, as closing it would drop the others' locks
    (https://sqlite.org/howtocorrupt.html): there are as many as there ever were transactions at once. A fork
    must not carry a connection over: a child opens its own ``Database``.
    """

    def __init__(
        self, path: Path, schema: Sequence[Sequence[Step]] = SCHEMA, *, remedy: str = REMEDY
    ) -> None:
        self.path = path
        self._remedy = remedy
        self._schema = schema
        self._idle: deque[sqlite3.Connection] = deque()
        self._giving_back = threading.Lock()
        self._opening = threading.Lock()
        self._writing = threading.Lock()
        self._prepared = False

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Return a connection that sees one unchanging snapshot; it neither waits for writers nor blocks
        them."""
        with self._translate_errors():
            try:
                connection = self._take()
            except sqlite3.Error:
                if not self._may_be_read():
                    raise
                with read_only.open_read_only(self.path, self._open_as_it_is) as connection:
                    yield connection
                return
            with self._transaction(connection, "BEGIN"):
                yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Return the only writing connection, whose transaction is committed at the end and rolled back by
        any exception."""
        # Within a process a lock hands over at once, where SQLite would sleep and look again.
        try:
            with self._writing, self._translate_errors():
                connection = self._take()
                # The write lock at once: a transaction that reads first and writes later may fail with
                # SQLITE_BUSY.
                with self._transaction(connection, "BEGIN IMMEDIATE"):
                    yield connection
        except OutOfSpace:
            # Outside the transaction, which was rolled back: the log can be truncated only while nobody
            # writes.
            self._give_back_the_log()
            raise

    def _give_back_the_log(self) -> None:
        """Truncate the write-ahead log to free its space: the next, smaller change may fit there."""
        with suppress(KnowledgeBaseError, sqlite3.Error), self._writing:
            connection = self._take()
            try:
                connection.execute("PRAGMA busy_timeout = 0")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")
                self._give_back(connection)

    def check(self) -> None:
        """Raise ``Unavailable`` if the file cannot be read, or is gone from under open connections."""
        with self.read() as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if not self.path.exists():
            raise Unavailable(f"The database's file is gone ({self.path.name}).", PART)

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file, and the tables that are gone, a sentence each.
        Raises ``Damaged`` if it cannot be read at all."""
        with self.read() as connection:
            rows = connection.execute(f"PRAGMA quick_check({MOST_FAULTS})").fetchall()
            gone = sorted(self._made_tables() - _tables(connection))
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        found += [f"its table {name} is gone" for name in gone]
        return [f"{self.path.name} is damaged: {fault}." for fault in found]

    def _made_tables(self) -> set[str]:
        """Return the tables and views that a new file has."""
        with closing(_open(":memory:")) as connection:
            _make(connection, self._schema)
            return _tables(connection)

    def set_aside(self) -> Path | None:
        """Rename the file, which is kept, and create a new one. Return the new name, ``None`` if there was
        no file."""
        with self._writing, self._opening, translate_errors("The data folder", PART):
            self.close()
            self._prepared = False
            aside: Path | None = None
            stamp = time.strftime("%Y%m%d-%H%M%S")
            # With its log: a log that is left behind would be applied to the new file of the same name.
            for ending in ("", "-wal", "-shm"):
                path = self.path.with_name(self.path.name + ending)
                if path.exists():
                    moved = path.rename(path.with_name(f"{self.path.name}.damaged-{stamp}{ending}"))
                    aside = aside or moved
            return aside

    def scrub(self) -> None:
        """Remove deleted data from the write-ahead log. While others read an old snapshot the log stays,
        until the next time."""
        with self._translate_errors(), self._writing:
            connection = self._take()
            try:
                connection.execute(f"PRAGMA busy_timeout = {SCRUB_MILLISECONDS}")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                connection.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")
            finally:
                self._give_back(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection, begin: str) -> Iterator[None]:
        try:
            connection.execute(begin)
            yield
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        finally:
            self._give_back(connection)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            with translate_errors("The data folder", PART):
                yield
        except UnicodeEncodeError as error:  # half a surrogate pair, as in an undecodable file name
            raise BadRequest("A text holds characters that are not valid Unicode.") from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise explain_error(error, self.path, self._remedy) from error

    def _may_be_read(self) -> bool:
        """Return whether the file is there, and only writing beside it fails."""
        return self.path.exists() and not can_write(self.path.parent)

    def _open_as_it_is(self, uri: str) -> sqlite3.Connection:
        connection = _open(uri)
        found = _version(connection)
        if found != len(self._schema):
            connection.close()
            _refuse_newer(found, self._schema)
            raise ReadOnly(
                f"{self.path.name} was made by an older version of this program: it must be written once.",
                PART,
            )
        return connection

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        """Keep it for the next transaction, or close it where enough are kept."""
        with self._giving_back:
            if keep := len(self._idle) < MOST_IDLE:
                self._idle.append(connection)
        if not keep:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        with self._opening:
            if not self._prepared:
                make_folders(self.path.parent)
                make_file(self.path)
                with closing(_open(_uri(self.path))) as connection:
                    _prepare(connection, self._schema)
                self._prepared = True
        return _open(_uri(self.path))


def _uri(path: Path) -> str:
    return f"file:{quote(str(path))}"


def _open(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True
    )
    connection.row_factory = sqlite3.Row
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    connection.create_function("searchable", -1, _searchable, deterministic=True)
    connection.create_function("base", 1, base, deterministic=True)
    # With a write-ahead log a power cut may lose the last commits, but damages nothing; FULL syncs each
    # commit.
    connection.execute("PRAGMA synchronous = NORMAL")
    # Off by default in SQLite, for each connection anew.
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten with zeros
    return connection


def _searchable(text: str, whole: str = "") -> str:
    """Return the terms of a text, which is a part of another, as a full-text table takes them."""
    return " ".join(terms(text, whole))


def _prepare(connection: sqlite3.Connection, schema: Sequence[Sequence[Step]]) -> None:
    """Migrate a new or older file to this program's schema. Raises ``Unavailable`` for a newer one."""
    if _version(connection) == len(schema):
        return
    _use_wal(connection)
    connection.execute("BEGIN IMMEDIATE")  # of several processes that start at once, one makes the tables
    found = _version(connection)
    _refuse_newer(found, schema)
    _make(connection, schema[found:])
    connection.execute(f"PRAGMA user_version = {len(schema)}")
    connection.execute("COMMIT")


def _make(connection: sqlite3.Connection, schema: Sequence[Sequence[Step]]) -> None:
    for step in chain.from_iterable(schema):
        if isinstance(step, str):
            connection.execute(step)
        else:
            step(connection)


def _tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return {row[0] for row in rows}


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(found: int, schema: Sequence[object]) -> None:
    if found > len(schema):
        raise Unavailable(
            f"The database was made by a newer version of this program (its schema is {found}, this program "
            f"knows {len(schema)}): update the program, or choose another data folder.",
            PART,
        )


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait on its own for this lock when two processes switch a new file at once.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(SWITCH_SECONDS)
        else:
            return
