"""Ways to a server of this machine that speaks TLS."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from tests.support.machine import HANG_SECONDS

PIECE = 1 << 16

Streams: TypeAlias = tuple[StreamReader, StreamWriter]
Opened: TypeAlias = Callable[[StreamReader, StreamWriter], Awaitable[Streams]]
"""What opens the other end for a client that has come."""


@contextmanager
def tunnel(port: int) -> Iterator[int]:
    """The port of a proxy that leads to ``port``, whatever name it is asked for; TLS is between the ends."""

    async def opened(reader: StreamReader, writer: StreamWriter) -> Streams:
        await reader.readuntil(b"\r\n\r\n")
        there = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        return there

    with _serving(opened) as found:
        yield found


@contextmanager
def plain(port: int, certificate: Path) -> Iterator[int]:
    """A port that speaks without TLS what ``port`` speaks with it."""
    trusted = ssl.create_default_context(cafile=str(certificate))

    async def opened(_: StreamReader, __: StreamWriter) -> Streams:
        return await asyncio.open_connection("127.0.0.1", port, ssl=trusted)

    with _serving(opened) as found:
        yield found


@contextmanager
def _serving(opened: Opened) -> Iterator[int]:
    """The port of a server in a thread of its own, whose clients are joined with what is opened for them."""
    loop = asyncio.new_event_loop()
    clients: set[asyncio.Task[None]] = set()

    async def joined(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        clients.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _join((reader, writer), await opened(reader, writer))
        writer.close()
        clients.discard(task)

    async def end() -> None:
        server.close()
        for task in list(clients):
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    # All of the loop is in the thread: in this one a browser's may run.
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started = asyncio.start_server(joined, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(started, loop).result(HANG_SECONDS)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(HANG_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _join(here: Streams, there: Streams) -> None:
    """Copy both ways until one end goes."""
    ways = [asyncio.create_task(_copy(here[0], there[1])), asyncio.create_task(_copy(there[0], here[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        there[1].close()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
