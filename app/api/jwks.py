"""The public keys of an OpenID Connect issuer, fetched when they are needed."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
import urllib.request
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import TokenInvalid, Unavailable

FRESH_SECONDS = 3600.0
"""Keys are fetched again after this long: a key that its issuer withdrew does not hold for ever."""

KEPT_SECONDS = 24 * 3600.0
"""How long cached keys are used while the issuer does not respond."""

FETCH_SECONDS = 5.0
"""The timeout of the whole fetch, from resolving the name to the last byte."""

ANSWER_BYTES = 1 << 20
BLOCK_BYTES = 1 << 16

RSA_BITS = 2048
"""A shorter key is not accepted (RFC 7518, 3.3)."""

KEY_TYPES = {"RS256": "RSA", "ES256": "EC"}
CURVE = "P-256"
"""The one of ES256 (RFC 7518, 3.4)."""

log = logging.getLogger(__name__)


class KeySet:
    """The signing keys at a URL. Raises ``ValueError`` unless it is https (or on this machine).

    A separate thread fetches them, one fetch at a time, while requests continue with the cached keys: a slow
    issuer delays nobody whose key is known. Fetches are at least ``interval`` seconds apart, however many
    tokens name unknown keys.
    """

    algorithms = tuple(KEY_TYPES)

    def __init__(self, url: str, *, interval: float = 30.0, seconds: float = FETCH_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
            raise ValueError("JWT_JWKS_URL must begin with https://")
        self._url = url
        self._interval = interval
        self._seconds = seconds
        self._keys: list[dict[str, Any]] = []
        # Monotonic seconds may begin at 0: 0 would look like a fetch just after the machine's start.
        self._fetched = self._tried = float("-inf")
        self._lock = threading.Lock()
        self._fetch: threading.Event | None = None  # set when the fetch that is under way has ended

    def key(self, header: dict[str, Any]) -> Any:
        """Return the key that a token's header names. Raises ``TokenInvalid`` if there is none,
        ``Unavailable`` if the issuer does not respond."""
        from jose import jwk

        found = self._find(header)
        # An unknown key may be a new one of the issuer, so it is asked for; the interval keeps forged tokens
        # from asking at each request.
        if found is None or time.monotonic() - self._fetched > FRESH_SECONDS:
            under_way = self._refresh()
            if under_way and (found is None or self._is_old()):
                under_way.wait(self._seconds)
            found = self._find(header)
        if self._is_old():
            raise Unavailable("The token's issuer does not answer: try again.", "token issuer")
        if found is None:
            raise TokenInvalid("The token is signed with a key that its issuer does not publish.")
        return jwk.construct(found, header["alg"])

    def _is_old(self) -> bool:
        """Return whether no key may be used any longer."""
        return not self._keys or time.monotonic() - self._fetched > KEPT_SECONDS

    def _find(self, header: dict[str, Any]) -> dict[str, Any] | None:
        algorithm, kid = header["alg"], header.get("kid")
        fitting = [
            key
            for key in self._keys
            if key["kty"] == KEY_TYPES[algorithm]
            and key.get("alg", algorithm) == algorithm
            and (kid is None or key.get("kid") == kid)
        ]
        # Without a key id only a single key is certain: trying several would verify a token by any of them.
        return fitting[0] if len(fitting) == 1 else None

    def _refresh(self) -> threading.Event | None:
        """Return the fetch in progress, after starting one unless the last fetch was too recent."""
        with self._lock:
            if self._fetch is None and time.monotonic() - self._tried > self._interval:
                self._tried = time.monotonic()
                self._fetch = threading.Event()
                threading.Thread(target=self._fetch_keys, args=(self._fetch,), daemon=True).start()
            return self._fetch

    def _fetch_keys(self, done: threading.Event) -> None:
        """Fetch the keys. If that fails, the cached keys stay in use."""
        try:
            keys = _fetch(self._url, self._seconds)
            self._keys, self._fetched = keys, time.monotonic()
        except (OSError, HTTPException, ValueError, TypeError, KeyError, RecursionError) as error:
            log.warning("The issuer's keys could not be fetched from %s: %s", self._url, type(error).__name__)
        finally:
            with self._lock:
                self._fetch = None
            done.set()


def _fetch(url: str, seconds: float) -> list[dict[str, Any]]:
    """Return the usable keys at a URL. Raises ``ValueError`` if there are none."""
    until = time.monotonic() + seconds
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked at start
    content = b""
    with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
        # A redirect from https to http would let whoever is on the way give keys of their own.
        if urlsplit(answer.url).scheme != urlsplit(url).scheme:
            raise ValueError("the key set was sent on to a place that is less safe")
        while block := answer.read1(BLOCK_BYTES):
            content += block
            if len(content) > ANSWER_BYTES:
                raise ValueError("the key set is too large")
            # The timeout of the socket is for each read: a server that sends a byte at a time never meets it.
            if time.monotonic() > until:
                raise TimeoutError("the key set came too slowly")
    keys = [key for key in json.loads(content)["keys"] if isinstance(key, dict) and _is_usable(key)]
    if not keys:
        raise ValueError("the key set has no key that tokens could be verified with")
    return keys


def _is_usable(key: dict[str, Any]) -> bool:
    """Return whether it is a strong enough public key whose attributes allow signatures."""
    operations = key.get("key_ops", ["verify"])
    if key.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return False
    if key.get("kty") == "RSA":
        return _bits(key.get("n")) >= RSA_BITS and _bits(key.get("e")) > 1
    return key.get("kty") == "EC" and key.get("crv") == CURVE


def _bits(number: object) -> int:
    """Return the length in bits of a base64url number, 0 if it is malformed."""
    try:
        padded = str(number).encode("ascii") + b"=" * (-len(str(number)) % 4)
        return int.from_bytes(base64.b64decode(padded, altchars=b"-_", validate=True)).bit_length()
    except ValueError:
        return 0


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
