"""The server's connections, and how long it waits for a client: one that sends or takes too slowly is ended,
and where no more may be open, the one that has kept the server waiting longest makes room.

The HTTP server knows one such limit, for a connection between two requests. The others are here.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
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

from app.api.errors import ProblemResponse, problem
from app.settings import Settings

KEEP_ALIVE_SECONDS = 75
"""For which a connection without a request stays open. The page asks every few seconds: where the server
closed after as many, a request would be lost now and then."""

LEAST_RATE = 500
"""Bytes a second: as many make up for a second of waiting, both ways. Apache's ``mod_reqtimeout`` has this
number, too."""

LAST_SECONDS = 3.0
"""For which a client is waited for while the server ends."""

LOOK_SECONDS = 0.5
"""Between two looks at what waits too long."""

ACCEPTED_AT_ONCE = 32
"""Connections that the event loop takes in one go, before any of them can be looked at."""

SPARE = 32
"""Connections beyond the limit, for those that ask while all others are being answered."""

QUEUED = 4096
"""Connections that the operating system takes and holds for the server meanwhile, as far as it may."""

OWN_DESCRIPTORS = 96
"""Files, databases and pipes of the server itself: an idle one has about 20, one that reads and answers as
much as it may about 70."""

DESCRIPTORS_EACH = 2
"""Of a connection: itself, and the file that it sends or fills."""

MOST_DESCRIPTORS = 16_384

TRANSFERS = 0.75
"""Of the connections, those that may stand in the midst of a body or an answer."""

STUCK_SECONDS = 0.5
"""A transfer in which nothing has moved for so long may be ended for another client."""

SAY_AGAIN_SECONDS = 3600.0

RETRY_SECONDS = 5

HEALTH = "/health"
"""Is answered whatever else is going on."""

UNSENT_BYTES = 1 << 17
"""The system holds no more of an answer that cannot be sent yet: else it takes some megabytes, and the server
learns late that nobody takes them."""

TOO_SLOW = "The request did not come in time: it is waited for no longer."
TOO_MANY = "More clients are connected than the server takes: try again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How many connections may be open, and for how many seconds a client is waited for: to send the head of
    a request, to go on with its body, to take more of an answer."""

    connections: int
    head_seconds: float
    body_seconds: float
    answer_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> Patience:
        """As it is set, with no more connections than this process has descriptors for."""
        room = (raise_descriptors() - OWN_DESCRIPTORS - ACCEPTED_AT_ONCE - SPARE) // DESCRIPTORS_EACH
        return cls(
            max(1, min(settings.connections, room)),
            settings.head_seconds,
            settings.body_seconds,
            settings.answer_seconds,
        )

    def at_the_end(self) -> Patience:
        """While the server ends."""
        body_seconds = min(self.body_seconds, LAST_SECONDS)
        return replace(self, body_seconds=body_seconds, answer_seconds=min(self.answer_seconds, LAST_SECONDS))


def raise_descriptors() -> int:
    """Let this process have as many descriptors as it may; how many that is."""
    try:
        import resource
    except ImportError:  # on Windows, where there is no such limit
        return MOST_DESCRIPTORS
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if most == resource.RLIM_INFINITY else min(most, MOST_DESCRIPTORS)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        return wanted
    return MOST_DESCRIPTORS if now == resource.RLIM_INFINITY else now


class Server(uvicorn.Server):
    """Serves an application with patience."""

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
        self.config.patience = patience  # type: ignore[attr-defined]  # its way to each connection
        self._app = app
        self._most = patience.connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        asyncio.get_running_loop().set_exception_handler(AcceptErrors())
        await super().startup(sockets)
        for server in self.servers:
            for listener in server.sockets:
                _queue_more(listener)
        self._looking = asyncio.create_task(self._look())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: what is under way is finished, and whoever is slow is not waited for long."""
        patience: Patience = self.config.patience  # type: ignore[attr-defined]
        self.config.patience = patience.at_the_end()  # type: ignore[attr-defined]
        await super().shutdown(sockets)
        self._looking.cancel()

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; but not beyond as many as there may be connections: those whose client was sent
        away may still be giving back what they hold."""
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


