"""The workflows are what GitHub takes, with no more rights than they need, and nothing changes under them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github/workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7"
READ = {"contents": "read"}


@pytest.fixture(scope="session")
def actionlint() -> str:
    """The linter, built with Go if it is not there; CI always has one of them."""
    kept = Path.home() / ".cache/knowledge-base" / ACTIONLINT.rpartition("@")[2]
    if found := shutil.which("actionlint") or shutil.which("actionlint", path=str(kept)):
        return found
    if shutil.which("go") is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have actionlint or Go")
        pytest.skip("install actionlint or Go to run this")
    kept.mkdir(parents=True, exist_ok=True)
    subprocess.run(["go", "install", ACTIONLINT], env={**os.environ, "GOBIN": str(kept)}, check=True)
    return str(kept / "actionlint")


def test_actionlint_finds_nothing(actionlint: str) -> None:
    done = subprocess.run([actionlint, *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def content(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text())
    return loaded


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in content(path)["jobs"].items():
            yield f"{path.stem}: {name}", job


def test_every_action_is_pinned_to_a_commit_that_says_its_version() -> None:
    used = [line for path in WORKFLOWS for line in path.read_text().splitlines() if "uses:" in line]
    assert used
    for line in used:
        assert re.search(r"uses: (\./\S+|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$", line), line


def test_a_workflow_may_read_at_most_and_a_job_no_more_than_take_a_role() -> None:
    for path in WORKFLOWS:
        assert content(path)["permissions"] in ({}, READ), path.name
    for name, job in jobs():
        assert job.get("permissions", READ) in (READ, {**READ, "id-token": "write"}), name


def test_no_job_knows_a_stored_key() -> None:
    for path in WORKFLOWS:
        assert "secrets." not in path.read_text()
        assert "access-key" not in path.read_text()


def test_what_people_write_reaches_no_shell_but_as_a_variable() -> None:
    for name, job in jobs():
        for step in job.get("steps", ()):
            assert not re.search(r"\$\{\{ *(inputs|github\.event|github\.head)", step.get("run", "")), name


def test_production_waits_for_staging_and_its_environment_can_ask_for_approval() -> None:
    found = dict(jobs())
    assert found["release: production"]["needs"] == "staging"
    assert found["release: staging"]["needs"] == "images"
    for name in ("staging", "production"):
        assert found[f"release: {name}"]["with"] == {"environment": name}
    assert found["deploy: deploy"]["environment"] == "${{ inputs.environment }}"


def test_images_are_built_on_machines_of_both_architectures() -> None:
    matrix = dict(jobs())["ci: images"]["strategy"]["matrix"]["include"]
    assert {each["platform"]: each["runner"] for each in matrix} == {
        "linux/amd64": "ubuntu-24.04",
        "linux/arm64": "ubuntu-24.04-arm",
    }
