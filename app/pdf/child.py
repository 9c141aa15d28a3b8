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
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from app.core.errors import BadRequest, DamagedPdf
from app.core.page import Outline, Page, Picture
from app.core.process.confinement import confine
from app.pages import outline_file
from app.pages.forms import PageForm, pass_on, render_page
from app.pdf import page as extract
from app.pdf.endings import NOT_BUILT, OUT_OF_TIME, TOO_MUCH_MEMORY
from app.pdf.native.library import NotBuilt, library
from app.pdf.pdfium.bookmarks import Entry, read_entries
from app.pdf.pdfium.enclosed import save_attached_pdfs
from app.pdf.pdfium.picture import picture_of
from app.pdf.searchable import save_searchable

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

ADDRESS_SPACE, RESIDENT = 0, 1
"""Fields of /proc/self/statm (proc(5))."""

UNEXPECTED = "The page could not be read ({name})."
TOO_MANY_WORDS = f"The page was not read: it has more than {MOST_WORDS:,} words."


def main() -> None:
    """Answer until there is nothing left to do."""
    timer = StepTimer(float(sys.argv[1]), float(sys.argv[2]))
    # Before anything of the file is touched, and before threads: seccomp holds for those that follow.
    confine(**json.loads(sys.argv[3]))
    timer.begin_step()
    # After the imports: RLIMIT_AS counts what they mapped, too.
    memory = Memory(memory_held(ADDRESS_SPACE))
    memory.leave_no_core()
    out = private_stdout()
    try:
        library()
    except NotBuilt as error:
        sys.stderr.write(f"kb: {error}\n")
        sys.stderr.flush()
        os._exit(NOT_BUILT)
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=receive, args=(requests,), daemon=True).start()
    timer.end_step()
    while memory_held(RESIDENT) <= LARGE_BYTES:
        try:
            line = requests.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        try:
            answer(json.loads(line), timer, memory, out)
        except BrokenPipeError:  # the parent is gone: what it says of its end must be the last line
            os._exit(0)


