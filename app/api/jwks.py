"""An OpenID Connect issuer's public keys, fetched when they are needed."""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import TokenInvalid, Unavailable

FRESH_SECONDS = 3600.0
"""Keys are fetched again after this long: a key that its issuer withdrew does not hold for ever."""

KEPT_SECONDS = 24 * 3600.0
"""For this long they stay in use while the issuer does not answer."""

FETCH_SECONDS = 5.0
ANSWER_BYTES = 1 << 20
KEY_TYPES = {"RS256": "RSA", "ES256": "EC"}

_log = logging.getLogger(__name__)


class KeySet:
    """The signing keys at an address. Raises ``ValueError`` unless it is https (or on this machine).

    Between two fetches lie ``interval`` seconds at least, however many tokens name unknown keys.
    """

    algorithms = tuple(KEY_TYPES)

    def __init__(self, url: str, *, interval: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
            raise ValueError("JWT_JWKS_URL must begin with https://")
        self._url = url
        self._interval = interval
        self._keys: list[dict[str, Any]] = []
        self._fetched = self._tried = float("-inf")
        self._lock = threading.Lock()

    def key(self, header: dict[str, Any]) -> Any:
        """The key that a token's header names. Raises ``TokenInvalid`` if there is none, ``Unavailable`` if
        the issuer does not answer."""
        from jose import jwk

        with self._lock:
            if time.monotonic() - self._fetched > FRESH_SECONDS:
                self._refresh()
            found = self._find(header)
            if found is None and time.monotonic() - self._tried > self._interval:
                self._refresh()
                found = self._find(header)
        if found is None:
            raise TokenInvalid("The token is signed with a key that its issuer does not publish.")
        return jwk.construct(found, header["alg"])

    def _find(self, header: dict[str, Any]) -> dict[str, Any] | None:
        algorithm, kid = header["alg"], header.get("kid")
        fitting = [
            key
            for key in self._keys
            if key.get("kty") == KEY_TYPES[algorithm]
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (kid is None or key.get("kid") == kid)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _refresh(self) -> None:
        """Fetch the keys; where that fails those there are stay in use."""
        if time.monotonic() - self._tried > self._interval:
            self._tried = time.monotonic()
            try:
                self._keys = _fetch(self._url)
                self._fetched = time.monotonic()
            except (OSError, ValueError, TypeError, KeyError):
                _log.warning("The issuer's keys could not be fetched from %s", self._url)
        if not self._keys or time.monotonic() - self._fetched > KEPT_SECONDS:
            raise Unavailable("The token's issuer does not answer: try again.", "token issuer")


def _fetch(url: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked at start
    with urllib.request.urlopen(request, timeout=FETCH_SECONDS) as answer:  # noqa: S310
        content = answer.read(ANSWER_BYTES + 1)
        if urlsplit(answer.url).scheme != urlsplit(url).scheme:
            raise ValueError("the key set was sent on to a place that is less safe")
    if len(content) > ANSWER_BYTES:
        raise ValueError("the key set is too large")
    return [key for key in json.loads(content)["keys"] if isinstance(key, dict)]


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
