"""The models that may write answers, over HTTP and at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.adapters.openai.found_chat import FoundChats
from app.compose import Embedded, embedded
from app.settings import Settings
from tests.support.api import WITH_TOKENS, client_of, problem, token, upload
from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import manual
from tests.support.server import free_port
from tests.unit.adapters.openai.test_found_chat import chats

AUTO = Settings(chat="auto")


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path, server: OpenAiServer) -> Iterator[Embedded]:
    """A program that finds this server where it looks for those of the machine."""
    whole = embedded(replace(AUTO, data_folder=tmp_path / "data"))
    assert isinstance(whole.chats, FoundChats)
    found = chats(tmp_path, server)
    questions = replace(whole.knowledge_base.questions, chats=found)
    yield replace(whole, chats=found, knowledge_base=replace(whole.knowledge_base, questions=questions))
    whole.close()


def test_the_models_of_a_server_on_this_machine_are_listed_and_one_is_chosen(program: Embedded) -> None:
    client = client_of(program)
    model = {"id": "s1/model", "name": "model", "server": "Server 1", "chosen": True}
    assert client.get("/v1/chat/models").json() == {"items": [model], "choosable": True}
    answer = client.put("/v1/chat/models/chosen", json={"model": None})
    assert answer.json() == {"items": [{**model, "chosen": False}], "choosable": True}
    answer = client.put("/v1/chat/models/chosen", json={"model": "s1/model"})
    assert answer.json() == {"items": [model], "choosable": True}
    problem(client.put("/v1/chat/models/chosen", json={"model": "s1/none"}), 404, "not_found")
    problem(client.put("/v1/chat/models/chosen", json={}), 422, "invalid_request")


def test_a_choice_is_an_admin_s(program: Embedded) -> None:
    client = client_of(program, WITH_TOKENS)
    editor, admin = ({"Authorization": f"Bearer {token('us', role)}"} for role in ("editor", "admin"))
    assert client.get("/v1/chat/models", headers=editor).status_code == 200
    refused = client.put("/v1/chat/models/chosen", json={"model": None}, headers=editor)
    problem(refused, 403, "not_allowed")
    chosen = client.put("/v1/chat/models/chosen", json={"model": None}, headers=admin)
    assert chosen.status_code == 200


def test_an_answer_is_written_by_the_chosen_model_and_quoted_without(
    program: Embedded, server: OpenAiServer, tmp_path: Path
) -> None:
    said = "Without its mounting frame the Meridian pump weighs 41 kilograms."
    server.reply = lambda messages: said
    client = client_of(program)
    upload(program, client, manual(tmp_path / "m.pdf", 5))
    assert answer_of(client)["kind"] == "generated"
    client.put("/v1/chat/models/chosen", json={"model": None})
    assert answer_of(client)["kind"] == "quotes"


def answer_of(client: TestClient) -> Any:
    session = client.post("/v1/chat/sessions", json={}).json()["id"]
    question = {"question": "How much does the Meridian pump weigh without its frame?"}
    return client.post(f"/v1/chat/sessions/{session}/messages", json=question).json()["answer"]


def test_a_model_that_the_settings_name_is_shown_and_not_chosen(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    settings = Settings(data_folder=tmp_path, openai_api_key="key", openai_base_url=url)
    whole = embedded(settings)
    try:
        client = client_of(whole)
        (model,) = client.get("/v1/chat/models").json()["items"]
        assert (model["server"], model["chosen"]) == ("OPENAI_API_KEY", True)
        problem(client.put("/v1/chat/models/chosen", json={"model": None}), 409, "conflict")
    finally:
        whole.close()


def test_no_model_writes_where_it_is_switched_off(tmp_path: Path) -> None:
    whole = embedded(Settings(data_folder=tmp_path, openai_api_key="key", chat="off"))
    try:
        assert whole.knowledge_base.questions.models() == []
        assert whole.chats.find_chosen() is None
    finally:
        whole.close()
