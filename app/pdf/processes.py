"""The parent's side of the processes that read PDFs: each one's pipes, and those that wait for work."""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.core.errors import Unavailable
from app.core.process.confinement import lacking
from app.pdf.endings import ALARM, OUT_OF_TIME
from app.settings import needed_to_start

log = logging.getLogger(__name__)

HEAD = 8
"""Bytes before each answer: four give its length, four the milliseconds that its process has computed."""

ANSWER_BYTES = 128 << 20
"""More than any page: one of 400,000 characters takes 40 MB."""

PIPE_BYTES = 1 << 20
"""What a process may have read ahead, where the system lets a pipe be so long: some tens of pages."""

CHUNK = 1 << 18

FILE_TIMES = 2
"""So often a file may be in memory, beside what its pages need."""

WALL = 4
"""Seconds on the clock for each second of computing: a busy machine is not the file's fault."""

ENDING_SECONDS = 10.0
"""A process that is over its time, or has closed its pipe, may take so long to end."""

WINDOWS_CRASH = 255
"""Exit codes beyond are those of crashes there (NTSTATUS), where other systems name a signal."""


MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of ``ru_maxrss`` (getrusage(2))."""


@cache
def say_what_is_lacking() -> None:
    """Log, once, what the system has not to confine processes with."""
    if names := lacking():
        log.info("Processes that open PDFs are not confined by %s, which is not here.", " and ".join(names))


class Ending(NamedTuple):
    """How a process ended: its exit code, negative for a signal, the most memory that it held, and the
    computing since its last answer."""

    code: int
    peak_bytes: int
    cpu_ms: int


class ReaderProcess:
    """One process: what it was asked and how many answers it still owes. ``end`` must follow.

    Where the kernel can keep it to that, it reads below ``readable`` and where programs are, writes into the
    temporary folder, connects to nothing and starts nothing. One that has a file of its ``own`` reads no
    other file that a person gave.
    """

    def __init__(self, seconds: float, readable: Sequence[Path] = (), own: Path | None = None) -> None:
        self.owes = 0
        self.own = own
        self.cpu_ms = 0
        # Longer than the child's own limit: the parent steps in only where that did not end it.
        self._patience = WALL * seconds + ENDING_SECONDS
        self._overdue = False
        self._held = bytearray()
        scratch = tempfile.gettempdir()
        places = json.dumps(
            {"readable": [str(place) for place in (*readable, own) if place], "writable": [scratch]}
        )
        arguments = [str(seconds), str(WALL * seconds), places]
        say_what_is_lacking()
        try:
            self._process = subprocess.Popen(
                # -P: modules come from where this process finds them, never from the working directory.
                [sys.executable, "-P", "-m", "app.pdf.child", *arguments],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={  # none of this process's secrets
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "MALLOC_ARENA_MAX": "1",  # an arena for each thread reserves 64 MB of address space
                    **needed_to_start(),
                },
                start_new_session=True,  # Ctrl-C is for the program, which then ends its children in order
            )
        except OSError as error:
            raise Unavailable("The process that reads PDFs could not be started.", part="reader") from error
        assert self._process.stdout
        self._out = self._process.stdout.fileno()
        with suppress(
            ImportError, AttributeError, OSError
        ):  # Linux alone has it, and each user so much of it
            import fcntl

            fcntl.fcntl(self._out, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def runs(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def ask(self, request: bytes, answers: int) -> None:
        """Send a request that has so many answers."""
        assert self._process.stdin
        self.owes = answers
        with suppress(OSError):  # it has ended: ``answer`` finds out
            self._process.stdin.write(request)

    def answer(self) -> bytes | None:
        """Return the next answer, ``None`` where the process ended without one or is silent for too long."""
        deadline = time.monotonic() + self._patience
        # One deadline for head and content: a process that sends a byte now and then would else never be
        # late.
        head = self._bytes(HEAD, deadline)
        length = int.from_bytes((head or b"")[:4], "big")
        # The child reads hostile files and may have been taken over: what it claims is not allocated
        # unchecked.
        if head is None or length > ANSWER_BYTES:
            return None
        content = self._bytes(length, deadline)
        if content is not None:
            self.owes -= 1
            self.cpu_ms = int.from_bytes(head[4:], "big")
        return content

    def _bytes(self, count: int, deadline: float) -> bytes | None:
        while len(self._held) < count:
            if not self._readable(deadline):
                return None
            more = os.read(self._out, CHUNK)
            if not more:
                return None
            # A pipe hands out what is there, not what was written at once.
            self._held += more
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _readable(self, deadline: float) -> bool:
        """Return whether there is something to read, or an end, before the deadline; if not the process is
        over its time, which its own limits did not stop."""
        if not hasattr(select, "poll"):  # on Windows no pipe can be waited for: the child keeps its own time
            return True
        poll = select.poll()
        poll.register(self._out, select.POLLIN)
        if poll.poll(1000 * max(0.0, deadline - time.monotonic())):
            return True
        self._overdue = True
        self._process.kill()
        return False

    def kill(self) -> None:
        """End the process from another thread: its answers end."""
        self._process.kill()

    def wait_for_end(self) -> Ending:
        """Return how a process whose answers have ended came to its end."""
        before = self.cpu_ms
        killer = threading.Timer(ENDING_SECONDS, self._process.kill)
        killer.start()
        try:
            peak_bytes = self._reap() if hasattr(os, "wait4") else 0
            code = self._process.wait()
        finally:
            killer.cancel()
        # A process that the parent killed shows SIGKILL, which elsewhere means that memory ran out.
        if self._overdue or code == OUT_OF_TIME:
            code = -ALARM
        return Ending(-1 if code > WINDOWS_CRASH else code, peak_bytes, max(0, self.cpu_ms - before))

    def _reap(self) -> int:
        """Wait for the end of the process; the most memory that it held, 0 where that is not known any
        more."""
        try:
            _, status, usage = os.wait4(self._process.pid, 0)
        except ChildProcessError:  # it was waited for already
            return 0
        # So that Popen does not wait for a process that is gone.
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_ms = round(1000 * (usage.ru_utime + usage.ru_stime))
        return usage.ru_maxrss * MAXRSS

    def end(self) -> None:
        """End the process, whatever it is doing, and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


