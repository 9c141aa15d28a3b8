"""Images go to a real registry, with ECR's interface beside it."""

from __future__ import annotations

import io
import json
import os
import secrets
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from deploy.ecr import LIFECYCLE, Ecr
from deploy.push import push
from deploy.registry import DOCKER, INDEXES, Manifest, manifest
from deploy.terminal import Refused
from images.build import revision
from tests.support import functions, services
from tests.support.account import Relay, aws, environment_of
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port

ROOT = Path(__file__).parents[2]
LAYERS = 3


@pytest.fixture(scope="module")
def shared() -> Iterator[Relay]:
    services.require_docker()
    with aws() as relay:
        yield relay


@pytest.fixture
def relay(shared: Relay) -> Relay:
    shared.uploaded.clear()
    shared.refused = 0
    return shared


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    services.require_docker()
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def name() -> str:
    """A repository of the test's own."""
    return f"knowledge-base/{secrets.token_hex(4)}"


def image_of(engine: Any, *contents: bytes) -> Any:
    """A new image with a layer for each content."""
    files = {f"file{number}": content for number, content in enumerate(contents)}
    recipe = "FROM scratch\n" + "".join(f"COPY {file} /\n" for file in files)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file, content in {**files, "Dockerfile": recipe.encode()}.items():
            entry = tarfile.TarInfo(file)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    image, _ = engine.images.build(fileobj=io.BytesIO(buffer.getvalue()), custom_context=True, rm=True)
    return image


@pytest.fixture
def image(engine: Any) -> Iterator[Any]:
    made = image_of(engine, *(os.urandom(100_000) for _ in range(LAYERS)))
    yield made
    engine.images.remove(made.id, force=True)


def prepared(relay: Relay, name: str) -> tuple[Ecr, str]:
    cloud = Ecr(relay.client(), relay.host)
    return cloud, cloud.prepare(name)


def put_index(relay: Relay, address: str, tag: str, of: Manifest) -> Manifest:
    """An index that holds an image, under a tag."""
    cloud = Ecr(relay.client(), relay.host)
    login = cloud.login()
    entry = {
        "mediaType": of.media_type,
        "digest": of.digest,
        "size": 1,
        "platform": {"architecture": "amd64", "os": "linux"},
    }
    index = {"schemaVersion": 2, "mediaType": INDEXES[1], "manifests": [entry]}
    host, _, name = address.partition("/")
    httpx.put(
        f"http://{host}/v2/{name}/manifests/{tag}",
        content=json.dumps(index),
        headers={"Content-Type": INDEXES[1]},
        auth=(login.user, login.password),
    ).raise_for_status()
    found = manifest(address, tag, cloud.login)
    assert found
    return found


# -- repositories -------------------------------------------------------------------------------------------


def test_a_repository_is_made_with_immutable_tags_scans_and_rules(relay: Relay, name: str) -> None:
    prepared(relay, name)
    client = relay.client()
    (found,) = client.describe_repositories(repositoryNames=[name])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert '"release-"' in client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]


def test_one_that_somebody_made_otherwise_is_put_right(relay: Relay, name: str) -> None:
    client = relay.client()
    client.create_repository(repositoryName=name)
    client.put_lifecycle_policy(
        repositoryName=name, lifecyclePolicyText=json.dumps({"rules": LIFECYCLE["rules"][1:]})
    )
    prepared(relay, name)
    (found,) = client.describe_repositories(repositoryNames=[name])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert '"release-"' in client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]


def test_an_image_goes_to_ecrs_address_where_no_other_is_named(relay: Relay, name: str) -> None:
    address = Ecr(relay.client()).prepare(name)
    assert address == f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/{name}"


# -- pushes -------------------------------------------------------------------------------------------------


def test_an_image_arrives_whole_as_one_of_a_single_architecture(
    relay: Relay, name: str, engine: Any, image: Any
) -> None:
    cloud, address = prepared(relay, name)
    found, pushed = push(engine, image, address, "build-1", cloud)
    assert pushed
    assert found.media_type == DOCKER
    assert found.config == image.id
    assert len(relay.uploaded) == LAYERS + 1  # and what describes the image
    assert manifest(address, found.digest, cloud.login) == found


def test_a_second_push_does_nothing(relay: Relay, name: str, engine: Any, image: Any) -> None:
    cloud, address = prepared(relay, name)
    first, _ = push(engine, image, address, "build-1", cloud)
    relay.uploaded.clear()
    assert push(engine, image, address, "build-1", cloud) == (first, False)
    assert not relay.uploaded


def test_a_released_image_that_was_built_before_is_not_sent_again(
    relay: Relay, name: str, engine: Any, image: Any
) -> None:
    cloud, address = prepared(relay, name)
    first, _ = push(engine, image, address, "build-1", cloud)
    relay.uploaded.clear()
    second, _ = push(engine, image, address, "release-1", cloud)
    assert second.digest == first.digest
    assert not relay.uploaded


