"""Sort keys of lists that are ordered by time: each sorts as its time does, and is like no other's."""

from __future__ import annotations

ABOVE_ALL = ":"
"""Sorts after every such key."""


def time_key(microseconds: int, unique: str) -> str:
    """Return the sort key of what has this time (until the year 2286) and id."""
    return f"{microseconds:016d}/{unique}"
