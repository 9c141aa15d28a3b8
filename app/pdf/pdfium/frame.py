"""From a PDF's user space to the page as it is displayed: crop box, rotation, top left corner."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from app.core.geometry import Box

DEFAULT_SIZE = (0.0, 0.0, 612.0, 792.0)
"""US Letter: what viewers show where a page declares no usable box."""


LEANS = 0.1
"""Quarter turns from the nearest direction: text that leans more is slanted, as in ``words.c``."""


class Matrix(NamedTuple):
    """A PDF transformation: (x, y) becomes (ax + cy + e, bx + dy + f)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lands."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the upright box around where a rectangle lands."""
        a, b, c, d, e, f = self
        if (b or c) and (a or d):  # slanted: all four corners count
            xs, ys = zip(*(self.point(x, y) for x in (x0, x1) for y in (y0, y1)), strict=True)
            return Box(min(xs), min(ys), max(xs), max(ys))
        left, right = a * x0 + c * y0 + e, a * x1 + c * y1 + e
        top, bottom = b * x0 + d * y0 + f, b * x1 + d * y1 + f
        if left > right:
            left, right = right, left
        if top > bottom:
            top, bottom = bottom, top
        return Box(left, top, right, bottom)

    def direction(self) -> tuple[int, bool]:
        """Return where the x axis points on a page whose y axis points down: the quarter turns clockwise
        from "to the right" (0–3), and whether it is slanted between them."""
        turns = math.atan2(self.b, self.a) / (math.pi / 2)
        return round(turns) % 4, abs(turns - round(turns)) > LEANS


class Frame(NamedTuple):
    """A displayed page: its size in points, clockwise rotation in degrees, and the way there."""

    width: float
    height: float
    rotation: int
    matrix: Matrix

    @property
    def area(self) -> float:
        """In square points, never 0."""
        return max(self.width * self.height, 1.0)

    def clip(self, box: Box) -> Box:
        """Return the part of a box that is on the page; of no area where there is none."""
        x0, x1 = (min(max(x, 0.0), self.width) for x in (box.x0, box.x1))
        top, bottom = (min(max(y, 0.0), self.height) for y in (box.top, box.bottom))
        return Box(x0, top, x1, bottom)


def page_frame(page: Any) -> Frame:
    """Return the frame of a pypdfium2 page."""
    from pypdfium2 import raw as pdfium

    bounds = pdfium.FS_RECTF()
    found = pdfium.FPDF_GetPageBoundingBox(page, bounds)  # the crop box within the media box
    sides = (bounds.left, bounds.bottom, bounds.right, bounds.top)
    if not found or sides[2] <= sides[0] or sides[3] <= sides[1]:
        sides = DEFAULT_SIZE
    return frame_of(sides, pdfium.FPDFPage_GetRotation(page) % 4)


def frame_of(sides: tuple[float, float, float, float], turns: int) -> Frame:
    """Return the frame of a page with this visible (left, bottom, right, top) after quarter turns
    clockwise."""
    left, bottom, right, top = sides
    width, height = right - left, top - bottom
    if turns % 2:
        width, height = height, width
    matrix = (
        Matrix(1, 0, 0, -1, -left, top),
        Matrix(0, 1, 1, 0, -bottom, -left),
        Matrix(-1, 0, 0, 1, right, -bottom),
        Matrix(0, -1, -1, 0, top, right),
    )[turns]
    return Frame(width, height, 90 * turns, matrix)
