"""Where PDFs may be fetched from and pictures put to: the hosts that are set, and no other."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import SplitResult, urlsplit

from imgproc.errors import EventRefused

SOCKET_SECONDS = 10.0


def split(url: str) -> SplitResult:
    """Return the parts of a URL. Raises ``EventRefused`` if it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        raise EventRefused("source_not_allowed", "That is no URL.") from None


def check(address: SplitResult) -> None:
    """Raise ``EventRefused`` unless ``IMAGE_SOURCE_HOSTS`` names the address's host.

    An entry may begin with ``http://``, for a store in a network of its own; all others are reached by https.
    """
    entries = {entry.strip().lower() for entry in os.environ.get("IMAGE_SOURCE_HOSTS", "").split(",")} - {""}
    known = {entry if "://" in entry else f"https://{entry}" for entry in entries}
    # The whole of it: no user name, and only the port that is named.
    if f"{address.scheme}://{address.netloc.lower()}" not in known:
        raise EventRefused("source_not_allowed", "The URL's host is not among those that are allowed.")


def opener() -> Any:
    """Return what opens URLs, by no proxy, and follows no redirect to another place."""
    from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

    class NoRedirect(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            """Let the redirect stand as the error it then is."""

    return build_opener(ProxyHandler({}), NoRedirect())


def why(error: Exception) -> str:
    """Return what went wrong with a request, without the address, which is a secret."""
    status = getattr(error, "code", None)
    return f"status {status}" if status else "no connection"
