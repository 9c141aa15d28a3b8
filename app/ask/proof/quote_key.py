"""Words as one string in which a quote is looked for, and where something was left out of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced, pieces

_INNER_HYPHEN = defer_regex(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""A hyphen between letters: it may be a line's end, which no quote shows."""

_SOFT_BREAK = defer_regex(r"(?<=\w)\u00ad\s+(?=\w)")

_FIGURES = "0123456789.,"


@dataclass(frozen=True, slots=True)
class Key:
    """Characters without white space and without hyphens between letters.

    Places are those in ``text`` before which something was left out, ascending: ``hyphens``; ``breaks``,
    white space between figures (1 250 is not 1250); ``spaces``, white space between other letters and
    figures, but for those of scripts without word spaces.
    """

    text: str
    hyphens: tuple[int, ...]
    breaks: tuple[int, ...]
    spaces: tuple[int, ...]


def key_of(words: Sequence[str]) -> Key:
    """Return the key of spelled words."""
    squeezed = "".join(words)
    hyphens = [found.start() for found in _INNER_HYPHEN.finditer(squeezed)]
    breaks, spaces, at = [], [], 0
    for word in words:
        if word and at:
            last, first = squeezed[at - 1], word[0]
            if last in _FIGURES and first in _FIGURES:
                # The key has no hyphens: each one before a place moves it back by one.
                breaks.append(at - bisect_left(hyphens, at))
            elif last.isalnum() and first.isalnum() and not (is_unspaced(last) or is_unspaced(first)):
                spaces.append(at - bisect_left(hyphens, at))
        at += len(word)
    text = _INNER_HYPHEN.sub("", squeezed) if hyphens else squeezed
    return Key(text, tuple(place - n for n, place in enumerate(hyphens)), tuple(breaks), tuple(spaces))


def words_of(quote: str) -> list[str]:
    """Return the words of a quote, cut as those of the text are; one that a soft hyphen parts at a line's
    end is whole."""
    return [piece for word in _SOFT_BREAK.sub("", quote).split() for piece in pieces(word)]
