"""The template deployed to an emulator of AWS and used: released, tried, taken back, and nothing lost.

IAM is enforced, the bucket takes TLS only, and the main function's calls are compared with its permissions.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from reportlab.pdfgen.canvas import Canvas

from app.api.auth import mint
from app.settings import Settings
from tests.support import services, tools
from tests.support.emulator import Emulator, emulator
from tests.support.functions import ROOT, docker, image
from tests.support.http import until
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import FACTS, FILLER, manual, write_page
from tests.support.pictures import jpeg, noise, picture
from tests.support.uploads import ENDS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(5400)]

STACK = "knowledge-base-api-staging"
PREFIX = "Tried"
QUESTION = "What is the warranty period of the Meridian pump?"
RELEASE_SECONDS = 2400
POLLED_SECONDS = 3
"""After which an event source that was turned off asks for no more messages."""
JWT_SECRET = secrets.token_hex(32)

CLOCK = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:events:us-east-1:000000000000:rule/Tried-KnowledgeBase-Sweep"],
    "detail": {},
}

BY_LAMBDA = "Lambda itself, with the function's role"
UNSEEN = {
    "logs:CreateLogStream": BY_LAMBDA,
    "logs:PutLogEvents": BY_LAMBDA,
    "xray:PutTelemetryRecords": BY_LAMBDA,
    "xray:PutTraceSegments": BY_LAMBDA,
    "sqs:DeleteMessage": "Lambda's event source mapping, with the function's role",
    "sqs:ReceiveMessage": "Lambda's event source mapping, with the function's role",
    "s3:AbortMultipartUpload": "a put of a large file that breaks off: tests/contract/test_s3_files.py",
}
"""Permissions that the story does not use, and who does."""


# -- releases -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repository:
    """A copy of this repository, whose commits are released to an account."""

    folder: Path
    account: Emulator

    def commit(self, message: str) -> None:
        """Commit all that is there."""
        author = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
        self._run("git", "add", "--all")
        self._run("git", *author, "commit", "--quiet", "--message", message)

    def change(self, name: str, old: str, new: str) -> None:
        """Put other words into a file."""
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))

    def release(self) -> subprocess.CompletedProcess[str]:
        """``scripts/release staging`` of the commit that is checked out."""
        where = ("--registry", self.account.registry)
        return self._python("deploy.release", "staging", *where, "--seconds", "180")

    def roles(self) -> dict[str, str]:
        """The roles that ``scripts/roles`` makes for the workflows, by the lines that it prints."""
        done = self._python("deploy.roles", "owner/name")
        assert done.returncode == 0, done.stderr
        return dict(line.partition("=")[::2] for line in done.stdout.splitlines())

    def versions(self) -> str:
        """What ``scripts/rollback`` lists."""
        done = self._python("deploy.rollback", "--env", "staging")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def back(self, version: int) -> subprocess.CompletedProcess[str]:
        """``scripts/rollback VERSION``."""
        return self._python("deploy.rollback", "--env", "staging", str(version))

    def _python(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f"{tools.commands(tools.SAM)}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env={**self.account.environment, "PATH": path},
            capture_output=True,
            text=True,
            timeout=RELEASE_SECONDS,
            check=False,
        )

    def _run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=HANG_SECONDS)


@contextmanager
def repository(folder: Path, account: Emulator, parameters: dict[str, str]) -> Iterator[Repository]:
    """All files of this one, in one commit, with an environment whose parameters are these."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
    ).stdout.split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    found = Repository(folder, account)
    found.change("samconfig.toml", '    "Stage=staging",\n', _lines({"Stage": "staging", **parameters}))
    found.change("samconfig.toml", '    "Prefix=SafexpressOps-Staging",\n', f'    "Prefix={PREFIX}",\n')
    found._run("git", "init", "--quiet")
    found.commit("first")
    yield found


def _lines(parameters: dict[str, str]) -> str:
    return "".join(f'    "{name}={value}",\n' for name, value in parameters.items())


# -- the stack, as a client sees it -------------------------------------------------------------------------


