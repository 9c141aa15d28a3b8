"""A prompt without a recorded reply is told at once, with the command that records it."""

from __future__ import annotations

import pytest

from app.adapters.openai.models import OpenAiChat
from app.core.ports import Prompt
from tests.support.recorded_model import COMMAND, key_of, replaying


def test_a_prompt_that_was_not_recorded_fails_and_names_the_command() -> None:
    with pytest.raises(AssertionError, match="record them by") as failed:
        ask_something_new()
    assert COMMAND in str(failed.value)
    assert "A question?" in str(failed.value)


def test_a_reply_is_known_by_its_messages_without_the_random_part_of_their_marks() -> None:
    one, same, other = (
        [{"role": "user", "content": f"<lines-{nonce}>\n{text}\n</lines-{nonce}>"}]
        for nonce, text in (("0123456789abcdef", "a"), ("f" * 16, "a"), ("f" * 16, "b"))
    )
    assert key_of(one) == key_of(same) != key_of(other)


def ask_something_new() -> None:
    with replaying() as server:
        chat = OpenAiChat("key", server.url, "small")
        list(chat.stream(Prompt("New instructions.", (("user", "A question?"),)), max_tokens=5))
