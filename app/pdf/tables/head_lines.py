"""What a line above figures is: numbers that are heads (days, doses), the name of a section, a title."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeAlias

from app.core.process.patterns import defer_regex
from app.pages.captions import CAPTION
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.figures import OPEN_RANGE, Figures
from app.pdf.tables.headers import YEAR
from app.pdf.tables.rows import Piece, Row

WHOLE = defer_regex(r"\d{1,4}$")
"""What counts: a head has no decimals, and no marks of thousands."""

WHOLE_NUMBER = defer_regex(r"[$€£¥]?\d{1,3}(?:[,.]?\d{3})*$")
"""What ends a range whose first number stands in the line above."""

FEWEST = 2
"""Numbers beside each other that may be heads; one alone counts nothing."""

CROSSING = 0.35
"""In heights of a head: how far above its lower edge a ruling still underlines it: a box reaches
below its letters."""

ACROSS = 0.03
"""Of a table's width: how far from its middle the name of a section may stand."""

FEWEST_OVER = 3
"""Columns of a table: in the middle of fewer stands the head of one of them."""

IN_UNIT = defer_regex(r"^\(|[%‰$€£¥]")
"""Of a line that says what figures are counted in."""

Extent: TypeAlias = tuple[float, float]
"""Where what stands in a column, or a ruling, begins and ends, in points."""


def first_counted(
    rows: Sequence[Figures], places: tuple[int, int, int], gaps: Sequence[float], level: Sequence[Ruling]
) -> int:
    """The first row of a run whose figures are no heads; ``places`` are the first row that is free, and the
    run's first and last. Numbers are heads where they stand below a head of several, and are bold while the
    figures are not, or a line parts them from the figures, or they alone have no label."""
    free, first, last = places
    row = rows[first].row
    heads = _right_of_labels(row, gaps)
    # The head of the labels may stand on a height of its own between the two lines.
    if first < last and any(_ends_ranges(row, found.row) for found in rows[max(free, first - 2) : first]):
        return first + 1
    # The first row with several figures: a row with one may be a section's number or a note's.
    below = next(
        (at for at in range(first + 1, last + 1) if len(_right_of_labels(rows[at].row, gaps)) > 1), first
    )
    figures = _right_of_labels(rows[below].row, gaps)
    if below == first or not FEWEST <= len(heads) <= len(figures) or not all(map(_counts, heads)):
        return first
    if first == free or not _spans(rows[first - 1].row, row, heads, gaps):
        return first  # a bold row below heads of its own is a total
    if _are_bold(heads) and not _are_bold(figures):
        return below
    parted = _is_parted(row, rows[below].row, heads, level)
    # Where a line goes below the next row as well, lines part all rows and say nothing of heads.
    if parted and not (below < last and _is_parted(rows[below].row, rows[below + 1].row, heads, level)):
        return below
    labelled = all(at.row.pieces[0].x0 < gaps[0] for at in rows[below : last + 1])
    # A row of numbers without a label among rows that all have one names the columns: days, doses, ages.
    return below if row.pieces[0].x0 > gaps[0] and labelled else first


def _ends_ranges(row: Row, above: Row) -> bool:
    """Whether a line goes on with ranges that the line above begins, of which each number has a line."""
    begun = [word.box for word in _words_of(above) if OPEN_RANGE.match(word.text)]
    ended = [word.box for word in _words_of(row) if WHOLE_NUMBER.match(word.text)]
    under = [box for box in begun if any(box.x0 < end.x1 and end.x0 < box.x1 for end in ended)]
    return row.top - above.bottom <= row.height and len(under) >= max(FEWEST, len(begun))


def _words_of(row: Row) -> list[PlacedWord]:
    return [word for piece in row.pieces for word in piece.words]


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
    # As many heads above as numbers below would name each column by itself: the numbers are then values.
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


def stands_across(row: Row, above: Row, columns: Sequence[Extent], gaps: Sequence[float]) -> bool:
    """Whether a line below heads holds the name of a section, in the middle of the table: a unit is in that
    of the figures, or in brackets."""
    piece, (left, right) = row.pieces[0], (columns[0][0], columns[-1][1])
    text = " ".join(word.text for word in piece.words)
    heads = sum(other.x0 > gaps[0] for other in above.pieces)
    middle = abs(piece.middle - (left + right) / 2) <= ACROSS * (right - left)
    # Only right below a full line of heads: elsewhere a line in the middle is a head that spans.
    if len(row.pieces) > 1 or heads <= len(gaps) / 2 or not middle:
        return False
    return not says_unit(piece) and CAPTION.match(text) is None


def is_title(row: Row, columns: Sequence[Extent], gaps: Sequence[float]) -> bool:
    """Whether a line alone stands in the middle of the whole table and not of its figures: what it says is
    true of the labels, too."""
    (left, _), (first, _), (_, right) = columns[0], columns[1], columns[-1]
    piece = row.pieces[0]
    if len(row.pieces) > 1 or abs(piece.middle - (left + right) / 2) > ACROSS * (right - left):
        return False
    over_several = any(piece.x0 < gap < piece.x1 for gap in gaps) or piece.words[0].text.startswith("(")
    return over_several and piece.x0 < first


def stands_over_all(row: Row, columns: Sequence[Extent], gaps: Sequence[float]) -> bool:
    """Whether a line alone above heads stands in the middle of the whole table, and away from that of its
    figures, though it begins right of the labels: it says something of all columns."""
    (left, _), (first, _), (_, right) = columns[0], columns[1], columns[-1]
    piece, width = row.pieces[0], right - left
    if len(row.pieces) > 1 or len(columns) <= FEWEST_OVER or piece.x0 < first:
        return False
    if not any(piece.x0 < gap < piece.x1 for gap in gaps):
        return False
    from_figures = abs(piece.middle - (first + right) / 2)
    from_table = abs(piece.middle - (left + right) / 2)
    return from_table <= ACROSS * width and from_figures > ACROSS * width


def says_unit(piece: Piece) -> bool:
    """Whether a piece says what figures are counted in: it stands in brackets, or holds such a sign."""
    return IN_UNIT.search(" ".join(word.text for word in piece.words)) is not None


def says_year(row: Row) -> bool:
    """Whether a line says when figures are from."""
    return any(YEAR.match(word.text) for word in row.pieces[0].words)
