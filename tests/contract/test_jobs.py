"""What every ``JobQueue`` does."""

from __future__ import annotations

import threading

import pytest

from app.core.document import VersionId
from app.core.job import Job, JobKind, Lease, Run
from tests.contract.conftest import TimedJobs
from tests.support.threads import at_once


def job(number: int = 0, kind: JobKind = JobKind.RANGE) -> Job:
    return Job(kind, Run(VersionId("us", "doc_1", 1), 1), number)


def received(jobs: TimedJobs) -> Lease:
    lease = jobs.queue.receive(lease=jobs.lease)
    assert lease is not None
    return lease


def test_an_empty_queue_gives_nothing(jobs: TimedJobs) -> None:
    assert jobs.queue.receive(lease=jobs.lease) is None


@pytest.mark.parametrize("kind", JobKind)
def test_a_job_is_received_as_it_was_sent(jobs: TimedJobs, kind: JobKind) -> None:
    sent = Job(kind, Run(VersionId("someone@example.com", "doc_1", 3), 2), 17)
    jobs.queue.send(sent)
    lease = received(jobs)
    assert (lease.job, lease.attempt) == (sent, 1)
    assert lease.job.id == sent.id


def test_a_job_in_hand_is_given_to_nobody_else(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    received(jobs)
    jobs.wait(jobs.lease / 4)
    assert jobs.queue.receive(lease=jobs.lease) is None


def test_a_job_that_is_done_is_forgotten(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    jobs.queue.forget(received(jobs))
    jobs.wait(1.25 * jobs.lease)
    assert jobs.queue.receive(lease=jobs.lease) is None


def test_a_job_whose_worker_vanished_says_so(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    assert received(jobs).job.unended == 0
    jobs.wait(1.25 * jobs.lease)
    assert received(jobs).job.unended == 1
    jobs.wait(1.25 * jobs.lease)
    assert received(jobs).job.unended == 2


def test_a_delayed_job_is_not_seen_before_its_time(jobs: TimedJobs) -> None:
    jobs.queue.send(job(), delay=jobs.lease)
    jobs.wait(jobs.lease / 4)
    assert jobs.queue.receive(lease=jobs.lease) is None
    jobs.wait(jobs.lease)
    assert received(jobs).job == job()


def test_a_job_that_was_sent_twice_is_over_when_every_delivery_of_it_is_done(jobs: TimedJobs) -> None:
    at_once([lambda: jobs.queue.send(job())] * 4)
    leases = [received(jobs)]
    while lease := jobs.queue.receive(lease=jobs.lease):
        leases.append(lease)
    assert {lease.job for lease in leases} == {job()}
    for lease in leases:
        jobs.queue.forget(lease)
    jobs.wait(1.25 * jobs.lease)
    assert jobs.queue.receive(lease=jobs.lease) is None


def test_a_job_that_is_done_may_be_sent_again(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    jobs.queue.forget(received(jobs))
    jobs.queue.send(job())
    assert received(jobs).attempt == 1


def test_the_same_step_of_another_run_version_or_kind_is_another_job(jobs: TimedJobs) -> None:
    run = Run(VersionId("us", "doc_1", 1), 1)
    different = [
        Job(JobKind.PLAN, run),
        Job(JobKind.ASSEMBLE, run),
        Job(JobKind.PLAN, run._replace(number=2)),
        Job(JobKind.PLAN, run._replace(version=VersionId("us", "doc_1", 2))),
        Job(JobKind.PLAN, run._replace(version=VersionId("them", "doc_1", 1))),
    ]
    for each in different:
        jobs.queue.send(each)
    assert {received(jobs).job for _ in different} == set(different)


def test_a_queue_is_idle_when_no_job_waits_or_is_in_hand(jobs: TimedJobs) -> None:
    assert jobs.queue.idle()
    jobs.queue.send(job(), delay=jobs.lease / 4)
    assert not jobs.queue.idle()
    jobs.wait(jobs.lease / 2)
    assert not jobs.queue.idle()
    lease = received(jobs)
    assert not jobs.queue.idle()
    jobs.queue.forget(lease)
    assert jobs.queue.idle()


# -- leases ---------------------------------------------------------------------------------------------


def test_a_job_whose_lease_has_run_out_is_handed_out_again(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    lost = received(jobs)
    jobs.wait(1.25 * jobs.lease)
    again = received(jobs)
    assert (again.job, again.attempt) == (job(), 2)
    assert again.token != lost.token


def test_a_lost_lease_cannot_end_return_or_keep_the_job(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    lost = received(jobs)
    jobs.wait(1.25 * jobs.lease)
    holding = received(jobs)
    assert not jobs.queue.extend(lost, jobs.lease)
    jobs.queue.forget(lost)
    jobs.queue.release(lost)
    assert jobs.queue.receive(lease=jobs.lease) is None
    assert jobs.queue.extend(holding, jobs.lease)


def test_an_extended_lease_lasts_from_now(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    lease = received(jobs)
    for _ in range(2):
        jobs.wait(jobs.lease * 0.55)
        assert jobs.queue.extend(lease, jobs.lease)
    assert jobs.queue.receive(lease=jobs.lease) is None
    jobs.wait(1.25 * jobs.lease)
    assert received(jobs).attempt == 2


def test_a_lease_cannot_be_extended_once_the_job_is_done(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    lease = received(jobs)
    jobs.queue.forget(lease)
    assert not jobs.queue.extend(lease, jobs.lease)


def test_a_released_job_comes_back_after_its_delay_with_the_next_attempt(jobs: TimedJobs) -> None:
    jobs.queue.send(job())
    jobs.queue.release(received(jobs), delay=jobs.lease)
    jobs.wait(jobs.lease / 4)
    assert jobs.queue.receive(lease=jobs.lease) is None
    jobs.wait(jobs.lease)
    lease = received(jobs)
    assert lease.attempt == 2
    jobs.queue.release(lease)
    assert received(jobs).attempt == 3


def test_workers_that_ask_at_once_get_each_job_once(jobs: TimedJobs) -> None:
    for number in range(40):
        jobs.queue.send(job(number))
    taken: list[int] = []
    lock = threading.Lock()

    def work() -> None:
        while lease := jobs.queue.receive(lease=10 * jobs.lease):
            with lock:
                taken.append(lease.job.range)
            jobs.queue.forget(lease)

    at_once([work] * 8)
    assert sorted(taken) == list(range(40))


def test_a_queue_that_works_passes_its_check(jobs: TimedJobs) -> None:
    jobs.queue.check()
