"""Places in a list that is ordered by time: a text that sorts as the time does, and is like no other's."""

from __future__ import annotations

ABOVE_ALL = ":"
"""Sorts after every place."""


def place(microseconds: int, unique: str) -> str:
    """Return the place of what has this time (until the year 2286) and id."""
    return f"{microseconds:016d}/{unique}"
