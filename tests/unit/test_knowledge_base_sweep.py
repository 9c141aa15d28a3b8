"""What a process left behind that died before it could queue it is found again."""

from __future__ import annotations

import time
from pathlib import Path

from app.adapters.embedded.sqlite.database import Database
from app.compose import Embedded
from app.core.document import Status, VersionId
from app.core.job import Job, JobKind, Run
from app.use_cases.archives import LOST_SECONDS
from tests.support.pdfs import manual

TENANT = "local"


def lost(program: Embedded, folder: Path, name: str = "manual.pdf") -> Run:
    """A document whose run was begun by a process that died before it could queue it."""
    with manual(folder / name, 2).open("rb") as file:
        found = program.knowledge_base.uploads.upload(TENANT, name, file)
    while lease := program.steps.jobs.receive(lease=60):
        program.steps.jobs.forget(lease)
    version = program.knowledge_base.library.version(TENANT, found.document.id)
    assert version.status is Status.QUEUED
    return Run(VersionId(TENANT, found.document.id, version.number), version.run)


def test_a_run_that_never_came_to_the_queue_is_queued_and_ends(program: Embedded, tmp_path: Path) -> None:
    run = lost(program, tmp_path)
    assert program.knowledge_base.upkeep.sweep() == 1
    program.worker.drain()
    assert program.knowledge_base.library.version(*run.version).status is Status.READY
    assert program.knowledge_base.upkeep.sweep() == 0


def test_a_delete_that_never_came_to_the_queue_is_finished(program: Embedded, tmp_path: Path) -> None:
    run = lost(program, tmp_path)
    program.steps.documents.tombstone(TENANT, run.document_id)
    program.knowledge_base.upkeep.sweep()
    program.worker.drain()
    assert program.steps.documents.list_tombstoned(TENANT) == []
    assert list(program.files.keys(f"{TENANT}/")) == []


def test_while_the_queue_is_busy_what_may_be_in_it_is_left_alone(program: Embedded, tmp_path: Path) -> None:
    lost(program, tmp_path)
    program.steps.jobs.send(Job(JobKind.PLAN, Run(VersionId("them", "doc_1", 1), 1)))
    assert program.knowledge_base.upkeep.sweep() == 0


def test_even_then_a_run_that_has_not_changed_for_a_day_is_queued(program: Embedded, tmp_path: Path) -> None:
    run = lost(program, tmp_path)
    program.steps.jobs.send(Job(JobKind.PLAN, Run(VersionId("them", "doc_1", 1), 1)))
    database = Database(tmp_path / "data" / "knowledge-base.sqlite3")
    with database.write() as connection:
        connection.execute("UPDATE versions SET updated_at = ?", (time.time() - LOST_SECONDS - 1,))
    database.close()
    assert program.knowledge_base.upkeep.sweep() == 1
    program.worker.drain()
    assert program.knowledge_base.library.version(*run.version).status is Status.READY
