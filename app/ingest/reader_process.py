"""The child that reads PDFs: one JSON request a line on stdin, answers a line each on stdout.

It keeps itself to its limits: the kernel refuses memory beyond them and ends it when a step takes too long.
It leaves, with exit code 0, when stdin ends, when nothing was asked for a while, and when it has grown large:
the parent takes what is left to another.

The answer to every request begins with the file's outline or an error; ``pages`` adds a line for each page.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from app.core.errors import BadRequest, DamagedPdf
from app.core.model import Outline, Page
from app.ingest import extract, outline_file, pages_file
from app.ingest.bookmarks import Entry, read_entries

WALL = 4
"""Seconds on the clock for each second of computing: a busy machine is not the file's fault."""

IDLE_SECONDS = 60.0
"""To start a child takes a fifth of a second, to keep one 60 MB."""

LARGE_BYTES = 250_000_000
"""Of resident memory: a child beyond it is replaced between two pages."""

UNEXPECTED = "The page could not be read ({name})."
OUT_OF_MEMORY = "The page could not be read: it needs more memory than is allowed."


def main() -> None:
    """Answer until there is nothing left to do."""
    memory_bytes, seconds = int(sys.argv[1]), float(sys.argv[2])
    begin_step(seconds)
    bound(memory_bytes)
    out = private_stdout()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=receive, args=(requests,), daemon=True).start()
    end_step()
    while not large():
        try:
            line = requests.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        answer(json.loads(line), seconds, out)


def receive(requests: queue.SimpleQueue[bytes]) -> None:
    """Pass the requests on; when stdin ends the parent is gone, and the process ends whatever it is doing."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def answer(request: dict[str, Any], seconds: float, out: BinaryIO) -> None:
    """Write the answer to one request, each line within ``seconds`` of computing."""
    begin_step(seconds)
    for line in answer_lines(request):
        end_step()  # to wait for the parent to read is no fault of the file
        out.write(line.encode() + b"\n")
        out.flush()
        if large():
            os._exit(0)
        begin_step(seconds)
    end_step()


def answer_lines(request: dict[str, Any]) -> Iterator[str]:
    """The outline or an error, then the pages that are asked for: their outline has no more than a count."""
    path, password = Path(request["path"]), request["password"]
    try:
        if request["operation"] == "unlock":
            extract.unlock(path, password, Path(request["target"]))
            yield outline_line(Outline(0))
            return
        with extract.opened(path, password) as document:
            if request["operation"] == "outline":
                yield outline_line(extract.outline_of(document))
                return
            yield outline_line(Outline(len(document)))
            entries, _ = read_entries(document)
            for number in request["numbers"]:
                yield pages_file.encode(page(document, number, entries))
    except BadRequest as error:
        yield error_line(error)
    except MemoryError:
        yield error_line(DamagedPdf("The PDF cannot be opened: it needs more memory than is allowed."))


def page(document: Any, number: int, entries: Sequence[Entry]) -> Page:
    """A page, with an ``error`` where it cannot be read."""
    try:
        return extract.read_page(document, number, entries)
    except MemoryError:
        return Page(number, 0.0, 0.0, error=OUT_OF_MEMORY)
    except Exception as error:  # whatever a damaged page leads to, the next may be sound
        return Page(number, 0.0, 0.0, error=UNEXPECTED.format(name=type(error).__name__))


def outline_line(outline: Outline) -> str:
    """``{"outline": …}``."""
    return f'{{"outline":{outline_file.encode(outline)}}}'


def error_line(error: BadRequest) -> str:
    """``{"error": …}``."""
    return json.dumps({"error": {"code": error.code, "message": error.message}})


# -- limits -------------------------------------------------------------------------------------------------


def bound(memory_bytes: int) -> None:
    """Keep this process to so much address space, where the system can; a crash leaves no core file."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def begin_step(seconds: float) -> None:
    """After ``seconds`` of computing from now, or ``WALL`` times as many on the clock, the kernel ends this
    process: with SIGPROF or SIGALRM, whatever library it is in."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL * seconds)


def end_step() -> None:
    """No limit of time until the next step begins."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def large() -> bool:
    """Whether this process holds more memory than is worth keeping; never where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > LARGE_BYTES


def private_stdout() -> BinaryIO:
    """The real standard output. What libraries print goes to stderr from now on, not between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
    os._exit(0)  # at an orderly end Python would wait for the thread that reads stdin
