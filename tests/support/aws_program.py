"""The program over AWS's services in containers, as the function composes it, and what drives its queue."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app import compose
from app.adapters.aws.jobs import SqsJobs
from app.adapters.weaviate.collections import Collections
from app.adapters.weaviate.server import WeaviateServer
from app.api.app import create_app
from app.api.auth import authenticator
from app.cli.serve import UI
from app.settings import Settings, variables
from tests.support import aws, weaviate
from tests.support import services as containers
from tests.support.api import SECRET
from tests.support.lambda_server import ARN

INVOCATION_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Services:
    """New tables, a bucket and a queue, and the one index, as the settings of a function name them."""

    settings: Settings

    @contextmanager
    def program(self, **more: Any) -> Iterator[compose.Aws]:
        """A function with these settings, some of them others."""
        made = compose.aws(replace(self.settings, **more))
        try:
            yield made
        finally:
            made.close()

    def environment(self, **more: Any) -> dict[str, str]:
        """The same settings, for a command."""
        chosen = replace(self.settings, **more)
        default = Settings()
        values = {name: getattr(chosen, setting) for name, (setting, _) in variables().items()}
        changed = {
            name: str(value)
            for name, value in values.items()
            if value is not None and value != getattr(default, variables()[name][0])
        }
        return {**os.environ, **changed, "IS_LAMBDA": "true"}

    def lose_the_index(self) -> None:
        """As a volume that is removed does."""
        server = WeaviateServer(
            self.settings.weaviate_url,
            None,
            grpc_url=self.settings.weaviate_grpc_url,
            prepare=lambda _: None,
        )
        with server.client() as client:
            Collections("KnowledgeBase").drop(client)
        server.close()


@contextmanager
def services(openai_url: str, **more: Any) -> Iterator[Services]:
    """All that the main function uses but the image processor, new and empty. Processes of the test run have
    them in turn: the index is one for all of them, and is made anew for each."""
    url, grpc_url = weaviate.addresses()
    with (
        _turn(),
        aws.tables("DOCUMENTS_TABLE", "CHAT_SESSIONS_TABLE", "CHAT_MESSAGES_TABLE") as tables,
        aws.bucket() as bucket,
        aws.queue() as queue,
    ):
        aws.clients()
        made = Services(
            Settings(
                is_lambda=True,
                documents_table=tables[0],
                sessions_table=tables[1],
                messages_table=tables[2],
                bucket=bucket,
                queue_url=queue,
                image_processor_arn=ARN,
                weaviate_url=url,
                weaviate_grpc_url=grpc_url,
                openai_api_key="none",
                openai_base_url=openai_url,
                embedding_dimensions=64,
                jwt_secret_key=SECRET,
                region=aws.REGION,
                **more,
            )
        )
        made.lose_the_index()  # of a test before
        yield made


_held = [0]


@contextmanager
def _turn() -> Iterator[None]:
    """Hold the index against other processes; one that holds it may do so again."""
    with containers.locked(containers.FOLDER / "index.lock") if not _held[0] else nullcontext():
        _held[0] += 1
        try:
            yield
        finally:
            _held[0] -= 1


def client_of(program: compose.Aws, settings: Settings, token: str) -> TestClient:
    """A client of the function's API, with this token."""

    def refuse(_: str) -> tuple[str, int]:
        raise AssertionError("files are posted to the file store")

    app = create_app(program.knowledge_base, auth=authenticator(settings), receive_upload=refuse, ui=UI)
    return TestClient(app, base_url="http://localhost", headers={"Authorization": f"Bearer {token}"})


def delivered(program: compose.Aws, seconds: float = INVOCATION_SECONDS) -> list[bool]:
    """Deliver the messages that are due to the function, one at a time, until none is; whether each of its
    invocations ended what it was given."""
    jobs = program.steps.jobs
    assert isinstance(jobs, SqsJobs)
    done: list[bool] = []
    while record := _next_record(jobs):
        answer = program.batches([record], seconds)
        ended = not answer["batchItemFailures"]
        if ended:
            aws.client("sqs").delete_message(QueueUrl=jobs._queue_url, ReceiptHandle=record["receiptHandle"])
        done.append(ended)
    return done


def _next_record(jobs: SqsJobs) -> Mapping[str, Any] | None:
    answer = aws.client("sqs").receive_message(
        QueueUrl=jobs._queue_url,
        MaxNumberOfMessages=1,
        VisibilityTimeout=60,
        MessageSystemAttributeNames=["All"],
    )
    for message in answer.get("Messages", ()):
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }
    return None


def uploaded(program: compose.Aws, tenant: str, path: Path) -> str:
    """The id of a document, ready."""
    with path.open("rb") as file:
        document = program.knowledge_base.uploads.upload(tenant, path.name, file).document
    delivered(program)
    return document.id


def tenant() -> str:
    """One that no other test has."""
    return f"tenant-{secrets.token_hex(4)}"
