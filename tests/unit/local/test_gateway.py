"""What stands in for the cloud on one machine: what it says where it cannot be used."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from app.api.admission.connections import KEEP_ALIVE_SECONDS
from images.project import claim_project
from local.gateway.__main__ import every_path
from local.gateway.callers import Callers
from local.gateway.healthy import main as healthy
from local.gateway.settings import read
from tests.support.http_answers import answering
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"


def compose() -> Any:
    return yaml.safe_load(COMPOSE.read_text())


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_it_is_healthy_when_a_request_was_answered_and_then_as_long_as_it_listens(tmp_path: Path) -> None:
    answered = tmp_path / "answered"
    assert healthy(free_port(), answered) == 1
    with answering(500) as broken:  # as where every request fails for want of a long enough secret
        assert healthy(port_of(broken), answered) == 1
    with answering(200) as fine:
        assert healthy(port_of(fine), answered) == 0
    with answering(500) as busy:
        assert healthy(port_of(busy), answered) == 0
    assert healthy(free_port(), answered) == 1


def test_the_gateways_health_is_that_of_the_whole_way() -> None:
    gateway = compose()["services"]["gateway"]
    assert gateway["healthcheck"]["test"] == ["CMD", "python", "-m", "local.gateway.healthy"]
    assert {"/tmp:mode=1777,size=64m"} == set(gateway["tmpfs"])  # where it notes that it was


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("JWT_SECRET_KEY", "short", "JWT_SECRET_KEY must be at least 32 bytes long"),
        ("KB_RANGE_PAGES", "many", "KB_RANGE_PAGES must be a whole number"),
        ("KB_OCR", "yes", "KB_OCR must be one of auto, local, model, off"),
    ],
)
def test_what_no_function_starts_with_is_said_before_anything_is_started(
    tmp_path: Path, variable: str, value: str, said: str
) -> None:
    services = compose()["services"]
    assert variable in services["secrets"]["environment"]
    done = subprocess.run(
        [sys.executable, "-m", "local.setup", "secrets", tmp_path],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], variable: value},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f".env: {said}")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
    for name in ("setup", "s3"):  # and by these all others
        assert services[name]["depends_on"]["secrets"] == {"condition": "service_completed_successfully"}


def test_without_a_key_scans_are_said_not_to_be_read(tmp_path: Path) -> None:
    """The local model server has no model that reads pictures."""
    script = (ROOT / "local" / "start").read_text().replace("/secrets/", f"{tmp_path}/")
    for name in ("jwt_secret_key", "s3_secret_key"):
        (tmp_path / name).write_text("s" * 32)

    def started(**given: str) -> dict[str, str]:
        done = subprocess.run(
            ["sh", "-c", script, "start", "env"],
            env={"PATH": os.environ["PATH"], **given},
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(line.partition("=")[::2] for line in done.stdout.splitlines())

    assert started(KB_OCR="")["KB_OCR"] == "off"
    assert started(OPENAI_API_KEY="key", KB_OCR="")["KB_OCR"] == ""
    assert started(OPENAI_API_KEY="key", KB_OCR="model")["KB_OCR"] == "model"


def test_two_checkouts_have_their_own_containers_and_data() -> None:
    assert "name" not in compose()  # the folder's is the project's
    assert not re.search(r"^ *(container_name|name):", COMPOSE.read_text(), re.M)


@pytest.mark.parametrize(
    ("others", "settings", "is_named"),
    [
        ([], "", False),
        (["own"], "", False),
        (["elsewhere"], "", True),
        (["elsewhere"], "KB_PORT=8001", True),
        (["elsewhere"], "COMPOSE_PROJECT_NAME=mine\n", False),
    ],
)
def test_a_checkout_in_a_folder_of_a_name_that_runs_already_gets_a_project_of_its_own(
    tmp_path: Path, others: list[str], settings: str, is_named: bool
) -> None:
    root = tmp_path / "Knowledge.Base"
    root.mkdir()
    (root / ".env").write_text(settings)
    places = {"own": str(root), "elsewhere": "/elsewhere/Knowledge.Base"}

    def folders_of(name: str) -> set[str]:
        return {places[each] for each in others if name == "knowledgebase"}

    said = claim_project(root, folders_of)
    kept = (root / ".env").read_text()
    assert kept.startswith(settings)
    if is_named:
        name = re.search(r"^COMPOSE_PROJECT_NAME=(knowledgebase-[0-9a-f]{8})$", kept, re.M)
        assert name
        assert name[1] in said
        assert "/elsewhere/Knowledge.Base" in said
        assert claim_project(root, folders_of) == ""  # once
    else:
        assert (kept, said) == (settings, "")


def test_a_connection_outlives_the_pause_between_two_polls() -> None:
    page = (ROOT / "app" / "ui" / "js" / "documents.js").read_text()
    pauses = [int(found) for found in re.findall(r"const POLL\w* = (\d+);", page)]
    assert len(pauses) == 2
    assert 2 * max(pauses) < 1000 * KEEP_ALIVE_SECONDS


def test_a_path_with_a_line_break_goes_to_the_function_like_any_other() -> None:
    """A route with a pattern would not match it, and answer in plain text itself."""
    seen: list[str] = []

    async def answer(request: Request) -> Response:
        seen.append(request.url.path)
        return Response("{}", media_type="application/json")

    app = every_path(answer)
    with TestClient(app) as client:
        for path in ("/v1/a%0Ab", "/%0A", "/v1/documents", "/"):
            for method in ("GET", "POST", "DELETE"):
                assert client.request(method, path).headers["content-type"] == "application/json"
    assert len(seen) == 12


def test_the_gateway_waits_for_slow_clients_as_long_as_the_server_does(tmp_path: Path) -> None:
    settings = {"KB_CONNECTIONS", "KB_HEAD_SECONDS", "KB_BODY_SECONDS", "KB_ANSWER_SECONDS"}
    assert settings < set(compose()["services"]["gateway"]["environment"])
    ports = free_port(), free_port()
    (tmp_path / "gateway.toml").write_text(
        f'http_function = "one"\nhost = "127.0.0.1"\nhttp_port = {ports[0]}\nlambda_port = {ports[1]}\n'
        f'[functions.one]\ncontainers = ["127.0.0.1:{free_port()}"]\n'
    )
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "local.gateway", tmp_path / "gateway.toml"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "KB_HEAD_SECONDS": "1"},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            with connected(ports[0]) as client:
                client.sendall(b"GET /health HTTP/1.1\r\nHost: local")
                assert client.recv(100).startswith(b"HTTP/1.1 408 ")
        finally:
            process.kill()


def connected(port: int) -> socket.socket:
    """A connection, as soon as there is somebody at the port."""
    end = time.monotonic() + HANG_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=HANG_SECONDS)
        except ConnectionError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_the_image_processor_shares_a_network_with_the_file_store_and_the_gateway_alone() -> None:
    services = compose()["services"]
    assert services["image-processor"]["networks"] == ["pictures"]
    assert compose()["networks"]["pictures"] == {"internal": True}
    assert {name for name, each in services.items() if "pictures" in each["networks"]} == {
        "image-processor",
        "s3",
        "gateway",
    }


def test_the_gateway_takes_no_call_of_a_function_that_may_call_nobody() -> None:
    functions = read(ROOT / "local/gateway.toml").functions
    assert [name for name, each in functions.items() if not each.may_call] == ["SafexpressOps-ImageProcessor"]

    async def answer(_: Request) -> Response:
        return Response("answered")

    here = ("127.0.0.1", 50000)
    barred = TestClient(Callers(every_path(answer), ["localhost:8080"]), client=here)
    assert barred.get("/v1/documents").status_code == 403
    for others in (["192.0.2.1:8080"], ["no-such-container.invalid:8080"], []):
        assert TestClient(Callers(every_path(answer), others), client=here).get("/x").text == "answered"
