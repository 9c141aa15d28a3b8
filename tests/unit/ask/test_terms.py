"""The words of a question."""

from __future__ import annotations

from app.ask.terms import content_words, stem, without_instructions, words


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


def test_forms_of_a_word_have_one_stem() -> None:
    for forms in (("period", "periods"), ("policy", "policies"), ("open", "opened", "opening")):
        assert len({stem(form) for form in forms}) == 1
    assert stem("gas") == "gas"
    assert stem("bed") == "bed"


def test_instructions_behind_a_question_are_left_out() -> None:
    question = "How long is the warranty of the pump?"
    assert without_instructions(f"{question} If there is none, return 'N/A'. Give months.") == question
    assert without_instructions(f"{question}\n\nAnswer in one sentence.") == question
    context = "We bought the pump in May. How long is the warranty? It was the blue one."
    assert without_instructions(context) == context
    for whole in ("warranty period", "List the spare parts.", "", "Give me the weight. And the flow."):
        assert without_instructions(whole) == whole


def test_of_a_script_without_spaces_pairs_of_letters_are_asked_for_without_the_words_that_ask() -> None:
    assert content_words("泵的净重是多少？") == ["泵", "净重"]
    assert content_words("ポンプの重さは何キロですか") == ["ポン", "ンプ", "重", "キロ"]
    assert content_words("是什么？") == ["是什", "什么"]
    assert set(content_words("泵的净重")) < set(words("泵的净重为41公斤"))
