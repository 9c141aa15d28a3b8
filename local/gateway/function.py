"""A Lambda function: an event goes to one of its containers."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass

import httpx

from local.gateway.containers import Container, Containers

log = logging.getLogger(__name__)

REQUEST_BYTES = 6_291_456
RESPONSE_BYTES = 6_291_556
"""Lambda's limits for a synchronous call: 6 MB, and 100 bytes more for what is around a response."""

TOO_LARGE = {
    "errorType": "Function.ResponseSizeTooLarge",
    "errorMessage": f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES} bytes).",
}

CONNECT_SECONDS = 1.0
GRACE_SECONDS = 10.0
"""The RIE itself ends a call that takes too long; a container that says nothing even then is lost."""


class Lost(Exception):
    """The container went away in the middle of a call: nobody knows how far it came."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a call; ``failed`` if it describes an error of the function."""

    payload: bytes
    failed: bool = False


class Function:
    """The function ``name``, whose calls last ``seconds`` at most."""

    def __init__(self, name: str, containers: Containers, *, seconds: float) -> None:
        self.name = name
        self.containers = containers
        self._seconds = seconds
        timeout = httpx.Timeout(seconds + GRACE_SECONDS, connect=CONNECT_SECONDS)
        # No connection is kept: a restarted container would be met by a dead one.
        self._client = httpx.AsyncClient(
            timeout=timeout,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

    async def call(self, event: bytes, *, patience: float, container: Container | None = None) -> Outcome:
        """Call it once. A container that is free within ``patience`` seconds is taken, or the given one,
        which was. Raises ``NoContainer`` and ``Lost``."""
        while True:
            taken = container or await self.containers.take(patience)
            container = None
            answered = False
            try:
                response = await self._client.post(taken.url, content=event)
                answered = True
                return _outcome(response)
            # Nothing was begun: the event may go to another container. After that it may not, it may have
            # been done.
            except (httpx.ConnectError, httpx.ConnectTimeout):
                log.warning("%s: the container at %s is not there.", self.name, taken.host)
            except httpx.HTTPError as error:
                log.warning("%s: lost at %s (%s).", self.name, taken.host, type(error).__name__)
                raise Lost(self.name) from error
            finally:
                # A caller that leaves must not leave the container busy for ever.
                await asyncio.shield(self.containers.give_back(taken, answered=answered))

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()


def _outcome(response: httpx.Response) -> Outcome:
    body = response.content
    if len(body) > RESPONSE_BYTES:
        return Outcome(json.dumps(TOO_LARGE).encode(), failed=True)
    # The RIE says so in plain text, where Lambda gives JSON.
    if body.startswith(b"Task timed out after "):
        details = {"errorType": "Sandbox.Timedout", "errorMessage": body.decode().strip()}
        return Outcome(json.dumps(details).encode(), failed=True)
    return Outcome(body, failed=response.status_code != httpx.codes.OK or _is_error(body))


def _is_error(body: bytes) -> bool:
    """Return whether a payload is what the RIE makes of an exception: it marks it in no other way."""
    if not body.lstrip().startswith(b"{") or b'"errorType"' not in body or b'"stackTrace"' not in body:
        return False
    try:
        return bool({"errorMessage", "errorType", "stackTrace"} <= json.loads(body).keys())
    except ValueError:
        return False
