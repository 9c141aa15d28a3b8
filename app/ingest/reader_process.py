"""The child that reads PDFs: one JSON request a line on stdin, answers on stdout, each after its length.

It keeps itself to its limits: the kernel refuses memory beyond them and ends it when a step takes too long.
It leaves, with exit code 0, when stdin ends, when nothing was asked for a while, and when it has grown large:
the parent takes what is left to another.

The first answer to every request is the file's outline or an error; ``pages`` adds one for each page, in the
form that is asked for.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from app.core.errors import BadRequest, DamagedPdf
from app.core.model import Outline, Page
from app.core.ports import Picture
from app.ingest import extract, outline_file
from app.ingest.bookmarks import Entry, read_entries
from app.ingest.export import PageForm, passed_on, rendered
from app.ingest.page_picture import picture_of
from app.ingest.reader_child import OUT_OF_TIME

HEAD = 4
"""Bytes, the highest first, that give an answer's length; as many give the milliseconds computed so far."""

IDLE_SECONDS = 60.0
"""To start a child takes a fifth of a second, to keep one 60 MB."""

LARGE_BYTES = 250_000_000
"""Of resident memory: a child beyond it is replaced between two pages."""

ROOM_BYTES = 150_000_000
"""What pages may add to a file that needs more than ``LARGE_BYTES`` just to be open: to open it for each page
would cost far more."""

MOST_WORDS = 50_000
"""Of a page: a sheet of a newspaper has ten thousand."""

UNEXPECTED = "The page could not be read ({name})."
TOO_MANY_WORDS = f"The page was not read: it has more than {MOST_WORDS:,} words."
OUT_OF_MEMORY = "The page could not be read: it needs more memory than is allowed."


def main() -> None:
    """Answer until there is nothing left to do."""
    memory_bytes, limits = int(sys.argv[1]), Limits(float(sys.argv[2]), float(sys.argv[3]))
    limits.begin_step()
    bound(memory_bytes)
    out = private_stdout()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=receive, args=(requests,), daemon=True).start()
    limits.end_step()
    while resident() <= LARGE_BYTES:
        try:
            line = requests.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        answer(json.loads(line), limits, out)


def receive(requests: queue.SimpleQueue[bytes]) -> None:
    """Pass the requests on; when stdin ends the parent is gone, and the process ends whatever it is doing."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def answer(request: dict[str, Any], limits: Limits, out: BinaryIO) -> None:
    """Write the answers to one request, each within the limits."""
    limits.begin_step()
    most = 0
    for content in answers(request):
        limits.end_step()  # to wait for the parent to read is no fault of the file
        head = len(content).to_bytes(HEAD, "big") + round(1000 * time.process_time()).to_bytes(HEAD, "big")
        out.write(head + content)
        out.flush()
        if not most:  # the file is open, and no page is read
            most = max(LARGE_BYTES, resident() + ROOM_BYTES)
        elif resident() > most:
            os._exit(0)
        limits.begin_step()
    limits.end_step()


def answers(request: dict[str, Any]) -> Iterator[bytes]:
    """The outline or an error, then the pages that are asked for: their outline has no more than a count."""
    path, password = Path(request["path"]), request["password"]
    try:
        if request["operation"] == "unlock":
            extract.unlock(path, password, Path(request["target"]))
            yield outline_answer(Outline(0))
            return
        with extract.opened(path, password) as document:
            if request["operation"] == "outline":
                yield outline_answer(extract.outline_of(document))
                return
            yield outline_answer(Outline(len(document)))
            if request["operation"] == "picture":
                yield from (picture_answer(picture_of(document, each)) for each in request["numbers"])
                return
            entries, _ = read_entries(document)
            for number in request["numbers"]:
                yield page(document, number, entries, PageForm(request["form"]))
    except BadRequest as error:
        yield error_answer(error)
    except MemoryError:
        yield error_answer(DamagedPdf("The PDF cannot be opened: it needs more memory than is allowed."))


def page(document: Any, number: int, entries: Sequence[Entry], form: PageForm) -> bytes:
    """A page in a form, with an ``error`` where it cannot be read."""
    try:
        read = extract.read_page(document, number, entries)
        if len(read.words) > MOST_WORDS:
            read = Page(number, read.width, read.height, error=TOO_MANY_WORDS)
        return passed_on(read, form)
    except MemoryError:
        return rendered(Page(number, 0.0, 0.0, error=OUT_OF_MEMORY), form)
    except Exception as error:  # whatever a damaged page leads to, the next may be sound
        return rendered(Page(number, 0.0, 0.0, error=UNEXPECTED.format(name=type(error).__name__)), form)


def outline_answer(outline: Outline) -> bytes:
    """``{"outline": …}``."""
    return f'{{"outline":{outline_file.encode(outline)}}}'.encode()


def picture_answer(picture: Picture) -> bytes:
    """The fields of a picture, with its content as base64."""
    return json.dumps(asdict(picture) | {"content": base64.b64encode(picture.content).decode()}).encode()


def error_answer(error: BadRequest) -> bytes:
    """``{"error": …}``."""
    return json.dumps({"error": {"code": error.code, "message": error.message}}).encode()


# -- limits -------------------------------------------------------------------------------------------------


def bound(memory_bytes: int) -> None:
    """Keep this process to so much address space, where the system can; a crash leaves no core file."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of computing and on the clock that one step may take: the kernel then ends this process, with
    SIGPROF or SIGALRM, whatever library it is in. Where it has no such timers (Windows) a thread does, by the
    clock alone."""

    computing: float
    clock: float
    watch: list[threading.Timer] = field(default_factory=list)

    def begin_step(self) -> None:
        """From now on."""
        if not hasattr(signal, "setitimer"):
            self.end_step()
            self.watch.append(threading.Timer(self.clock, os._exit, (OUT_OF_TIME,)))
            self.watch[0].daemon = True
            self.watch[0].start()
            return
        signal.setitimer(signal.ITIMER_PROF, self.computing)
        signal.setitimer(signal.ITIMER_REAL, self.clock)

    def end_step(self) -> None:
        """No limit of time until the next step begins."""
        if not hasattr(signal, "setitimer"):
            while self.watch:
                self.watch.pop().cancel()
            return
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def resident() -> int:
    """Bytes of memory that this process holds; 0 where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def private_stdout() -> BinaryIO:
    """The real standard output. What libraries print goes to stderr from now on, not between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
    os._exit(0)  # at an orderly end Python would wait for the thread that reads stdin
