"""A service of AWS that is down, mute or not set up is named."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.conversations import DynamoConversations
from app.adapters.aws.dynamodb.documents import DynamoDocuments
from app.adapters.aws.dynamodb.dynamo import Dynamo, put
from app.adapters.aws.files import S3Files
from app.adapters.aws.jobs import SqsJobs
from app.core.answer import Person
from app.core.document import Source, VersionId
from app.core.errors import KnowledgeBaseError, RateLimited, TooLarge, Unavailable
from app.core.job import Job, JobKind, Run
from tests.support import aws
from tests.support.threads import at_once

ANN = Person("us", "ann")

GATEWAY_SECONDS = 29
"""When API Gateway gives up a request."""

RUN = Run(VersionId("us", "doc_1", 1), 1)

Call = Callable[[Clients], object]

CALLS: dict[str, tuple[str, Call]] = {
    "register": (
        "database",
        lambda to: DynamoDocuments(to, "none").register("us", Source("a", "a"), "0" * 64, 1),
    ),
    "get": ("database", lambda to: DynamoDocuments(to, "none").get("us", "doc_1")),
    "finish_range": ("database", lambda to: DynamoDocuments(to, "none").finish_range(RUN, 0)),
    "listing": ("database", lambda to: DynamoDocuments(to, "none").listing("us")),
    "documents": ("database", lambda to: DynamoDocuments(to, "none").check()),
    "messages": ("database", lambda to: DynamoConversations(to, "none", "none").messages(ANN, "ses_1")),
    "create": ("database", lambda to: DynamoConversations(to, "none", "none").create(ANN, "a")),
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


def assert_unavailable(part: str, call: Call) -> None:
    with pytest.raises(Unavailable) as error:
        call(Clients())
    assert error.value.part == part
    assert part in error.value.message


def at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.clients()  # whoever is asked, the credentials are there
    for service in ("DYNAMODB", "S3", "SQS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:{port}")


@pytest.fixture
def mute() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def answering(status: int, json_code: str, xml_code: str, more: str = "") -> Iterator[tuple[int, list[str]]]:
    """The port of a server that answers every request with an error, and the requests it was sent."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            in_json = f'{{"__type": "com.amazonaws#{json_code}", "message": "no"{more}}}'
            in_xml = f"<Error><Code>{xml_code}</Code><Message>no</Message></Error>"
            body = (in_json if "X-Amz-Target" in self.headers else in_xml).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = answer

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, asked
        server.shutdown()


@every_call
def test_a_service_that_is_down_is_named(monkeypatch: pytest.MonkeyPatch, part: str, call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    at(port, monkeypatch)
    assert_unavailable(part, call)


@pytest.mark.parametrize("name", ["register", "get", "send", "put", "keys"])
def test_a_service_that_asks_for_patience_is_tried_again_and_then_passed_on(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with answering(400 if CALLS[name][0] != "files" else 503, "ThrottlingException", "SlowDown") as (
        port,
        asked,
    ):
        at(port, monkeypatch)
        with pytest.raises(RateLimited) as error:
            CALLS[name][1](Clients())
    assert CALLS[name][0] in error.value.message
    assert len(asked) > 1


@pytest.mark.parametrize("name", ["get", "send", "keys"])
def test_a_service_with_an_error_of_its_own_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with answering(500, "InternalServerError", "InternalError") as (port, asked):
        at(port, monkeypatch)
        assert_unavailable(*CALLS[name])
    assert len(asked) > 1


@pytest.mark.parametrize(
    ("reason", "expected", "tries"),
    [
        ("TransactionConflict", RateLimited, 30),
        ("ThrottlingError", RateLimited, 30),
        ("ValidationError", TooLarge, 1),
        ("ItemCollectionSizeLimitExceeded", TooLarge, 1),
    ],
)
def test_a_transaction_that_is_cancelled_is_tried_again_if_that_may_help(
    monkeypatch: pytest.MonkeyPatch, reason: str, expected: type[KnowledgeBaseError], tries: int
) -> None:
    message = "Item size to update has exceeded the maximum allowed size"
    reasons = [{"Code": "None"}, {"Code": reason, "Message": message}]
    more = f', "CancellationReasons": {json.dumps(reasons)}'
    with answering(400, "TransactionCanceledException", "", more) as (port, asked):
        at(port, monkeypatch)
        write = put("none", {"pk": "a", "sk": "b"})
        with pytest.raises(expected):
            Dynamo(Clients(), "database").transact([write, write])
    assert len(asked) == tries


@pytest.mark.parametrize("service", ["dynamodb", "s3", "sqs"])
def test_all_tries_together_end_before_a_request_does(service: str) -> None:
    config = Clients().get(service).meta.config
    tries = config.retries["total_max_attempts"]
    assert tries * (config.connect_timeout + config.read_timeout) < GATEWAY_SECONDS


@pytest.mark.slow
def test_a_service_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, mute: int) -> None:
    at(mute, monkeypatch)
    names = "documents", "files", "jobs"
    at_once([partial(assert_unavailable, *CALLS[name]) for name in names])


@every_call
def test_what_is_not_allowed_is_unavailable(part: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(403, "AccessDeniedException", "AccessDenied") as (port, _):
        at(port, monkeypatch)
        assert_unavailable(part, call)


@every_call
def test_what_is_not_set_up_is_unavailable(part: str, call: Call) -> None:
    for service in ("dynamodb", "s3", "sqs"):
        aws.client(service)
    assert_unavailable(part, lambda _: call(aws.clients()))
