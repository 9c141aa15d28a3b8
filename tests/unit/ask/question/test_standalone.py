"""Follow-up questions made to stand alone, with a model and without."""

from __future__ import annotations

import pytest

from app.adapters.openai.models import OpenAiChat
from app.ask.question.standalone import standalone
from tests.support.openai_server import Fault, OpenAiServer

HISTORY = [
    ("user", "What is the warranty period of the Meridian pump?"),
    ("assistant", "The warranty period is thirty-six months from delivery. [1]"),
]


def test_a_first_question_stays_as_it_is() -> None:
    assert standalone("And its weight?", [], None) == "And its weight?"


@pytest.mark.parametrize(
    "question",
    ["And its weight?", "How heavy is it?", "What about the weight?", "Why?", "And when does that end?"],
)
def test_a_follow_up_gets_the_words_of_the_question_before(question: str) -> None:
    asked = standalone(question, HISTORY, None)
    assert asked.startswith(question)
    assert "meridian" in asked
    assert "pump" in asked


def test_a_follow_up_for_another_thing_of_the_same_leaves_out_what_was_asked_for_before() -> None:
    assert standalone("And its weight?", HISTORY, None) == "And its weight? (meridian pump)"
    assert "warranty" in standalone("And when does that end?", HISTORY, None)


@pytest.mark.parametrize(
    "question",
    [
        "What is the maximum operating temperature of the Altair valve?",
        "Is there a discount for orders over 500 euros?",
        "Did Apple increase its revenue?",
        "What is SEPA?",
        "Which parts does the maker say that a customer may replace himself during the first year?",
    ],
)
def test_a_question_that_stands_alone_is_not_touched(question: str) -> None:
    assert standalone(question, HISTORY, None) == question


def test_a_second_follow_up_reaches_back_to_the_question_that_named_the_thing() -> None:
    history = [*HISTORY, ("user", "And its weight?"), ("assistant", "It weighs 41 kilograms. [1]")]
    asked = standalone("Is that with the frame?", history, None)
    assert "weight" in asked
    assert "meridian pump" in asked


def test_a_model_rewrites_the_question_from_the_conversation() -> None:
    with OpenAiServer() as server:
        server.reply = lambda messages: '"What does the Meridian pump weigh?"\n'
        chat = OpenAiChat("key", server.url, "model")
        assert standalone("And its weight?", HISTORY, chat) == "What does the Meridian pump weigh?"
        said = server.asked_of("/chat/completions")[0].body["messages"][-1]["content"]
    assert "And its weight?" in said
    assert "Meridian pump" in said


def test_a_model_that_says_nothing_or_too_much_is_not_followed() -> None:
    with OpenAiServer() as server:
        chat = OpenAiChat("key", server.url, "model")
        for reply in ("", "  \n ", "word " * 400):
            server.reply = lambda messages, reply=reply: reply  # type: ignore[misc]
            assert "meridian" in standalone("And its weight?", HISTORY, chat)


def test_a_model_that_refuses_is_done_without() -> None:
    with OpenAiServer() as server:
        server.fail(Fault(status=401, code="invalid_api_key"), times=10)
        chat = OpenAiChat("key", server.url, "model")
        assert "meridian" in standalone("And its weight?", HISTORY, chat)
