"""The server's connections and their timeouts. A connection that sends or reads too slowly is closed, and at
the limit of open connections the one that has been idle longest is closed for a new one.

The HTTP server has one such timeout, for keep-alive between two requests. The others are here.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.api.admission.complaints import AcceptErrors, quieten
from app.api.errors import ProblemResponse, problem
from app.settings import Settings

KEEP_ALIVE_SECONDS = 75
"""Timeout of a connection between two requests. The page polls every few seconds: with an equal timeout some
requests would arrive just as the server closes the connection."""

LEAST_RATE = 500
"""Bytes per second: each 500 bytes buy one more second, in both directions. Apache's ``mod_reqtimeout`` uses
the same number."""

LAST_SECONDS = 3.0
"""Timeout of a client while the server shuts down."""

LOOK_SECONDS = 0.5
"""Interval of the check for connections that exceed a timeout."""

ACCEPTED_AT_ONCE = 32
"""Connections that the event loop accepts in one iteration, before it can check any of them."""

SPARE = 32
"""Connections beyond the limit, so that a client gets an error response while all others are being answered.
"""

QUEUED = 4096
"""The backlog of the listening socket, as far as the operating system allows."""

OWN_DESCRIPTORS = 96
"""Files, databases and pipes of the server itself: an idle server has about 20, one with the most parallel
work about 70."""

DESCRIPTORS_EACH = 2
"""File descriptors of a connection: its socket, and the file that it sends or fills."""

MOST_DESCRIPTORS = 16_384

TRANSFERS = 0.75
"""The share of connections that may be sending a body or receiving an answer at the same time."""

STUCK_SECONDS = 0.5
"""A transfer in which no byte has moved for this long may be closed for another client."""

RETRY_SECONDS = 5

HEALTH = "/health"
"""The route that is answered even when all connections are in use."""

UNSENT_BYTES = 1 << 17
"""The send buffer of a socket. The system's default is some megabytes, and the server would notice late that
a client does not read."""

TOO_SLOW = "The request did not come in time: it is waited for no longer."
TOO_MANY = "More clients are connected than the server takes: try again."


@dataclass(frozen=True, slots=True)
class Patience:
    """The most open connections, and the timeouts in seconds: for the head of a request, for more of its
    body, for a client to read more of an answer."""

    connections: int
    head_seconds: float
    body_seconds: float
    answer_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> Patience:
        """Return the limits of the settings, with fewer connections if the process lacks file descriptors."""
        # Fewer connections, rather than a server that can open no file for those it has.
        room = (raise_descriptors() - OWN_DESCRIPTORS - ACCEPTED_AT_ONCE - SPARE) // DESCRIPTORS_EACH
        return cls(
            max(1, min(settings.connections, room)),
            settings.head_seconds,
            settings.body_seconds,
            settings.answer_seconds,
        )

    def at_the_end(self) -> Patience:
        """Return the limits while the server shuts down."""
        body_seconds = min(self.body_seconds, LAST_SECONDS)
        return replace(self, body_seconds=body_seconds, answer_seconds=min(self.answer_seconds, LAST_SECONDS))


def raise_descriptors() -> int:
    """Raise the soft limit of file descriptors to the hard limit, and return the new limit."""
    try:
        import resource
    except ImportError:  # on Windows, where that limit does not exist
        return MOST_DESCRIPTORS
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if most == resource.RLIM_INFINITY else min(most, MOST_DESCRIPTORS)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        return wanted
    return MOST_DESCRIPTORS if now == resource.RLIM_INFINITY else now


class Server(uvicorn.Server):
    """Serves an application with limits on connections and timeouts."""

    def __init__(self, app: ASGIApp, patience: Patience, **more: Any) -> None:
        super().__init__(
            uvicorn.Config(
                self._admit,
                interface="asgi3",
                loop="asyncio",
                http=Connection,
                ws="none",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                backlog=ACCEPTED_AT_ONCE,
                **more,
            )
        )
        quieten("uvicorn.error")
        self.config.patience = patience  # type: ignore[attr-defined]  # its way to each connection
        self._app = app
        self._most = patience.connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        # Without it each connection that cannot be accepted writes a stack trace, again every second.
        asyncio.get_running_loop().set_exception_handler(AcceptErrors())
        await super().startup(sockets)
        for server in self.servers:
            for listener in server.sockets:
                _queue_more(listener)
        self._looking = asyncio.create_task(self._look())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down: requests in progress are finished, with short timeouts for slow clients."""
        patience: Patience = self.config.patience  # type: ignore[attr-defined]
        # Through the configuration, because connections that are open already look there each time.
        self.config.patience = patience.at_the_end()  # type: ignore[attr-defined]
        await super().shutdown(sockets)
        self._looking.cancel()

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, unless more requests are in progress than there may be connections: those of
        closed connections may still be releasing their resources."""
        if scope["type"] == "http" and len(self.server_state.tasks) > self._most and scope["path"] != HEALTH:
            headers = {"Retry-After": str(RETRY_SECONDS), "Connection": "close"}
            details = problem(503, "too_many_connections", TOO_MANY)
            await ProblemResponse(details, 503, headers=headers)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.look(now)


def _queue_more(listener: Any) -> None:
    """Have the system hold more than are taken in one go: the event loop has one number for both."""
    with socket.socket(fileno=socket.dup(listener.fileno())) as own:
        own.listen(QUEUED)


class Connection(H11Protocol):
    """A connection with timeouts."""

    # -- what happens ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, and close another one at the limit."""
        super().connection_made(transport)
        if (held := getattr(socket, "TCP_NOTSENT_LOWAT", None)) is not None:  # not on Windows
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, held, UNSENT_BYTES)
        self._is_first = True
        self._dropped = False
        self._waits_for = ""
        self._since = self._heard = time.monotonic()
        self._received = 0
        self._unsent = self._most_unsent = 0
        self._unsent_since = self._taken = self._since
        self._note()
        # After it is accepted: a connection that is left in the backlog would get no answer at all.
        if len(self.connections) > self._patience.connections:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Note that a part of a request arrived, and parse it."""
        self._heard = time.monotonic()
        self._received += len(data)
        if self._dropped:
            return
        super().data_received(data)
        self._note()

    def on_response_complete(self) -> None:
        """Note that a response is complete, though the client may not have read all of it."""
        # Until the first answer a silent client is a slow one; after it, one that keeps the connection alive.
        self._is_first = False
        super().on_response_complete()
        self._note()

    def pause_writing(self) -> None:
        """Note that the client reads an answer more slowly than it is produced."""
        super().pause_writing()
        self._note_unsent(time.monotonic())
        self._make_room_for_transfer()

    def resume_writing(self) -> None:
        """Note that the client has read most of the buffered answer."""
        super().resume_writing()
        self._unsent = 0
        self._note_unsent(time.monotonic())

    def look(self, now: float) -> None:
        """Close the connection if its client has exceeded a timeout."""
        if self._dropped:
            return
        self._note()
        self._note_unsent(now)
        if self._unsent:
            taken = self._most_unsent - self._unsent
            if _is_late(now, self._patience.answer_seconds, self._unsent_since, self._taken, taken):
                self._drop(408, "request_timeout", TOO_SLOW)
        elif self._waits_for == "head":
            if now - self._since > self._patience.head_seconds:
                self._drop(408, "request_timeout", TOO_SLOW)
        elif self._waits_for == "body" and _is_late(
            now, self._patience.body_seconds, self._since, self._heard, self._received
        ):
            self._drop(408, "request_timeout", TOO_SLOW)

    @property
    def _patience(self) -> Patience:
        patience: Patience = self.config.patience  # type: ignore[attr-defined]
        return patience

    # -- what it waits for ----------------------------------------------------------------------------------

    def _note(self) -> None:
        """Return what the server waits for: a head, a body, or a further request; "" while the server itself
        is working."""
        # Asked of the parser's state, not noted by events: one that is missed would leave a connection
        # without a timeout.
        found = self._find_wait()
        if found == self._waits_for:
            return
        self._waits_for = found
        self._since = self._heard = time.monotonic()
        self._received = 0
        if found == "body":
            self._make_room_for_transfer()

    def _find_wait(self) -> str:
        if self.conn.their_state is h11.SEND_BODY:
            return "" if self.flow.read_paused else "body"
        if self.conn.their_state is h11.IDLE:
            return "head" if self._is_first or self.conn.trailing_data[0] else "request"
        return ""

    def _note_unsent(self, now: float) -> None:
        """Note how much of the written bytes the client has not read, beyond what the system buffers."""
        unsent = self.transport.get_write_buffer_size()
        if not self._unsent:
            self._unsent_since, self._most_unsent = now, unsent
        if not self._unsent or unsent < self._unsent:
            self._taken = now
        self._most_unsent = max(self._most_unsent, unsent)
        self._unsent = unsent

    # -- how it makes room, and ends ------------------------------------------------------------------------

    def _make_room(self) -> None:
        """Close the connection that has been idle longest. If none is idle, this connection may still send a
        request: one that is answered at once is served, any other is refused with ``Retry-After``."""
        others = self._others()
        chosen = _first(each for each in others if each._is_between()) or _first(
            each for each in others if each._is_stuck()
        )
        if chosen or len(self.connections) > self._patience.connections + SPARE:
            (chosen or self)._drop(503, "too_many_connections", TOO_MANY)

    def _make_room_for_transfer(self) -> None:
        """Close the longest stalled transfer if most connections are sending a body or receiving an answer,
        so that short requests always get a connection. A body for which none can be closed is refused."""
        transfers = [each for each in self._others() if each._is_transfer()]
        if len(transfers) < TRANSFERS * self._patience.connections:
            return
        chosen = _first(each for each in transfers if each._is_stuck())
        if chosen or not self._unsent:
            (chosen or self)._drop(503, "too_many_connections", TOO_MANY)

    def _others(self) -> list[Connection]:
        return [
            each
            for each in self.connections
            if isinstance(each, Connection) and each is not self and not each._dropped
        ]

    @property
    def _quiet_since(self) -> float:
        return self._taken if self._unsent else self._heard

    def _is_between(self) -> bool:
        """Return whether no request is in progress: no whole head has arrived, and the client has read every
        answer."""
        return self._waits_for in ("head", "request") and not self._unsent

    def _is_transfer(self) -> bool:
        return bool(self._unsent) or self._waits_for == "body"

    def _is_stuck(self) -> bool:
        return self._is_transfer() and time.monotonic() - self._quiet_since >= STUCK_SECONDS

    def _drop(self, status: int, code: str, detail: str) -> None:
        """Close the connection, after an error response if a request was begun and has no answer yet."""
        self._dropped = True
        if self.cycle is not None and not self.cycle.response_complete:
            # As uvicorn does it itself when a client goes: the application then stops waiting for the body.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not self._unsent and self._waits_for in ("head", "body") and not self.transport.is_closing():
            self._refuse(status, code, detail)
        self._unset_keepalive_if_required()
        # Bytes that a client does not read would keep a closed connection open.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _refuse(self, status: int, code: str, detail: str) -> None:
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        content = json.dumps(problem(status, code, detail)).encode()
        headers = [
            ("content-type", "application/problem+json"),
            ("content-length", str(len(content))),
            ("connection", "close"),
            *([("retry-after", str(RETRY_SECONDS))] if status == 503 else []),
        ]
        said = self.conn.send(h11.Response(status_code=status, headers=headers, reason=""))
        with suppress(h11.LocalProtocolError):  # there is no body where HEAD asked
            said = (said or b"") + (self.conn.send(h11.Data(data=content)) or b"")
        self.transport.write(said or b"")


def _first(connections: Iterable[Connection]) -> Connection | None:
    """Return the connection that has been quiet longest."""
    return min(connections, key=lambda each: each._quiet_since, default=None)


def _is_late(now: float, seconds: float, since: float, last: float, amount: int) -> bool:
    """Return whether no byte has arrived for the timeout, or fewer than ``LEAST_RATE`` bytes a second on
    average."""
    return now - last > seconds or now - since > seconds + amount / LEAST_RATE
