"""What is drawn on a page besides text: ruling lines, images and coloured areas."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from app.core.model import Box
from app.ingest.frame import Frame, Matrix

DEEPEST_FORM = 12
MOST_OBJECTS = 40_000
MOST_SEGMENTS = 30_000
"""Maps draw a million segments and no table: what is beyond is counted or left, not read."""

SHORTEST_RULING = 1.0
STRAIGHT = 0.3
"""Points that a ruling may lean: less is not seen."""

COLOURFUL = 40
"""Difference between the strongest and the weakest of red, green and blue (0–255) that is not a grey."""


Point: TypeAlias = tuple[float, float]


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
    """The sum of a page's drawing. Areas are square points on the visible page; ``shapes`` are the paths that
    are more than upright lines and rectangles, which a table is made of."""

    rulings: list[Ruling] = field(default_factory=list)
    images: int = 0
    image_area: float = 0.0
    paths: int = 0
    shapes: int = 0
    coloured_area: float = 0.0


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """The drawing of a pypdfium2 page, form XObjects included."""
    from pypdfium2 import raw as pdfium

    reading = _Reading(pdfium, frame)
    top_level = (
        pdfium.FPDFPage_GetObject(page, index) for index in range(pdfium.FPDFPage_CountObjects(page))
    )
    reading.read(top_level, frame.matrix, depth=0)
    return reading.drawing


class _Reading:
    def __init__(self, pdfium: Any, frame: Frame) -> None:
        self.pdfium = pdfium
        self.frame = frame
        self.drawing = Drawing()
        self.objects_left = MOST_OBJECTS
        self.segments_left = MOST_SEGMENTS

    def read(self, objects: Iterator[Any], matrix: Matrix, depth: int) -> None:
        for drawn in objects:
            self.objects_left -= 1
            if self.objects_left < 0:
                return
            kind = self.pdfium.FPDFPageObj_GetType(drawn)
            if kind == self.pdfium.FPDF_PAGEOBJ_PATH:
                self._path(drawn, matrix)
            elif kind == self.pdfium.FPDF_PAGEOBJ_IMAGE:
                self.drawing.images += 1
                self.drawing.image_area += self._area(drawn, matrix)
            elif kind == self.pdfium.FPDF_PAGEOBJ_SHADING:
                self.drawing.coloured_area += self._area(drawn, matrix)
            elif kind == self.pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST_FORM:
                self._form(drawn, matrix, depth)

    def _form(self, form: Any, matrix: Matrix, depth: int) -> None:
        count = self.pdfium.FPDFFormObj_CountObjects(form)
        inside = (self.pdfium.FPDFFormObj_GetObject(form, index) for index in range(count))
        self.read(inside, self._matrix(form).then(matrix), depth + 1)

    def _path(self, path: Any, matrix: Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        self.pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        if not fill.value and not stroke.value:
            return
        self.drawing.paths += 1
        if fill.value and self._coloured(path):
            self.drawing.coloured_area += self._area(path, matrix)
        segments = self.pdfium.FPDFPath_CountSegments(path)
        if 0 < segments <= self.segments_left:
            self.segments_left -= segments
            sides = list(self._sides(path, segments, self._matrix(path).then(matrix)))
            rulings = [ruling for side in sides if side and (ruling := _ruling(*side))]
            self.drawing.rulings += rulings
            self.drawing.shapes += len(rulings) < len(sides)
        else:
            self.drawing.shapes += 1

    def _sides(self, path: Any, segments: int, matrix: Matrix) -> Iterator[tuple[Point, Point] | None]:
        """Start and end of each straight side that is long enough to be seen; ``None`` for a curve."""
        pdfium = self.pdfium
        x, y = ctypes.c_float(), ctypes.c_float()
        start = last = (0.0, 0.0)
        for index in range(segments):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.point(x.value, y.value)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                yield None
            elif math.dist(last, point) >= SHORTEST_RULING:
                yield last, point
            if pdfium.FPDFPathSegment_GetClose(segment) and math.dist(point, start) >= SHORTEST_RULING:
                yield point, start
            last = point

    def _coloured(self, path: Any) -> bool:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not self.pdfium.FPDFPageObj_GetFillColor(path, red, green, blue, alpha):
            return False
        shades = red.value, green.value, blue.value
        return alpha.value > 0 and max(shades) - min(shades) >= COLOURFUL

    def _area(self, drawn: Any, matrix: Matrix) -> float:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not self.pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            return 0.0
        box: Box = self.frame.clipped(matrix.box(left.value, bottom.value, right.value, top.value))
        return (box.x1 - box.x0) * (box.bottom - box.top)

    def _matrix(self, drawn: Any) -> Matrix:
        entries = self.pdfium.FS_MATRIX()
        self.pdfium.FPDFPageObj_GetMatrix(drawn, entries)
        return Matrix(entries.a, entries.b, entries.c, entries.d, entries.e, entries.f)


def _ruling(start: Point, end: Point) -> Ruling | None:
    """The ruling from one point to another, ``None`` where it leans."""
    (x0, x1), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Ruling(x0, top, x1, bottom) if min(x1 - x0, bottom - top) <= STRAIGHT else None
