"""Rows of words: what stands on one height, parted at wide gaps (``native/source/rows.c``)."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from app.pdf.native.library import RowRules, library
from app.pdf.native.packed import pack
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.headers import is_numeric

SHARED = 0.45
"""Of the lower word's height: how far below a row's first word the middle of another may stand."""

LOWEST = 4.0
"""Points: the least height of a line that gaps are measured by."""

WORDS_OF_LINE, FEWEST_LINES, READING_ON = 4, 3, 0.3
"""Words of a line of a paragraph; such lines that another goes on with, and their share of those that end no
sentence: cells below each other have up to a quarter by chance, lists of references a third."""

ENDS_SENTENCE = ".:;?!"

ROW = struct.Struct("@3dq")
"""``Row`` of ``rows.c``: top, bottom, height, pieces."""

PIECE = struct.Struct("@2dq")
"""``Piece`` of ``rows.c``: x0, x1, words."""

Strip: TypeAlias = tuple[float, float]
"""Where white between columns begins and ends, in points."""


@dataclass(slots=True)
class Piece:
    """Words of one row with no wide gap between."""

    x0: float
    x1: float
    words: list[PlacedWord]

    @property
    def middle(self) -> float:
        """The place across the page of its middle, in points from the left."""
        return (self.x0 + self.x1) / 2

    @property
    def numeric(self) -> bool:
        """Whether it is a number, or what stands for a missing one."""
        return is_numeric(self.words)


@dataclass(slots=True)
class Row:
    """The pieces that stand on one height; ``tabular`` is set where they look like cells, ``wrapped`` where
    they may be further lines of the cells above."""

    top: float
    bottom: float
    height: float
    pieces: list[Piece]
    tabular: bool = False
    wrapped: bool = False

    @property
    def wordiest(self) -> int:
        """The words of its longest piece."""
        return max([len(piece.words) for piece in self.pieces])


def read_rows(words: Sequence[PlacedWord], gap: float) -> list[Row]:
    """Words as rows from top to bottom, each cut into pieces at gaps of this many line heights."""
    count = len(words)
    if not count:
        return []
    compiled = library()
    boxes = pack([word.box for word in words])
    found, parts = array("d", bytes(ROW.size * count)), array("d", bytes(PIECE.size * count))
    order = array("i", bytes(4 * count))
    rules = RowRules(SHARED, LOWEST, gap)
    number = compiled.rows_read(rules, _start(boxes), count, _start(found), _start(parts), _start(order))
    if number < 0:
        raise MemoryError
    # The library orders words by number; the words themselves, with style and text, never leave Python.
    placed = map(words.__getitem__, order)
    pieces = (Piece(x0, x1, list(islice(placed, length))) for x0, x1, length in PIECE.iter_unpack(parts))
    return [
        Row(top, bottom, height, list(islice(pieces, length)))
        for top, bottom, height, length in islice(ROW.iter_unpack(found), number)
    ]


def white_strips(rows: Sequence[Row], most: int, narrowest: float) -> list[Strip]:
    """The strips, at least so many points wide, that the pieces of at most so many rows go over."""
    # A sweep from left to right: at each x it is known how many rows have a piece there.
    turns = sorted(turn for row in rows for piece in row.pieces for turn in ((piece.x0, 1), (piece.x1, -1)))
    found: list[Strip] = []
    covered, since = 0, None
    for x, change in turns:
        before, covered = covered, covered + change
        if before > most >= covered:
            since = x
        elif before <= most < covered:
            # White at the margins is none: it has no piece on one of its sides.
            if since is not None and x - since >= narrowest:
                found.append((since, x))
            since = None
    return found


def read_on(lines: Iterable[tuple[str, str]]) -> bool:
    """Whether lines, each given with the one below it, are those of paragraphs: of those that are long and
    end no sentence, many go on in small letters."""
    long = [(text, under) for text, under in lines if len(text.split()) >= WORDS_OF_LINE]
    below = [under for text, under in long if text[-1] not in ENDS_SENTENCE]
    further = sum(under[0].islower() for under in below)
    return further >= max(FEWEST_LINES, READING_ON * len(below))


def middle(word: PlacedWord) -> float:
    """The height that a word stands on, in points from the page's top."""
    return word.box.middle_y


def _start(values: array[Any]) -> int:
    return values.buffer_info()[0]
