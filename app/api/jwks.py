"""The public keys of an OpenID Connect issuer, fetched when they are needed."""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from typing import Any, cast
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
        if not _is_safe(url):
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


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to safe places only. It is asked at each of them: on a way over http, whoever is on
    it could send the fetch to keys of their own, at the end over https again."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request to send on. Raises ``ValueError`` if the place is less safe."""
        if not _is_safe(newurl) or urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            fp.close()
            raise ValueError("the key set was sent on to a place that is less safe")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Connections(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens connections, and ends them at a deadline: the timeout of a socket is for each read, and a server
    that sends the head of its answer a byte at a time never meets it."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[HTTPConnection] = []

    def do_open(
        self, http_class: Callable[..., HTTPConnection], req: urllib.request.Request, **more: Any
    ) -> HTTPResponse:
        """Open a connection and return what it answers."""

        def connect(*place: Any, **options: Any) -> HTTPConnection:
            self._open.append(http_class(*place, **options))
            return self._open[-1]

        return super().do_open(cast("Any", connect), req, **more)

    def end(self) -> None:
        """End the connections that wait for the head of an answer."""
        for connection in self._open:
            with suppress(OSError):
                if connection.sock:
                    connection.sock.shutdown(socket.SHUT_RDWR)


def _fetch(url: str, seconds: float) -> list[dict[str, Any]]:
    """Return the usable keys at a URL. Raises ``ValueError`` if there are none."""
    until = time.monotonic() + seconds
    connections = _Connections()
    deadline = threading.Timer(seconds, connections.end)
    deadline.start()
    try:
        content = _get(url, urllib.request.build_opener(connections, _Redirects()), until)
    finally:
        deadline.cancel()
    keys = [key for key in json.loads(content)["keys"] if isinstance(key, dict) and _is_usable(key)]
    if not keys:
        raise ValueError("the key set has no key that tokens could be verified with")
    return keys


def _get(url: str, opener: urllib.request.OpenerDirector, until: float) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked at start
    content = b""
    with opener.open(request, timeout=until - time.monotonic()) as answer:
        while block := answer.read1(BLOCK_BYTES):
            content += block
            if len(content) > ANSWER_BYTES:
                raise ValueError("the key set is too large")
            if time.monotonic() > until:
                raise TimeoutError("the key set came too slowly")
    return content


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


def _is_safe(url: str) -> bool:
    """Return whether nobody on the way can change what is at a URL: it is https, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