class Client:
    """A client of the deployed API."""

    def __init__(self, account: Emulator) -> None:
        (stack,) = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        token = mint(Settings(jwt_secret_key=JWT_SECRET), "ann", "us", ("admin",), 3600)
        trusted = ssl.create_default_context(cafile=str(account.certificate))
        self._http = httpx.Client(proxy=account.proxy, verify=trusted, timeout=HANG_SECONDS, trust_env=False)
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: object = None, *, token: bool = True) -> httpx.Response:
        """The answer to a request."""
        headers = self._headers if token else {}
        url = self.outputs["KnowledgeBaseAPI"] + path
        return self._http.request(method, url, json=body, headers=headers)

    def value(self, method: str, path: str, body: object = None) -> Any:
        """The value that is answered."""
        answer = self.ask(method, path, body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def posted(self, path: Path) -> str:
        """The address of a document whose file is posted as announcing it says."""
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        announced = self.value(
            "POST", "v1/documents/uploads", {"name": path.name, "size": len(content), "sha256": sha256}
        )
        form = announced["upload"]
        file = {"file": (path.name, content, "application/pdf")}
        assert self._http.post(form["url"], data=form["fields"], files=file).is_success
        return f"v1/documents/{announced['document']['id']}"

    def ended(self, document: str) -> Any:
        """A document, when its ingest has ended."""

        def looked() -> Any:
            found = self.value("GET", document)
            return found if found["status"] in ENDS else None

        return until(looked, f"{document} has ended", 2 * HANG_SECONDS, pause=1)

    def close(self) -> None:
        self._http.close()


@contextmanager
def weaviate() -> Iterator[tuple[str, str]]:
    """A container that runs Weaviate, and its address for others."""
    services.require_docker()
    name = f"{services.LABEL}-{services.RUN}-deployed-weaviate"
    command = ["--host", "0.0.0.0", "--port", "8080", "--scheme", "http"]
    services.start(replace(services.WEAVIATE, command=command), name, published=False)
    try:
        yield name, f"http://{_address(name)}:8080"
    finally:
        docker("rm", "--force", "--volumes", name)


@contextmanager
def model_server() -> Iterator[str]:
    """The address for others of a container with the local models behind OpenAI's protocol."""
    name = f"{services.LABEL}-{services.RUN}-deployed-models"
    label = f"--label={services.LABEL}={services.RUN}"
    docker(
        *("run", "--detach", f"--name={name}", label, "--entrypoint=python", image("local")),
        *("-m", "local.model_server"),
    )
    try:
        yield f"http://{_address(name)}:8000/v1"
    finally:
        docker("rm", "--force", name)


def _address(container: str) -> str:
    place = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return docker("inspect", f"--format={place}", container)


# -- the story ----------------------------------------------------------------------------------------------


def test_it_is_deployed_used_and_taken_back_and_nothing_is_lost(tmp_path: Path) -> None:
    with (
        weaviate() as (index, index_url),
        model_server() as models_url,
        emulator(tmp_path) as account,
        repository(tmp_path / "repository", account, _parameters(account, index_url, models_url)) as source,
    ):
        _says_what_is_missing(source)
        _leaves_nothing_where_it_fails(source, account)
        first = source.release()
        assert first.returncode == 0, first.stderr[-4000:]
        client = Client(account)
        try:
            _is_protected(client, account)
            _makes_roles_for_the_workflows(source, account)
            _is_guarded(client)
            pump = _ingests_and_shows(client, tmp_path)
            session = _talks(client, pump)
            _waits_for_the_index(client, tmp_path, account, index)
            _finds_what_was_lost(client, tmp_path, account)
            _takes_back_what_does_not_work(source, client)
            _goes_on_and_back(source, client)
            assert client.value("GET", pump)["status"] == "ready"
            _answers(client, session, pump)
            _ingests_and_shows(client, tmp_path, "after.pdf")
            _deletes_without_a_trace(client, account, pump, session)
            _uses_what_it_may_and_may_what_it_uses(account)
        finally:
            client.close()


def _parameters(account: Emulator, index_url: str, models_url: str) -> dict[str, str]:
    held = {"OPENAI_API_KEY": "local", "JWT_SECRET_KEY": JWT_SECRET}
    made = account.client("secretsmanager").create_secret(
        Name="knowledge-base", SecretString=json.dumps(held)
    )
    return {
        "SecretArn": made["ARN"],
        "GradualShift": "false",  # the emulator has no CodeDeploy
        "WeaviateUrl": index_url,
        "OpenAiBaseUrl": models_url,
        "ChatModel": "quotes",
        "EmbeddingModel": "multilingual-e5-small-int8",
        "EmbeddingDimensions": "384",
    }


def _says_what_is_missing(source: Repository) -> None:
    """Before anything is built or made."""
    config = source.folder / "samconfig.toml"
    whole = config.read_text()
    config.write_text(whole.replace('"SecretArn=', '"Unknown='))
    source.commit("without a secret")
    refused = source.release()
    assert refused.returncode == 1
    assert "SecretArn is missing" in refused.stderr
    assert "the template has no parameter Unknown" in refused.stderr
    assert "Nothing was built" in refused.stderr
    assert "Step 1/" not in refused.stdout + refused.stderr
    config.write_text(whole)
    source.commit("with it again")


def _leaves_nothing_where_it_fails(source: Repository, account: Emulator) -> None:
    """A creation that fails half-way, here at a group of logs that is there already, is undone whole: it can
    be tried again as it was."""
    group = f"/aws/lambda/{PREFIX}-KnowledgeBase"
    account.client("logs").create_log_group(logGroupName=group)
    failed = source.release()
    assert failed.returncode == 1
    assert "`sam deploy` failed" in failed.stderr, failed.stderr[-4000:]
    assert {"DocumentsTable", "Bucket", "IngestQueue"} <= _made(account)
    assert account.client("dynamodb").list_tables()["TableNames"] == []
    assert account.client("s3").list_buckets()["Buckets"] == []
    assert not account.client("sqs").list_queues().get("QueueUrls")
    account.client("logs").delete_log_group(logGroupName=group)


def _made(account: Emulator) -> set[str]:
    """The resources of the stack that were made once, whether they are there or not."""
    found = account.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    return {each["LogicalResourceId"] for each in found if each["ResourceStatus"] == "CREATE_COMPLETE"}


def _is_protected(client: Client, account: Emulator) -> None:
    """When the stack stands, nobody deletes its tables by accident; names are those of the guide."""
    tables = [client.outputs[f"{each}Table"] for each in ("Documents", "ChatSessions", "ChatMessages")]
    assert tables == [
        f"safexpress-staging-{each}" for each in ("documents", "chat-sessions", "chat-messages")
    ]
    assert client.outputs["Bucket"].startswith("safexpress-pdf-storage-staging-")
    for name in tables:
        found = account.client("dynamodb").describe_table(TableName=name)["Table"]
        assert str(found["DeletionProtectionEnabled"]).lower() == "true"


def _makes_roles_for_the_workflows(source: Repository, account: Emulator) -> None:
    """The workflows' roles are made by one command, and nobody but GitHub takes them."""
    account.client("iam").create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["0" * 40],  # the emulator's template knows no provider
    )
    stage = '    "Stage=production",\n'
    secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:other-AbCdEf"
    source.change("samconfig.toml", stage, f'{stage}    "SecretArn={secret}",\n')
    source.commit("an environment more")
    role = source.roles()["environment staging: AWS_ROLE_ARN"]
    with pytest.raises(ClientError, match="AccessDenied"):
        account.client("sts").assume_role(RoleArn=role, RoleSessionName="not-github")


