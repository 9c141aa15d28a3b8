"""Some pages of one file, read by one process after the other."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import DamagedPdf, NotSetUp, Unavailable, refusal
from app.core.page import Outline
from app.core.process.leaving import ended_by
from app.pages import outline_file
from app.pdf.budget import Allowance
from app.pdf.endings import ALARM, LEFT, NOT_BUILT, TOO_MUCH_MEMORY
from app.pdf.processes import Ending, ReaderProcess, ReaderProcesses

PROFILE, KILL = 27, 9
"""The numbers of SIGPROF and SIGKILL, which Windows does not name."""


BUILD_IT = "The compiled reader of PDFs is missing or of another version: install the program again."

BARREN = 3
"""Processes in a row that may leave without an answer: one that has just waited for long enough may do so as
it is asked. A file that does this to more of them would go on doing it."""

MUCH = 0.5
"""Share of the memory that a process may take that it held when it ended: lack of memory ended it."""


class Lost(Exception):
    """A page's process ended over it; says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked: ``outline``, ``pages``, ``unlock``, ``searchable`` or ``attached`` of a file.

    ``form`` is that of the pages, ``target`` the copy to be written, with the ``words`` of a file, or the
    folder for attached files; with ``include_hidden``, words that no reader sees are read as others.
    """

    operation: str
    path: Path
    password: str | None
    form: str = ""
    target: Path | None = None
    words: Path | None = None
    include_hidden: bool = False

    def line(self, numbers: Iterable[int], memory_bytes: int) -> bytes:
        """As the process reads it, which may take so much memory for it."""
        fields = {
            "operation": self.operation,
            "path": str(self.path.absolute()),
            "password": self.password,
            "numbers": list(numbers),
            "memory_bytes": memory_bytes,
            "form": self.form,
            "include_hidden": self.include_hidden,
            "words": str(self.words.absolute()) if self.words else None,
            "target": str(self.target.absolute()) if self.target else None,
        }
        return json.dumps(fields).encode() + b"\n"


class Reading:
    """The answers to a request. They are made from now on, as far ahead as the pipe is long.

    Where a process ends, another goes on with what is left. ``close`` must follow.
    """

    def __init__(
        self,
        children: ReaderProcesses,
        request: Request,
        numbers: Iterable[int] = (),
        allowance: Allowance | None = None,
    ) -> None:
        self._children = children
        self._request = request
        # What is not answered yet: a process that takes over is asked for this and no more.
        self._left = deque(numbers)
        self._allowance = allowance
        self._memory_bytes = children.memory_for(request.path)
        self._child: ReaderProcess | None = None
        self._opened: Outline | None = None
        self._barren = 0
        self._counted_ms = 0

    def begin(self, child: ReaderProcess) -> None:
        """Ask this process, which is given back at the end."""
        self._child = child
        # A process computes for one request after the other: what it did before is no cost of this one.
        self._counted_ms = child.cpu_ms
        child.ask(self._request.line(self._left, self._memory_bytes), 1 + len(self._left))

    def outline(self) -> Outline:
        """Of the file. Raises the error that it opens with, ``DamagedPdf`` where that ends the process."""
        while True:
            try:
                return self._outline()
            except _Ended as end:
                if not self._goes_on(end):
                    raise DamagedPdf(f"The PDF could not be opened: {end}.") from None

    def page(self) -> bytes:
        """The next page. Raises ``Lost``, after which the page is left out, or the error that the file opens
        with."""
        while True:
            try:
                self._outline()
                answer = self._answer()
            except _Ended as end:
                if self._goes_on(end):
                    continue
                # The page that it ended over is given up: another process would end over it, too.
                self._left.popleft()
                raise Lost(str(end)) from None
            self._left.popleft()
            self._barren = 0
            return answer

    def _goes_on(self, end: _Ended) -> bool:
        """Whether another process is to do what is left: not without end for a file that each leaves over."""
        self._barren += 1
        # A process leaves of its own accord after a large file, or when it has waited long: that is no
        # fault of the page.
        return end.code == LEFT and self._barren < BARREN

    def close(self) -> None:
        """Give the process back."""
        child, self._child, self._opened = self._child, None, None
        if child:
            self._children.give_back(child)

    def _outline(self) -> Outline:
        if self._opened is None:
            try:
                self._opened = _outline(self._answer())
            except _Ended as end:
                if end.code == NOT_BUILT:
                    raise NotSetUp(BUILD_IT, part="reader") from None
                # An exit code, and no signal: the program that reads could not start, whatever the file.
                if end.code > 0:
                    raise Unavailable("The process that reads PDFs does not run.", part="reader") from None
                raise
        return self._opened

    def _answer(self) -> bytes:
        if self._child is None:
            self.begin(self._children.take(self._request.path))
        assert self._child
        # Whoever asked may be gone before a page of many seconds is read.
        with ended_by(self._child.kill):
            answer = self._child.answer()
        ending = None if answer is not None else self._child.wait_for_end()
        if self._allowance:
            self._allowance.spend(cpu_ms=self._child.cpu_ms - self._counted_ms)
        self._counted_ms = self._child.cpu_ms
        if answer is not None:
            return answer
        assert ending
        self.close()
        raise _Ended(ending, self._memory_bytes)


class _Ended(Exception):
    """A process ended, with this exit code, before it answered; says why."""

    def __init__(self, ending: Ending, memory_bytes: int) -> None:
        lacked = ending.peak_bytes > MUCH * memory_bytes
        super().__init__(_cause(ending.code, memory_bytes if lacked else 0))
        self.code = ending.code


def _outline(answer: bytes) -> Outline:
    fields = json.loads(answer)
    if error := fields.get("error"):
        code, message = error["code"], error["message"]
        # A code that this program does not know comes from a process of another version.
        raise refusal(code, message) or Unavailable(message, part="reader")
    return outline_file.of_fields(fields["outline"])


def _cause(code: int, memory_bytes: int) -> str:
    """Why a process ended, from its exit code and how much memory it had, where it held most of that."""
    if -code in (PROFILE, ALARM):
        return "it takes too long"
    # Nobody here sends it while an answer is waited for: Linux does, where memory runs out.
    if -code == KILL:
        return "the system ended the process, most likely for lack of memory"
    if memory_bytes:
        return TOO_MUCH_MEMORY.format(megabytes=memory_bytes // 1_000_000)
    return "the process that read it crashed or ran out of memory"
