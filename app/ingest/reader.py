"""PDFs are read in processes of their own: what a hostile file can break is not the program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import BadRequest, DamagedPdf, EmptyFile, NotAPdf, Unavailable, WrongPassword
from app.core.model import Outline, Page
from app.ingest import outline_file, pages_file

LINE_BYTES = 128 << 20
"""More than any page: one of 400,000 characters takes 40 MB."""

DEATHS_IN_A_ROW = 3
"""After so many pages that each ended a process, the rest of a request is given up: with each page the wait
would be as long again."""

ENDING_SECONDS = 10.0
"""A process that has closed its pipe may take so long to end."""

LEFT = 0
"""The exit code of a child that left of its own accord."""

GIVEN_UP = "The page was not read: the pages before it each took too long or crashed."

ERRORS: dict[str, type[BadRequest]] = {
    error.code: error for error in (EmptyFile, NotAPdf, DamagedPdf, WrongPassword)
}


class Reader:
    """Opens PDFs in processes of their own.

    Each has ``memory_bytes`` of address space and ``page_seconds`` of computing for a page or for opening a
    file. Thread-safe: as many processes as there are calls at a time; idle ones are kept for a while.
    """

    def __init__(self, *, memory_bytes: int, page_seconds: float) -> None:
        self._arguments = [str(memory_bytes), str(page_seconds)]
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._closed = False

    def outline(self, path: Path, password: str | None = None) -> Outline:
        """Page count, title, whether it is encrypted, and bookmarks.

        Raises ``EmptyFile``, ``NotAPdf``, ``WrongPassword`` or ``DamagedPdf``, the last also where opening it
        takes too long, too much memory or the process's life.
        """
        with self._asked(_request("outline", path, password), answers=1) as (_, outline):
            return outline

    def unlock(self, path: Path, password: str | None, target: Path) -> None:
        """Save a copy without encryption. Raises as ``outline`` does."""
        with self._asked(_request("unlock", path, password, target=str(target.absolute())), answers=1):
            pass

    def pages(self, path: Path, numbers: Sequence[int], password: str | None = None) -> Iterator[Page]:
        """The pages with these numbers (1-based), in order, as they are read. Raises as ``outline`` does.

        A page that takes too long, too much memory or its process's life comes with an ``error``.
        """
        done = deaths = 0
        while done < len(numbers) and deaths < DEATHS_IN_A_ROW:
            rest = list(numbers[done:])
            request = _request("pages", path, password, numbers=rest)
            with self._asked(request, answers=1 + len(rest)) as (child, _):
                while done < len(numbers) and (line := child.answer()):
                    yield pages_file.decode(line)
                    done, deaths = done + 1, 0
                code = child.exit_code() if done < len(numbers) else LEFT
            if code != LEFT:
                yield Page(numbers[done], 0.0, 0.0, error=f"The page could not be read: {_cause(code)}.")
                done, deaths = done + 1, deaths + 1
        for number in numbers[done:]:
            yield Page(number, 0.0, 0.0, error=GIVEN_UP)

    def close(self) -> None:
        """End the idle processes; a busy one ends with its call."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    @contextmanager
    def _asked(self, request: bytes, *, answers: int) -> Iterator[tuple[_Child, Outline]]:
        """A child that has opened the file of a request, and the outline; it still owes the other answers."""
        child, line = self._answered(request, answers)
        try:
            yield child, _outline(line)
        finally:
            self._give_back(child)

    def _answered(self, request: bytes, answers: int) -> tuple[_Child, bytes]:
        while True:
            child = self._take()
            child.ask(request, answers)
            if line := child.answer():
                return child, line
            code = child.exit_code()
            child.end()
            if code > 0:
                raise Unavailable("The process that reads PDFs does not run.", part="reader")
            if code != LEFT:
                raise DamagedPdf(f"The PDF could not be opened: {_cause(code)}.")

    def _take(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.runs():
                    return child
                child.end()
        return _Child(self._arguments)

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            keep = not self._closed and child.owes == 0 and child.runs()
            if keep:
                self._idle.append(child)
        if not keep:
            child.end()


def _request(operation: str, path: Path, password: str | None, **more: Any) -> bytes:
    fields = {"operation": operation, "path": str(path.absolute()), "password": password, **more}
    return json.dumps(fields).encode() + b"\n"


def _outline(line: bytes) -> Outline:
    fields = json.loads(line)
    if error := fields.get("error"):
        raise ERRORS[error["code"]](error["message"])
    return outline_file.of_fields(fields["outline"])


def _cause(code: int) -> str:
    """Why a process ended, from its exit code."""
    if -code in (signal.SIGPROF, signal.SIGALRM):
        return "it takes too long"
    if -code == signal.SIGKILL:
        return "the system ended the process, most likely for lack of memory"
    return "the process that read it crashed or ran out of memory"


class _Child:
    """One process: what it was asked and how many answers it still owes. ``end`` must follow."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.owes = 0
        try:
            self._process = subprocess.Popen(
                # -P: modules come from where this process finds them, never from the working directory.
                [sys.executable, "-P", "-m", "app.ingest.reader_process", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={  # none of this process's secrets
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "MALLOC_ARENA_MAX": "1",  # an arena for each thread reserves 64 MB of address space
                },
                start_new_session=True,  # Ctrl-C is for the program, which then ends its children in order
            )
        except OSError as error:
            raise Unavailable("The process that reads PDFs could not be started.", part="reader") from error

    def runs(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, answers: int) -> None:
        """Send a request that is answered by so many lines."""
        assert self._process.stdin is not None
        self.owes = answers
        try:
            self._process.stdin.write(request)
            self._process.stdin.flush()
        except OSError:
            pass  # it has ended: ``answer`` finds out

    def answer(self) -> bytes | None:
        """The next line, ``None`` where it ended without one."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline(LINE_BYTES)
        if not line.endswith(b"\n"):
            return None
        self.owes -= 1
        return line

    def exit_code(self) -> int:
        """Of a process whose answers have ended; negative for a signal."""
        try:
            return self._process.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def end(self) -> None:
        """End the process, whatever it is doing, and close its pipes."""
        self._process.kill()
        self._process.communicate()
