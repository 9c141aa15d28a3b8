"""A service of AWS that is down, mute or not set up is named within seconds."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from app.adapters.aws.clients import Clients
from app.adapters.aws.conversations import DynamoConversations
from app.adapters.aws.documents import DynamoDocuments
from app.adapters.aws.files import S3Files
from app.adapters.aws.jobs import SqsJobs
from app.core.errors import Unavailable
from app.core.model import Job, JobKind, Run
from tests.support import aws
from tests.support.threads import at_once

RUN = Run("us", "doc_1", 1, 1)

Call = Callable[[Clients], object]

CALLS: dict[str, tuple[str, Call]] = {
    "register": ("database", lambda to: DynamoDocuments(to, "none").register("us", "a", "0" * 64, 1)),
    "get": ("database", lambda to: DynamoDocuments(to, "none").get("us", "doc_1")),
    "finish_range": ("database", lambda to: DynamoDocuments(to, "none").finish_range(RUN, 0)),
    "listing": ("database", lambda to: DynamoDocuments(to, "none").listing("us")),
    "documents": ("database", lambda to: DynamoDocuments(to, "none").check()),
    "messages": ("database", lambda to: DynamoConversations(to, "none", "none").messages("us", "ses_1")),
    "create": ("database", lambda to: DynamoConversations(to, "none", "none").create("us", "a")),
    "conversations": ("database", lambda to: DynamoConversations(to, "none", "none").check()),
    "put": ("files", lambda to: S3Files(to, "none").put("us/a", b"x")),
    "local": ("files", lambda to: S3Files(to, "none").local("us/a").__enter__()),
    "keys": ("files", lambda to: list(S3Files(to, "none").keys("us/"))),
    "files": ("files", lambda to: S3Files(to, "none").check()),
    "send": ("queue", lambda to: SqsJobs(to, "http://localhost/0/none").send(Job(JobKind.PLAN, RUN))),
    "receive": ("queue", lambda to: SqsJobs(to, "http://localhost/0/none").receive(lease=1)),
    "jobs": ("queue", lambda to: SqsJobs(to, "http://localhost/0/none").check()),
}
every_call = pytest.mark.parametrize(("part", "call"), CALLS.values(), ids=CALLS)


def seconds_to_unavailable(part: str, call: Call) -> float:
    begun = time.monotonic()
    with pytest.raises(Unavailable) as error:
        call(Clients())
    assert error.value.part == part
    assert part in error.value.message
    return time.monotonic() - begun


def at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.clients()  # whoever is asked, the credentials are there
    for service in ("DYNAMODB", "S3", "SQS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:{port}")


@pytest.fixture
def mute() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@every_call
def test_a_service_that_is_down_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, part: str, call: Call
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    at(port, monkeypatch)
    assert seconds_to_unavailable(part, call) < 8


@pytest.mark.slow
def test_a_service_that_says_nothing_is_given_up_before_a_request_is(
    monkeypatch: pytest.MonkeyPatch, mute: int
) -> None:
    at(mute, monkeypatch)
    names = "documents", "files", "jobs"
    assert max(at_once([partial(seconds_to_unavailable, *CALLS[name]) for name in names])) < 25


@every_call
def test_what_is_not_set_up_is_unavailable(part: str, call: Call) -> None:
    for service in ("dynamodb", "s3", "sqs"):
        aws.client(service)
    assert seconds_to_unavailable(part, lambda _: call(aws.clients())) < 8
