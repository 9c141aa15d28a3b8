"""Cells of several lines in rows without rulings: which lines begin a row, and which go on with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from app.pdf.tables.labels import continues_label
from app.pdf.tables.rows import Piece, Row

CLOSE = 0.75
"""In heights of a line: the most white above a line that goes on with cells of the row above it."""

FULL = 0.6
"""Share of a table's columns that are filled in the first line of a row."""

NUMBERS = 0.5
"""Share of a column's cells that are numbers, where it is a column of them: a number begins a row."""

FEWEST = 3
"""Rows that a column must begin to tell where rows begin."""


def row_starts(rows: Sequence[Row], gaps: Sequence[float]) -> list[bool]:
    """Whether each line begins a row, told by a column in which each row has one line, such as codes or
    numbers; all lines begin one where no column tells it."""
    places = [{bisect_right(gaps, piece.middle): piece for piece in row.pieces} for row in rows]
    may_go_on = _find_further(rows, gaps)
    best = [True] * len(rows)
    most: tuple[float, int] = (0.0, 0)
    for column in range(len(gaps) + 1):
        begun = sum(column in filled for filled in places)
        if begun >= FEWEST:
            starts = _starts_by(column, places, may_go_on)
            told = _share_full(places, starts, FULL * (len(gaps) + 1)), begun
            best, most = (starts, told) if told > most else (best, most)
    return best


def _starts_by(column: int, places: Sequence[Mapping[int, Piece]], may_go_on: Sequence[bool]) -> list[bool]:
    """Whether each line begins a row, where one with this column does: one without it goes on with cells of
    the line that began the row, and has no others."""
    starts: list[bool] = []
    first: Mapping[int, Piece] = {}
    for filled, further in zip(places, may_go_on, strict=True):
        starts.append(column in filled or not further or len(first) < 2 or not _stands_below(filled, first))
        first = filled if starts[-1] else first
    return starts


def _stands_below(filled: Mapping[int, Piece], first: Mapping[int, Piece]) -> bool:
    """Whether each piece of a line stands below one of the line that began the row."""
    return all(
        column in first and piece.x0 < first[column].x1 and first[column].x0 < piece.x1
        for column, piece in filled.items()
    )


def _share_full(places: Sequence[Mapping[int, Piece]], starts: Sequence[bool], fewest: float) -> float:
    """The share, in tenths, of the lines that begin rows which have at least so many cells."""
    first = [len(filled) for filled, begins in zip(places, starts, strict=True) if begins]
    return round(sum(count >= fewest for count in first) / len(first), 1)


def _find_further(rows: Sequence[Row], gaps: Sequence[float]) -> list[bool]:
    """Whether each line may go on with what is above it: it stands close, and has no number of its own."""
    columns: dict[int, list[bool]] = {}
    for row in rows:
        for piece in row.pieces:
            columns.setdefault(bisect_right(gaps, piece.middle), []).append(piece.numeric)
    numeric = {column for column, found in columns.items() if sum(found) > NUMBERS * len(found)}
    found = [False]
    for above, row in pairwise(rows):
        if len(row.pieces) == 1 and row.pieces[0].middle < gaps[0]:  # a label's next line, or a section
            found.append(continues_label([above], row, gaps, 0.0))
            continue
        numbers = (p.numeric and bisect_right(gaps, p.middle) in numeric for p in row.pieces)
        found.append(row.top - above.bottom <= CLOSE * row.height and not any(numbers))
    return found
