"""The words of consecutive pages as one string to find quotes in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

from app.ask.cutting import cut, goes_on
from app.ask.spelling import spelled
from app.ask.tokens import Token, tokens
from app.core.model import Block, BlockKind, Page, Word, around
from app.core.unspaced import is_unspaced, pieces

_INNER_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""A hyphen between letters: it may be a line's end, which no quote shows."""

_FIGURES = "0123456789.,"

Ranges = tuple[tuple[int, int], ...]
"""Half-open ranges of words, in the order in which they are read."""

_STOP = re.compile(r"[.!?:;。！？：；｡][\"'”’)\]）」』】》]*(?:\d{1,2}|\[[\d, ]+\])?$")
_CAPTION = re.compile(
    r"(?:fig|figure|table|tab|abb|abbildung|tabelle|tableau|figura|tabla|tabella|tabela|obr|tabulka|рис|табл"
    r"|图|圖|表|図)\.?\s*(?:[\dIVX]|\w\.)",
    re.IGNORECASE,
)

NOTE = 0.95
"""Of the type of a paragraph, that of a note that stands between its parts at most."""

FLOATS = 6
"""Parts (footer, notes, header, figures, captions) that stand between two parts of a sentence at most, but
for a table's cells."""

CLOSE = 0.12
"""In line heights, half a space: figures no further apart, such as a power's, read as one number."""


@dataclass(frozen=True, slots=True)
class Key:
    """Characters without white space and without hyphens between letters.

    ``hyphens`` are the places in ``text`` before which one was left out, ascending; ``breaks`` those where
    white space stood between figures: 1 250 is not 1250.
    """

    text: str
    hyphens: tuple[int, ...]
    breaks: tuple[int, ...]


def key_of(words: Sequence[str]) -> Key:
    """The key of spelled words."""
    squeezed = "".join(words)
    hyphens = [found.start() for found in _INNER_HYPHEN.finditer(squeezed)]
    breaks, at = [], 0
    for word in words:
        if word[:1] in _FIGURES and squeezed[at - 1 : at] in _FIGURES and word and at:
            breaks.append(at - bisect_left(hyphens, at))
        at += len(word)
    text = _INNER_HYPHEN.sub("", squeezed) if hyphens else squeezed
    return Key(text, tuple(place - n for n, place in enumerate(hyphens)), tuple(breaks))


def words_of(quote: str) -> list[str]:
    """The words of a quote, cut as those of the text are."""
    return [piece for word in quote.split() for piece in pieces(word)]


class Part(NamedTuple):
    """Words that read as one: a paragraph's, a heading's, an item's, or those of a table's cell.

    ``first`` and ``last`` are a half-open range of the text's words, ``page`` the place of the page among
    those of the text; ``block`` is ``None`` for words that stand in none; ``row`` is that of a table's cell,
    from 0, else -1.
    """

    first: int
    last: int
    page: int
    block: Block | None = None
    row: int = -1

    @property
    def kind(self) -> BlockKind:
        """What the words are of: words in no block are text."""
        return self.block.kind if self.block else BlockKind.TEXT


