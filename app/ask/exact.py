"""Quotes found character for character."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from app.ask.passage_text import Key, PassageText, Ranges

SHORTEST_SEED = 4
"""Characters of a quote that must stand together at the end of a block that it leaves."""

MOST_JUMPS = 3
"""Times that a quote may go on in another block: a column's end, a page's end, a figure between."""

_OPENING = re.compile(r"[\"'(\[{•*¶§]*")
_CLOSING = re.compile(r"[\"')\]}.,;:!?*†‡-]*")
_NOTE = re.compile(r"[\"')\]}.,;:!?]+\d{1,2}")
"""The number of a footnote, set right behind a sentence."""

_ACCOUNTED = re.compile(r"\([\d.,]+%?\)")
"""A negative number, as accountants write it."""


def find_exact(text: PassageText, quote: Key) -> Iterator[Ranges]:
    """Where the quote stands, whole words only: in one piece first, then across the ends of blocks."""
    found = False
    for start in _occurrences(text.key.text, quote.text):
        end = start + len(quote.text)
        if _same_joints(text, quote, start) and _whole(text, start, end):
            found = True
            yield ((text.word_at(start), text.word_at(end - 1) + 1),)
    if not found:
        yield from _find_jumping(text, quote)


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _same_joints(text: PassageText, quote: Key, start: int, offset: int = 0, end: int | None = None) -> bool:
    """Whether the quote from ``offset`` to ``end`` is joined as the text from ``start`` is: with its hyphens,
    but for those that may end a line, and with its spaces between figures."""
    last = len(quote.text) if end is None else end
    after = start + last - offset

    def same(quoted: Sequence[int], standing: Sequence[int], free: frozenset[int]) -> bool:
        said = {place - offset + start for place in quoted if offset < place < last}
        there = set(standing[bisect_right(standing, start) : bisect_left(standing, after)])
        return said <= there and there - said <= free

    close = frozenset(text.key.breaks) - text.wide_breaks
    return same(quote.hyphens, text.key.hyphens, text.breakable) and same(
        quote.breaks, text.key.breaks, close
    )


def _whole(text: PassageText, start: int, end: int) -> bool:
    return _begins_word(text, start) and _ends_word(text, end)


def _begins_word(text: PassageText, start: int) -> bool:
    key, word = text.key.text, text.word_at(start)
    before = key[text.starts[word] : start]
    if not _OPENING.fullmatch(before):
        return False
    return not (before.endswith("(") and _ACCOUNTED.match(key, start - 1, text.starts[word + 1]))


def _ends_word(text: PassageText, end: int) -> bool:
    key, last = text.key.text, text.starts[text.word_at(end - 1) + 1]
    if _CLOSING.fullmatch(key, end, last):
        return True
    letters = end
    while letters and _CLOSING.fullmatch(key, letters - 1, end):
        letters -= 1
    return bool(_NOTE.fullmatch(key, letters, last)) and key[letters - 1 : letters].isalpha()


# -- across blocks ------------------------------------------------------------------------------------------


def _find_jumping(text: PassageText, quote: Key) -> Iterator[Ranges]:
    """Matches that end with a block and go on at the start of a later one."""
    seed = quote.text[:SHORTEST_SEED]
    for number, (first, last, *_) in enumerate(text.parts):
        low, high = text.starts[first], text.starts[last]
        for start in _occurrences(text.key.text[max(low, high - len(quote.text)) : high], seed):
            at = max(low, high - len(quote.text)) + start
            if not _begins_word(text, at):
                continue
            taken = _taken(text, quote, at, high, 0)
            if taken and (rest := _go_on(text, quote, number, taken, MOST_JUMPS)):
                yield ((text.word_at(at), last), *rest)


def _taken(text: PassageText, quote: Key, start: int, high: int, offset: int) -> int:
    """The place in the quote after what stands from ``start`` to the block's end, 0 if that differs."""
    key = text.key.text
    for end in (high, high - 1) if key[high - 1] == "-" else (high,):  # the hyphen of a word cut in two
        here = key[start:end]
        after = offset + len(here)
        if quote.text.startswith(here, offset) and after < len(quote.text):
            return after if _same_joints(text, quote, start, offset, after) else 0
    return 0


def _go_on(text: PassageText, quote: Key, number: int, offset: int, jumps: int) -> Ranges | None:
    if jumps == 0:
        return None
    rest = quote.text[offset:]
    for later in range(number + 1, len(text.parts)):
        first, last, *_ = text.parts[later]
        low, high = text.starts[first], text.starts[last]
        if text.key.text.startswith(rest, low) and low + len(rest) <= high:
            end = low + len(rest)
            if _same_joints(text, quote, low, offset) and _ends_word(text, end):
                return ((first, text.word_at(end - 1) + 1),)
        elif high - low < len(rest) and (taken := _taken(text, quote, low, high, offset)):
            onward = _go_on(text, quote, later, taken, jumps - 1)
            if onward:
                return ((first, last), *onward)
    return None
