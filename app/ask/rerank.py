"""The order of the passages that were found: how much of the question each holds, beside its score.

Counted over the passages found, a word that all of them have, such as the name of the document that was
asked about, weighs nothing, and what tells them apart weighs most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from app.ask.terms import content_words, stem, words
from app.core.passage import Hit

COVERAGE = 0.3
"""Weight of the share of the question's words, beside the index's score with 1."""

PAIRS = 0.3
"""Weight of the share of its pairs of words that stand side by side as in the question."""


def rerank(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits, best first, with scores of 0–1 that say so."""
    terms = set(map(stem, content_words(question)))
    pairs = {pair for pair in pairwise(map(stem, words(question))) if terms.issuperset(pair)}
    passages = [(hit, *_found(terms, pairs, hit)) for hit in hits]
    weights = {term: _weight(sum(term in found for _, found, _ in passages), len(hits)) for term in terms}
    total = sum(weights.values()) or 1.0
    ranked = [
        replace(
            hit,
            score=(
                hit.score
                + COVERAGE * sum(weights[term] for term in found) / total
                + PAIRS * len(beside) / (len(pairs) or 1)
            )
            / (1 + COVERAGE + PAIRS),
        )
        for hit, found, beside in passages
    ]
    return sorted(ranked, key=lambda hit: -hit.score)


def _found(terms: set[str], pairs: set[tuple[str, str]], hit: Hit) -> tuple[set[str], set[tuple[str, str]]]:
    stems = list(map(stem, words(hit.chunk.indexed_text)))
    return terms.intersection(stems), pairs.intersection(pairwise(stems))


def _weight(passages: int, of: int) -> float:
    """Return the weight of a word, its inverse document frequency among the passages; 0 for a word of all
    or none."""
    return math.log((of + 1) / (passages + 1)) if passages else 0.0
