"""What every chat model does."""

from __future__ import annotations

from app.core.ports import ChatModel, Prompt
from tests.support.threads import at_once

PROMPT = Prompt(
    "You are brief.",
    (("user", "What is a pump?"), ("assistant", "A machine."), ("user", "And what is a valve?")),
)


def test_an_answer_comes_in_pieces_and_ends_with_its_token_counts(chat_model: ChatModel) -> None:
    *pieces, last = chat_model.stream(PROMPT, max_tokens=100)
    assert "".join(piece.text for piece in pieces).strip()
    assert len(pieces) > 1
    assert last.tokens_in > 0
    assert last.tokens_out > 0
    assert all(piece.tokens_in == piece.tokens_out == 0 for piece in pieces)


def test_an_answer_may_be_left_before_its_end(chat_model: ChatModel) -> None:
    stream = chat_model.stream(PROMPT, max_tokens=100)
    assert next(iter(stream)) is not None
    del stream
    assert list(chat_model.stream(PROMPT, max_tokens=100))


def test_threads_do_not_disturb_each_other(chat_model: ChatModel) -> None:
    def ask(number: int) -> str:
        prompt = Prompt("You repeat.", (("user", f"Repeat the number {number}, and only this."),))
        return "".join(piece.text for piece in chat_model.stream(prompt, max_tokens=100))

    answers = at_once([lambda number=number: ask(number) for number in range(8)])  # type: ignore[misc]
    assert all(str(number) in answer for number, answer in enumerate(answers))


def test_a_usable_model_passes_its_check(chat_model: ChatModel) -> None:
    chat_model.check()
    assert chat_model.model
