"""Weaviate as a container of the test run, with collections of one test."""

from __future__ import annotations

import secrets
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import TypeAlias

from app.adapters.weaviate.collections import Collections
from app.adapters.weaviate.index import WeaviateIndex
from app.adapters.weaviate.server import WeaviateServer
from tests.support import services
from tests.support.machine import HANG_SECONDS, TRY_SECONDS


@cache
def addresses() -> tuple[str, str]:
    """Where the container of the test run serves HTTP and gRPC; it is started at the first call."""
    url = services.address(services.WEAVIATE)
    wait_until_ready(url)
    name = f"{services.LABEL}-{services.RUN}-{services.WEAVIATE.port}"
    return url, services.url_of(services.WEAVIATE, name, services.WEAVIATE.more[0])


def wait_until_ready(url: str) -> None:
    """Until the server says that it is."""
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        try:
            urllib.request.urlopen(url + services.WEAVIATE.path, timeout=TRY_SECONDS).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


Route: TypeAlias = Callable[[str, str], AbstractContextManager[tuple[str, str]]]
"""The addresses to use in place of a server's own."""


@contextmanager
def indexes(route: Route = lambda *own: nullcontext(own)) -> Iterator[Callable[[str, int], WeaviateIndex]]:
    """A maker of indexes, for a model's name and dimensions, over the same collections, which are new."""
    prefix = f"Test{secrets.token_hex(8)}"
    own = addresses()
    opened: list[WeaviateIndex] = []
    with route(*own) as (url, grpc_url):

        def open_index(model: str, dimensions: int) -> WeaviateIndex:
            opened.append(
                WeaviateIndex(url, None, grpc_url=grpc_url, model=model, dimensions=dimensions, prefix=prefix)
            )
            return opened[-1]

        yield open_index
        for index in opened:
            index.close()
    server = WeaviateServer(own[0], None, grpc_url=own[1], prepare=lambda client: None)
    with server.client() as client:
        Collections(prefix).drop(client)
    server.close()
