"""A page as it looks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pymupdf

from imgproc.answer import LeftOut, Picture
from imgproc.encode import encode, from_pixmap
from imgproc.limits import Limits
from imgproc.placed import placed_images
from imgproc.request import Request

FEW_IMAGES = 100

MANY_TIMES = 4
"""A page that paints its images so often is still drawn at once."""


def render(page: Any, request: Request, limits: Limits, first: int = 0) -> Iterator[Picture | LeftOut]:
    """The one picture of a page, annotations and filled form fields with it."""
    painted = _painted_pixels(page, limits.painted_pixels)
    if painted > limits.painted_pixels:
        size = f"{painted / 1e6:,.0f} megapixels; the limit is {limits.painted_pixels / 1e6:,.0f}"
        yield LeftOut(f"The page's pictures have {size}.")
        return
    scale = fitting_scale(page.rect.width, page.rect.height, request.dpi / 72, limits)
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False)
    image = from_pixmap(pixmap)
    encoded = encode(image, request.format, quality=request.quality, limit=limits.picture_bytes)
    dpi = scale * 72 * encoded.width / image.width
    yield Picture(0, encoded, {"dpi": round(dpi, 3)})


def _painted_pixels(page: Any, few: int) -> int:
    """Pixels of the images that the page paints, each as often as it does. Only where the images of its
    resources, painted or not, have more than ``few``, or there are many, is it looked at closely."""
    found = page.get_images(full=True)
    if (
        len(found) < FEW_IMAGES
        and sum(width * height for _, _, width, height, *_ in found) * MANY_TIMES <= few
    ):
        return 0
    return sum(image.w() * image.h() for placed in placed_images(page) for image in placed.images)


def fitting_scale(width: float, height: float, wanted: float, limits: Limits) -> float:
    """``wanted`` pixels a point, or as many as the limits allow for a page of this size in points."""
    by_area = math.sqrt(limits.page_pixels / max(width * height, 1e-9))
    by_side = limits.side_pixels / max(width, height, 1e-9)
    return min(wanted, by_area, by_side)
