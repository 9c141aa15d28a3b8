"""The HTTP API over a program, in this process, as a client meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.api.app import create_app
from app.api.auth import authenticator, mint
from app.cli.serve import UI
from app.compose import Embedded
from app.settings import Settings

SECRET = "a secret for tests that is long enough"
LOCAL = Settings()
WITH_TOKENS = Settings(jwt_secret_key=SECRET)


def client_of(program: Embedded, settings: Settings = LOCAL, **headers: str) -> TestClient:
    """A client of the API; its errors are those that a client sees."""
    app = create_app(
        program.knowledge_base,
        auth=authenticator(settings),
        receive_upload=program.files.accept,
        ui=UI,
    )
    return TestClient(app, base_url="http://localhost", headers=headers, follow_redirects=False)


def token(tenant: str = "us", *roles: str, subject: str = "ann", seconds: int = 600) -> str:
    """A token of ``SECRET``; an editor's if no role is named."""
    return mint(WITH_TOKENS, subject, tenant, roles or ("editor",), seconds)


def upload(program: Embedded, client: TestClient, path: Path, name: str = "manual.pdf", **form: Any) -> Any:
    """Upload a file and have it read; its document as it is then."""
    answer = client.post("/v1/documents", files={"file": (name, path.read_bytes())}, data=form)
    assert answer.status_code in (200, 201), answer.text
    program.worker.drain()
    return client.get(f"/v1/documents/{answer.json()['id']}").json()


def problem(answer: Any, status: int, code: str) -> Any:
    """The problem details of an answer that must be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    details = answer.json()
    assert (details["status"], details["code"]) == (status, code), details
    assert details["request_id"] == answer.headers["x-request-id"]
    return details
