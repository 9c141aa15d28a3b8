"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Sequence

from app.ask.terms import content_words, stem, words
from app.core.model import Hit

SIMILAR = 0.4
"""Cosine of the question and a passage from which on it may hold the answer. With MiniLM, the nearest passage
of the answerable questions on business reports reached 0.41 to 0.83 (median 0.72), of foreign ones 0.11 to
0.41 (median 0.21)."""

ALIKE = 0.3
"""Cosine that is enough for a passage with every word of the question: short ones are never very similar."""

HELD = 0.6
"""Share of the question's words that a passage must hold while it waits for its vector."""


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Whether one of the hits is evidence enough to answer the question from."""
    terms = set(map(stem, content_words(question)))
    return any(_supports(terms, hit) for hit in hits)


def _supports(terms: set[str], hit: Hit) -> bool:
    if hit.similarity is not None and (hit.similarity >= SIMILAR or hit.similarity < ALIKE):
        return hit.similarity >= SIMILAR
    held = len(terms.intersection(map(stem, words(hit.chunk.indexed_text)))) / (len(terms) or 1)
    return held >= HELD if hit.similarity is None else held == 1
