"""What is drawn on a page besides text: ruling lines, images and coloured areas.

The compiled library walks over the page's objects (``native/source/drawing.c``); here stand its thresholds.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

from app.core.geometry import Box
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

THICKEST_RULING = 4.0
"""Points: a filled area that is thicker each way is shading, whose edges are no lines that a reader sees."""

RULES = DrawingRules(
    shortest_ruling=SHORTEST_RULING,
    straight=STRAIGHT,
    colourful=COLOURFUL,
    thickest_ruling=THICKEST_RULING,
    objects=MOST_OBJECTS,
    segments=MOST_SEGMENTS,
    depth=DEEPEST_FORM,
)
T = TypeVar("T")

_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one: a page has thousands."""

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
    images and coloured areas cover, to the nearest of 64 by 64 cells; ``shades`` are filled areas without an
    outline, whose edges are among the ``rulings``; ``shapes`` are the paths that are more than upright lines
    and rectangles, which a table is made of; ``pixels`` those of all images; ``left_out`` what was
    beyond the limits."""

    imaged: float
    coloured: float
    rulings: list[Ruling] = field(default_factory=list)
    images: int = 0
    pixels: int = 0
    paths: int = 0
    shapes: int = 0
    left_out: int = 0
    shades: list[Box] = field(default_factory=list)


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """The drawing of a pypdfium2 page, form XObjects included."""
    compiled = library()
    found = compiled.drawing_read(compiled.pdfium, address_of(page), frame_numbers(frame), RULES)
    if not found:
        raise MemoryError
    try:
        sums = found[0]
        return Drawing(
            imaged=_covered_share(sums.imaged),
            coloured=_covered_share(sums.coloured),
            rulings=_boxes(Ruling, sums.rulings, sums.count),
            images=sums.images,
            pixels=sums.pixels,
            paths=sums.paths,
            shapes=sums.shapes,
            left_out=sums.left_out,
            shades=_boxes(Box, sums.shades, sums.shade_count),
        )
    finally:
        compiled.drawing_free(found)


def read_broad_lines(page: Any, frame: Frame) -> list[Box]:
    """The areas of paths of a pypdfium2 page whose stroke is broader than a ruling, as some programs shade a
    line of text; those within forms are not looked for."""
    from pypdfium2 import raw as pdfium

    found = []
    for index in range(min(pdfium.FPDFPage_CountObjects(page.raw), MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        width, sides = ctypes.c_float(), [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetStrokeWidth(item, width)
        if width.value > THICKEST_RULING and pdfium.FPDFPageObj_GetBounds(item, *sides):
            found.append(frame.matrix.box(*(side.value for side in sides)))
    return found


def _boxes(kind: type[T], address: int | None, count: int) -> list[T]:
    """The boxes at an address, as named tuples of a kind."""
    sides = ctypes.string_at(address, count * SIDES.size) if address and count else b""
    return list(map(_NEW, repeat(kind), SIDES.iter_unpack(sides)))


def _covered_share(rows: Sequence[int]) -> float:
    """The share of a page's cells that are covered; each row has a bit for each cell."""
    return sum(row.bit_count() for row in rows) / CELLS**2
