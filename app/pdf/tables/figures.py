"""What stands in a row of figures: a sign that is set apart joins its number, leader dots are no words, and
each number is a piece of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from app.core.geometry import around
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.headers import THOUSANDS as COUNTED_IN
from app.pdf.tables.headers import YEARS
from app.pdf.tables.rows import Piece, Row

CURRENCY = r"(?:US|AU|NZ|HK|CA?|A|S|R)?[$€£¥₹₩]|CHF|EUR|USD|GBP"
"""What stands before a figure; a column of its own holds nothing else."""

SIGN_BEFORE = defer_regex(rf"(?:{CURRENCY})?[(−–+<>≤≥~≈-]?$|\((?:{CURRENCY})$")
SIGN_AFTER = defer_regex(r"[)\]]?[%‰][)\]]?$|[)\]]$|(?:€|%\s?pts?|bps|x)$")
"""What stands before or behind a figure, set apart from it."""

FIGURE = defer_regex(
    rf"(?:{CURRENCY})?[(\[<>≤≥~±–−+-]*(?:{CURRENCY})?\d[\d.,:;'’/±×–−-]*[)\]]?(?:[%‰x]|bps)?[)\]]?[*†‡§a-z]?$"
    rf"|(?:{CURRENCY})?\(?[–—−-]+\)?[%)]*$|n\.?/?[adm]\.?$|\*+$",
    re.IGNORECASE,
)
"""A number, or what stands for a missing one."""

DATED = defer_regex(YEARS + r"(?:\(\d\))?[a-z*†‡]?$")
"""Looks like a number, and stands above columns."""

GROUP = defer_regex(r"[<>≤≥]?\d{1,3}[-–—]\d{1,3}$|[<>≤≥]\d{1,3}$|\d{1,3}\+$")
"""A class that people or things are counted in, such as an age group, which looks like a number."""

OPEN_RANGE = defer_regex(rf"(?:{CURRENCY})?\d[\d.,]*[-–—]$")
"""The first of two numbers, where the second stands in the line below: heads of narrow columns."""

DAY, YEAR = defer_regex(r"(?:[12]?\d|3[01]),$"), defer_regex(r"(?:19|20)\d\d$")
"""What a date ends with, where its month stands in the line above."""

DOTS = defer_regex(r"[.…‥·_]+$")
LEADER = defer_regex(r"(?:[.…·]{3,}|_{3,})$")
"""Dots on their own, and dots that run on from a label."""

DOT_ENDS = frozenset(".…‥·_\n")
"""What a match of ``DOTS`` or ``LEADER`` ends with, or stands before."""

ENDS_LEADER = (".", "…", "·", "_")

FEWEST_DOTS = 3
"""Words of dots in a row that are a leader: one ends a sentence."""

NUMBER_GAP = 0.12
"""In heights of a line: the least white between two numbers of neighbouring columns; less is one number."""

TEXT_GAP = 0.65
"""In heights of a line: less parts no words of one label."""

AFTER_GAP = 6.0
"""In heights of a line: how far behind its number a bracket or percent sign may stand, with nothing between:
some layouts give it a cell of its own."""

MOST_KEPT = 8192
"""Answers about words that are kept: a page of figures has some hundred different ones."""

PLUS_MINUS = "±"
IN_BRACKETS = defer_regex(r"[(\[]\d[\d.,]*%?[)\]][*†‡§]*$")
"""What follows a number in its cell: an error or a share."""

BRACKET_GAP = 0.42
"""In heights of a line: the white between a number and what follows it in brackets; a column of negative
figures stands further off."""

GROUP_GAP = 0.4
"""In heights of a line: the white between groups of digits of one number."""

FEWEST_GROUPED, SHARE_GROUPED = 3, 0.25
"""Numbers of a table, and share of them, that have groups apart where spaces part thousands."""

STICKING_OUT = 0.7
"""Of the average letter's width: how wide a bracket or a percent sign is."""

THOUSANDS = defer_regex(r"\d{3}(?:[.,]\d+)?[)%]?$")
GROUPED = defer_regex(r"[(\[+−-]?\d{1,3}$")
"""A group of three digits behind a thin space, and what may stand before it."""


@dataclass(slots=True)
class Figures:
    """A row's pieces, and the words that are no part of the text: leader dots, and signs that are in their
    number's word now."""

    row: Row
    left_out: list[PlacedWord] = field(default_factory=list)


