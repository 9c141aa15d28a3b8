"""The gateway as the queue's event source: batches, partial failures, retries and dead letters."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import aws
from tests.support.functions import docker
from tests.support.gateway import Echo, echoes, gateway
from tests.support.http import until

VISIBILITY = 2
MOST_RECEIVED = 3


@pytest.fixture(scope="module")
def containers() -> Iterator[list[Echo]]:
    with echoes(2) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue, the one of its dead letters, and who reads it."""

    sqs: Any
    url: str
    dead_url: str
    containers: list[Echo]

    def send(self, **order: object) -> str:
        """The id of an order, which is queued."""
        name = secrets.token_hex(4)
        self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps({"id": name, **order}))
        return name

    def notes(self, name: str) -> list[str]:
        """What the containers noted of an order: each delivery's count, and "done" at last."""
        lines = [line.split() for each in self.containers for line in each.notes()]
        return sorted(note for _, told, note in (line for line in lines if len(line) == 3) if told == name)

    def size(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))


@pytest.fixture
def queue(containers: list[Echo], tmp_path: Path) -> Iterator[Queue]:
    with made_queue(containers) as queue, gateway(tmp_path, containers, queue_url=queue.url, batch_size=5):
        yield queue


class made_queue:
    """A new queue with dead letters after ``MOST_RECEIVED`` deliveries."""

    def __init__(self, containers: list[Echo]) -> None:
        self.sqs = aws.client("sqs")
        name = f"test-{secrets.token_hex(8)}"
        dead = self.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": str(MOST_RECEIVED)})
        attributes = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": redrive}
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.queue = Queue(self.sqs, url, dead, containers)

    def __enter__(self) -> Queue:
        return self.queue

    def __exit__(self, *_: object) -> None:
        for url in (self.queue.url, self.queue.dead_url):
            self.sqs.delete_queue(QueueUrl=url)


def test_messages_are_delivered_once_and_deleted(queue: Queue) -> None:
    names = [queue.send() for _ in range(12)]
    until(lambda: all("done" in queue.notes(name) for name in names), "all are done")
    until(lambda: queue.size(queue.url) == 0, "the queue is empty")
    assert {tuple(queue.notes(name)) for name in names} == {("1", "done")}


def test_of_a_batch_only_what_failed_comes_back_until_it_is_a_dead_letter(queue: Queue) -> None:
    bad, *good = [queue.send(fail=True), *(queue.send() for _ in range(4))]
    until(lambda: queue.size(queue.dead_url) == 1, "the message is a dead letter")
    assert queue.notes(bad) == ["1", "2", "3"]
    assert {tuple(queue.notes(name)) for name in good} == {("1", "done")}
    assert queue.size(queue.url) == 0


def test_a_function_that_raises_brings_the_whole_batch_back(queue: Queue) -> None:
    bad = queue.send(**{"raise": "as told"})
    until(lambda: queue.size(queue.dead_url) == 1, "the message is a dead letter")
    assert queue.notes(bad) == ["1", "2", "3"]


def test_containers_share_the_messages(queue: Queue) -> None:
    names = [queue.send(sleep=0.3) for _ in range(12)]
    until(lambda: all("done" in queue.notes(name) for name in names), "all are done")
    told = [" ".join(each.notes()) for each in queue.containers]
    assert all(any(name in notes for name in names) for notes in told)


def test_a_message_of_a_container_that_is_killed_is_done_by_another(queue: Queue) -> None:
    name = queue.send(sleep=1.5)
    lost = until(lambda: next((each for each in queue.containers if _told(each, name)), None), "it is begun")
    assert lost
    (other,) = (each for each in queue.containers if each is not lost)
    docker("kill", lost.name)
    until(lambda: queue.size(queue.url) == 0, "another one does it")
    assert _told(other, name)[-1].endswith("done")
    docker("start", lost.name)


def _told(echo: Echo, name: str) -> list[str]:
    return [note for note in echo.notes() if name in note]
