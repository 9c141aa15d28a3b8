"""Which of a page's pictures are worth having."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from imgproc.answer import LeftOut, Picture, why
from imgproc.limits import Limits
from imgproc.picture import TooMuchPainted, pixels
from imgproc.placed import Placed, placed_images
from imgproc.request import Request

SMALLEST_SIDE = 32
"""Pixels: below it are bullets, rules and gradients."""
SMALLEST_PART = 0.005
"""The smallest share of the page's area: below it are icons."""


def figures(page: Any, request: Request, limits: Limits, first: int = 0) -> Iterator[Picture | LeftOut]:
    """Yield the page's pictures from index ``first`` on, in the order they are painted; none of a single
    colour."""
    wanted = _worth_having(placed_images(page), page.rect.width * page.rect.height)
    chosen = _largest(wanted, limits.figures_per_page)
    # Once: a call that goes on with the page would say it again.
    if first == 0 and len(wanted) > len(chosen):
        yield LeftOut(f"Only the {len(chosen)} largest of {len(wanted)} pictures are taken.")
    for index, placed in enumerate(chosen[first:], start=first):
        if made := _make_picture(index, page, placed, limits, jpx=request.jpx):
            yield made


def _worth_having(found: Sequence[Placed], page_area: float) -> list[Placed]:
    """Return the pictures without slivers, icons and repeats; of a picture that is painted twice, the
    larger one stays."""
    chosen: dict[tuple[int, ...], Placed] = {}
    for placed in found:
        if placed.shorter_side < SMALLEST_SIDE or placed.visible.area < SMALLEST_PART * page_area:
            continue
        known = chosen.get(placed.key)
        if known is None or placed.visible.area > known.visible.area:
            chosen[placed.key] = placed
    return list(chosen.values())


def _largest(wanted: Sequence[Placed], most: int) -> list[Placed]:
    """Return the ``most`` largest, in their original order."""
    by_area = sorted(range(len(wanted)), key=lambda place: -wanted[place].visible.area)
    # In the order of painting, which is what the index of a later call counts in.
    return [wanted[place] for place in sorted(by_area[:most])]


def _make_picture(
    index: int, page: Any, placed: Placed, limits: Limits, *, jpx: bool
) -> Picture | LeftOut | None:
    # Of the largest strip: one is decoded at a time.
    most = max(image.w() * image.h() for image in placed.images)
    if most > limits.figure_pixels:
        size = f"{most / 1e6:,.0f} megapixels; the limit is {limits.figure_pixels / 1e6:,.0f}"
        return LeftOut(f"A picture has {size}.")
    try:
        encoded = pixels(page, placed, limits, jpx=jpx)
    except TooMuchPainted as error:
        return LeftOut(str(error))
    except Exception as error:
        return LeftOut(f"A picture could not be read: {why(error)}.")
    if encoded is None:
        return None
    return Picture(index, encoded, {"index": index, "box": [round(edge, 2) for edge in placed.visible]})
