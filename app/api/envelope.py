"""The outermost layer of the API: request ids, security headers, and the response to unexpected errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import framework_problem, response_of
from app.core import telemetry
from app.core.ids import new_id
from app.core.process.patterns import defer_regex

_REQUEST_ID = defer_regex(r"[A-Za-z0-9._-]{1,64}")

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'self' blob:",  # the PDFs that the page opens from memory
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""The Content-Security-Policy of the web page: static files of this server only, and no inline code."""

HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

IDS = ("document_id", "session_id", "message_id")
"""The parameters of a path that a log may name."""

log = logging.getLogger(__name__)


class Envelope:
    """The outermost layer: it takes or makes the request id, adds the headers, and hides the details of
    unexpected errors from clients."""

    def __init__(self, app: ASGIApp, file_origins: Sequence[str] = ()) -> None:
        self._app = app
        connect = " ".join(("connect-src 'self'", *file_origins))
        self._page_policy = f"{PAGE_POLICY}; {connect}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and its response back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        # The client's id goes into log lines: one with other characters could forge such a line.
        request_id = asked if _REQUEST_ID.fullmatch(asked) else new_id("req")
        scope.setdefault("state", {})["request_id"] = request_id
        # Every line that is logged meanwhile names the request, whoever writes it.
        with telemetry.about(request_id=request_id):
            await self._pass_on(scope, receive, send, request_id)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status, replaced, begun = 0, False, time.monotonic()
        asked, scope = scope["method"], _as_get(scope)

        async def send_complete(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message), request_id, self._page_policy)
            await send(_without_body(message) if asked == "HEAD" else message)

        async def send_or_replace(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_plain_error(message):
                replaced = True
                headers = MutableHeaders(scope=message)
                await framework_problem(message["status"], request_id, headers)(scope, receive, send_complete)
            elif not replaced:
                await send_complete(message)

        try:
            await self._app(scope, receive, send_or_replace)
        except ClientDisconnect:
            log.debug("request %s: its client is gone", request_id)
        except Exception as error:
            log.exception("request %s failed: %s %s", request_id, asked, scope["path"])
            # The response has begun: its status can no longer change, so the connection must break.
            if status:
                raise
            await response_of(error, request_id)(scope, receive, send_complete)
        finally:
            _note({**scope, "method": asked}, status, time.monotonic() - begun)


def _as_get(scope: Scope) -> Scope:
    """Serve a HEAD request as a GET without its body, so that every route with GET has HEAD. A server that
    sends a file by its path need not read it for this."""
    if scope["method"] != "HEAD":
        return scope
    extensions = {**scope.get("extensions", {}), "http.response.pathsend": {}}
    return {**scope, "method": "GET", "extensions": extensions}


def _without_body(message: Message) -> Message:
    if message["type"] == "http.response.start":
        return message
    return {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}


def _is_plain_error(message: Message) -> bool:
    """Return whether the response is an error of the framework in its own format."""
    kind = Headers(scope=message).get("content-type", "")
    # Starlette answers a wrong path or method in plain text; clients are promised problem details.
    return message["status"] >= 400 and (not kind or kind.startswith("text/plain"))


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Log one line for each request, with the route instead of the path: a path contains names that the
    caller chose."""
    caller = scope["state"].get("caller")
    route = scope.get("route")
    fields = {
        "method": scope["method"],
        "route": getattr(route, "path_format", ""),
        **_ids_of(scope.get("path_params", {})),
        "status": status,
        "duration_ms": round(1000 * seconds),
        **({"tenant": caller.tenant} if caller else {}),
    }
    log.info("request", extra={"fields": fields})


def _ids_of(parameters: Mapping[str, object]) -> dict[str, str]:
    """Return the ids among the path's parameters. Other parameters may hold anything, such as an upload's
    token."""
    return {
        name: str(value)
        for name, value in parameters.items()
        if name in IDS and _REQUEST_ID.fullmatch(str(value))
    }


def _complete(headers: MutableHeaders, request_id: str, page_policy: str) -> None:
    headers["x-request-id"] = request_id
    # Only the page runs code; to everything else the policy allows nothing, even if a browser shows it.
    is_page = headers.get("content-type", "").startswith("text/html")
    if is_page:
        headers.setdefault("content-security-policy", page_policy)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
