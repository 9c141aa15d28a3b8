"""A page as it looks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pymupdf

from imgproc.answer import LeftOut, Picture
from imgproc.encode import encode, from_pixmap
from imgproc.limits import Limits
from imgproc.painted import too_much_painted
from imgproc.request import Request

THINNEST = 1e-9
"""Points: a page without a width or height would divide by zero."""


def render(page: Any, request: Request, limits: Limits, first: int = 0) -> Iterator[Picture | LeftOut]:
    """Yield the one picture of a page, annotations and filled form fields with it."""
    if too_much := too_much_painted(page, limits):
        yield LeftOut(too_much)
        return
    scale = fitting_scale(page.rect.width, page.rect.height, request.dpi / 72, limits)
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False)
    image = from_pixmap(pixmap)
    encoded = encode(image, request.format, quality=request.quality, limit=limits.picture_bytes)
    dpi = scale * 72 * encoded.width / image.width
    yield Picture(0, encoded, {"dpi": round(dpi, 3)})


def fitting_scale(width: float, height: float, wanted: float, limits: Limits) -> float:
    """``wanted`` pixels a point, or as many as the limits allow for a page of this size in points."""
    by_area = math.sqrt(limits.page_pixels / max(width * height, THINNEST))
    by_side = limits.side_pixels / max(width, height, THINNEST)
    return min(wanted, by_area, by_side)
