"""Clients that leave while something is made for them: what makes it is interrupted where it stands.

A server opens a ``Leaving`` for each response. What waits on its behalf, for a model or a process, says here
how that wait is ended. Outside of such a response nobody ever leaves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

LOCK_SECONDS = 0.5
"""The time between two looks at whether the client has left, while a lock is waited for."""


class Left(BaseException):
    """The client has left. No ``Exception``, so that nothing takes it for an error and goes on."""


class Leaving:
    """Whether the client of a response has left, and what is ended then. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], object]] = []
        self._left = threading.Event()

    def leave(self) -> None:
        """End what the response waits for."""
        with self._lock:
            # Before the ends are called: what they interrupt asks at once whether the client has left.
            self._left.set()
            for end in self._ends:
                with suppress(OSError):
                    end()
            self._ends = []

    def add(self, end: Callable[[], object]) -> None:
        """Call ``end`` when the client leaves: at once, if it has left."""
        with self._lock:
            if not self._left.is_set():
                self._ends.append(end)
                return
        with suppress(OSError):
            end()

    def remove(self, end: Callable[[], object]) -> None:
        """Do not call ``end`` from now on. Waits for a call in progress."""
        with self._lock, suppress(ValueError):
            self._ends.remove(end)

    def check(self) -> None:
        """Raise ``Left`` if the client has left."""
        if self._left.is_set():
            raise Left

    def wait(self, seconds: float) -> None:
        """Wait for so long. Raises ``Left`` as soon as the client leaves."""
        self._left.wait(seconds)
        self.check()


_current: ContextVar[Leaving | None] = ContextVar("leaving", default=None)


def may_leave() -> bool:
    """Return whether this thread works for a client that may leave."""
    return _current.get() is not None


def current() -> Leaving:
    """Return the ``Leaving`` of the response that this thread works for; one without a client if there is
    none."""
    return _current.get() or Leaving()


@contextmanager
def leavable(leaving: Leaving) -> Iterator[None]:
    """What is called inside the context, also in threads that copy it, works for this response."""
    token = _current.set(leaving)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def held_until_left(lock: threading.Lock | threading.Semaphore) -> Iterator[None]:
    """Hold a lock, or a place of a semaphore, inside the context. Raises ``Left`` if the client leaves while
    it is waited for."""
    # A lock cannot be interrupted from outside, so that it is asked for again and again.
    while not lock.acquire(timeout=LOCK_SECONDS):
        current().check()
    try:
        current().check()
        yield
    finally:
        lock.release()


@contextmanager
def ended_by(end: Callable[[], object]) -> Iterator[None]:
    """Wait for something inside the context. If the client leaves, ``end`` is called from another thread to
    end the wait, and ``Left`` is raised in place of what that led to."""
    leaving = current()
    leaving.check()
    leaving.add(end)
    try:
        yield
    except Exception:
        leaving.check()
        raise
    finally:
        # In any case: an end that is left would close what another response uses by then.
        leaving.remove(end)
    leaving.check()
