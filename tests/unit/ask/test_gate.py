"""The gate of an answer: features of what was found, and what they weigh."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.ask.gate import Evidence, observe_evidence, weigh_evidence
from app.ask.words.terms import asked_words
from app.core.passage import Hit
from tests.support.chunks import chunk

QUESTION = "What does the Meridian pump weigh?"


def observed(*found: tuple[str, float], question: str = QUESTION) -> Evidence:
    hits = [Hit(chunk(text), 1.0, similarity=alike) for text, alike in found]
    return observe_evidence(question, asked_words(question), hits)


def test_the_features_are_of_the_passage_that_does_best() -> None:
    seen = observed(("The Meridian pump weighs 41 kg.", 0.4), ("It is blue.", 0.6))
    assert seen == Evidence(alike=0.6, held=1.0, both=0.7, nowhere=0.0, unnamed=0.0)


def test_a_name_and_a_word_that_no_passage_has_are_noticed() -> None:
    seen = observed(("The pump is blue.", 0.5), ("A valve.", 0.2))
    assert seen.unnamed == 1.0
    assert seen.nowhere == pytest.approx(2 / 3)


def test_a_word_that_few_passages_have_tells_more_than_one_that_all_have() -> None:
    rare = observed(("The pump is heavy.", 0.4), ("The pump weighs much.", 0.4), question="pump weigh")
    assert rare.held == 1.0
    common = observed(
        ("The pump is heavy.", 0.4), ("It weighs much.", 0.4), ("A pump.", 0.4), question="pump weigh"
    )
    assert common.held > 1 / 2


@pytest.mark.parametrize("worse", ["alike", "held", "both"])
def test_less_of_what_speaks_for_an_answer_weighs_less(worse: str) -> None:
    good = Evidence(alike=0.6, held=0.9, both=0.7, nowhere=0.1, unnamed=0.0)
    assert weigh_evidence(good) > 0
    assert weigh_evidence(replace(good, **{worse: 0.1})) < weigh_evidence(good)
    assert weigh_evidence(replace(good, nowhere=0.9, unnamed=1.0)) < weigh_evidence(good)
    assert weigh_evidence(Evidence(alike=0.1, held=0.2, both=0.1, nowhere=0.8, unnamed=1.0)) < 0


def test_nothing_found_weighs_nothing() -> None:
    assert weigh_evidence(observed()) < 0
