"""What a release hands to ``sam``. The whole of it runs on the emulator of a cloud, in other tests."""

from __future__ import annotations

import io
import json
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from app.adapters.weaviate.collections import SCHEMA
from deploy import release
from deploy.samconfig import environment
from deploy.terminal import Refused, run_command
from images.build import revision
from tests.support import tools

ADDRESSES = {"main-api": "registry/main-api@sha256:1", "image-processor": "registry/images@sha256:2"}

CONFIG = """
version = 0.1

[listed.deploy.parameters]
stack_name = "one"
region = "eu-central-1"
parameter_overrides = ["Stage=staging", "Origins=https://a.example, https://b.example", "AlertEmail="]

[written.deploy.parameters]
stack_name = "two"
parameter_overrides = 'Stage=production Origins="https://a.example, https://b.example"'

[issued.deploy.parameters]
stack_name = "three"
parameter_overrides = ["JwtJwksUrl=https://issuer.example/keys"]

[empty]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "samconfig.toml"
    path.write_text(CONFIG)
    return path


def test_an_environments_values_may_be_a_list_or_a_line(config: Path) -> None:
    listed, written = environment("listed", config), environment("written", config)
    assert (listed.stack, listed.region) == ("one", "eu-central-1")
    assert (
        listed.parameters["Origins"]
        == written.parameters["Origins"]
        == "https://a.example, https://b.example"
    )


def test_an_environment_that_there_is_not_or_without_a_stack_is_refused(config: Path) -> None:
    with pytest.raises(Refused, match="no environment nowhere; it has listed, written, issued, empty"):
        environment("nowhere", config)
    with pytest.raises(Refused, match="no stack_name"):
        environment("empty", config)


def test_another_commit_image_or_setting_is_another_release(config: Path) -> None:
    listed, written = environment("listed", config), environment("written", config)
    first = release.values_of(listed, "aaaaaaaaaaaa", ADDRESSES)
    assert first["Revision"] == f"aaaaaaaaaaaa.index{SCHEMA}"
    assert first["MainImageUri"] == ADDRESSES["main-api"]
    assert first["DeletionProtection"] == "true"  # else sam keeps what the stack had
    again = release.values_of(listed, "aaaaaaaaaaaa", ADDRESSES)
    assert again == first
    others = [
        release.values_of(listed, "bbbbbbbbbbbb", ADDRESSES),
        release.values_of(listed, "aaaaaaaaaaaa", {**ADDRESSES, "main-api": "registry/main-api@sha256:3"}),
        release.values_of(written, "aaaaaaaaaaaa", ADDRESSES),
    ]
    assert len({each["Release"] for each in (first, *others)}) == 4


def test_a_value_with_spaces_or_nothing_in_it_is_quoted_as_sam_reads_it(config: Path) -> None:
    listed = environment("listed", config)
    command = release.sam_command(listed, config, {**listed.parameters, "Said": 'a "b" \\ c'})
    given = command[command.index("--parameter-overrides") + 1 :]
    assert given == [
        "Stage=staging",
        'Origins="https://a.example, https://b.example"',
        'AlertEmail=""',
        'Said="a \\"b\\" \\\\ c"',
    ]
    assert as_sam_reads(given) == {**listed.parameters, "Said": 'a "b" \\ c'}


def as_sam_reads(given: list[str]) -> object:
    program = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert(tuple(sys.argv[1:]), None, None)))
"""
    python = tools.commands(tools.SAM) / "python"
    done = subprocess.run([python, "-c", program, *given], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_dry_run_prints_the_call_and_makes_none(config: Path) -> None:
    with redirect_stdout(io.StringIO()) as out:
        code = run_command(
            release.main, "release", ["listed", "--config", str(config), "--dirty", "--dry-run"]
        )
    assert code == 0
    assert out.getvalue().startswith("sam deploy --template-file ")
    assert f"Revision={revision()}.index{SCHEMA}" in out.getvalue()


def test_a_release_that_could_not_be_tried_is_refused_before_it_begins(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KB_TOKEN", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with redirect_stderr(io.StringIO()) as error:
        code = run_command(release.main, "release", ["issued", "--config", str(config), "--dirty"])
    assert code == 1
    assert "KB_TOKEN" in error.getvalue()
