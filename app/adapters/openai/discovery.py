"""Servers on this machine that speak OpenAI's protocol, found at the ports where the usual ones listen.

Nothing but the loopback address is ever asked: no name is looked up, no proxy used and no redirect followed.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A program that serves models at a port of this machine; ``key`` begins the ids of its models."""

    key: str
    name: str
    port: int

    @property
    def base_url(self) -> str:
        """Where its protocol begins."""
        return f"http://{LOOPBACK}:{self.port}/v1"


SERVERS = (
    LocalServer("ollama", "Ollama", 11434),
    LocalServer("llama.cpp", "llama.cpp", 8080),
    LocalServer("lmstudio", "LM Studio", 1234),
)
"""The servers and the ports that they listen on where nobody has changed them."""

CONNECT_SECONDS = 0.5
"""The timeout for one connection, and for each part of an answer: it is the same machine."""

ALL_SECONDS = 1.5
"""The time for all servers together; one that is slower is not found this time."""

LIST_BYTES = 1 << 20
"""The longest list of models that is read; a hundred models take 20 KB."""

MOST_MODELS = 100
LONGEST_NAME = 200

OTHER_KINDS = ("embed", "bge-", "minilm", "rerank", "whisper", "e5-", "gte-")
"""Parts of the names of models that write nothing."""

ELSEWHERE = re.compile(r"[:-]cloud$", re.IGNORECASE)
"""Ends the name of a model that Ollama lists among its own and passes on to a service: what it is sent leaves
this machine."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that a server on this machine offers."""

    server: LocalServer
    name: str

    @property
    def id(self) -> str:
        """Its name, with its server's in front."""
        return f"{self.server.key}/{self.name}"


def find_offers(servers: Sequence[LocalServer] = SERVERS) -> list[Offer]:
    """Return the models of all servers that answer in time, in the order of the servers."""
    found: dict[LocalServer, list[str]] = {}
    asked = [http.client.HTTPConnection(LOOPBACK, each.port, timeout=CONNECT_SECONDS) for each in servers]

    def ask(server: LocalServer, connection: http.client.HTTPConnection) -> None:
        # Whatever listens at the port may be anything: what is no list of models is no server.
        with suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            found[server] = list_models(connection, end)

    end = time.monotonic() + ALL_SECONDS
    threads = [
        threading.Thread(target=ask, args=each, daemon=True) for each in zip(servers, asked, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    for connection in asked:
        # One that sends a byte now and then would hold its thread for hours.
        if late := connection.sock:
            with suppress(OSError):
                late.shutdown(socket.SHUT_RDWR)
    known = dict(found)  # a thread that is late changes nothing from here on
    return [Offer(server, name) for server in servers for name in known.get(server, ())]


def list_models(connection: http.client.HTTPConnection, end: float) -> list[str]:
    """Return the names of a server's models that write, and close the connection. Raises ``OSError``,
    ``ValueError`` or ``HTTPException`` for what is no such server, or has not answered at ``end`` (monotonic
    seconds)."""
    try:
        connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise ValueError("no list of models")
        content = bytearray()
        while piece := answer.read1(LIST_BYTES):
            content += piece
            if len(content) > LIST_BYTES or time.monotonic() > end:
                raise ValueError("too long, or too slow")
        return _names_in(json.loads(content))
    except RecursionError as error:
        raise ValueError("not a list of models") from error
    finally:
        connection.close()


def _names_in(answer: Any) -> list[str]:
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        raise ValueError("not a list of models")
    names = [each.get("id") for each in answer["data"] if isinstance(each, dict)]
    return [name for name in names if isinstance(name, str) and _writes(name)][:MOST_MODELS]


def _writes(name: str) -> bool:
    return (
        0 < len(name) <= LONGEST_NAME
        and name.isprintable()
        and not any(part in name.lower() for part in OTHER_KINDS)
        and not ELSEWHERE.search(name)
    )
