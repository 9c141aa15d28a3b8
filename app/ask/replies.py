"""Parses a model's reply as it streams: plain text with quotes in ``[[n: "…"]]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.ports import Delta
from app.core.process.patterns import defer_regex

_OPEN, _CLOSE = "[[", "]]"
_QUOTE = defer_regex(r"\s*(?:passage\s*)?(\d{1,3})?\s*[:,]?\s*(.*?)\s*", re.DOTALL | re.IGNORECASE)
_UNDECIDED = defer_regex(r"\[[\d\s,]{0,40}$")
"""The beginning of a quote, or of a bracketed number that must be seen whole."""

LONGEST_QUOTE = 2000
"""Characters after which an opened quote is taken to be none."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote that the model gave, and the passage it named: 0 if none."""

    passage: int
    words: str


class Meter:
    """The text of a stream, and the tokens that it cost."""

    def __init__(self, deltas: Iterable[Delta]) -> None:
        self._deltas = deltas
        self.tokens_in = self.tokens_out = 0
        self.seen = False

    def __iter__(self) -> Iterator[str]:
        for delta in self._deltas:
            # Servers count in each piece, or in the last alone: the highest number is the whole.
            self.tokens_in = max(self.tokens_in, delta.tokens_in)
            self.tokens_out = max(self.tokens_out, delta.tokens_out)
            self.seen = self.seen or bool(delta.text.strip())
            yield delta.text


def parse_reply(pieces: Iterable[str]) -> Iterator[str | Quote]:
    """Yield text as early as it can be known to be no quote, and each quote when it is closed.

    Whatever the pieces are, nothing is raised: a quote that is never closed is a quote up to the end.
    """
    held = ""
    for piece in pieces:
        held += piece
        while (step := _step(held)) is not None:
            part, held = step
            if part:
                yield part
    if held.startswith(_OPEN):
        yield _quote(held[len(_OPEN) :])
    elif held:
        yield held


def _step(held: str) -> tuple[str | Quote, str] | None:
    """Return what can be given out now and what is left, ``None`` where more must be seen."""
    if held.startswith(_OPEN):
        end = held.find(_CLOSE, len(_OPEN))
        if end >= 0:
            while held.startswith(_CLOSE, end + 1):  # the quote itself ends with a bracket
                end += 1
            return _quote(held[len(_OPEN) : end]), held[end + len(_CLOSE) :]
        # One sign at a time: a real quote may open right behind brackets that were none.
        return (_OPEN[:1], held[1:]) if len(held) > LONGEST_QUOTE else None
    at = held.find(_OPEN)
    if at >= 0:
        return held[:at], held[at:]
    undecided = _UNDECIDED.search(held)
    whole = undecided.start() if undecided else len(held)
    return (held[:whole], held[whole:]) if whole else None


def _quote(inside: str) -> Quote:
    found = _QUOTE.fullmatch(inside)
    number, said = (found[1], found[2]) if found else (None, inside)
    return Quote(int(number or 0), said)
