"""Which questions ask for several things."""

from __future__ import annotations

import pytest

from app.ask.question.wanted import wants_list


@pytest.mark.parametrize(
    "question",
    [
        "What are the responsibilities of the manager?",
        "Which services are covered?",
        "How do I appeal a decision?",
        "List the members of the board.",
        "Welche Unterlagen sind nötig?",
        "Quelles sont les conditions ?",
        "¿Cuáles son los requisitos?",
        "Quali sono i passi?",
        "Jaké doklady jsou potřeba?",
        "Какие документы нужны?",
    ],
)
def test_several_things_or_steps_are_asked_for(question: str) -> None:
    assert wants_list(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the warranty period?",
        "How many services are covered?",
        "When are the gaskets replaced?",
        "Who wrote the report?",
        "Wie hoch ist der Umsatz?",
    ],
)
def test_one_thing_is_asked_for(question: str) -> None:
    assert not wants_list(question)