def test_a_tag_is_never_moved_to_another_image(relay: Relay, name: str, engine: Any, image: Any) -> None:
    cloud, address = prepared(relay, name)
    first, _ = push(engine, image, address, "release-1", cloud)
    other = image_of(engine, b"other")
    with pytest.raises(Refused, match=r"release-1 is another image already"):
        push(engine, other, address, "release-1", cloud)
    engine.images.remove(other.id)
    found = manifest(address, "release-1", cloud.login)
    assert found == first


def test_an_index_in_place_of_an_image_is_refused(relay: Relay, name: str, engine: Any, image: Any) -> None:
    cloud, address = prepared(relay, name)
    first, _ = push(engine, image, address, "build-1", cloud)
    index = put_index(relay, address, "build-2", first)
    assert not index.fits_lambda
    with pytest.raises(Refused, match=r"build-2 is another image already"):
        push(engine, image, address, "build-2", cloud)


PUSH = """
import sys, boto3, docker
from deploy.ecr import LIFECYCLE, Ecr
from deploy.push import push
image, name, registry = sys.argv[1:]
cloud, engine = Ecr(boto3.client("ecr"), registry), docker.from_env()
push(engine, engine.images.get(image), cloud.prepare(name), "build-1", cloud)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_push_that_was_interrupted_goes_on_where_it_was(
    relay: Relay, name: str, engine: Any, image: Any, end: signal.Signals
) -> None:
    relay.held.clear()
    relay.go_on.clear()
    relay.blobs_before_hold = 1
    process = subprocess.Popen(
        [sys.executable, "-c", PUSH, image.id, name, relay.host],
        cwd=ROOT,
        env=environment_of(relay.environment),
        stderr=subprocess.DEVNULL,
    )
    assert relay.held.wait(HANG_SECONDS)
    process.send_signal(end)
    assert process.wait(HANG_SECONDS) != 0
    before = len(relay.uploaded)
    assert 1 <= before <= LAYERS
    relay.blobs_before_hold = None
    cloud, address = prepared(relay, name)
    assert manifest(address, "build-1", cloud.login) is None
    relay.go_on.set()
    push(engine, image, address, "build-1", cloud)
    assert len(relay.uploaded) == len(set(relay.uploaded)) == LAYERS + 1


def test_a_registry_that_is_not_there_is_named(relay: Relay, name: str, engine: Any, image: Any) -> None:
    cloud, _ = prepared(relay, name)
    with pytest.raises(httpx.ConnectError):
        push(engine, image, f"127.0.0.1:{free_port()}/{name}", "build-1", cloud)


# -- who is let in ------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed(relay: Relay, name: str, engine: Any, image: Any) -> None:
    cloud, address = prepared(relay, name)
    cloud.login()
    relay.expire()
    given = len(relay.tokens)
    _, pushed = push(engine, image, address, "build-1", cloud)
    assert pushed
    assert relay.refused
    assert len(relay.tokens) == given + 1


def test_a_token_that_expires_on_the_way_is_renewed_and_the_push_goes_on(
    relay: Relay, name: str, engine: Any, image: Any
) -> None:
    cloud, address = prepared(relay, name)
    relay.held.clear()
    relay.go_on.clear()
    relay.blobs_before_hold = 1
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(push, engine, image, address, "build-1", cloud)
        assert relay.held.wait(HANG_SECONDS)
        relay.expire()
        relay.blobs_before_hold = None
        relay.go_on.set()
        _, pushed = under_way.result(HANG_SECONDS)
    assert pushed
    assert relay.refused
    assert len(relay.uploaded) == len(set(relay.uploaded)) == LAYERS + 1


def test_who_is_let_in_by_no_token_is_told_so(relay: Relay, name: str, engine: Any, image: Any) -> None:
    cloud, address = prepared(relay, name)
    relay.accepts = False
    try:
        with pytest.raises(Refused, match=r"answers 403 to a look at"):
            push(engine, image, address, "build-1", cloud)
    finally:
        relay.accepts = True


# -- the command --------------------------------------------------------------------------------------------


def command(relay: Relay, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts/push_ecr", *arguments],
        env=environment_of(relay.environment),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


@pytest.mark.slow
def test_the_command_pushes_what_was_built_and_prints_its_address(relay: Relay, engine: Any) -> None:
    built = functions.image(functions.IMAGE_PROCESSOR)
    first = command(relay, functions.IMAGE_PROCESSOR, "--registry", relay.host)
    assert first.returncode == 0, first.stderr
    repository = f"{relay.host}/knowledge-base/{functions.IMAGE_PROCESSOR}"
    assert first.stdout.startswith(f"{functions.IMAGE_PROCESSOR} {repository}@sha256:")
    relay.uploaded.clear()
    second = command(relay, functions.IMAGE_PROCESSOR, "--registry", relay.host)
    assert second.stdout == first.stdout
    assert "there already" in second.stderr
    assert not relay.uploaded
    engine.images.remove(f"{repository}:build-{revision()}")
    assert engine.images.get(built)


def test_the_command_says_in_a_line_what_is_missing(relay: Relay) -> None:
    settings = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), "")
    done = subprocess.run(
        [sys.executable, "-m", "deploy.push_ecr", "--tag", "build-1"],
        cwd=ROOT,
        env={**environment_of(settings), "DOCKER_HOST": "tcp://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("push_ecr: ")
    assert done.stderr.count("\n") == 1
