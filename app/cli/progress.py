"""What a command says while it works: on a terminal one line that changes, else plain lines now and then."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

LIVE_SECONDS = 0.1
PLAIN_SECONDS = 5.0
"""The interval of progress lines if the output is not a terminal, such as a log."""


class Progress:
    """Progress goes to standard error; what has ended goes to standard output, unless that is for JSON."""

    def __init__(self, *, as_json: bool = False, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._ended = self._out if as_json else sys.stdout
        self._live = self._out.isatty()
        self._shown = ""
        self._at = time.monotonic()

    def show(self, text: str) -> None:
        """Show the progress, unless that was done just now."""
        now = time.monotonic()
        if text == self._shown or now - self._at < (LIVE_SECONDS if self._live else PLAIN_SECONDS):
            return
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            # Cut to the terminal's width: a line that wraps could not be written over.
            self._out.write("\r" + text[:width].ljust(min(len(self._shown), width)))
        else:
            self._out.write(f"{text}\n")
        self._out.flush()
        self._shown, self._at = text, now

    def say(self, line: str) -> None:
        """Something that has ended."""
        self.clear()
        print(line, file=self._ended, flush=True)

    def warn(self, line: str) -> None:
        """Something that went wrong."""
        self.clear()
        print(line, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the changing line away."""
        if self._live and self._shown:
            self._out.write("\r" + " " * len(self._shown) + "\r")
            self._out.flush()
            self._shown = ""
            # What comes next is shown at once, and not an interval later.
            self._at = 0.0
