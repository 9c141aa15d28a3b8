"""Processes that use a data folder until they are killed: ``python -m tests.support.children WHAT FOLDER``.

Each prints a line for every step that is done, so that whoever kills it knows what must have lasted.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from app.adapters.embedded.documents import SqliteDocuments
from app.adapters.embedded.files import FolderFiles
from app.adapters.embedded.jobs import SqliteJobs
from app.adapters.embedded.sqlite.database import Database
from app.adapters.embedded.worker import Worker
from app.core.document import VersionId
from app.core.job import Job
from tests.support import registering

ROOT = Path(__file__).parents[2]

CONTENTS = [bytes([letter]) * 2_000_000 for letter in b"ab"]
"""What ``put`` writes in turn."""


@contextlib.contextmanager
def child(what: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that does ``what``; killed (SIGKILL) at the end."""
    command = [sys.executable, "-m", "tests.support.children", what, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def database(folder: Path) -> Database:
    return Database(folder / "knowledge-base.sqlite3")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")  # at once: ``print`` lets another thread between a line and its end
    sys.stdout.flush()


def put(folder: Path) -> None:
    files = FolderFiles(folder / "files", b"s" * 32)
    for turn in count():
        files.put("us/doc_1/1/original.pdf", CONTENTS[turn % 2])
        say(str(turn))


def register(folder: Path) -> None:
    documents = SqliteDocuments(database(folder))
    for turn in count(len(documents.listing("us", limit=100_000).items)):
        registered = registering.register(documents, "us", f"{turn}.pdf", f"{turn:064}", 10)
        run = documents.restart(VersionId("us", registered.document.id, 1))
        documents.plan(run, [(1, 50), (51, 100)])
        documents.finish_range(run, 0, [7])
        say(registered.document.id)


def register_same(folder: Path) -> None:
    documents = SqliteDocuments(database(folder))
    for turn in range(60):
        say(registering.register(documents, "us", f"{turn}.pdf", f"{turn:064}", 10).document.id)


def hold(folder: Path) -> None:
    lease = SqliteJobs(database(folder)).receive(lease=3600)
    say(lease.job.id if lease else "nothing")
    time.sleep(3600)


def work(folder: Path) -> None:
    """Begins when the file ``begin`` is there, so that several do at the same time."""
    say("ready")
    while not (folder / "begin").exists():
        time.sleep(0.001)

    def run(job: Job) -> None:
        time.sleep(0.002)
        say(str(job.range))

    Worker(SqliteJobs(database(folder)), run, lambda job, message: None, threads=2).drain()


CHILDREN: dict[str, Callable[[Path], None]] = {
    "put": put,
    "register": register,
    "register_same": register_same,
    "hold": hold,
    "work": work,
}

if __name__ == "__main__":
    CHILDREN[sys.argv[1]](Path(sys.argv[2]))
