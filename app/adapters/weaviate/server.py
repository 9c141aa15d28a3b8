"""Weaviate as a server: its addresses, its client, how long it is waited for, and what its errors mean."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from app.core.errors import KnowledgeBaseError, NotSetUp, OutOfSpace, RateLimited, Unavailable

if TYPE_CHECKING:
    from grpc import Channel
    from weaviate import WeaviateClient

PART = "index"

CONNECT_SECONDS = 2.0
QUERY_SECONDS = 10.0
INSERT_SECONDS = 60.0

GRPC_PORT = 50051
CLOUD = (".weaviate.cloud", ".weaviate.network", ".weaviate.io")

FULL = "The index takes nothing more: its disk is full."
_FULL = ("no space left", "read-only", "readonly", "disk usage too high", "disk is full")

CHANNEL = (("grpc.initial_reconnect_backoff_ms", 200), ("grpc.max_reconnect_backoff_ms", 1000))
"""A server that is back is found within a second; gRPC's own pauses grow to two minutes."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port, and whether it is reached by TLS."""

    host: str
    port: int
    secure: bool


class WeaviateServer:
    """The server at ``url``, connected at first use; ``prepare`` is done then, and again after a failure.

    ``grpc_url`` is its other address, by default port 50051 of the same host, or what Weaviate Cloud has.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None,
        *,
        grpc_url: str | None,
        prepare: Callable[[WeaviateClient], None],
    ) -> None:
        self._http, self._grpc = addresses(url, grpc_url)
        # A line break behind a pasted key would make every request malformed, and say nothing of the key.
        self._key = (api_key or "").strip()
        self._prepare = prepare
        self._lock = threading.Lock()
        self._channel: Channel | None = None
        self._client: WeaviateClient | None = None
        self._prepared = False

    @contextmanager
    def client(self) -> Iterator[WeaviateClient]:
        """The client of a server that answers. What it raises comes out as ``Unavailable`` or
        ``RateLimited``."""
        try:
            import grpc
            import httpx
            from weaviate.exceptions import WeaviateBaseError
        except ImportError as error:
            raise NotSetUp("weaviate-client is missing: install the extra 'aws'.", PART) from error
        try:
            yield self._ready()
        except (WeaviateBaseError, httpx.HTTPError, grpc.RpcError) as error:
            with self._lock:
                self._prepared = False
            raise explain_error(error) from error

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._channel is not None:
                self._channel.close()
            self._client = self._channel = None
            self._prepared = False

    def _ready(self) -> WeaviateClient:
        self._check_answers()
        with self._lock:
            if self._client is None:
                self._client = self._connect_client()
            if not self._prepared:
                self._prepare(self._client)
                self._prepared = True
            return self._client

    def _check_answers(self) -> None:
        """Ask the server whether it is there, which takes it no time.

        The client would try for a minute, whatever its time-outs: no call is made to a server that is down.
        """
        health = self._open_channel().unary_unary("/grpc.health.v1.Health/Check")
        health(b"", timeout=CONNECT_SECONDS, wait_for_ready=True)

    def _open_channel(self) -> Channel:
        import grpc

        with self._lock:
            if self._channel is None:
                target = f"{self._grpc.host}:{self._grpc.port}"
                self._channel = (
                    grpc.secure_channel(target, grpc.ssl_channel_credentials(), options=CHANNEL)
                    if self._grpc.secure
                    else grpc.insecure_channel(target, options=CHANNEL)
                )
            return self._channel

    def _connect_client(self) -> WeaviateClient:
        from weaviate import WeaviateClient
        from weaviate.classes.init import AdditionalConfig, Auth, Timeout
        from weaviate.config import GrpcConfig
        from weaviate.connect import ConnectionParams
        from weaviate.connect.base import ProtocolParams

        def params(address: Address) -> ProtocolParams:
            return ProtocolParams(host=address.host, port=address.port, secure=address.secure)

        client = WeaviateClient(
            connection_params=ConnectionParams(http=params(self._http), grpc=params(self._grpc)),
            auth_client_secret=Auth.api_key(self._key) if self._key else None,
            additional_config=AdditionalConfig(
                timeout=Timeout(init=CONNECT_SECONDS, query=QUERY_SECONDS, insert=INSERT_SECONDS),
                grpc_config=GrpcConfig(channel_options=list(CHANNEL)),
            ),
            # They would ask the server for its version and readiness, which has just been done by gRPC.
            skip_init_checks=True,
        )
        try:
            client.connect()
        except BaseException:
            client.close()
            raise
        return client


def addresses(url: str, grpc_url: str | None) -> tuple[Address, Address]:
    """Return where HTTP and gRPC are served. Raises ``ValueError`` for what is no http address."""
    http = _address(url, "WEAVIATE_URL")
    if grpc_url:
        return http, _address(grpc_url, "WEAVIATE_GRPC_URL")
    # Weaviate Cloud serves gRPC at a name of its own.
    if http.host.endswith(CLOUD):
        return http, Address(f"grpc-{http.host}", 443, True)
    return http, Address(http.host, GRPC_PORT, http.secure)


def _address(url: str, name: str) -> Address:
    parts: SplitResult = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{name} must be an address like https://host:port, not {url!r}")
    secure = parts.scheme == "https"
    return Address(parts.hostname, parts.port or (443 if secure else 80), secure)


def says_full(said: str) -> bool:
    """Return whether the server's disk is full: it takes no writes above a share of it that its settings
    name."""
    return any(words in said.lower() for words in _FULL)


def explain_error(error: Exception) -> KnowledgeBaseError:
    """Return the error as one of ours, without anything that was sent."""
    from weaviate.exceptions import UnexpectedStatusCodeError

    status = error.status_code if isinstance(error, UnexpectedStatusCodeError) else None
    said = str(error)
    if status in (401, 403) or "UNAUTHENTICATED" in said or "PERMISSION_DENIED" in said:
        return Unavailable("The index refuses the key: check WEAVIATE_API_KEY.", PART)
    # Before the other statuses: a full disk answers with several of them, and only its words tell.
    if status == 507 or says_full(said):
        return OutOfSpace(FULL, PART)
    if status == 429 or "RESOURCE_EXHAUSTED" in said:
        return RateLimited("The index asks to slow down.")
    if status is not None:
        return Unavailable(f"The index answers with an error ({status}).", PART)
    if "DEADLINE_EXCEEDED" in said or "Deadline Exceeded" in said:
        return Unavailable("The index did not answer in time.", PART)
    return Unavailable("The index cannot be reached, or broke off.", PART)
