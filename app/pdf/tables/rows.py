"""Rows of words: what stands on one height, parted at wide gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.headers import is_numeric

SHARED = 0.45
"""Of the lower word's height: how far below a row's first word the middle of another may stand."""

LOWEST = 4.0
"""Points: the least height of a line that gaps are measured by."""


@dataclass(slots=True)
class Piece:
    """Words of one row with no wide gap between."""

    x0: float
    x1: float
    words: list[PlacedWord]

    @property
    def numeric(self) -> bool:
        """Whether it is a number, or what stands for a missing one."""
        return is_numeric(self.words)


@dataclass(slots=True)
class Row:
    """The pieces that stand on one height; ``tabular`` is set where they look like cells."""

    top: float
    bottom: float
    height: float
    pieces: list[Piece]
    tabular: bool = False

    @property
    def wordiest(self) -> int:
        """The words of its longest piece."""
        return max([len(piece.words) for piece in self.pieces])


def read_rows(words: Sequence[PlacedWord], gap: float) -> list[Row]:
    """Words as rows from top to bottom, each cut into pieces at gaps of so many heights."""
    groups: list[list[PlacedWord]] = []
    first = lowest = 0.0
    for word in sorted(words, key=middle):
        _, top, _, bottom = word.box
        y, height = (top + bottom) / 2, bottom - top
        if groups and y - first <= SHARED * (height if height < lowest else lowest):
            groups[-1].append(word)
        else:
            groups.append([word])
            first, lowest = y, height
    return [_row(group, gap) for group in groups]


def middle(word: PlacedWord) -> float:
    """The height that a word stands on, in points from the page's top."""
    _, top, _, bottom = word.box
    return (top + bottom) / 2


def _row(words: list[PlacedWord], gap: float) -> Row:
    words = sorted(words, key=attrgetter("box.x0"))
    boxes = [word.box for word in words]
    heights = sorted([bottom - top for _, top, _, bottom in boxes])
    height = heights[len(heights) // 2]
    widest = gap * max(LOWEST, height)
    piece = Piece(boxes[0].x0, boxes[0].x1, [])
    pieces = [piece]
    for word, (x0, _, x1, _) in zip(words, boxes, strict=True):
        if x0 - piece.x1 > widest:
            piece = Piece(x0, x1, [])
            pieces.append(piece)
        piece.words.append(word)
        piece.x1 = x1 if x1 > piece.x1 else piece.x1
    return Row(min([box.top for box in boxes]), max([box.bottom for box in boxes]), height, pieces)
