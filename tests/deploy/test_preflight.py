"""What a release looks at before it builds: each thing that would stand in its way is told in a line."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.preflight import Preflight, check_here
from deploy.samconfig import environment
from deploy.stack import find_stack
from deploy.terminal import Refused, run_command
from deploy.traffic import Traffic
from deploy.versions import Function
from tests.support.account import Relay, aws, enter
from tests.support.http_answers import answering
from tests.support.server import free_port

KEY = "a key of tokens for these tests, j"
HELD = {"OPENAI_API_KEY": "sk-local", "JWT_SECRET_KEY": KEY}


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with aws(registry=False) as account:
        yield account


@dataclass(frozen=True, slots=True)
class Release:
    """A release that is about to begin, with parameters as given beside those of an account that has all."""

    relay: Relay
    folder: Path
    name: str
    given: Mapping[str, str | None]

    def look(self) -> tuple[str, list[str]]:
        """The version of the secret that would be released, and what stands in the way."""
        path = self.folder / "samconfig.toml"
        lines = "".join(f"{json.dumps(f'{k}={v}')},\n" for k, v in self.given.items() if v is not None)
        path.write_text(
            f'version = 0.1\n[staging.deploy.parameters]\nstack_name = "{self.name}"\n'
            f'region = "eu-central-1"\nparameter_overrides = [\n{lines}]\n'
        )
        chosen = environment("staging", path)
        session = chosen.session()
        found: list[str] = []

        def command(_: object) -> int:
            check_here(chosen)
            stack = find_stack(session, chosen)
            found.append(Preflight(chosen, session, stack).check())
            return 0

        with redirect_stderr(io.StringIO()) as error:
            run_command(command, "release")
        return "".join(found), error.getvalue().splitlines()

    def refused(self) -> str:
        """The one line that it is refused with."""
        version, lines = self.look()
        assert version == ""
        assert len(lines) == 1, lines
        assert lines[0].startswith("release: ")
        assert lines[0].endswith(" Nothing was built.")
        return lines[0]


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a secret, an index and a model."""

    relay: Relay
    folder: Path
    name: str
    secret: str
    index: str
    model: str

    def release(self, **given: str | None) -> Release:
        usual = {
            "Stage": "staging",
            "Prefix": self.name,
            **{
                f"{each}TableName": f"{self.name}-{each}"
                for each in ("Documents", "ChatSessions", "ChatMessages")
            },
            "BucketPrefix": self.name.lower(),
            "SecretArn": self.secret,
            "WeaviateUrl": self.index,
            "OpenAiBaseUrl": self.model,
        }
        return Release(self.relay, self.folder, self.name, {**usual, **given})

    def hold(self, text: object) -> str:
        """Put something else into the secret; its version's id."""
        given = text if isinstance(text, str) else json.dumps(text)
        put = self.relay.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=given)
        return str(put["VersionId"])


@pytest.fixture
def account(relay: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    enter(relay.environment, monkeypatch)
    sam = tmp_path / "bin" / "sam"
    sam.parent.mkdir()
    sam.write_text("#!/bin/sh\n")
    sam.chmod(0o755)
    monkeypatch.setenv("PATH", f"{sam.parent}:/usr/bin:/bin")
    monkeypatch.setattr(relay, "concurrency", 1000)
    name = f"kb-{secrets.token_hex(4)}"
    made = relay.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(HELD))
    with answering(200) as index, answering(200, key=HELD["OPENAI_API_KEY"]) as model:
        yield Account(relay, tmp_path, name, made["ARN"], index, f"{model}/v1")


def test_an_account_that_has_all_is_told_the_secrets_version(account: Account) -> None:
    version = account.hold(HELD)
    assert account.release().look() == (version, [])
    assert account.hold({**HELD, "JWT_SECRET_KEY": "a key of tokens for these tests, k"}) != version
    assert account.release(SecretVersion=version).look() == (version, [])


