"""A child process for work that may crash, hang or use much memory: one JSON line in each direction."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.core.errors import Unavailable
from app.core.process.confinement import confined_command
from app.core.process.leaving import Left, ended_by, held_until_left
from app.settings import needed_to_start

CALLS = 500
"""A child process is replaced after this many calls, so that a memory leak stays small."""

ANSWER_BYTES = 8 << 20
"""The limit of an answer: those of the image processor have at most 6 MB."""


class Child:
    """A Python module as a process that answers a JSON line with another one, and is kept between calls.

    It gets only this ``environment``, has ``seconds`` for each answer, and is ended after ``idle_seconds``
    without a call. If the kernel can enforce it, it writes nothing, connects to nothing, and reads only
    below ``readable`` and in folders of programs; one that is ``listening`` may wait at a socket, as some
    libraries must, but sends nothing there. One call runs at a time. ``part`` names it if it cannot be
    started.
    """

    def __init__(
        self,
        module: str,
        environment: Mapping[str, str],
        *,
        seconds: float,
        idle_seconds: float,
        part: str,
        readable: Sequence[Path] = (),
        listening: bool = False,
    ) -> None:
        self._module = module
        self._listening = listening
        self._readable = tuple(readable)
        self._environment = dict(environment)
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._part = part
        self._lock = threading.Lock()
        # Linux kills the child when the thread that started it ends: this one lives as long as the program.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix=self._part.replace(" ", "-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self._idle = threading.Timer(0, self.stop)

    def ask(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer to an event, ``None`` if the process died or was killed at the timeout. It is
        killed, too, if the client that the answer is for leaves."""
        with held_until_left(self._lock):
            self._idle.cancel()
            process = self._running()
            try:
                with ended_by(process.kill):
                    line = self._exchange(process, json.dumps(event).encode() + b"\n")
            except Left:
                self._end()
                raise
            if not line.endswith(b"\n") or self._calls >= CALLS:
                self._end()
            self._wait_idle()
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer

    def stream(self, event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answers to an event as they come, up to one that says ``"last": true``; fewer if the
        process died, or was killed since the next did not come in time. It is killed, too, if nobody takes
        the rest, or the client that they are for leaves."""
        with held_until_left(self._lock):
            self._idle.cancel()
            process = self._running()
            finished = False
            sent = json.dumps(event).encode() + b"\n"
            try:
                while not finished:
                    with ended_by(process.kill):
                        line = self._exchange(process, sent)
                    if not line.endswith(b"\n"):
                        return
                    sent = b""
                    answer = json.loads(line)
                    finished = bool(answer.get("last"))
                    yield answer
            finally:
                if not finished or self._calls >= CALLS:
                    self._end()
                self._wait_idle()

    def stop(self) -> None:
        """End the process if there is one, after its current call."""
        with self._lock:
            self._idle.cancel()
            self._starter.submit(self._end).result()  # behind a start whose caller was interrupted

    def _running(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is None or process.poll() is not None:
            process = self._starter.submit(self._begin).result()
        self._calls += 1
        return process

    def _begin(self) -> subprocess.Popen[bytes]:
        """Return the process, begun if none runs. It is kept here, in the starter's thread: an interruption
        of whoever waits for it, such as the end of an invocation, would lose it."""
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._start()
            self._calls = 0
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                # -P: modules come from the installation, never from the working directory.
                confined_command(["-P", "-m", self._module], self._readable, listening=self._listening),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment | needed_to_start(),  # none of this process's secrets
                start_new_session=True,  # Ctrl-C is for the server, which then ends its child in order
            )
        except OSError as error:
            raise Unavailable(f"The {self._part} could not be started.", part=self._part) from error

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        killer = threading.Timer(self._seconds, process.kill)
        killer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline(ANSWER_BYTES)
        except OSError:  # it died before it read the event
            return b""
        finally:
            killer.cancel()

    def _wait_idle(self) -> None:
        self._idle = threading.Timer(self._idle_seconds, self.stop)
        self._idle.daemon = True
        self._idle.start()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
