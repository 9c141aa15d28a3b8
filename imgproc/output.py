"""Pictures that do not fit into the answer, put to the addresses that a request gives for them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from imgproc import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgproc.encode import Encoded


class Outputs:
    """The addresses of one request, used in their order. Raises ``EventRefused`` for another address than
    those that are allowed."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._used = 0
        for url in urls:
            address.check(address.split(url))

    def put(self, picture: Encoded) -> int | None:
        """Return the place, from 0, of the address that now holds the picture.

        ``None`` if all are used, or one did not take it: then the caller asks for the rest in another way.
        """
        if self._used == len(self._urls):
            return None
        if not self._took(self._urls[self._used], picture):
            self._used = len(self._urls)
            return None
        self._used += 1
        return self._used - 1

    def _took(self, url: str, picture: Encoded) -> bool:
        from http.client import HTTPException
        from urllib.request import Request

        headers = {"Content-Type": picture.media_type}
        request = Request(url, picture.content, headers, method="PUT")  # noqa: S310
        try:
            with address.opener().open(request, timeout=address.SOCKET_SECONDS):
                return True
        except (OSError, HTTPException) as error:
            logging.getLogger(__name__).warning("a picture could not be put: %s", address.why(error))
            return False
