"""The API describes itself, and what it says is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from app.api.errors import STATUS


@pytest.fixture
def description(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def operations(description: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_operation_says_what_it_does(description: Any) -> None:
    found = dict(operations(description))
    assert len(found) >= 26
    for where, operation in found.items():
        assert operation["summary"].strip(), where
        assert not operation["summary"].endswith("."), where
        assert operation["tags"], where
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or "schema" in parameter, where
    ids = [operation["operationId"] for operation in found.values()]
    assert len(set(ids)) == len(ids)


def test_every_example_fits_its_schema(description: Any) -> None:
    schemas = description["components"]["schemas"]
    tried = 0
    for name, schema in schemas.items():
        for example in schema.get("examples", []):
            whole = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
            Draft202012Validator(whole).validate(example)
            tried += 1
    assert tried >= 20


def test_every_body_that_is_json_has_an_example(description: Any) -> None:
    schemas = description["components"]["schemas"]
    for where, operation in operations(description):
        for content in _json_bodies(operation):
            reference = content["schema"].get("$ref") or next(
                each["$ref"] for each in content["schema"]["anyOf"] if "$ref" in each
            )
            schema = schemas[reference.rpartition("/")[2]]
            items = schema.get("properties", {}).get("items", {}).get("items", {})
            shown = schemas[items["$ref"].rpartition("/")[2]] if items else schema
            assert "examples" in shown or schema["title"] in ("Health", "Announced"), where


def _json_bodies(operation: Any) -> Iterator[Any]:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        if content := body.get("content", {}).get("application/json"):
            yield content


def test_every_error_is_described_as_problem_details(description: Any) -> None:
    for where, operation in operations(description):
        codes = {int(code) for code in operation["responses"] if int(code) >= 400}
        if where.split()[1].startswith("/v1/"):
            assert {400, 401, 403, 500, 503} <= codes, where
            for code in codes:
                content = operation["responses"][str(code)]["content"]
                assert list(content) == ["application/problem+json"], where
        assert codes <= {*STATUS.values(), 416}, where
    assert "HTTPValidationError" not in str(description)


def test_what_needs_a_token_says_so(description: Any) -> None:
    for where, operation in operations(description):
        assert ("security" in operation) == where.split()[1].startswith("/v1/"), where


def test_the_reference_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text.replace("http://www.w3.org", "")
    for asset in ("/style.css", "/docs.css", "/js/reference.js", "/favicon.svg", "/icons.svg"):
        assert client.get(asset).status_code == 200


def test_the_web_page_and_its_parts_are_served_and_always_asked_for_anew(client: TestClient) -> None:
    page = client.get("/")
    assert "<title>Knowledge Base</title>" in page.text
    for path in ("/", "/js/app.js", "/style.css"):
        answer = client.get(path)
        assert answer.headers["cache-control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code in (200, 304)
    assert client.get("/js/app.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/js/../../settings.py").status_code == 404
    assert client.get("/js/%2e%2e/%2e%2e/settings.py").status_code == 404
