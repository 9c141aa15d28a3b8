"""Processes that use tables until they are killed: ``python -m tests.support.aws_children WHAT NAME...``.

Each prints a line for every step that is done. Where the services are, the environment says.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

from app.adapters.aws.batch import Batches
from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.conversations import DynamoConversations
from app.adapters.aws.dynamodb.documents import DynamoDocuments
from app.adapters.aws.jobs import SqsJobs, lease_of
from app.core.answer import Message, Person, Role
from app.core.document import VersionId
from app.core.ids import new_id
from app.core.job import Job, Run
from tests.support.children import ROOT, say
from tests.support.registering import register


@contextlib.contextmanager
def child(what: str, *names: str) -> Iterator[subprocess.Popen[str]]:
    """A process that does ``what``; killed (SIGKILL) at the end."""
    command = [sys.executable, "-m", "tests.support.aws_children", what, *names]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def ingest(table: str) -> None:
    """Documents of two versions, the second one read half, until killed."""
    documents = DynamoDocuments(Clients(), table)
    for turn in count():
        name, sha256 = f"{new_id('pdf')}.pdf", new_id("sha")
        register(documents, "us", name, sha256, 10)
        registered = register(documents, "us", name, f"{sha256}-2", 20)
        run = documents.restart(VersionId("us", registered.document.id, 2))
        documents.plan(run, [(1, 50), (51, 100)])
        documents.finish_range(run, 0, [7])
        if turn % 2:
            documents.tombstone("us", registered.document.id)
            documents.purge("us", registered.document.id)
        say(registered.document.id)


def register_same(table: str) -> None:
    documents = DynamoDocuments(Clients(), table)
    for turn in range(30):
        say(register(documents, "us", f"{turn % 7}.pdf", f"{turn:064}", 10).document.id)


def finish_ranges(table: str, document_id: str) -> None:
    documents = DynamoDocuments(Clients(), table)
    for index in range(40):
        version = documents.finish_range(Run(VersionId("us", document_id, 1), 1), index, [index + 1])
        say(str(len(version.ranges_done)))


def talk(sessions: str, messages: str, session_id: str) -> None:
    conversations = DynamoConversations(Clients(), sessions, messages)
    for _ in range(20):
        message = Message(new_id("msg"), session_id, Role.USER, "Which pump?", 1.5)
        conversations.append(Person("us", "ann"), message)
        say(message.id)


def work(url: str, lease_seconds: str) -> None:
    """A job of the queue as the function does it: long."""

    def run(job: Job) -> None:
        say(job.id)
        time.sleep(600)

    received = Clients().get("sqs").receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])
    records = [
        {name[:1].lower() + name[1:]: value for name, value in each.items()} for each in received["Messages"]
    ]
    jobs = SqsJobs(Clients(), url)
    Batches(jobs, lease_of, run, lambda *_: None, lease_seconds=float(lease_seconds))(records, 900.0)


CHILDREN: dict[str, Callable[..., None]] = {
    "ingest": ingest,
    "register_same": register_same,
    "finish_ranges": finish_ranges,
    "talk": talk,
    "work": work,
}

if __name__ == "__main__":
    CHILDREN[sys.argv[1]](*sys.argv[2:])
