"""Clients that go in the middle: of their request or of what they are sent."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.hostile_pages import painted_often
from tests.support.http import until
from tests.support.leavings import resting, settled
from tests.support.machine import HANG_SECONDS
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import manual
from tests.support.readers import drawn
from tests.support.server import Server, serving
from tests.support.uploads import ENDS
from tests.unit.pages.test_continued import price_list

TIMES = {"extract": 20, "report": 20, "chat": 20}
"""So often clients leave these; the others are variants of them and cost as much."""

VARIANT_TIMES = 5

DRAWING_SECONDS = 0.1
"""Of computing, by which a page is being drawn that takes a second."""

AT_ONCE = 4
"""Clients that come and leave at the same time: so many files are read for ``/v1/extract`` at once."""

QUESTION = "What is the warranty period of the Meridian pump?"
SENTENCE = "The warranty period of the Meridian pump is thirty-six months from delivery"
LONG_ANSWER = f'{SENTENCE} [[1: "{SENTENCE}"]]. ' + "It is said so again. " * 400


@dataclass(frozen=True, slots=True)
class World:
    server: Server
    model: OpenAiServer
    temporary: Path
    data: Path
    document: str
    file: bytes
    environment: dict[str, str]

    def session(self) -> str:
        return str(self.server.post("/v1/chat/sessions", {})["id"])

    def messages(self, session: str) -> list[dict[str, Any]]:
        return list(self.server.get(f"/v1/chat/sessions/{session}/messages")["items"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("leaving")
    temporary, data = folder / "tmp", folder / "data"
    temporary.mkdir()
    file = padded(manual(folder / "m.pdf", 120).read_bytes(), 3_000_000)
    with OpenAiServer(dimensions=64) as model:
        environment = {
            "OPENAI_API_KEY": "test",
            "OPENAI_BASE_URL": model.url,
            "OPENAI_EMBEDDING_DIMENSIONS": "64",
            "TMPDIR": str(temporary),
            "KB_PAGE_SECONDS": "3600",  # a page that hangs does so for as long as somebody waits for it
            "KB_DOCUMENT_CPU_SECONDS": "86400",
            "KB_FILE_MEGABYTES": "4000",  # a fast machine fills the usual 500 before the client leaves
        }
        with serving(data, environment=environment) as server:
            client = sent(server, upload("/v1/documents", file))
            answer = client.read()
            client.leave()
            document = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
            while server.get(f"/v1/documents/{document}")["status"] != "ready":
                time.sleep(0.1)
            yield World(server, model, temporary, data, document, file, environment)


def padded(pdf: bytes, size: int) -> bytes:
    """The same PDF with a long comment in it."""
    return pdf + b"%" + b"x" * size + b"\n" + pdf[pdf.rindex(b"startxref") :]


class Client:
    """A connection that takes little at a time."""

    def __init__(self, server: Server) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._socket.settimeout(HANG_SECONDS)
        self._socket.connect(("127.0.0.1", server.port))

    def send(self, content: bytes) -> None:
        self._socket.sendall(content)

    def read(self) -> bytes:
        """What comes until the server closes; it must be less than 100 kB."""
        content = b""
        while len(content) < 100_000 and (more := self._socket.recv(8192)):
            content += more
        return content

    def read_until(self, words: bytes) -> bytes:
        content = b""
        while words not in content:
            more = self._socket.recv(4096)
            assert more, content[-1000:]
            content += more
        return content

    def leave(self) -> None:
        self._socket.close()


def sent(server: Server, request: bytes) -> Client:
    client = Client(server)
    client.send(request)
    return client


def upload(path: str, file: bytes, name: str = "m.pdf") -> bytes:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + file
        + b"\r\n--b--\r\n"
    )
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    return head.encode() + b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + body


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", "")).encode()


def question(session: str, accept: str = "text/event-stream") -> bytes:
    body = json.dumps({"question": QUESTION}).encode()
    head = (
        f"POST /v1/chat/sessions/{session}/messages HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nAccept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests(world: World) -> dict[str, tuple[bytes, bytes]]:
    """Each with the words of its answer at which the client leaves, none where it does not send all of it."""
    content = f"/v1/documents/{world.document}/content"
    whole = upload("/v1/documents", world.file)
    return {
        "extract": (upload("/v1/extract", world.file), b'"pages":['),
        "extract as Markdown": (upload("/v1/extract?format=markdown", world.file), b"200 OK"),
        "report": (get(f"/v1/documents/{world.document}/report"), b"200 OK"),
        "content": (get(content), b"%PDF"),
        "range": (get(content, "Range: bytes=100-2900000"), b"206 Partial"),
        "ranges": (get(content, "Range: bytes=100-1900000,2000000-2900000"), b"206 Partial"),
        "half an upload": (whole[: len(whole) // 2], b""),
        "half a file to extract": (upload("/v1/extract", world.file)[:2_000_000], b""),
        "chat": (question(world.session()), b"event: text"),
    }


def test_clients_that_leave_in_the_middle_leave_no_process_descriptor_or_folder(world: World) -> None:
    world.model.reply, world.model.pause = lambda _: LONG_ANSWER, 0.01
    for request, words in requests(world).values():  # what is kept from the first use on
        client = sent(world.server, request)
        client.read_until(words or b"")
        client.leave()
    before = resting(world.server, world.temporary, world.data)
    for name, (request, words) in requests(world).items():
        times = TIMES.get(name, VARIANT_TIMES)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            asked = [question(world.session()) if name == "chat" else request for _ in range(times)]
            list(threads.map(partial(leave_in_the_middle, world.server, words=words), asked))
        more = settled(world.server, world.temporary, world.data, before)
        assert not more, (name, more)
    assert left_so_far(world.model) >= TIMES["chat"]
    assert "Traceback" not in world.server.log.read_text()


def test_clients_that_leave_while_a_page_is_drawn_or_tables_are_packed_leave_nothing(
    world: World, tmp_path: Path
) -> None:
    slow = uploaded(world, painted_often(tmp_path / "slow.pdf", pages=1, times=6, side=2500).read_bytes())
    tables = uploaded(world, price_list(tmp_path / "tables.pdf", pages=12).read_bytes())
    drawn_once = sent(world.server, get(f"/v1/documents/{slow}/pages/1/image?dpi=36", "Connection: close"))
    drawn_once.read_until(b"\r\n\r\n")  # its process stays for the next
    drawn_once.leave()
    packed = get(f"/v1/documents/{tables}/tables")
    leave_in_the_middle(world.server, packed, words=b"PK")
    before = resting(world.server, world.temporary, world.data)
    for resolution in range(VARIANT_TIMES):
        client = sent(world.server, get(f"/v1/documents/{slow}/pages/1/image?dpi={296 + resolution}"))
        reads_on(world.server, DRAWING_SECONDS)
        client.leave()
        leave_in_the_middle(world.server, packed, words=b"PK")
        leave_in_the_middle(world.server, packed, words=b"")
        leave_in_the_middle(world.server, get(f"/v1/documents/{tables}/pages/1/tables/0"), words=b"200 OK")
    assert not settled(world.server, world.temporary, world.data, before)
    assert "Traceback" not in world.server.log.read_text()


def uploaded(world: World, file: bytes) -> str:
    """The id of a document, once it is read."""
    client = sent(world.server, upload("/v1/documents", file))
    document = str(json.loads(client.read().partition(b"\r\n\r\n")[2])["id"])
    client.leave()
    until(lambda: world.server.get(f"/v1/documents/{document}")["status"] in ENDS, "the document has ended")
    return document


def leave_in_the_middle(server: Server, request: bytes, *, words: bytes) -> None:
    """Send a request and leave at these words of its answer; one that is refused is sent again."""
    while True:
        client = sent(server, request)
        answer = client.read_until(b"\r\n\r\n" if words else b"")
        refused = b" 429 " in answer
        if not refused and words not in answer:
            client.read_until(words)
        client.leave()
        if not refused:
            return
        time.sleep(0.05)  # who left before is yet to be noticed


def left_so_far(model: OpenAiServer) -> int:
    """How many answers nobody waited for, once the model has noticed the last client that went."""
    until(lambda: model.at_work == 0, "the model has nothing to do")
    return model.left


def broken_off(world: World, session: str) -> dict[str, Any]:
    """The answer in a conversation, as soon as it is kept."""
    wait_until(lambda: len(world.messages(session)) == 2)
    messages = world.messages(session)
    assert [message["role"] for message in messages] == ["user", "assistant"]
    assert messages[1]["answer"]["broken_off"]
    assert messages[1]["text"] == messages[1]["answer"]["text"]
    return dict(messages[1]["answer"])


def test_the_answer_of_a_chat_that_was_left_is_kept_as_broken_off_and_its_tokens_are_counted(
    world: World,
) -> None:
    world.model.reply, world.model.pause = lambda _: LONG_ANSWER, 0.02
    before, left = world.server.get("/v1/usage"), left_so_far(world.model)
    session = world.session()
    client = sent(world.server, question(session))
    client.read_until(b" said")
    client.leave()
    answer = broken_off(world, session)
    assert answer["kind"] == "generated"
    assert answer["text"].startswith(SENTENCE)
    assert len(answer["text"]) < len(LONG_ANSWER)
    assert [citation["proof"] for citation in answer["citations"]] == ["exact"]
    assert answer["claims"][0]["citations"] == [1]
    assert any("Broken off" in note for note in answer["notes"])
    after = world.server.get("/v1/usage")
    assert after["tokens_in"] - before["tokens_in"] == answer["tokens_in"] > 100
    assert after["tokens_out"] - before["tokens_out"] == answer["tokens_out"] > 10
    assert left_so_far(world.model) == left + 1


def test_an_answer_that_was_to_come_whole_is_broken_off_when_the_client_leaves(world: World) -> None:
    world.model.reply, world.model.pause = lambda _: LONG_ANSWER, 0.02
    session, left = world.session(), left_so_far(world.model)
    client = sent(world.server, question(session, accept="application/json"))
    wait_until(lambda: len(world.messages(session)) == 1)
    time.sleep(1)
    client.leave()
    assert len(broken_off(world, session)["text"]) < len(LONG_ANSWER)
    wait_until(lambda: world.model.left > left)


def test_a_model_that_has_not_said_a_word_is_let_go_when_the_client_leaves(world: World) -> None:
    session, left = world.session(), left_so_far(world.model)
    asked = len(world.model.asked_of("/chat/completions"))
    world.model.fail(Fault())  # the question's own embedding
    world.model.fail(Fault(hang=2 * HANG_SECONDS))
    client = sent(world.server, question(session))
    client.read_until(b"the answer follows")
    wait_until(lambda: not world.model.faults)
    client.leave()
    answer = broken_off(world, session)
    assert answer["text"] == ""
    assert answer["notes"]
    assert left_so_far(world.model) == left + 1
    # It was let go before its own time was up: then it would have been asked again.
    assert len(world.model.asked_of("/chat/completions")) == asked + 1


def test_an_embedding_model_that_is_silent_is_let_go_when_the_client_leaves(world: World) -> None:
    session, left = world.session(), left_so_far(world.model)
    asked = len(world.model.asked_of("/chat/completions"))
    world.model.fail(Fault(hang=2 * HANG_SECONDS))  # the question's own embedding
    client = sent(world.server, question(session))
    client.read_until(b"the answer follows")
    wait_until(lambda: not world.model.faults)
    client.leave()
    answer = broken_off(world, session)
    assert answer["text"] == ""
    assert answer["notes"]
    assert left_so_far(world.model) == left + 1
    # It was let go before its own time was up: then the question would have gone on without vectors.
    assert len(world.model.asked_of("/chat/completions")) == asked


def wait_until(happened: Callable[[], bool]) -> None:
    until(happened, "it has happened")


def reads_on(server: Server, seconds: float) -> psutil.Process:
    """Return the first of its processes that computes for so long more, by which it reads or draws."""
    end, before = time.monotonic() + HANG_SECONDS, computed(server)
    while time.monotonic() < end:
        for process, spent in computed(server).items():
            if spent >= before.get(process, 0.0) + seconds:
                return process
        time.sleep(0.05)
    raise AssertionError("no process reads or draws it")


def computed(server: Server) -> dict[psutil.Process, float]:
    """The seconds that each of its processes has computed."""
    found = {}
    for child in psutil.Process(server.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            found[child] = child.cpu_times().user
    return found


def test_a_reader_that_has_not_read_a_page_is_ended_when_the_client_leaves(
    world: World, tmp_path: Path
) -> None:
    file = drawn(tmp_path / "hang.pdf", "hang").read_bytes()
    first = sent(world.server, upload("/v1/extract", world.file))
    first.read_until(b'"pages":[')
    first.leave()
    before = resting(world.server, world.temporary, world.data)  # with a process that waits for the next file
    client = sent(world.server, upload("/v1/extract", file))
    reader = reads_on(world.server, 1.0)
    client.leave()
    assert not settled(world.server, world.temporary, world.data, before)
    assert not reader.is_running()


def test_an_answer_that_is_interrupted_in_the_terminal_is_kept_as_broken_off(world: World) -> None:
    world.model.reply, world.model.pause = lambda _: LONG_ANSWER, 0.02
    command = [sys.executable, "-m", "app.cli", "--data", str(world.data), "ask", QUESTION]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **world.environment},
    ) as asked:
        assert asked.stdout
        assert asked.stderr
        asked.stdout.read(len(SENTENCE))
        asked.send_signal(signal.SIGINT)
        said = asked.stderr.read().decode()
        assert asked.wait(HANG_SECONDS) == 130
    session = said.partition("--session ")[2].split()[0]
    assert "broken off" in said
    assert broken_off(world, session)["text"].startswith(SENTENCE)


def test_an_answer_whose_model_fails_in_the_middle_is_kept_as_broken_off(world: World) -> None:
    world.model.reply, world.model.pause = lambda _: LONG_ANSWER, 0.0
    session = world.session()
    world.model.fail(Fault())  # the question's own embedding
    world.model.fail(Fault(cut=40))
    client = sent(world.server, question(session))
    assert b"event: error" in client.read_until(b"request_id")
    client.leave()
    assert broken_off(world, session)["text"].startswith(SENTENCE)
