"""What goes wrong is told as problem details, and nothing of the inside is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.adapters.embedded.search.index import SqliteIndex
from app.api.errors import STATUS, status_of
from app.compose import Embedded
from app.core import errors
from tests.support.api import client_of, problem


def every_error(kind: type[errors.KnowledgeBaseError]) -> Iterator[type[errors.KnowledgeBaseError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_error(below)


def test_every_error_has_a_status_and_a_code_of_its_own() -> None:
    kinds = [kind for kind in every_error(errors.KnowledgeBaseError) if kind.__module__ == errors.__name__]
    assert set(STATUS) <= set(kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert status_of(errors.Unavailable("down", "index")) == 503
    assert status_of(errors.ModelChanged("another model")) == 409
    assert status_of(errors.TokenExpired("old")) == 401


def test_an_unknown_address_and_a_wrong_method_are_problems(client: TestClient) -> None:
    for path in ("/nothing", "/v1/nothing", "/v1/documents/a/b", "/js/nothing.js", "/v1/documents/"):
        problem(client.get(path), 404, "not_found")
    answer = client.put("/v1/documents")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    problem(client.get("/v1/search"), 405, "method_not_allowed")
    problem(client.post("/v1/nothing"), 404, "not_found")


@pytest.mark.parametrize("body", [b"{", b"{'question': 1}", b"\xff\xfe", b"[" * 100_000, b'{"question": NaN'])
def test_a_body_that_is_not_json_is_a_400(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] in ("malformed_json", "bad_request")


def test_a_malformed_request_names_its_fields_and_repeats_nothing_of_them(client: TestClient) -> None:
    body = {"password": 4711, "version": "first", "hunter2": "x"}
    details = problem(client.post("/v1/documents/x/ingest", json=body), 422, "invalid_request")
    fields = {error["field"] for error in details["errors"]}
    assert fields == {"body.password", "body.version", "body.hunter2"}
    assert "4711" not in str(details)
    assert "first" not in str(details)


def test_half_a_surrogate_pair_breaks_nothing(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b'{"question": "\\ud800"}', b'{"\\ud800": 1}', b'{"question": "x", "tags": ["\\udfff"]}'):
        problem(client.post("/v1/search", content=body, headers=headers), 422, "invalid_request")


def test_a_json_body_that_is_too_large_is_refused_by_length_or_on_its_way(client: TestClient) -> None:
    large = b'{"question": "' + b"x" * (1 << 20) + b'"}'
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/search", content=large, headers=headers), 413, "too_large")
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 50:
            sent += 1
            yield b"x" * 100_000

    problem(client.post("/v1/search", content=endless(), headers=headers), 413, "too_large")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    problem(client.post("/v1/documents", content=large, headers=form), 413, "too_large")


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/search", content=b"{}", headers={"Content-Length": "many"})
    assert answer.status_code == 400


def test_a_request_id_is_echoed_or_made(client: TestClient) -> None:
    assert client.get("/health", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    made = {client.get("/health").headers["x-request-id"] for _ in range(3)}
    assert len(made) == 3
    for odd in ("", "x" * 65, "a b", "é"):
        answer = client.get("/health", headers=[(b"X-Request-Id", odd.encode())])
        assert answer.headers["x-request-id"].startswith("req_")


def test_an_unexpected_error_says_nothing_and_is_logged_with_its_id(
    program: Embedded, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(program)

    def broken() -> None:
        raise RuntimeError("the secret is 4711")

    client.app.add_api_route("/broken", broken)  # type: ignore[attr-defined]
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken", headers={"X-Request-Id": "seen-1"})
    problem(answer, 500, "internal")
    assert "4711" not in answer.text
    assert "seen-1" in caplog.text
    assert "4711" in caplog.text


def test_every_answer_carries_security_headers_and_the_page_a_policy_that_fits_it(client: TestClient) -> None:
    for path in ("/", "/health", "/nothing", "/js/app.js", "/v1/documents"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers
    assert "default-src 'self'" in client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in client.get("/v1/documents").headers["content-security-policy"]


def test_a_part_that_fails_makes_the_server_unready_and_is_named(program: Embedded, tmp_path: Path) -> None:
    client = client_of(program)
    assert client.get("/ready").json()["ready"] is True
    SqliteIndex(tmp_path / "data" / "index.sqlite3", model="another", dimensions=3).reset("another", 3)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["index"] != "ok"
    assert answer.json()["parts"]["documents"] == "ok"
    assert client.get("/health").json() == {"status": "ok"}