def _is_guarded(client: Client) -> None:
    assert client.value("GET", "health") == {"status": "ok"}
    assert client.value("GET", "ready")["ready"]
    refused = client.ask("GET", "v1/documents", token=False)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")


def _ingests_and_shows(client: Client, folder: Path, name: str = "pump.pdf") -> str:
    document = client.posted(illustrated(folder / name))
    client.value("POST", f"{document}/ingest", {})
    assert client.ended(document)["status"] == "ready"
    listed = [each["name"] for each in client.value("GET", "v1/documents")["items"]]
    assert name in listed
    shown = client.ask("GET", f"{document}/pages/1/image")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    return document


def _talks(client: Client, document: str) -> str:
    session = f"v1/chat/sessions/{client.value('POST', 'v1/chat/sessions', {'title': 'pumps'})['id']}"
    assert client.value("PATCH", session, {"title": "about pumps"})["title"] == "about pumps"
    _answers(client, session, document)
    messages = client.value("GET", f"{session}/messages")["items"]
    answer = messages[-1]
    client.value("POST", f"{session}/messages/{answer['id']}/feedback", {"helpful": True})
    assert client.value("GET", "v1/chat/sessions")["items"]
    assert client.value("GET", "v1/usage")["questions"] == 1
    return session


def _answers(client: Client, session: str, document: str) -> None:
    message = client.value("POST", f"{session}/messages", {"question": QUESTION})
    cited = {each["document_id"]: each["proof"] for each in message["answer"]["citations"]}
    assert cited[document.rpartition("/")[2]] == "exact"


def _waits_for_the_index(client: Client, folder: Path, account: Emulator, index: str) -> None:
    """A job that fails for want of a dependency is handed back to the queue, and done when that is back."""
    document = client.posted(manual(folder / "later.pdf", 3))
    docker("pause", index)
    try:
        client.value("POST", f"{document}/ingest", {})
        until(
            lambda: any(call.action == "sqs:ChangeMessageVisibility" for call in account.calls()),
            "a message is handed back",
            pause=1,
        )
        assert client.value("GET", document)["status"] in ("queued", "running")
    finally:
        docker("unpause", index)
    assert client.ended(document)["status"] == "ready"


