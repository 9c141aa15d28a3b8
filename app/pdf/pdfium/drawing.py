"""What is drawn on a page besides text: ruling lines, images and coloured areas.

The compiled library walks over the page's objects (``native/source/drawing.c``); here stand its thresholds.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple

from app.pdf.native.library import CELLS, DrawingRules, frame_numbers, library
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.frame import Frame

DEEPEST_FORM = 12
MOST_OBJECTS = 40_000
MOST_SEGMENTS = 30_000
"""Maps draw a million segments and no table: what is beyond is counted or left, not read."""

SHORTEST_RULING = 1.0
STRAIGHT = 0.3
"""Points that a ruling may lean: less is not seen."""

COLOURFUL = 40
"""Difference between the strongest and the weakest of red, green and blue (0–255) that is not a grey."""

RULES = DrawingRules(
    shortest_ruling=SHORTEST_RULING,
    straight=STRAIGHT,
    colourful=COLOURFUL,
    objects=MOST_OBJECTS,
    segments=MOST_SEGMENTS,
    depth=DEEPEST_FORM,
)
SIDES = struct.Struct("@4d")
"""``Box`` of ``geometry.h``."""


class Ruling(NamedTuple):
    """A straight line along a page side, or an edge of a rectangle; ``Box`` order, one side nearly zero."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def vertical(self) -> bool:
        """Whether it runs from top to bottom."""
        return self.bottom - self.top > self.x1 - self.x0


@dataclass(slots=True)
class Drawing:
    """The sum of a page's drawing. ``imaged`` and ``coloured`` are the shares of the page's area, 0–1, that
    images and coloured areas cover, to the nearest of 64 by 64 cells; ``shapes`` are the paths that are more
    than upright lines and rectangles, which a table is made of; ``pixels`` those of all images; ``left_out``
    what was beyond the limits."""

    imaged: float
    coloured: float
    rulings: list[Ruling] = field(default_factory=list)
    images: int = 0
    pixels: int = 0
    paths: int = 0
    shapes: int = 0
    left_out: int = 0


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """The drawing of a pypdfium2 page, form XObjects included."""
    compiled = library()
    found = compiled.drawing_read(compiled.pdfium, address_of(page), frame_numbers(frame), RULES)
    if not found:
        raise MemoryError
    try:
        sums = found[0]
        sides = ctypes.string_at(sums.rulings, sums.count * SIDES.size) if sums.count else b""
        return Drawing(
            imaged=_covered_share(sums.imaged),
            coloured=_covered_share(sums.coloured),
            rulings=list(map(tuple.__new__, repeat(Ruling), SIDES.iter_unpack(sides))),
            images=sums.images,
            pixels=sums.pixels,
            paths=sums.paths,
            shapes=sums.shapes,
            left_out=sums.left_out,
        )
    finally:
        compiled.drawing_free(found)


def _covered_share(rows: Sequence[int]) -> float:
    """The share of a page's cells that are covered; each row has a bit for each cell."""
    return sum(row.bit_count() for row in rows) / CELLS**2
