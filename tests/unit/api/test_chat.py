"""Search and conversations over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.compose import Embedded, embedded
from app.settings import Settings
from tests.support.api import client_of, problem, upload
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import manual

QUESTION = "What is the warranty period of the Meridian pump?"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    """A client of a program that has read a manual, and the manual's id."""
    folder = tmp_path_factory.mktemp("read")
    program = embedded(Settings(data_folder=folder / "data"))
    client = client_of(program)
    document = upload(program, client, manual(folder / "m.pdf", 5), tags="pumps")
    yield client, document["id"]
    program.close()


def events(text: str) -> list[tuple[str, Any]]:
    """The (name, data) of server-sent events."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n") if not block.startswith(":")]
    return [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in blocks
    ]


def test_search_finds_the_page_that_says_it(read: tuple[TestClient, str]) -> None:
    client, document_id = read
    hit = client.post("/v1/search", json={"question": "How heavy is the pump?"}).json()["items"][0]
    assert (hit["document_id"], hit["document_name"], hit["version"]) == (document_id, "manual.pdf", 1)
    assert 5 in hit["pages"]
    assert {span["page"] for span in hit["spans"]} == set(hit["pages"])


def test_search_is_narrowed_by_document_tag_and_limit(read: tuple[TestClient, str]) -> None:
    client, document_id = read

    def found(**narrowed: object) -> int:
        return len(client.post("/v1/search", json={"question": "pump", **narrowed}).json()["items"])

    assert found(limit=1) == 1
    assert found(tags=["pumps"]) == found(document_ids=[document_id]) == found() > 1
    assert found(tags=["cars"]) == found(document_ids=["doc_none"]) == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": " \n"},
        {"question": "x" * 4001},
        {"question": 7},
        {"question": "x", "limit": True},
        {"question": "x", "limit": "5"},
        {"question": "x", "limit": 0},
        {"question": "x", "limit": 51},
        {"question": "x", "document_ids": "all"},
        {"question": "x", "colour": "red"},
        [],
        None,
    ],
)
def test_a_search_of_wrong_types_names_its_fields(read: tuple[TestClient, str], body: object) -> None:
    details = problem(read[0].post("/v1/search", json=body), 422, "invalid_request")
    assert all(error["field"].startswith("body") for error in details["errors"])
    assert details["errors"]


def test_a_question_is_answered_with_proof(read: tuple[TestClient, str]) -> None:
    client, document_id = read
    session = client.post("/v1/chat/sessions").json()
    answer = client.post(f"/v1/chat/sessions/{session['id']}/messages", json={"question": QUESTION})
    assert answer.status_code == 201
    message = answer.json()
    assert (message["role"], message["answer"]["kind"]) == ("assistant", "quotes")
    citation = message["answer"]["citations"][0]
    assert (citation["proof"], citation["page"], citation["document_id"]) == ("exact", 1, document_id)
    assert len(citation["places"][0]["boxes"][0]) == 4
    kept = client.get(f"/v1/chat/sessions/{session['id']}/messages").json()
    assert [item["role"] for item in kept["items"]] == ["user", "assistant"]
    assert kept["items"][1] == message
    assert client.get(f"/v1/chat/sessions/{session['id']}").json()["title"] == QUESTION


def test_a_streamed_answer_ends_with_the_message_that_is_kept(read: tuple[TestClient, str]) -> None:
    client, _ = read
    session = client.post("/v1/chat/sessions", json={}).json()
    messages = f"/v1/chat/sessions/{session['id']}/messages"
    answer = client.post(messages, json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    got = events(answer.text)
    names = [name for name, _ in got]
    assert names[-2:] == ["answer", "message"]
    assert set(names[:-2]) == {"text", "citation"}
    said = "".join(data["text"] for name, data in got if name == "text")
    assert said == got[-2][1]["text"]
    assert [data for name, data in got if name == "citation"] == got[-2][1]["citations"]
    assert client.get(messages).json()["items"][-1] == got[-1][1]


def test_conversations_are_listed_renamed_and_deleted(program: Embedded, client: TestClient) -> None:
    ids = [client.post("/v1/chat/sessions", json={"title": f"t{n}"}).json()["id"] for n in range(3)]
    first = client.get("/v1/chat/sessions?limit=2").json()
    rest = client.get("/v1/chat/sessions", params={"limit": 2, "cursor": first["cursor"]}).json()
    assert {item["id"] for item in first["items"] + rest["items"]} == set(ids)
    address = f"/v1/chat/sessions/{ids[0]}"
    assert client.patch(address, json={"title": "Pumps"}).json()["title"] == "Pumps"
    problem(client.patch(address, json={"title": " "}), 422, "invalid_request")
    client.post(f"{address}/messages", json={"question": QUESTION})
    assert client.delete(address).json() == {"session_id": ids[0], "messages": 2}
    problem(client.get(address), 404, "not_found")
    problem(client.get(f"{address}/messages"), 404, "not_found")
    problem(client.post(f"{address}/messages", json={"question": QUESTION}), 404, "not_found")
    streamed = client.post(
        f"{address}/messages", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
    )
    problem(streamed, 404, "not_found")


def test_messages_go_on_with_their_cursor(client: TestClient) -> None:
    session = client.post("/v1/chat/sessions", json={}).json()
    messages = f"/v1/chat/sessions/{session['id']}/messages"
    for number in range(2):
        client.post(messages, json={"question": f"{QUESTION} {number}"})
    first = client.get(f"{messages}?limit=3").json()
    rest = client.get(messages, params={"limit": 3, "cursor": first["cursor"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["cursor"]) == (3, 1, None)


def test_a_conversation_over_a_document_that_is_not_there_is_refused(client: TestClient) -> None:
    problem(client.post("/v1/chat/sessions", json={"document_ids": ["doc_none"]}), 404, "not_found")


def test_feedback_stays_with_its_answer(client: TestClient) -> None:
    session = client.post("/v1/chat/sessions", json={}).json()
    messages = f"/v1/chat/sessions/{session['id']}/messages"
    answer = client.post(messages, json={"question": QUESTION}).json()
    feedback = {"helpful": False, "comment": "Too short."}
    rated = client.post(f"{messages}/{answer['id']}/feedback", json=feedback)
    assert (rated.status_code, rated.json()["feedback"]) == (200, feedback)
    assert client.get(messages).json()["items"][-1]["feedback"] == feedback
    problem(client.post(f"{messages}/msg_none/feedback", json=feedback), 404, "not_found")
    problem(client.post(f"{messages}/{answer['id']}/feedback", json={"helpful": 1}), 422, "invalid_request")


def test_a_model_that_fails_in_the_middle_is_an_error_event(tmp_path: Path) -> None:
    with OpenAiServer(dimensions=64) as server:
        settings = Settings(
            data_folder=tmp_path / "data",
            openai_api_key="test",
            openai_base_url=server.url,
            embedding_dimensions=64,
        )
        program = embedded(settings)
        client = client_of(program)
        upload(program, client, manual(tmp_path / "m.pdf", 5))
        session = client.post("/v1/chat/sessions", json={}).json()
        messages = f"/v1/chat/sessions/{session['id']}/messages"
        server.fail(Fault(401, code="invalid_api_key", message="No."), times=20)
        answer = client.post(messages, json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
        name, details = events(answer.text)[-1]
        assert answer.status_code == 200
        assert (name, details["status"], details["code"]) == ("error", 503, "not_set_up")
        assert details["request_id"] == answer.headers["x-request-id"]
        problem(client.post(messages, json={"question": QUESTION}), 503, "not_set_up")
        program.close()
