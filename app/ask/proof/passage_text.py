"""The words of consecutive pages as one string to find quotes in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

from app.ask.proof.cutting import cut, goes_on
from app.ask.proof.quote_key import Key, key_of
from app.ask.proof.signs import Signs
from app.ask.proof.spelling import normalize_spelling
from app.ask.proof.turning import (
    languages_of,
)
from app.ask.proof.turning_words import (
    LANGUAGES,
    Language,
)
from app.core.geometry import Word, around
from app.core.page import Block, BlockKind, Page
from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced, pieces

Ranges = tuple[tuple[int, int], ...]
"""Half-open ranges of words, in the order in which they are read."""

_STOP = defer_regex(r"[.!?:;。！？：；｡][\"'”’)\]）」』】》]*(?:\d{1,2}|\[[\d, ]+\])?$")
_CAPTION = defer_regex(
    r"(?:fig|figure|table|tab|abb|abbildung|tabelle|tableau|figura|tabla|tabella|tabela|obr|tabulka|рис|табл"
    r"|图|圖|表|図)\.?\s*(?:[\dIVX]|\w\.)",
    re.IGNORECASE,
)

_PAGE_NUMBER = defer_regex(r"\W*(?:\d{1,4}|[ivxl]{1,6})\W*")

SHORTEST_NOTE = 4
"""Words of a note in the middle of a column; less of small type is part of a formula."""

NOTE = 0.95
"""The largest font size of a note between the parts of a paragraph, relative to the paragraph's."""

NEIGHBOURS = 60
"""Words on each side of one whose language is asked for."""

FLOATS = 6
"""Parts (footer, notes, header, figures, captions) that stand between two parts of a sentence at most, but
for a table's cells."""

CLOSE = 0.12
"""Half a space, in line heights: figures with a smaller gap, such as a power's, read as one number."""


class Part(NamedTuple):
    """Words that read as one: a paragraph's, a heading's, an item's, or those of a table's cell.

    ``first`` and ``last`` are a half-open range of the text's words, ``page`` the place of the page among
    those of the text; ``block`` is ``None`` for words that stand in none; ``row`` and ``column`` are those of
    a table's cell, from 0, else -1.
    """

    first: int
    last: int
    page: int
    block: Block | None = None
    row: int = -1
    column: int = -1

    @property
    def kind(self) -> BlockKind:
        """What the words are of: words in no block are text."""
        return self.block.kind if self.block else BlockKind.TEXT


