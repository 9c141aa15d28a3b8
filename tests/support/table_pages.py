"""Pages as models for tests of tables: words with their places, lines and shades."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.find import find_tables
from app.pdf.tables.ruled import Table, find_grids

WIDTH, HEIGHT, PITCH = 5.0, 9.0, 12.0
"""Points of a letter, a line, and from line to line."""

STYLE = Style(HEIGHT, False, 0, False, "Serif")

Piece = tuple[float, str]
"""Where a piece of text begins, or with a negative number ends, in points; and what it says."""


def page(*lines: Sequence[Piece]) -> list[PlacedWord]:
    """Words of lines below each other; an empty line is white."""
    words: list[PlacedWord] = []
    for number, line in enumerate(lines):
        top = 100 + number * PITCH
        for x, text in line:
            at = x if x >= 0 else -x - WIDTH * len(text)
            for word in text.split():
                box = Box(at, top, at + WIDTH * len(word), top + HEIGHT)
                words.append(PlacedWord(word, box, STYLE, len(words)))
                at += WIDTH * (len(word) + 0.5)
    return words


def rows_of(table: Table) -> list[list[str]]:
    width = max(cell.column + cell.column_span for cell in table.cells)
    rows: list[list[str]] = []
    for cell in table.cells:
        while len(rows) <= cell.row:
            rows.append([""] * width)
        rows[cell.row][cell.column] = cell.text
    return rows


def level(x0: float, x1: float, line: float) -> Ruling:
    """A line between the lines of words with numbers before and after ``line``."""
    y = 100 + line * PITCH - 1.5
    return Ruling(x0, y, x1, y)


def upright(x: float, first: float, last: float) -> Ruling:
    """A line down the page from above the line of words with one number to below that with another."""
    return Ruling(x, 100 + first * PITCH - 1.5, x, 100 + (last + 1) * PITCH - 1.5)


def tables_of(
    words: list[PlacedWord], rulings: Sequence[Ruling] = (), shades: Sequence[Box] = ()
) -> list[Table]:
    """The tables of a page."""
    return find_tables(words, rulings, find_grids(rulings, shades), shades)


def rows(
    words: list[PlacedWord], rulings: Sequence[Ruling] = (), shades: Sequence[Box] = ()
) -> list[list[str]]:
    """The rows of a page's only table."""
    (table,) = tables_of(words, rulings, shades)
    return rows_of(table)
