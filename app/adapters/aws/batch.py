"""Batches of the queue: each message is a job, and the response names those to be delivered again."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from app.adapters import attempts
from app.adapters.aws.jobs import trace_of
from app.adapters.heartbeat import Heartbeat
from app.core import telemetry
from app.core.errors import KnowledgeBaseError
from app.core.job import Job, Lease
from app.core.ports import JobQueue

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""The visibility timeout of a job: if its process is killed, the job is delivered again after this time. A
living process extends it."""

LAST_SECONDS = 15.0
"""The reserve before an invocation's timeout, for handing back unfinished jobs."""

AGAIN_SECONDS = 4.0
"""The interval between interruptions of a job: long enough to store its work in progress, and several
times shorter than ``LAST_SECONDS``."""

OUT_OF_TIME = "The work takes longer than one invocation of the function may last."


class _OutOfTime(BaseException):
    """Raised inside a job when its time is up. It is not an ``Exception``, so that no handler in the job
    catches it."""


def _nothing(_: Job) -> int:
    return 0


class Batches:
    """Runs the jobs of a batch, one after the other.

    ``lease_of`` parses a message and raises ``ValueError`` if it is not a job. ``run`` runs a job; if it
    raises, the job is retried later, and finally ``give_up`` is called with the reason, a sentence for a
    person. ``kept`` counts the stored work of a job: a job that is interrupted again and again continues
    as long as this number grows.
    """

    def __init__(
        self,
        jobs: JobQueue,
        lease_of: Callable[[Mapping[str, Any]], Lease],
        run: Callable[[Job], None],
        give_up: Callable[[Job, str], None],
        *,
        kept: Callable[[Job], int] = _nothing,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._jobs = jobs
        self._lease_of = lease_of
        self._run = run
        self._give_up = give_up
        self._kept = kept
        self._lease_seconds = lease_seconds

    def __call__(self, records: Sequence[Mapping[str, Any]], seconds: float) -> dict[str, Any]:
        """Return the batch response, which names the messages to be delivered again. ``seconds`` is the
        remaining time of the invocation. Call it in the main thread only: a signal interrupts a job."""
        # Lambda kills the process without a word at the end: what is left undone must be handed back before.
        end = time.monotonic() + seconds - LAST_SECONDS
        # Parsed before the first job begins: what is not a job must not take the time of those that are.
        leases = {record["messageId"]: self._lease(record) for record in records}
        traces = {record["messageId"]: trace_of(record) for record in records}
        again = self._delays(
            {message_id: lease for message_id, lease in leases.items() if lease is not None}, traces, end
        )
        # Lambda makes a failed message visible when its timeout ends: it is shortened to the delay of the
        # retry.
        for message_id, delay in again.items():
            self._release(leases[message_id], delay)
        failed = [message_id for message_id, lease in leases.items() if lease is None or message_id in again]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _lease(self, record: Mapping[str, Any]) -> Lease | None:
        """Return the lease of a message, ``None`` if it is not a job: the queue finally moves it to the
        dead-letter queue."""
        try:
            return self._lease_of(record)
        except ValueError:
            log.error("Message %s is not a job.", record["messageId"])
            return None

    def _delays(self, leases: Mapping[str, Lease], traces: Mapping[str, str], end: float) -> dict[str, float]:
        """Return the visibility timeout, in seconds, of each message to be delivered again."""
        heartbeat = Heartbeat(self._jobs, self._lease_seconds)
        with ExitStack() as held:
            for lease in leases.values():
                held.enter_context(heartbeat.keeping(lease))
            heartbeat.beat()  # until now the queue's own timeout held, which is of an hour and a half
            heartbeat.start()
            held.callback(heartbeat.stop)
            delays: dict[str, float | None] = {}
            for message_id, lease in leases.items():
                with _about(lease), telemetry.continue_trace(traces[message_id] or telemetry.trace()):
                    delays[message_id] = self._delay(lease, end)
        return {message_id: delay for message_id, delay in delays.items() if delay is not None}

    def _delay(self, lease: Lease, end: float) -> float | None:
        """Run a job. Return ``None`` if it has ended, else the seconds until it is delivered again."""
        try:
            return self._finish_within(lease, end)
        except Exception as error:  # of ``give_up``
            attempts.note(lease, error)
            return attempts.LONGEST_DELAY

    def _finish_within(self, lease: Lease, end: float) -> float | None:
        # Before anything is run: a job whose process dies each time never comes to the count of its failures.
        if lease.attempt > attempts.MOST_DELIVERIES:
            self._end(lease, attempts.NEVER_ENDED)
            return None
        left = end - time.monotonic()
        # Not begun: the invocation ends before it could, and handing it back at once costs one delivery.
        if left <= 0:
            return 0.0
        may_be_last = lease.attempt >= attempts.MOST_FAILURES
        try:
            # A large document may need many invocations. The last attempt ends it only if it brought nothing.
            before = self._kept(lease.job) if may_be_last else 0
            with _at_most(left):
                self._run(lease.job)
        except _OutOfTime:
            return self._hand_back_unfinished(lease, is_last=may_be_last and self._kept(lease.job) <= before)
        except Exception as error:
            attempts.note(lease, error)
            return self._delay_after(lease, error)
        return None

    def _hand_back_unfinished(self, lease: Lease, *, is_last: bool) -> float | None:
        log.warning("Job %s was handed back at delivery %d: its time was up.", lease.job.id, lease.attempt)
        if not is_last:
            return 0.0
        self._end(lease, OUT_OF_TIME)
        return None

    def _delay_after(self, lease: Lease, error: Exception) -> float | None:
        most = attempts.MOST_OUTAGES if attempts.is_outage(error) else attempts.MOST_FAILURES
        if lease.attempt < most:
            return attempts.delay(lease.attempt, error)
        self._end(lease, attempts.given_up(lease.attempt, error))
        return None

    def _end(self, lease: Lease, message: str) -> None:
        self._give_up(lease.job, message)
        log.error("Job %s: given up at delivery %d.", lease.job.id, lease.attempt)

    def _release(self, lease: Lease | None, delay: float) -> None:
        try:
            if lease is not None:
                self._jobs.release(lease, delay=delay)
        except KnowledgeBaseError as error:  # it is seen again when its lease has run out
            log.warning("A job could not be handed back: %s", error.message)


def _about(lease: Lease) -> AbstractContextManager[None]:
    """Bind the ids of a job's document to its log lines."""
    run = lease.job.run
    return telemetry.about(
        tenant=run.tenant,
        document_id=run.document_id,
        version=str(run.version.number),
        job=lease.job.kind.value,
    )


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise ``_OutOfTime`` inside the context after this time, and again every ``AGAIN_SECONDS``: an
    exception in a callback or a destructor is not propagated."""

    def ring(*_: object) -> None:
        raise _OutOfTime

    # A signal, because a thread cannot be interrupted, and the main thread may be inside native code.
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
