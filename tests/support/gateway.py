"""The gateway as a process of its own, in front of containers of the function ``tests/images/echo``."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support import services
from tests.support.functions import NOBODY, docker
from tests.support.http import Answer, ask, status, until
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port

ECHO = Path(__file__).parents[1] / "images" / "echo"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Echo:
    """A container of the function, published at a port that it keeps."""

    name: str
    port: int

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def restarts(self) -> int:
        """How often its emulator died."""
        return int(docker("inspect", "--format={{.RestartCount}}", self.name))

    def notes(self) -> list[str]:
        """What the function noted here."""
        return docker("exec", self.name, "sh", "-c", "cat /tmp/notes 2>/dev/null || true").splitlines()


@cache
def echo_image() -> str:
    return docker("build", "--quiet", f"--label={services.LABEL}={services.RUN}", str(ECHO))


@contextlib.contextmanager
def echoes(count: int) -> Iterator[list[Echo]]:
    """So many containers of the function, restarted when their emulator dies."""
    services.require_docker()
    made = [Echo(f"{services.LABEL}-echo-{secrets.token_hex(4)}", free_port()) for _ in range(count)]
    try:
        for each in made:
            start(each)
        yield made
    finally:
        for each in made:
            subprocess.run(["docker", "rm", "--force", each.name], check=False, capture_output=True)


def start(echo: Echo) -> None:
    docker(
        "run",
        "--detach",
        "--restart=unless-stopped",
        f"--name={echo.name}",
        f"--label={services.LABEL}={services.RUN}",
        "--env=AWS_LAMBDA_FUNCTION_TIMEOUT=60",
        "--read-only",
        "--tmpfs=/tmp",
        f"--user={NOBODY}",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        f"--publish={echo.place}:8080",
        echo_image(),
    )
    until(lambda: status(f"http://{echo.place}/") > 0, f"{echo.name} listens")


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway: the function's HTTP API at ``url``, the Invoke API at ``lambda_url``."""

    url: str
    lambda_url: str

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
        seconds: float = 45.0,
    ) -> Answer:
        return ask(self.url + path, body, headers, method, seconds)

    def do(self, **order: object) -> Answer:
        """What the function answers to an order."""
        return self.ask("/?" + "&".join(f"{name}={json.dumps(value)}" for name, value in order.items()))


@contextlib.contextmanager
def gateway(
    folder: Path, containers: Sequence[Echo], *, queue_url: str | None = None, batch_size: int = 1
) -> Iterator[Gateway]:
    """A gateway for these containers; with ``queue_url`` they take its messages, and no requests."""
    places = json.dumps([each.place for each in containers])
    ports = free_port(), free_port()
    queue = (
        f'[queue]\nurl = "{queue_url}"\nbatch_size = {batch_size}\nfunction = {{ containers = {places} }}\n'
    )
    file = folder / "gateway.toml"
    file.write_text(
        f'http_function = "echo"\nhost = "127.0.0.1"\nhttp_port = {ports[0]}\nlambda_port = {ports[1]}\n'
        f"[functions.echo]\ncontainers = {places}\nseconds = 60\n{queue if queue_url else ''}"
    )
    log = folder / "gateway.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.gateway", str(file)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **{k: v for k, v in os.environ.items() if k.startswith("AWS_")}},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{ports[0]}"
        until(lambda: process.poll() is not None or status(url + "/event") > 0, "the gateway answers")
        assert process.poll() is None, log.read_text()
        yield Gateway(url, f"http://127.0.0.1:{ports[1]}")
    finally:
        process.terminate()
        process.wait(timeout=HANG_SECONDS)
