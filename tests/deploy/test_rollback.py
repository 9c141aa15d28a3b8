"""The list of what was released, the way back, and each reason to refuse it."""

from __future__ import annotations

import io
import json
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.adapters.index_model import IndexModel
from app.core.errors import ModelChanged
from deploy.rollback import OTHER_MODEL, main
from deploy.terminal import run_command
from tests.support.account import Relay, aws, enter
from tests.support.machine import HANG_SECONDS

ROOT = Path(__file__).parents[2]
SMALL = {"OPENAI_EMBEDDING_MODEL": "text-embedding-3-small", "OPENAI_EMBEDDING_DIMENSIONS": "1536"}
LARGE = {"OPENAI_EMBEDDING_MODEL": "text-embedding-3-large", "OPENAI_EMBEDDING_DIMENSIONS": "3072"}
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/json", "size": 1, "digest": f"sha256:{'0' * 64}"},
    "layers": [],
}
ROLE = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with aws(registry=False) as account:
        yield account


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stack with versions that were published."""

    relay: Relay
    name: str
    config: Path

    @property
    def main(self) -> str:
        return f"{self.name}-KnowledgeBase"

    @property
    def image_processor(self) -> str:
        return f"{self.name}-ImageProcessor"

    @property
    def functions(self) -> Any:
        return self.relay.client("lambda")

    def create(self) -> None:
        role = self.relay.client("iam").create_role(
            RoleName=self.name, AssumeRolePolicyDocument=json.dumps(ROLE)
        )
        for name in (self.main, self.image_processor):
            self.functions.create_function(
                FunctionName=name,
                PackageType="Image",
                Code={"ImageUri": self.image()},
                Role=role["Role"]["Arn"],
            )
        self.relay.stacks[self.name] = {
            "KnowledgeBaseAPI": "https://api.example/",
            "MainFunction": self.main,
            "ImageProcessorFunction": self.image_processor,
        }

    def image(self) -> str:
        """The address of an image in ECR."""
        ecr, digest = self.relay.client(), f"sha256:{secrets.token_hex(32)}"
        made = ecr.create_repository(repositoryName=f"{self.name}/{secrets.token_hex(4)}")["repository"]
        ecr.put_image(
            repositoryName=made["repositoryName"], imageManifest=json.dumps(MANIFEST), imageDigest=digest
        )
        return f"{made['repositoryUri']}@{digest}"

    def publish(self, description: str, variables: Mapping[str, str] = SMALL, index: str = "ok") -> int:
        """Publish a version of both functions, and point the aliases to it; the main function's number."""
        number, release = 0, secrets.token_hex(4)
        for name in (self.image_processor, self.main):
            self.functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": {**variables, "RELEASE": release}}
            )
            number = int(
                self.functions.publish_version(FunctionName=name, Description=description)["Version"]
            )
            try:
                self.functions.update_alias(FunctionName=name, Name="prod", FunctionVersion=str(number))
            except self.functions.exceptions.ResourceNotFoundException:
                self.functions.create_alias(FunctionName=name, Name="prod", FunctionVersion=str(number))
        self.answers(number, {"statusCode": 200, "body": json.dumps({"parts": {"index": index}})})
        return number

    def answers(self, number: int, answer: object) -> None:
        self.relay.answers[f"{self.main}:{number}"] = answer

    def live(self) -> tuple[int, int]:
        """Where the aliases of the main function and the image processor point."""
        found = [
            self.functions.get_alias(FunctionName=name, Name="prod")["FunctionVersion"]
            for name in (self.main, self.image_processor)
        ]
        return int(found[0]), int(found[1])

    def rollback(self, *arguments: str) -> Done:
        given = ["--config", str(self.config), *arguments]
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as error:
            code = run_command(main, "rollback", given)
        return Done(code, out.getvalue(), error.getvalue())

    def refused(self, version: int) -> str:
        """What is said in the one line that a rollback is refused with."""
        before = self.live()
        done = self.rollback(str(version))
        assert done.returncode == 1, done.stdout
        assert self.live() == before
        assert done.stderr.startswith("rollback: ")
        assert done.stderr.count("\n") == 1
        return done.stderr