class PassageText:
    """The words of pages, and the ways in which they are read.

    A word of a script without word spaces is cut into its letters: a quote may begin and end at any of them.
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
                Part(begins[start], begins[end], at, block, *cell) for start, end, block, cell in _parts(page)
            ]

    @cached_property
    def reading(self) -> ReadingOrder:
        """All words, in the order in which they are read."""
        return ReadingOrder(self, range(len(self.words)))

    @cached_property
    def flow(self) -> ReadingOrder | None:
        """The words without what cuts a sentence in two: furniture, figures, captions and notes at a column's
        or page's end. ``None`` where nothing does."""
        aside = [
            range(self.parts[at].last, self.parts[later].first)
            for at, later in self._joins.items()
            if later > at + 1
        ]
        left_out = frozenset(chain.from_iterable(aside))
        return (
            ReadingOrder(self, [n for n in range(len(self.words)) if n not in left_out]) if left_out else None
        )

    @cached_property
    def unfurnished(self) -> ReadingOrder | None:
        """The words without headers, footers and page numbers, ``None`` if there are none."""
        kept = [part for part in self.parts if not (part.block and part.block.furniture)]
        if len(kept) == len(self.parts):
            return None
        return ReadingOrder(self, [n for part in kept for n in range(part.first, part.last)])

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages that the pages may be in."""
        return languages_of(word.text for word in self.words)

    def languages_at(self, word: int) -> tuple[Language, ...]:
        """Return the languages of the words around a place, those of the pages where they do not tell."""
        near = languages_of(each.text for each in self.words[max(0, word - NEIGHBOURS) : word + NEIGHBOURS])
        # All of them come back where the words around are too few to tell.
        return near if len(near) < len(LANGUAGES) else self.languages

    def apart(self, word: int) -> bool:
        """Return whether a word stands apart from the one before it."""
        before, box = self.words[word - 1].box, self.words[word].box
        height = max(before.height, box.height)
        return before.shared_height(box) <= 0 or not -height <= box.x0 - before.x1 <= CLOSE * height

    def whole(self, words: Sequence[int]) -> list[Word]:
        """Return words (ascending), the parts of one that was cut put together again."""
        parts: dict[int, list[Word]] = {}
        for word in words:
            parts.setdefault(bisect_right(self._begins, word), []).append(self.words[word])
        return [
            Word("".join(part.text for part in each), around(part.box for part in each))
            if len(each) > 1
            else each[0]
            for each in parts.values()
        ]

    def text_between(self, first: int, last: int) -> str:
        """Return a range of words as it reads, with single spaces."""
        words = self.whole(range(first, last))
        joints = ["" if goes_on(*pair) else " " for pair in pairwise(words)]
        return "".join(chain.from_iterable(zip((word.text for word in words), [*joints, ""], strict=True)))

    def joined_before(self, at: int) -> int | None:
        """Return the place of the part that the one at a place goes on with in the middle of a sentence."""
        return self._joined.get(at)

    def joined_after(self, at: int) -> int | None:
        """Return the place of the part that goes on with the sentence at the end of the one at a place."""
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
            # Further on, a part that happens to begin in lower case is the rest of another sentence.
            if other.page > part.page + 1 or sum(each.row < 0 for each in between) > FLOATS:
                return None
            # The pages given need not follow each other, and a sentence goes on on the next one alone.
            if other.page != part.page and self.pages[other.page].number != self.pages[part.page].number + 1:
                return None
            if self._goes_on(part, other) and self._may_stand_between(part, between, other):
                return later
            between.append(other)
        return None

    def _goes_on(self, part: Part, other: Part) -> bool:
        """Return whether a part reads as the rest of a sentence that is cut at another's end."""
        # A point behind a point is the next one: in many lists each begins in lower case, and none has a
        # stop.
        if not _is_text(other) or (part.kind is BlockKind.ITEM and other.kind is BlockKind.ITEM):
            return False
        if other.block and _PAGE_NUMBER.fullmatch(other.block.text):
            return False
        if part.block and other.block and not _same_size(part.block, other.block):
            return False
        last, first = self.words[part.last - 1].text, self.words[other.first].text
        hyphen = len(last) > 1 and last[-1] in "-‐\u00ad" and last[-2].isalpha()
        # A script without capitals, or a figure, does not tell by how it begins: the open end above decides.
        return first[0].islower() or hyphen or is_unspaced(first[0]) or not _has_case(first)

    def _may_stand_between(self, part: Part, between: Sequence[Part], other: Part) -> bool:
        """Return whether what stands between the parts of a sentence is no part of the text: furniture,
        figures, captions and notes, and where a column or page ends also a table."""
        elsewhere = other.page != part.page or (
            part.block is not None and other.block is not None and other.block.box.top < part.block.box.top
        )
        return all(
            # Small type in the middle of a column may be a part of a formula, and so of the sentence.
            self._is_aside(part, each, 1 if elsewhere else SHORTEST_NOTE) or (elsewhere and each.row >= 0)
            for each in between
        )

    def _is_aside(self, part: Part, each: Part, fewest: int) -> bool:
        block = each.block
        if block is None:
            return False
        if block.furniture or block.kind is BlockKind.FIGURE:
            return True
        if _CAPTION.match(block.text) or _PAGE_NUMBER.fullmatch(block.text):
            return True
        size = part.block.size if part.block else 0.0
        small = block.kind is BlockKind.TEXT and 0 < block.size <= NOTE * size
        return small and each.last - each.first >= fewest

    def part_index(self, word: int) -> int:
        """Return the place of the part that a word stands in."""
        return bisect_right(self._firsts, word) - 1

    @cached_property
    def _firsts(self) -> list[int]:
        return [part.first for part in self.parts]

    def page_index(self, word: int) -> int:
        """Return the place, among the pages, of the one that a word stands on."""
        return bisect_right(self.page_starts, word) - 1

    def page_range(self, at: int) -> tuple[int, int]:
        """Return the half-open range of the words of the page at a place."""
        return self.page_starts[at], [*self.page_starts, len(self.words)][at + 1]


