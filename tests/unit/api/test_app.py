"""Whatever is sent to whatever address: an error is problem details, and HEAD is GET without its body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.compose import Embedded
from tests.support.api import problem, upload
from tests.support.pdfs import manual

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
NO_NUMBERS = ("-1", "0", "1.5", "NaN", "inf", "many", "1e3", "0x10", "9" * 30, " ", "")
ODD = ("/%0A", "%0A", "/%00", "/%0D%0Ax", "/..%2f..", "/%ff", "/" + "x" * 3000, "/~", "/%E2%80%AE")


@pytest.fixture
def document_id(program: Embedded, client: TestClient, tmp_path: Any) -> str:
    return str(upload(program, client, manual(tmp_path / "m.pdf", 3))["id"])


def operations(client: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled(path: str, document_id: str, **values: str) -> str:
    names = {
        "document_id": document_id,
        "number": "1",
        "version": "1",
        "name": "000001-000.png",
        "session_id": "ses_none",
        "message_id": "msg_none",
        "archive_id": "arc_none",
        "table": "1",
        "part": "1",
        **values,
    }
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, path
    return path


def check(answer: Any) -> None:
    """An error is a problem with the status that was sent."""
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        problem(answer, answer.status_code, answer.json()["code"])


def test_every_error_of_every_address_and_method_is_problem_details(
    client: TestClient, document_id: str
) -> None:
    addresses = {filled(path, document_id) for _, path, _ in operations(client)}
    assert len(addresses) >= 15
    for address in sorted(addresses | {"/", "/docs", "/js/app.js", "/openapi.json", "/v1/uploads/x"}):
        for method in METHODS:
            if method != "DELETE":
                check(client.request(method, address))
        for odd in ODD if address != "/" else ():
            answer = client.get(address + odd)
            check(answer)
            assert answer.status_code in (400, 403, 404, 405, 422), (address, odd)


def test_a_number_out_of_range_is_a_422_that_names_it(client: TestClient, document_id: str) -> None:
    tried = 0
    for method, path, operation in operations(client):
        for parameter in operation.get("parameters", []):
            kinds = [parameter["schema"], *parameter["schema"].get("anyOf", [])]
            if not any(kind.get("type") == "integer" for kind in kinds):
                continue
            for value in NO_NUMBERS:
                if parameter["in"] == "path" and not value.strip():
                    continue
                if value == "0" and any(kind.get("minimum") == 0 for kind in kinds):
                    continue
                name, tried = parameter["name"], tried + 1
                if parameter["in"] == "path":
                    answer = client.request(method, filled(path, document_id, **{name: value}))
                else:
                    answer = client.request(method, filled(path, document_id), params={name: value})
                details = problem(answer, 422, "invalid_request")
                assert details["errors"][0]["field"].endswith(name), (path, value)
    assert tried > 60


def test_head_is_get_without_its_body_wherever_there_is_get(client: TestClient, document_id: str) -> None:
    tried = 0
    for method, path, _ in operations(client):
        if method != "GET":
            continue
        address, tried = filled(path, document_id), tried + 1
        got, head = client.get(address), client.head(address)
        assert head.status_code == got.status_code, address
        assert head.content == b""
        for name in ("content-type", "content-length", "etag"):
            if name != "content-length" or got.status_code < 400:  # each has a request id of its own
                assert head.headers.get(name) == got.headers.get(name), (address, name)
    assert tried >= 12


def test_a_range_of_a_file_is_given_or_refused_as_a_problem(client: TestClient, document_id: str) -> None:
    address = f"/v1/documents/{document_id}/content"
    whole = client.get(address)
    part = client.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, whole.content[:10])
    head = client.head(address, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (206, b"", "10")
    for odd in ("bytes", "lines=1-2", "bytes=a-b", "bytes=9-1", "bytes=-", "bytes=1-2-3", "=", "bytes=,"):
        answer = client.get(address, headers={"Range": odd})
        assert answer.status_code in (200, 400, 416), odd
        check(answer)
    beyond = client.get(address, headers={"Range": "bytes=99999999-"})
    problem(beyond, 416, "range_not_satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"


def test_a_page_or_file_that_is_not_there_yet_is_a_409(client: TestClient, tmp_path: Any) -> None:
    path = manual(tmp_path / "m.pdf", 3)
    queued = client.post("/v1/documents", files={"file": ("m.pdf", path.read_bytes())}).json()
    problem(client.get(f"/v1/documents/{queued['id']}/pages/1"), 409, "conflict")
    announced = client.post(
        "/v1/documents/uploads", json={"name": "n.pdf", "size": 9, "sha256": "0" * 64}
    ).json()["document"]
    for part in ("pages/1", "pages/1/image", "content"):
        problem(client.get(f"/v1/documents/{announced['id']}/{part}"), 409, "conflict")


def test_a_page_beyond_the_last_is_a_404_and_one_of_a_file_that_failed_says_why(
    program: Embedded, client: TestClient, document_id: str
) -> None:
    problem(client.get(f"/v1/documents/{document_id}/pages/4"), 404, "not_found")
    broken = client.post("/v1/documents", files={"file": ("b.pdf", b"%PDF-1.4\nnothing")}).json()
    program.worker.drain()
    details = problem(client.get(f"/v1/documents/{broken['id']}/pages/1"), 409, "conflict")
    assert "cannot be opened" in details["detail"]
