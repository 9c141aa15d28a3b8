"""What a deleted stack leaves is taken into a new one, with all that is in it."""

from __future__ import annotations

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from deploy import take_over, template
from deploy.preflight import Preflight
from deploy.samconfig import Environment, environment
from deploy.stack import IMPORTED, find_stack, physical_names, status
from deploy.terminal import Refused, run_command
from tests.support import services, tools
from tests.support.account import enter
from tests.support.emulator import emulator
from tests.support.functions import ROOT

pytestmark = pytest.mark.slow

KEPT = (
    "DocumentsTable",
    "ChatSessionsTable",
    "ChatMessagesTable",
    "Bucket",
    "IngestQueue",
    "DeadLetterQueue",
)
TABLE = "safexpress-staging-documents"
ITEM = {"pk": {"S": "us"}, "sk": {"S": "kept"}}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "samconfig.toml"
    secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:kb-AbCdEf"
    given = f'"GradualShift=false", "WeaviateUrl=http://127.0.0.1:9", "SecretArn={secret}",'
    text = (ROOT / "samconfig.toml").read_text()
    path.write_text(text.replace('    "Stage=staging",\n', f'    "Stage=staging",\n    {given}\n'))
    return path


def created(session: Any, chosen: Environment) -> None:
    """A stack with what a stack of the whole template keeps, and nothing besides."""
    body = take_over.template_of(dict.fromkeys(KEPT))
    values = template.values(chosen.parameters)
    cloudformation = session.client("cloudformation")
    cloudformation.create_stack(
        StackName=chosen.stack,
        TemplateBody=json.dumps(body),
        Parameters=[{"ParameterKey": name, "ParameterValue": values[name]} for name in body["Parameters"]],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=chosen.stack)


def test_tables_bucket_and_queues_of_a_deleted_stack_are_taken_over_with_what_is_in_them(
    tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.require_docker()
    services.FOLDER.mkdir(exist_ok=True)
    with emulator(tmp_path) as account:
        own = {
            name: value
            for name, value in account.environment.items()
            if name.startswith(("AWS_", "NO_PROXY"))
        }
        enter(own, monkeypatch)
        monkeypatch.setenv("PATH", f"{tools.commands(tools.SAM)}:{os.environ['PATH']}")
        chosen = environment("staging", config)
        session = chosen.session()
        created(session, chosen)
        dynamodb = account.client("dynamodb")
        dynamodb.put_item(TableName=TABLE, Item=ITEM)
        cloudformation = account.client("cloudformation")
        cloudformation.delete_stack(StackName=chosen.stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=chosen.stack)
        assert dynamodb.get_item(TableName=TABLE, Key=ITEM)["Item"] == ITEM

        with pytest.raises(Refused), redirect_stderr(io.StringIO()) as told:
            Preflight(chosen, session, find_stack(session, chosen), reach=False).check()
        assert f"there is a table {TABLE} already" in told.getvalue()
        assert "scripts/take_over staging" in told.getvalue()

        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as error:
            code = run_command(take_over.main, "take_over", ["staging", "--config", str(config)])
        assert code == 0, error.getvalue()
        assert f"DocumentsTable: {TABLE}\n" in out.getvalue()
        assert len(out.getvalue().splitlines()) == 7
        assert dynamodb.get_item(TableName=TABLE, Key=ITEM)["Item"] == ITEM
        assert status(session, chosen) == IMPORTED
        held = {each.rpartition("/")[2] for each in physical_names(session, chosen)}
        assert {TABLE, "SafexpressOps-Staging-Ingest"} <= held

        with pytest.raises(Refused, match="the secret") as still:  # names are none of its reasons any more
            Preflight(chosen, session, find_stack(session, chosen), reach=False).check()
        assert "already" not in str(still.value)
        with redirect_stderr(io.StringIO()) as error:
            assert run_command(take_over.main, "take_over", ["staging", "--config", str(config)]) == 1
        assert f"There is a stack {chosen.stack} already (IMPORT_COMPLETE)" in error.getvalue()


def test_what_is_taken_over_stands_alone_and_is_kept() -> None:
    names = ("DocumentsTable", "ChatSessionsTable", "ChatMessagesTable", "Bucket", "IngestQueue")
    body = take_over.template_of(dict.fromkeys(names))
    resources = body["Resources"]
    assert tuple(resources) == names
    assert {each["DeletionPolicy"] for each in resources.values()} == {"Retain"}
    named = {name for name in template.content()["Resources"] if f'"{name}' in json.dumps(resources)}
    assert named <= set(names)
    assert {"Stage", "BucketPrefix", "Prefix", "DocumentsTableName", "DeletionProtection"} <= set(
        body["Parameters"]
    )
