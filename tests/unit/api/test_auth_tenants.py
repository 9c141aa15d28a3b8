"""What belongs to one tenant or person is not there for another: every address, by tenant, person, role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
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
    archive = ours.post("/v1/maintenance/exports").json()
    program.worker.drain()
    yield Held(
        program,
        ours,
        theirs,
        {
            "document_id": document["id"],
            "version": "1",
            "session_id": session["id"],
            "message_id": message["id"],
            "number": "1",
            "name": "000001-000.png",
            "archive_id": archive["id"],
            "part": "1",
            "table": "0",
        },
    )
    program.close()


BODIES: dict[str, Any] = {
    "ingest": {},
    "change_document": {"name": "x"},
    "change_session": {"title": "x"},
    "ask": {"question": "What is the warranty period?"},
    "rate": {"helpful": True},
}
ROLES = ("reader", "editor", "admin")


@dataclass(frozen=True)
class Operation:
    """One method of one address, as the API describes it."""

    id: str
    method: str
    path: str
    role: str | None

    @property
    def changes(self) -> bool:
        return self.method != "get"

    @property
    def of_a_person(self) -> bool:
        return "{session_id}" in self.path


def operations(held: Held) -> list[Operation]:
    paths = held.ours.get("/openapi.json").json()["paths"]
    return [
        Operation(each["operationId"], method, path, each.get("x-role"))
        for path, methods in paths.items()
        for method, each in methods.items()
    ]


def sent(held: Held, operation: Operation, tenant: str, subject: str, role: str) -> Any:
    bearer = f"Bearer {token(tenant, role, subject=subject)}"
    address = operation.path.format(**held.names)
    body = BODIES.get(operation.id)
    return held.ours.request(operation.method, address, json=body, headers={"Authorization": bearer})


@pytest.mark.slow
def test_whoever_asks_for_a_thing_meets_it_only_as_its_tenant_owner_and_with_the_role(held: Held) -> None:
    """Every address that names a thing, by every tenant, subject and role."""
    tried = 0
    for operation in operations(held):
        if "{" not in operation.path:
            continue
        assert operation.role in ROLES, operation
        for tenant, subject, role in product(("us", "them"), ("ann", "bob"), ROLES):
            may = ROLES.index(role) >= ROLES.index(operation.role)
            meets = tenant == "us" and (subject == "ann" or not operation.of_a_person)
            if may and meets and operation.method == "delete":
                continue  # the others still need it
            answer = sent(held, operation, tenant, subject, role)
            if operation.changes and answer.status_code < 300:
                held.program.worker.drain()  # what was read again
            tried += 1
            if not may:
                problem(answer, 403, "not_allowed")
            elif not meets or operation.id in ("figure", "table", "tables"):  # it has none
                problem(answer, 404, "not_found")
            elif operation.id in ("read_scans", "searchable"):  # it is no scan
                problem(answer, 409, "conflict")
            else:
                assert answer.status_code < 300, (operation, answer.text)
    assert tried > 150
    assert held.ours.get(f"/v1/documents/{held.names['document_id']}").status_code == 200
    assert held.ours.get(f"/v1/chat/sessions/{held.names['session_id']}/messages").json()["items"]


def test_what_names_no_thing_needs_its_role_too(held: Held) -> None:
    """With the walk over what names one, these are all addresses that the API describes."""
    tried = set()
    for operation in operations(held):
        if "{" in operation.path or operation.role is None:
            continue
        for tenant, subject, role in product(("us", "them"), ("ann", "bob"), ROLES):
            if ROLES.index(role) < ROLES.index(operation.role):
                problem(sent(held, operation, tenant, subject, role), 403, "not_allowed")
            elif operation.method == "get" and role == "reader":
                assert sent(held, operation, tenant, subject, role).status_code == 200
            tried.add(operation.id)
    assert tried == {each.id for each in operations(held) if "{" not in each.path} - {"health", "ready"}


def test_a_shared_conversation_is_read_by_all_its_tenant_and_changed_by_its_owner_alone(held: Held) -> None:
    address = f"/v1/chat/sessions/{held.names['session_id']}"
    assert held.ours.patch(address, json={"shared": True}).json()["shared"]
    for operation in operations(held):
        if operation.of_a_person:
            for tenant, role in product(("us", "them"), ROLES):
                answer = sent(held, operation, tenant, "bob", role)
                if tenant == "them":
                    problem(answer, 404, "not_found")
                elif operation.changes:
                    problem(answer, 403, "not_allowed")
                else:
                    assert answer.status_code == 200
    bearer = {"Authorization": f"Bearer {token('us', 'reader', subject='bob')}"}
    assert not held.ours.get(address, headers=bearer).json()["own"]
    assert held.ours.get("/v1/chat/sessions", headers=bearer).json()["items"] == []
    assert not held.ours.patch(address, json={"shared": False}).json()["shared"]
    problem(held.ours.get(address, headers=bearer), 404, "not_found")


def test_every_address_needs_a_role_but_those_that_say_nothing_of_a_tenant(held: Held) -> None:
    found = operations(held)
    assert {each.id for each in found if each.role is None} == {"health", "ready"}
    assert all(each.role == "editor" for each in found if each.changes and "/documents" in each.path)
    assert set(BODIES) <= {each.id for each in found}


def test_an_admin_sees_how_many_conversations_there_are_and_nobody_else_does(held: Held) -> None:
    for subject, role in product(("ann", "bob"), ROLES):
        bearer = {"Authorization": f"Bearer {token('us', role, subject=subject)}"}
        seen = held.ours.get("/v1/usage", headers=bearer).json()["conversations"]
        assert (seen is not None and seen > 0) if role == "admin" else seen is None


def test_lists_search_and_usage_show_nothing_of_another_tenant(held: Held) -> None:
    assert held.theirs.get("/v1/documents").json()["items"] == []
    assert held.theirs.get("/v1/chat/sessions").json()["items"] == []
    for narrowed in ({}, {"document_ids": [held.names["document_id"]]}):
        body = {"question": "warranty period", **narrowed}
        assert held.theirs.post("/v1/search", json=body).json()["items"] == []
        assert held.ours.post("/v1/search", json=body).json()["items"]
    assert set(held.theirs.get("/v1/usage").json().values()) == {0}  # an admin's
    body = {"document_ids": [held.names["document_id"]]}
    problem(held.theirs.post("/v1/chat/sessions", json=body), 404, "not_found")


def test_a_cursor_of_another_tenant_or_person_is_refused(held: Held) -> None:
    for number in range(2):
        held.ours.post("/v1/chat/sessions", json={"title": str(number)})
    cursor = held.ours.get("/v1/chat/sessions?limit=1").json()["cursor"]
    bearer = f"Bearer {token('us', subject='bob')}"
    for headers in ({}, {"Authorization": bearer}):
        answer = held.theirs.get("/v1/chat/sessions", params={"cursor": cursor}, headers=headers)
        assert "start again at the first page" in problem(answer, 400, "bad_request")["detail"]
    assert held.ours.get("/v1/chat/sessions", params={"cursor": cursor}).json()["items"]


def test_the_same_content_of_another_tenant_is_a_document_of_its_own(held: Held) -> None:
    content = held.ours.get(f"/v1/documents/{held.names['document_id']}/content").content
    answer = held.theirs.post("/v1/documents", files={"file": ("m.pdf", content)})
    assert answer.status_code == 201
    assert answer.json()["id"] != held.names["document_id"]
    held.theirs.delete(f"/v1/documents/{answer.json()['id']}")
    assert held.ours.get(f"/v1/documents/{held.names['document_id']}/content").content == content
