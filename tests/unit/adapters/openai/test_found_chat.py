"""The model that writes is one that a server on this machine offers, and a choice is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.openai.discovery import LocalServer
from app.adapters.openai.found_chat import FoundChats
from app.core.errors import Conflict, NotFound, NotSetUp, Unavailable
from app.core.ports import Prompt
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.server import free_port

PROMPT = Prompt("You are brief.", (("user", "What is a pump?"),))


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        running.reply = lambda messages: "A machine."
        yield running


def chats(folder: Path, *servers: OpenAiServer) -> FoundChats:
    known = [
        LocalServer(f"s{number}", f"Server {number}", each.port) for number, each in enumerate(servers, 1)
    ]
    return FoundChats(folder / "chat-model.json", known)


def test_the_first_model_that_is_found_writes_until_somebody_chooses(
    server: OpenAiServer, tmp_path: Path
) -> None:
    found = chats(tmp_path, server)
    chat = found.find_chosen()
    assert chat
    assert chat.phrases
    assert "".join(delta.text for delta in chat.stream(PROMPT, max_tokens=10)) == "A machine."
    assert [(each.id, each.server, each.chosen) for each in found.list_offered()] == [
        ("s1/model", "Server 1", True)
    ]


def test_a_choice_is_kept_and_none_is_one(server: OpenAiServer, tmp_path: Path) -> None:
    with OpenAiServer() as second:
        found = chats(tmp_path, server, second)
        found.choose("s2/model", by_operator=False)
        again = chats(tmp_path, server, second)
        assert [each.id for each in again.list_offered() if each.chosen] == ["s2/model"]
        found.choose(None, by_operator=False)
        assert again.find_chosen() is None
        assert not any(each.chosen for each in again.list_offered())


def test_a_model_that_nobody_offers_cannot_be_chosen(server: OpenAiServer, tmp_path: Path) -> None:
    found = chats(tmp_path, server)
    with pytest.raises(NotFound, match="offers s1/other"):
        found.choose("s1/other", by_operator=False)
    assert found.find_chosen()


def test_no_other_model_writes_in_place_of_the_chosen_one(server: OpenAiServer, tmp_path: Path) -> None:
    with OpenAiServer() as second:
        chats(tmp_path, server, second).choose("s2/model", by_operator=False)
    assert chats(tmp_path, server).find_chosen() is None


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"model": 7}', "\x00"])
def test_a_damaged_choice_is_none(server: OpenAiServer, tmp_path: Path, kept: str) -> None:
    (tmp_path / "chat-model.json").write_text(kept)
    assert chats(tmp_path, server).find_chosen()


def test_where_tenants_share_it_whoever_runs_the_server_chooses(server: OpenAiServer, tmp_path: Path) -> None:
    known = [LocalServer("s1", "Server 1", server.port)]
    found = FoundChats(tmp_path / "chat-model.json", known, shared=True)
    assert not found.choosable
    with pytest.raises(Conflict, match="kb models"):
        found.choose(None, by_operator=False)
    assert found.find_chosen()
    found.choose(None, by_operator=True)
    assert found.find_chosen() is None


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_only_looked_like_one_without_a_key_is_down_and_no_setting_is_wrong(
    server: OpenAiServer, tmp_path: Path, status: int
) -> None:
    chat = chats(tmp_path, server).find_chosen()
    assert chat
    server.fail(Fault(status), times=4)
    with pytest.raises(Unavailable) as raised:
        list(chat.stream(PROMPT, max_tokens=10))
    assert not isinstance(raised.value, NotSetUp)


def test_nothing_found_is_no_error(tmp_path: Path) -> None:
    found = FoundChats(tmp_path / "chat-model.json", [LocalServer("s", "Server", free_port())])
    assert found.find_chosen() is None
    assert found.list_offered() == []


def test_a_proxy_of_the_environment_is_not_asked(
    server: OpenAiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAiServer() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        chat = chats(tmp_path, server).find_chosen()
        assert chat
        assert list(chat.stream(PROMPT, max_tokens=10))
        assert proxy.asked == []
