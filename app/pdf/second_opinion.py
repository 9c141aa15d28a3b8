"""A second opinion on a page's grids, from pdfplumber: asked where there is doubt, taken where it fits the
words better.

Not sure is a page on which words stand inside a grid but in none of its cells, or on which lines that make no
grid end just short of each other, if lines that reach further would make another table. pdfplumber takes
some fifty times as long for a page, so it is shown this page alone, as a file of its own, and only where that
is small; it has a limit of time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from app.core.geometry import Box
from app.pdf.alone import limit_computing, page_alone
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.crossings import TOLERANCE
from app.pdf.tables.find import ruled_table
from app.pdf.tables.ruled import Grid, Table, could_hold_table, find_grids, grid_of, standing_in

FEWEST_STRAY = 2
"""Words in a grid but in none of its cells: one may be a mark in the margin."""

NEAR = 3 * TOLERANCE
"""Points between lines that were perhaps meant to meet."""

FEWEST_NEAR = 3
"""Places of lines across and down that nearly meet: those of two by two cells."""

LONG = 20.0
"""Points: what is shorter is the end of a thick line that is drawn as a rectangle."""

FEWEST_LINES = 6
"""Of two by two cells."""

FEWEST_CELLS = 4
"""Of two by two: what has fewer is a frame, or a box with a line through it."""

MOST_PAIRS = 1_000
MOST_RULINGS = 1_500
MOST_WORDS = 2_500
"""Of a page that pdfplumber is shown."""

SECONDS = 3.0
"""Of computing that it has."""

NO_SECOND_LOOK = "A closer look at the lines of the page took too long: tables may be missing or cut wrongly."

BETTER = 0.05
"""Share of the words that it must place in more."""

LINES = {"snap_tolerance": TOLERANCE, "join_tolerance": NEAR, "intersection_tolerance": NEAR}


def is_in_doubt(
    grids: Sequence[Grid],
    tables: Sequence[Table],
    rulings: Sequence[Ruling],
    words: Sequence[PlacedWord],
) -> bool:
    """Whether the lines leave doubt about the page's grids, and the tables that were found in them."""
    # pdfplumber's time grows with the square of both, and its limit would be met for nothing.
    if len(rulings) > MOST_RULINGS or len(words) > MOST_WORDS:
        return False
    if grids:
        held = {table.box for table in tables}
        doubt = any(len(stray(grid, words)) >= FEWEST_STRAY for grid in grids if grid.box in held)
    else:
        doubt = could_hold_table(rulings) and _count_near_corners(rulings) >= FEWEST_NEAR
    # Before it is asked our own lines are tried with a longer reach: where these make no other table, it will
    # not.
    return doubt and any(
        grid not in grids and ruled_table(grid, words)
        for grid in fitting(grids, find_grids(rulings, reach=NEAR), words)
    )


def stray(grid: Grid, words: Sequence[PlacedWord]) -> list[PlacedWord]:
    """The words that stand in a grid's box but in none of its cells."""
    return [
        word
        for word in standing_in(grid.box, words)
        if _stands_in(word.box, grid.box) and not grid.place(word.box)
    ]


def _stands_in(box: Box, outer: Box) -> bool:
    x, y = box.middle  # strictly within: what stands on the frame is no part of the table
    return outer.x0 < x < outer.x1 and outer.top < y < outer.bottom


def _count_near_corners(rulings: Sequence[Ruling]) -> int:
    """How many places across and down there are at which a line stops short of one that it would cross."""
    long = [ruling for ruling in rulings if ruling.x1 - ruling.x0 + ruling.bottom - ruling.top >= LONG]
    upright = [ruling for ruling in long if ruling.vertical]
    level = [ruling for ruling in long if not ruling.vertical]
    if len(long) < FEWEST_LINES or len(upright) * len(level) > MOST_PAIRS:
        return 0
    corners: set[tuple[int, int]] = set()
    for line in level:
        for other in upright:
            beside = max(line.x0 - other.x0, other.x0 - line.x1)
            below = max(other.top - line.top, line.top - other.bottom)
            if TOLERANCE < max(beside, below) <= NEAR:
                corners.add((round(other.x0 / NEAR), round(line.top / NEAR)))
    return min(len({x for x, _ in corners}), len({y for _, y in corners}))


def second_grids(document: Any, number: int) -> list[Grid]:
    """The grids that pdfplumber sees on a page (1-based) of an open pypdfium2 document; none where it fails.

    Raises ``OutOfTime``.
    """
    import pdfplumber

    if threading.current_thread() is not threading.main_thread():
        return []  # only there can it be stopped
    try:
        with limit_computing(SECONDS), pdfplumber.open(page_alone(document, number)) as pdf:
            page = pdf.pages[0]
            left, top = page.bbox[:2]
            return [
                grid_of([_move_cell(cell, left, top) for cell in table.cells])
                for table in page.find_tables(LINES)
                if len(table.cells) >= FEWEST_CELLS
            ]
    except (Exception, MemoryError):  # whatever it makes of a page that is strange already, it is no matter
        return []


def _move_cell(cell: tuple[float, float, float, float], left: float, top: float) -> Box:
    x0, y0, x1, y1 = cell
    return Box(round(x0 - left, 2), round(y0 - top, 2), round(x1 - left, 2), round(y1 - top, 2))


def fitting(ours: Sequence[Grid], theirs: Sequence[Grid], words: Sequence[PlacedWord]) -> list[Grid]:
    """Of each place on the page the grid whose cells hold more of the words."""
    chosen = list(ours)
    for grid in theirs:
        rivals = [each for each in chosen if _overlap(each.box, grid.box)]
        # Words of all rivals: a grid that is smaller and leaves words out must not win by holding the rest.
        inside = [word for word in words if any(_stands_in(word.box, each.box) for each in (grid, *rivals))]
        held = sum(any(each.place(word.box) for each in rivals) for word in inside)
        cells = sum(_cells(each) for each in rivals)
        # Fewer cells hold as many words where they are merged: that would lose columns.
        if len(grid.rows) < 2 or len(grid.rows[0]) < 2 or _cells(grid) < cells:
            continue
        if sum(grid.place(word.box) is not None for word in inside) >= held + max(1.0, BETTER * len(inside)):
            chosen = [each for each in chosen if each not in rivals] + [grid]
    return sorted(chosen, key=lambda grid: (grid.box.top, grid.box.x0))


def _cells(grid: Grid) -> int:
    return sum(cell is not None for row in grid.rows for cell in row)


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.top < other.bottom and other.top < one.bottom
