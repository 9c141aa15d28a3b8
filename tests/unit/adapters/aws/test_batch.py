"""Batches of the queue: what ended is forgotten, what did not comes back, and no job is cut."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.adapters import attempts
from app.adapters.aws.batch import LAST_SECONDS, OUT_OF_TIME, Batches
from app.adapters.embedded.jobs import SqliteJobs
from app.adapters.embedded.sqlite.database import Database
from app.core.document import VersionId
from app.core.errors import NotFound, RateLimited, Unavailable
from app.core.job import Job, JobKind, Lease, Run

pytestmark = pytest.mark.timeout(method="thread")  # the other is of the signal that interrupts a job

PLENTY = 900.0
AGES = 3600.0
"""Longer than a test may take: a job that sleeps so long ends only where it is interrupted."""


def job(number: int) -> Job:
    return Job(JobKind.RANGE, Run(VersionId("us", "doc_1", 1), 1), number)


class Queue:
    """A queue whose messages come in batches, as they do to the function."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "jobs.sqlite3")
        self.jobs = SqliteJobs(self.database)
        self.ended: list[tuple[int, str]] = []

    def records(self, count: int, *, attempt: int = 1) -> list[dict[str, Any]]:
        """So many new jobs, received."""
        for number in range(count):
            self.jobs.send(job(number))
        leases = [self.jobs.receive(lease=60) for _ in range(count)]
        return [{"messageId": f"m-{n}", "lease": lease, "attempt": attempt} for n, lease in enumerate(leases)]

    def batches(
        self,
        run: Callable[[Job], None],
        *,
        kept: Callable[[Job], int] = lambda _: 0,
        lease_seconds: float = 60,
    ) -> Batches:
        def give_up(job: Job, message: str) -> None:
            self.ended.append((job.range, message))

        return Batches(self.jobs, lease_of, run, give_up, kept=kept, lease_seconds=lease_seconds)

    def waiting(self) -> list[int]:
        """The jobs that are due now."""
        found = []
        while lease := self.jobs.receive(lease=60):
            found.append(lease.job.range)
        return sorted(found)


def lease_of(record: Mapping[str, Any]) -> Lease:
    if "lease" not in record:
        raise ValueError("no job")
    held: Lease = record["lease"]
    return Lease(held.job, held.token, record["attempt"], held.until)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    opened = Queue(tmp_path)
    yield opened
    opened.database.close()


def failed(response: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in response["batchItemFailures"]]


def raising(error: BaseException) -> Callable[[Job], None]:
    def run(_: Job) -> None:
        raise error

    return run


def test_jobs_that_end_are_not_delivered_again(queue: Queue) -> None:
    done: list[int] = []
    response = queue.batches(lambda job: done.append(job.range))(queue.records(3), PLENTY)
    assert done == [0, 1, 2]
    assert response == {"batchItemFailures": []}


def test_one_that_fails_comes_back_alone_and_the_others_are_done(queue: Queue) -> None:
    done: list[int] = []

    def run(job: Job) -> None:
        if job.range == 1:
            raise OSError("broken")
        done.append(job.range)

    assert failed(queue.batches(run)(queue.records(3), PLENTY)) == ["m-1"]
    assert done == [0, 2]
    assert queue.ended == []


def test_one_that_failed_waits_before_it_comes_back(queue: Queue) -> None:
    queue.batches(raising(OSError()))(queue.records(1), PLENTY)
    assert queue.waiting() == []
    time.sleep(attempts.FIRST_DELAY)
    assert queue.waiting() == [0]


def test_a_message_that_is_no_job_is_left_to_the_dead_letters(queue: Queue) -> None:
    records = [{"messageId": "m-x"}, *queue.records(1)]
    assert failed(queue.batches(lambda _: None)(records, PLENTY)) == ["m-x"]


@pytest.mark.parametrize(
    ("error", "attempt", "ends"),
    [
        (OSError(), attempts.MOST_FAILURES - 1, False),
        (OSError(), attempts.MOST_FAILURES, True),
        (NotFound("The thing does not exist."), attempts.MOST_FAILURES, True),
        (Unavailable("The index is down.", "index"), attempts.MOST_FAILURES, False),
        (RateLimited("Too much."), attempts.MOST_OUTAGES - 1, False),
        (Unavailable("The index is down.", "index"), attempts.MOST_OUTAGES, True),
    ],
)
def test_what_fails_too_often_is_given_up_for_want_of_a_dependency_later(
    queue: Queue, error: Exception, attempt: int, ends: bool
) -> None:
    response = queue.batches(raising(error))(queue.records(1, attempt=attempt), PLENTY)
    assert failed(response) == ([] if ends else ["m-0"])
    assert len(queue.ended) == ends