def test_whatever_is_wrong_with_the_parameters_is_told_at_once(account: Account) -> None:
    _, lines = account.release(
        SecretArn=account.secret[:-7],
        WeaviateUrl=None,
        Origins="https://a.example, b",
        MemorySize="1",
        RangePages="0",
    ).look()
    assert [line.partition("staging: ")[2].partition(" and ")[0] for line in lines[:-1]] == [
        "the template has no parameter MemorySize",
        "Origins is 'https://a.example, b'",
        f"SecretArn is '{account.secret[:-7]}'",
        "WeaviateUrl is missing (The index)",
        "RangePages is 0",
    ]
    assert "hyphen and six characters" in lines[2]
    assert lines[-1] == "release: 5 things stand in the way, as said above. Nothing was built."


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"OPENAI_API_KEY": "sk-local"}, "it has no JWT_SECRET_KEY"),
        ({"JWT_SECRET_KEY": KEY}, "it has no OPENAI_API_KEY"),
        ({**HELD, "JWT_SECRET_KEY": KEY[:31]}, "JWT_SECRET_KEY must be at least 32 bytes long"),
        ({**HELD, "JWT_SECRET_KEY": f"{KEY}\n"}, "JWT_SECRET_KEY begins or ends with white space"),
        ("OPENAI_API_KEY=sk-local", "must be a JSON object of texts"),
        ({**HELD, "WEAVIATE_API_KEY": 5}, "must be a JSON object of texts"),
    ],
)
def test_a_secret_that_no_function_could_start_with_is_refused(
    account: Account, held: object, said: str
) -> None:
    account.hold(held)
    refused = account.release().refused()
    assert said in refused
    assert KEY[:31] not in refused


