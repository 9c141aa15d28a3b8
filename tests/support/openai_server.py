"""A server on loopback that speaks OpenAI's protocol, does as it is told, and remembers what it was asked."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeAlias

Messages: TypeAlias = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came, its headers by their names in lower case; ``at`` is monotonic seconds."""

    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    at: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request: an error status, silence, or an answer that breaks off or is odd.

    ``hang`` is seconds of silence first, fewer where ``OpenAiServer.going_on`` is set; ``cut`` the number of
    pieces of a streamed answer after which the connection is closed; ``raw`` a body in place of its own.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = "Something went wrong."
    hang: float = 0.0
    cut: int | None = None
    raw: bytes | None = None


class OpenAiServer:
    """``with OpenAiServer(dimensions=64) as server: server.url``.

    ``faults`` strike the next requests, one each. ``refuses`` are parameters that it answers 400 to,
    ``longest`` is the number of words a text may have, ``key`` the only one it takes (any, if ``None``).
    ``reply`` makes an answer of the messages, ``pause`` is seconds between its pieces as a stream, and
    ``left`` counts the streams whose client went before their end, or while it was silent.
    """

    def __init__(self, *, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.reply: Callable[[Messages], str] = reply_from_passages
        self.faults: deque[Fault] = deque()
        self.refuses: set[str] = set()
        self.longest: int | None = None
        self.key: str | None = None
        self.models: tuple[str, ...] | None = None
        self.lists_models = True
        self.sends_usage = True
        self.pause = 0.0
        self.left = 0
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self.closing = threading.Event()
        self.going_on = threading.Event()
        self._server = _Listener(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def at_work(self) -> int:
        """How many requests are not answered to their end."""
        return self._server.busy

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def fail(self, fault: Fault, times: int = 1) -> None:
        """Let the next requests go wrong."""
        self.faults.extend([fault] * times)

    def asked_of(self, path: str) -> list[Asked]:
        """The requests to ``/v1`` + ``path``, in order."""
        return [asked for asked in self.asked if asked.path == "/v1" + path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.close_all()


def reply_from_passages(messages: Messages) -> str:
    """As a model would that keeps to its instructions: the sentence of the passages that has most of the
    question's words, with its quote; without passages, the last line back."""
    asked = messages[-1]["content"]
    passages = re.findall(r'<passage-\w+ number="(\d+)"[^>]*>\n(.*?)\n</passage-', asked, re.DOTALL)
    question = _terms(re.sub(r"</?\w+-\w+>", "", asked.rpartition("</passages-")[2]))
    best, number, sentence = 0, "", ""
    for place, text in passages:
        for candidate in re.split(r"(?<=[.!?])\s+", text):
            if (common := len(question & _terms(candidate))) > best:
                best, number, sentence = common, place, candidate
    if not passages:
        return asked.rpartition("Last question: ")[2]
    return f'{sentence} [[{number}: "{sentence}"]]' if best else "NOT FOUND"


def _terms(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"\w{4,}", text.lower())}


def embedding(text: str, dimensions: int) -> list[float]:
    """A unit vector: texts with words in common are near each other. Short words count little."""
    total = [0.01] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        weight = 1.0 if len(word) > 3 else 0.2
        for place, value in enumerate(_word_vector(word.rstrip("s"), dimensions)):
            total[place] += weight * value
    length = math.sqrt(sum(value * value for value in total))
    return [value / length for value in total]


@lru_cache(1 << 14)
def _word_vector(word: str, dimensions: int) -> tuple[float, ...]:
    return tuple(byte - 127.5 for byte in hashlib.shake_256(word.encode()).digest(dimensions))


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, told: OpenAiServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = told
        self.busy = 0
        self.lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_all(self) -> None:
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(json.loads(self.rfile.read(length)))

    def _answer(self, body: dict[str, Any]) -> None:
        told = self.server.told
        with self.server.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append(Asked(self.command, self.path, body, headers, time.monotonic()))
            fault = told.faults.popleft() if told.faults else None
            self.server.busy += 1
            told.most_at_once = max(told.most_at_once, self.server.busy)
        try:
            if fault and fault.hang and self._left_in(fault.hang):
                self.close_connection = True
            elif fault and (fault.raw is not None or fault.status >= 400):
                self._fail(fault)
            elif not self._refused(body):
                self._serve(body, fault)
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def _left_in(self, seconds: float) -> bool:
        """Whether the client goes in so many seconds of silence, which is counted."""
        end = time.monotonic() + seconds
        told = self.server.told
        while not (told.closing.wait(0.02) or told.going_on.is_set()) and time.monotonic() < end:
            if select.select([self.connection], [], [], 0)[0] and not self.connection.recv(
                1, socket.MSG_PEEK
            ):
                told.left += 1
                return True
        return False

    def _fail(self, fault: Fault) -> None:
        error = {"error": {"message": fault.message, "code": fault.code, "type": "fault"}}
        self._send(
            fault.status, json.dumps(error).encode() if fault.raw is None else fault.raw, fault.headers
        )

    def _refused(self, body: dict[str, Any]) -> bool:
        told = self.server.told
        if told.key is not None and self.headers.get("Authorization") != f"Bearer {told.key}":
            self._fail(Fault(401, code="invalid_api_key", message="Incorrect API key provided."))
        elif told.models is not None and body and body.get("model") not in told.models:
            self._fail(Fault(404, code="model_not_found", message="The model does not exist."))
        elif names := told.refuses & body.keys():
            name = sorted(names)[0]
            self._fail(Fault(400, message=f"Unsupported parameter: '{name}' is not supported."))
        elif long := [words for words in map(_words, _inputs(body)) if words > (told.longest or words)]:
            message = (
                f"This model's maximum context length is {told.longest} tokens, however you requested "
                f"{long[0]} tokens. Please reduce your prompt."
            )
            self._fail(Fault(400, message=message))
        else:
            return False
        return True

    def _serve(self, body: dict[str, Any], fault: Fault | None) -> None:
        if self.path == "/v1/models" and self.server.told.lists_models:
            self._json({"object": "list", "data": [{"id": "model", "object": "model"}]})
        elif self.path == "/v1/embeddings":
            self._embed(body)
        elif self.path == "/v1/chat/completions":
            self._chat(body, fault)
        else:
            self._fail(Fault(404, message="Not found."))

    def _embed(self, body: dict[str, Any]) -> None:
        def encoded(text: str) -> object:
            vector = embedding(text, self.server.told.dimensions)
            if body.get("encoding_format") == "base64":
                return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
            return vector

        inputs = _inputs(body)
        data = [
            {"object": "embedding", "index": n, "embedding": encoded(text)} for n, text in enumerate(inputs)
        ]
        tokens = sum(map(_words, inputs))
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        # Not in order: a client has to go by the index.
        self._json({"object": "list", "model": body["model"], "data": data[::-1], "usage": usage})

    def _chat(self, body: dict[str, Any], fault: Fault | None) -> None:
        text = self.server.told.reply(body["messages"])
        pieces = re.findall(r"\S+\s*|\s+", text)
        usage = {
            "prompt_tokens": sum(_words(message["content"]) for message in body["messages"]),
            "completion_tokens": len(pieces),
        }
        usage["total_tokens"] = sum(usage.values())
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._json({**_head(body, "chat.completion"), "choices": [choice], "usage": usage})
            return
        chunks = [_chunk(body, {"role": "assistant", "content": ""})]
        chunks += [_chunk(body, {"content": piece}) for piece in pieces]
        chunks.append(_chunk(body, {}, "stop"))
        if self.server.told.sends_usage and body.get("stream_options", {}).get("include_usage"):
            chunks.append({**_head(body, "chat.completion.chunk"), "choices": [], "usage": usage})
        self._stream(chunks, fault)

    def _stream(self, chunks: Sequence[dict[str, Any]], fault: Fault | None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for number, chunk in enumerate(chunks):
                if fault and fault.cut == number:
                    self.close_connection = True
                    return
                self._event(json.dumps(chunk))
                self.server.told.closing.wait(self.server.told.pause)
            self._event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")
        except ConnectionError:
            self.server.told.left += 1
            raise

    def _event(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.wfile.flush()

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _inputs(body: dict[str, Any]) -> list[str]:
    given = body.get("input", [])
    return [given] if isinstance(given, str) else given


def _words(content: str | list[Any]) -> int:
    """Of a text; the parts of a message with a picture cost nothing here."""
    return len(content.split()) if isinstance(content, str) else 0


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 0, "model": body["model"]}


def _chunk(body: dict[str, Any], delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {**_head(body, "chat.completion.chunk"), "choices": [choice]}
