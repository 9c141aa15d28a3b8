"""AWS as far as a push and a rollback meet it: its interfaces by moto, and a real registry (``registry:2``)
that lets in only those who bring a token that ECR's interface gave out, and for as long as it is good.

moto gives the same token for ever, keeps no images, runs no functions and needs a hundred packages more for
stacks; so both are behind a relay that gives out tokens of its own, looks at them, notes what goes up, and
answers for functions and stacks.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support import services
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port

REGISTRY = services.Service("registry:2", 5000, path="/v2/")
TOKEN_SECONDS = 12 * 3600.0
GIVE_TOKEN = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
INVOCATION = r"/2015-03-31/functions/(?P<name>[^/]+)/invocations\?Qualifier=(?P<version>\w+)"
SETTINGS = "/2016-08-19/account-settings"
HOP_HEADERS = ("transfer-encoding", "connection", "content-length")


@dataclass
class Relay:
    """What stands before moto and the registry. ``uploaded`` are the digests of the blobs that arrived whole,
    ``tokens`` those given out, the last of which is good."""

    port: int
    moto: str
    registry: str
    uploaded: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    refused: int = 0
    accepts: bool = True
    """Whether any token lets in."""
    blobs_before_hold: int | None = None
    """After so many blobs what goes up is held, until ``go_on`` is set."""
    go_on: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    answers: dict[str, Any] = field(default_factory=dict)
    """What functions answer, by name and version (``name:1``); a list is what an alias answers in turn, with
    the version that it gave the call to."""
    stacks: dict[str, dict[str, str]] = field(default_factory=dict)
    """The outputs of stacks."""
    states: dict[str, str] = field(default_factory=dict)
    """How stacks are, if not complete."""
    concurrency: int = 1000
    """Of Lambda, that no function has for itself."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Of a command that is to find its AWS here."""
        return {
            "AWS_ENDPOINT_URL": f"http://{self.host}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }

    def client(self, service: str = "ecr") -> Any:
        """boto3's client of an interface."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=f"http://{self.host}",
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def expire(self) -> None:
        """No token that was given out is good any more."""
        self.tokens.append("of nobody")

    def new_token(self) -> str:
        self.tokens.append(secrets.token_hex(16))
        return self.tokens[-1]

    def lets_in(self, header: str | None) -> bool:
        if not self.tokens or not header or not self.accepts:
            return False
        given = base64.b64decode(header.removeprefix("Basic ")).decode()
        return given == f"AWS:{self.tokens[-1]}"


def environment_of(account: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with the variables of an account, and with none of AWS's that tell where the
    containers of other tests are."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | dict(account)


def enter(account: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process find its AWS in the account, for the length of a test."""
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in account.items():
        monkeypatch.setenv(name, value)


@contextmanager
def aws(*, registry: bool = True) -> Iterator[Relay]:
    """An account with nothing in it; the registry is shared by a test run."""
    address = services.address(REGISTRY) if registry else ""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    moto = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        services.wait_for_http(f"http://127.0.0.1:{port}/moto-api/")
        with _relaying(f"http://127.0.0.1:{port}", address) as relay:
            yield relay
    finally:
        moto.kill()
        moto.wait()


@contextmanager
def _relaying(moto: str, registry: str) -> Iterator[Relay]:
    relay = Relay(0, moto, registry)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": relay}))
    relay.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield relay
    finally:
        relay.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    relay: Relay
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _any(self) -> None:
        if called := re.fullmatch(INVOCATION, self.path):
            self._body()
            name = f"{called['name']}:{called['version']}"
            answer = self.relay.answers[name]
            version, answer = answer.pop(0) if isinstance(answer, list) else (called["version"], answer)
            self._answer(200, json.dumps(answer).encode(), {"X-Amz-Executed-Version": version})
        elif self.path.startswith(SETTINGS):
            limit = {"UnreservedConcurrentExecutions": self.relay.concurrency}
            self._answer(200, json.dumps({"AccountLimit": limit}).encode())
        elif not self.path.startswith("/v2/"):
            self._api()
        elif self.relay.lets_in(self.headers.get("Authorization")):
            self._hold()
            self._pass_on(self.relay.registry)
        else:
            self._refuse()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _any

    def _api(self) -> None:
        if "/cloudformation/" in self.headers.get("Authorization", ""):
            self._stack()
        elif self.headers.get("X-Amz-Target") == GIVE_TOKEN:
            self._give_token()
        else:
            self._pass_on(self.relay.moto)

    def _stack(self) -> None:
        asked = parse_qs(self._body().decode())
        (name,) = asked["StackName"]
        assert asked["Action"][0] in ("DescribeStacks", "DescribeStackResources")
        if name not in self.relay.stacks:
            said = f"<Code>ValidationError</Code><Message>Stack with id {name} does not exist</Message>"
            self._answer(400, f"<ErrorResponse><Error>{said}</Error></ErrorResponse>".encode())
            return
        outputs = "".join(
            f"<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"
            for key, value in self.relay.stacks[name].items()
        )
        state = self.relay.states.get(name, "UPDATE_COMPLETE")
        about = f"<StackName>{name}</StackName><StackStatus>{state}</StackStatus>"
        stack = f"<member>{about}<Outputs>{outputs}</Outputs></member>"
        result = f"<DescribeStacksResult><Stacks>{stack}</Stacks></DescribeStacksResult>"
        if asked["Action"] == ["DescribeStackResources"]:
            result = "<DescribeStackResourcesResult><StackResources/></DescribeStackResourcesResult>"
        self._answer(200, f"<DescribeStacksResponse>{result}</DescribeStacksResponse>".encode())

    def _give_token(self) -> None:
        self._body()
        token = base64.b64encode(f"AWS:{self.relay.new_token()}".encode()).decode()
        data = {
            "authorizationToken": token,
            "expiresAt": time.time() + TOKEN_SECONDS,
            "proxyEndpoint": f"http://{self.relay.host}",
        }
        self._answer(200, json.dumps({"authorizationData": [data]}).encode())

    def _refuse(self) -> None:
        """As ECR: 401 of who brings nothing, 403 of who brings an old token."""
        self.relay.refused += 1
        self.close_connection = True  # what was to go up is not read
        error = {"errors": [{"code": "DENIED", "message": EXPIRED}]}
        self._answer(403 if self.headers.get("Authorization") else 401, json.dumps(error).encode())

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="ecr"')
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hold(self) -> None:
        before = self.relay.blobs_before_hold
        if before is not None and self.command == "PATCH" and len(self.relay.uploaded) >= before:
            self.relay.held.set()
            self.relay.go_on.wait(HANG_SECONDS)

    def _pass_on(self, to: str) -> None:
        place = urlsplit(to)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=HANG_SECONDS)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_HEADERS}
        try:
            connection.request(self.command, self.path, self._body(), headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if self.command == "PUT" and "/blobs/uploads/" in self.path and answer.status == 201:
            self.relay.uploaded.append(answer.headers["Docker-Content-Digest"])
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in HOP_HEADERS:
                self.send_header(name, value)
        length = answer.headers["Content-Length"] if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)
