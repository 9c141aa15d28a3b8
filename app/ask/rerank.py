"""The order of the passages that were found: how much of the question each holds, beside its score.

Counted over the passages found, a word that all of them have, such as the name of the document that was
asked about, weighs nothing, and what tells them apart weighs most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

from app.ask.words.terms import Word, question_words, word_forms
from app.core.passage import Hit

COVERAGE = 0.3
"""Weight of the share of the question's words, beside the index's score with 1."""

PAIRS = 0.3
"""Weight of the share of its pairs of words that stand side by side as in the question."""


def rerank(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits, best first, with scores of 0–1 that say so."""
    asked = question_words(question)
    words = {word for word in asked if word}
    pairs = {(one, other) for one, other in pairwise(asked) if one and other}
    passages = [(hit, *_find_words(words, pairs, hit)) for hit in hits]
    weights = {word: _weight(sum(word in found for _, found, _ in passages), len(hits)) for word in words}
    # All weights are 0 where every passage has every word: then the index's order stands.
    total = sum(weights.values()) or 1.0
    ranked = [
        replace(
            hit,
            score=(
                hit.score
                + COVERAGE * sum(weights[word] for word in found) / total
                + PAIRS * len(beside) / (len(pairs) or 1)
            )
            # Back to 0–1, which callers compare with thresholds and show as a share.
            / (1 + COVERAGE + PAIRS),
        )
        for hit, found, beside in passages
    ]
    return sorted(ranked, key=lambda hit: -hit.score)


def _find_words(
    words: set[Word], pairs: set[tuple[Word, Word]], hit: Hit
) -> tuple[set[Word], set[tuple[Word, Word]]]:
    """Return the words and the pairs of them that a passage has."""
    meant: dict[str, list[Word]] = {}
    for word in words:
        for form in word.forms:
            meant.setdefault(form, []).append(word)
    standing = [
        {word for form in forms for word in meant.get(form, ())}
        for forms in word_forms(hit.chunk.indexed_text)
    ]
    beside = {pair for one, other in pairwise(standing) for pair in product(one, other)}
    return set().union(*standing), pairs & beside


def _weight(passages: int, of: int) -> float:
    """Return the weight of a word, its inverse document frequency among the passages; 0 for a word of all
    or none."""
    return math.log((of + 1) / (passages + 1)) if passages else 0.0