def is_figure(piece: Piece) -> bool:
    """Whether a piece is one number, with its signs, or what stands for a missing one."""
    # Most pieces are one word: no list is made of it.
    if len(piece.words) == 1:
        return _is_number(piece.words[0].text)
    words = [word.text for word in piece.words]
    if _is_sign_before(words[0]):
        words = words[1:]
    if len(words) > 2 and words[1] == PLUS_MINUS:
        words = [words[0], *words[3:]] if _is_number(words[2]) else words
    if len(words) > 1 and GROUPED.match(words[0]) and all(map(THOUSANDS.match, words[1:])):
        return True
    if len(words) == 2 and IN_BRACKETS.match(words[1]):
        return _is_number(words[0])
    return len(words) == 1 and _is_number(words[0])


# Words are asked about many times on their page and the next ones: as part of each piece that they may begin,
# end or go on with. To look an answer up takes a tenth of the time that it takes to match an expression.


@lru_cache(MOST_KEPT)
def _is_number(text: str) -> bool:
    """Whether a word is a number, or what stands for a missing one."""
    return FIGURE.match(text) is not None and COUNTED_IN.match(text) is None


@lru_cache(MOST_KEPT)
def _is_sign_before(text: str) -> bool:
    return bool(text) and SIGN_BEFORE.match(text) is not None and text not in "–−-+"


@lru_cache(MOST_KEPT)
def _is_sign_after(text: str) -> bool:
    return SIGN_AFTER.match(text) is not None


def is_year(piece: Piece) -> bool:
    """Whether a piece is a year, which stands above columns and looks like a number."""
    return all(DATED.match(word.text) for word in piece.words)


def is_group(piece: Piece) -> bool:
    """Whether a piece is a class such as an age group: one at the left of a row is its label."""
    return len(piece.words) == 1 and GROUP.match(piece.words[0].text) is not None


def opens_range(piece: Piece) -> bool:
    """Whether a piece ends with the first of two numbers, and the second must stand in the line below."""
    return OPEN_RANGE.match(piece.words[-1].text) is not None


def read_figures(row: Row) -> Figures:
    """A row of words as the pieces that a table's cells are made of."""
    # From left to right: signs and dots are often written to the page after all figures.
    words = sorted((word for piece in row.pieces for word in piece.words), key=lambda word: word.box.x0)
    found = Figures(Row(row.top, row.bottom, row.height, []))
    after_leader = False
    # Counted over the row: single dots between blanks are a leader as well, one dot is the end of a sentence.
    dots = sum(_dots_of(word.text) for word in words) >= FEWEST_DOTS
    for word, after in zip(words, [*words[1:], None], strict=True):
        dotted = word.text[-1:] in DOT_ENDS
        if dotted and ((dots and DOTS.match(word.text)) or LEADER.fullmatch(word.text)):
            found.left_out.append(word)
            # Producers write "Revenue." and the other dots as words of their own.
            _strip_last(found.row.pieces, after_leader)
            after_leader = True
            continue
        _place_word(found, _without_leader(word), after_leader or _opens_text(word, after, found.row))
        after_leader = dotted and LEADER.search(word.text) is not None
    return found


def _opens_text(word: PlacedWord, after: PlacedWord | None, row: Row) -> bool:
    """Whether a percent sign that stands away from the number before it begins a text, such as "% change"."""
    if after is None or not row.pieces or word.text != "%" or not after.text[:1].isalpha():
        return False
    near = TEXT_GAP * row.height
    return after.box.x0 - word.box.x1 <= near < word.box.x0 - row.pieces[-1].x1


def _dots_of(text: str) -> int:
    """How many dots of a leader a word may be."""
    if text[-1:] not in DOT_ENDS:  # as nearly all
        return 0
    if DOTS.match(text):
        return len(text)
    return FEWEST_DOTS if LEADER.search(text) else 0


def _strip_last(pieces: Sequence[Piece], after_leader: bool) -> None:
    """The dot that ends a label before a leader is the leader's first."""
    if pieces and not after_leader:
        word = pieces[-1].words[-1]
        if word.text.endswith(".") and len(word.text) > 1:
            pieces[-1].words[-1] = word._replace(text=word.text[:-1])


def _without_leader(word: PlacedWord) -> PlacedWord:
    """A label without the dots that run on from it; its box ends in proportion."""
    if word.text[-1:] not in ENDS_LEADER:
        return word
    text = re.sub(r"[.…·_]{3,}$", "", word.text)
    if text == word.text or not text:
        return word
    x0, _, x1, _ = word.box
    return word._replace(text=text, box=word.box._replace(x1=x0 + (x1 - x0) * len(text) / len(word.text)))


