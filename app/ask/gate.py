"""Whether passages carry an answer, as was learnt from questions with a known one and from others.

A logistic model of five features of a question and the passages found for it. ``python -m tests.bench.gate``
learns the weights on one half of its questions, and says what they are worth on the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from app.ask.question.bars import barring_words
from app.ask.words.terms import Word, standing_words
from app.core.passage import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """Features of a question and the passages found for it.

    ``alike`` is the likeness of the nearest passage. The others are shares of 0–1: ``held`` of the question's
    words, each weighed by how few of the passages have it, in the passage that has most of them; ``both`` the
    largest mean of these two in one passage; ``nowhere`` of the words that no passage has, ``unnamed`` of the
    names and numbers that none has.
    """

    alike: float
    held: float
    both: float
    nowhere: float
    unnamed: float


WEIGHTS = Evidence(alike=4.34, held=3.67, both=4.93, nowhere=-1.12, unnamed=-0.92)
BIAS = -4.07
"""What ``tests/bench/gate.py`` printed, with the local model, for XQuAD in six languages and two folders of
known questions. The bias is set so that of the half that was learnt on 5 % of the questions with an answer
are refused.

| half | questions | refused of those without an answer | of those with one |
|---|---|---|---|
| learnt on, by folds | 644 | .83 | .05 |
| the other | 629 | .80 | .02 |

A cosine and a share of words with a threshold, which stood here before, refused .72 and .02, and .77 and .00.
"""


def observe_evidence(question: str, asked: Sequence[Word], hits: Sequence[Hit]) -> Evidence:
    """Return the features of a question, which asks with some words, and of passages that have a likeness."""
    found = [
        (hit.similarity, standing_words(asked, hit.chunk.indexed_text))
        for hit in hits
        if hit.similarity is not None
    ]
    having = {word: sum(word in standing for _, standing in found) for word in asked}
    telling = {word: math.log(1 + (len(found) + 1) / (1 + count)) for word, count in having.items()}
    total = sum(telling.values()) or 1.0
    compared = [
        (alike, sum(telling[word] for word in standing) / total) for alike, standing in found if asked
    ]
    named = barring_words(question)
    return Evidence(
        alike=max((alike for alike, _ in found), default=0.0),
        held=max((held for _, held in compared), default=0.0),
        both=max((alike + held for alike, held in compared), default=0.0) / 2,
        nowhere=sum(not count for count in having.values()) / (len(asked) or 1),
        unnamed=sum(not having.get(word, 0) for word in named) / (len(named) or 1),
    )


def weigh_evidence(evidence: Evidence) -> float:
    """Return the log odds that the passages answer, above 0 where they do well enough to be quoted."""
    weighed = zip(astuple(WEIGHTS), astuple(evidence), strict=True)
    return BIAS + math.fsum(weight * value for weight, value in weighed)
