"""The pieces of a line of heads, where the columns of narrow tables leave hardly more than a blank between
two."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.figures import OPEN_RANGE
from app.pdf.tables.rows import Piece, Row

WIDER, NARROWEST = 1.4, 0.32
"""Of the blank between two words of a line, and in heights of it: white between the words of two heads, where
the columns of narrow tables leave no more."""

NARROWEST_READ = 0.6
"""The same of words that OCR read: it tells where letters are to a third of a line's height."""

FEWEST_LETTERS, FEWEST_EQUAL, EQUAL = 4, 3, 1.06
"""Letters of a word, and words of a line, that tell whether all letters have one width, and how much the
widest may be wider: a box ends with the ink of its last letter."""


def part_heads(row: Row, gaps: Sequence[float]) -> Iterator[Piece]:
    """The pieces of a line, parted where a blank between columns is wider than those of the line's words."""
    blanks = sorted(
        right.box.x0 - left.box.x1
        for piece in row.pieces
        for left, right in pairwise(piece.words)
        if _gap_between(left, right, gaps) is None
    )
    usual = blanks[len(blanks) // 2] if blanks else 0.0
    words = [word for piece in row.pieces for word in piece.words]
    width = _width_of_letters(words)
    narrowest = NARROWEST if all(word.style.font for word in words) else NARROWEST_READ
    # Numbers that wait for the line below stand each over its own column, with a blank between or more.
    least = 0.0 if _opens_ranges(row, gaps) else max(WIDER * max(usual, width), narrowest * row.height)
    for piece in row.pieces:
        start = 0
        for at, (left, right) in enumerate(pairwise(piece.words), 1):
            if right.box.x0 - left.box.x1 >= least and _gap_between(left, right, gaps) is not None:
                yield _piece_of(piece.words[start:at])
                start = at
        yield _piece_of(piece.words[start:]) if start else piece


def _width_of_letters(words: Sequence[PlacedWord]) -> float:
    """The width of each letter, which is that of a blank, where all have one; 0 in other types."""
    widths = sorted(word.box.width / len(word.text) for word in words if len(word.text) >= FEWEST_LETTERS)
    if len(widths) < FEWEST_EQUAL or widths[-1] > EQUAL * widths[0]:
        return 0.0
    return widths[-1]


def _opens_ranges(row: Row, gaps: Sequence[float]) -> bool:
    words = [word for piece in row.pieces for word in piece.words if OPEN_RANGE.match(word.text)]
    return len({bisect_right(gaps, word.box.middle_x) for word in words}) > 1


def _gap_between(left: PlacedWord, right: PlacedWord, gaps: Sequence[float]) -> float | None:
    """Where two columns part between the middles of two words, ``None`` where none do."""
    at = bisect_right(gaps, left.box.middle_x)
    return gaps[at] if at < len(gaps) and gaps[at] < right.box.middle_x else None


def _piece_of(words: list[PlacedWord]) -> Piece:
    return Piece(words[0].box.x0, words[-1].box.x1, words)
