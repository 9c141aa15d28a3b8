"""What the stores in DynamoDB keep: under races of processes, when one is killed, and at their largest."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TypeVar

import pytest

from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.conversations import DynamoConversations
from app.adapters.aws.dynamodb.document_items import (
    alike_key,
    as_ranges,
    content_key,
    document_key,
    name_key,
    passages_of,
    version_key,
)
from app.adapters.aws.dynamodb.documents import DynamoDocuments
from app.adapters.aws.dynamodb.items import Item, decode_item, encode_value
from app.core.answer import (
    Answer,
    AnswerKind,
    Citation,
    Feedback,
    Message,
    Person,
    Place,
    Proof,
    Role,
    Session,
)
from app.core.document import DocumentFilter, Stage, Status, VersionId
from app.core.errors import NotFound, TooLarge
from app.core.geometry import Box
from app.core.job import Run
from app.core.names import base
from tests.support import aws
from tests.support.aws_children import child
from tests.support.cards import titled
from tests.support.registering import register

ANN = Person("us", "ann")

T = TypeVar("T")

ITEM_BYTES = 400_000
KILLS = 4


@pytest.fixture
def table() -> Iterator[str]:
    with aws.tables("DOCUMENTS_TABLE") as (name,):
        yield name


@pytest.fixture
def documents(table: str) -> DynamoDocuments:
    return DynamoDocuments(aws.clients(), table)


@pytest.fixture
def chat() -> Iterator[list[str]]:
    with aws.tables("CHAT_SESSIONS_TABLE", "CHAT_MESSAGES_TABLE") as names:
        yield names


@pytest.fixture
def conversations(chat: list[str]) -> DynamoConversations:
    sessions, messages = chat
    return DynamoConversations(aws.clients(), sessions, messages)


def everything(table: str) -> dict[tuple[str, str], Item]:
    pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {(item["pk"], item["sk"]): item for page in pages for item in map(decode_item, page["Items"])}


def outputs(what: str, processes: int, *names: str) -> list[list[str]]:
    with ExitStack() as stack:
        running = [stack.enter_context(child(what, *names)) for _ in range(processes)]
        found = [process.communicate()[0].split() for process in running]
        assert [process.returncode for process in running] == [0] * processes
    return found


def check_consistent(table: str) -> int:
    """That each living document, its sums, versions and claims agree; the number of all documents."""
    items = everything(table)
    found = [item for (_, sk), item in items.items() if sk.startswith("document/")]
    for document in found:
        if document["listed"].startswith("tombstoned/"):
            continue
        tenant = document["pk"]
        numbers = range(1, document["latest"] + 1)
        versions = [items[version_key(VersionId(tenant, document["id"], number))] for number in numbers]
        assert document["versions"] == len(versions)
        assert document["status"] == versions[document["current"] - 1]["status"]
        assert document["bytes"] == sum(version["size"] for version in versions)
        assert document["pages"] == sum(version["pages"] for version in versions)
        answering = next((each for each in versions if each["number"] == document["searchable"]), None)
        assert document["passages"] == (passages_of(answering) if answering else 0)
        for text in (document["source"], document["path"], document["name"]):
            assert items[name_key(tenant, text)]["document"] == document["id"]
        assert alike_key(tenant, base(document["path"]), document["id"]) in items
        for version in versions:
            claim = items[content_key(tenant, version["sha256"])]
            assert (claim["document"], claim["number"]) == (document["id"], version["number"])
    return len(found)


# -- requests -------------------------------------------------------------------------------------------


def test_every_call_is_a_few_requests(table: str, chat: list[str]) -> None:
    sent: list[str] = []

    def counted(call: Callable[[], T]) -> tuple[T, int]:
        before = len(sent)
        return call(), len(sent) - before

    clients = Clients()
    clients.get("dynamodb").meta.events.register("before-send.dynamodb.*", lambda **_: sent.append("one"))
    documents, conversations = DynamoDocuments(clients, table), DynamoConversations(clients, chat[0], chat[1])
    for number in range(30):
        register(documents, "us", f"{number}.pdf", f"{number:064}", 10)
    registered, requests = counted(lambda: register(documents, "us", "a.pdf", "a" * 64, 10))
    assert requests == 7
    document_id = registered.document.id
    run, requests = counted(lambda: documents.restart(VersionId("us", document_id, 1)))
    assert requests == 2
    session = conversations.create(ANN, "Pumps")
    message = Message("msg_1", session.id, Role.USER, "Which pump?", 1.0)
    calls: list[tuple[int, Callable[[], object]]] = [
        (3, lambda: documents.plan(run, [(1, 50), (51, 100)])),
        (2, lambda: documents.finish_range(run, 0)),
        (2, lambda: documents.progress(run, Stage.EMBED, chunks=9)),
        (3, lambda: documents.finish(run, Status.READY)),
        (5, lambda: register(documents, "us", "a.pdf", "a" * 64, 10)),
        (5, lambda: register(documents, "us", "a.pdf", "b" * 64, 10)),
        (2, lambda: documents.get("us", document_id)),
        (2, lambda: documents.listing("us", limit=20)),
        (2, lambda: documents.listing("us", where=DocumentFilter(Status.UPLOADING, name="PDF"), limit=20)),
        (4, lambda: documents.update("us", document_id, searchable=1)),
        (8, lambda: documents.update("us", document_id, name="b.pdf")),
        (1, lambda: documents.usage("us")),
        (2, lambda: conversations.append(ANN, message)),
        (2, lambda: conversations.messages(ANN, session.id)),
        (2, lambda: conversations.recent(ANN, session.id, 6)),
        (1, lambda: conversations.listing(ANN)),
        (2, lambda: conversations.usage("us")),
        (5, lambda: conversations.delete(ANN, session.id)),
        (5, lambda: documents.tombstone("us", document_id)),
    ]
    assert [counted(call)[1] for _, call in calls] == [most for most, _ in calls]


# -- races and kills ------------------------------------------------------------------------------------


def test_processes_that_register_the_same_files_at_once_agree_on_the_documents(
    table: str, documents: DynamoDocuments
) -> None:
    found = outputs("register_same", 2, table)
    assert found[0] == found[1]
    assert len(set(found[0])) == 7
    assert check_consistent(table) == 7
    assert documents.usage("us").versions == 30


def test_processes_that_finish_the_same_ranges_at_once_count_each_once(
    table: str, documents: DynamoDocuments
) -> None:
    document = register(documents, "us", "a.pdf", "a" * 64, 10).document
    documents.plan(documents.restart(VersionId("us", document.id, 1)), [(n, n) for n in range(1, 41)])
    found = outputs("finish_ranges", 2, table, document.id)
    version = documents.version(VersionId("us", document.id, 1))
    assert (version.pages_done, version.failed_pages) == (40, tuple(range(1, 41)))
    assert "40" in found[0] + found[1]


def test_processes_that_talk_at_once_lose_no_message(
    chat: list[str], conversations: DynamoConversations
) -> None:
    session = conversations.create(ANN, "Pumps")
    found = outputs("talk", 2, *chat, session.id)
    messages = conversations.messages(ANN, session.id).items
    assert sorted(message.id for message in messages) == sorted(found[0] + found[1])
    assert conversations.usage("us").questions == 40


def test_whenever_a_process_is_killed_no_change_is_half_made(table: str, documents: DynamoDocuments) -> None:
    said: list[str] = []
    for _ in range(KILLS):
        with child("ingest", table) as process:
            assert process.stdout
            said.append(process.stdout.readline().strip())
            time.sleep(random.uniform(0, 0.3))
            process.kill()
            said += process.stdout.read().split("\n")[:-1]
    assert check_consistent(table) >= KILLS
    for document_id in documents.list_tombstoned("us"):  # a delete that was interrupted is finished
        documents.purge("us", document_id)
    for document_id in said:
        try:
            version = documents.version(VersionId("us", document_id, 2))
        except NotFound:  # purged
            continue
        assert (version.pages_done, version.failed_pages, version.pages) == (50, (7,), 100)


# -- what was written before ----------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["update", "answer_from", "remove", "restart"])
def test_the_passages_of_a_row_from_before_they_were_counted_are_not_told_as_lost(
    table: str, documents: DynamoDocuments, change: str
) -> None:
    for content in "ab":
        registered = register(documents, "us", "a.pdf", content * 64, 10)
        run = documents.restart(VersionId("us", registered.document.id, registered.version.number))
        documents.plan(run, [(1, 50)])
        documents.update("us", run.document_id, searchable=run.version.number)
        documents.progress(run, Stage.EMBED, chunks=7)
        documents.finish(run, Status.READY)
    aws.client("dynamodb").update_item(
        TableName=table,
        Key={name: encode_value(value) for name, value in document_key(*run.version[:2])._asdict().items()},
        UpdateExpression="REMOVE passages",
    )
    assert documents.passages("us") == 0
    document_id = run.document_id
    if change == "update":
        documents.update("us", document_id, card=titled("Pumps"), searchable=2)
        assert documents.passages("us") == 0
    elif change == "answer_from":
        documents.answer_from(VersionId("us", document_id, 1))
        assert documents.passages("us") == 7
    elif change == "remove":
        documents.remove(VersionId("us", document_id, 1))
        assert documents.passages("us") == 0
    else:
        again = documents.restart(VersionId("us", document_id, 2), anew=False)
        documents.plan(again, [(1, 50)])
        documents.progress(again, Stage.EMBED, chunks=9)
        documents.finish(again, Status.PARTIAL)
        assert documents.passages("us") == 9


# -- the largest ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_largest_document_stays_far_below_the_size_of_an_item(
    table: str, documents: DynamoDocuments
) -> None:
    ranges = [(first, first + 49) for first in range(1, 20_001, 50)]
    document = register(documents, "us", "a.pdf", "a" * 64, 10).document
    run = documents.restart(VersionId("us", document.id, 1))
    documents.plan(run, ranges)
    for index, (first, last) in enumerate(ranges):
        version = documents.finish_range(run, index, range(first, last, 2))  # the worst: every other page
    assert version.pages_done == 20_000
    assert version.failed_pages == tuple(range(1, 20_001, 2))
    assert documents.finish(run, Status.PARTIAL).ranges == tuple(ranges)
    assert stored_bytes(everything(table)[version_key(VersionId("us", document.id, 1))]) < ITEM_BYTES / 3


def test_an_answer_with_hundreds_of_citations_is_kept_whole(
    chat: list[str], conversations: DynamoConversations
) -> None:
    session = conversations.create(ANN, "Pumps")
    message = cited(session, 300)
    conversations.append(ANN, message)
    rated = conversations.rate(ANN, session.id, message.id, Feedback(True, "ü" * 20_000))
    assert conversations.messages(ANN, session.id).items == (rated,)
    assert replace(rated, feedback=None) == message
    assert max(map(stored_bytes, everything(chat[1]).values())) < ITEM_BYTES


def test_a_conversation_of_more_than_one_answer_of_dynamodb_is_read_whole(
    conversations: DynamoConversations,
) -> None:
    session = conversations.create(ANN, "Pumps")
    for number in range(8):
        noise = random.Random(number).randbytes(110_000).hex()
        conversations.append(ANN, Message(f"msg_{number}", session.id, Role.USER, noise, 1.0))
    ids = [message.id for message in conversations.messages(ANN, session.id).items]
    assert ids == [f"msg_{number}" for number in range(8)]
    assert conversations.delete(ANN, session.id) == 8


def test_what_is_too_large_to_be_kept_is_said_to_be_so(
    documents: DynamoDocuments, conversations: DynamoConversations
) -> None:
    session = conversations.create(ANN, "Pumps")
    noise = random.Random(0).randbytes(400_000).hex()
    with pytest.raises(TooLarge):
        conversations.append(ANN, Message("msg_1", session.id, Role.USER, noise, 1.0))
    with pytest.raises(TooLarge):
        register(documents, "us", "a.pdf", "a" * 64, 10, tags=[noise])
    assert conversations.messages(ANN, session.id).items == ()
    assert documents.listing("us").items == ()


@pytest.mark.parametrize("document_id", ["", "x" * 2000, "é" * 700])
def test_an_id_that_fits_no_key_is_not_found(
    documents: DynamoDocuments, conversations: DynamoConversations, document_id: str
) -> None:
    assert documents.many("us", [document_id]) == {}
    session = conversations.create(ANN, "Pumps")
    for call in (
        lambda: documents.get("us", document_id),
        lambda: documents.version(VersionId("us", document_id, 1)),
        lambda: documents.finish_range(Run(VersionId("us", document_id, 1), 1), 0),
        lambda: documents.tombstone("us", document_id),
        lambda: conversations.get(ANN, document_id),
        lambda: conversations.delete(ANN, document_id),
        lambda: conversations.rate(ANN, session.id, document_id, Feedback(True)),
    ):
        with pytest.raises(NotFound):
            call()
    assert documents.purge("us", document_id) == 0


# -- deletes --------------------------------------------------------------------------------------------


def test_a_purge_leaves_the_claims_of_a_document_that_came_after(
    table: str, documents: DynamoDocuments
) -> None:
    old = register(documents, "us", "a.pdf", "a" * 64, 10).document
    documents.tombstone("us", old.id)
    new = register(documents, "us", "a.pdf", "a" * 64, 10).document
    documents.purge("us", old.id)
    assert register(documents, "us", "a.pdf", "a" * 64, 10).document == new
    assert check_consistent(table) == 1


def test_a_purge_leaves_nothing_but_the_tenant(table: str, documents: DynamoDocuments) -> None:
    for sha256 in ("a" * 64, "b" * 64):
        document = register(documents, "us", "a.pdf", sha256, 10).document
    documents.update("us", document.id, name="b.pdf")
    documents.tombstone("us", document.id)
    assert documents.purge("us", document.id) == 2
    assert list(everything(table)) == [("#tenants", "us")]
    assert document_key("us", document.id) not in everything(table)


def test_a_session_whose_delete_was_interrupted_is_hidden_and_can_be_deleted(
    chat: list[str], conversations: DynamoConversations
) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, Message("msg_1", session.id, Role.USER, "Which pump?", 1.0))
    aws.client("dynamodb").update_item(  # as far as a delete gets with its first step
        TableName=chat[0],
        Key={"pk": encode_value("us"), "sk": encode_value(f"session/{session.id}")},
        UpdateExpression="REMOVE used",
    )
    with pytest.raises(NotFound):
        conversations.get(ANN, session.id)
    assert conversations.listing(ANN).items == ()
    assert conversations.delete(ANN, session.id) == 1
    assert everything(chat[1]) == {}


def test_failed_pages_are_kept_as_the_fewest_ranges() -> None:
    assert as_ranges([5, 1, 2, 3, 3, 9]) == [(1, 3), (5, 5), (9, 9)]
    assert as_ranges([]) == []


def cited(session: Session, citations: int) -> Message:
    """An answer whose citations stand on ten lines each, at places that do not compress well."""
    chance = random.Random(1)

    def box() -> Box:
        return Box(*(round(chance.uniform(0, 800), 3) for _ in range(4)))

    found = tuple(
        Citation(
            number,
            chance.randbytes(100).hex(),
            Proof.EXACT,
            "doc_1",
            "Pump.pdf",
            1,
            places=(Place(number, tuple(box() for _ in range(10))),),
        )
        for number in range(1, citations + 1)
    )
    answer = Answer(AnswerKind.GENERATED, "As they say.", citations=found)
    return Message("msg_1", session.id, Role.ASSISTANT, answer.text, time.time(), answer=answer)


def stored_bytes(item: Item) -> int:
    """About what DynamoDB counts: names and values, numbers at most 21 bytes."""

    def size(value: object) -> int:
        match value:
            case str():
                return len(value.encode())
            case bytes():
                return len(value)
            case list() | set():
                return 3 + sum(1 + size(each) for each in value)
        return 21

    return sum(len(name) + size(value) for name, value in item.items())


# -- from before conversations had owners -------------------------------------------------------------------


def test_a_conversation_from_before_there_were_owners_is_nobodys(
    chat: list[str], conversations: DynamoConversations
) -> None:
    """Nobody meets it, an admin neither: whose it was is not known."""
    store, made = conversations, conversations.create(ANN, "Old")
    aws.client("dynamodb").update_item(
        TableName=chat[0],
        Key={"pk": {"S": "us"}, "sk": {"S": f"session/{made.id}"}},
        UpdateExpression="SET used = :used REMOVE #owner, #shared",
        ExpressionAttributeNames={"#owner": "owner", "#shared": "shared"},
        ExpressionAttributeValues={":used": {"S": f"0001700000000000/{made.id}"}},
    )
    for who in (ANN, Person("us", "bob"), Person("us", ""), Person("us", "local")):
        assert made.id not in {each.id for each in store.listing(who).items}
        with pytest.raises(NotFound):
            store.get(who, made.id)
        with pytest.raises(NotFound):
            store.change(who, made.id, shared=True)
        with pytest.raises(NotFound):
            store.delete(who, made.id)
