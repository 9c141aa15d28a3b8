"""Keeps the leases of running jobs alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import KnowledgeBaseError
from app.core.job import Lease
from app.core.ports import JobQueue

log = logging.getLogger(__name__)

BEATS = 3
"""Extensions within the length of a lease: one may fail and the job is still kept."""


class Heartbeat:
    """One thread that extends every lease in hand to ``lease_seconds`` from now, again and again."""

    def __init__(self, jobs: JobQueue, lease_seconds: float) -> None:
        self._jobs = jobs
        self._lease_seconds = lease_seconds
        self._leases: dict[str, Lease] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to beat."""
        # A new one: an old thread that has not seen its end yet must not go on.
        self._stopping = threading.Event()
        threading.Thread(target=self._go_on, args=(self._stopping,), name="kb-heartbeat", daemon=True).start()

    def stop(self) -> None:
        """Beat no more: what is still in hand is lost when its lease runs out."""
        self._stopping.set()

    @contextmanager
    def keeping(self, lease: Lease) -> Iterator[None]:
        """Keep a lease alive for as long as the context lasts."""
        with self._lock:
            self._leases[lease.token] = lease
        try:
            yield
        finally:
            with self._lock:
                self._leases.pop(lease.token, None)

    def beat(self) -> None:
        """Make every lease in hand end ``lease_seconds`` from now, whether that is later or earlier than it
        would have ended."""
        with self._lock:
            # Copied: extending asks a queue over the network, and jobs come and go meanwhile.
            leases = list(self._leases.values())
        for lease in leases:
            self._extend(lease)

    def _go_on(self, stopping: threading.Event) -> None:
        while not stopping.wait(self._lease_seconds / BEATS):
            self.beat()

    def _extend(self, lease: Lease) -> None:
        try:
            kept = self._jobs.extend(lease, self._lease_seconds)
        except KnowledgeBaseError as error:
            log.warning("Job %s: its lease could not be extended (%s).", lease.job.id, error.code)
            return
        if not kept:
            with self._lock:
                # A job that ended during the call has taken its lease out: nothing is lost then.
                unfinished = self._leases.pop(lease.token, None)
            if unfinished:
                log.warning("Job %s: its lease was lost; its result will be ignored.", lease.job.id)
