"""Quotes found character for character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from app.ask.proof.passage_text import Ranges, ReadingOrder
from app.ask.proof.quote_key import Key
from app.core.process.patterns import defer_regex

_OPENING = defer_regex(r"[\"'(\[{•*¶§]*")
_CLOSING = defer_regex(r"[\"')\]}.,;:!*†‡-]*")
_NOTE = defer_regex(r"[\"')\]}.,;:!?]+\d{1,2}")
"""The number of a footnote, set right behind a sentence."""

_GLUED = defer_regex(r"(?:[a-z]{2}|[)\]\"'])[.!?][\"')\]]?$")
"""The end of a sentence whose next one follows without a space."""

_ACCOUNTED = defer_regex(r"\([\d.,]+%?\)")
"""A negative number, as accountants write it."""


def find_exact(reading: ReadingOrder, quote: Key) -> Iterator[Ranges]:
    """Yield where the quote stands, whole words only."""
    for start in _occurrences(reading.key.text, quote.text):
        end = start + len(quote.text)
        if _same_joints(reading, quote, start) and _begins_word(reading, start) and _ends_word(reading, end):
            yield reading.ranges(reading.word_at(start), reading.word_at(end - 1) + 1)


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        # From the next letter, not behind the place: places may overlap.
        at = text.find(part, at + 1)


def _same_joints(reading: ReadingOrder, quote: Key, start: int) -> bool:
    """Return whether the quote is joined as the text from ``start`` is: with its hyphens, but for those
    that may end a line, and with its spaces, but for those too narrow to be seen."""
    key, after = reading.key, start + len(quote.text)

    def same(quoted: Sequence[int], standing: Sequence[int], free: frozenset[int]) -> bool:
        said = {place + start for place in quoted if 0 < place < len(quote.text)}
        there = set(standing[bisect_right(standing, start) : bisect_left(standing, after)])
        # One way only: a hyphen of the quote must stand there, one that stands there may be a line's end.
        return said <= there and there - said <= free

    return (
        same(quote.hyphens, key.hyphens, reading.breakable)
        and same(quote.breaks, key.breaks, reading.close)
        and same(quote.spaces, key.spaces, reading.close)
    )


def _begins_word(reading: ReadingOrder, start: int) -> bool:
    key, word = reading.key.text, reading.word_at(start)
    before = key[reading.starts[word] : start]
    if not _OPENING.fullmatch(before):
        return False
    # Without its bracket a negative number would be quoted as a positive one.
    return not (before.endswith("(") and _ACCOUNTED.match(key, start - 1, reading.starts[word + 1]))


def _ends_word(reading: ReadingOrder, end: int) -> bool:
    key, last = reading.key.text, reading.starts[reading.word_at(end - 1) + 1]
    if _CLOSING.fullmatch(key, end, last):
        return True
    # A missing space, as in "ended.The": the quote ends with the sentence.
    if key[end].isupper() and _GLUED.search(key, max(0, end - 4), end):
        return True
    letters = end
    while letters and _CLOSING.fullmatch(key, letters - 1, end):
        letters -= 1
    # Behind a letter: behind a digit the note's number could be the rest of a figure.
    return bool(_NOTE.fullmatch(key, letters, last)) and key[letters - 1 : letters].isalpha()
