from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.adapters.attempts import MOST_DELIVERIES, MOST_OUTAGES
from app.adapters.embedded.jobs import SqliteJobs
from app.adapters.embedded.sqlite.database import Database
from app.adapters.embedded.worker import SETTLED_SECONDS, Worker
from app.core.document import VersionId
from app.core.errors import BadRequest, RateLimited, Unavailable
from app.core.job import Job, JobKind, Lease, Run
from tests.support.children import child
from tests.support.http import until
from tests.support.machine import HANG_SECONDS

RUN = Run(VersionId("us", "doc_1", 1), 1)


class Log:
    """What a worker did: each job begun, with the time, and what was given up."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, float]] = []
        self.given_up: list[tuple[int, str]] = []

    @property
    def numbers(self) -> list[int]:
        return [number for number, _ in self.begun]

    def gaps(self) -> list[float]:
        times = [when for _, when in self.begun]
        return [later - earlier for earlier, later in pairwise(times)]

    def give_up(self, job: Job, message: str) -> None:
        self.given_up.append((job.range, message))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "knowledge-base.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def jobs(database: Database) -> SqliteJobs:
    return SqliteJobs(database)


@pytest.fixture
def done() -> Log:
    return Log()


def job(number: int = 0) -> Job:
    return Job(JobKind.RANGE, RUN, number)


def worker(
    jobs: SqliteJobs, done: Log, action: Callable[[Job], None] | None = None, **options: Any
) -> Worker:
    def run(job: Job) -> None:
        done.begun.append((job.range, time.monotonic()))
        if action:
            action(job)

    settings = {"threads": 2, "poll_seconds": 0.01, "retry_seconds": 0.001} | options
    return Worker(jobs, run, done.give_up, **settings)


def failing(error: Exception) -> Callable[[Job], None]:
    def fail(job: Job) -> None:
        raise error

    return fail


# -- draining -------------------------------------------------------------------------------------------


def test_drain_does_every_job_once_and_those_that_they_send(jobs: SqliteJobs, done: Log) -> None:
    def branch(job: Job) -> None:
        time.sleep(0.005)
        if job.range < 16:
            jobs.send(Job(JobKind.RANGE, RUN, 2 * job.range))
            jobs.send(Job(JobKind.RANGE, RUN, 2 * job.range + 1))

    jobs.send(job(1))
    worker(jobs, done, branch, threads=3).drain()
    assert sorted(done.numbers) == list(range(1, 32))
    assert jobs.receive(lease=1) is None


def test_drain_does_what_a_job_sends_that_another_thread_takes(database: Database, done: Log) -> None:
    others, scans = SqliteJobs(database, scans=False), SqliteJobs(database, scans=True)

    def send_on(job: Job) -> None:
        time.sleep(0.05)  # the thread for the other kind has looked, and sleeps
        if job.range < 4:
            kind = JobKind.RANGE if job.kind is JobKind.SCANS else JobKind.SCANS
            others.send(Job(kind, RUN, job.range + 1))

    others.send(job(0))
    # It polls for what others send; what its own jobs send, and the end of all, it notices at once.
    worker(others, done, send_on, scans=scans, poll_seconds=2 * HANG_SECONDS).drain()
    assert done.numbers == [0, 1, 2, 3, 4]


def test_drain_of_an_empty_queue_ends_at_once(jobs: SqliteJobs, done: Log) -> None:
    worker(jobs, done).drain()
    assert done.begun == []


def test_drain_leaves_jobs_that_were_sent_with_a_delay(jobs: SqliteJobs, done: Log) -> None:
    jobs.send(job(1))
    jobs.send(job(2), delay=60)
    worker(jobs, done).drain()
    assert done.numbers == [1]


def test_drain_can_be_repeated_but_not_while_the_worker_runs(jobs: SqliteJobs, done: Log) -> None:
    works = worker(jobs, done)
    for number in range(2):
        jobs.send(job(number))
        works.drain()
    assert done.numbers == [0, 1]
    works.start()
    with pytest.raises(RuntimeError, match="started"):
        works.drain()
    works.stop()


# -- failures -------------------------------------------------------------------------------------------


def test_a_job_that_fails_is_tried_again_until_it_succeeds(jobs: SqliteJobs, done: Log) -> None:
    def fail_twice(job: Job) -> None:
        if len(done.begun) <= 2:
            raise ValueError

    jobs.send(job(7))
    worker(jobs, done, fail_twice).drain()
    assert done.numbers == [7, 7, 7]
    assert done.given_up == []
    assert jobs.receive(lease=1) is None


def test_a_job_that_fails_too_often_is_given_up_and_forgotten(jobs: SqliteJobs, done: Log) -> None:
    jobs.send(job(7))
    worker(jobs, done, failing(BadRequest("Page 7 is not readable.")), max_attempts=4).drain()
    assert done.numbers == [7] * 4
    assert done.given_up == [(7, "Given up after 4 attempts: Page 7 is not readable.")]
    assert jobs.receive(lease=1) is None


def test_the_delays_between_attempts_double(jobs: SqliteJobs, done: Log) -> None:
    jobs.send(job())
    worker(jobs, done, failing(ValueError()), max_attempts=5, retry_seconds=0.04).drain()
    for gap, delay in zip(done.gaps(), [0.04, 0.08, 0.16, 0.32], strict=True):
        assert gap >= delay / 2


def test_a_job_waits_longer_for_a_dependency_that_is_down(jobs: SqliteJobs, done: Log) -> None:
    jobs.send(job())
    worker(jobs, done, failing(Unavailable("The model is down.", "model")), retry_seconds=1e-6).drain()
    assert len(done.begun) == MOST_OUTAGES
    assert done.given_up == [(0, f"Given up after {MOST_OUTAGES} attempts: The model is down.")]


def test_outages_do_not_use_up_the_attempts_of_other_failures(jobs: SqliteJobs, done: Log) -> None:
    def fail(job: Job) -> None:
        raise Unavailable("Down.", "model") if len(done.begun) % 2 else ValueError

    jobs.send(job())
    worker(jobs, done, fail, max_attempts=3).drain()
    assert len(done.begun) == 6


def test_a_job_comes_back_no_sooner_than_a_rate_limit_asks(jobs: SqliteJobs, done: Log) -> None:
    def limited_once(job: Job) -> None:
        if len(done.begun) == 1:
            raise RateLimited("Slow down.", retry_after=0.3)

    jobs.send(job())
    worker(jobs, done, limited_once).drain()
    assert len(done.begun) == 2
    assert done.gaps()[0] >= 0.3


def test_neither_the_log_nor_the_reason_quotes_an_unexpected_error(
    jobs: SqliteJobs, done: Log, caplog: pytest.LogCaptureFixture
) -> None:
    jobs.send(job(7))
    with caplog.at_level(logging.DEBUG):
        worker(jobs, done, failing(KeyError("the patient's name")), max_attempts=2).drain()
    assert "patient" not in caplog.text
    assert job(7).id in caplog.text
    assert "KeyError" in caplog.text
    assert done.given_up == [(7, "Given up after 2 attempts: internal error (KeyError).")]


def test_a_job_whose_giving_up_fails_comes_back_when_its_lease_has_run_out(
    jobs: SqliteJobs, done: Log
) -> None:
    refusals = iter([Unavailable("Locked.", "database")])

    def give_up(job: Job, message: str) -> None:
        for refusal in refusals:
            raise refusal
        done.give_up(job, message)

    jobs.send(job(7))
    Worker(
        jobs,
        failing(ValueError()),
        give_up,
        threads=1,
        poll_seconds=0.01,
        max_attempts=1,
        lease_seconds=0.3,
    ).drain()
    assert [number for number, _ in done.given_up] == [7]
    assert jobs.receive(lease=1) is None


def test_a_job_that_was_begun_very_often_and_never_ended_is_given_up_unseen(
    jobs: SqliteJobs, done: Log
) -> None:
    jobs.send(job(7))
    for _ in range(MOST_DELIVERIES):
        lease = jobs.receive(lease=60)
        assert lease
        jobs.release(lease)
    worker(jobs, done).drain()
    assert done.begun == []
    assert done.given_up[0][0] == 7


def send_suspects(jobs: SqliteJobs, *numbers: int) -> None:
    """Queue jobs whose workers vanish."""
    for number in numbers:
        jobs.send(job(number))
    for _ in numbers:
        assert jobs.receive(lease=0.0)


def test_jobs_whose_worker_vanished_are_done_one_at_a_time(
    tmp_path: Path, jobs: SqliteJobs, done: Log
) -> None:
    send_suspects(jobs, 0, 1, 2)
    at_work, most = list[int](), list[int]()

    def run(job: Job) -> None:
        at_work.append(job.range)
        most.append(len(at_work))
        time.sleep(0.05)
        at_work.remove(job.range)

    database = Database(tmp_path / "knowledge-base.sqlite3")
    others, suspects = SqliteJobs(database, suspects=False), SqliteJobs(database, suspects=True)
    worker(others, done, run, threads=3, suspects=suspects).drain()
    assert sorted(done.numbers) == [0, 1, 2]
    assert most == [1, 1, 1]


def test_jobs_whose_worker_vanished_wait_until_the_server_has_been_up_for_a_while(
    tmp_path: Path, jobs: SqliteJobs, done: Log
) -> None:
    send_suspects(jobs, 1)
    jobs.send(job(2))
    database = Database(tmp_path / "knowledge-base.sqlite3")
    others, suspects = SqliteJobs(database, suspects=False), SqliteJobs(database, suspects=True)
    working = worker(others, done, threads=2, suspects=suspects)
    begun = time.monotonic()
    working.start()
    try:
        while len(done.numbers) < 2:
            time.sleep(0.02)
    finally:
        working.stop()
    assert done.numbers == [2, 1]
    assert time.monotonic() - begun >= SETTLED_SECONDS


def test_while_all_threads_are_busy_with_one_tenant_anothers_job_is_done(
    tmp_path: Path, jobs: SqliteJobs, done: Log
) -> None:
    theirs = threading.Event()

    def run(job: Job) -> None:
        if job.run.tenant == "them":
            theirs.set()
        else:
            assert theirs.wait(HANG_SECONDS)

    for number in range(3):
        jobs.send(job(number))
    jobs.send(Job(JobKind.RANGE, Run(VersionId("them", "doc_2", 1), 1), 9), delay=0.3)
    database = Database(tmp_path / "knowledge-base.sqlite3")
    spare = SqliteJobs(database, only_others=True)
    working = worker(jobs, done, run, threads=2, spare=spare)
    working.start()
    try:
        assert theirs.wait(HANG_SECONDS)
    finally:
        working.stop()
        database.close()


def test_other_jobs_go_on_while_one_waits_for_its_next_attempt(jobs: SqliteJobs, done: Log) -> None:
    def fail_first(job: Job) -> None:
        if job.range == 0 and done.numbers.count(0) == 1:
            raise ValueError

    for number in range(3):
        jobs.send(job(number))
    worker(jobs, done, fail_first, threads=1, retry_seconds=0.2).drain()
    assert done.numbers == [0, 1, 2, 0]


# -- leases ---------------------------------------------------------------------------------------------


class Extended(SqliteJobs):
    """Jobs by a clock that goes on when the test says so, and that count how often a lease was extended."""

    def __init__(self, database: Database) -> None:
        self.now = time.time()
        self.extensions = 0
        super().__init__(database, clock=lambda: self.now)

    def extend(self, lease: Lease, seconds: float) -> bool:
        kept = super().extend(lease, seconds)
        self.extensions += 1
        return kept

    def outlast(self, lease_seconds: float) -> None:
        """Pass the time of two leases, and as a worker that extends them in time would."""
        for _ in range(3):
            self.now += 0.7 * lease_seconds
            self._wait_for_extensions(self.extensions + 2)  # one may be under way

    def _wait_for_extensions(self, count: int) -> None:
        until(lambda: self.extensions >= count, "the lease is extended")


@pytest.mark.parametrize("others", [0, 1])
def test_a_job_that_takes_longer_than_its_lease_stays_with_its_worker(
    database: Database, done: Log, others: int
) -> None:
    timed = Extended(database)

    def outlast(job: Job) -> None:
        timed.outlast(0.4)
        for _ in range(others):
            worker(timed, done).drain()

    timed.send(job())
    worker(timed, done, outlast, lease_seconds=0.4, threads=3).drain()
    assert done.numbers == [0]


def test_what_a_killed_process_was_doing_is_done_by_the_next(
    jobs: SqliteJobs, done: Log, tmp_path: Path
) -> None:
    for number in range(2):
        jobs.send(job(number))
    with child("hold", tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == job(0).id
    worker(jobs, done, threads=1).drain()
    assert sorted(done.numbers) == [0, 1]


# -- starting and stopping ------------------------------------------------------------------------------


def test_a_started_worker_takes_jobs_as_they_come_until_it_is_stopped(jobs: SqliteJobs, done: Log) -> None:
    works = worker(jobs, done)
    works.start()
    works.start()
    arrived = threading.Event()
    jobs.send(job(1))
    while not done.begun:
        arrived.wait(0.005)
    works.stop()
    jobs.send(job(2))
    arrived.wait(0.1)
    assert done.numbers == [1]
    works.start()
    while len(done.begun) < 2:
        arrived.wait(0.005)
    works.stop()
    assert done.numbers == [1, 2]


def test_stop_waits_for_the_job_under_way(jobs: SqliteJobs, done: Log) -> None:
    ended = threading.Event()

    def slow(job: Job) -> None:
        time.sleep(0.2)
        ended.set()

    jobs.send(job())
    works = worker(jobs, done, slow)
    works.start()
    while not done.begun:
        time.sleep(0.005)
    works.stop()
    assert ended.is_set()
    assert jobs.receive(lease=1) is None


def test_a_job_that_outlasts_the_stop_comes_back_when_its_lease_has_run_out(
    jobs: SqliteJobs, done: Log, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()

    def outlast(job: Job) -> None:
        release.wait(HANG_SECONDS)

    jobs.send(job())
    works = worker(jobs, done, outlast, lease_seconds=0.3)
    works.start()
    while not done.begun:
        time.sleep(0.005)
    works.stop(timeout=0.05)
    assert "still running" in caplog.text
    lease = until(lambda: jobs.receive(lease=60), "its lease has run out")
    release.set()
    assert lease
    assert lease.attempt == 2