def test_an_issuer_elsewhere_needs_no_key_for_tokens_but_one_token(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.hold({"OPENAI_API_KEY": "sk-local"})
    alone = account.release(JwtJwksUrl="https://issuer.example/keys")
    monkeypatch.setenv("KB_TOKEN", "token")
    assert "JwtJwksUrl needs JwtIssuer and JwtAudience" in alone.refused()
    release = account.release(
        JwtJwksUrl="https://issuer.example/keys", JwtIssuer="https://issuer.example", JwtAudience="kb"
    )
    monkeypatch.delenv("KB_TOKEN", raising=False)
    assert "KB_TOKEN" in release.refused()
    monkeypatch.setenv("KB_TOKEN", "token")
    assert release.look()[1] == []


def test_a_secret_that_is_not_there_is_named(account: Account) -> None:
    elsewhere = account.secret[:-6] + "AAAAAA"
    assert (
        f"the secret {elsewhere} cannot be read: ResourceNotFound"
        in account.release(SecretArn=elsewhere).refused()
    )


def test_an_index_or_a_model_that_does_not_answer_or_let_in_is_told(account: Account) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert f"WeaviateUrl: nobody answers at {nobody}/v1/meta" in account.release(WeaviateUrl=nobody).refused()
    with answering(200, key="other") as locked, answering(500) as broken:
        asks = account.release(WeaviateUrl=locked).refused()
        assert "WeaviateUrl: it asks for a key: put WEAVIATE_API_KEY into the secret" in asks
        refuses = account.release(OpenAiBaseUrl=locked).refused()
        assert "OpenAiBaseUrl: the secret's OPENAI_API_KEY is refused" in refuses
        assert "sk-local" not in refuses
        assert "answers 500" in account.release(OpenAiBaseUrl=broken).refused()


def test_an_account_without_room_for_the_image_processor_is_told_where_to_ask(account: Account) -> None:
    account.relay.concurrency = 10
    assert "10 concurrent executions" in (said := account.release().refused())
    assert "aws service-quotas request-service-quota-increase" in said
    account.relay.concurrency = 105
    assert account.release().look()[1] == []
    assert "7 are to be set aside" in account.release(ProvisionedConcurrency="2").refused()


def test_what_is_left_of_another_stack_is_named_before_the_creation_meets_it(account: Account) -> None:
    table = f"{account.name}-Documents"
    account.relay.client("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    assert f"there is a table {table} already" in (said := account.release().refused())
    assert '"Taking over what is there"' in said
    assert account.release(DocumentsTableName="another-name").look()[1] == []
    account.relay.client("sqs").create_queue(QueueName=f"{account.name}-Ingest")
    assert f"a queue {account.name}-Ingest already" in account.release(DocumentsTableName="other").refused()


def test_a_stack_whose_tables_are_called_otherwise_is_not_given_empty_ones(account: Account) -> None:
    account.relay.stacks[account.name] = {
        "KnowledgeBaseAPI": "https://api.example/",
        "DocumentsTable": "SafexpressOps-Documents",
        "ChatSessionsTable": f"{account.name}-ChatSessions",
        "ChatMessagesTable": f"{account.name}-ChatMessages",
    }
    said = account.release().refused()
    assert (
        f"the stack's table is called SafexpressOps-Documents and would become {account.name}-Documents"
        in said
    )
    assert account.release(DocumentsTableName="SafexpressOps-Documents").look()[1] == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("UPDATE_IN_PROGRESS", "just being changed"),
        ("ROLLBACK_FAILED", "sam delete"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_a_stack_that_takes_no_deployment_is_told_with_what_to_do(
    account: Account, state: str, said: str
) -> None:
    account.relay.stacks[account.name] = {}
    account.relay.states[account.name] = state
    assert said in account.release().refused()


@pytest.mark.parametrize("state", ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_what_a_failed_or_unbegun_creation_left_stands_in_no_way(account: Account, state: str) -> None:
    account.relay.stacks[account.name] = {}
    account.relay.states[account.name] = state
    assert account.release().look()[1] == []


def test_without_sam_it_says_how_to_get_it(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "pipx install aws-sam-cli" in account.release().refused()


# -- while the alias shifts ---------------------------------------------------------------------------------


def test_a_version_that_nobody_calls_is_called_while_the_alias_shifts(
    relay: Relay, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(relay.environment, monkeypatch)
    function = shifting(relay)
    fine: dict[str, Any] = {"statusCode": 200, "body": "{}"}
    down, broken = {**fine, "statusCode": 503}, {**fine, "statusCode": 500}
    raised = {"errorType": "KeyError", "errorMessage": "'WEAVIATE_URL'"}
    left = relay.answers[f"{function.name}:prod"] = [
        ("1", fine),
        ("2", down),
        ("1", fine),
        ("2", raised),
        ("2", broken),
        ("3", broken),
    ]
    traffic = Traffic(function)
    for _ in range(6):
        traffic.once()
    assert left == []
    assert traffic.failed == {2: "'WEAVIATE_URL'", 3: "it answers 500"}
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "release: version 2 fails at GET /ready: 'WEAVIATE_URL'"
    assert len(told) == 2
    function.point(1)
    left.append(("1", fine))
    traffic.once()  # nothing is shifting any more
    assert left == [("1", fine)]


def shifting(relay: Relay) -> Function:
    """A function whose alias gives a tenth of the calls to version 2."""
    name = f"kb-{secrets.token_hex(4)}"
    client = relay.client("lambda")
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    role = relay.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))[
        "Role"
    ]["Arn"]
    ecr = relay.client()
    made = ecr.create_repository(repositoryName=name)["repository"]["repositoryUri"]
    digest = f"sha256:{secrets.token_hex(32)}"
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/json", "size": 1, "digest": digest},
        "layers": [],
    }
    ecr.put_image(repositoryName=name, imageManifest=json.dumps(manifest), imageDigest=digest)
    client.create_function(
        FunctionName=name, PackageType="Image", Code={"ImageUri": f"{made}@{digest}"}, Role=role
    )
    for number in range(2):
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {"N": str(number)}})
        client.publish_version(FunctionName=name)
    client.create_alias(
        FunctionName=name,
        Name="prod",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}},
    )
    return Function(client, name)


def test_reasons_are_raised_as_any_refusal(account: Account) -> None:
    account.hold({})
    chosen = account.release()
    chosen.look()
    path = chosen.folder / "samconfig.toml"
    staging = environment("staging", path)
    with pytest.raises(Refused, match="2 things stand in the way"):
        Preflight(staging, staging.session(), None).check()
