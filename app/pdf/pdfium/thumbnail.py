"""A look at a page no wider than a stamp: how much of it shows neither as text nor as a table."""

from __future__ import annotations

import ctypes
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from app.core.geometry import Box
from app.pdf.pdfium.frame import Frame

WIDTH, MOST_HEIGHT = 48, 96
"""Pixels: a line of text is one row, and a chart still has a shape."""

FAINT = 48
"""Sum of the differences in red, green and blue (0–255 each) that is still background: paper is not even."""

COLOURFUL = 40
"""Difference between the strongest and the weakest of red, green and blue (0–255) that is not a grey."""


PAPER = 450
"""Sum of red, green and blue (0–255 each): yellowed paper under lines of small type is as light."""


class Look(NamedTuple):
    """Shares of the page's area: ``drawn`` differs from the background where no word or table stands,
    ``colourful`` is no shade of grey and ``paper`` as light as paper, wherever it stands."""

    drawn: float
    colourful: float
    paper: float


def look(page: Any, frame: Frame, taken: Iterable[Box]) -> Look | None:
    """Return a look at a pdfium page past the boxes of its words and tables; ``None`` where it cannot be
    drawn."""
    width, height = _size(frame)
    content = _pixels(page, width, height)
    if content is None:
        return None
    pixels = array("I", content)
    counts = Counter(pixels)
    colourful = sum(count for colour, count in counts.items() if _is_colourful(colour))
    paper = sum(count for colour, count in counts.items() if sum(_shades(colour)) >= PAPER)
    background = counts.most_common(1)[0][0]
    _fill(pixels, width, height, frame, taken, background)
    drawn = sum(count for colour, count in Counter(pixels).items() if _differs(colour, background))
    return Look(*(round(count / len(pixels), 4) for count in (drawn, colourful, paper)))


def _size(frame: Frame) -> tuple[int, int]:
    scale = min(WIDTH / max(frame.width, 1.0), MOST_HEIGHT / max(frame.height, 1.0))
    return max(1, round(scale * frame.width)), max(1, round(scale * frame.height))


def _pixels(page: Any, width: int, height: int) -> bytes | None:
    """Four bytes a pixel: blue, green, red, nothing."""
    from pypdfium2 import raw as pdfium

    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGRx, None, 0)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0)
        size = pdfium.FPDFBitmap_GetStride(bitmap) * height  # four bytes a pixel leave no gap between rows
        return ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _fill(
    pixels: array[int], width: int, height: int, frame: Frame, boxes: Iterable[Box], colour: int
) -> None:
    """Every pixel that these boxes touch becomes of this colour."""
    across, down = width / max(frame.width, 1.0), height / max(frame.height, 1.0)
    stripe = array("I", [colour]) * width
    for box in boxes:
        first, end = max(0, int(box.x0 * across)), min(width, int(box.x1 * across) + 1)
        if first >= end:
            continue
        for row in range(max(0, int(box.top * down)), min(height, int(box.bottom * down) + 1)):
            pixels[row * width + first : row * width + end] = stripe[: end - first]


def _shades(colour: int) -> tuple[int, int, int]:
    return colour & 255, colour >> 8 & 255, colour >> 16 & 255


def _is_colourful(colour: int) -> bool:
    shades = _shades(colour)
    return max(shades) - min(shades) >= COLOURFUL


def _differs(colour: int, background: int) -> bool:
    pairs = zip(_shades(colour), _shades(background), strict=True)
    return sum(abs(one - other) for one, other in pairs) > FAINT
