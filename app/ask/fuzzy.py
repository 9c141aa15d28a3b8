"""Quotes found nearly: another case, punctuation or spelling, small words lost; never another number or a
negation more or less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.ask.passage_text import PassageText, words_of
from app.ask.tokens import tokens
from app.core.unspaced import is_unspaced

FEWEST_WORDS = 4
"""A shorter quote may differ in case and punctuation alone."""

OMITTED_PER_WORDS = 10
"""One word of meaning may be left out of a quote for so many of its words."""

SLACK = 6
"""Words that the text may have more than the quote."""

COMMON = 60
"""A word that stands more often says nothing about where to look."""

WINDOWS = 3
"""Places that are looked at."""

_LIGHT_WORDS = """
    a an the of to in on at for by with and is are was were be been being has have had it its this
    that these those as which who whom from there their our your we such also both ie eg
"""

LIGHT = frozenset(_LIGHT_WORDS.split())
"""Words that may be lost or slipped in: they do not turn what is said."""

_KEPT_WORDS = """
    not no never none nor neither without cannot except unless only if may might could should must
    less more least most minimum maximum before after until or nothing nobody hardly zero one two
    three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion trillion half twice double triple first second third
"""

KEPT = frozenset(_KEPT_WORDS.split())
"""Words that turn what is said: a quote has the same ones in the same order."""

_CONTRACTED = frozenset(
    f"{verb}nt" for verb in ["do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "would"]
) | frozenset(["wont", "cant", "shouldnt", "couldnt", "mustnt", "neednt", "mightnt"])
"""Negations, as they are compared: without the apostrophe."""


def find_fuzzy(text: PassageText, quote: str) -> tuple[int, int] | None:
    """The range of words that the quote stands for, ``None`` if nothing is near enough."""
    wanted = [token.text for token in tokens(words_of(quote))]
    if not wanted:
        return None
    standing = text.tokens
    best: tuple[int, int, int] | None = None
    for low, high in _windows([token.text for token in standing], wanted):
        aligned = _align(wanted, [token.text for token in standing[low:high]])
        if aligned and (best is None or aligned[0] < best[0]):
            best = aligned[0], low + aligned[1], low + aligned[2]
            if not aligned[0]:
                break
    if best is None:
        return None
    return standing[best[1]].first, standing[best[2] - 1].last


def _windows(standing: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the most words of the quote stand at about their distance from its start."""
    places: dict[str, list[int]] = {word: [] for word in wanted}
    for at, word in enumerate(standing):
        if word in places:
            places[word].append(at)
    votes: Counter[int] = Counter()
    for offset, word in enumerate(wanted):
        if len(places[word]) <= COMMON:
            votes.update((at - offset) // SLACK for at in places[word])
    near = {start: votes[start] + votes.get(start + 1, 0) for start in votes}
    for start in sorted(near, key=lambda start: -near[start])[:WINDOWS]:
        if near[start] * 2 >= len(wanted):
            low = start * SLACK - SLACK
            yield max(0, low), min(len(standing), low + len(wanted) + 4 * SLACK)


def _align(wanted: Sequence[str], window: Sequence[str]) -> tuple[int, int, int] | None:
    """(cost, start, end) of the part of the window that is nearest to the quote, if it is near enough.

    Sellers' algorithm: an edit distance whose start and end in the window are free.
    """
    row = [-at for at in range(len(window) + 1)]  # cost and start of the part that ends there, in one number
    lefts = [_left_out(other) * _COST for other in window]
    for word in wanted:
        lost = _slipped_in(word) * _COST
        last = row[0] + lost
        below = [last]
        for at, other in enumerate(window):
            changed = row[at] if word == other else row[at] + _changed(word, other) * _COST
            last = min(changed, row[at + 1] + lost, last + lefts[at])
            below.append(last)
        row = below
    value, end = min((value, end) for end, value in enumerate(row))
    cost = -(-value // _COST)
    start = cost * _COST - value
    return (cost, start, end) if cost <= _limit(len(wanted)) and start < end else None


_COST = 1 << 16
"""What a cost of 1 counts; below it there is room for a start in the window, a later one being better."""

WORST = 1000
"""The cost of what no quote may do."""


def _limit(count: int) -> int:
    """What a quote of so many words may cost: 2 for a word of meaning left out, 1 for anything light."""
    return 0 if count < FEWEST_WORDS else max(1, 2 * count // OMITTED_PER_WORDS)


def _slipped_in(word: str) -> int:
    return 1 if word in LIGHT else WORST


def _left_out(word: str) -> int:
    if word in LIGHT:
        return 1
    return WORST if kept(word) else 2


@lru_cache(maxsize=16384)
def kept(word: str) -> bool:
    """Whether a word must stand in a quote as it stands in the text: a number, a negation, a condition, and
    every letter of a script without spaces, where one may be any of them."""
    exact = any(character.isdigit() or is_unspaced(character) for character in word)
    return exact or word in KEPT or word in _CONTRACTED or word.rstrip("s") in KEPT


@lru_cache(maxsize=65536)
def _changed(word: str, other: str) -> int:
    if word == other:
        return 0
    if word in LIGHT and other in LIGHT:
        return 1
    if kept(word) or kept(other) or not _one_slip(word, other):
        return WORST
    return 1


def _one_slip(one: str, other: str) -> bool:
    """Whether two longer words with one first letter differ in a single letter."""
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or len(long) - len(short) > 1 or short[0] != long[0]:
        return False
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
