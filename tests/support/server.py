"""``kb serve`` as a process of its own, on a free port over a folder."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.machine import HANG_SECONDS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running server, with as many descriptors as it may have at most; ``get`` and ``post`` speak JSON."""

    def __init__(
        self, data: Path, *, environment: dict[str, str] | None = None, descriptors: int | None = None
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "app.cli", "--data", str(data), "serve", "--port", str(self.port)]
        if descriptors:
            command = ["/bin/sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *command]
        self.log = data.parent / f"server-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
            )

    def wait(self) -> None:
        """Until ``/health`` answers."""
        end = time.monotonic() + HANG_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.get("/health")
                return
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=HANG_SECONDS) as answer:
            return json.load(answer)

    def post(self, path: str, value: object) -> Any:
        request = urllib.request.Request(
            self.url + path, json.dumps(value).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=HANG_SECONDS) as answer:
            return json.load(answer)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=HANG_SECONDS)


@contextlib.contextmanager
def serving(
    data: Path, *, environment: dict[str, str] | None = None, descriptors: int | None = None
) -> Iterator[Server]:
    server = Server(data, environment=environment, descriptors=descriptors)
    try:
        server.wait()
        yield server
    finally:
        server.kill()
