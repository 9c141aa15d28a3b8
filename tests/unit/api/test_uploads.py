"""Files that a client announces and posts itself."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.compose import Embedded
from tests.support.api import WITH_TOKENS, client_of, problem, token
from tests.support.pdfs import manual


def announced(client: TestClient, content: bytes, name: str = "m.pdf", **changes: object) -> Any:
    body = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **changes}
    answer = client.post("/v1/documents/uploads", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def post(client: TestClient, upload: dict[str, Any], content: bytes) -> Any:
    return client.post(upload["url"], data=upload["fields"], files={"file": ("m.pdf", content)})


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return manual(tmp_path / "m.pdf").read_bytes()


def test_an_announced_file_is_posted_without_a_token_and_then_ingested(
    program: Embedded, content: bytes
) -> None:
    client = client_of(program, WITH_TOKENS, Authorization=f"Bearer {token()}")
    given = announced(client, content, tags=["pumps"])
    assert (given["document"]["status"], given["document"]["tags"]) == ("uploading", ["pumps"])
    ingest = f"/v1/documents/{given['document']['id']}/ingest"
    problem(client.post(ingest, json={}), 409, "conflict")
    answer = post(client_of(program, WITH_TOKENS), given["upload"], content)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.post(ingest, json={}).status_code == 202
    program.worker.drain()
    assert client.get(f"/v1/documents/{given['document']['id']}").json()["status"] == "ready"
    problem(post(client, given["upload"], content), 409, "conflict")  # it cannot be replaced


def test_content_that_is_here_already_needs_no_posting(client: TestClient, content: bytes) -> None:
    client.post("/v1/documents", files={"file": ("m.pdf", content)})
    body = {"name": "n.pdf", "size": len(content), "sha256": hashlib.sha256(content).hexdigest().upper()}
    answer = client.post("/v1/documents/uploads", json=body)
    assert (answer.status_code, answer.json()["upload"]) == (200, None)


def test_only_the_announced_file_is_taken(client: TestClient, content: bytes) -> None:
    upload = announced(client, content)["upload"]
    problem(post(client, upload, content + b"x"), 400, "bad_request")
    problem(post(client, upload, content[:-1]), 400, "bad_request")
    details = problem(post(client, upload, content[:-1] + b"x"), 400, "bad_request")
    assert "sha256" in details["detail"]
    problem(client.post(upload["url"], json={}), 422, "invalid_request")
    problem(post(client, upload, content + b"x" * 2_000_000), 413, "too_large")
    assert post(client, upload, content).status_code == 204


def test_what_is_posted_must_be_a_pdf(client: TestClient) -> None:
    content = b"<html></html>"
    problem(post(client, announced(client, content)["upload"], content), 415, "not_a_pdf")


def test_a_forged_address_is_refused_before_anything_is_read(client: TestClient, content: bytes) -> None:
    upload = announced(client, content)["upload"]
    for url in (upload["url"][:-4] + "AAAA", "/v1/uploads/x", "/v1/uploads/%ff", "/v1/uploads/"):
        problem(post(client, {"url": url, "fields": {}}, content), 403, "not_allowed")


def test_a_file_for_a_document_that_is_deleted_meanwhile_is_not_kept(
    program: Embedded, client: TestClient, content: bytes
) -> None:
    given = announced(client, content)
    client.delete(f"/v1/documents/{given['document']['id']}")
    problem(post(client, given["upload"], content), 404, "not_found")
    assert list(program.files.keys("local")) == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"size": 0}, 422, "empty_file"),
        ({"size": 1 << 40}, 413, "too_large"),
        ({"size": False}, 422, "invalid_request"),
        ({"size": "12"}, 422, "invalid_request"),
        ({"size": -1}, 422, "invalid_request"),
        ({"sha256": "0" * 63}, 422, "invalid_request"),
        ({"name": ""}, 422, "invalid_request"),
        ({"name": "\x00"}, 400, "bad_request"),
        ({"tags": ["x"] * 21}, 422, "invalid_request"),
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(
    client: TestClient, change: dict[str, object], status: int, code: str
) -> None:
    body = {"name": "m.pdf", "size": 100, "sha256": "0" * 64} | change
    problem(client.post("/v1/documents/uploads", json=body), status, code)
    assert client.get("/v1/documents").json()["items"] == []
