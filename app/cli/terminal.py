"""What is printed shows as it reads: a terminal obeys no document.

Escape sequences in a text move the cursor, colour or hide what stands elsewhere, and set the window's title;
marks of direction make a line read as another. JSON has the former escaped already.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from app.core.process.patterns import defer_regex

CONTROLS = defer_regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BUT_RETURN = defer_regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Progress is told on one line again and again."""

DIRECTIONS = defer_regex(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Shown(io.TextIOBase):
    """Passes text on to ``out`` without what a terminal obeys; marks of direction are left out only where
    ``out`` is one, since a file may be read by a program."""

    def __init__(self, out: TextIO, without: re.Pattern[str] = CONTROLS) -> None:
        self._out = out
        self._without = without
        self._is_terminal = out.isatty()

    def write(self, text: str) -> int:
        """Write what is left of a text."""
        shown = self._without.sub("", text)
        # In a file they are part of the text: Arabic and Hebrew need them to be read aright.
        self._out.write(DIRECTIONS.sub("", shown) if self._is_terminal else shown)
        # Of what was given: a caller that compares takes less for a write that failed half way.
        return len(text)

    def flush(self) -> None:
        """Write out what waits."""
        self._out.flush()

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return self._is_terminal

    def fileno(self) -> int:
        """Return the descriptor beneath."""
        return self._out.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream beneath."""
        return self._out.encoding


@contextmanager
def guard_output() -> Iterator[None]:
    """Have all that is printed meanwhile pass through."""
    printed = Shown(sys.stdout), Shown(sys.stderr, BUT_RETURN)
    with redirect_stdout(printed[0]), redirect_stderr(printed[1]):
        yield
