"""A page as a picture for OCR, drawn by pdfium where the page is read."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO
from math import sqrt
from typing import Any

from app.core.page import Picture

DPI = 150
"""Enough for type of eight points."""

MOST_PIXELS = 6_000_000
"""A poster is drawn smaller."""

QUALITY = 88


def scale_of(width: float, height: float) -> float:
    """Pixels for a point of a page of this size in points."""
    return min(DPI / 72, sqrt(MOST_PIXELS / max(width * height, 1.0)))


def picture_of(document: Any, number: int) -> Picture:
    """Return a page (1-based) of an open pypdfium2 document as a grey JPEG."""
    with closing(document[number - 1]) as page:
        image = page.render(scale=scale_of(*page.get_size()), grayscale=True).to_pil()
    content = BytesIO()
    image.save(content, "JPEG", quality=QUALITY)
    return Picture(number, content.getvalue(), "image/jpeg", image.width, image.height)
