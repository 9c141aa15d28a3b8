"""The words of a question."""

from __future__ import annotations

from app.ask.terms import content_words, words


def test_words_are_runs_of_letters_and_digits_in_lower_case() -> None:
    assert words("Form 10-K: “Net_Sales”, 2023!") == ["form", "10", "k", "net", "sales", "2023"]


def test_accents_are_kept_in_their_composed_form() -> None:
    assert words("Stra\u00dfe Cafe\u0301") == ["straße", "café"]


def test_function_words_are_left_out_and_each_word_comes_once() -> None:
    assert content_words("What is the weight of the pump, and the pump's flow?") == [
        "weight",
        "pump",
        "s",
        "flow",
    ]


def test_a_question_of_function_words_keeps_them() -> None:
    assert content_words("Who are you?") == ["who", "are", "you"]
    assert content_words("…?") == []
