"""Jobs that end the process that does them: seen by the next, and not begun without end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.core import keys
from app.core.document import Reason
from app.core.errors import FileMissing, KnowledgeBaseError
from app.core.job import STEPS, Job
from app.core.ports import FileStore

log = logging.getLogger(__name__)

MOST = 3

AFTER_SECONDS = 2.0
"""A job leaves its mark once it has run for so long: the many that are shorter cost nothing. One whose worker
vanished before leaves it at once."""

REASON = Reason(
    "ended_its_process",
    f"The work was begun {MOST} times, and each time the process that did it was ended, most likely for lack "
    "of memory: try again where there is more.",
)


class Deaths:
    """Marks that jobs leave while they run. One that is found at a start was left by a process that died.

    Deaths are counted in a row: a job that ended in order, or has got on since, begins to count anew. If a
    worker vanished before the mark was left, that counts as the first one. A kill from outside looks the
    same, but seldom hits one job so often. Thread-safe.
    """

    def __init__(self, files: FileStore, *, after_seconds: float = AFTER_SECONDS) -> None:
        self._files = files
        self._after_seconds = after_seconds
        self._lock = threading.Lock()  # of the rest
        self._marked: set[str] = set()
        self._in_hand: set[str] = set()

    @contextmanager
    def count_death(self, job: Job, state: str = "") -> Iterator[bool]:
        """Do a job inside the context; ``False`` where it is not to be begun again. ``state`` says how far
        it has got: one that has got on counts anew."""
        key = _key(job)
        # A queue that delivers a job again without a word says as much as a mark that was left.
        deaths = max(self._deaths(key, state), min(job.unended, 1))
        if deaths >= MOST:
            self._files.delete(key)
            yield False
            return
        # A thread, because the job has the main one, and may be inside native code for all of its time.
        timer = threading.Timer(self._after_seconds, self._mark, (key, f"{deaths + 1} {state}"))
        timer.daemon = True
        with self._lock:
            self._in_hand.add(key)
            if deaths:
                self._marked.add(key)
        if job.unended:
            self._mark(key, f"{deaths + 1} {state}")
        else:
            timer.start()
        try:
            yield True
        finally:
            timer.cancel()
            self._unmark(key)

    def forgive(self) -> None:
        """Take away the marks of what is in hand: this process is ended on purpose."""
        with self._lock:
            left = list(self._in_hand)
        for key in left:
            self._unmark(key)

    def _deaths(self, key: str, state: str) -> int:
        with suppress(FileMissing, ValueError):
            count, _, before = self._files.get(key).decode().partition(" ")
            return int(count) if before == state else 0
        return 0

    def _mark(self, key: str, content: str) -> None:
        with self._lock:
            # The job ended between the timer's call and this line: its mark would be taken for a death.
            if key not in self._in_hand:
                return
            self._marked.add(key)
            try:
                self._files.put(key, content.encode())
            except KnowledgeBaseError as error:
                log.warning("A job could not be marked as begun: %s", error.message)

    def _unmark(self, key: str) -> None:
        with self._lock:
            self._in_hand.discard(key)
            if key not in self._marked:
                return
            self._marked.discard(key)
            with suppress(KnowledgeBaseError):
                self._files.delete(key)


def _key(job: Job) -> str:
    name = f"{job.run.number}-{job.kind.value}-{job.range:06d}"
    if job.kind in STEPS:
        return keys.begun_mark(job.run.version, name)
    # Its document is none, or is being deleted with all files below its prefix.
    return keys.maintenance_begun(job.run.tenant, "-".join(filter(None, (job.run.document_id, name))))