def receive(requests: queue.SimpleQueue[bytes]) -> None:
    """Pass the requests on; when stdin ends the parent is gone, and the process ends whatever it is doing."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def answer(request: dict[str, Any], timer: StepTimer, memory: Memory, out: BinaryIO) -> None:
    """Write the answers to one request, each within the limits."""
    timer.begin_step()
    memory.limit_file(request["memory_bytes"])
    most = 0
    for content in answers(request, timer.begin_step):
        timer.end_step()  # to wait for the parent to read is no fault of the file
        head = len(content).to_bytes(HEAD, "big") + round(1000 * time.process_time()).to_bytes(HEAD, "big")
        out.write(head + content)
        out.flush()
        if not most:  # the file is open, and no page is read
            most = max(LARGE_BYTES, memory_held(RESIDENT) + ROOM_BYTES)
        elif memory_held(RESIDENT) > most:
            os._exit(0)
        timer.begin_step()
    timer.end_step()


def answers(request: dict[str, Any], renew: Callable[[], None]) -> Iterator[bytes]:
    """The outline or an error, then the pages that are asked for: their outline has no more than a count.
    ``renew`` gives a part of a long step a time of its own."""
    path, password = Path(request["path"]), request["password"]
    too_much = TOO_MUCH_MEMORY.format(megabytes=request["memory_bytes"] // 1_000_000)
    try:
        if request["operation"] == "unlock":
            extract.unlock(path, password, Path(request["target"]))
            yield outline_answer(Outline(0))
            return
        with extract.open_pdf(path, password) as document:
            if request["operation"] == "outline":
                yield outline_answer(extract.outline_of(document))
                return
            if request["operation"] == "searchable":
                save_searchable(document, Path(request["words"]), Path(request["target"]), renew)
            yield outline_answer(Outline(len(document)))
            if request["operation"] == "attached":
                yield attached_answer(document, path, Path(request["target"]), request["numbers"][0])
                return
            if request["operation"] == "picture":
                yield from (picture_answer(picture_of(document, each)) for each in request["numbers"])
                return
            # Once for all pages: an outline may have tens of thousands of entries.
            entries, _ = read_entries(document)
            for number in request["numbers"]:
                read = Read(PageForm(request["form"]), entries, too_much, request["include_hidden"])
                yield page(document, number, read)
    except BadRequest as error:
        yield error_answer(error)
    except MemoryError:
        yield error_answer(DamagedPdf(f"The PDF cannot be opened: {too_much}."))


class Read(NamedTuple):
    """How pages are read: their form, the entries of the document's outline, what is said where memory ends,
    and whether words that no reader sees are read as others."""

    form: PageForm
    entries: Sequence[Entry]
    too_much: str
    include_hidden: bool


def page(document: Any, number: int, how: Read) -> bytes:
    """Return a page in its form, with an ``error`` where it cannot be read."""
    form = how.form
    try:
        read = extract.read_page(document, number, how.entries, include_hidden=how.include_hidden)
        if len(read.words) > MOST_WORDS:
            read = Page(number, read.width, read.height, error=TOO_MANY_WORDS)
        return pass_on(read, form)
    except MemoryError:
        error = f"The page could not be read: {how.too_much}."
        return render_page(Page(number, 0.0, 0.0, error=error), form)
    except Exception as fault:  # whatever a damaged page leads to, the next may be sound
        return render_page(Page(number, 0.0, 0.0, error=UNEXPECTED.format(name=type(fault).__name__)), form)


def outline_answer(outline: Outline) -> bytes:
    """``{"outline": …}``."""
    return f'{{"outline":{outline_file.encode(outline)}}}'.encode()


def picture_answer(picture: Picture) -> bytes:
    """Return the fields of a picture, with its content as base64."""
    return json.dumps(asdict(picture) | {"content": base64.b64encode(picture.content).decode()}).encode()


def attached_answer(document: Any, path: Path, folder: Path, most_bytes: int) -> bytes:
    """Return a list of the attached PDFs, each with its name and file, or why it has no file."""
    own_bytes = path.stat().st_size
    return json.dumps(list(save_attached_pdfs(document, folder, own_bytes, most_bytes))).encode()


def error_answer(error: BadRequest) -> bytes:
    """``{"error": …}``."""
    return json.dumps({"error": {"code": error.code, "message": error.message}}).encode()


# -- limits -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Memory:
    """The address space that this process may take, where the system can keep it to that: ``own`` bytes are
    what it takes without a file."""

    own: int

    def limit_file(self, file_bytes: int) -> None:
        """Let a file take this much, from now on."""
        with suppress(ImportError, OSError, ValueError):
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            wanted = self.own + file_bytes
            # Beyond the hard limit setrlimit refuses, and the process would have no limit at all.
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    def leave_no_core(self) -> None:
        """A crash writes no core file."""
        with suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@dataclass(frozen=True, slots=True)
class StepTimer:
    """Seconds of computing and on the clock that one step may take: the kernel then ends this process, with
    SIGPROF or SIGALRM, whatever library it is in. Where it has no such timers (Windows) a thread does, by the
    clock alone."""

    computing: float
    clock: float
    watch: list[threading.Timer] = field(default_factory=list)

    def begin_step(self) -> None:
        """Start the timers of one step."""
        if not hasattr(signal, "setitimer"):
            self.end_step()
            self.watch.append(threading.Timer(self.clock, os._exit, (OUT_OF_TIME,)))
            self.watch[0].daemon = True
            self.watch[0].start()
            return
        # Both: computing is the file's fault on any machine, and a wait that computes nothing needs the
        # clock.
        signal.setitimer(signal.ITIMER_PROF, self.computing)
        signal.setitimer(signal.ITIMER_REAL, self.clock)

    def end_step(self) -> None:
        """Stop the timers, until the next step begins."""
        if not hasattr(signal, "setitimer"):
            while self.watch:
                self.watch.pop().cancel()
            return
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def memory_held(kind: int) -> int:
    """Bytes of memory that this process holds, of a kind; 0 where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[kind])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def private_stdout() -> BinaryIO:
    """Return the real standard output. What libraries print goes to stderr from now on, not between the
    answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
    os._exit(0)  # at an orderly end Python would wait for the thread that reads stdin
