"""The containers of a function: found by name, one call at a time each."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

LOOK_SECONDS = 2.0
"""The names are looked up again when this has passed: containers come and go."""

LEFT_OUT_SECONDS = 3.0
"""How long a container that did not respond is not called. A restarted one is back after about one second."""


class NoContainer(Exception):
    """No container responds, or none became free in time."""


@dataclass(slots=True)
class Container:
    """One of a function's containers. Times are ``time.monotonic``."""

    host: str
    port: int
    busy: bool = False
    free_since: float = 0.0
    left_out_until: float = 0.0

    @property
    def url(self) -> str:
        """The URL at which the RIE accepts calls."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/2015-03-31/functions/function/invocations"


@dataclass(slots=True)
class Containers:
    """All containers behind ``names`` (``host:port``; a name may resolve to several)."""

    names: Sequence[str]
    _known: dict[tuple[str, int], Container] = field(default_factory=dict)
    _looked_at: float = float("-inf")
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, seconds: float) -> Container:
        """Return the container that was free for longest, within ``seconds``. Raises ``NoContainer``, and
        that at once where none is there to wait for."""
        deadline = monotonic() + seconds
        while True:
            await self._look()
            now = monotonic()
            alive = [each for each in self._known.values() if each.busy or each.left_out_until <= now]
            if not alive:
                raise NoContainer("no container of the function answers")
            free = [each for each in alive if not each.busy]
            if free:
                # The one that rested longest, so that calls are spread over all, as in the cloud.
                chosen = min(free, key=lambda each: each.free_since)
                chosen.busy = True
                return chosen
            if now >= deadline:
                raise NoContainer("every container of the function is busy")
            await self._change(min(LOOK_SECONDS, deadline - now))

    async def give_back(self, container: Container, *, answered: bool) -> None:
        """The call has ended; a container that did not answer is left out for a while."""
        container.busy = False
        container.free_since = monotonic()
        if not answered:
            container.left_out_until = monotonic() + LEFT_OUT_SECONDS
        async with self._changed:
            self._changed.notify_all()

    async def _change(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _look(self) -> None:
        if monotonic() - self._looked_at < LOOK_SECONDS and self._known:
            return
        self._looked_at = monotonic()
        found = {place for name in self.names for place in await addresses(name)}
        # A busy one stays: its call is still under way, though its name is gone already.
        gone = [place for place, each in self._known.items() if place not in found and not each.busy]
        for place in gone:
            del self._known[place]
        for place in sorted(found - self._known.keys()):
            self._known[place] = Container(*place)


async def addresses(name: str) -> list[tuple[str, int]]:
    """Return what a name stands for; nothing if no container has it."""
    host, _, port = name.rpartition(":")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return [(str(address[0]), int(address[1])) for *_, address in found]
