"""``sam local`` runs the images that were built here, as the guide says."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api.auth import mint
from app.settings import Settings
from tests.support import functions, services, tools
from tests.support import stack as stacks
from tests.support.account import environment_of
from tests.support.functions import ROOT, docker
from tests.support.http import status, until
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port
from tests.support.stack import Stack

pytestmark = pytest.mark.slow

IMAGE = f"knowledge-base/{services.LABEL}-{services.RUN}"
"""In place of the names that the guide has, beside which ``sam`` keeps images of its own."""

NAMES = {
    "knowledge-base/main-api:sam": f"{IMAGE}:sam",
    "knowledge-base/image-processor:local": f"{IMAGE}:images",
    "knowledge-base_inside": f"{stacks.PROJECT}_inside",
}


@pytest.fixture
def sam() -> str:
    return str(tools.commands(tools.SAM) / "sam")


@pytest.fixture
def stack() -> Iterator[Stack]:
    with stacks.held() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Path]:
    """``samconfig.toml`` with the names of this run."""
    text = (ROOT / "samconfig.toml").read_text()
    for shown, own in NAMES.items():
        assert text.count(shown) == 2
        text = text.replace(shown, own)
    path = tmp_path / "samconfig.toml"
    path.write_text(text)
    docker("tag", functions.image(functions.IMAGE_PROCESSOR), f"{IMAGE}:images")
    yield path
    docker("rmi", *docker("images", "--format={{.Repository}}:{{.Tag}}", IMAGE).split())


ENVIRONMENT = {
    "SAM_CLI_TELEMETRY": "0",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def test_the_api_does_all_that_it_is_there_for(sam: str, stack: Stack, settings: Path) -> None:
    secret = stack.compose("exec", "gateway", "cat", "/secrets/s3_secret_key")
    s3_port = f"--build-arg=S3_PORT={stack.s3_port}"
    docker("build", "--quiet", s3_port, f"--tag={IMAGE}:sam", str(ROOT / "local/sam"))
    assert secret not in docker("inspect", f"{IMAGE}:sam") + docker("history", "--no-trunc", f"{IMAGE}:sam")
    environment = {**environment_of(ENVIRONMENT), "AWS_SECRET_ACCESS_KEY": secret}
    port = free_port()
    command = [sam, "local", "start-api", "--config-file", str(settings), "--config-env", "local"]
    log = (settings.parent / "log").open("wb")
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: status(f"{url}/health") == 200, "sam serves", pause=1)
        token = mint(Settings(jwt_secret_key=secret), "sam", "sam", ("editor",), 600)
        done = subprocess.run(
            [ROOT / "scripts/smoke", url, "--token", token],
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, done.stderr + Path(log.name).read_text()[-5000:]
    finally:
        process.send_signal(signal.SIGINT)  # it removes its containers
        process.wait(HANG_SECONDS)
        log.close()


def test_a_function_is_called_with_an_event(sam: str, stack: Stack, settings: Path) -> None:
    done = subprocess.run(
        [
            *(sam, "local", "invoke", "ImageProcessorFunction", "--event", "local/sam/event.json"),
            *("--config-file", str(settings), "--config-env", "local"),
        ],
        cwd=ROOT,
        env=environment_of(ENVIRONMENT),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "not_a_pdf"