def _place_word(found: Figures, word: PlacedWord, parted: bool) -> None:
    pieces = found.row.pieces
    last = pieces[-1] if pieces else None
    if last is None or parted:
        pieces.append(Piece(word.box.x0, word.box.x1, [word]))
        return
    gap = (word.box.x0 - last.x1) / max(found.row.height, 1.0)
    # However far: layouts put the currency's sign at the left edge of the column.
    if _opens(last) and _is_number(word.text):
        _join_sign(found, last, word)
    elif gap <= AFTER_GAP and _is_sign_after(word.text) and is_figure(last):
        _close(found, last, word)
    elif _goes_on(last, word, gap):
        last.words.append(word)
        last.x1 = max(last.x1, word.box.x1)
    else:
        pieces.append(Piece(word.box.x0, word.box.x1, [word]))


def _goes_on(last: Piece, word: PlacedWord, gap: float) -> bool:
    """Whether a word goes on with a piece: two numbers do only as groups of one."""
    if gap > TEXT_GAP:
        return False
    before = last.words[-1].text
    # What follows ± is the error of the number before it and no column of its own.
    if before == PLUS_MINUS or (DAY.match(before) and YEAR.match(word.text)):
        return True
    if not is_figure(last):
        # A currency's sign close behind a label begins the first column of figures.
        return not (_is_sign_before(word.text) and gap > NUMBER_GAP and _is_money(word.text))
    if IN_BRACKETS.match(word.text) and not before.endswith(")"):
        return gap <= BRACKET_GAP
    if _is_number(word.text) or _is_sign_before(word.text):
        return gap <= NUMBER_GAP
    return True


def _is_money(text: str) -> bool:
    return re.fullmatch(CURRENCY, text) is not None


def _opens(piece: Piece) -> bool:
    """Whether a piece is a sign alone that waits for its number."""
    return len(piece.words) == 1 and _is_sign_before(piece.words[0].text)


def _join_sign(found: Figures, piece: Piece, word: PlacedWord) -> None:
    sign = piece.words[0]
    if sign.text.endswith("("):
        piece.words = [_merge(found, sign, word)]
    else:
        piece.words.append(word)
    piece.x1 = max(piece.x1, word.box.x1)


def _close(found: Figures, piece: Piece, word: PlacedWord) -> None:
    last = piece.words[-1]
    piece.words[-1] = _merge(found, last, word)
    if word.text.isalpha() and word.box.x0 - piece.x1 > TEXT_GAP * found.row.height:
        piece.words[-1] = piece.words[-1]._replace(box=last.box)  # the unit stands in a column of its own
        return
    piece.x1 = max(piece.x1, word.box.x1)


def _merge(found: Figures, one: PlacedWord, other: PlacedWord) -> PlacedWord:
    """Two words as one, at the place of the first."""
    found.left_out.append(other)
    return one._replace(text=one.text + other.text, box=around((one.box, other.box)))


def figure_edge(piece: Piece) -> float:
    """Where the digits of a figure end, in points: brackets and percent signs stick out of their column."""
    word = piece.words[-1]
    digits = word.text.rstrip(")]%‰*†‡§")
    width = word.box.width / max(1, len(word.text))
    return word.box.x1 - width * (len(word.text) - len(digits)) * STICKING_OUT


def join_groups(rows: Sequence[Figures]) -> None:
    """Join numbers whose groups of three digits a space parts, where all of a column are such."""
    pairs = [pair for found in rows for pair in _group_pairs(found.row)]
    numbers = sum(is_figure(piece) for found in rows for piece in found.row.pieces)
    # One pair may be two columns, "12" and "345" side by side by chance; many are a way of writing thousands.
    if len(pairs) < max(FEWEST_GROUPED, SHARE_GROUPED * numbers):
        return
    for found in rows:
        # From the right: 1 234 567 has three groups, and the first takes what its neighbour has taken.
        for left, right in reversed(list(_group_pairs(found.row))):
            left.words += right.words
            left.x1 = right.x1
            found.row.pieces.remove(right)


def _group_pairs(row: Row) -> Iterator[tuple[Piece, Piece]]:
    pieces = row.pieces
    for left, right in pairwise(pieces):
        near = right.x0 - left.x1 <= GROUP_GAP * row.height
        if near and THOUSANDS.match(right.words[0].text) and GROUPED.match(left.words[-1].text):
            yield left, right


def all_words(rows: Iterable[Row]) -> Iterator[PlacedWord]:
    """The words of rows, from top to bottom and from left to right."""
    return (word for row in rows for piece in row.pieces for word in piece.words)
