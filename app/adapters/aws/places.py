"""Places in a list that is ordered by time: a text that sorts as the time does, and is like no other's."""

from __future__ import annotations

import re

from app.adapters import cursors
from app.core.errors import BadRequest

ABOVE_ALL = ":"
"""Sorts after every place."""

_PLACE = re.compile(r"\d{16}/[a-z_0-9]{1,40}")


def place(microseconds: int, id: str) -> str:
    """The place of what has this time (until the year 2286) and id."""
    return f"{microseconds:016d}/{id}"


def encode(kind: str, last: str) -> str:
    """A cursor for the list ``kind`` after the item in the place ``last``."""
    return cursors.encode(kind, last)


def decode(cursor: str | None, kind: str) -> str:
    """The place that a cursor holds, above all without one. Raises ``BadRequest`` if it is none of ours."""
    if not cursor:
        return ABOVE_ALL
    found = str(cursors.decode(cursor, kind, str)[0])
    if not _PLACE.fullmatch(found):
        raise BadRequest("The cursor is not one that this list gave.")
    return found
