"""Iterators that hold something: a process, a connection, a copy of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def close(held: object) -> None:
    """Close it: what can be closed, such as a generator, gives back at once what it holds; anything
    else is left alone."""
    getattr(held, "close", lambda: None)()


@contextmanager
def closed_after(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Return the same items, and close them when the context ends."""
    try:
        yield items
    finally:
        close(items)
