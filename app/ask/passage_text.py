"""The words of consecutive pages as one string to find quotes in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

from app.ask.cutting import cut, goes_on
from app.ask.spelling import spelled
from app.ask.tokens import Token, tokens
from app.core.model import Page, Word, around
from app.core.unspaced import pieces

_INNER_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""A hyphen between letters: it may be a line's end, which no quote shows."""

_FIGURES = "0123456789.,"

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


class PassageText:
    """Pages as a key, with the way back from its characters to the words.

    A word of a script without spaces is cut into its letters: a quote may begin and end at any of them.
    ``blocks`` are half-open ranges of words that read as one, in order: a line of text never jumps inside.
    """

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = tuple(pages)
        self.words: list[Word] = []
        self.page_starts: list[int] = []
        self.blocks: list[tuple[int, int]] = []
        self._begins: list[int] = []  # of each word, where its parts do
        for page in pages:
            first = len(self._begins)
            self.page_starts.append(len(self.words))
            for word in page.words:
                self._begins.append(len(self.words))
                self.words += cut(word, pieces(word.text))
            begins = [*self._begins[first:], len(self.words)]
            self.blocks += [(begins[start], begins[end]) for start, end in _blocks(page)]

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

    def page_index(self, word: int) -> int:
        """The place, among the pages, of the one that a word stands on."""
        return bisect_right(self.page_starts, word) - 1

    def page_range(self, at: int) -> tuple[int, int]:
        """The half-open range of the words of the page at a place."""
        return self.page_starts[at], [*self.page_starts, len(self.words)][at + 1]


def _blocks(page: Page) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in sorted(block.words for block in page.blocks if block.words[0] < block.words[1]):
        if start > at:
            yield at, start
        if end > at:
            yield max(at, start), end
            at = end
    if at < len(page.words):
        yield at, len(page.words)
