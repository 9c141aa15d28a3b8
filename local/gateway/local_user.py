"""The one user of this machine, who needs no token."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.datastructures import Headers

from app.api.guard import check_place
from app.core.errors import NotAllowed

TOKEN_SECONDS = 600


class LocalUser:
    """Gives requests from this machine the local user's token, which ``mint`` makes for some seconds.

    Only for a gateway that is published on a loopback address. As in the laptop mode, a web page from
    elsewhere gets nothing: a request under another host's name, or a change asked for by another origin.
    """

    def __init__(self, mint: Callable[[int], str]) -> None:
        self._mint = mint
        self._token = ""
        self._until = 0.0

    def authorization(self, method: str, headers: Headers) -> str | None:
        """Return the header's value, ``None`` for a request that must bring its own."""
        try:
            check_place(method, headers)
        except NotAllowed:
            return None
        if time.monotonic() > self._until:
            self._token = self._mint(TOKEN_SECONDS)
            # Half of its life: a token must not run out under a stream.
            self._until = time.monotonic() + TOKEN_SECONDS / 2
        return f"Bearer {self._token}"
