"""A small model phrases what code has chosen; what the documents do not say is never shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.adapters.embedded.models import E5
from app.adapters.openai.models import OpenAiChat
from app.ask.answer import answer
from app.ask.by_words import QUOTED
from app.ask.phrased import AGAIN, EVIDENCE_TOKENS, MOST_SENTENCES, TRIES
from app.ask.quotes import CLOSEST
from app.core.answer import Answer, AnswerKind, Citation, Claim, Proof, Support
from app.core.costs.tokens import tokens_of
from app.core.page import Page
from app.core.ports import ChatModel
from tests.support.openai_server import Fault, Messages, OpenAiServer
from tests.support.pdfs import FACTS
from tests.unit.ask.test_answer import hit_on

QUESTION = "How much does the Meridian pump weigh?"
SAID = "The Meridian pump weighs 41 kilograms without its mounting frame."
MOVED = "Without its mounting frame the Meridian pump weighs 41 kilograms."
WARRANTY = "The warranty period of the Meridian pump is thirty-six months from delivery."


Asker = Callable[..., Answer]


@pytest.fixture
def ask(pages: list[Page], embedder: E5, server: OpenAiServer) -> Asker:
    """Ask about the manual a model that replies so, one reply after the other."""

    def asked(
        *replies: str,
        question: str = QUESTION,
        chat: ChatModel | None = None,
        similarity: float = 0.9,
        claims: list[Claim] | None = None,
    ) -> Answer:
        left = list(replies)
        server.reply = lambda messages: left.pop(0) if len(left) > 1 else left[0]
        events = list(
            answer(
                question,
                history=[],
                hits=[hit_on(page, similarity) for page in pages],
                pages_of=lambda hit: [page for page in pages if page.number - hit.chunk.pages[0] in (0, 1)],
                embedder=embedder,
                chat=chat or OpenAiChat("key", server.url, "small", phrases=True),
                standalone=question,
                claims=claims,
            )
        )
        whole = events[-1]
        assert isinstance(whole, Answer)
        assert "".join(event for event in events if isinstance(event, str)) == whole.text
        assert tuple(event for event in events if isinstance(event, Citation)) == whole.citations
        assert all(citation.proof is Proof.EXACT for citation in whole.citations)
        assert all(claim.status is Support.PROVEN for claim in whole.claims)
        return whole

    return asked


def asked_of(server: OpenAiServer) -> list[Messages]:
    return [asked.body["messages"] for asked in server.asked_of("/chat/completions")]


def test_a_sentence_that_a_line_says_is_shown_with_that_line_as_its_citation(ask: Asker) -> None:
    claims: list[Claim] = []
    whole = ask(MOVED, claims=claims)
    assert (whole.kind, whole.model) == (AnswerKind.GENERATED, "small")
    assert whole.text == f"{MOVED} [1]"
    assert [citation.quote for citation in whole.citations] == [SAID]
    assert claims == list(whole.claims)
    assert whole.tokens_in > 0
    assert whole.tokens_out > 0


def test_each_sentence_has_its_own_citation(ask: Asker) -> None:
    whole = ask(f"{MOVED} {FACTS[2]}")
    assert [(claim.text, claim.citations) for claim in whole.claims] == [(MOVED, (1,)), (FACTS[2], (2,))]


@pytest.mark.parametrize(
    "made_up",
    [
        "The Meridian pump weighs 14 kilograms.",
        "The Atlas pump weighs 41 kilograms.",
        "The Meridian pump weighs 41 kilograms, which is light for its class.",
        "The Meridian pump weighs 41 tons.",
    ],
)
def test_what_no_line_says_is_never_shown_and_the_answer_is_quoted(
    ask: Asker, server: OpenAiServer, made_up: str
) -> None:
    whole = ask(made_up)
    assert made_up not in whole.text
    assert whole.kind is AnswerKind.QUOTES
    assert whole.text.startswith(f"{SAID} [1]")
    assert len(asked_of(server)) == TRIES
    assert (whole.tokens_out > 0, whole.model) == (True, "small")  # it was paid for


@pytest.mark.parametrize(
    "turned",
    [
        "41 kilograms.",
        "The pump weighs 41 kilograms.",
        "The Meridian pump does not weigh 41 kilograms.",
        "The Meridian pump weighs 41 kilograms with its mounting frame.",
        "The mounting frame weighs 41 kilograms.",
    ],
)
def test_what_has_a_line_s_words_and_not_its_meaning_becomes_that_line(
    ask: Asker, server: OpenAiServer, turned: str
) -> None:
    whole = ask(turned)
    assert whole.kind is AnswerKind.QUOTES
    assert whole.text.startswith(f"{SAID} [1]")
    assert len(asked_of(server)) == 1


def test_a_sentence_that_is_not_proven_is_dropped_and_the_others_stay(ask: Asker) -> None:
    whole = ask(f"{MOVED} It is the lightest pump of all.")
    assert whole.text == f"{MOVED} [1]"


def test_the_second_try_may_be_better(ask: Asker, server: OpenAiServer) -> None:
    whole = ask("It weighs a ton.", MOVED)
    assert whole.text == f"{MOVED} [1]"
    first, second = asked_of(server)
    assert second[: len(first)] == first
    assert second[len(first) :] == [
        {"role": "assistant", "content": "It weighs a ton."},
        {"role": "user", "content": AGAIN},
    ]


def test_a_model_that_finds_nothing_is_not_asked_again_and_the_closest_are_shown_as_such(
    ask: Asker, server: OpenAiServer
) -> None:
    whole = ask("NOT FOUND.")
    assert whole.kind is AnswerKind.CLOSEST
    assert whole.text.startswith(CLOSEST)
    assert len(asked_of(server)) == 1
    assert ask("It weighs a ton.", "NOT FOUND").kind is AnswerKind.QUOTES  # it takes back anything


def test_a_bare_figure_is_no_answer_where_its_line_speaks_of_something_else(ask: Asker) -> None:
    whole = ask("85", question="How much does the Meridian pump weigh without its mounting frame?")
    assert whole.kind is AnswerKind.QUOTES
    assert whole.text.startswith(SAID)


def test_what_the_documents_do_not_answer_is_refused_before_the_model_is_asked(
    ask: Asker, server: OpenAiServer
) -> None:
    whole = ask("Germany won in 1990.", question="Who won in 1990?", similarity=0.01)
    assert whole.kind is AnswerKind.NOT_FOUND
    assert asked_of(server) == []


def test_the_marks_that_a_model_sets_are_not_shown(ask: Asker) -> None:
    for reply in (f"1. {MOVED}", f"- {MOVED} [7]", f"Answer: {MOVED} (line 2)", f'"{MOVED}" [1, 2]'):
        assert ask(reply).text == f"{MOVED} [1]", reply


def test_a_number_in_brackets_is_no_mark_of_a_line(ask: Asker) -> None:
    said = ask("The Meridian pump weighs (41) kilograms without its mounting frame.", "NOT FOUND").text
    assert "weighs kilograms" not in said


def test_a_model_that_breaks_off_leaves_what_is_proven(ask: Asker, server: OpenAiServer) -> None:
    server.fail(Fault(cut=len(MOVED.split()) + 3))  # behind the first words of the next sentence
    whole = ask(f"{MOVED} It was built in Rome by three people.")
    assert whole.text == f"{MOVED} [1]"


def test_a_line_that_is_only_repeated_comes_first_in_the_quoted_answer(ask: Asker) -> None:
    quoted = ask("NOT FOUND", "", question="What is said about the Meridian pump and its parts?")
    assert quoted.kind is not AnswerKind.GENERATED
    whole = ask(FACTS[1], question="What is said about the Meridian pump and its parts?")
    assert whole.kind is AnswerKind.QUOTES
    assert whole.text.startswith(f"{FACTS[1]} [1]")
    assert len({claim.text for claim in whole.claims}) == len(whole.claims)


def test_an_endless_reply_is_cut(ask: Asker, server: OpenAiServer) -> None:
    whole = ask(" ".join([MOVED, *FACTS, WARRANTY] * 5))
    assert 1 <= len(whole.claims) <= MOST_SENTENCES
    assert len({claim.text for claim in whole.claims}) == len(whole.claims)


def test_the_prompt_is_short_and_its_lines_stand_inside_marks(ask: Asker, server: OpenAiServer) -> None:
    ask(SAID)
    ((system, turn),) = asked_of(server)
    lines, _, question = turn["content"].partition("</lines-")
    assert SAID in lines
    assert tokens_of(lines) <= EVIDENCE_TOKENS + 50
    assert question.endswith(f"Question: {QUESTION}")
    ask(SAID)
    again, other = asked_of(server)[-1]
    assert again == system  # so that a server need not read it again
    assert other != turn  # the marks cannot be known beforehand


def test_a_model_that_is_down_leaves_the_quoted_answer_and_a_note(ask: Asker, server: OpenAiServer) -> None:
    server.fail(Fault(status=400), 9)
    whole = ask(SAID)
    assert whole.kind is AnswerKind.QUOTES
    assert whole.notes == (QUOTED,)
