"""What jobs in SQS are beyond the contract of their port: messages, which SQS itself gives the function."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.adapters.aws.jobs import SqsJobs, body_of, lease_of
from app.core.document import VersionId
from app.core.job import Job, JobKind, Lease, Run
from tests.support import aws
from tests.support.aws_children import child
from tests.support.http import until

JOB = Job(JobKind.RANGE, Run(VersionId("someone@example.com", "doc_7h3kxyz012345678", 3), 2), 17)

# As AWS documents a record ("Using Lambda with Amazon SQS").
RECORD: dict[str, Any] = {
    "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
    "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
    "body": body_of(JOB),
    "attributes": {
        "ApproximateReceiveCount": "3",
        "SentTimestamp": "1545082649183",
        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
        "ApproximateFirstReceiveTimestamp": "1545082649185",
    },
    "messageAttributes": {},
    "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
    "eventSource": "aws:sqs",
    "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:ingest",
    "awsRegion": "eu-central-1",
}


@pytest.fixture
def url() -> Iterator[str]:
    with aws.queue() as address:
        yield address


@pytest.fixture
def jobs(url: str) -> SqsJobs:
    return SqsJobs(aws.clients(), url)


def test_a_record_of_an_event_is_a_lease_on_its_job() -> None:
    assert lease_of(RECORD) == Lease(JOB, RECORD["receiptHandle"], 3, 0.0)


def test_a_received_message_is_the_same_lease_as_its_record_would_be(jobs: SqsJobs, url: str) -> None:
    jobs.send(JOB)
    answer = aws.client("sqs").receive_message(
        QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"], VisibilityTimeout=60
    )
    lease = lease_of(answer["Messages"][0])
    assert (lease.job, lease.attempt) == (JOB, 1)
    assert jobs.extend(lease, 60)
    jobs.forget(lease)
    assert not jobs.extend(lease, 60)


@pytest.mark.parametrize("kind", JobKind)
def test_every_job_is_read_back_from_its_body(kind: JobKind) -> None:
    job = Job(kind, Run(VersionId("Ü/x", "doc_1", 0), 0), 399)
    assert lease_of({**RECORD, "body": body_of(job)}).job == job


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        '"plan"',
        "{}",
        '{"kind": "plan"}',
        body_of(JOB).replace('"range"', '"other"', 1),
    ],
)
def test_a_message_that_is_no_job_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (json's or ours)
        lease_of({**RECORD, "body": body})


def test_a_message_that_is_no_job_does_not_stop_the_others(jobs: SqsJobs, url: str) -> None:
    sqs = aws.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    jobs.send(JOB)
    received = [lease for _ in range(2) if (lease := jobs.receive(lease=60))]
    assert [lease.job for lease in received] == [JOB]
    jobs.forget(received[0])
    held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])
    assert held["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"  # left to the dead letters


def test_a_delay_that_sqs_does_not_know_is_refused_before_anything_is_sent(jobs: SqsJobs) -> None:
    with pytest.raises(ValueError, match="900"):
        jobs.send(JOB, delay=901)
    jobs.send(JOB, delay=900)
    assert jobs.receive(lease=60) is None


def test_a_job_can_be_given_back_for_longer_than_sqs_hides_it(jobs: SqsJobs) -> None:
    jobs.send(JOB)
    lease = jobs.receive(lease=60)
    assert lease
    jobs.release(lease, delay=1e6)
    assert jobs.receive(lease=60) is None


@pytest.mark.parametrize("lease_seconds", [5])
def test_a_worker_that_is_killed_one_second_into_its_job_holds_it_for_its_own_lease_alone(
    jobs: SqsJobs, url: str, lease_seconds: int
) -> None:
    """And not for the queue's own hour and a half. In the cloud the lease is of 60 seconds."""
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5400"})
    jobs.send(JOB)
    with child("work", url, str(lease_seconds)) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == JOB.id
        time.sleep(1)
        assert jobs.receive(lease=60) is None
        process.kill()
        lease = until(lambda: jobs.receive(lease=60), "it is taken up again", pause=0.2)
    assert lease
    assert (lease.job, lease.attempt) == (JOB, 2)
