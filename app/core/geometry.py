"""Positions on a page.

Boxes are in PDF points from the top left corner of the page as it is displayed (rotation applied).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

ON_ONE_ROW = 0.5
"""Of the lower box's height: what two boxes share that stand on one row."""

Point: TypeAlias = tuple[float, float]
"""A place on a page: points from its left and from its top."""


class Box(NamedTuple):
    """A rectangle ``[x0, top, x1, bottom]`` in points from the page's top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """The points from its left to its right side."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """The points from its upper to its lower side."""
        return self.bottom - self.top

    @property
    def middle_x(self) -> float:
        """The place across the page of its middle, in points from the left."""
        return (self.x0 + self.x1) / 2

    @property
    def middle_y(self) -> float:
        """The place down the page of its middle, in points from the top."""
        return (self.top + self.bottom) / 2

    @property
    def middle(self) -> Point:
        """The point in its middle."""
        return self.middle_x, self.middle_y

    def holds(self, point: Point) -> bool:
        """Return whether a point stands in it or on one of its sides."""
        x, y = point
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def shared_width(self, other: Box) -> float:
        """Return how many points across the page both cover; the gap between them as a negative number."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def shared_height(self, other: Box) -> float:
        """Return how many points down the page both cover; the gap between them as a negative number."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    def shares_row(self, other: Box, least: float = ON_ONE_ROW) -> bool:
        """Return whether the lower of the two shares at least this part of its height with the other."""
        # Called for pairs of a page's boxes: one unpacking is much faster than eight attributes.
        _, top, _, bottom = self
        _, other_top, _, other_bottom = other
        lowest, highest = min(other_bottom, bottom), max(other_top, top)
        height, other_height = bottom - top, other_bottom - other_top
        return lowest - highest >= least * (min(other_height, height))


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that contains all of these. Raises ``ValueError`` if there are none."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(min(x0s), min(tops), max(x1s), max(bottoms))


class Word(NamedTuple):
    """A run of characters between white space, with its box."""

    text: str
    box: Box
