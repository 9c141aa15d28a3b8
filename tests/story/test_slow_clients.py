"""Clients that keep the server waiting: with half a request, or with an answer that they do not take."""

from __future__ import annotations

import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import pytest

from tests.support.http import until
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual
from tests.support.server import Server, serving

HALF_REQUESTS = 2000
DESCRIPTORS = 256
MOST_LOG_BYTES = 1 << 20

HALVES = {
    "head": b"GET /health HTTP/1.1\r\nHost: local",
    "body": b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n"
    b"Content-Type: application/json\r\n\r\n{",
    "upload": b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n",
}


NONSENSE = {
    "TLS": b"\x16\x03\x01\x02\x00\x01" + b"\xff" * 300,
    "two lengths": b"POST /health HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "many headers": b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"a: b\r\n" * 20_000,
    "WebSocket": b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
}

PATIENT = dict.fromkeys(("KB_HEAD_SECONDS", "KB_BODY_SECONDS", "KB_ANSWER_SECONDS"), "3600")
"""So that the server does not get room by sending away whoever is slow."""

IMPATIENT = dict.fromkeys(PATIENT, "3")


@contextmanager
def many_descriptors() -> Iterator[None]:
    """For the test itself, which holds one for each of its connections."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(most, 4 * HALF_REQUESTS)), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))


def connected(server: Server, request: bytes, *, small: bool = False) -> socket.socket:
    """A connection that has sent something; a small one takes little of an answer."""
    client = socket.socket()
    if small:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(HANG_SECONDS)
    client.connect(("127.0.0.1", server.port))
    client.sendall(request)
    return client


def close(clients: list[socket.socket]) -> None:
    for client in clients:
        client.close()


def large_content(server: Server, folder: Path) -> bytes:
    """The request for a file of 12 MB that the server has."""
    pdf = manual(folder / "m.pdf").read_bytes()
    file = pdf + b"%" + b"x" * 12_000_000 + b"\n" + pdf[pdf.rindex(b"startxref") :]
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="m.pdf"\r\n\r\n'
    body = part + file + b"\r\n--b--\r\n"
    head = f"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += "Connection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
    with connected(server, head.encode() + body) as client:
        answer = client.makefile("rb").read()
    document = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
    return f"GET /v1/documents/{document}/content HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def test_two_thousand_clients_that_wait_neither_stop_the_server_nor_fill_its_log(tmp_path: Path) -> None:
    clients: list[socket.socket] = []
    with (
        serving(tmp_path / "data", environment=PATIENT, descriptors=DESCRIPTORS) as server,
        many_descriptors(),
    ):
        requests = [*HALVES.values(), large_content(server, tmp_path)]
        try:
            for request in requests:
                for _ in range(HALF_REQUESTS // len(requests)):
                    with suppress(ConnectionError):  # it was sent away at once
                        clients.append(connected(server, request, small=request is requests[-1]))
                assert server.get("/health") == {"status": "ok"}
        finally:
            close(clients)
        assert len(server.get("/v1/documents")["items"]) == 1
        assert server.log.stat().st_size < MOST_LOG_BYTES
        assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server that waits for three seconds, and a folder."""
    folder = tmp_path_factory.mktemp("impatient")
    with serving(folder / "data", environment=IMPATIENT) as server:
        yield server, folder


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_half_a_request_is_told_that_it_is_too_slow(impatient: tuple[Server, Path], half: bytes) -> None:
    with connected(impatient[0], half) as client:
        answer = client.makefile("rb").read()  # up to the end: it is closed
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "request_timeout"


def test_malformed_requests_are_logged_once_however_many_there_are(impatient: tuple[Server, Path]) -> None:
    server = impatient[0]
    for request in list(NONSENSE.values()) * 25:
        with suppress(ConnectionError), connected(server, request) as client:
            client.recv(1)
    complaints = server.log.read_text().splitlines()[1:]
    assert complaints
    assert len(complaints) == len(set(complaints))


def test_a_body_that_trickles_is_too_slow_and_one_that_comes_on_is_not(
    impatient: tuple[Server, Path],
) -> None:
    head = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    body = json.dumps({"question": "x" * 3000}).encode() + b" " * 27_000
    request = head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    with connected(impatient[0], request) as slow, connected(impatient[0], request) as steady:
        slow.setblocking(False)
        for begin in count(step=500):
            steady.sendall(body[begin : begin + 500])
            with suppress(BlockingIOError):
                said = slow.recv(100)
                break
            slow.sendall(b" ")
            time.sleep(0.5)
        assert said.startswith(b"HTTP/1.1 408 ")
        assert begin < len(body)
        steady.sendall(body[begin + 500 :])
        assert steady.recv(100).startswith(b"HTTP/1.1 200 ")


def test_whoever_does_not_take_an_answer_is_sent_away_and_whoever_takes_it_gets_it_whole(
    impatient: tuple[Server, Path],
) -> None:
    server, folder = impatient
    request = large_content(server, folder)
    with connected(server, request, small=True) as idle, connected(server, request) as reader:
        whole = 0
        while whole < 12_000_000:
            whole += len(reader.recv(1 << 16))
        until(lambda: not is_connected(server, idle), "who takes nothing is sent away")
        got = 0
        with suppress(ConnectionError):
            while more := idle.recv(1 << 16):
                got += len(more)
        assert got < 12_000_000


def is_connected(server: Server, client: socket.socket) -> bool:
    """Whether the server holds its side of a connection."""
    ours = client.getsockname()
    held = psutil.Process(server.process.pid).net_connections("tcp")
    return any(each.raddr == ours for each in held)


def test_a_connection_between_two_requests_stays(impatient: tuple[Server, Path]) -> None:
    request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(impatient[0], request) as client:
        answers = client.makefile("rb")
        while answers.readline() != b"\r\n":
            pass
        assert answers.read(15) == b'{"status":"ok"}'
        time.sleep(4)  # longer than for a head that has begun
        client.sendall(request)
        assert answers.readline().startswith(b"HTTP/1.1 200 ")
        answers.close()


def test_descriptors_are_raised_as_far_as_may_be_and_slow_clients_do_not_hold_up_the_end(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "data", environment=PATIENT) as server:
        limits = Path(f"/proc/{server.process.pid}/limits").read_text()
        clients = [connected(server, half) for half in HALVES.values()]
        assert server.stop() == 0  # though a body is waited for longer than a test may take
        close(clients)
    soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(soft) >= min(16_384, int(hard))
