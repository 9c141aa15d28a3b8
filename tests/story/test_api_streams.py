"""What only shows on a real connection: answers that begin at once, clients that go away, uploads that are
stopped on their way."""

from __future__ import annotations

import http.client
import json
import socket
import time
from pathlib import Path

import pytest

from tests.support.machine import HANG_SECONDS
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import manual
from tests.support.server import Server, serving


def connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG_SECONDS)


def form(path: Path) -> tuple[bytes, dict[str, str]]:
    """A multipart body with a file, and its headers."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="m.pdf"\r\n\r\n'
    return head + path.read_bytes() + b"\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


def test_a_streamed_answer_begins_before_the_model_has_said_a_word(tmp_path: Path) -> None:
    with OpenAiServer(dimensions=64) as model:
        environment = {
            "OPENAI_API_KEY": "test",
            "OPENAI_BASE_URL": model.url,
            "OPENAI_EMBEDDING_DIMENSIONS": "64",
        }
        with serving(tmp_path / "data", environment=environment) as server:
            session = server.post("/v1/chat/sessions", {})
            model.fail(Fault(hang=HANG_SECONDS))
            client = connection(server)
            client.request(
                "POST",
                f"/v1/chat/sessions/{session['id']}/messages",
                json.dumps({"question": "How heavy is the pump?"}),
                {"Content-Type": "application/json", "Accept": "text/event-stream"},
            )
            answer = client.getresponse()
            assert (answer.status, answer.readline()) == (200, b": the answer follows\n")
            model.going_on.set()
            assert b"event: message" in answer.read()
            client.close()


def test_pages_are_sent_as_they_are_read_and_a_client_that_leaves_is_no_error(tmp_path: Path) -> None:
    body, headers = form(manual(tmp_path / "m.pdf", 400))
    with serving(tmp_path / "data") as server:
        client = connection(server)
        client.request("POST", "/v1/extract", body, headers)
        answer = client.getresponse()
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert answer.readline().endswith(b'"pages":[\n')
        assert answer.readline().startswith(b'{"number":1,')
        answer.close()
        client.close()
        time.sleep(1)
        assert server.get("/health") == {"status": "ok"}
        assert server.stop() == 0
        assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("framing", ["Content-Length: 900000000", "Transfer-Encoding: chunked"])
def test_an_upload_over_the_limit_is_answered_on_its_way(tmp_path: Path, framing: str) -> None:
    head = f"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n"
    head += "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="m.pdf"\r\n\r\n%PDF-1.7'
    block = part + b"x" * 3_000_000
    if "chunked" in framing:
        block = b"%x\r\n%s\r\n" % (len(block), block)
    with (
        serving(tmp_path / "data", environment={"KB_MAX_UPLOAD_BYTES": "1000000"}) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=HANG_SECONDS) as client,
    ):
        client.sendall(head.encode() + block)  # and never the rest
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")
        client.close()
        assert server.get("/v1/documents")["items"] == []
        assert server.stop() == 0
        assert "Traceback" not in server.log.read_text()
