"""Questions for what a document is about."""

from __future__ import annotations

import pytest

from app.ask.question.overview import without_summary, words_of_document
from app.ask.question.wanted import without_asking


@pytest.mark.parametrize(
    "question",
    [
        "What is this document about?",
        "Summarise the report.",
        "Please give me a short summary of this",
        "What's it about?",
        "Worum geht es in diesem Dokument?",
        "Fasse den Bericht zusammen",
        "De quoi parle ce document ?",
        "¿De qué trata el documento?",
        "Di cosa parla il documento?",
        "Waar gaat dit document over?",
        "О чём этот документ?",
        "总结这个文件",
    ],
)
def test_a_question_for_a_document_as_such_names_none(question: str) -> None:
    assert words_of_document(question) == ()


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What is the employee handbook about?", ["employee", "handbook"]),
        ("Summarize the Meridian manual", ["meridian", "manual"]),
        ("Give me an overview of the leave policy", ["leave", "policy"]),
    ],
)
def test_the_words_for_a_document_are_those_that_are_left(question: str, named: list[str]) -> None:
    words = words_of_document(question)
    assert words is not None
    assert [word.written for word in words] == named


@pytest.mark.parametrize(
    "question",
    ["What is the warranty period?", "What about the pump?", "Is there a summary?", "How is it sold?"],
)
def test_other_questions_ask_for_no_overview(question: str) -> None:
    assert words_of_document(question) is None


def test_words_that_ask_for_a_summary_are_not_looked_for() -> None:
    assert without_summary("Summarise the leave policy").split() == ["the", "leave", "policy"]
    assert "ummar" not in without_asking("Give me a summary of the leave policy")
