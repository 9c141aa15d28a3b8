"""Requests of tenants: how many of one are worked on at the same time, so that none keeps the threads from
the others."""

from __future__ import annotations

from asyncio import Semaphore
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

THREADS = 64
"""Threads of the server that do the work of requests: a question that waits for a slow model holds one for
minutes."""

OF_A_TENANT = 40
"""Requests of one tenant that are worked on at the same time; the next wait, and hold no thread meanwhile."""


class Turns:
    """Lets ``most`` requests of each tenant in at a time; those beyond wait. For one event loop."""

    def __init__(self, most: int = OF_A_TENANT) -> None:
        self._most = most
        self._rooms: dict[str, Semaphore] = {}
        self._known: Counter[str] = Counter()  # that are in or wait

    @asynccontextmanager
    async def turn_of(self, tenant: str) -> AsyncIterator[None]:
        """Be in for as long as the context lasts."""
        self._known[tenant] += 1
        try:
            async with self._rooms.setdefault(tenant, Semaphore(self._most)):
                yield
        finally:
            self._known[tenant] -= 1
            if not self._known[tenant]:
                del self._known[tenant], self._rooms[tenant]
