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
    meant = _Meant(words)
    passages = [(hit, *_find_words(meant, pairs, hit)) for hit in hits]
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


class _Meant(dict[tuple[str, ...], frozenset[Word]]):
    """The words of a question that the forms of a word in a passage mean. What was looked up is kept: most
    words stand in many of the passages."""

    def __init__(self, words: set[Word]) -> None:
        super().__init__()
        self._by_form: dict[str, list[Word]] = {}
        for word in words:
            for form in word.forms:
                self._by_form.setdefault(form, []).append(word)

    def __missing__(self, forms: tuple[str, ...]) -> frozenset[Word]:
        self[forms] = frozenset(word for form in forms for word in self._by_form.get(form, ()))
        return self[forms]


def _find_words(
    meant: _Meant, pairs: set[tuple[Word, Word]], hit: Hit
) -> tuple[frozenset[Word], set[tuple[Word, Word]]]:
    """Return the words and the pairs of them that a passage has."""
    standing = [meant[forms] for forms in word_forms(hit.chunk.indexed_text)]
    beside = {pair for one, other in pairwise(standing) if one and other for pair in product(one, other)}
    return frozenset().union(*standing), pairs & beside


def _weight(passages: int, of: int) -> float:
    """Return the weight of a word, its inverse document frequency among the passages; 0 for a word of all
    or none."""
    return math.log((of + 1) / (passages + 1)) if passages else 0.0
