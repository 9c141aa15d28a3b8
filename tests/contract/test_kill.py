"""What the embedded adapters keep when a process dies at any instant (SIGKILL), or shares its folder."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing
from pathlib import Path

from app.adapters.embedded.documents import SqliteDocuments
from app.adapters.embedded.files import FolderFiles
from app.adapters.embedded.jobs import SqliteJobs
from app.core.document import VersionId
from app.core.job import Job, JobKind, Run
from tests.support.children import CONTENTS, child, database
from tests.support.http import until

KILLS = 8


def lines_until_killed(what: str, folder: Path, seconds: float) -> list[str]:
    """The whole lines that a child printed before it was killed, ``seconds`` after the first."""
    with child(what, folder) as process:
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    return [first.strip(), *rest.split("\n")[:-1]]


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    for _ in range(KILLS):
        assert lines_until_killed("put", tmp_path, random.uniform(0, 0.05))
        files = FolderFiles(tmp_path / "files", b"s" * 32)
        assert files.get("us/doc_1/1/original.pdf") in CONTENTS
        assert list(files.keys("")) == ["us/doc_1/1/original.pdf"]


def test_every_change_that_was_made_outlasts_a_kill_and_none_is_half_made(tmp_path: Path) -> None:
    said: set[str] = set()
    for _ in range(KILLS):
        said.update(lines_until_killed("register", tmp_path, random.uniform(0, 0.05)))
    with closing(sqlite3.connect(tmp_path / "knowledge-base.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
    store = SqliteDocuments(database(tmp_path))
    found = {document.id: document.latest for document in store.listing("us", limit=100_000).items}
    assert said <= set(found)
    assert len(found) - len(said) <= KILLS  # those whose line was not printed any more
    for document_id in said:
        assert (found[document_id].pages_done, found[document_id].failed_pages) == (50, (7,))
    for version in found.values():
        assert version.pages_done == 50 * len(version.ranges_done)
        assert version.ranges in ((), ((1, 50), (51, 100)))


def test_the_job_of_a_killed_process_is_handed_out_long_before_its_lease_ends(tmp_path: Path) -> None:
    jobs = SqliteJobs(database(tmp_path))
    job = Job(JobKind.RANGE, Run(VersionId("us", "doc_1", 1), 1), 3)
    jobs.send(job)
    with child("hold", tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == job.id
        assert jobs.receive(lease=60) is None
        process.kill()
        process.stdout.read()  # it is dead, though nobody has reaped it yet
        lease = until(lambda: jobs.receive(lease=60), "the job is handed out again")
    assert lease
    assert (lease.job, lease.attempt) == (job, 2)


def test_processes_that_register_the_same_files_at_once_agree_on_the_documents(tmp_path: Path) -> None:
    outputs = _outputs(["register_same"] * 3, tmp_path)
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) == 60


def test_processes_that_work_on_one_queue_do_each_job_once(tmp_path: Path) -> None:
    jobs = SqliteJobs(database(tmp_path))
    for number in range(150):
        jobs.send(Job(JobKind.RANGE, Run(VersionId("us", "doc_1", 1), 1), number))
    with child("work", tmp_path) as first, child("work", tmp_path) as second:
        for process in (first, second):
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        (tmp_path / "begin").touch()
        outputs = [process.communicate()[0].split() for process in (first, second)]
    assert sorted(int(line) for lines in outputs for line in lines) == list(range(150))
    assert all(outputs)


def _outputs(whats: list[str], folder: Path) -> list[list[str]]:
    with ExitStack() as stack:
        processes: list[subprocess.Popen[str]] = [stack.enter_context(child(what, folder)) for what in whats]
        outputs = [process.communicate()[0].split() for process in processes]
        assert [process.returncode for process in processes] == [0] * len(whats)
    return outputs
