"""The check of a deployed stack: against the program itself, as it is and with a part of it broken."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.api.auth import mint
from app.settings import Settings
from tests.support.http import Answer, ask
from tests.support.machine import HANG_SECONDS
from tests.support.openai_server import Fault, Messages, OpenAiServer
from tests.support.server import free_port, serving

ROOT = Path(__file__).parents[2]
STEPS = ["health", "ready", "announced", "posted", "ingested", "asked", "deleted"]
SECRET = "a secret of the tests that is long enough"


def smoke(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts/smoke", url, *arguments],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def steps(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line.split()[0] for line in done.stdout.splitlines()]


def token(*roles: str) -> str:
    return mint(Settings(jwt_secret_key=SECRET), "smoke", "smoke", roles, 600)


def is_empty(url: str, bearer: str | None = None) -> bool:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else None

    def items(path: str) -> Answer:
        return ask(f"{url}/v1/{path}", headers=headers)

    return not items("documents").value["items"] and not items("chat/sessions").value["items"]


def test_a_server_that_works_passes_and_nothing_is_left_of_the_check(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        done = smoke(server.url + "/")
        assert done.returncode == 0, done.stderr
        assert steps(done) == STEPS
        assert is_empty(server.url)
        assert smoke(server.url).returncode == 0  # as often as one likes


def test_a_token_is_given_on_the_command_line_or_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path / "data", environment={"JWT_SECRET_KEY": SECRET}) as server:
        without = smoke(server.url)
        assert without.returncode == 1
        assert "smoke: announced: POST /v1/documents/uploads answers 401: token_missing" in without.stderr
        assert smoke(server.url, "--token", token("editor")).returncode == 0
        monkeypatch.setenv("KB_TOKEN", token("editor"))
        assert smoke(server.url).returncode == 0
        reader = smoke(server.url, "--token", token("reader"))
        assert reader.returncode == 1
        assert "answers 403: not_allowed" in reader.stderr


def test_an_answer_that_proves_nothing_fails_and_what_was_added_is_deleted(tmp_path: Path) -> None:
    with OpenAiServer() as model, serving(tmp_path / "data", environment=using(model)) as server:
        model.reply = made_up
        done = smoke(server.url)
        assert done.returncode == 1
        assert steps(done) == [*STEPS[:5], "deleted"]
        assert done.stderr.startswith("smoke: asked: no citation of the answer is proven")
        assert done.stderr.count("\n") == 1
        assert is_empty(server.url)


def test_a_part_that_cannot_be_used_is_told_with_its_reason(tmp_path: Path) -> None:
    with OpenAiServer() as model, serving(tmp_path / "data", environment=using(model)) as server:
        model.faults.extend([Fault(status=400)] * 40)
        done = smoke(server.url)
        assert done.returncode == 1
        assert steps(done) == ["health"]
        assert done.stderr.startswith("smoke: ready: embedding model: ")


def test_nobody_at_the_address_and_somebody_else_are_told_in_a_line() -> None:
    nobody = smoke(f"http://127.0.0.1:{free_port()}")
    assert nobody.returncode == 1
    assert nobody.stderr.startswith("smoke: health: nobody answers at http://127.0.0.1:")
    with OpenAiServer() as other:
        done = smoke(other.url)
    assert done.returncode == 1
    assert done.stderr.startswith("smoke: health: ")
    assert done.stderr.count("\n") == 1


def test_what_was_added_is_deleted_when_the_check_is_interrupted(tmp_path: Path) -> None:
    with OpenAiServer() as model, serving(tmp_path / "data", environment=using(model)) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.smoke", server.url],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        while not (line := process.stdout.readline()).startswith("posted"):
            assert line
        process.send_signal(signal.SIGINT)
        assert process.wait(HANG_SECONDS) == 130
        assert "smoke: interrupted" in process.stderr.read()
        process.stdout.close()
        process.stderr.close()
        assert is_empty(server.url)


def using(model: OpenAiServer) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "test",
        "OPENAI_BASE_URL": model.url,
        "OPENAI_EMBEDDING_DIMENSIONS": str(model.dimensions),
    }


def made_up(messages: Messages) -> str:
    """The right word, with words around it that are nowhere."""
    found = re.search(r"amber-\w+", messages[-1]["content"])
    assert found
    return f'It is {found[0]} [[1: "Everybody agrees that {found[0]} opens every door."]]'