class PassageText:
    """Pages as a key, with the way back from its characters to the words.

    A word of a script without spaces is cut into its letters: a quote may begin and end at any of them.
    ``parts`` follow each other in the order in which they are read, and hold every word.
    """

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = tuple(pages)
        self.words: list[Word] = []
        self.page_starts: list[int] = []
        self.parts: list[Part] = []
        self._begins: list[int] = []  # of each word, where its parts do
        for at, page in enumerate(pages):
            first = len(self._begins)
            self.page_starts.append(len(self.words))
            for word in page.words:
                self._begins.append(len(self.words))
                self.words += cut(word, pieces(word.text))
            begins = [*self._begins[first:], len(self.words)]
            self.parts += [
                Part(begins[start], begins[end], at, block, row) for start, end, block, row in _parts(page)
            ]

    @cached_property
    def spelled(self) -> list[str]:
        """Each word in one spelling."""
        return [spelled(word.text) for word in self.words]

    @cached_property
    def key(self) -> Key:
        """All words in reading order."""
        return key_of(self.spelled)

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the key, and the key's length."""
        dropped = [place + n for n, place in enumerate(self.key.hyphens)]
        starts, at = [], 0
        for text in [*self.spelled, ""]:
            starts.append(at - bisect_left(dropped, at))
            at += len(text)
        return starts

    @cached_property
    def breakable(self) -> frozenset[int]:
        """The places of left out hyphens that end a word: a quote may have them or not."""
        cut = (n for n, text in enumerate(self.spelled) if len(text) > 1 and text.endswith("-"))
        return frozenset(self.starts[n + 1] for n in cut) & frozenset(self.key.hyphens)

    @cached_property
    def tokens(self) -> list[Token]:
        """The words as they are compared where nothing stands character for character."""
        return tokens([word.text for word in self.words])

    @cached_property
    def wide_breaks(self) -> frozenset[int]:
        """The places in the key between figures that stand visibly apart."""
        return frozenset(place for place in self.key.breaks if self._apart(self.word_at(place)))

    def _apart(self, word: int) -> bool:
        """Whether a word stands apart from the one before it."""
        before, box = self.words[word - 1].box, self.words[word].box
        height = max(before.bottom - before.top, box.bottom - box.top)
        shared = min(before.bottom, box.bottom) - max(before.top, box.top)
        return shared <= 0 or not -height <= box.x0 - before.x1 <= CLOSE * height

    def word_at(self, place: int) -> int:
        """The word that the key's character at ``place`` belongs to."""
        return bisect_right(self.starts, place, hi=len(self.words)) - 1

    def whole(self, words: Sequence[int]) -> list[Word]:
        """Words (ascending), the parts of one that was cut put together again."""
        parts: dict[int, list[Word]] = {}
        for word in words:
            parts.setdefault(bisect_right(self._begins, word), []).append(self.words[word])
        return [
            Word("".join(part.text for part in each), around(part.box for part in each))
            if len(each) > 1
            else each[0]
            for each in parts.values()
        ]

    def said(self, first: int, last: int) -> str:
        """A range of words as it reads, with single spaces."""
        words = self.whole(range(first, last))
        joints = ["" if goes_on(*pair) else " " for pair in pairwise(words)]
        return "".join(chain.from_iterable(zip((word.text for word in words), [*joints, ""], strict=True)))

    def joined_before(self, at: int) -> int | None:
        """The place of the part that the one at a place goes on with in the middle of a sentence."""
        return self._joined.get(at)

    def joined_after(self, at: int) -> int | None:
        """The place of the part that goes on with the sentence at the end of the one at a place."""
        return self._joins.get(at)

    @cached_property
    def _joined(self) -> dict[int, int]:
        return {later: at for at, later in self._joins.items()}

    @cached_property
    def _joins(self) -> dict[int, int]:
        """For each part that a column's or page's end, or a figure cuts: the one that goes on."""
        joins = ((at, self._going_on(at)) for at in range(len(self.parts)))
        return {at: later for at, later in joins if later is not None}

    def _going_on(self, at: int) -> int | None:
        part = self.parts[at]
        if not _is_text(part) or _STOP.search(self.words[part.last - 1].text):
            return None
        between: list[Part] = []
        for later in range(at + 1, len(self.parts)):
            other = self.parts[later]
            if other.page > part.page + 1 or sum(each.row < 0 for each in between) > FLOATS:
                return None
            if other.page != part.page and self.pages[other.page].number != self.pages[part.page].number + 1:
                return None
            if self._goes_on(part, other) and self._may_stand_between(part, between, other):
                return later
            between.append(other)
        return None

    def _goes_on(self, part: Part, other: Part) -> bool:
        """Whether a part reads as the rest of a sentence that is cut at another's end."""
        if not _is_text(other) or (part.kind is BlockKind.ITEM and other.kind is BlockKind.ITEM):
            return False
        if part.block and other.block and not _same_size(part.block, other.block):
            return False
        last, first = self.words[part.last - 1].text, self.words[other.first].text
        hyphen = len(last) > 1 and last[-1] in "-‐\u00ad" and last[-2].isalpha()
        return first[0].islower() or hyphen or is_unspaced(first[0]) or not _has_case(first)

    def _may_stand_between(self, part: Part, between: Sequence[Part], other: Part) -> bool:
        """Whether what stands between the parts of a sentence is no part of the text: furniture, figures,
        captions and notes, and where a column or page ends also a table."""
        elsewhere = other.page != part.page or (
            part.block is not None and other.block is not None and other.block.box.top < part.block.box.top
        )
        return all(self._is_aside(part, each) or (elsewhere and each.row >= 0) for each in between)

    def _is_aside(self, part: Part, each: Part) -> bool:
        block = each.block
        if block is None:
            return False
        if block.furniture or block.kind is BlockKind.FIGURE or _CAPTION.match(block.text):
            return True
        size = part.block.size if part.block else 0.0
        return block.kind is BlockKind.TEXT and 0 < block.size <= NOTE * size

    def part_index(self, word: int) -> int:
        """The place of the part that a word stands in."""
        return bisect_right(self._firsts, word) - 1

    @cached_property
    def _firsts(self) -> list[int]:
        return [part.first for part in self.parts]

    def page_index(self, word: int) -> int:
        """The place, among the pages, of the one that a word stands on."""
        return bisect_right(self.page_starts, word) - 1

    def page_range(self, at: int) -> tuple[int, int]:
        """The half-open range of the words of the page at a place."""
        return self.page_starts[at], [*self.page_starts, len(self.words)][at + 1]


def _is_text(part: Part) -> bool:
    return (
        part.block is not None
        and part.kind in (BlockKind.TEXT, BlockKind.ITEM)
        and not part.block.furniture
        and not _CAPTION.match(part.block.text)
    )


def _same_size(one: Block, other: Block) -> bool:
    return not (one.size and other.size) or abs(one.size - other.size) <= 0.5


def _has_case(text: str) -> bool:
    return any(character.isupper() or character.islower() for character in text)


def _parts(page: Page) -> Iterator[tuple[int, int, Block | None, int]]:
    """Half-open ranges of a page's words, with the block that each is of and its row in a table."""
    at = 0
    for block in sorted(page.blocks, key=lambda block: block.words):
        start, end = block.words
        if start > at:
            yield at, start, None, -1
        if end > max(at, start):
            yield from _cells(block) if start >= at else [(at, end, block, -1)]
            at = end
    if at < len(page.words):
        yield at, len(page.words), None, -1


def _cells(block: Block) -> Iterator[tuple[int, int, Block, int]]:
    """The cells of a table that have words, one after the other; all of it where their words are not told
    apart, and of any other block."""
    counts = [(cell.row, len(cell.text.split())) for cell in block.cells]
    at, end = block.words
    if not counts or sum(count for _, count in counts) != end - at:
        yield at, end, block, -1
        return
    for row, count in counts:
        if count:
            yield at, at + count, block, row
        at += count
