"""The whole of ``docker-compose.yml`` under a name and at ports of its own, once for a test run.

The first process that needs it starts it; tests hold it one at a time, since some stop a part of it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from tests.support import functions, services
from tests.support.http import ask, until
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port

PROJECT = f"{services.LABEL}-{services.RUN}"
IMAGES = (functions.MAIN_API, functions.IMAGE_PROCESSOR, "local")


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that runs: its API at ``url``."""

    project: str
    port: int
    s3_port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def compose(self, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """What ``docker compose`` prints."""
        ports = {"KB_PORT": str(self.port), "S3_PORT": str(self.s3_port)}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ}
        done = subprocess.run(
            ["docker", "compose", "--project-name", self.project, "--env-file", "/dev/null", *arguments],
            cwd=functions.ROOT,
            env={**kept, **ports, **(more or {})},
            capture_output=True,
            text=True,
            timeout=2 * HANG_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"docker compose {arguments}: {done.stdout} {done.stderr}"
        return done.stdout.strip()

    def up(self, *arguments: str, **more: str) -> None:
        """Start what does not run, and wait until all is ready."""
        self.compose("up", "--detach", "--wait", *arguments, more=more)
        self.wait()

    def wait(self) -> None:
        """Until every part says that it can be used."""
        until(lambda: ask(f"{self.url}/ready").status == 200, "the stack is ready", pause=0.5)

    def clear(self) -> None:
        """Delete what other tests left in it."""
        while items := ask(f"{self.url}/v1/documents").value["items"]:
            for item in items:
                ask(f"{self.url}/v1/documents/{item['id']}", method="DELETE")

    def containers(self, service: str) -> list[str]:
        """The ids of a service's containers."""
        return self.compose("ps", "--quiet", service).split()

    @contextmanager
    def without(self, service: str) -> Iterator[None]:
        """The stack while a part of it is stopped; all is ready again at the end."""
        self.compose("stop", "--timeout", "1", service)
        try:
            yield
        finally:
            self.compose("start", service)
            self.wait()


@contextmanager
def held() -> Iterator[Stack]:
    """The stack of this test run, for nobody else for as long as the context lasts, and without documents."""
    services.require_docker()
    services.FOLDER.mkdir(exist_ok=True)
    note = services.FOLDER / "stack.json"
    with services.locked(services.FOLDER / "stack.lock"):
        if note.exists():
            running = Stack(**json.loads(note.read_text()))
            running.clear()
            yield running
            return
        for name in IMAGES:
            functions.image(name)
        made = Stack(PROJECT, free_port(), free_port())
        note.write_text(json.dumps(asdict(made)))
        made.up()
        yield made


def stop() -> None:
    """Remove the stack of this test run with its data, if there is one."""
    if (services.FOLDER / "stack.json").exists():
        Stack(PROJECT, 1, 1).compose("down", "--volumes", "--timeout", "1", "--remove-orphans")
