"""The child process's face: one JSON event a line on stdin, its answer a line on stdout, until stdin ends."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from imgproc.handler import handler


def main() -> None:
    """Answer until there are no more events."""
    die_with_parent()
    answers = private_stdout()
    for line in sys.stdin.buffer:
        answers.write(json.dumps(answer(line)).encode() + b"\n")
        answers.flush()


def answer(line: bytes) -> object:
    """Return the handler's answer to one line."""
    try:
        event = json.loads(line)
    except ValueError:
        return {"error": {"code": "bad_request", "message": "The line is not JSON."}}
    return handler(event)


def private_stdout() -> BinaryIO:
    """Return the real standard output. What libraries print goes to stderr from now on, not between the
    answers."""
    answers = os.fdopen(os.dup(1), "wb")
    # On the descriptor, not on sys.stdout: MuPDF prints from C.
    os.dup2(2, 1)
    return answers


def die_with_parent() -> None:
    """Have Linux kill this process when its parent ends in the middle of a page; elsewhere do nothing."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        with suppress(OSError):
            ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


if __name__ == "__main__":
    main()
