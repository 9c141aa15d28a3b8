"""Work of one kind that few may do at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import RateLimited

RETRY_SECONDS = 10.0


class Turnstile:
    """Lets ``most`` in at a time; who comes when they are in is told to come again. Thread-safe."""

    def __init__(self, most: int, doing: str) -> None:
        self._most = most
        self._doing = doing
        self._room = threading.BoundedSemaphore(most)

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Be in for as long as the context lasts. Raises ``RateLimited``."""
        # Refused and not queued: who waits holds a thread and a connection, and more would come.
        if not self._room.acquire(blocking=False):
            message = f"{self._most} {self._doing} at this moment, which is the limit: try again later."
            raise RateLimited(message, RETRY_SECONDS)
        try:
            yield
        finally:
            self._room.release()
