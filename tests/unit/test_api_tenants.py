"""What belongs to one tenant is not there for another: every address, with another tenant's token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.compose import Embedded, embedded
from app.settings import Settings
from tests.support.api import WITH_TOKENS, client_of, problem, token, upload
from tests.support.pdfs import manual


@dataclass(frozen=True)
class Held:
    """What the tenant ``us`` holds, and clients of it and of another."""

    program: Embedded
    ours: TestClient
    theirs: TestClient
    names: dict[str, str]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("held")
    program = embedded(Settings(data_folder=folder / "data"))
    ours = client_of(program, WITH_TOKENS, Authorization=f"Bearer {token('us', 'admin')}")
    theirs = client_of(program, WITH_TOKENS, Authorization=f"Bearer {token('them', 'admin')}")
    document = upload(program, ours, manual(folder / "m.pdf"))
    session = ours.post("/v1/chat/sessions", json={}).json()
    message = ours.post(
        f"/v1/chat/sessions/{session['id']}/messages", json={"question": "What is the warranty period?"}
    ).json()
    yield Held(
        program,
        ours,
        theirs,
        {
            "document_id": document["id"],
            "session_id": session["id"],
            "message_id": message["id"],
            "number": "1",
            "name": "000001-000.png",
        },
    )
    program.close()


BODIES: dict[str, Any] = {
    "ingest": {},
    "change_document": {"name": "x"},
    "rename_session": {"title": "x"},
    "ask": {"question": "What is the warranty period?"},
    "rate": {"helpful": True},
}


def test_every_address_of_a_thing_is_not_found_for_another_tenant(held: Held) -> None:
    tried = []
    for path, operations in held.ours.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            if "{" in path:
                address = path.format(**held.names)
                answer = held.theirs.request(method, address, json=BODIES.get(operation["operationId"]))
                problem(answer, 404, "not_found")
                tried.append(operation["operationId"])
    assert len(tried) >= 16
    assert set(BODIES) <= set(tried)
    assert held.ours.get(f"/v1/documents/{held.names['document_id']}").json()["status"] == "ready"
    assert held.ours.get(f"/v1/chat/sessions/{held.names['session_id']}/messages").json()["items"]


def test_lists_search_and_usage_show_nothing_of_another_tenant(held: Held) -> None:
    assert held.theirs.get("/v1/documents").json()["items"] == []
    assert held.theirs.get("/v1/chat/sessions").json()["items"] == []
    for narrowed in ({}, {"document_ids": [held.names["document_id"]]}):
        body = {"question": "warranty period", **narrowed}
        assert held.theirs.post("/v1/search", json=body).json()["items"] == []
        assert held.ours.post("/v1/search", json=body).json()["items"]
    assert set(held.theirs.get("/v1/usage").json().values()) == {0}
    body = {"document_ids": [held.names["document_id"]]}
    problem(held.theirs.post("/v1/chat/sessions", json=body), 404, "not_found")


def test_a_cursor_of_another_tenant_shows_nothing(held: Held) -> None:
    for number in range(2):
        held.ours.post("/v1/chat/sessions", json={"title": str(number)})
    cursor = held.ours.get("/v1/chat/sessions?limit=1").json()["cursor"]
    answer = held.theirs.get("/v1/chat/sessions", params={"cursor": cursor})
    assert answer.json() == {"items": [], "cursor": None}


def test_the_same_content_of_another_tenant_is_a_document_of_its_own(held: Held) -> None:
    content = held.ours.get(f"/v1/documents/{held.names['document_id']}/content").content
    answer = held.theirs.post("/v1/documents", files={"file": ("m.pdf", content)})
    assert answer.status_code == 201
    assert answer.json()["id"] != held.names["document_id"]
    held.theirs.delete(f"/v1/documents/{answer.json()['id']}")
    assert held.ours.get(f"/v1/documents/{held.names['document_id']}/content").content == content
