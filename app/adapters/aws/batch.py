"""Batches of the queue: each message is a job, and those that did not end are told, to be delivered again."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from app.adapters import attempts
from app.adapters.heartbeat import Heartbeat
from app.core.errors import KnowledgeBaseError
from app.core.model import Job, Lease
from app.core.ports import JobQueue

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""So long a job stays hidden when the process that does it is killed; while it lives that is extended."""

LAST_SECONDS = 15.0
"""Before the invocation's end: time to hand back the jobs that are not done."""

OUT_OF_TIME = "The work takes longer than one invocation may last."


class _OutOfTime(BaseException):
    """Raised inside a job when its time is up. No error, so that nothing in the job takes it for one."""


class Batches:
    """Does the jobs of an SQS event, one after the other.

    ``job_of`` reads a message's body. ``run`` does a job; one that raises is tried again later, and in the end
    ``give_up`` is told why.
    """

    def __init__(
        self,
        jobs: JobQueue,
        job_of: Callable[[str], Job],
        run: Callable[[Job], None],
        give_up: Callable[[Job, str], None],
        *,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._jobs = jobs
        self._job_of = job_of
        self._run = run
        self._give_up = give_up
        self._lease_seconds = lease_seconds

    def __call__(self, records: Sequence[Mapping[str, Any]], seconds: float) -> dict[str, Any]:
        """The batch response: which messages are to be delivered again. ``seconds`` is what the invocation
        has left. To be called in the process's main thread."""
        end = time.monotonic() + seconds - LAST_SECONDS
        failed: list[dict[str, str]] = []
        with ExitStack() as held:
            leases = list(self._leases(records, failed))
            heartbeat = Heartbeat(self._jobs, self._lease_seconds)
            heartbeat.start()
            held.callback(heartbeat.stop)
            keeping = [held.enter_context(_kept(heartbeat, lease)) for _, lease in leases]
            for (message, lease), kept in zip(leases, keeping, strict=True):
                done = self._done(lease, end)
                kept.close()  # before the lease is shortened, which a beat would undo
                if done is not None:
                    failed.append({"itemIdentifier": message})
                    self._release(lease, done)
        return {"batchItemFailures": failed}
