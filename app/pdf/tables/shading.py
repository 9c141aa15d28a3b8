"""Shading: areas of colour behind words. Their edges enclose cells as lines do, but bands tell rows, and not
where a table begins, ends or has its columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables.rows import Row, Strip
from app.pdf.tables.ruled import Grid

INSIDE = 3.0
"""Points from the sides of a grid: a line further in parts its columns."""

LABELS = 0.2
"""Of a table's width, from the left: where a band that parts rows begins."""

ACROSS = 0.6
"""Of a table's width: a line or shade that is wider is of a whole row."""

MOST_PARTED = 0.8
"""Share of the rows of figures that bands part from the next, where each row has its own."""

CROSSED = 0.5
"""Share of the shaded rows in which a cell's shade goes over a strip of white: this parts no columns."""

SHORTEST = 5.0
"""Points: a shorter upright line is the end of a thick level one."""

FEWEST_DRAWN = 0.2
"""Share of the places between a grid's columns where a line is drawn: statements part two groups of columns
by one."""


def is_shading(grid: Grid, drawn: Sequence[Ruling], shades: Sequence[Box]) -> bool:
    """Whether hardly a line is drawn between the columns of a grid: it is made of coloured areas."""
    left, top, right, bottom = grid.box
    heights = {(round(shade.top, 1), round(shade.bottom, 1)) for shade in shades}
    lines = {
        round(ruling.x0)
        for ruling in drawn
        # A thick level line comes as a rectangle whose ends are short upright lines.
        if ruling.bottom - ruling.top > max(SHORTEST, ruling.x1 - ruling.x0)
        and left + INSIDE < ruling.x0 < right - INSIDE
        and ruling.top < bottom - INSIDE
        and ruling.bottom > top + INSIDE
        # A narrow area between shaded cells is as high as they are, and looks like a thick line.
        and (round(ruling.top, 1), round(ruling.bottom, 1)) not in heights
    }
    if not lines:
        return True
    edges = {round(cell.x0) for row in grid.rows for cell in row if cell and cell.x0 > left + INSIDE}
    return len(lines) < FEWEST_DRAWN * len(edges)


def find_bands(shades: Sequence[Box], drawn: Sequence[Ruling], rows: Sequence[Row]) -> list[float]:
    """Heights, in points and sorted, at which bands of colour or lines part most of a table's rows of figures
    from the next; none where they part other things, or nothing."""
    left, right = min(row.pieces[0].x0 for row in rows), max(row.pieces[-1].x1 for row in rows)
    top, bottom = rows[0].top - rows[0].height, rows[-1].bottom + rows[-1].height
    heights = {
        round(height, 1)
        for x0, high, x1, low in shades
        if x0 < left + LABELS * (right - left) and high < bottom and low > top
        for height in (high, low)
    }
    heights |= {
        round(line.top, 1)
        for line in drawn
        if not line.vertical and line.x1 - line.x0 >= ACROSS * (right - left) and top < line.top < bottom
    }
    found = sorted(heights)
    # Bands that part few of the rows are those of sections, or of heads alone.
    parted = sum(band_of(found, row) != band_of(found, below) for row, below in pairwise(rows))
    return found if len(rows) > 2 and parted >= MOST_PARTED * (len(rows) - 1) else []


def band_of(bands: Sequence[float], row: Row) -> int:
    """The number of the band that a line of words stands in."""
    return bisect_right(bands, (row.top + row.bottom) / 2)


def is_in_band(bands: Sequence[float], row: Row, below: Row) -> bool:
    """Whether two lines of words stand in one band, which something ends above."""
    return 0 < band_of(bands, row) == band_of(bands, below)


def without_crossed(strips: Sequence[Strip], shades: Sequence[Box], rows: Sequence[Row]) -> list[float]:
    """The middles of the white strips that part columns: one that the shade of a single cell goes over is
    white within a cell."""
    left, right = min(row.pieces[0].x0 for row in rows), max(row.pieces[-1].x1 for row in rows)
    top, bottom = rows[0].top, rows[-1].bottom
    cells = [
        shade
        for shade in shades
        if shade.width < ACROSS * (right - left) and shade.top < bottom and shade.bottom > top
    ]
    # Shaded rows and not cells are counted: a row may have a shade for each of its cells.
    most = CROSSED * len({round(shade.top) for shade in cells})
    return [
        (start + end) / 2
        for start, end in strips
        if not cells or sum(shade.x0 < start - 1 and end + 1 < shade.x1 for shade in cells) < most
    ]
