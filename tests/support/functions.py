"""The two functions as they run in the cloud: their images under the Runtime Interface Emulator.

Read-only but for ``/tmp``, as nobody in particular, with the memory that the function has.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import services
from tests.support.machine import HANG_SECONDS

ROOT = Path(__file__).parents[2]
PORT = 8080
PATH = "/2015-03-31/functions/function/invocations"
NOBODY = "993:990"
"""The user that Lambda runs functions as has no name in the image either."""

MAIN_API = "main-api"
IMAGE_PROCESSOR = "image-processor"
MEMORY = {MAIN_API: "3008m", IMAGE_PROCESSOR: "2048m"}

ENVIRONMENT: dict[str, dict[str, str]] = {
    MAIN_API: {
        "DOCUMENTS_TABLE": "documents",
        "CHAT_SESSIONS_TABLE": "sessions",
        "CHAT_MESSAGES_TABLE": "messages",
        "PDF_STORAGE_BUCKET": "files",
        "INGEST_QUEUE_URL": "http://127.0.0.1:9/queue/jobs",
        "IMAGE_PROCESSOR_LAMBDA_ARN": "arn:aws:lambda:eu-central-1:000000000000:function:images",
        "WEAVIATE_URL": "http://127.0.0.1:9",
        "OPENAI_API_KEY": "none",
        "JWT_SECRET_KEY": "a secret of the tests that is long enough",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    },
    IMAGE_PROCESSOR: {},
}
"""Enough to start: nothing is at these addresses."""


@cache
def image(name: str) -> str:
    """The id of an image, built if no process of this test run has done so."""
    services.FOLDER.mkdir(exist_ok=True)
    note = services.FOLDER / f"{name}.image"
    with services.locked(services.FOLDER / "images.lock"):
        if not note.exists():
            subprocess.run([ROOT / "scripts" / "build_images", name, "--quiet"], check=True, timeout=900)
            tag = f"knowledge-base/{name}:local"
            note.write_text(docker("image", "inspect", "--format={{.Id}}", tag))
    return note.read_text()


def docker(*arguments: str, stdin: str | None = None) -> str:
    """What a command of Docker prints."""
    done = subprocess.run(
        ["docker", *arguments], check=False, capture_output=True, text=True, timeout=HANG_SECONDS, input=stdin
    )
    if done.returncode:
        raise AssertionError(f"docker {arguments[0]} failed: {done.stdout} {done.stderr}")
    return done.stdout.strip()


def docker_log(container: str) -> str:
    """All that a container has written."""
    done = subprocess.run(
        ["docker", "logs", container], check=True, capture_output=True, text=True, timeout=HANG_SECONDS
    )
    return done.stdout + done.stderr


@dataclass(frozen=True, slots=True)
class Function:
    """A container that runs a function."""

    name: str
    url: str

    def invoke(self, event: object) -> Any:
        """The answer to an event; the error of a function that does not start or ends."""
        body = json.dumps(event).encode()
        try:
            with urllib.request.urlopen(self.url, body, timeout=HANG_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)

    def python(self, program: str) -> Any:
        """The JSON that a program prints beside the function, with its modules and environment."""
        paths = "PYTHONPATH=/var/task:/var/runtime"
        return json.loads(docker("exec", "--env", paths, self.name, "python3.11", "-c", program))

    def runs(self) -> bool:
        """Whether it was not killed."""
        return docker("inspect", "--format={{.State.Running}}", self.name) == "true"

    def peak_bytes(self) -> int:
        """The most memory that it has held at a time, the file cache with it."""
        places = "/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes"
        return int(docker("exec", self.name, "sh", "-c", f"cat {places[0]} 2>/dev/null || cat {places[1]}"))


@contextmanager
def running(name: str, environment: Mapping[str, str] | None = None) -> Iterator[Function]:
    """A function that runs for as long as the context lasts."""
    container = f"{services.LABEL}-{name}-{secrets.token_hex(4)}"
    variables = {**ENVIRONMENT[name], **(environment or {})}
    options = [
        "--detach",
        f"--name={container}",
        f"--label={services.LABEL}={services.RUN}",
        "--read-only",
        "--tmpfs=/tmp:size=512m",
        f"--user={NOBODY}",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        f"--memory={MEMORY[name]}",
        f"--memory-swap={MEMORY[name]}",
        f"--publish=127.0.0.1::{PORT}",
        *(f"--env={key}={value}" for key, value in variables.items()),
    ]
    docker("run", *options, image(name))
    try:
        place = docker("port", container, str(PORT)).splitlines()[0]
        services.wait_for_http(f"http://{place}/")
        yield Function(container, f"http://{place}{PATH}")
    finally:
        docker("rm", "--force", container)


def http_event(path: str, method: str = "GET", *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An event of API Gateway (payload format 2.0)."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "abc.execute-api.eu-central-1.amazonaws.com", **(headers or {})},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "abc",
            "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "test",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 0,
        },
        "isBase64Encoded": False,
    }
