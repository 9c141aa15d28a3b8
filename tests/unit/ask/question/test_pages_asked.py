"""The pages that a question names."""

from __future__ import annotations

import pytest

from app.ask.question.pages_asked import on_pages, pages_asked
from app.core.passage import Hit
from tests.support.chunks import chunk


@pytest.mark.parametrize(
    ("question", "names", "rest"),
    [
        ("Which spare gaskets are ordered, on page A-1?", "a-1", "Which spare gaskets are ordered?"),
        ("What does page 2 say about the motor?", "2", "What does say about the motor?"),
        ("What is the cost on pages 3-5 of the manual?", "3 4 5", "What is the cost of the manual?"),
        ("Compare the tables of pages 3 and 12", "3 12", "Compare the tables"),
        ("Was steht auf Seite iv über die Pumpe?", "iv", "Was steht über die Pumpe?"),
        ("quelle somme à la page IV ?", "iv", "quelle somme?"),
        ("En la página 12 ¿qué presión?", "12", "¿qué presión?"),
        ("Какое давление на странице 5?", "5", "Какое давление?"),
        ("第3页的压力是多少？", "3", "压力是多少？"),
        ("3쪽에서 압력은 얼마입니까?", "3", "압력은 얼마입니까?"),
        ("What is on page ii?", "ii", ""),
        ("Summarise p. 12.", "12", ""),
        ("page A-2", "a-2", ""),
    ],
)
def test_a_question_names_pages_by_number_and_as_the_pdf_calls_them(
    question: str, names: str, rest: str
) -> None:
    asked = pages_asked(question)
    assert asked is not None
    assert asked.names == set(names.split())
    assert asked.question == rest


@pytest.mark.parametrize(
    "question",
    [
        "How many pages has it?",
        "what is the page I saw",
        "What is the price per page, 2.50?",
        "page 1,250",
        "Which homepage 4 views?",
        "Is 12 % of the page white?",
    ],
)
def test_other_questions_name_no_page(question: str) -> None:
    assert pages_asked(question) is None


def test_a_name_means_the_page_that_the_document_calls_so_else_the_one_with_this_number() -> None:
    asked = pages_asked("What is on page 2?")
    assert asked is not None
    preface, body = chunk("Text", pages=(1, 2), labels=("i", "ii")), chunk("Text", pages=(4, 5), labels="23")
    hits = [Hit(preface, 1.0), Hit(body, 0.5)]
    assert [hit.chunk.pages for hit in on_pages(hits, asked)] == [(4,)]
    assert [hit.chunk.pages for hit in on_pages(hits[:1], asked)] == [(2,)]