def test_the_reason_of_an_end_is_ours_and_never_a_librarys(queue: Queue) -> None:
    records = queue.records(1, attempt=attempts.MOST_FAILURES)
    queue.batches(raising(OSError("text of the document")))(records, PLENTY)
    assert queue.ended == [(0, "Given up after 5 attempts: internal error (OSError).")]


def test_a_job_that_was_begun_too_often_is_not_begun_again(queue: Queue) -> None:
    records = queue.records(1, attempt=attempts.MOST_DELIVERIES + 1)
    response = queue.batches(raising(AssertionError("begun")))(records, PLENTY)
    assert response == {"batchItemFailures": []}
    assert queue.ended == [(0, attempts.NEVER_ENDED)]


def test_a_job_whose_time_is_up_is_interrupted_and_handed_back_at_once(queue: Queue) -> None:
    cleaned: list[int] = []

    def run(job: Job) -> None:
        try:
            while True:
                try:
                    time.sleep(AGES)
                except Exception:  # what a job may well do
                    continue
        finally:
            cleaned.append(job.range)

    response = queue.batches(run)(queue.records(2), LAST_SECONDS + 0.5)
    assert failed(response) == ["m-0", "m-1"]
    assert cleaned == [0]  # the second was not begun
    assert queue.waiting() == [0, 1]


def test_a_job_that_swallows_its_interruption_is_interrupted_again(queue: Queue) -> None:
    swallowed: list[str] = []

    def run(_: Job) -> None:
        try:
            time.sleep(AGES)
        except BaseException as error:
            swallowed.append(type(error).__name__)
        time.sleep(AGES)

    response = queue.batches(run)(queue.records(1), LAST_SECONDS + 0.2)
    assert (failed(response), swallowed) == (["m-0"], ["_OutOfTime"])


def test_a_worker_that_is_killed_at_once_holds_its_job_for_its_own_lease_alone(queue: Queue) -> None:
    queue.jobs.send(job(0))
    lease = queue.jobs.receive(lease=5400)  # as the queue's own timeout has it
    until: list[float] = []

    def run(_: Job) -> None:
        with queue.database.read() as connection:
            until.append(connection.execute("SELECT due_at FROM jobs").fetchone()[0])

    record = {"messageId": "m-0", "lease": lease, "attempt": 1}
    queue.batches(run, lease_seconds=60)([record], PLENTY)
    assert until[0] <= time.time() + 60


def test_a_job_that_never_fits_into_its_time_is_given_up(queue: Queue) -> None:
    records = queue.records(1, attempt=attempts.MOST_FAILURES)
    response = queue.batches(lambda _: time.sleep(AGES))(records, LAST_SECONDS + 0.2)
    assert response == {"batchItemFailures": []}
    assert queue.ended == [(0, OUT_OF_TIME)]


@pytest.mark.parametrize(("grows", "goes_on"), [(1, True), (0, False)])
def test_a_job_that_is_cut_again_goes_on_as_long_as_more_of_it_is_kept(
    queue: Queue, grows: int, goes_on: bool
) -> None:
    kept = [7]

    def run(_: Job) -> None:
        kept[0] += grows
        time.sleep(AGES)

    batches = queue.batches(run, kept=lambda _: kept[0])
    response = batches(queue.records(1, attempt=attempts.MOST_FAILURES + 3), LAST_SECONDS + 0.2)
    assert failed(response) == (["m-0"] if goes_on else [])
    assert queue.ended == ([] if goes_on else [(0, OUT_OF_TIME)])


def test_no_job_is_begun_when_there_is_no_time(queue: Queue) -> None:
    response = queue.batches(raising(AssertionError("begun")))(queue.records(1), LAST_SECONDS - 1)
    assert failed(response) == ["m-0"]
    assert queue.waiting() == [0]


def test_a_job_stays_in_hand_for_as_long_as_it_runs(queue: Queue) -> None:
    seen: list[list[int]] = []

    def run(_: Job) -> None:
        time.sleep(1.5)
        seen.append(queue.waiting())

    queue.jobs.send(job(0))
    lease = queue.jobs.receive(lease=1)
    record = {"messageId": "m-0", "lease": lease, "attempt": 1}
    queue.batches(run, lease_seconds=1)([record], PLENTY)
    assert seen == [[]]


def test_an_end_that_cannot_be_noted_is_tried_again(queue: Queue) -> None:
    def give_up(job: Job, message: str) -> None:
        raise Unavailable("The database is down.", "database")

    batches = Batches(queue.jobs, lease_of, raising(OSError()), give_up)
    assert failed(batches(queue.records(1, attempt=attempts.MOST_FAILURES), PLENTY)) == ["m-0"]
