"""API Gateway's HTTP API: every request is an event of payload format 2.0 for one function."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from local.gateway.containers import NoContainer
from local.gateway.function import REQUEST_BYTES, Function, Lost
from local.gateway.local_user import LocalUser
from local.gateway.running import start

log = logging.getLogger(__name__)

BODY_BYTES = 10_485_760
ANSWER_SECONDS = 30.0
"""An HTTP API's limits for a request's body and for the integration."""

MOST_AT_ONCE = 40
"""Requests that are let in at a time. One container answers them one after the other, most in less than half
a second: the last of them within the integration's limit."""
RETRY_SECONDS = 2

TRACE = "x-amzn-trace-id"

TEXT = ("text/", "application/json", "application/javascript", "application/xml", "application/problem+json")

DROPPED = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}


@dataclass(frozen=True, slots=True)
class HttpApi:
    """Requests for ``function``; those without a token are the local user's, where there is one."""

    function: Function
    local_user: LocalUser | None = None
    answer_seconds: float = ANSWER_SECONDS
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))

    async def answer(self, request: Request) -> Response:
        """Return the function's response, or what API Gateway says in its place. Beyond what can be
        answered in time it asks to come back."""
        if self.room.locked():
            refused = problem(429, "Too Many Requests")
            refused.headers["Retry-After"] = str(RETRY_SECONDS)
            return refused
        async with self.room:
            return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return problem(413, "Request Entity Too Large")
        content = json.dumps(event(request, body, self._authorization(request))).encode()
        if len(content) > REQUEST_BYTES:
            return problem(413, "Request Entity Too Large")
        call = start(self.function.call(content, patience=self.answer_seconds))
        try:
            outcome = await asyncio.wait_for(asyncio.shield(call), self.answer_seconds)
        except (TimeoutError, NoContainer) as error:  # a call that has begun goes on, as in the cloud
            reason = str(error) or "no answer in time"
            log.warning("%s %s: %s", request.method, request.url.path, reason)
            return problem(503, "Service Unavailable")
        except Lost:
            return problem(500, "Internal Server Error")
        if outcome.failed:
            log.warning("%s %s: the function failed.", request.method, request.url.path)
            return problem(500, "Internal Server Error")
        return response(outcome.payload)

    def _authorization(self, request: Request) -> str | None:
        given = request.headers.get("authorization")
        if given is None and self.local_user:
            return self.local_user.authorization(request.method, request.headers)
        return given


def problem(status: int, message: str) -> Response:
    """Return an answer of the gateway's own, in its words."""
    return Response(f'{{"message":"{message}"}}', status, media_type="application/json")


async def _body(request: Request) -> bytes | None:
    """Return the request's body, ``None`` if it is too large. All of it is read: many clients hear no
    answer before they have sent the whole."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size <= BODY_BYTES:
            pieces.append(piece)
    return b"".join(pieces) if size <= BODY_BYTES else None


def event(request: Request, body: bytes, authorization: str | None) -> dict[str, Any]:
    """Return the request as an event
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html)."""
    headers = _headers(request, authorization)
    headers.setdefault(TRACE, new_trace())
    now = time.time()
    path = request.scope["raw_path"].decode("ascii")
    text, encoded = _text(body, headers.get("content-type", ""))
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.scope["query_string"].decode("ascii"),
        **_cookies(request),
        "headers": headers,
        **_query(request),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": headers.get("host", "localhost"),
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": path,
                "protocol": f"HTTP/{request.scope['http_version']}",
                "sourceIp": request.client.host if request.client else "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex,
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        **({"body": text} if body else {}),
        "isBase64Encoded": encoded,
    }


def new_trace() -> str:
    """Return the header of a new trace
    (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader)."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def _headers(request: Request, authorization: str | None) -> dict[str, str]:
    """Return names in lower case, several values of one with commas between."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in request.headers.items():
        # Cookies have a field of their own in the event.
        if name not in ("cookie", "authorization"):
            values[name].append(value)
    if authorization is not None:
        values["authorization"] = [authorization]
    joined = {name: ",".join(all_of_it) for name, all_of_it in values.items()}
    forwarded = {
        "x-forwarded-for": request.client.host if request.client else "127.0.0.1",
        "x-forwarded-port": str(request.url.port or 80),
        "x-forwarded-proto": request.url.scheme,
    }
    return {**joined, **forwarded}


def _cookies(request: Request) -> dict[str, list[str]]:
    found = [part.strip() for line in request.headers.getlist("cookie") for part in line.split(";")]
    return {"cookies": found} if found else {}


def _query(request: Request) -> dict[str, dict[str, str]]:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in request.query_params.multi_items():
        values[name].append(value)
    joined = {name: ",".join(all_of_it) for name, all_of_it in values.items()}
    return {"queryStringParameters": joined} if joined else {}


def _text(body: bytes, media_type: str) -> tuple[str, bool]:
    """Return the body as text; whether that is base64."""
    if media_type.lower().startswith(TEXT):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), bool(body)


def response(payload: bytes) -> Response:
    """Return a function's payload as an HTTP response. A malformed payload counts as an error of the
    function."""
    try:
        given = json.loads(payload)
        if not isinstance(given, dict) or "statusCode" not in given:
            return Response(payload, media_type="application/json")
        text = given.get("body") or ""
        # Python skips foreign characters otherwise, and a damaged body would pass.
        body = base64.b64decode(text, validate=True) if given.get("isBase64Encoded") else text.encode()
        answer = Response(body, int(given["statusCode"]))
        for name, value in (given.get("headers") or {}).items():
            # These are the connection's, which the server sets itself.
            if name.lower() not in DROPPED:
                answer.headers[name] = str(value)
        for cookie in given.get("cookies") or []:
            answer.headers.append("set-cookie", cookie)
        return answer
    except (ValueError, TypeError, AttributeError):
        return problem(500, "Internal Server Error")
