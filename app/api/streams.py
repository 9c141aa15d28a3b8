"""Streamed responses: JSON arrays, Markdown and server-sent events.

The first item is made before the response begins, so that an immediate failure gets its own status. A later
failure is reported inside the stream, whose status has been sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from anyio import CancelScope, create_task_group, to_thread
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.errors import problem_of
from app.core.errors import KnowledgeBaseError
from app.core.process.leaving import Leaving, Left, leavable

T = TypeVar("T")

log = logging.getLogger(__name__)


class _Held(Response):
    """Closes its resources at the end, also if the client has disconnected. A process, a copy of a file, a
    call to a model or a slot of a limit would otherwise stay until garbage collection."""

    _held: ExitStack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            await self._send(scope, receive, send)
        finally:
            # The task is being cancelled when the client leaves, and would be stopped before it has closed
            # anything.
            with CancelScope(shield=True):
                # In a thread, because closing waits for a process to end.
                await to_thread.run_sync(self._held.close)

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)


class HeldFile(_Held, FileResponse):
    """A file that exists until ``held`` is closed."""

    def __init__(self, path: Path, held: ExitStack, **more: Any) -> None:
        super().__init__(path, **more)
        self._held = held


Make = Callable[[ExitStack], Iterator[bytes]]
"""Returns the pieces of a response, and has what they are made from closed by a stack."""


class HeldStream(_Held, StreamingResponse):
    """A stream of the pieces that ``make`` returns, with the resources of ``held``. ``make`` is called before
    the response begins: what it raises gets its own status. If the client leaves, what makes the next piece
    is interrupted."""

    def __init__(self, make: Make, media_type: str, held: ExitStack | None = None, **more: Any) -> None:
        super().__init__((), media_type=media_type, **more)
        self._make = make
        self._held = held or ExitStack()

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = Leaving()
        failure: Exception | None = None
        async with create_task_group() as tasks:
            tasks.start_soon(_watch, receive, leaving, tasks.cancel_scope)
            try:
                with leavable(leaving):
                    await self._send_pieces(send)
            except Exception as error:
                failure = error
            # Else the group would wait for the client to leave.
            tasks.cancel_scope.cancel()
        if failure:
            raise failure  # outside of the group, which would wrap it

    async def _send_pieces(self, send: Send) -> None:
        with suppress(Left, OSError):  # the client has gone
            # In a thread: the first piece may take as long as reading a page.
            pieces = await to_thread.run_sync(self._make, self._held)
            self.body_iterator = iterate_in_threadpool(pieces)
            await self.stream_response(send)


async def _watch(receive: Receive, leaving: Leaving, scope: CancelScope) -> None:
    """Interrupt the response when the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    # Both: the thread that makes the next piece must stop, and the task that waits for it.
    leaving.leave()
    scope.cancel()


def begin(items: Iterator[T]) -> Iterator[T]:
    """Return the same items, after making the first one. Raises what making it raises."""
    try:
        first = next(items)
    except StopIteration:
        return iter(())
    return chain((first,), items)


def report_problem(error: Exception, request_id: str) -> dict[str, Any]:
    """Return the problem details for the inside of a stream. An unexpected error is logged."""
    if not isinstance(error, KnowledgeBaseError):
        log.error("request %s failed while it was answered", request_id, exc_info=error)
    return problem_of(error, request_id)


def to_json(value: object) -> str:
    """Return compact JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class After(NamedTuple):
    """A member that follows an array in the same object."""

    name: str
    value: dict[str, Any]


def json_array(
    head: dict[str, Any], name: str, items: Iterable[dict[str, Any] | str | After], request_id: str
) -> Iterator[bytes]:
    """Yield the pieces of ``{head…, name: [items…], after…}``, with an ``error`` after the array if making
    the items fails.

    An item that is a string is JSON already.
    """
    # Written piece by piece: a document may have thousands of pages, and none is held after it has been sent.
    opening = to_json(head)[1:-1]
    yield encode("{" + (f"{opening}," if opening else "") + f"{to_json(name)}:[\n")
    after, separator = "", ""
    try:
        for item in items:
            if isinstance(item, After):
                after += f",{to_json(item.name)}:{to_json(item.value)}"
            else:
                yield encode(separator + (item if isinstance(item, str) else to_json(item)))
                separator = ",\n"
    except Exception as error:
        after = f',"error":{to_json(report_problem(error, request_id))}'
    # Closed in any case, so that what has arrived can be parsed.
    yield encode(f"\n]{after}}}\n")


def encode(text: str) -> bytes:
    """Return the text in UTF-8. Half a surrogate pair, which the text of a PDF may hold, becomes a question
    mark."""
    return text.encode("utf-8", "replace")


def markdown(pages: Iterable[str], request_id: str) -> Iterator[bytes]:
    """Yield pages that are Markdown, and a last line with the error if making them fails."""
    try:
        yield from map(encode, pages)
    except Exception as error:
        yield encode(f"> Error: {' '.join(report_problem(error, request_id)['detail'].split())}\n")


def csv_tables(tables: Iterable[str], request_id: str) -> Iterator[bytes]:
    """Yield tables that are CSV, and a last row with the error if making them fails."""
    try:
        yield from map(encode, tables)
    except Exception as error:
        said = " ".join(report_problem(error, request_id)["detail"].split()).replace('"', '""')
        # As a cell of its own: a spreadsheet shows it below what it has.
        yield encode(f'\r\n"Error: {said}"\r\n')


def event(name: str, data: object) -> bytes:
    """Return one server-sent event."""
    return encode(f"event: {name}\ndata: {to_json(data)}\n\n")


class EventStream(HeldStream):
    """A response of server-sent events, which caches do not store and proxies do not buffer."""

    def __init__(self, make: Make) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(make, "text/event-stream", headers=headers)
