"""A job that ends the process that does it is begun three times, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.compose import Embedded
from app.core.document import Status
from app.core.job import STEPS, Job, JobKind
from app.ingest.deaths import MOST, Deaths
from tests.support.pdfs import manual
from tests.support.readers import ROOT

TENANT = "local"

FATAL = """
import os, sys, time
from pathlib import Path
from app.adapters.embedded.files import FolderFiles
from app.compose import embedded
from app.core.job import STEPS, Job, JobKind
from app.ingest.deaths import Deaths
from app.settings import Settings

program = embedded(Settings(data_folder=Path(sys.argv[1]), range_pages=2))
run, = program.steps.documents.list_unfinished()
job = Job(JobKind(sys.argv[2]), run)
with Deaths(program.files, after_seconds=0.0).count_death(job) as may_begin:
    time.sleep(0.5)
    os._exit(9)
"""

QUICK = """
import os, sys
from pathlib import Path
from app.adapters.embedded.worker import Worker
from app.compose import embedded
from app.settings import Settings

program = embedded(Settings(data_folder=Path(sys.argv[1])))
steps = program.steps

def fatal(job):
    with steps.deaths.count_death(job) as may_begin:
        if may_begin:
            os._exit(9)

Worker(steps.jobs, fatal, program.knowledge_base.upkeep.give_up, threads=1).drain()
program.close()
"""
"""A process whose work ends it at once, as long as it may begin."""

UPKEEP = """
import json, os, sys
from dataclasses import replace
from pathlib import Path
from app.adapters.aws.batch import Batches
from app.adapters.aws.jobs import body_of, lease_of
from app.adapters.embedded.worker import Worker
from app.compose import embedded
from app.core.document import VersionId
from app.core.job import STEPS, Job, JobKind, Run
from app.settings import Settings

class Fatal:
    def __init__(self, deaths):
        self.deaths = deaths

    def run(self, job):
        os._exit(9)

    def give_up(self, job, message):
        pass

def of_queue(jobs, upkeep, job, time):
    jobs.send(job)
    Worker(jobs, upkeep.run_job, upkeep.give_up, threads=1).drain()

def of_batch(jobs, upkeep, job, time):
    count = {"ApproximateReceiveCount": str(time)}
    message = {"body": body_of(job), "attributes": count, "receiptHandle": "r", "messageId": "m"}
    response = Batches(jobs, lease_of, upkeep.run_job, upkeep.give_up)([message], 60.0)
    assert response == {"batchItemFailures": []}

def begin(work, kind, time):
    program = embedded(Settings(data_folder=Path(sys.argv[1])))
    steps = program.steps
    fatal = Fatal(steps.deaths)
    upkeep = replace(program.knowledge_base.upkeep, maintenance=fatal, archives=fatal, steps=fatal)
    work(steps.jobs, upkeep, Job(kind, Run(VersionId("local", "doc_1", 0), 0)), time)
    program.close()

def count_deaths(work, kind):
    for deaths in range(9):
        process = os.fork()
        if not process:
            begin(work, kind, deaths + 1)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 9:
            break
    return deaths

kinds = [kind for kind in JobKind if kind not in STEPS]
works = of_queue, of_batch
print(json.dumps([[kind, work.__name__, count_deaths(work, kind)] for kind in kinds for work in works]))
"""
"""Processes that each kind of upkeep ends at once, of both queues."""


def queued(program: Embedded, folder: Path) -> Job:
    with manual(folder / "m.pdf", 2).open("rb") as file:
        program.knowledge_base.uploads.upload(TENANT, "m.pdf", file)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    return lease.job


def die(folder: Path, kind: JobKind) -> None:
    """A process that begins the job and ends in the middle of it."""
    command = [sys.executable, "-c", FATAL, str(folder / "data"), kind.value]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 9


@pytest.mark.parametrize("deaths", [MOST - 1, MOST])
def test_a_job_that_ended_its_process_so_often_is_not_begun_again(
    program: Embedded, tmp_path: Path, deaths: int
) -> None:
    job = queued(program, tmp_path)
    for _ in range(deaths):
        die(tmp_path, job.kind)
    program.knowledge_base.upkeep.run_job(job)
    version = program.knowledge_base.library.version(*job.run.version)
    if deaths < MOST:
        assert version.status is Status.RUNNING
        return
    assert version.status is Status.FAILED
    assert version.reason is not None
    assert version.reason.code == "ended_its_process"
    program.knowledge_base.uploads.ingest(TENANT, job.run.document_id)  # a person may try again
    program.worker.drain()
    assert program.knowledge_base.library.version(*job.run.version).status is Status.READY


def test_a_job_that_ended_in_order_begins_to_count_anew(program: Embedded, tmp_path: Path) -> None:
    job = queued(program, tmp_path)
    for _ in range(MOST + 1):
        die(tmp_path, job.kind)
        with Deaths(program.files).count_death(job) as may_begin:
            assert may_begin
    assert not any("begun" in key for key in program.files.keys(TENANT))


def test_a_job_that_got_on_since_begins_to_count_anew(program: Embedded, tmp_path: Path) -> None:
    job = queued(program, tmp_path)
    for _ in range(MOST):
        die(tmp_path, JobKind.ASSEMBLE)
    assemble = Job(JobKind.ASSEMBLE, job.run)
    with Deaths(program.files).count_death(assemble, "embed-64") as may_begin:
        assert may_begin


def test_what_is_in_hand_when_a_process_ends_on_purpose_is_forgiven(
    program: Embedded, tmp_path: Path
) -> None:
    job = queued(program, tmp_path)
    for _ in range(MOST - 1):
        die(tmp_path, job.kind)
    deaths = Deaths(program.files)
    with deaths.count_death(job):
        deaths.forgive()
        assert not any("begun" in key for key in program.files.keys(TENANT))


def test_a_job_that_ends_its_process_at_once_is_begun_three_times(program: Embedded, tmp_path: Path) -> None:
    with manual(tmp_path / "m.pdf", 2).open("rb") as file:
        program.knowledge_base.uploads.upload(TENANT, "m.pdf", file)
    program.close()
    command = [sys.executable, "-c", QUICK, str(tmp_path / "data")]
    begun = 0
    while subprocess.run(command, cwd=ROOT, check=False).returncode == 9:
        begun += 1
        assert begun <= MOST
    assert begun == MOST


def test_upkeep_that_ends_its_process_is_begun_three_times_by_either_queue(tmp_path: Path) -> None:
    command = [sys.executable, "-c", UPKEEP, str(tmp_path / "data")]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = json.loads(said)
    assert len(found) == 2 * (len(JobKind) - len(STEPS))
    assert {deaths for _, _, deaths in found} == {MOST}, found