class ReaderProcesses:
    """The processes of one reader. Thread-safe; those that have nothing to do are kept for a while.

    They may read files in ``folders`` and in the temporary folder; a file that is elsewhere gets
    separate processes that may read it.
    """

    def __init__(self, *, memory_bytes: int, seconds: float, most: int, folders: Sequence[Path] = ()) -> None:
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._folders = tuple(folder.resolve() for folder in (*folders, Path(tempfile.gettempdir())))
        self._most = most
        self._lock = threading.Lock()  # of the rest
        self._idle: list[ReaderProcess] = []
        self._busy = 0
        self._closed = False

    def memory_for(self, path: Path) -> int:
        """Bytes that a process may take to read a file, beside what it takes without one."""
        return self._memory_bytes + FILE_TIMES * path.stat().st_size

    def take(self, path: Path) -> ReaderProcess:
        """Return a process for one call that may read a file, to be given back. Raises ``Unavailable``."""
        with self._lock:
            self._busy += 1
        return self._take_counted(path)

    def take_up_to(self, count: int, path: Path) -> Sequence[ReaderProcess]:
        """One process, and as many more, up to ``count``, as leave no more than ``most`` at work."""
        taken = [self.take(path)]
        with suppress(Unavailable):
            while len(taken) < count and self._is_room():
                taken.append(self._take_counted(path))
        return taken

    def _is_room(self) -> bool:
        """Count one more at work, if that leaves no more than ``most``."""
        with self._lock:
            if self._busy >= self._most:
                return False
            self._busy += 1
            return True

    def _take_counted(self, path: Path) -> ReaderProcess:
        """Return a process that is counted as being at work already."""
        place = path.resolve()
        own = None if any(place.is_relative_to(folder) for folder in self._folders) else place
        try:
            return self._idle_one(own) or ReaderProcess(self._seconds, self._folders, own)
        except BaseException:
            with self._lock:
                self._busy -= 1
            raise

    def _idle_one(self, own: Path | None) -> ReaderProcess | None:
        """Return a process that waits for work on this file of its own, or for any in the folders."""
        with self._lock:
            # The one that was busy last: its memory is warm, and the others may leave for want of work.
            for child in [each for each in reversed(self._idle) if each.own == own]:
                self._idle.remove(child)
                if child.runs():
                    return child
                child.end()
        return None

    def give_back(self, child: ReaderProcess) -> None:
        """The process is kept if it owes nothing, else ended: of those with a file of their own the last."""
        ended = [child]
        with self._lock:
            self._busy -= 1
            # One that still owes answers would give them to the next request.
            if not self._closed and child.owes == 0 and child.runs():
                ended = [each for each in self._idle if child.own and each.own not in (None, child.own)]
                self._idle = [*(each for each in self._idle if each not in ended), child]
        for each in ended:
            each.end()

    def close(self) -> None:
        """End the idle processes; a busy one ends with its call."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()
