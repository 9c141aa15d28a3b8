"""Heads that are numbers, as days, doses and classes are: what tells them from the first row of figures."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.column_heads import CROSSING
from app.pdf.tables.figures import Figures
from app.pdf.tables.rows import Piece, Row

WHOLE = re.compile(r"\d{1,4}$")
"""What counts: a head has no decimals, and no marks of thousands."""

FEWEST = 2
"""Numbers beside each other that may be heads; one alone counts nothing."""


def first_counted(
    rows: Sequence[Figures], places: tuple[int, int, int], gaps: Sequence[float], level: Sequence[Ruling]
) -> int:
    """The first row of a run whose figures are no heads; ``places`` are the first row that is free, and the
    run's first and last. Numbers are heads where they are bold and the figures are not, or stand below a head
    of several and a line parts them from the figures or they alone have no label."""
    free, first, last = places
    row = rows[first].row
    heads = _right_of_labels(row, gaps)
    below = next(
        (at for at in range(first + 1, last + 1) if len(_right_of_labels(rows[at].row, gaps)) > 1), first
    )
    figures = _right_of_labels(rows[below].row, gaps)
    if below == first or not FEWEST <= len(heads) <= len(figures) or not all(map(_counts, heads)):
        return first
    if _are_bold(heads) and not _are_bold(figures):
        return below
    if first == free or not _spans(rows[first - 1].row, row, heads, gaps):
        return first
    parted = _is_parted(row, rows[below].row, heads, level)
    if parted and not (below < last and _is_parted(rows[below].row, rows[below + 1].row, heads, level)):
        return below
    labelled = all(at.row.pieces[0].x0 < gaps[0] for at in rows[below : last + 1])
    return below if row.pieces[0].x0 > gaps[0] and labelled else first


def _right_of_labels(row: Row, gaps: Sequence[float]) -> list[Piece]:
    return [piece for piece in row.pieces if bisect_right(gaps, piece.middle) > 0]


def _counts(piece: Piece) -> bool:
    return len(piece.words) == 1 and WHOLE.match(piece.words[0].text) is not None


def _are_bold(pieces: Sequence[Piece]) -> bool:
    return all(_is_bold(piece.words) for piece in pieces)


def _is_bold(words: Sequence[PlacedWord]) -> bool:
    return 2 * sum(word.style.bold for word in words) > len(words)


def _spans(above: Row, row: Row, heads: Sequence[Piece], gaps: Sequence[float]) -> bool:
    """Whether the line above holds heads of several of these numbers: fewer, and no figures."""
    over = _right_of_labels(above, gaps)
    near = row.top - above.bottom <= 2 * row.height
    return near and 0 < len(over) < len(heads) and not any(map(_counts, over))


def _is_parted(row: Row, below: Row, heads: Sequence[Piece], level: Sequence[Ruling]) -> bool:
    """Whether a line goes below all of these numbers and above the next row."""
    left, right = heads[0].middle, heads[-1].middle
    return any(
        row.bottom - CROSSING * row.height <= line.top <= below.top + 2
        and line.x0 <= left
        and right <= line.x1
        for line in level
    )
