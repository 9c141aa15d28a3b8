"""Lambda's Invoke API on this machine, in front of the image processor's real handler.

Holds both sides to the contract: an event or answer that does not keep it is noted in ``broken``.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator

import imgproc
from imgproc.handler import handler

ARN = "arn:aws:lambda:eu-central-1:000000000000:function:KnowledgeBase-ImageProcessor"

_CONTRACT = json.loads((Path(imgproc.__file__).parent / "contract.json").read_bytes())
REQUEST, RESPONSE = (
    Draft7Validator({**_CONTRACT, "$ref": f"#/$defs/{name}"}) for name in ("request", "response")
)


class LambdaServer(ThreadingHTTPServer):
    """Besides: ``throttled`` calls are turned away, events with a page of ``fatal`` (0-based) end
    as those of a function do that was killed, each call takes ``seconds`` longer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.one = threading.Lock()  # MuPDF is for one thread at a time
        self.events: list[dict[str, Any]] = []
        self.broken: list[str] = []
        self.throttled = 0
        self.fatal: set[int] = set()
        self.error_type = "Runtime.ExitError"
        self.seconds = 0.0
        self.under_way = self.most_at_once = 0

    def answer(self, event: dict[str, Any]) -> tuple[dict[str, str], Any]:
        """Headers and payload."""
        time.sleep(self.seconds)
        if self.fatal & set(event["page_numbers"]):
            return {"X-Amz-Function-Error": "Unhandled"}, {"errorType": self.error_type, "errorMessage": "…"}
        with self.one:
            answer = handler(event)
        known = event["operation"] in ("extract_images", "render_pages")
        if (known and not REQUEST.is_valid(event)) or not RESPONSE.is_valid(answer):
            self.broken.append(str(event["operation"]))
        return {}, answer


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LambdaServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if unquote(self.path) != f"/2015-03-31/functions/{ARN}/invocations":
            self._send(404, {"X-Amzn-ErrorType": "ResourceNotFoundException"}, {"Message": "Not found"})
            return
        with self.server.lock:
            throttled = self.server.throttled > 0
            self.server.throttled -= throttled
        if throttled:
            self._send(429, {"X-Amzn-ErrorType": "TooManyRequestsException"}, {"Message": "Rate exceeded"})
            return
        with self._noted(json.loads(body)) as event:
            headers, answer = self.server.answer(event)
        self._send(200, headers, answer)

    @contextmanager
    def _noted(self, event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with self.server.lock:
            self.server.events.append(event)
            self.server.under_way += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.under_way)
        yield event
        with self.server.lock:
            self.server.under_way -= 1

    def _send(self, status: int, headers: dict[str, str], value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def lambda_server() -> Iterator[LambdaServer]:
    """A server for as long as the context lasts."""
    with LambdaServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
