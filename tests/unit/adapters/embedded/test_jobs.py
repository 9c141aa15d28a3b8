"""What the SQLite queue does beyond the contract of its port: an order, and no job twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedded.jobs import SqliteJobs
from app.adapters.embedded.sqlite.database import Database
from app.core.document import VersionId
from app.core.job import Job, JobKind, Lease, Run
from tests.support.threads import at_once

LEASE = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(tmp_path: Path, clock: Clock) -> Iterator[SqliteJobs]:
    database = Database(tmp_path / "knowledge-base.sqlite3")
    yield SqliteJobs(database, clock)
    database.close()


def job(number: int = 0) -> Job:
    return Job(JobKind.RANGE, Run(VersionId("us", "doc_1", 1), 1), number)


def received(jobs: SqliteJobs) -> Lease:
    lease = jobs.receive(lease=LEASE)
    assert lease is not None
    return lease


def test_the_job_that_has_been_due_longest_comes_first(jobs: SqliteJobs, clock: Clock) -> None:
    jobs.send(job(1), delay=20)
    jobs.send(job(2), delay=10)
    jobs.send(job(3))
    jobs.send(job(4))
    clock.go_on(30)
    jobs.send(job(5))
    assert [received(jobs).job.range for _ in range(5)] == [3, 4, 2, 1, 5]


def test_a_clock_that_is_set_back_delays_no_job_and_gives_none_to_two_workers(
    jobs: SqliteJobs, clock: Clock
) -> None:
    held = received_of(jobs, job(1))
    jobs.send(job(2))
    jobs.send(job(3), delay=20)
    clock.go_on(-7200)
    assert received(jobs).job.range == 2
    assert jobs.receive(lease=LEASE) is None
    clock.go_on(21)
    assert received(jobs).job.range == 3
    assert jobs.extend(held, LEASE)
    clock.go_on(LEASE + 1)
    assert {received(jobs).job.range for _ in range(3)} == {1, 2, 3}  # leases that nobody extended


def received_of(jobs: SqliteJobs, sent: Job) -> Lease:
    jobs.send(sent)
    return received(jobs)


def test_a_second_job_with_the_same_id_is_dropped_while_the_first_waits_or_is_done(jobs: SqliteJobs) -> None:
    jobs.send(job())
    jobs.send(job())
    lease = received(jobs)
    jobs.send(job())
    assert jobs.receive(lease=LEASE) is None
    jobs.forget(lease)
    assert jobs.receive(lease=LEASE) is None


def test_a_released_job_goes_behind_those_that_were_due_before(jobs: SqliteJobs, clock: Clock) -> None:
    jobs.send(job(1))
    jobs.send(job(2))
    first = received(jobs)
    clock.go_on(5)
    jobs.release(first, delay=1)
    clock.go_on(5)
    assert [received(jobs).job.range for _ in range(2)] == [2, 1]


def test_jobs_sent_at_once_with_one_id_are_one_job(jobs: SqliteJobs) -> None:
    at_once([lambda: jobs.send(job())] * 8)
    received(jobs)
    assert jobs.receive(lease=LEASE) is None


def named(tenant: str, document: str, number: int) -> Job:
    return Job(JobKind.RANGE, Run(VersionId(tenant, document, 1), 1), number)


def test_what_one_tenant_or_document_has_sent_does_not_hold_up_anothers(
    jobs: SqliteJobs, clock: Clock
) -> None:
    for number in range(5):
        jobs.send(named("us", "long", number))
    assert [received(jobs).job.range for _ in range(2)] == [0, 1]
    clock.go_on(5)
    jobs.send(named("us", "short", 7))
    jobs.send(named("them", "theirs", 8))
    assert [received(jobs).job.range for _ in range(4)] == [8, 7, 2, 3]


def test_a_queue_of_only_others_hands_out_nothing_of_a_tenant_that_has_a_job_in_hand(
    tmp_path: Path, jobs: SqliteJobs
) -> None:
    database = Database(tmp_path / "knowledge-base.sqlite3")
    others = SqliteJobs(database, only_others=True)
    jobs.send(named("us", "one", 1))
    jobs.send(named("us", "two", 2))
    lease = received(jobs)
    assert others.receive(lease=LEASE) is None
    jobs.send(named("them", "theirs", 3))
    assert received(others).job.range == 3
    jobs.forget(lease)
    assert received(others).job.range == 2
    database.close()
