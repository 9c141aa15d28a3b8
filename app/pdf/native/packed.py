"""Plain numbers side by side, as the compiled library takes and gives them."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat
from typing import Any

from app.core.geometry import Box

BOX = struct.Struct("@4d")
"""``Box`` of ``geometry.h``."""

_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one: a page has thousands."""


def pack(rows: Iterable[Iterable[float]]) -> array[float]:
    """Return the numbers of all rows, as doubles: four for each box."""
    # An array that is made of the numbers themselves takes each one singly, and twice as long.
    numbers = [*chain.from_iterable(rows)]
    packed = array("d")
    packed.frombytes(struct.pack(f"@{len(numbers)}d", *numbers))
    return packed


def make_room(kind: str, count: int) -> array[Any]:
    """Return zeros for the library to write to; ``kind`` is a letter of ``array``, b, i or d."""
    values = array(kind)
    return array(kind, bytes(values.itemsize * count))


def address(values: array[Any]) -> int:
    """Return where numbers stand in memory, as long as they are kept and none is added."""
    return values.buffer_info()[0]


def unpack_boxes(sides: array[float], count: int) -> Iterator[Box]:
    """Return the first boxes of what the library wrote."""
    return map(_NEW, repeat(Box), islice(BOX.iter_unpack(sides), count))
