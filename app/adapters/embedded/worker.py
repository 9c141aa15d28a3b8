"""Threads that do jobs, one at a time each.

A job's lease is kept alive while it runs. What kills the process ends its leases too, and the queue hands the
jobs out again: there is nothing else to recover.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.adapters import attempts
from app.adapters.attempts import MOST_DELIVERIES, MOST_OUTAGES
from app.adapters.heartbeat import Heartbeat
from app.core.errors import KnowledgeBaseError
from app.core.job import Job, Lease
from app.core.ports import JobQueue

log = logging.getLogger(__name__)


SETTLED_SECONDS = 3.0
"""The time after the start when suspects are begun: whoever kills a server within a second of each start
(``tests/story/test_kill.py``) is not taken for the work of the same first jobs."""


@dataclass(slots=True)
class _Trouble:
    """The number of failures of a job in this process, and the time (``time.monotonic``) of its next
    attempt."""

    failures: int = 0
    outages: int = 0
    back_at: float = 0.0


class Worker:
    """Runs jobs in ``threads`` threads.

    ``run`` does a job. One that raises is tried again, at most ``max_attempts`` times in all (more for
    ``Unavailable`` and ``RateLimited``), the first time after ``retry_seconds`` and then after twice as long
    each time; in the end ``give_up`` is told why, in a sentence for a person. The first error of a kind in
    ``ends_for`` ends all work here, and is ``trouble``.

    While all threads are busy one more takes a job that ``spare`` hands out. ``suspects`` hands out jobs
    whose worker vanished, which may be the cause: they are done one at a time, so that none is blamed for
    another. ``scans`` hands out jobs that read scans, which take minutes: one thread more does them, so that
    nothing else waits for them.
    """

    def __init__(
        self,
        jobs: JobQueue,
        run: Callable[[Job], None],
        give_up: Callable[[Job, str], None],
        *,
        threads: int,
        lease_seconds: float = 60.0,
        max_attempts: int = attempts.MOST_FAILURES,
        poll_seconds: float = 0.2,
        retry_seconds: float = attempts.FIRST_DELAY,
        ends_for: tuple[type[KnowledgeBaseError], ...] = (),
        spare: JobQueue | None = None,
        suspects: JobQueue | None = None,
        scans: JobQueue | None = None,
    ) -> None:
        self._jobs = jobs
        self._run = run
        self._give_up = give_up
        self._count = threads
        self._lease_seconds = lease_seconds
        self._max_attempts = max_attempts
        self._poll_seconds = poll_seconds
        self._retry_seconds = retry_seconds
        self._ends_for = ends_for
        self._spare = spare
        self._suspects = suspects
        self._scans = scans
        self._suspected = threading.Lock()  # held while a suspect is done
        self._settled_at = 0.0
        self.trouble: KnowledgeBaseError | None = None
        self._heartbeat = Heartbeat(jobs, lease_seconds)
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # of the five below
        # Says that a job ended: it may have sent others, or been the last one.
        self._changed = threading.Condition(self._lock)
        self._busy: set[int] = set()
        self._ended = 0  # jobs that were done, or handed back
        self._looked: dict[int, int] = {}  # how many of them, when a thread that lives last found no job
        self._at_work = 0  # threads that do a job, but for the one that is to spare
        self._troubles: dict[str, _Trouble] = {}
        self._silent = ""  # what was said last of a queue that cannot be read

    # -- running ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work; nothing if that has begun."""
        if not self._threads:
            self._begin(until_idle=False)

    def stop(self, timeout: float = 10.0) -> None:
        """Take no more jobs and wait for those under way.

        One that takes longer than ``timeout`` seconds is left behind: it is done again when this process has
        ended or the lease has run out.
        """
        self._stopping.set()
        with self._lock:
            self._changed.notify_all()
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._heartbeat.stop()
        if any(thread.is_alive() for thread in self._threads):
            log.warning("Jobs were still running after %g seconds: they will be done again.", timeout)
        self._threads = []

    def drain(self) -> None:
        """Work until no job is due, being done here, or waiting here for another attempt.

        Jobs that were sent with a delay stay. Not for a worker that has started.
        """
        if self._threads:
            raise RuntimeError("The worker has started already.")
        self._begin(until_idle=True)
        try:
            for thread in self._threads:
                thread.join()
        finally:
            self.stop()

    def _begin(self, *, until_idle: bool) -> None:
        self._stopping = threading.Event()  # a thread that was left behind keeps the old one
        self._heartbeat.start()
        self._settled_at = time.monotonic() + (0.0 if until_idle else SETTLED_SECONDS)
        turns = [self._turn] * self._count
        turns += [self._spare_turn] if self._spare else []
        turns += [self._scans_turn] if self._scans else []
        self._looked = dict.fromkeys(range(len(turns)), -1)
        self._threads = [
            threading.Thread(
                target=self._work,
                args=(self._stopping, until_idle, turn, i),
                name=f"kb-worker-{i}",
                daemon=True,
            )
            for i, turn in enumerate(turns)
        ]
        for thread in self._threads:
            thread.start()

    def _work(
        self, stopping: threading.Event, until_idle: bool, turn: Callable[[], bool], number: int
    ) -> None:
        me = threading.get_ident()
        while not stopping.is_set():
            with self._lock:
                self._busy.add(me)
                ended = self._ended
            if turn():
                continue  # and stay busy: the jobs that this one sent are looked for before all seem idle
            with self._lock:
                self._busy.discard(me)
                self._looked[number] = ended
                if until_idle and self._is_idle():
                    del self._looked[number]
                    self._changed.notify_all()  # the other threads are idle, too
                    return
                if ended == self._ended and not stopping.is_set():
                    self._changed.wait(self._poll_seconds)

    def _is_idle(self) -> bool:
        """Return whether no job is being done here, and none comes of one that was."""
        # A job may send one that only another thread takes: each has to have looked since the last ended.
        since = all(ended == self._ended for ended in self._looked.values())
        return since and not self._busy and not self._retrying()

    def _retrying(self) -> bool:
        # Past its time by a poll, a job that nobody here has taken was taken by another process.
        now = time.monotonic()
        return any(trouble.back_at + self._poll_seconds > now for trouble in self._troubles.values())

    # -- one job ------------------------------------------------------------------------------------------

    def _turn(self) -> bool:
        """Do a job; whether there was one."""
        return self._suspect_turn() or self._do_next(self._jobs)

    def _suspect_turn(self) -> bool:
        """Do a suspect, unless another is being done; whether there was one."""
        if not self._suspects or time.monotonic() < self._settled_at:
            return False
        # One at a time: if a suspect ends the process again, no second one is blamed with it.
        if not self._suspected.acquire(blocking=False):
            return False
        try:
            return self._do_next(self._suspects)
        finally:
            self._suspected.release()

    def _do_next(self, jobs: JobQueue) -> bool:
        lease = self._receive_lease(jobs)
        if lease is None:
            return False
        with self._lock:
            self._at_work += 1
        try:
            self._finish(lease)
        finally:
            with self._lock:
                self._at_work -= 1
        return True

    def _spare_turn(self) -> bool:
        """Return the same of the thread that is to spare."""
        assert self._spare is not None
        with self._lock:
            # The spare thread helps only while all others are busy, so that a long document does not hold up
            # the rest.
            if self._at_work < self._count:
                return False
        lease = self._receive_lease(self._spare)
        if lease is None:
            return False
        self._finish(lease)
        return True

    def _scans_turn(self) -> bool:
        """Return the same of the thread that reads scans."""
        assert self._scans is not None
        if time.monotonic() < self._settled_at:
            return False
        lease = self._receive_lease(self._scans)
        if lease is None:
            return False
        self._finish(lease)
        return True

    def _receive_lease(self, jobs: JobQueue) -> Lease | None:
        try:
            lease = jobs.receive(lease=self._lease_seconds)
        except KnowledgeBaseError as error:
            self._note_silence(error)
            return None
        self._silent = ""
        return lease

    def _finish(self, lease: Lease) -> None:
        with self._heartbeat.keeping(lease):
            try:
                self._do(lease)
            except Exception as error:
                # The queue or ``give_up`` failed: the lease runs out, and the job comes back.
                if self._goes_on(error):
                    attempts.note(lease, error)
                    self._note_return(lease.job, self._lease_seconds)
        with self._lock:
            self._ended += 1
            self._changed.notify_all()

    def _note_silence(self, error: KnowledgeBaseError) -> None:
        """Say once what keeps jobs from being received, until one is again or it is something else."""
        if self._goes_on(error) and error.message != self._silent:
            log.warning("No jobs can be received: %s", error.message)
            self._silent = error.message

    def _goes_on(self, error: Exception) -> bool:
        """Return whether to work on after an error; if not, the worker is stopping, and keeps the first
        such one."""
        # A server keeps trying, since somebody may mend it; a command ends with the reason at once.
        if not isinstance(error, self._ends_for):
            return True
        assert isinstance(error, KnowledgeBaseError)
        self.trouble = self.trouble or error
        self._stopping.set()
        return False

    def _do(self, lease: Lease) -> None:
        if lease.attempt > MOST_DELIVERIES:
            self._end(lease, attempts.NEVER_ENDED)
            return
        try:
            self._run(lease.job)
        except Exception as error:
            if self._goes_on(error):
                attempts.note(lease, error)
                self._note_failure(lease, error)
            else:
                self._jobs.release(lease)
        else:
            self._forget(lease)

    def _note_failure(self, lease: Lease, error: Exception) -> None:
        trouble = self._trouble(lease.job)
        if attempts.is_outage(error):
            trouble.outages += 1
            count, most = trouble.outages, MOST_OUTAGES
        else:
            trouble.failures += 1
            count, most = trouble.failures, self._max_attempts
        if count >= most:
            self._end(lease, attempts.given_up(count, error))
            return
        delay = attempts.delay(count, error, first=self._retry_seconds)
        self._jobs.release(lease, delay=delay)
        self._note_return(lease.job, delay)

    def _end(self, lease: Lease, message: str) -> None:
        self._give_up(lease.job, message)
        log.error("Job %s: given up at delivery %d.", lease.job.id, lease.attempt)
        self._forget(lease)

    def _forget(self, lease: Lease) -> None:
        self._jobs.forget(lease)
        with self._lock:
            self._troubles.pop(lease.job.id, None)

    def _trouble(self, job: Job) -> _Trouble:
        with self._lock:
            return self._troubles.setdefault(job.id, _Trouble())

    def _note_return(self, job: Job, delay: float) -> None:
        self._trouble(job).back_at = time.monotonic() + delay
