"""Lambda's Invoke API: a function is called by its name or ARN."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from local.gateway.containers import NoContainer
from local.gateway.function import REQUEST_BYTES, Function, Lost
from local.gateway.running import start

log = logging.getLogger(__name__)

EVENT_BYTES = 1_048_576
"""Limit of an asynchronous call's event."""

QUEUED_SECONDS = 2.0
"""How long a call waits for a container before it is answered as throttled."""

RETRY_SECONDS = (60.0, 120.0)
"""The delays before each retry of a failed asynchronous call
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html)."""


@dataclass(frozen=True, slots=True)
class LambdaApi:
    """``POST /2015-03-31/functions/{name}/invocations``."""

    functions: Mapping[str, Function]
    queued_seconds: float = QUEUED_SECONDS
    retry_seconds: Sequence[float] = RETRY_SECONDS

    async def answer(self, request: Request) -> Response:
        """Return what the function gave, or one of the API's errors."""
        asked = request.path_params["name"]
        function = self.functions.get(_name(asked))
        if function is None:
            return _error(404, "ResourceNotFoundException", f"Function not found: {asked}")
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        event = await request.body()
        most = EVENT_BYTES if kind == "Event" else REQUEST_BYTES
        if len(event) > most:
            message = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
            return _error(413, "RequestTooLargeException", message)
        if not _is_json(event):
            return _error(400, "InvalidRequestContentException", "Could not parse request body into json")
        if kind == "DryRun":
            return _answer(204, b"")
        if kind == "Event":
            # Not awaited: the caller of an event hears only that it was taken.
            start(self._in_time(function, event))
            return _answer(202, b"")
        return await self._at_once(function, event or b"{}")

    async def _at_once(self, function: Function, event: bytes) -> Response:
        call = start(function.call(event, patience=self.queued_seconds))
        try:
            outcome = await asyncio.shield(call)
        except NoContainer as error:
            # Lambda throttles where all are busy; that none is there happens only here.
            if "busy" in str(error):
                return _error(429, "TooManyRequestsException", "Rate Exceeded.")
            return _error(503, "ServiceUnavailableException", f"{function.name}: {error}")
        except Lost:
            return _error(500, "ServiceException", f"{function.name}: the container went away")
        answer = _answer(200, outcome.payload)
        if outcome.failed:
            answer.headers["X-Amz-Function-Error"] = "Unhandled"
        return answer

    async def _in_time(self, function: Function, event: bytes) -> None:
        for wait in (*self.retry_seconds, None):
            try:
                outcome = await function.call(event or b"{}", patience=float("inf"))
                if not outcome.failed:
                    return
            except (NoContainer, Lost):
                pass
            if wait is not None:
                await asyncio.sleep(wait)
        log.error("%s: an asynchronous call failed for good.", function.name)


def _name(asked: str) -> str:
    """Return the function's name in ``name``, ``name:alias``, or a whole or partial ARN."""
    return asked.rpartition("function:")[2].partition(":")[0]


def _is_json(event: bytes) -> bool:
    try:
        json.loads(event or b"{}")
    except ValueError:
        return False
    return True


def _answer(status: int, payload: bytes) -> Response:
    headers = {"x-amzn-RequestId": str(uuid.uuid4()), "X-Amz-Executed-Version": "$LATEST"}
    return Response(payload, status, headers=headers, media_type="application/json" if payload else None)


def _error(status: int, kind: str, message: str) -> Response:
    who = "User" if status < 500 else "Service"
    answer = _answer(status, json.dumps({"Type": who, "message": message, "Message": message}).encode())
    answer.headers["x-amzn-ErrorType"] = kind
    return answer
