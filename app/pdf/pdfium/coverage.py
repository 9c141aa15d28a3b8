"""How much of a page is covered by boxes that may lie over each other."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.geometry import Box

CELLS = 64
"""Each way: a cell of an A4 page is 9 by 13 points."""


class Coverage:
    """Boxes on a page of this size in points, each covering the cells whose middle it holds.

    ``rows`` are those that are covered already, a bit for each cell.
    """

    def __init__(self, width: float, height: float, rows: Iterable[int] = (0,) * CELLS) -> None:
        self._across = CELLS / max(width, 1.0)
        self._down = CELLS / max(height, 1.0)
        self._rows = list(rows)

    def add(self, box: Box) -> None:
        """Cover what of a box is on the page."""
        first, end = self._cells(box.x0 * self._across, box.x1 * self._across)
        if first < end:
            covered = (1 << end) - (1 << first)
            for row in range(*self._cells(box.top * self._down, box.bottom * self._down)):
                self._rows[row] |= covered

    @staticmethod
    def _cells(start: float, end: float) -> tuple[int, int]:
        return max(0, min(CELLS, round(start))), max(0, min(CELLS, round(end)))

    @property
    def share(self) -> float:
        """Of the page's area, 0–1."""
        return sum(row.bit_count() for row in self._rows) / CELLS**2
