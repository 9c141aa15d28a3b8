"""Whose a Compose project is, and what is said where there are no images: on a real engine."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from images.build import docker_engine
from images.project import LABEL, claim_project, folders_of, mark_project
from tests.support import services
from tests.support.functions import ROOT
from tests.support.machine import HANG_SECONDS

pytestmark = pytest.mark.slow


@pytest.fixture
def engine() -> Iterator[Any]:
    services.require_docker()
    client = docker_engine()
    yield client
    client.close()


@pytest.fixture
def project(engine: Any) -> Iterator[str]:
    """A name that no other has; what is left under it goes."""
    name = f"kb-{secrets.token_hex(4)}"
    yield name
    for volume in engine.volumes.list(filters={"name": name}):
        volume.remove()


def checkout(folder: Path, project: str) -> Path:
    (folder / project).mkdir(parents=True)
    return folder / project


def test_a_checkout_that_is_down_keeps_its_name_and_its_data_from_another(
    engine: Any, project: str, tmp_path: Path
) -> None:
    first, second = checkout(tmp_path / "one", project), checkout(tmp_path / "two", project)
    of_engine = partial(folders_of, engine)
    assert (claim_project(first, of_engine), mark_project(first, engine)) == ("", "")
    data = engine.volumes.create(f"{project}_files", labels={LABEL: project})  # what `down` leaves
    assert folders_of(engine, project) == {str(first)}
    assert claim_project(first, of_engine) == ""
    assert str(first) in claim_project(second, of_engine)
    (other,) = re.findall(r"^COMPOSE_PROJECT_NAME=(.+)$", (second / ".env").read_text(), re.M)
    assert other != project
    assert mark_project(second, engine) == ""
    assert folders_of(engine, project) == {str(first)}
    data.remove()  # `docker compose down --volumes`
    third = checkout(tmp_path / "three", project)
    assert (claim_project(third, of_engine), mark_project(third, engine)) == ("", "")


def test_data_that_nobody_marked_is_told_once(engine: Any, project: str, tmp_path: Path) -> None:
    root = checkout(tmp_path, project)
    engine.volumes.create(f"{project}_files", labels={LABEL: project})
    assert claim_project(root, partial(folders_of, engine)) == ""
    assert "set COMPOSE_PROJECT_NAME" in mark_project(root, engine)
    assert mark_project(root, engine) == ""


def test_without_images_docker_compose_says_what_builds_them_and_starts_nothing(
    engine: Any, project: str
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ}
    done = subprocess.run(
        ["docker", "compose", "--project-name", project, "--env-file", "/dev/null", "up", "--detach"],
        cwd=ROOT,
        env={**kept, "KB_TAG": project},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode != 0
    assert "There are no images yet: run scripts/build_images, then docker compose up" in " ".join(
        (done.stdout + done.stderr).split()
    )
    assert engine.containers.list(all=True, filters={"label": f"{LABEL}={project}"}) == []
