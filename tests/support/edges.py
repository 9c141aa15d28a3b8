"""Both sides of a threshold: pages that differ by one measure, just within the threshold and just beyond."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.ruled import Table
from app.pdf.tables.statements import find_statements
from tests.support.table_pages import HEIGHT, STYLE, WIDTH, Piece


class Edge(NamedTuple):
    """A threshold by its module and name; what is so of a page with the measure ``within`` and not with the
    one ``beyond``, both nearer to the threshold than a fifth of it."""

    threshold: str
    holds: Callable[[float], bool]
    within: float
    beyond: float


def words_at(*lines: tuple[float, Sequence[Piece]]) -> list[PlacedWord]:
    """Words of lines, each with its top in points."""
    words: list[PlacedWord] = []
    for top, pieces in lines:
        for x, text in pieces:
            at = x if x >= 0 else -x - WIDTH * len(text)
            for word in text.split():
                box = Box(at, top, at + WIDTH * len(word), top + HEIGHT)
                words.append(PlacedWord(word, box, STYLE, len(words)))
                at += WIDTH * (len(word) + 0.5)
    return words


def lines_from(
    top: float, *lines: Sequence[Piece], pitch: float = 12.0
) -> list[tuple[float, Sequence[Piece]]]:
    """Lines below each other with their tops, the first at a height."""
    return [(top + at * pitch, pieces) for at, pieces in enumerate(lines)]


def statements(
    words: list[PlacedWord], drawn: Sequence[Ruling] = (), shades: Sequence[Box] = ()
) -> list[Table]:
    """The tables of figures of a page."""
    return find_statements(words, drawn, shades)


def heads(table: Table) -> list[str]:
    """The texts of a table's heads."""
    return [cell.text for cell in table.cells if cell.header and cell.text]


def span(tables: Sequence[Table], text: str) -> int:
    """How many columns the cell with a text covers; 0 where no table has one."""
    return next((cell.column_span for table in tables for cell in table.cells if cell.text == text), 0)
