"""What a message in SQS says beside its job."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from app.adapters.aws.clients import Clients
from app.adapters.aws.jobs import SqsJobs
from app.core.document import VersionId
from app.core.job import Job, JobKind, Run


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL_SQS": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield Clients()
    server.stop()


def test_messages_of_a_tenant_are_a_group_so_that_none_waits_for_another(clients: Clients) -> None:
    sqs = clients.get("sqs")
    url = sqs.create_queue(QueueName="ingest")["QueueUrl"]
    for tenant in ("us", "us", "Öffentlich / them"):
        SqsJobs(clients, url).send(Job(JobKind.PLAN, Run(VersionId(tenant, "doc_1", 1), 1)))
    found = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
    )
    groups = [message["Attributes"]["MessageGroupId"] for message in found["Messages"]]
    assert len(groups) == 3
    assert len(set(groups)) == 2
    assert all(group.isalnum() for group in groups)
