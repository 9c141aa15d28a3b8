"""Positions on a page.

Boxes are in PDF points from the top left corner of the page as it is displayed (rotation applied).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle ``[x0, top, x1, bottom]`` in points from the page's top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that contains all of these. Raises ``ValueError`` if there are none."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(min(x0s), min(tops), max(x1s), max(bottoms))


class Word(NamedTuple):
    """A run of characters between white space, with its box."""

    text: str
    box: Box