@pytest.fixture
def deployment(relay: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    enter(relay.environment, monkeypatch)
    name = f"kb-{secrets.token_hex(4)}"
    config = tmp_path / "samconfig.toml"
    config.write_text(f'version = 0.1\n[production.deploy.parameters]\nstack_name = "{name}"\n')
    made = Deployment(relay, name, config)
    made.create()
    return made


def test_the_list_shows_what_was_released_and_marks_what_serves(deployment: Deployment) -> None:
    deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index1", LARGE)
    done = deployment.rollback()
    assert done.returncode == 0, done.stderr
    head, newest, oldest = (line.split() for line in done.stdout.splitlines())
    assert head == ["VERSION", "PUBLISHED", "COMMIT", "INDEX", "IMAGE"]
    assert newest[:2] == ["*", "2"]
    assert oldest[0] == "1"
    assert "bbbbbbbbbbbb" in newest
    assert "text-embedding-3-large/3072," in newest
    assert newest[-1].startswith("sha256:")
    assert "aaaaaaaaaaaa" in oldest


def test_both_functions_go_back_to_what_was_released_together(deployment: Deployment) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index1")
    assert deployment.live() == (2, 2)
    done = deployment.rollback(str(first))
    assert done.returncode == 0, done.stderr
    assert "scripts/smoke https://api.example/" in done.stdout
    assert deployment.live() == (1, 1)
    assert deployment.rollback(str(first)).returncode == 0  # a second time changes nothing
    assert deployment.live() == (1, 1)


def test_a_dry_run_only_looks(deployment: Deployment) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index1")
    assert deployment.rollback(str(first), "--dry-run").returncode == 0
    assert deployment.live() == (2, 2)


def test_an_image_that_is_gone_is_no_way_back(deployment: Deployment) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index1")
    uri = deployment.functions.get_function(FunctionName=deployment.main)["Code"]["ImageUri"]
    deployment.relay.client().batch_delete_image(
        repositoryName=uri.partition("@")[0].partition("/")[2],
        imageIds=[{"imageDigest": uri.partition("@")[2]}],
    )
    said = deployment.refused(first)
    assert "is gone from ECR" in said
    assert "git checkout aaaaaaaaaaaa" in said


def test_an_index_of_another_schema_is_no_way_back(deployment: Deployment) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index2")
    said = deployment.refused(first)
    assert "works with schema 1 of the index, which is now of schema 2" in said
    assert "Release a commit that mends what is wrong, on top of bbbbbbbbbbbb" in said


def test_an_index_of_another_model_is_no_way_back_as_the_version_itself_says(deployment: Deployment) -> None:
    with pytest.raises(ModelChanged) as changed:
        IndexModel("small", 1536).check(IndexModel("large", 3072))
    assert OTHER_MODEL in str(changed.value)
    first = deployment.publish("aaaaaaaaaaaa.index1", SMALL, index=str(changed.value))
    deployment.publish("bbbbbbbbbbbb.index1", LARGE)
    said = deployment.refused(first)
    assert "The index holds vectors of large (3072 dimensions)" in said
    assert "EmbeddingModel" in said


def test_a_release_with_another_model_is_taken_back_while_the_index_is_still_of_the_former(
    deployment: Deployment,
) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1", SMALL)
    deployment.publish("bbbbbbbbbbbb.index1", LARGE, index="The index holds vectors of small")
    assert deployment.rollback(str(first)).returncode == 0
    assert deployment.live() == (1, 1)


def test_an_index_that_does_not_answer_is_that_of_the_version_that_serves(deployment: Deployment) -> None:
    same = deployment.publish("aaaaaaaaaaaa.index1", LARGE, index="It does not answer.")
    other = deployment.publish("bbbbbbbbbbbb.index1", SMALL, index="It does not answer.")
    deployment.publish("cccccccccccc.index1", LARGE, index="It does not answer.")
    assert "version 3 uses text-embedding-3-large/3072" in deployment.refused(other)
    done = deployment.rollback(str(same))
    assert done.returncode == 0
    assert "rollback: index: It does not answer." in done.stderr


def test_a_version_that_does_not_start_is_no_way_back(deployment: Deployment) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index1")
    deployment.answers(first, {"errorType": "ValueError", "errorMessage": "WEAVIATE_URL is not set"})
    assert "Version 1 does not start: WEAVIATE_URL is not set" in deployment.refused(first)


def test_a_version_that_was_not_released_by_the_script_is_left_to_a_person(deployment: Deployment) -> None:
    first = deployment.publish("made by hand")
    deployment.publish("bbbbbbbbbbbb.index1")
    assert f"aws lambda update-alias --function-name {deployment.main}" in deployment.refused(first)


def test_a_shift_that_is_under_way_is_stopped_first(deployment: Deployment) -> None:
    first = deployment.publish("aaaaaaaaaaaa.index1")
    deployment.publish("bbbbbbbbbbbb.index1")
    deployment.functions.update_alias(
        FunctionName=deployment.main,
        Name="prod",
        FunctionVersion="2",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.9}},
    )
    assert "aws deploy stop-deployment" in deployment.refused(first)


def test_where_only_another_stack_is_there_it_is_looked_at_or_named(deployment: Deployment) -> None:
    """As after the guide's first steps: staging stands, and production was never deployed."""
    deployment.publish("aaaaaaaaaaaa.index1")
    config = deployment.config
    config.write_text(
        "version = 0.1\n[staging.deploy.parameters]\n"
        f'stack_name = "{deployment.name}"\n[production.deploy.parameters]\nstack_name = "nowhere"\n'
        "[local.local_invoke.parameters]\nskip_pull_image = true\n"
    )
    listed = deployment.rollback()
    assert listed.returncode == 0, listed.stderr
    assert "aaaaaaaaaaaa" in listed.stdout
    assert listed.stderr == f"rollback: staging ({deployment.name})\n"
    named = deployment.rollback("--env", "production")
    assert named.returncode == 1
    assert named.stderr == (
        f"rollback: The stack nowhere is not deployed; staging is ({deployment.name}): --env staging.\n"
    )
    config.write_text('version = 0.1\n[production.deploy.parameters]\nstack_name = "nowhere"\n')
    none = deployment.rollback()
    assert none.stderr == "rollback: No stack of samconfig.toml is deployed: run scripts/release.\n"


def test_the_command_is_a_script(deployment: Deployment) -> None:
    deployment.publish("aaaaaaaaaaaa.index1")
    command = [str(ROOT / "scripts/rollback"), "--config", str(deployment.config)]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=True)
    assert "aaaaaaaaaaaa" in listed.stdout


def test_a_version_and_an_environment_that_there_are_not_are_named(deployment: Deployment) -> None:
    deployment.publish("aaaaaaaaaaaa.index1")
    assert "There is no version 7" in deployment.refused(7)
    unknown = deployment.rollback("--env", "nowhere")
    assert unknown.returncode == 1
    assert unknown.stderr == "rollback: samconfig.toml has no environment nowhere; it has production.\n"
