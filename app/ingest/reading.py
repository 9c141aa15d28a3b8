"""Some pages of one file, read by one process after the other."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import BadRequest, DamagedPdf, EmptyFile, NotAPdf, Unavailable, WrongPassword
from app.core.model import Outline
from app.ingest import outline_file
from app.ingest.reader_child import ALARM, LEFT, Child, Children

ERRORS: dict[str, type[BadRequest]] = {
    error.code: error for error in (EmptyFile, NotAPdf, DamagedPdf, WrongPassword)
}

PROFILE, KILL = 27, 9
"""The numbers of SIGPROF and SIGKILL, which Windows does not name."""


class Lost(Exception):
    """A page's process ended over it; says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked: ``outline``, ``pages`` or ``unlock`` of a file. ``form`` is that of the pages,
    ``target`` the copy to be written."""

    operation: str
    path: Path
    password: str | None
    form: str = ""
    target: Path | None = None

    def line(self, numbers: Iterable[int]) -> bytes:
        """As the process reads it."""
        fields = {
            "operation": self.operation,
            "path": str(self.path.absolute()),
            "password": self.password,
            "numbers": list(numbers),
            "form": self.form,
            "target": str(self.target.absolute()) if self.target else None,
        }
        return json.dumps(fields).encode() + b"\n"


class Reading:
    """The answers to a request. They are made from now on, as far ahead as the pipe is long.

    Where a process ends, another goes on with what is left. ``close`` must follow.
    """

    def __init__(self, children: Children, request: Request, numbers: Iterable[int] = ()) -> None:
        self._children = children
        self._request = request
        self._left = deque(numbers)
        self._child: Child | None = None
        self._opened: Outline | None = None

    def begin(self, child: Child) -> None:
        """Ask this process, which is given back at the end."""
        self._child = child
        child.ask(self._request.line(self._left), 1 + len(self._left))

    def outline(self) -> Outline:
        """Of the file. Raises the error that it opens with, ``DamagedPdf`` where that ends the process."""
        while True:
            try:
                return self._outline()
            except _Ended as end:
                if end.code != LEFT:
                    raise DamagedPdf(f"The PDF could not be opened: {end}.") from None

    def page(self) -> bytes:
        """The next page. Raises ``Lost``, after which the page is left out, or the error that the file opens
        with."""
        while True:
            try:
                self._outline()
                answer = self._answer()
            except _Ended as end:
                if end.code == LEFT:
                    continue
                self._left.popleft()
                raise Lost(str(end)) from None
            self._left.popleft()
            return answer

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
                if end.code > 0:
                    raise Unavailable("The process that reads PDFs does not run.", part="reader") from None
                raise
        return self._opened

    def _answer(self) -> bytes:
        if self._child is None:
            self.begin(self._children.take())
        assert self._child
        answer = self._child.answer()
        if answer is None:
            code = self._child.exit_code()
            self.close()
            raise _Ended(code)
        return answer


class _Ended(Exception):
    """A process ended, with this exit code, before it answered; says why."""

    def __init__(self, code: int) -> None:
        super().__init__(_cause(code))
        self.code = code


def _outline(answer: bytes) -> Outline:
    fields = json.loads(answer)
    if error := fields.get("error"):
        raise ERRORS[error["code"]](error["message"])
    return outline_file.of_fields(fields["outline"])


def _cause(code: int) -> str:
    """Why a process ended, from its exit code."""
    if -code in (PROFILE, ALARM):
        return "it takes too long"
    if -code == KILL:
        return "the system ended the process, most likely for lack of memory"
    return "the process that read it crashed or ran out of memory"
