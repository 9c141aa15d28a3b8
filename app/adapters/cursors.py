"""Where a list goes on: opaque words that hold the sort key of the last item shown."""

from __future__ import annotations

import base64
import binascii
import json

from app.core.errors import BadRequest

LARGEST = 2**63 - 1
"""Above every key: the largest number that SQLite compares as a whole number."""


def encode(kind: str, *key: float | str) -> str:
    """A cursor for the list ``kind`` after the item with this sort key."""
    content = json.dumps([kind, *key], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(cursor: str, kind: str, *types: type[float | str]) -> list[float | str]:
    """The sort key in a cursor. Raises ``BadRequest`` if it is not one that ``encode`` gave for ``kind``."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found_kind, *key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise BadRequest("The cursor is not one that this list gave.") from error
    fits = len(key) == len(types) and all(isinstance(*pair) for pair in zip(key, types, strict=True))
    if found_kind != kind or not fits or any(isinstance(part, int) and abs(part) > LARGEST for part in key):
        raise BadRequest("The cursor is not one that this list gave.")
    return list(key)
