"""A question without the instructions behind it."""

from __future__ import annotations

from app.ask.question.instructions import without_instructions


def test_instructions_behind_a_question_are_left_out() -> None:
    question = "How long is the warranty of the pump?"
    assert without_instructions(f"{question} If there is none, return 'N/A'. Give months.") == question
    assert without_instructions(f"{question}\n\nAnswer in one sentence.") == question
    context = "We bought the pump in May. How long is the warranty? It was the blue one."
    assert without_instructions(context) == context
    for whole in ("warranty period", "List the spare parts.", "", "Give me the weight. And the flow."):
        assert without_instructions(whole) == whole
