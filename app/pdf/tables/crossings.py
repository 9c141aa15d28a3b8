"""Where ruling lines cross, and the cells that they enclose: pdfplumber's geometry, without its dicts.

Two lines meet where they come within a tolerance of each other; a cell is the smallest rectangle to the right
and below a crossing whose corners are crossings that lines join (``native/source/crossings.c``).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from itertools import chain, islice, repeat
from typing import Any

from app.core.geometry import Box
from app.pdf.native.library import CrossingRules, library
from app.pdf.pdfium.drawing import Ruling

TOLERANCE = 3.0
"""Points between lines that are meant to meet: pdfplumber's default."""

MOST_CROSSINGS = 3_000
"""The search for cells is quadratic in them; a full page of 60 rows and 15 columns has 976."""

MOST_PAIRS = 1_000_000
"""Of an upright and a level line: a drawing has more, a table does not."""

FEWEST_LINES = 5
"""Of two cells beside or below each other."""

CELL = struct.Struct("@4d")
"""``Box`` of ``geometry.h``."""

Point = tuple[float, float]

_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one."""


def find_cell_groups(rulings: Sequence[Ruling], reach: float) -> list[list[Box]]:
    """Return the cells that the lines enclose, in groups that share corners: from top to bottom, of two or
    more.

    ``reach`` is how many points a line may stop short of another that it meets or goes on as.
    """
    groups = [group for group in _group_cells(find_cells(rulings, reach)) if len(group) > 1]
    return sorted(groups, key=lambda group: min((cell.top, cell.x0) for cell in group))


def find_cells(rulings: Sequence[Ruling], reach: float) -> list[Box]:
    """Return the cells that the lines enclose, from left to right; none where the lines are too many for a
    table."""
    compiled = library()
    lines = array("d", chain.from_iterable(rulings))
    # The library writes without asking for room: this is the most that it can find.
    room = min(MOST_CROSSINGS, len(rulings) ** 2 // 4)  # half of them upright, and each meets each
    cells = array("d", bytes(CELL.size * room))
    rules = CrossingRules(
        tolerance=TOLERANCE,
        reach=reach,
        fewest_lines=FEWEST_LINES,
        most_pairs=MOST_PAIRS,
        most_crossings=MOST_CROSSINGS,
    )
    count = compiled.cells_read(rules, lines.buffer_info()[0], len(rulings), cells.buffer_info()[0])
    if count < 0:
        raise MemoryError
    # No loop in Python: a full page of cells would cost more here than to find them.
    return list(map(_NEW, repeat(Box), islice(CELL.iter_unpack(cells), count)))


def _group_cells(cells: Sequence[Box]) -> list[list[Box]]:
    """Cells that share corners, together."""
    at: dict[Point, list[Box]] = {}
    for cell in cells:
        for corner in _corners(cell):
            at.setdefault(corner, []).append(cell)
    groups: list[list[Box]] = []
    seen: set[Box] = set()
    for cell in cells:
        if cell in seen:
            continue
        seen.add(cell)
        group = [cell]
        for member in group:  # it grows
            fresh = {other for corner in _corners(member) for other in at[corner]} - seen
            seen |= fresh
            group += fresh
        groups.append(group)
    return groups


def _corners(cell: Box) -> tuple[Point, Point, Point, Point]:
    x0, top, x1, bottom = cell
    return (x0, top), (x1, top), (x0, bottom), (x1, bottom)