def _finds_what_was_lost(client: Client, folder: Path, account: Emulator) -> None:
    """The clock's event mends a document whose message never came to the queue."""
    functions, queue = account.client("lambda"), client.outputs["IngestQueueUrl"]
    (source,) = functions.list_event_source_mappings()["EventSourceMappings"]
    document = client.posted(manual(folder / "lost.pdf", 2))
    functions.update_event_source_mapping(UUID=source["UUID"], Enabled=False)
    time.sleep(POLLED_SECONDS)
    client.value("POST", f"{document}/ingest", {})
    account.client("sqs").purge_queue(QueueUrl=queue)
    functions.update_event_source_mapping(UUID=source["UUID"], Enabled=True)
    assert client.value("GET", document)["status"] == "queued"

    def swept() -> bool:
        prod = {"FunctionName": client.outputs["MainFunction"], "Qualifier": "prod"}
        answer = functions.invoke(**prod, Payload=json.dumps(CLOCK).encode())
        return bool(json.load(answer["Payload"]) == {"queued": 1})

    until(swept, "the queue is idle and the sweep has found it", pause=2)
    assert client.ended(document)["status"] == "ready"


def _takes_back_what_does_not_work(source: Repository, client: Client) -> None:
    source.change("app/api/schemas/server.py", 'Literal["ok"] = "ok"', 'Literal["no"] = "no"')
    source.commit("second")
    second = source.release()
    assert second.returncode == 1, second.stderr[-4000:]
    assert "prod is back at version 1" in second.stderr
    assert _serving(source) == (1, 2)
    assert client.value("GET", "health") == {"status": "ok"}


def _goes_on_and_back(source: Repository, client: Client) -> None:
    """After a way back the next release is like any other, and there is a way back from it."""
    source.change("app/api/schemas/server.py", 'Literal["no"] = "no"', 'Literal["ok"] = "ok"')
    source.commit("third")
    third = source.release()
    assert third.returncode == 0, third.stderr[-4000:]
    assert _serving(source) == (3, 3)
    back = source.back(1)
    assert back.returncode == 0, back.stderr
    assert _serving(source) == (1, 3)
    assert client.value("GET", "health") == {"status": "ok"}


def _serving(source: Repository) -> tuple[int, int]:
    """The version that serves, and how many there are."""
    rows = source.versions().splitlines()[1:]
    (serving,) = [row.split()[1] for row in rows if row.startswith("*")]
    return int(serving), len(rows)


def _deletes_without_a_trace(client: Client, account: Emulator, document: str, session: str) -> None:
    key = f"us/{document.rpartition('/')[2]}/"
    bucket = {"Bucket": client.outputs["Bucket"], "Prefix": key}
    assert account.client("s3").list_objects_v2(**bucket)["KeyCount"] > 0
    assert client.value("DELETE", document)["files"] > 0
    assert client.ask("GET", document).status_code == 404
    assert account.client("s3").list_objects_v2(**bucket)["KeyCount"] == 0
    client.value("DELETE", session)
    assert client.ask("GET", session).status_code == 404


def _uses_what_it_may_and_may_what_it_uses(account: Emulator) -> None:
    """None of the main function's calls was refused, and it has no permission that nothing uses."""
    calls = [call for call in account.calls() if call.key.startswith("ASIA")]
    assert [call for call in calls if call.denied] == []
    used = {(call.action, call.resource) for call in calls}
    granted = _granted(account)
    allowed = {
        (action, resource)
        for action, resource in used
        if any(action == may and fnmatchcase(resource, where) for may, where in granted)
    }
    assert used - allowed == set()
    unused = {
        (may, where)
        for may, where in granted
        if not any(action == may and fnmatchcase(resource, where) for action, resource in used)
    }
    assert {action for action, _ in unused} == set(UNSEEN)


def _granted(account: Emulator) -> set[tuple[str, str]]:
    """Actions and resources of the main function's role, as it was deployed."""
    iam = account.client("iam")
    role = account.client("lambda").get_function(FunctionName=f"{PREFIX}-KnowledgeBase")["Configuration"][
        "Role"
    ]
    name = role.rpartition("/")[2]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    found = set()
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for each in document["Statement"]:
            found |= {
                (action, where) for action in _list(each["Action"]) for where in _list(each["Resource"])
            }
    return found


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def illustrated(path: Path) -> Path:
    """A manual with a page that is a picture."""
    canvas = Canvas(str(path), invariant=1)
    write_page(canvas, f"{path.stem}. Chapter 1", [*FACTS, *FILLER])
    picture(canvas, jpeg(noise(400, 400)), (0, -440, 595, 400))
    write_page(canvas, f"{path.stem}. Chapter 2", FILLER)
    canvas.save()
    return path
