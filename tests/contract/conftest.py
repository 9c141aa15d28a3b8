"""The adapters that must pass the contract of their port: a new one joins by a line in its table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import pytest

from app.adapters.embedded.conversations import SqliteConversations
from app.adapters.embedded.database import Database
from app.adapters.embedded.documents import SqliteDocuments
from app.adapters.embedded.files import FolderFiles
from app.adapters.embedded.jobs import SqliteJobs
from app.core.ports import ConversationStore, DocumentStore, FileStore, JobQueue

Port = TypeVar("Port")
Factory: TypeAlias = Callable[[Path], AbstractContextManager[Port]]
"""An empty store, over a folder that is empty."""


@dataclass(frozen=True, slots=True)
class TimedJobs:
    """A queue and how to let time pass for it: by its clock, or by waiting."""

    queue: JobQueue
    wait: Callable[[float], None]


@contextmanager
def _database(folder: Path) -> Iterator[Database]:
    database = Database(folder / "knowledge-base.sqlite3")
    yield database
    database.close()


@contextmanager
def sqlite_documents(folder: Path) -> Iterator[DocumentStore]:
    with _database(folder) as database:
        yield SqliteDocuments(database)


@contextmanager
def sqlite_conversations(folder: Path) -> Iterator[ConversationStore]:
    with _database(folder) as database:
        yield SqliteConversations(database)


@contextmanager
def sqlite_jobs(folder: Path) -> Iterator[TimedJobs]:
    passed = [0.0]

    def wait(seconds: float) -> None:
        passed[0] += seconds

    with _database(folder) as database:
        yield TimedJobs(SqliteJobs(database, clock=lambda: time.time() + passed[0]), wait)


@contextmanager
def folder_files(folder: Path) -> Iterator[FileStore]:
    yield FolderFiles(folder / "files", b"s" * 32)


DOCUMENTS: dict[str, Factory[DocumentStore]] = {"sqlite": sqlite_documents}
CONVERSATIONS: dict[str, Factory[ConversationStore]] = {"sqlite": sqlite_conversations}
JOBS: dict[str, Factory[TimedJobs]] = {"sqlite": sqlite_jobs}
FILES: dict[str, Factory[FileStore]] = {"folder": folder_files}


@pytest.fixture(params=DOCUMENTS)
def documents(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DocumentStore]:
    with DOCUMENTS[request.param](tmp_path) as store:
        yield store


@pytest.fixture(params=CONVERSATIONS)
def conversations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    with CONVERSATIONS[request.param](tmp_path) as store:
        yield store


@pytest.fixture(params=JOBS)
def jobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TimedJobs]:
    with JOBS[request.param](tmp_path) as queue:
        yield queue


@pytest.fixture(params=FILES)
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    with FILES[request.param](tmp_path) as store:
        yield store
