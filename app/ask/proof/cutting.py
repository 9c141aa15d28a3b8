"""Words of scripts without word spaces, split into parts with a box each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate, pairwise

from app.core.geometry import Box, Word
from app.core.writing.unspaced import joins_without_space

_WIDE = ("W", "F")


def cut(word: Word, texts: Sequence[str]) -> list[Word]:
    """Return a word as these parts of it. Its box is shared by their widths: full-width characters have
    equal ones, others half of it, marks none."""
    if len(texts) == 1:
        return [word]
    ends = list(accumulate(map(_width, texts), initial=0))
    # A word of marks alone has no width.
    shares = [end / (ends[-1] or 1) for end in ends]
    return [
        Word(text, _part(word.box, *between)) for text, between in zip(texts, pairwise(shares), strict=True)
    ]


def goes_on(before: Word, following: Word) -> bool:
    """Return whether a word goes on with one on the next line, without a space."""
    one, other = before.box, following.box
    # More than half, not half as in shares_row: boxes without height share no line.
    same_line = 2 * one.shared_height(other) > min(one.height, other.height)
    return joins_without_space(before.text, following.text) and not same_line


def _width(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(each) in _WIDE else not unicodedata.category(each).startswith("M")
        for each in text
    )


def _part(box: Box, start: float, end: float) -> Box:
    """Return the part of a box from ``start`` to ``end`` (0–1) along the direction of the word: across the
    page, or down."""
    width, height = box.width, box.height
    if width >= height:
        return Box(box.x0 + start * width, box.top, box.x0 + end * width, box.bottom)
    return Box(box.x0, box.top + start * height, box.x1, box.top + end * height)
