"""A model in a process of its own: the real engine runs a tiny model of random weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.adapters.embedded.children.chat import GgufChat
from app.core.errors import NotSetUp, RateLimited, Unavailable
from app.core.ports import Prompt
from app.core.process.closing import close
from app.core.process.leaving import Leaving, Left, leavable
from tests.support.machine import HANG_SECONDS
from tests.support.tiny_model import CONTEXT, write_tiny_model

PROMPT = Prompt("You are brief.", (("user", "What is a pump?"),))
LONG = 1000
"""Tokens of a reply that goes on while a test does something."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def chat(file: Path) -> Iterator[GgufChat]:
    chat = GgufChat(file, threads=1)
    yield chat
    chat.close()


def engines() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "chat_process" in " ".join(each.cmdline())]


def test_a_reply_comes_in_pieces_and_ends_with_its_token_counts(chat: GgufChat) -> None:
    *pieces, last = chat.stream(PROMPT, max_tokens=20)
    assert "".join(piece.text for piece in pieces)
    assert last.tokens_in > 20
    assert 0 < last.tokens_out <= 20
    assert (chat.model, chat.phrases) == ("tiny", True)


def test_the_same_question_is_answered_in_the_same_words(chat: GgufChat) -> None:
    first, second = ([each.text for each in chat.stream(PROMPT, max_tokens=20)] for _ in range(2))
    assert "".join(first) == "".join(second)


def test_the_file_is_loaded_once(chat: GgufChat) -> None:
    chat.check()
    (before,) = engines()
    assert list(chat.stream(PROMPT, max_tokens=5))
    chat.check()
    assert [each.pid for each in engines()] == [before.pid]


def test_the_process_listens_to_nobody_who_could_connect_and_holds_no_secret(
    chat: GgufChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    chat.check()
    (engine,) = engines()
    assert "OPENAI_API_KEY" not in engine.environ()


def test_closing_ends_the_process(chat: GgufChat) -> None:
    chat.check()
    chat.close()
    assert engines() == []


@pytest.mark.parametrize("said", [b"", b"%PDF-1.7", b"GGU"])
def test_a_file_that_is_no_model_is_refused_before_a_process_begins(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "no-model.gguf"
    path.write_bytes(said)
    with pytest.raises(NotSetUp, match=r"no-model\.gguf is not a GGUF file"):
        GgufChat(path).check()
    with pytest.raises(NotSetUp):
        list(GgufChat(path).stream(PROMPT, max_tokens=5))
    assert engines() == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match=r"missing\.gguf cannot be read \(No such file"):
        GgufChat(tmp_path / "missing.gguf").check()


@pytest.mark.parametrize("share", [0.001, 0.2, 0.9])
def test_a_file_that_is_cut_is_refused_by_one_sentence(file: Path, tmp_path: Path, share: float) -> None:
    content = file.read_bytes()
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(content[: int(len(content) * share)])
    chat = GgufChat(cut, threads=1)
    try:
        with pytest.raises(NotSetUp, match=r"cut\.gguf cannot be loaded") as refused:
            chat.check()
        assert "\n" not in str(refused.value)
    finally:
        chat.close()


def test_a_prompt_that_is_too_long_is_an_error_and_the_next_is_answered(chat: GgufChat) -> None:
    with pytest.raises(Unavailable, match="cannot read as much"):
        list(chat.stream(Prompt("", (("user", "x" * 4 * CONTEXT),)), max_tokens=5))
    assert list(chat.stream(PROMPT, max_tokens=5))


def test_a_process_that_dies_breaks_the_reply_off_and_the_next_is_answered(chat: GgufChat) -> None:
    reply = chat.stream(PROMPT, max_tokens=LONG)
    next(reply)
    (engine,) = engines()
    engine.kill()
    with pytest.raises(Unavailable, match="ended in the middle"):
        list(reply)
    assert list(chat.stream(PROMPT, max_tokens=5))


def test_a_reply_that_nobody_takes_to_its_end_is_not_written_further(chat: GgufChat) -> None:
    reply = chat.stream(PROMPT, max_tokens=LONG)
    next(reply)
    (engine,) = engines()
    close(reply)
    engine.wait(HANG_SECONDS)
    assert list(chat.stream(PROMPT, max_tokens=5))


def test_a_client_that_leaves_ends_the_reply(chat: GgufChat) -> None:
    leaving = Leaving()
    with leavable(leaving):
        reply = chat.stream(PROMPT, max_tokens=LONG)
        next(reply)
        (engine,) = engines()
        leaving.leave()
        with pytest.raises(Left):
            list(reply)
    engine.wait(HANG_SECONDS)


def test_one_reply_is_written_at_a_time_and_more_than_the_limit_are_refused(file: Path) -> None:
    chat = GgufChat(file, threads=1, at_once=2)
    try:
        first = chat.stream(PROMPT, max_tokens=LONG)
        next(first)
        texts: list[str] = []
        refused: list[RateLimited] = []
        told = threading.Event()

        def ask() -> None:
            try:
                texts.extend(each.text for each in chat.stream(PROMPT, max_tokens=5))
            except RateLimited as error:
                refused.append(error)
                told.set()

        asking = [threading.Thread(target=ask) for _ in range(2)]
        for thread in asking:
            thread.start()
        assert told.wait(HANG_SECONDS)
        assert texts == []
        close(first)
        for thread in asking:
            thread.join(HANG_SECONDS)
        assert len(refused) == 1
        assert refused[0].retry_after > 0
        assert texts
    finally:
        chat.close()
