"""Secrets come from Secrets Manager; one that is not as it must be is refused without a word of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from app.adapters.aws import secrets
from app.settings import LAMBDA_NEEDS, SECRETS, from_environment

ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:knowledge-base-AbCdEf"
HELD = {
    "OPENAI_API_KEY": "key of a model",
    "JWT_SECRET_KEY": "key of tokens" * 3,
    "WEAVIATE_API_KEY": "key of an index",
}
PLAIN = {"IS_LAMBDA": "true", "SECRETS_ARN": ARN} | {
    name: "x" for name in LAMBDA_NEEDS if name not in SECRETS
}


@contextmanager
def secrets_manager(status: int, answer: dict[str, Any]) -> Iterator[list[dict[str, str]]]:
    """A server that answers every request so; what it was asked for."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({"Action": self.headers["X-Amz-Target"], **body})
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://127.0.0.1:{server.server_port}")
            environment.setenv("AWS_DEFAULT_REGION", "eu-central-1")
            environment.setenv("AWS_ACCESS_KEY_ID", "none")
            environment.setenv("AWS_SECRET_ACCESS_KEY", "none")
            yield asked
        server.shutdown()


def test_a_secret_is_read_by_its_arn() -> None:
    with secrets_manager(200, {"SecretString": json.dumps(HELD)}) as asked:
        assert secrets.read(ARN) == HELD
    assert asked == [{"Action": "secretsmanager.GetSecretValue", "SecretId": ARN}]


def test_a_version_of_a_function_reads_the_version_of_the_secret_that_it_was_released_with() -> None:
    with secrets_manager(200, {"SecretString": json.dumps(HELD)}) as asked:
        from_environment({**PLAIN, "SECRETS_VERSION": "v" * 36}, read_secret=secrets.read)
    assert asked == [{"Action": "secretsmanager.GetSecretValue", "SecretId": ARN, "VersionId": "v" * 36}]


def test_a_function_starts_with_what_its_secret_holds() -> None:
    with secrets_manager(200, {"SecretString": json.dumps({**HELD, "WEAVIATE_URL": "no secret"})}):
        settings = from_environment(PLAIN, read_secret=secrets.read)
    assert settings.openai_api_key == HELD["OPENAI_API_KEY"]
    assert settings.jwt_secret_key == HELD["JWT_SECRET_KEY"]
    assert settings.weaviate_api_key == HELD["WEAVIATE_API_KEY"]
    assert settings.weaviate_url == "x"


def test_a_function_says_what_its_secret_does_not_hold() -> None:
    with (
        secrets_manager(200, {"SecretString": json.dumps({"OPENAI_API_KEY": "key"})}),
        pytest.raises(ValueError, match="needs JWT_SECRET_KEY"),
    ):
        from_environment(PLAIN, read_secret=secrets.read)


def test_without_an_arn_nothing_is_asked() -> None:
    def never(*_: str) -> dict[str, str]:
        raise AssertionError

    environment = {**PLAIN, **HELD, "SECRETS_ARN": ""}
    assert from_environment(environment, read_secret=never).openai_api_key == HELD["OPENAI_API_KEY"]


@pytest.mark.parametrize("kind", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_secret_that_cannot_be_read_is_named_with_the_reason(kind: str) -> None:
    with (
        secrets_manager(400, {"__type": kind, "message": "no"}),
        pytest.raises(ValueError, match=f"{ARN}.*SECRETS_ARN.*{kind}"),
    ):
        secrets.read(ARN)


@pytest.mark.parametrize("held", ["key of tokens", '["key of tokens"]', '{"JWT_SECRET_KEY": 5}', ""])
def test_a_secret_that_is_something_else_is_refused_without_a_word_of_it(held: str) -> None:
    with (
        secrets_manager(200, {"SecretString": held}),
        pytest.raises(ValueError, match="must be a JSON object of texts") as refused,
    ):
        secrets.read(ARN)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert "key of tokens" not in str(refused.value)
