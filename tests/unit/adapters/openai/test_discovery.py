"""Servers on this machine are found at their ports; whatever else listens there is not taken for one."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from app.adapters.openai.discovery import LIST_BYTES, MOST_MODELS, SERVERS, LocalServer, find_offers
from tests.support.machine import HANG_SECONDS
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.server import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def at(port: int) -> list[LocalServer]:
    return [LocalServer("test", "Test", port)]


def names_at(port: int) -> list[str]:
    return [offer.name for offer in find_offers(at(port))]


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener that does this with each connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        connection.recv(10_000)
                        answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running


def listed(*ids: object) -> Fault:
    return Fault(raw=json.dumps({"object": "list", "data": [{"id": each} for each in ids]}).encode())


def test_the_usual_servers_are_looked_for_at_their_own_ports() -> None:
    assert {server.name: server.port for server in SERVERS} == {
        "Ollama": 11434,
        "llama.cpp": 8080,
        "LM Studio": 1234,
    }
    assert all(server.base_url.startswith("http://127.0.0.1:") for server in SERVERS)


def test_a_server_that_speaks_the_protocol_offers_its_models(server: OpenAiServer) -> None:
    (offer,) = find_offers(at(server.port))
    assert (offer.id, offer.name) == ("test/model", "model")
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/v1/models")
    assert "authorization" not in asked.headers


def test_models_that_write_nothing_and_names_that_are_none_are_left_out(server: OpenAiServer) -> None:
    server.fail(listed("qwen2.5:1.5b", "nomic-embed-text", "", "x" * 500, 7, "two\nlines", None))
    assert names_at(server.port) == ["qwen2.5:1.5b"]


def test_models_that_a_server_passes_on_to_a_service_are_left_out(server: OpenAiServer) -> None:
    server.fail(listed("gpt-oss:120b-cloud", "glm-5:cloud", "qwen2.5:1.5b", "Big-CLOUD"))
    assert names_at(server.port) == ["qwen2.5:1.5b"]


def test_a_list_without_end_is_cut(server: OpenAiServer) -> None:
    server.fail(listed(*(f"model-{number}" for number in range(5 * MOST_MODELS))))
    assert len(names_at(server.port)) == MOST_MODELS


@pytest.mark.parametrize(
    "fault",
    [
        Fault(raw=b"<!doctype html><title>A router</title>"),
        Fault(raw=b'{"models": []}'),
        Fault(raw=b'{"data": "model"}'),
        Fault(raw=b"[1, 2]"),
        Fault(raw=b"[" * 100_000),
        Fault(raw=b"\xff\xfe\x00"),
        Fault(raw=b""),
        Fault(raw=b'{"data": [' + b" " * LIST_BYTES + b"]}"),
        Fault(status=401),
        Fault(status=500),
        Fault(status=302, headers={"Location": "http://192.0.2.1/v1/models"}, raw=b""),
    ],
    ids=["html", "other", "text", "list", "deep", "binary", "empty", "huge", "key", "broken", "elsewhere"],
)
def test_what_is_no_list_of_models_is_no_server(server: OpenAiServer, fault: Fault) -> None:
    server.fail(fault)
    assert names_at(server.port) == []
    assert len(server.asked) == 1  # nothing is asked again, and no redirect followed


def test_a_port_that_nobody_listens_on_is_no_server() -> None:
    assert names_at(free_port()) == []


def test_one_that_is_silent_holds_up_no_other(server: OpenAiServer) -> None:
    with OpenAiServer() as silent:
        silent.fail(Fault(hang=60.0))
        found = find_offers([*at(silent.port), *at(server.port)])
    assert [offer.server.port for offer in found] == [server.port]


def test_one_that_sends_a_byte_at_a_time_is_given_up() -> None:
    closed = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n")
        with suppress(OSError):
            while not closed.wait(0.05):
                connection.sendall(b" ")

    with answering(drip) as port:
        assert names_at(port) == []
        closed.set()


def test_one_that_sends_its_head_a_byte_at_a_time_is_left_when_the_time_is_over() -> None:
    gone = threading.Event()

    def drip(connection: socket.socket) -> None:
        try:
            while True:
                connection.sendall(b"H")
                gone.wait(0.05)
        except OSError:
            gone.set()

    with answering(drip) as port:
        assert names_at(port) == []
        assert gone.wait(HANG_SECONDS)


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/9.9 what\r\n\r\n", OK + b"x" * 100_000])
def test_what_speaks_another_protocol_is_no_server(said: bytes) -> None:
    with answering(lambda connection: connection.sendall(said)) as port:
        assert names_at(port) == []
