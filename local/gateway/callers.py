"""Who may call the gateway: not the containers of functions that have no permissions on AWS either."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import monotonic

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from local.gateway.containers import LOOK_SECONDS, addresses


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether a caller is refused, until a time (``time.monotonic``)."""

    refused: bool
    until: float


class Callers:
    """An application for all but the containers behind ``names`` (``host:port``): the gateway reaches a
    function that reads hostile files, which must not reach others through it."""

    def __init__(
        self, app: ASGIApp, names: Collection[str], *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._app = app
        self._clock = clock
        self._names = names
        self._verdicts: dict[str, _Verdict] = {}  # by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and await self._is_refused(scope):
            refusal = JSONResponse({"message": "This function may call nobody."}, 403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _is_refused(self, scope: Scope) -> bool:
        host = (scope.get("client") or ("",))[0]
        now = self._clock()
        verdict = self._verdicts.get(host)
        if verdict is None or verdict.until < now:
            found = [place for name in self._names for place in await addresses(name)]
            verdict = _Verdict(any(host == address for address, _ in found), now + LOOK_SECONDS)
            # Those that are over go here, or the addresses of years would be kept.
            valid = {each: known for each, known in self._verdicts.items() if known.until >= now}
            self._verdicts = {**valid, host: verdict}
        return verdict.refused
