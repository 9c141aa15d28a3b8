"""What is drawn on a page besides text: ruling lines, images and coloured areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from app.pdf.pdfium.calls import address_of, drawing_calls
from app.pdf.pdfium.coverage import Coverage
from app.pdf.pdfium.frame import Frame, Matrix

PATH, IMAGE, SHADING, FORM = 2, 3, 4, 5  # pdfium's FPDF_PAGEOBJ_…
CURVE, MOVE = 1, 2  # and FPDF_SEGMENT_…

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
    """The sum of a page's drawing. ``shapes`` are the paths that are more than upright lines and rectangles,
    which a table is made of; ``pixels`` those of all images; ``left_out`` what was beyond the limits."""

    imaged: Coverage
    coloured: Coverage
    rulings: list[Ruling] = field(default_factory=list)
    images: int = 0
    pixels: int = 0
    paths: int = 0
    shapes: int = 0
    left_out: int = 0


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """The drawing of a pypdfium2 page, form XObjects included."""
    reading = _Reading(frame)
    reading.read(reading.calls.on_page(address_of(page), MOST_OBJECTS + 1), frame.matrix, depth=0)
    return reading.drawing


class _Reading:
    def __init__(self, frame: Frame) -> None:
        self.calls = drawing_calls()
        self.frame = frame
        size = frame.width, frame.height
        self.drawing = Drawing(Coverage(*size), Coverage(*size))
        self.objects_left = MOST_OBJECTS
        self.segments_left = MOST_SEGMENTS

    def read(self, objects: Sequence[tuple[int, int]], matrix: Matrix, depth: int) -> None:
        for drawn, kind in objects:
            self.objects_left -= 1
            if self.objects_left < 0:
                self.drawing.left_out += 1
                return
            if kind == PATH:
                self._path(drawn, matrix)
            elif kind == IMAGE:
                self.drawing.images += 1
                self.drawing.pixels += self.calls.image_pixels(drawn)
                self._cover(self.drawing.imaged, drawn, matrix)
            elif kind == SHADING:
                self._cover(self.drawing.coloured, drawn, matrix)
            elif kind == FORM and depth < DEEPEST_FORM:
                inside = self.calls.in_form(drawn, self.objects_left + 1)
                self.read(inside, self._matrix(drawn).then(matrix), depth + 1)

    def _path(self, path: int, matrix: Matrix) -> None:
        filled, stroked = self.calls.painted(path)
        if not filled and not stroked:
            return
        self.drawing.paths += 1
        if filled and self._coloured(path):
            self._cover(self.drawing.coloured, path, matrix)
        segments = self.calls.segment_count(path)
        if 0 < segments <= self.segments_left:
            self.segments_left -= segments
            sides = list(self._sides(path, segments, self._matrix(path).then(matrix)))
            rulings = [ruling for side in sides if side and (ruling := _ruling(*side))]
            self.drawing.rulings += rulings
            self.drawing.shapes += len(rulings) < len(sides)
        else:
            self.drawing.shapes += 1
            self.drawing.left_out += segments > 0

    def _sides(self, path: int, segments: int, matrix: Matrix) -> Iterator[tuple[Point, Point] | None]:
        """Start and end of each straight side that is long enough to be seen; ``None`` for a curve."""
        a, b, c, d, e, f = matrix
        start = last = (0.0, 0.0)
        for kind, x, y, closes in self.calls.segments(path, segments):
            point = (a * x + c * y + e, b * x + d * y + f)
            if kind == MOVE:
                start = point
            elif kind == CURVE:
                yield None
            elif _is_long(last, point):
                yield last, point
            if closes and _is_long(point, start):
                yield point, start
            last = point

    def _coloured(self, path: int) -> bool:
        colour = self.calls.fill_colour(path)
        if not colour:
            return False
        *shades, alpha = colour
        return alpha > 0 and max(shades) - min(shades) >= COLOURFUL

    def _cover(self, coverage: Coverage, drawn: int, matrix: Matrix) -> None:
        if bounds := self.calls.bounds(drawn):
            coverage.add(matrix.box(*bounds))

    def _matrix(self, drawn: int) -> Matrix:
        return Matrix(*self.calls.matrix(drawn))


def _is_long(start: Point, end: Point) -> bool:
    across, down = end[0] - start[0], end[1] - start[1]
    return across * across + down * down >= SHORTEST_RULING * SHORTEST_RULING


def _ruling(start: Point, end: Point) -> Ruling | None:
    """The ruling from one point to another, ``None`` where it leans."""
    (x0, top), (x1, bottom) = start, end
    if x0 > x1:
        x0, x1 = x1, x0
    if top > bottom:
        top, bottom = bottom, top
    return Ruling(x0, top, x1, bottom) if min(x1 - x0, bottom - top) <= STRAIGHT else None
