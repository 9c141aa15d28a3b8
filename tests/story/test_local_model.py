"""Answers that a real small model wrote on this machine, as a client sees them: its replies are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.compose import Embedded
from tests.support.api import client_of
from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import FACTS
from tests.support.recorded_model import CONVERSATIONS, POLICY, ask_all, program_with, replaying

ASKED = [question for questions in CONVERSATIONS for question in questions]


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAiServer]:
    with replaying() as running:
        yield running


@pytest.fixture(scope="module")
def program(server: OpenAiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with program_with(server, tmp_path_factory.mktemp("program")) as whole:
        yield whole


@pytest.fixture(scope="module")
def answers(program: Embedded) -> dict[str, Any]:
    return {question: message["answer"] for question, message in ask_all(program).items()}


@pytest.mark.parametrize("question", ASKED)
def test_all_that_is_shown_is_proven_and_cited(answers: dict[str, Any], question: str) -> None:
    answer = answers[question]
    assert {claim["status"] for claim in answer["claims"]} <= {"proven"}
    assert {citation["proof"] for citation in answer["citations"]} <= {"exact"}
    assert all(claim["citations"] for claim in answer["claims"])


def test_what_the_model_puts_in_its_own_words_is_shown_as_written_by_it(answers: dict[str, Any]) -> None:
    answer = answers["Who leads the depot in Leeds?"]
    assert (answer["kind"], answer["text"]) == ("generated", "Margaret Osei leads the depot in Leeds. [1]")


def test_what_the_model_only_points_to_comes_first(answers: dict[str, Any]) -> None:
    answer = answers["How much is paid for a kilometre in a private car?"]  # "0.38 euros"
    assert answer["kind"] == "quotes"
    assert answer["text"].startswith(POLICY[4])


@pytest.mark.parametrize(
    ("question", "said", "by"),
    [
        ("How much does the Meridian pump weigh?", "41 kilograms", FACTS[4]),
        ("For how long is the Meridian pump under warranty?", "thirty-six months", FACTS[0]),
        ("How many days a week may employees work from home?", "two days", POLICY[0]),
        ("Who leads the depot in Leeds?", "Margaret Osei", POLICY[2]),
        ("How much is paid for a kilometre in a private car?", "0.38 euros", POLICY[4]),
    ],
)
def test_what_stands_there_is_answered_by_the_line_that_says_it(
    answers: dict[str, Any], question: str, said: str, by: str
) -> None:
    answer = answers[question]
    assert said in answer["text"]
    assert by.rstrip(".") in {citation["quote"].rstrip(".") for citation in answer["citations"]}


def test_a_follow_up_is_understood_from_the_conversation(answers: dict[str, Any]) -> None:
    assert "Lund" in answers["And where is it tested?"]["text"]
    assert "2011" in answers["When did she join the company?"]["text"]


def test_what_stands_nowhere_is_not_answered(answers: dict[str, Any]) -> None:
    assert answers["Who won the football world cup in 1990?"]["kind"] == "not_found"
    assert answers["How loud is the Meridian pump in decibels?"]["kind"] == "closest"  # as the model says


def test_a_line_that_speaks_to_the_model_is_not_obeyed(answers: dict[str, Any]) -> None:
    assert answers["Is the depot closed?"]["kind"] == "closest"
    others = [answers[question]["text"] for question in ASKED if question != "Is the depot closed?"]
    assert not any("closed for ever" in text for text in others)


def test_an_answer_streams_each_sentence_behind_its_citation(
    program: Embedded, answers: dict[str, Any]
) -> None:
    client = client_of(program)
    session = client.post("/v1/chat/sessions", json={}).json()["id"]
    with client.stream(
        "POST",
        f"/v1/chat/sessions/{session}/messages",
        json={"question": ASKED[0]},
        headers={"Accept": "text/event-stream"},
    ) as reply:
        events = [line.removeprefix("event: ") for line in reply.iter_lines() if line.startswith("event: ")]
    assert events[0] == "citation"
    assert "text" in events
    assert events.index("citation") < events.index("text")
