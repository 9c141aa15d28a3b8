"""Servers at loopback in front of a Weaviate, which refuse what a test tells them to and pass on the rest."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
from weaviate.proto.v1 import batch_delete_pb2, batch_pb2

from tests.support.machine import HANG_SECONDS

BATCH = "/weaviate.v1.Weaviate/BatchObjects"
DELETE = "/weaviate.v1.Weaviate/BatchDelete"


@dataclass
class Faults:
    """How often each object (by uuid) is refused in a batch and when it is changed, and how many deletes keep
    one object back; ``tried`` counts the tries of each."""

    inserts: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    deletes: int = 0
    tried: Counter[str] = field(default_factory=Counter)

    def refuses(self, faults: dict[str, int], uuid: str) -> bool:
        self.tried[uuid] += 1
        faults[uuid] = faults.get(uuid, 0) - 1
        return faults[uuid] >= 0


@contextmanager
def relay(url: str, grpc_url: str, faults: Faults) -> Iterator[tuple[str, str]]:
    """The addresses (HTTP, gRPC) to use in place of these."""
    with _http(url, faults) as http, _grpc(grpc_url.removeprefix("http://"), faults) as port:
        yield http, f"http://127.0.0.1:{port}"


@contextmanager
def _grpc(target: str, faults: Faults) -> Iterator[int]:
    with grpc.insecure_channel(target) as channel, ThreadPoolExecutor(8) as pool:
        server = grpc.server(pool)
        server.add_generic_rpc_handlers((_Passing(channel, faults),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield port
        server.stop(0).wait()


class _Passing(grpc.GenericRpcHandler):
    def __init__(self, channel: grpc.Channel, faults: Faults) -> None:
        self._channel, self._faults = channel, faults

    def service(self, details: Any) -> Any:
        def handle(request: bytes, context: Any) -> bytes:
            def passed(content: bytes) -> bytes:
                call = self._channel.unary_unary(details.method)
                try:
                    return call(content, timeout=context.time_remaining())
                except grpc.RpcError as error:
                    context.abort(error.code(), error.details())
                    raise

            changed = {BATCH: self._batch, DELETE: self._delete}.get(details.method)
            return changed(request, passed) if changed else passed(request)

        return grpc.unary_unary_rpc_method_handler(handle)

    def _batch(self, content: bytes, passed: Callable[[bytes], bytes]) -> bytes:
        request = batch_pb2.BatchObjectsRequest.FromString(content)
        refused = [
            index
            for index, each in enumerate(request.objects)
            if self._faults.refuses(self._faults.inserts, each.uuid)
        ]
        for index in reversed(refused):
            del request.objects[index]
        reply = batch_pb2.BatchObjectsReply.FromString(passed(request.SerializeToString()))
        reply.errors.extend(batch_pb2.BatchObjectsReply.BatchError(index=n, error="no") for n in refused)
        return reply.SerializeToString()

    def _delete(self, content: bytes, passed: Callable[[bytes], bytes]) -> bytes:
        if self._faults.deletes <= 0:
            return passed(content)
        self._faults.deletes -= 1
        return batch_delete_pb2.BatchDeleteReply(failed=1, matches=1).SerializeToString()


@contextmanager
def _http(url: str, faults: Faults) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            uuid = self.path.partition("?")[0].rpartition("/")[2]
            if self.command in ("PATCH", "PUT") and faults.refuses(faults.changes, uuid):
                return self.send(500, b'{"error": [{"message": "no"}]}')
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(url + self.path, content, headers, method=self.command)
            try:
                with urllib.request.urlopen(request, timeout=HANG_SECONDS) as answer:
                    self.send(answer.status, answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    self.send(error.code, error.read())

        def send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_PATCH = do_HEAD = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
