"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Sequence

from app.ask.terms import content_words, stem, without_instructions, words
from app.core.passage import Hit
from app.core.unspaced import is_unspaced

ENOUGH = 0.42
"""Least evidence of a passage: its cosine with the question plus ``HELD`` for holding all words of it.

Measured with MiniLM: 77 of 77 answerable questions on business reports have as much, and 2 of 41 foreign
ones ("What is the currency of Japan?"). Alone, the cosine is 0.25 to 0.83 for answerable ones, low where a
short question meets a passage about many things, and up to 0.41 for foreign ones, where the words are not.
"""

HELD = 0.2

WAITING = 0.6
"""Share of the question's words that a passage must hold that has no vector to compare."""

PAIRED = 0.5
"""The same share for a question in a script without word spaces: bigrams across the end of a word are no
words."""

FAINT = 0.15
"""Cosine below which a passage without a single word of the question has nothing to do with it."""


def is_worth_reading(question: str, hits: Sequence[Hit]) -> bool:
    """Return whether to ask a model that writes: it says itself when passages do not answer, and knows
    better than numbers that differ from one embedding model to another."""
    terms = _terms(question)
    return any(hit.similarity is None or hit.similarity >= FAINT or _held(terms, hit) > 0 for hit in hits)


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Return whether one of the hits is evidence enough to answer the question from."""
    terms = _terms(question)
    return any(_supports(terms, hit) for hit in hits)


def _terms(question: str) -> set[str]:
    return set(map(stem, content_words(without_instructions(question))))


def _held(terms: set[str], hit: Hit) -> float:
    """Return the share of the terms that a passage has."""
    return len(terms.intersection(map(stem, words(hit.chunk.indexed_text)))) / (len(terms) or 1)


def _supports(terms: set[str], hit: Hit) -> bool:
    held = _held(terms, hit)
    if hit.similarity is None:
        paired = any(is_unspaced(term[0]) for term in terms)
        return held >= (PAIRED if paired else WAITING)
    return hit.similarity + HELD * held >= ENOUGH
