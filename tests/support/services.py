"""Services in containers, started once for a test run and shared by its processes.

The first that needs one starts it, under a file lock; the process that began the run removes them all.
"""

from __future__ import annotations

import calendar
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.support.machine import HANG_SECONDS, TRY_SECONDS

LABEL = "knowledge-base-tests"
STALE_SECONDS = 3600.0
"""Containers this old were left by a run that was killed."""


RUN = str(os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid())
"""The process that began the test run."""

FOLDER = Path(tempfile.gettempdir()) / f"{LABEL}-{RUN}"


@dataclass(frozen=True, slots=True)
class Service:
    """What to start; ``port`` is the one it listens at inside, ``path`` one that answers HTTP there, and
    ``more`` are other ports of it."""

    image: str
    port: int
    path: str = "/"
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    more: Sequence[int] = ()


DYNAMODB = Service(
    "amazon/dynamodb-local:3.3.1",
    8000,
    # Quick to start rather than fast after hours.
    command=(
        *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        *("-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb"),
    ),
)
SQS = Service("softwaremill/elasticmq-native:1.6.11", 9324)
S3 = Service(
    "versity/versitygw:v1.8.0",
    7070,
    environment={
        "ROOT_ACCESS_KEY": "testkey",
        "ROOT_SECRET_KEY": "testsecret",
        "VGW_REGION": "eu-central-1",
    },
)
WEAVIATE = Service(
    "cr.weaviate.io/semitechnologies/weaviate:1.35.2",
    8080,
    path="/v1/.well-known/ready",
    environment={
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true",
        "CLUSTER_HOSTNAME": "node1",
        "DEFAULT_VECTORIZER_MODULE": "none",
        "DISABLE_TELEMETRY": "true",
        "PERSISTENCE_DATA_PATH": "/var/lib/weaviate",
    },
    more=(50051,),
)


def address(service: Service) -> str:
    """The address of a service, which is started if no process of this test run has done so."""
    require_docker()
    FOLDER.mkdir(exist_ok=True)
    name = f"{LABEL}-{RUN}-{service.port}"
    with locked(FOLDER / str(service.port)):
        if not _docker("ps", "--quiet", "--filter", f"name=^{name}$"):
            start(service, name)
        url = url_of(service, name)
        wait_for_http(url + service.path)
    return url


def require_docker() -> None:
    """Skips the test where there is no Docker; CI always has it."""
    if not _docker_runs():
        if os.environ.get("CI"):
            pytest.fail("CI must have a Docker engine")
        pytest.skip("a Docker engine is needed to run this")


def start(service: Service, name: str, *, published: bool = True) -> None:
    """Start a service in a container called ``name``, ``published`` on loopback or at its own address only;
    ``stop_all`` removes it at last."""
    # The container is shared by all processes of the run, and outlives the one that starts it.
    os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(service.image).with_name(name).with_envs(**service.environment)
    if published:
        container.ports = dict.fromkeys((service.port, *service.more), ("127.0.0.1", None))
    if service.command:
        container.with_command(list(service.command))
    container.with_kwargs(labels={LABEL: RUN}, auto_remove=True).start()
    container.get_docker_client().client.close()


def stop_all() -> None:
    """Remove the containers of this run, if there are any, and those that a killed one left long ago."""
    if not FOLDER.exists():
        return
    names = _docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}").split()
    for each in json.loads(_docker("inspect", *names)) if names else ():
        age = time.time() - calendar.timegm(time.strptime(each["Created"][:19], "%Y-%m-%dT%H:%M:%S"))
        if each["Config"]["Labels"][LABEL] == RUN or age > STALE_SECONDS:
            subprocess.run(["docker", "rm", "--force", each["Id"]], check=False, capture_output=True)
    shutil.rmtree(FOLDER)


def url_of(service: Service, name: str, port: int | None = None) -> str:
    """Where the container ``name`` serves on this machine, at its first port or another."""
    return f"http://127.0.0.1:{_docker('port', name, str(port or service.port)).rpartition(':')[2]}"


def inside(service: Service) -> str:
    """The address of a service, started if need be, as other containers of this machine see it."""
    address(service)
    place = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return f"http://{_docker('inspect', f'--format={place}', f'{LABEL}-{RUN}-{service.port}')}:{service.port}"


def wait_for_http(url: str) -> None:
    """Until something answers HTTP, whatever it says; raise what stopped it where it never does."""
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=TRY_SECONDS).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@cache
def _docker_runs() -> bool:
    if shutil.which("docker") is None:
        return False
    return (
        subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=HANG_SECONDS).returncode
        == 0
    )


def _docker(*arguments: str) -> str:
    done = subprocess.run(
        ["docker", *arguments], check=False, capture_output=True, text=True, timeout=HANG_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"docker {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes for as long as the context lasts."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