class ReadingOrder:
    """Words of a text in an order in which they are read, as one string, with the way back to them."""

    def __init__(self, text: PassageText, numbers: Sequence[int]) -> None:
        self.text = text
        self.numbers = numbers
        """Of each word, its place among those of the text."""

    @cached_property
    def words(self) -> list[Word]:
        """The words."""
        return [self.text.words[number] for number in self.numbers]

    @cached_property
    def spelled(self) -> list[str]:
        """Each word in one spelling."""
        # Normalized, a soft hyphen is gone; at a word's end it is the hyphen that is seen where a line ends.
        return [normalize_spelling(word.text) + "-" * word.text.endswith("\u00ad") for word in self.words]

    @cached_property
    def key(self) -> Key:
        """All words in one string."""
        return key_of(self.spelled)

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the key, and the key's length."""
        # The key's places are those after its hyphens went; the words' lengths still have them.
        dropped = [place + n for n, place in enumerate(self.key.hyphens)]
        starts, at = [], 0
        for text in [*self.spelled, ""]:
            starts.append(at - bisect_left(dropped, at))
            at += len(text)
        return starts

    @cached_property
    def signs(self) -> Signs:
        """The words as they are compared where they do not stand character for character."""
        return Signs([word.text for word in self.words])

    @cached_property
    def breakable(self) -> frozenset[int]:
        """The places of left out hyphens that end a word: a quote may have them or not."""
        cut = (n for n, text in enumerate(self.spelled) if len(text) > 1 and text.endswith("-"))
        return frozenset(self.starts[n + 1] for n in cut) & frozenset(self.key.hyphens)

    @cached_property
    def close(self) -> frozenset[int]:
        """The places in the key where words stand so near that they read as one."""
        places = (*self.key.breaks, *self.key.spaces)
        return frozenset(place for place in places if not self._apart(self.word_at(place)))

    def _apart(self, word: int) -> bool:
        number = self.numbers[word]
        return number - 1 != self.numbers[word - 1] or self.text.apart(number)

    def word_at(self, place: int) -> int:
        """Return the word that the key's character at ``place`` belongs to."""
        return bisect_right(self.starts, place, hi=len(self.words)) - 1

    def ranges(self, first: int, last: int) -> Ranges:
        """Return a half-open range of these words as ranges of the text's."""
        found: list[tuple[int, int]] = []
        for number in self.numbers[first:last]:
            if found and found[-1][1] == number:
                found[-1] = found[-1][0], number + 1
            else:
                found.append((number, number + 1))
        return tuple(found)


def _is_text(part: Part) -> bool:
    return (
        part.block is not None
        and part.kind in (BlockKind.TEXT, BlockKind.ITEM)
        and not part.block.furniture
        and not _CAPTION.match(part.block.text)
    )


SAME_SIZE = 0.5
"""Points between the type sizes of two parts of one text: less than a step between body text and a note,
which is a point or more, and more than what rounding and scaling make of one size."""


def _same_size(one: Block, other: Block) -> bool:
    return not (one.size and other.size) or abs(one.size - other.size) <= SAME_SIZE


def _has_case(text: str) -> bool:
    return any(character.isupper() or character.islower() for character in text)


_NO_CELL = (-1, -1)


def _parts(page: Page) -> Iterator[tuple[int, int, Block | None, tuple[int, int]]]:
    """Yield half-open ranges of a page's words, each with its block and its row and column in a table."""
    at = 0
    for block in sorted(page.blocks, key=lambda block: block.words):
        start, end = block.words
        if start > at:
            yield at, start, None, _NO_CELL
        if end > max(at, start):
            yield from _cells(block) if start >= at else [(at, end, block, _NO_CELL)]
            at = end
    if at < len(page.words):
        yield at, len(page.words), None, _NO_CELL


def _cells(block: Block) -> Iterator[tuple[int, int, Block, tuple[int, int]]]:
    """Yield the cells of a table that have words, one after the other; all of it where their words are not
    told apart, and of any other block."""
    counts = [((cell.row, cell.column), len(cell.text.split())) for cell in block.cells]
    at, end = block.words
    if not counts or sum(count for _, count in counts) != end - at:
        yield at, end, block, _NO_CELL
        return
    for cell, count in counts:
        if count:
            yield at, at + count, block, cell
        at += count