class AcceptErrors:
    """Says once what keeps the event loop from taking connections in, which it tries on and on."""

    def __init__(self) -> None:
        self._said: dict[int | None, float] = {}

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an error that nobody else does."""
        error = context.get("exception")
        accepts = isinstance(error, OSError) and "accept" in str(context.get("message", ""))
        if not accepts:
            loop.default_exception_handler(context)
            return
        assert isinstance(error, OSError)
        now = time.monotonic()
        if now - self._said.get(error.errno, -SAY_AGAIN_SECONDS) >= SAY_AGAIN_SECONDS:
            self._said[error.errno] = now
            name = errno.errorcode.get(error.errno or 0, "error")
            _log.error("no connection can be taken in now: %s (%s)", error.strerror, name)


class Connection(H11Protocol):
    """A connection that is not waited for without end."""

    # -- what happens ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It is there: another makes room for it, where need be."""
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
        if len(self.connections) > self._patience.connections:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Some of a request."""
        self._heard = time.monotonic()
        self._received += len(data)
        if self._dropped:
            return
        super().data_received(data)
        self._note()

    def on_response_complete(self) -> None:
        """A response is handed over, which the client may still have to take."""
        self._is_first = False
        super().on_response_complete()
        self._note()

    def pause_writing(self) -> None:
        """The client takes an answer more slowly than it is made."""
        super().pause_writing()
        self._note_unsent(time.monotonic())
        self._make_room_for_transfer()

    def resume_writing(self) -> None:
        """It has taken most of what was waiting."""
        super().resume_writing()
        self._unsent = 0
        self._note_unsent(time.monotonic())

    def look(self, now: float) -> None:
        """End it if its client has been waited for too long."""
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
        """What is waited for now: a head, a body, or any further request; "" while the server works."""
        found = self._found()
        if found == self._waits_for:
            return
        self._waits_for = found
        self._since = self._heard = time.monotonic()
        self._received = 0
        if found == "body":
            self._make_room_for_transfer()

    def _found(self) -> str:
        if self.conn.their_state is h11.SEND_BODY:
            return "" if self.flow.read_paused else "body"
        if self.conn.their_state is h11.IDLE:
            return "head" if self._is_first or self.conn.trailing_data[0] else "request"
        return ""

    def _note_unsent(self, now: float) -> None:
        """How much of what was written the client has not taken, beyond what the system holds for it."""
        unsent = self.transport.get_write_buffer_size()
        if not self._unsent:
            self._unsent_since, self._most_unsent = now, unsent
        if not self._unsent or unsent < self._unsent:
            self._taken = now
        self._most_unsent = max(self._most_unsent, unsent)
        self._unsent = unsent

    # -- how it makes room, and ends ------------------------------------------------------------------------

    def _make_room(self) -> None:
        """End the connection that has kept the server waiting longest. Where none does, this one may still
        ask: what is answered at once is, and the rest is told to come again."""
        others = self._others()
        chosen = _first(each for each in others if each._is_between()) or _first(
            each for each in others if each._is_stuck()
        )
        if chosen or len(self.connections) > self._patience.connections + SPARE:
            (chosen or self)._drop(503, "too_many_connections", TOO_MANY)

    def _make_room_for_transfer(self) -> None:
        """Where most connections are in the midst of a body or an answer, end the one that has stood still
        longest, so that short requests always find a place. A body that finds none is refused."""
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
        """Whether it has no whole head, and all that was answered was taken."""
        return self._waits_for in ("head", "request") and not self._unsent

    def _is_transfer(self) -> bool:
        return bool(self._unsent) or self._waits_for == "body"

    def _is_stuck(self) -> bool:
        return self._is_transfer() and time.monotonic() - self._quiet_since >= STUCK_SECONDS

    def _drop(self, status: int, code: str, detail: str) -> None:
        """Say why, where anything was asked and nothing was answered, and close."""
        self._dropped = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not self._unsent and self._waits_for in ("head", "body") and not self.transport.is_closing():
            self._refuse(status, code, detail)
        self._unset_keepalive_if_required()
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
    """The one that has been quiet longest."""
    return min(connections, key=lambda each: each._quiet_since, default=None)


def _is_late(now: float, seconds: float, since: float, last: float, amount: int) -> bool:
    """Whether nothing has come for so long, or less than ``LEAST_RATE`` all in all."""
    return now - last > seconds or now - since > seconds + amount / LEAST_RATE
