"""Questions that compare documents."""

from __future__ import annotations

import pytest

from app.ask.question.comparison import compares, tell_documents, topic_of

NAMES = {"a": "Northwind Standard Benefits.pdf", "b": "Northwind Plus Benefits.pdf", "c": "Handbook.pdf"}


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("Compare Standard and Plus", True),
        ("How do the plans differ?", True),
        ("What changed between the two versions?", True),
        ("Worin unterscheiden sich die Verträge?", True),
        ("Quelles sont les différences ?", True),
        ("Чем они отличаются?", True),
        ("两份合同有什么区别？", True),
        ("What is the warranty period?", False),
    ],
)
def test_a_question_compares_in_the_words_of_its_language(question: str, yes: bool) -> None:
    assert compares(question) is yes


def test_documents_are_told_by_the_words_of_their_names_that_not_all_have() -> None:
    assert tell_documents("Compare Northwind Standard with Plus", NAMES) == ["a", "b"]
    plans = {id_: NAMES[id_] for id_ in ("a", "b")}
    assert tell_documents("Compare the Northwind benefits", plans) == []


def test_what_is_compared_is_what_is_left_of_the_question() -> None:
    names = [NAMES["a"], NAMES["b"]]
    assert topic_of("How do Northwind Standard and Plus differ in emergency care?", names) == "emergency care"
    assert topic_of("Compare Northwind Standard and Plus", names) == ""
