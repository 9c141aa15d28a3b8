"""Drawing by the compiled library, the same as that of ``app.pdf.pdfium.drawing``."""

from __future__ import annotations

import ctypes
import struct
from itertools import repeat
from typing import Any

from app.pdf.native.library import DrawingRules, frame_numbers, library
from app.pdf.pdfium import drawing
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.coverage import Coverage
from app.pdf.pdfium.drawing import Drawing, Ruling
from app.pdf.pdfium.frame import Frame

RULES = DrawingRules(
    shortest_ruling=drawing.SHORTEST_RULING,
    straight=drawing.STRAIGHT,
    colourful=drawing.COLOURFUL,
    objects=drawing.MOST_OBJECTS,
    segments=drawing.MOST_SEGMENTS,
    depth=drawing.DEEPEST_FORM,
)
SIDES = struct.Struct("@4d")


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """What ``app.pdf.pdfium.drawing.read_drawing`` gives. The library must be there."""
    compiled = library()
    assert compiled
    found = compiled.drawing_read(compiled.pdfium, address_of(page), frame_numbers(frame), RULES)
    if not found:
        raise MemoryError
    try:
        sums = found[0]
        sides = ctypes.string_at(sums.rulings, sums.count * SIDES.size) if sums.count else b""
        return Drawing(
            imaged=Coverage(frame.width, frame.height, sums.imaged),
            coloured=Coverage(frame.width, frame.height, sums.coloured),
            rulings=list(map(tuple.__new__, repeat(Ruling), SIDES.iter_unpack(sides))),
            images=sums.images,
            pixels=sums.pixels,
            paths=sums.paths,
            shapes=sums.shapes,
            left_out=sums.left_out,
        )
    finally:
        compiled.drawing_free(found)
