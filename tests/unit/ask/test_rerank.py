"""The order of the passages that were found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ask.rerank import rerank
from app.core.passage import Hit
from tests.support.chunks import chunk


def hits(*texts: str, scores: tuple[float, ...] = (), context: str = "") -> list[Hit]:
    return [
        Hit(chunk(text, ordinal=n, context=context), score=scores[n] if scores else 0.5)
        for n, text in enumerate(texts)
    ]


def order(question: str, found: list[Hit]) -> list[str]:
    return [hit.chunk.text for hit in rerank(question, found)]


def test_of_passages_that_scored_alike_the_one_with_more_of_the_question_is_first() -> None:
    found = hits("The pump is blue.", "The pumps' weight is 41 kg.", "A valve.")
    assert order("What is the weight of the pump?", found)[0] == "The pumps' weight is 41 kg."


def test_a_word_that_all_passages_have_weighs_nothing() -> None:
    found = hits(
        "Acme Acme Acme is a company.",
        "Its patents number 41.",
        "It was founded in Lund.",
        context="Acme annual report",
    )
    assert order("How many patents has Acme?", found)[0] == "Its patents number 41."


def test_words_side_by_side_as_in_the_question_count_more_than_words_apart() -> None:
    found = hits("The cash that flow meters cost.", "The cash flow was positive.")
    assert order("What was the cash flow?", found)[0] == "The cash flow was positive."


def test_a_much_better_score_outweighs_words() -> None:
    found = hits("The weight of the pump.", "It is 41 kg.", scores=(0.1, 1.0))
    assert order("weight of the pump", found)[0] == "It is 41 kg."


def test_where_nothing_tells_them_apart_the_order_stays() -> None:
    found = hits("b", "a", "c", scores=(0.9, 0.9, 0.3))
    assert order("?", found) == ["b", "a", "c"]
    assert rerank("pump", []) == []


@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=100), st.floats(0, 1)), max_size=8))
def test_hits_are_only_reordered_and_scores_stay_between_0_and_1(
    question: str, found: list[tuple[str, float]]
) -> None:
    before = hits(*(text for text, _ in found), scores=tuple(score for _, score in found))
    after = rerank(question, before)
    assert sorted(hit.chunk.ordinal for hit in after) == list(range(len(before)))
    scores = [hit.score for hit in after]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
