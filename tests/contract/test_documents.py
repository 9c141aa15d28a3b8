"""What every ``DocumentStore`` does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.card import Card, CardDate, CardField, Corrections, DateRole, Fact, Origin
from app.core.document import (
    Document,
    DocumentFilter,
    IfExists,
    Outcome,
    ReadPages,
    Reason,
    Registered,
    Scans,
    Source,
    Spent,
    Stage,
    Status,
    Usage,
    VersionId,
)
from app.core.errors import BadRequest, Conflict, NameTaken, NotFound
from app.core.job import Run
from app.core.ports import DocumentStore
from app.core.rules import identity
from app.core.rules.card_said import say_text
from app.core.rules.narrowing import fits
from tests.support.cards import QUARTERLY, said_title, titled
from tests.support.registering import register
from tests.support.threads import at_once

SHA = "a" * 64
OTHER_SHA = "b" * 64
RANGES = [(1, 50), (51, 100), (101, 120)]

Call = Callable[[DocumentStore, str, str], object]

ON_ONE_DOCUMENT: dict[str, Call] = {
    "get": lambda store, tenant, document_id: store.get(tenant, document_id),
    "version": lambda store, tenant, document_id: store.version(VersionId(tenant, document_id, 1)),
    "versions": lambda store, tenant, document_id: store.versions(tenant, document_id),
    "update": lambda store, tenant, document_id: store.update(
        tenant, document_id, card=titled("theirs"), searchable=9
    ),
    "answer_from": lambda store, tenant, document_id: store.answer_from(VersionId(tenant, document_id, 1)),
    "choose": lambda store, tenant, document_id: store.choose(VersionId(tenant, document_id, 1)),
    "remove": lambda store, tenant, document_id: store.remove(VersionId(tenant, document_id, 1)),
    "restart": lambda store, tenant, document_id: store.restart(VersionId(tenant, document_id, 1)),
    "plan": lambda store, tenant, document_id: store.plan(Run(VersionId(tenant, document_id, 1), 1), RANGES),
    "finish_range": lambda store, tenant, document_id: store.finish_range(
        Run(VersionId(tenant, document_id, 1), 1), 0
    ),
    "progress": lambda store, tenant, document_id: store.progress(
        Run(VersionId(tenant, document_id, 1), 1), Stage.EMBED, chunks=9
    ),
    "count_scans": lambda store, tenant, document_id: store.count_scans(
        Run(VersionId(tenant, document_id, 1), 1), Scans(pages=9)
    ),
    "note_scans": lambda store, tenant, document_id: store.note_scans(
        Run(VersionId(tenant, document_id, 1), 1), 0, 9
    ),
    "finish": lambda store, tenant, document_id: store.finish(
        Run(VersionId(tenant, document_id, 1), 1), Status.READY
    ),
    "tombstone": lambda store, tenant, document_id: store.tombstone(tenant, document_id),
}
on_one_document = pytest.mark.parametrize("call", ON_ONE_DOCUMENT.values(), ids=ON_ONE_DOCUMENT)


def queued(store: DocumentStore, tenant: str = "us", name: str = "report.pdf", sha256: str = SHA) -> Run:
    registered = register(store, tenant, name, sha256, 10)
    return store.restart(VersionId(tenant, registered.document.id, registered.version.number))


def running(store: DocumentStore, tenant: str = "us", name: str = "report.pdf", sha256: str = SHA) -> Run:
    run = queued(store, tenant, name, sha256)
    store.plan(run, RANGES)
    return run


# -- registering ----------------------------------------------------------------------------------------


def test_new_content_becomes_a_document_whose_first_version_is_uploading(documents: DocumentStore) -> None:
    registered = register(documents, "us", "report.pdf", SHA, 10, tags=["b", "a", "b"])
    document, version = registered.document, registered.version
    assert not registered.existed
    assert (document.tenant, document.name, document.tags) == ("us", "report.pdf", ("b", "a"))
    assert (document.title, document.searchable) == ("", 0)
    assert (version.number, version.sha256, version.size, version.run) == (1, SHA, 10, 1)
    assert (version.status, version.stage) == (Status.UPLOADING, Stage.WAITING)
    assert document.latest == version
    assert documents.get("us", document.id) == document
    assert documents.version(VersionId("us", document.id, 1)) == version


@pytest.mark.parametrize("end", [None, Status.READY, Status.FAILED])
def test_known_content_gives_the_version_there_is_whatever_its_name_and_state(
    documents: DocumentStore, end: Status | None
) -> None:
    first = register(documents, "us", "report.pdf", SHA, 10, tags=["old"])
    if end:
        documents.finish(documents.restart(VersionId("us", first.document.id, 1)), end)
    again = register(documents, "us", "copy of report.pdf", SHA, 10, tags=["new", "old"])
    assert again.existed
    assert again.document == documents.get("us", first.document.id)
    assert again.version == again.document.latest
    assert again.outcome is Outcome.KNOWN
    assert (again.document.name, again.document.tags) == ("report.pdf", ("old", "new"))
    assert len(documents.listing("us").items) == 1


def test_a_known_source_gets_a_new_version_that_is_waited_for_beside_the_others(
    documents: DocumentStore,
) -> None:
    first = register(documents, "us", "report.pdf", SHA, 10, tags=["old"])
    documents.finish(documents.restart(VersionId("us", first.document.id, 1)), Status.READY)
    documents.update("us", first.document.id, searchable=1)
    second = register(documents, "us", "report.pdf", OTHER_SHA, 11, tags=["new", "old"])
    assert (second.outcome, second.replaced) == (Outcome.NEW_VERSION, 1)
    assert second.document.id == first.document.id
    assert (second.document.latest.number, second.document.announced) == (1, second.version)
    assert second.document == documents.get("us", first.document.id)
    assert documents.listing("us").items == (second.document,)
    assert documents.many("us", [first.document.id]) == {first.document.id: second.document}
    assert second.document.tags == ("old", "new")
    assert [each.number for each in documents.versions("us", first.document.id)] == [2, 1]
    documents.restart(VersionId("us", first.document.id, 2))
    arrived = documents.get("us", first.document.id)
    assert (arrived.latest.number, arrived.announced, arrived.searchable) == (2, None, 1)


def test_a_version_that_arrives_after_a_newer_one_is_not_chosen(documents: DocumentStore) -> None:
    for content in "abc":
        document_id = register(documents, "us", "report.pdf", content * 64, 10).document.id
    documents.restart(VersionId("us", document_id, 3))
    documents.restart(VersionId("us", document_id, 2))
    assert documents.get("us", document_id).latest.number == 3


def test_a_version_whose_file_came_too_late_is_chosen_when_it_comes(documents: DocumentStore) -> None:
    first = queued(documents)
    register(documents, "us", "report.pdf", OTHER_SHA, 10)
    documents.finish(
        Run(VersionId("us", first.document_id, 2), 1), Status.FAILED, Reason(identity.NEVER_ARRIVED, "Late.")
    )
    expired = documents.get("us", first.document_id)
    assert (expired.latest.number, expired.announced) == (1, None)
    documents.restart(VersionId("us", first.document_id, 2))
    assert documents.get("us", first.document_id).latest.number == 2


def test_the_content_of_an_older_version_gives_that_version_to_be_made_current(
    documents: DocumentStore,
) -> None:
    for sha256 in (SHA, OTHER_SHA):
        run = queued(documents, sha256=sha256)
        documents.finish(run, Status.READY)
        documents.update("us", run.document_id, searchable=run.version.number)
    for how in (IfExists.NEW, IfExists.VERSION):
        again = register(documents, "us", "report.pdf", SHA, 10, if_exists=how)
        assert (again.outcome, again.version.number, again.replaced) == (Outcome.MADE_CURRENT, 1, 2)
    with pytest.raises(NameTaken):
        register(documents, "us", "report.pdf", SHA, 10, if_exists=IfExists.REFUSE)


def test_an_announced_version_announced_again_is_the_same_one(documents: DocumentStore) -> None:
    queued(documents)
    first = register(documents, "us", "report.pdf", OTHER_SHA, 10)
    again = register(documents, "us", "report.pdf", OTHER_SHA, 10)
    assert (again.outcome, again.version) == (Outcome.NEW_VERSION, first.version)
    assert documents.usage("us").versions == 2


# -- what a document is known and shown by ----------------------------------------------------------------


def at(path: str) -> Source:
    return Source(path, path)


def shown(documents: DocumentStore, tenant: str = "us") -> dict[str, str]:
    return {document.source: document.name for document in documents.listing(tenant).items}


def test_files_of_one_name_in_two_folders_are_two_documents_that_are_told_apart(
    documents: DocumentStore,
) -> None:
    one = documents.register("us", at("/home/a/2023/report.pdf"), "1" * 64, 10)
    assert one.document.name == "report.pdf"
    two = documents.register("us", at("/home/a/2024/report.pdf"), "2" * 64, 10)
    three = documents.register("us", at("/home/b/2024/report.pdf"), "3" * 64, 10)
    documents.register("us", at("/home/a/2024/summary.pdf"), "4" * 64, 10)
    assert len({each.document.id for each in (one, two, three)}) == 3
    names = {
        "/home/a/2023/report.pdf": "2023/report.pdf",
        "/home/a/2024/report.pdf": "a/2024/report.pdf",
        "/home/b/2024/report.pdf": "b/2024/report.pdf",
        "/home/a/2024/summary.pdf": "summary.pdf",
    }
    assert shown(documents) == names
    for source, name in names.items():
        assert documents.find("us", source) == documents.find("us", name) != ""
    assert documents.find("us", "report.pdf") == documents.find("them", "summary.pdf") == ""
    narrowed = documents.listing("us", where=DocumentFilter(name="2023/REPORT"))
    assert [document.id for document in narrowed.items] == [one.document.id]


def test_when_a_document_goes_the_others_names_are_as_short_as_can_be(documents: DocumentStore) -> None:
    for number, year in enumerate((2022, 2023, 2024)):
        documents.register("us", at(f"/home/{year}/report.pdf"), f"{number:064}", 10)
    documents.tombstone("us", documents.find("us", "2022/report.pdf"))
    assert set(shown(documents).values()) == {"2023/report.pdf", "2024/report.pdf"}
    documents.tombstone("us", documents.find("us", "2024/report.pdf"))
    assert shown(documents) == {"/home/2023/report.pdf": "report.pdf"}
    assert documents.find("us", "2023/report.pdf") == ""
    again = documents.register("us", at("/home/2024/report.pdf"), "9" * 64, 10)
    assert again.document.name == "2024/report.pdf"


def test_the_same_source_is_one_document_whatever_becomes_of_its_name(documents: DocumentStore) -> None:
    first = documents.register("us", at("/home/a/report.pdf"), SHA, 10)
    documents.update("us", first.document.id, name="Annual report")
    second = documents.register("us", at("/home/a/report.pdf"), OTHER_SHA, 10, if_exists=IfExists.VERSION)
    assert (second.document.id, second.document.name) == (first.document.id, "Annual report")
    assert (second.document.source, second.document.path) == ("/home/a/report.pdf", "Annual report")


def test_a_chosen_name_that_exists_makes_what_was_asked_for(documents: DocumentStore) -> None:
    first = register(documents, "us", "a/report.pdf", "1" * 64, 10)
    assert first.document.name == "report.pdf"
    with pytest.raises(NameTaken):
        register(documents, "us", "report.pdf", "2" * 64, 10, if_exists=IfExists.REFUSE)
    other = register(documents, "us", "report.pdf", "2" * 64, 10, if_exists=IfExists.NEW)
    assert other.outcome is Outcome.CREATED
    assert other.document.name == "report (2).pdf"
    newer = register(documents, "us", "report.pdf", "3" * 64, 10, if_exists=IfExists.VERSION)
    assert (newer.document.id, newer.version.number) == (first.document.id, 2)
    third = register(documents, "us", "report.pdf", "4" * 64, 10, if_exists=IfExists.NEW)
    assert third.document.source == third.document.name == "report (3).pdf"
    known = register(documents, "us", "report.pdf", "4" * 64, 10, if_exists=IfExists.NEW)
    assert (known.outcome, known.document.id) == (Outcome.KNOWN, third.document.id)


def test_a_folder_is_mirrored_though_its_files_exchange_their_contents(documents: DocumentStore) -> None:
    def given(path: str, content: str) -> Registered:
        done = documents.register("us", at(path), content * 64, 10, if_exists=IfExists.VERSION)
        if done.version.status is Status.UPLOADING:
            documents.restart(VersionId("us", done.document.id, done.version.number))
        if done.outcome is Outcome.MADE_CURRENT:
            documents.choose(VersionId("us", done.document.id, done.version.number))
        return done

    a, b = given("/x/a.pdf", "a"), given("/x/b.pdf", "b")
    copy = given("/x/copy of a.pdf", "a")
    assert (copy.outcome, copy.document.id) == (Outcome.KNOWN, a.document.id)
    swapped = given("/x/a.pdf", "b"), given("/x/b.pdf", "a")
    assert [each.outcome for each in swapped] == [Outcome.NEW_VERSION] * 2
    assert [each.document.id for each in swapped] == [a.document.id, b.document.id]
    back = given("/x/a.pdf", "a")
    assert (back.outcome, back.version.number) == (Outcome.MADE_CURRENT, 1)
    given("/x/a.pdf", "c"), given("/x/b.pdf", "d")
    kept = given("/x/copy of a.pdf", "a")
    assert kept.outcome is Outcome.CREATED
    current = {each.source: each.latest.sha256[0] for each in documents.listing("us").items}
    assert current == {"/x/a.pdf": "c", "/x/b.pdf": "d", "/x/copy of a.pdf": "a"}


def test_a_document_known_by_a_name_alone_is_found_again_where_its_file_is(documents: DocumentStore) -> None:
    old = register(documents, "us", "2024/report.pdf", SHA, 10).document
    elsewhere = documents.register("us", at("/home/else.pdf"), SHA, 10)
    assert (elsewhere.outcome, elsewhere.document.source) == (Outcome.KNOWN, "2024/report.pdf")
    found = documents.register("us", at("/home/2024/report.pdf"), SHA, 10)
    assert (found.outcome, found.document.id) == (Outcome.KNOWN, old.id)
    assert found.document.source == found.document.path == "/home/2024/report.pdf"
    newer = documents.register("us", at("/home/2024/report.pdf"), OTHER_SHA, 10, if_exists=IfExists.VERSION)
    assert (newer.document.id, newer.version.number) == (old.id, 2)


def test_sources_of_one_name_registered_at_once_are_all_there_and_told_apart(
    documents: DocumentStore,
) -> None:
    sources = [at(f"/{n}/report.pdf") for n in range(6)]
    at_once([partial(documents.register, "us", source, source.key[1] * 64, 10) for source in sources])
    assert shown(documents) == {source.key: source.key[1:] for source in sources}


def test_new_files_under_one_chosen_name_at_once_are_all_there_and_told_apart(
    documents: DocumentStore,
) -> None:
    calls = [
        partial(register, documents, "us", "report.pdf", f"{n:064}", 10, if_exists=IfExists.NEW)
        for n in range(5)
    ]
    at_once(calls)
    names = {"report.pdf", *(f"report ({n}).pdf" for n in range(2, 6))}
    assert set(shown(documents).values()) == names


# -- versions chosen and removed --------------------------------------------------------------------------


def three_versions(documents: DocumentStore) -> str:
    """A document whose versions 1 to 3 are ready, partial and failed, and whose second one answers."""
    for content, end in (("1", Status.READY), ("2", Status.PARTIAL), ("3", Status.FAILED)):
        run = running(documents, sha256=content * 64)
        documents.finish(run, end)
    documents.update("us", run.document_id, searchable=1)
    documents.update("us", run.document_id, searchable=2)
    return run.document_id


def test_a_chosen_version_is_the_one_that_is_listed_and_may_answer(documents: DocumentStore) -> None:
    document_id = three_versions(documents)
    assert (documents.get("us", document_id).latest.number, documents.get("us", document_id).searchable) == (
        3,
        2,
    )
    assert documents.update("us", document_id, searchable=1).searchable == 2
    chosen = documents.choose(VersionId("us", document_id, 1))
    assert (chosen.latest.number, chosen.searchable) == (1, 2)
    assert documents.listing("us", where=DocumentFilter(status=Status.READY)).items == (chosen,)
    assert documents.update("us", document_id, searchable=3).searchable == 3
    assert documents.update("us", document_id, searchable=1).searchable == 1
    assert documents.update("us", document_id, searchable=3).searchable == 1
    run = documents.restart(VersionId("us", document_id, 1))
    listed = documents.listing("us", where=DocumentFilter(status=Status.QUEUED)).items
    assert [each.latest.run for each in listed] == [run.number]
    assert documents.restart(VersionId("us", document_id, 3)).number == 2
    assert documents.get("us", document_id).latest.number == 1
    with pytest.raises(NotFound):
        documents.choose(VersionId("us", document_id, 4))


def test_a_version_can_be_made_the_one_that_answers_whatever_answers_or_is_chosen(
    documents: DocumentStore,
) -> None:
    document_id = three_versions(documents)
    back = documents.answer_from(VersionId("us", document_id, 1))
    assert (back.latest.number, back.searchable) == (3, 1)
    assert documents.get("us", document_id) == back
    assert documents.answer_from(VersionId("us", document_id, 3)).searchable == 3
    assert documents.answer_from(VersionId("us", document_id, 3)).searchable == 3
    with pytest.raises(NotFound):
        documents.answer_from(VersionId("us", document_id, 4))


def test_a_removed_version_is_gone_and_its_number_and_content_are_free(documents: DocumentStore) -> None:
    document_id = three_versions(documents)
    left = documents.remove(VersionId("us", document_id, 3))
    assert (left.latest.number, left.searchable) == (2, 2)
    assert [each.number for each in documents.versions("us", document_id)] == [2, 1]
    with pytest.raises(NotFound):
        documents.version(VersionId("us", document_id, 3))
    with pytest.raises(NotFound):
        documents.remove(VersionId("us", document_id, 3))
    assert documents.usage("us") == Usage(documents=1, versions=2, pages=240, bytes=20)
    again = register(documents, "us", "report.pdf", "3" * 64, 10)
    assert (again.outcome, again.version.number) == (Outcome.NEW_VERSION, 4)


def test_when_the_version_that_answers_is_removed_none_does_and_the_newest_that_was_read_is_chosen(
    documents: DocumentStore,
) -> None:
    document_id = three_versions(documents)
    documents.choose(VersionId("us", document_id, 2))
    left = documents.remove(VersionId("us", document_id, 2))
    assert (left.latest.number, left.searchable) == (1, 0)
    assert documents.listing("us", where=DocumentFilter(status=Status.READY)).items == (left,)
    last = documents.remove(VersionId("us", document_id, 1))
    assert last.latest.number == 3
    with pytest.raises(Conflict):
        documents.remove(VersionId("us", document_id, 3))


def test_an_announced_version_can_be_removed(documents: DocumentStore) -> None:
    run = queued(documents)
    register(documents, "us", "report.pdf", OTHER_SHA, 10)
    left = documents.remove(VersionId("us", run.document_id, 2))
    assert (left.latest.number, left.announced) == (1, None)


def test_what_was_announced_and_has_not_come_is_found_by_its_age(documents: DocumentStore) -> None:
    queued(documents)
    late = register(documents, "us", "report.pdf", OTHER_SHA, 10)
    other = register(documents, "them", "b.pdf", SHA, 10)
    documents.tombstone("us", register(documents, "us", "gone.pdf", "c" * 64, 10).document.id)
    assert documents.waiting(time.time() - 60) == []
    found = documents.waiting(time.time() + 60)
    assert sorted(found) == sorted(
        [Run(VersionId("us", late.document.id, 2), 1), Run(VersionId("them", other.document.id, 1), 1)]
    )
    for run in found:
        documents.finish(run, Status.FAILED, Reason(identity.NEVER_ARRIVED, "It never came."))
    assert documents.waiting(time.time() + 60) == []


def test_content_that_another_tenant_has_is_new(documents: DocumentStore) -> None:
    ours = register(documents, "us", "report.pdf", SHA, 10)
    theirs = register(documents, "them", "report.pdf", SHA, 10)
    assert not theirs.existed
    assert theirs.document.id != ours.document.id


def test_the_same_content_registered_at_once_is_one_document(documents: DocumentStore) -> None:
    calls = [partial(register, documents, "us", f"{n}.pdf", SHA, 10) for n in range(8)]
    results = at_once(calls)
    assert len({result.document.id for result in results}) == 1
    assert sorted(result.existed for result in results) == [False] + [True] * 7


def test_a_new_name_registered_at_once_is_one_document_with_all_the_versions(
    documents: DocumentStore,
) -> None:
    calls = [partial(register, documents, "us", "report.pdf", f"{n:064}", 10) for n in range(8)]
    results = at_once(calls)
    assert len({result.document.id for result in results}) == 1
    assert sorted(result.version.number for result in results) == list(range(1, 9))
    assert not any(result.existed for result in results)


# -- tenants and absence --------------------------------------------------------------------------------


@on_one_document
def test_another_tenants_document_is_not_found_and_stays_as_it_is(
    documents: DocumentStore, call: Call
) -> None:
    run = running(documents)
    before = documents.get("us", run.document_id)
    with pytest.raises(NotFound):
        call(documents, "them", run.document_id)
    assert documents.get("us", run.document_id) == before


@on_one_document
def test_an_unknown_document_is_not_found(documents: DocumentStore, call: Call) -> None:
    with pytest.raises(NotFound):
        call(documents, "us", "doc_0000000000000000")


@on_one_document
def test_a_tombstoned_document_is_not_found(documents: DocumentStore, call: Call) -> None:
    run = running(documents)
    hidden = documents.tombstone("us", run.document_id)
    if call is ON_ONE_DOCUMENT["tombstone"]:
        assert documents.tombstone("us", run.document_id) == hidden
    else:
        with pytest.raises(NotFound):
            call(documents, "us", run.document_id)


def test_an_unknown_version_is_not_found(documents: DocumentStore) -> None:
    run = queued(documents)
    with pytest.raises(NotFound):
        documents.version(VersionId("us", run.document_id, 2))
    with pytest.raises(NotFound):
        documents.restart(VersionId("us", run.document_id, 2))


def test_what_spans_documents_stays_inside_the_tenant(documents: DocumentStore) -> None:
    kept = running(documents)
    hidden = running(documents, name="old.pdf", sha256=OTHER_SHA)
    documents.tombstone("us", hidden.document_id)
    assert documents.listing("them").items == ()
    assert documents.many("them", [kept.document_id]) == {}
    assert documents.list_tombstoned("them") == []
    assert documents.usage("them") == Usage()
    assert documents.purge("them", hidden.document_id) == 0
    assert documents.list_tombstoned("us") == [hidden.document_id]


def test_many_leaves_out_what_is_unknown_or_tombstoned(documents: DocumentStore) -> None:
    kept, hidden = running(documents), running(documents, name="old.pdf", sha256=OTHER_SHA)
    documents.tombstone("us", hidden.document_id)
    found = documents.many("us", iter([kept.document_id, hidden.document_id, "doc_0000000000000000"]))
    assert found == {kept.document_id: documents.get("us", kept.document_id)}
    assert documents.many("us", []) == {}


# -- lists ----------------------------------------------------------------------------------------------


def everything(store: DocumentStore, where: DocumentFilter | None = None, limit: int = 2) -> list[Document]:
    found: list[Document] = []
    page = store.listing("us", where=where, limit=limit)
    found += page.items
    while page.cursor:
        page = store.listing("us", where=where, cursor=page.cursor, limit=limit)
        found += page.items
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_the_pages_of_a_list_hold_every_document_once_newest_first(
    documents: DocumentStore, limit: int
) -> None:
    for n in range(7):
        register(documents, "us", f"{n}.pdf", f"{n:064}", 10)
    names = [document.name for document in everything(documents, limit=limit)]
    assert names == [f"{n}.pdf" for n in reversed(range(7))]


def test_documents_that_come_or_go_between_two_pages_move_no_other(documents: DocumentStore) -> None:
    ids = [register(documents, "us", f"{n}.pdf", f"{n:064}", 10).document.id for n in range(6)]
    first = documents.listing("us", limit=3)
    register(documents, "us", "new.pdf", SHA, 10)
    documents.tombstone("us", ids[3])
    second = documents.listing("us", cursor=first.cursor, limit=3)
    assert [document.name for document in first.items + second.items] == [
        f"{n}.pdf" for n in (5, 4, 3, 2, 1, 0)
    ]
    assert second.cursor is None


def test_a_list_can_be_narrowed(documents: DocumentStore) -> None:
    ended = queued(documents, name="Übersicht 100%.pdf", sha256="1" * 64)
    documents.finish(ended, Status.FAILED, Reason("damaged_pdf", "It cannot be opened."))
    documents.update("us", ended.document_id, tags=["münchen", "2024"])
    queued(documents, name="plan_a.pdf", sha256="2" * 64)
    queued(documents, name="planXa.pdf", sha256="3" * 64)

    def names(where: DocumentFilter) -> list[str]:
        return [document.name for document in everything(documents, where, limit=1)]

    assert names(DocumentFilter(status=Status.FAILED)) == ["Übersicht 100%.pdf"]
    assert names(DocumentFilter(status=Status.QUEUED)) == ["planXa.pdf", "plan_a.pdf"]
    assert names(DocumentFilter(tag="münchen")) == ["Übersicht 100%.pdf"]
    assert names(DocumentFilter(tag="mün")) == []
    documents.update("us", ended.document_id, tags=["mu\u0308nchen", "2024"])  # as they were once kept
    assert names(DocumentFilter(tag="münchen")) == ["Übersicht 100%.pdf"]
    assert documents.get("us", ended.document_id).tags == ("münchen", "2024")
    assert names(DocumentFilter(name="üBERSICHT")) == ["Übersicht 100%.pdf"]
    assert names(DocumentFilter(name="0%.")) == ["Übersicht 100%.pdf"]
    assert names(DocumentFilter(name="plan_")) == ["plan_a.pdf"]
    assert names(DocumentFilter(status=Status.QUEUED, tag="2024")) == []
    assert len(names(DocumentFilter(tag="", name=""))) == 3


def test_the_status_that_narrows_a_list_is_that_of_the_version_that_is_shown(
    documents: DocumentStore,
) -> None:
    documents.finish(queued(documents), Status.READY)
    run = Run(VersionId("us", register(documents, "us", "report.pdf", OTHER_SHA, 10).document.id, 2), 1)
    assert len(documents.listing("us", where=DocumentFilter(status=Status.READY)).items) == 1
    documents.restart(run.version)
    assert documents.listing("us", where=DocumentFilter(status=Status.READY)).items == ()
    assert len(documents.listing("us", where=DocumentFilter(status=Status.QUEUED)).items) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(cursor=st.one_of(st.text(min_size=1), st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True)))
def test_a_cursor_that_no_list_gave_is_a_bad_request(documents: DocumentStore, cursor: str) -> None:
    with pytest.raises(BadRequest):
        documents.listing("us", cursor=cursor)


# -- changing a document --------------------------------------------------------------------------------


def test_only_what_is_given_is_changed(documents: DocumentStore) -> None:
    document = register(documents, "us", "report.pdf", SHA, 10, tags=["a"]).document
    assert documents.update("us", document.id) == document
    assert documents.update("us", document.id, card=titled("Annual report")).title == "Annual report"
    changed = documents.update("us", document.id, name="annual.pdf", tags=["b", "c"])
    assert (changed.name, changed.tags, changed.title) == ("annual.pdf", ("b", "c"), "Annual report")
    assert documents.update("us", document.id, tags=[]).tags == ()
    assert documents.get("us", document.id).name == "annual.pdf"


def test_a_card_is_kept_as_it_was_read_and_what_people_say_stands_beside_it(documents: DocumentStore) -> None:
    document = register(documents, "us", "report.pdf", SHA, 10).document
    read = documents.update("us", document.id, card=QUARTERLY)
    assert (read.card, read.title) == (QUARTERLY, "Meridian: quarterly report, Q3 2023")
    said = documents.update("us", document.id, said=said_title("Pumps in autumn"))
    assert (said.title, said.read) == ("Pumps in autumn", QUARTERLY)
    assert said.card.who == QUARTERLY.who
    # It is read again, and a new version comes: what a person said stays.
    again = documents.update("us", document.id, card=titled("Another"))
    assert (again.title, again.card.kind) == ("Pumps in autumn", None)
    register(documents, "us", "report.pdf", OTHER_SHA, 10)
    assert documents.get("us", document.id).title == "Pumps in autumn"
    taken_back = documents.update("us", document.id, taken_back=[CardField.TITLE])
    assert (taken_back.title, taken_back.card) == ("Another", titled("Another"))
    assert documents.get("us", document.id) == taken_back


def test_a_version_that_may_not_answer_leaves_the_card_of_the_one_that_does(documents: DocumentStore) -> None:
    for content in (SHA, OTHER_SHA):
        registered = register(documents, "us", "report.pdf", content, 10)
        documents.restart(VersionId("us", registered.document.id, registered.version.number))
    document_id = registered.document.id
    documents.update("us", document_id, card=titled("First"), searchable=1, indexed_as="First")
    documents.choose(VersionId("us", document_id, 1))
    for late in (
        documents.update("us", document_id, card=titled("Second"), card_of=2),
        documents.update(
            "us", document_id, tags=["a"], card=titled("Second"), searchable=2, indexed_as="Second"
        ),
    ):
        assert (late.title, late.searchable, late.indexed_as) == ("First", 1, "First")
    assert late.tags == ("a",)
    documents.choose(VersionId("us", document_id, 2))
    early = documents.update("us", document_id, card=titled("Second"), card_of=2)
    assert (early.title, early.searchable, early.indexed_as) == ("Second", 1, "First")
    assert documents.update("us", document_id, card=titled("Whole"), searchable=2).title == "Whole"
    # A slower run of the first version publishes after the second.
    assert documents.update("us", document_id, card=titled("First"), searchable=1).title == "Whole"


def test_corrections_of_one_card_at_once_are_all_kept(documents: DocumentStore) -> None:
    document = register(documents, "us", "report.pdf", SHA, 10).document
    dates = {field for field in CardField if field.role}
    change = partial(documents.update, "us", document.id)
    # Of single attempts some come one after the other by themselves.
    for _ in range(8):
        change(card=QUARTERLY, said=said_title("Pumps"), taken_back=dates)
        changes = [partial(change, said=say_text(field, "2023-05-04")) for field in dates]
        at_once([*changes, partial(change, taken_back=[CardField.TITLE])])
        kept = documents.get("us", document.id)
        assert kept.corrections.fields == dates
        assert {date.role for date in kept.card.dates} == set(DateRole)
        assert kept.title == "Meridian: quarterly report, Q3 2023"


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (DocumentFilter(kind="Report"), "ca"),
        (DocumentFilter(kind="rep"), ""),
        (DocumentFilter(who="MERIDIAN pumps"), "ca"),
        (DocumentFilter(who="weiss"), "a"),
        (DocumentFilter(who="nobody"), ""),
        (DocumentFilter(since="2023"), "ca"),
        (DocumentFilter(since="2023-09-30"), "ca"),
        (DocumentFilter(since="2023-10"), "c"),
        (DocumentFilter(since="2024-02"), ""),
        (DocumentFilter(until="2023"), "ca"),
        (DocumentFilter(until="2023-08"), "c"),
        (DocumentFilter(until="2022"), ""),
        (DocumentFilter(kind="report", since="2023-07", until="2023-09"), "ca"),
        (DocumentFilter(kind="letter", who="nobody"), ""),
        (DocumentFilter(name="C.P", tag="pumps", status=Status.UPLOADING), "c"),
        (DocumentFilter(tag="valves"), ""),
        (DocumentFilter(status=Status.READY), ""),
    ],
)
def test_a_list_is_narrowed_by_kind_by_who_and_by_date(
    documents: DocumentStore, where: DocumentFilter, found: str
) -> None:
    year = (CardDate(DateRole.PUBLISHED, "2023", Fact("2023")),)
    cards = {
        "a": QUARTERLY,
        "b": titled("B"),
        "c": Card(kind=Fact("report"), who=QUARTERLY.who[:1], dates=year),
    }
    for name, card in cards.items():
        document = register(documents, "us", f"{name}.pdf", name * 64, 10, tags=["pumps"]).document
        documents.update("us", document.id, card=card)
    theirs = register(documents, "them", "d.pdf", SHA, 10).document
    documents.update("them", theirs.id, card=QUARTERLY)
    assert [each.name[0] for each in documents.listing("us", where=where).items] == list(found)
    # Of single documents the same is said without a list.
    assert {each.name[0] for each in documents.listing("us").items if fits(where, each)} == set(found)


def test_what_a_person_says_is_what_a_list_is_narrowed_by(documents: DocumentStore) -> None:
    document = register(documents, "us", "a.pdf", SHA, 10).document
    documents.update("us", document.id, card=QUARTERLY)
    said = Corrections(frozenset({CardField.KIND, CardField.WHO}), Card(kind=Fact("letter", Origin.PERSON)))
    documents.update("us", document.id, said=said)
    assert len(documents.listing("us", where=DocumentFilter(kind="letter")).items) == 1
    assert not documents.listing("us", where=DocumentFilter(kind="report")).items
    assert not documents.listing("us", where=DocumentFilter(who="Meridian")).items


def test_a_card_of_thousands_of_facts_is_cut_to_what_a_store_keeps(documents: DocumentStore) -> None:
    document = register(documents, "us", "a.pdf", SHA, 10).document
    many = replace(QUARTERLY, who=tuple(Fact(f"Author {number} " + "ü" * 400) for number in range(4000)))
    documents.update("us", document.id, card=many, said=Corrections(frozenset({CardField.WHO}), many))
    kept = documents.get("us", document.id)
    assert kept.read.title == QUARTERLY.title
    assert 20 < len(kept.card.who) < 100


def test_a_name_that_another_document_has_is_a_conflict(documents: DocumentStore) -> None:
    register(documents, "us", "taken.pdf", OTHER_SHA, 10)
    register(documents, "them", "free.pdf", OTHER_SHA, 10)
    document = register(documents, "us", "report.pdf", SHA, 10).document
    with pytest.raises(Conflict):
        documents.update("us", document.id, name="taken.pdf", card=titled("not this either"))
    assert documents.get("us", document.id) == document
    assert documents.update("us", document.id, name="report.pdf") == document
    assert documents.update("us", document.id, name="free.pdf").name == "free.pdf"


def test_documents_renamed_to_one_name_at_once_give_it_to_one_of_them(documents: DocumentStore) -> None:
    ids = [register(documents, "us", f"{n}.pdf", f"{n:064}", 10).document.id for n in range(6)]

    def rename(document_id: str) -> bool:
        try:
            documents.update("us", document_id, name="wanted.pdf")
        except Conflict:
            return False
        return True

    assert sum(at_once([partial(rename, document_id) for document_id in ids])) == 1


# -- runs -----------------------------------------------------------------------------------------------


def test_an_uploaded_version_is_queued_as_its_first_run(documents: DocumentStore) -> None:
    document = register(documents, "us", "report.pdf", SHA, 10).document
    run = documents.restart(VersionId("us", document.id, 1))
    assert run == Run(VersionId("us", document.id, 1), 1)
    assert documents.version(VersionId("us", document.id, 1)).status is Status.QUEUED


def test_restarting_what_is_under_way_goes_on_with_its_run(documents: DocumentStore) -> None:
    run = queued(documents)
    assert documents.restart(VersionId("us", run.document_id, 1)) == run
    documents.plan(run, RANGES)
    documents.finish_range(run, 0)
    before = documents.version(VersionId("us", run.document_id, 1))
    assert documents.restart(VersionId("us", run.document_id, 1)) == run
    assert documents.version(VersionId("us", run.document_id, 1)) == before


@pytest.mark.parametrize("end", [Status.READY, Status.PARTIAL, Status.FAILED])
def test_restarting_what_has_ended_begins_a_new_run_with_a_clean_slate(
    documents: DocumentStore, end: Status
) -> None:
    run = running(documents)
    documents.finish_range(run, 0, [7])
    documents.progress(run, Stage.EMBED, chunks=5, chunks_done=5)
    documents.finish(run, end, Reason("pages_unread", "Page 7 could not be read."))
    again = documents.restart(VersionId("us", run.document_id, 1))
    assert again == run._replace(number=2)
    version = documents.version(VersionId("us", run.document_id, 1))
    assert (version.run, version.status, version.stage) == (2, Status.QUEUED, Stage.WAITING)
    assert (version.failed_pages, version.reason, version.ranges, version.ranges_done) == (
        (),
        None,
        (),
        frozenset(),
    )
    assert (version.pages_done, version.chunks, version.chunks_done) == (0, 0, 0)
    assert version.pages == 120  # the file is the same


def test_what_was_read_before_is_shown_until_a_new_run_has_ended_well(documents: DocumentStore) -> None:
    run = running(documents)
    documents.finish_range(run, 1)
    documents.finish(run, Status.PARTIAL)
    first = documents.version(VersionId("us", run.document_id, 1))
    assert first.shown == first.current == ReadPages("runs/1/", tuple(RANGES), frozenset({1}))
    again = documents.restart(VersionId("us", run.document_id, 1))
    documents.plan(again, [(1, 120)])
    documents.finish_range(again, 0)
    version = documents.version(VersionId("us", run.document_id, 1))
    assert version.current == ReadPages("runs/2/", ((1, 120),), frozenset({0}))
    assert version.shown == version.earlier == first.current
    failed = documents.finish(again, Status.FAILED)
    assert failed.shown == first.current
    third = documents.restart(VersionId("us", run.document_id, 1))
    assert documents.version(VersionId("us", run.document_id, 1)).shown == first.current
    documents.plan(third, [(1, 120)])
    documents.finish_range(third, 0)
    ended = documents.finish(third, Status.READY)
    assert (ended.earlier, ended.shown) == (None, ReadPages("runs/3/", ((1, 120),), frozenset({0})))


def test_a_run_that_read_nothing_leaves_nothing_to_show_beside_the_next(documents: DocumentStore) -> None:
    run = running(documents)
    documents.finish(run, Status.FAILED)
    again = documents.restart(VersionId("us", run.document_id, 1))
    documents.plan(again, RANGES)
    version = documents.finish_range(again, 0)
    assert version.earlier is None
    assert version.shown == ReadPages("runs/2/", tuple(RANGES), frozenset({0}))


@pytest.mark.parametrize("failed_since", [False, True])
def test_a_run_that_does_not_read_anew_takes_over_what_is_shown(
    documents: DocumentStore, failed_since: bool
) -> None:
    run = running(documents)
    for index in range(3):
        documents.finish_range(run, index)
    documents.finish(run, Status.READY)
    if failed_since:
        documents.finish(documents.restart(VersionId("us", run.document_id, 1)), Status.FAILED)
    again = documents.restart(VersionId("us", run.document_id, 1), anew=False)
    version = documents.version(VersionId("us", run.document_id, 1))
    assert (version.run, version.status, version.pages_done) == (again.number, Status.QUEUED, 120)
    assert (version.earlier, version.current) == (
        None,
        ReadPages("runs/1/", tuple(RANGES), frozenset({0, 1, 2})),
    )
    planned = documents.plan(again, [(1, 120)])
    assert (planned.status, planned.ranges, planned.pages) == (Status.RUNNING, tuple(RANGES), 120)


def test_what_ranges_cost_is_summed_up_and_begins_anew_with_a_run(documents: DocumentStore) -> None:
    run = running(documents)
    cost = Spent(1_500, 20_000, 300, 1, 2)
    documents.finish_range(run, 0, spent=cost)
    documents.finish_range(run, 0, spent=cost)
    assert documents.finish_range(run, 1, spent=Spent(cpu_ms=1)).spent == cost + Spent(cpu_ms=1)
    at_once([partial(documents.finish_range, run, 2, spent=cost)] * 4)
    assert documents.version(VersionId("us", run.document_id, 1)).spent == cost + cost + Spent(cpu_ms=1)
    documents.finish(run, Status.READY)
    documents.restart(VersionId("us", run.document_id, 1))
    assert documents.version(VersionId("us", run.document_id, 1)).spent == Spent()


def test_scans_are_counted_down_range_by_range_and_those_that_stay_unread_are_known(
    documents: DocumentStore,
) -> None:
    run = running(documents)
    for index, failed in enumerate(([3, 7], [61], [])):
        documents.finish_range(run, index, failed)
    documents.count_scans(run, Scans(counted=True, pages=3, left=((0, 2), (1, 1))), Stage.OCR)
    version = documents.note_scans(run, 0, 1)
    assert (version.stage, version.scans.left, version.scans.pages_done) == (Stage.OCR, ((0, 1), (1, 1)), 1)
    at_once([partial(documents.note_scans, run, index, 0, failed) for index, failed in ((0, [7]), (1, []))])
    version = documents.version(run.version)
    assert (version.scans.left, version.failed_pages) == ((), (7,))
    documents.count_scans(run, replace(version.scans, unread=1))
    documents.finish(run, Status.PARTIAL)
    late = documents.note_scans(run, 0, 9)
    assert (late.scans.pages, late.scans.pages_done) == (3, 2)
    documents.restart(run.version, anew=False, scans=True)
    again = documents.version(run.version).scans
    assert (again.wanted, again.counted, again.pages, again.pages_done) == (True, False, 3, 2)


def test_only_a_run_that_reads_the_file_has_ocr_read_it_unless_it_is_told(documents: DocumentStore) -> None:
    run = running(documents)
    assert documents.version(run.version).scans == Scans()
    documents.finish_range(run, 0)
    documents.finish(run, Status.READY)
    documents.restart(run.version, anew=False)
    assert not documents.version(run.version).scans.wanted


def test_restarts_at_once_begin_one_run(documents: DocumentStore) -> None:
    run = queued(documents)
    documents.finish(run, Status.FAILED)
    runs = at_once([partial(documents.restart, run.version)] * 8)
    assert set(runs) == {run._replace(number=2)}


def test_a_run_is_planned_once(documents: DocumentStore) -> None:
    run = queued(documents)
    version = documents.plan(run, RANGES)
    assert (version.status, version.stage) == (Status.RUNNING, Stage.EXTRACT)
    assert version.ranges == tuple(RANGES)
    assert (version.pages, version.pages_done) == (120, 0)
    assert documents.plan(run, [(1, 120)]) == version
    again = documents.finish_range(run, 1)
    assert documents.plan(run, RANGES) == again


def test_a_version_that_is_not_queued_is_not_planned(documents: DocumentStore) -> None:
    document = register(documents, "us", "report.pdf", SHA, 10).document
    assert documents.plan(Run(VersionId("us", document.id, 1), 1), RANGES) == document.latest


def test_each_finished_range_adds_its_pages_and_failures(documents: DocumentStore) -> None:
    run = running(documents)
    documents.finish_range(run, 2, [118, 101])
    version = documents.finish_range(run, 0, [3])
    assert version.ranges_done == {0, 2}
    assert version.pages_done == 70
    assert version.failed_pages == (3, 101, 118)
    assert documents.get("us", run.document_id).latest == version


def test_a_range_finished_many_times_at_once_counts_once(documents: DocumentStore) -> None:
    run = running(documents)
    at_once([partial(documents.finish_range, run, n % 3, [RANGES[n % 3][0]]) for n in range(12)])
    version = documents.version(VersionId("us", run.document_id, 1))
    assert version.pages_done == 120
    assert version.ranges_done == {0, 1, 2}
    assert version.failed_pages == (1, 51, 101)


def test_of_ranges_finished_at_once_some_call_sees_them_all(documents: DocumentStore) -> None:
    run = running(documents)
    versions = at_once([partial(documents.finish_range, run, n) for n in range(3)])
    assert {0, 1, 2} in [version.ranges_done for version in versions]


@pytest.mark.parametrize("index", [-1, 3])
def test_a_range_that_was_not_planned_is_not_found(documents: DocumentStore, index: int) -> None:
    with pytest.raises(NotFound):
        documents.finish_range(running(documents), index)


def test_progress_changes_the_counts_that_are_given(documents: DocumentStore) -> None:
    run = running(documents)
    documents.progress(run, Stage.CHUNK)
    documents.progress(run, Stage.EMBED, chunks=40, chunks_done=0)
    documents.progress(run, Stage.EMBED, chunks_done=16)
    version = documents.version(VersionId("us", run.document_id, 1))
    assert (version.stage, version.chunks, version.chunks_done) == (Stage.EMBED, 40, 16)
    assert version.updated_at >= version.created_at


def test_a_run_ends_once(documents: DocumentStore) -> None:
    run = running(documents)
    reason = Reason("pages_unread", "Page 3 could not be read.")
    ended = documents.finish(run, Status.PARTIAL, reason)
    assert (ended.status, ended.stage, ended.reason) == (Status.PARTIAL, Stage.DONE, reason)
    assert documents.finish(run, Status.READY) == ended
    assert documents.finish_range(run, 1, [60]) == ended
    assert documents.plan(run, RANGES) == ended
    documents.progress(run, Stage.EMBED, chunks=9)
    assert documents.version(VersionId("us", run.document_id, 1)) == ended


def test_of_two_ends_at_once_one_holds(documents: DocumentStore) -> None:
    run = running(documents)
    ends = [Status.READY, Status.FAILED] * 4
    versions = at_once([partial(documents.finish, run, end) for end in ends])
    assert len({version.status for version in versions}) == 1
    assert documents.version(VersionId("us", run.document_id, 1)) == versions[0]


def test_a_run_cannot_end_as_something_that_is_no_end(documents: DocumentStore) -> None:
    run = running(documents)
    with pytest.raises(ValueError, match="running"):
        documents.finish(run, Status.RUNNING)


def test_an_old_run_changes_nothing(documents: DocumentStore) -> None:
    old = running(documents)
    documents.finish(old, Status.FAILED)
    new = documents.restart(VersionId("us", old.document_id, 1))
    documents.plan(new, RANGES)
    before = documents.version(VersionId("us", old.document_id, 1))
    assert documents.plan(old, [(1, 2)]) == before
    assert documents.finish_range(old, 0, [1]) == before
    documents.progress(old, Stage.EMBED, chunks=3)
    assert documents.finish(old, Status.READY) == before
    assert documents.version(VersionId("us", old.document_id, 1)) == before


def test_the_versions_of_a_document_run_on_their_own(documents: DocumentStore) -> None:
    first = running(documents)
    second = running(documents, sha256=OTHER_SHA)
    assert (first.document_id, first.version.number, second.version.number) == (second.document_id, 1, 2)
    documents.finish_range(first, 0)
    documents.finish(second, Status.READY)
    assert documents.version(VersionId("us", first.document_id, 1)).status is Status.RUNNING
    assert documents.version(VersionId("us", first.document_id, 2)).pages_done == 0


def test_the_unfinished_runs_of_all_tenants_are_found(documents: DocumentStore) -> None:
    register(documents, "us", "uploading.pdf", "1" * 64, 10)
    waiting = queued(documents, name="queued.pdf", sha256="2" * 64)
    busy = running(documents, "them", "running.pdf", "3" * 64)
    documents.finish(running(documents, name="ready.pdf", sha256="4" * 64), Status.READY)
    documents.tombstone("us", running(documents, name="hidden.pdf", sha256="5" * 64).document_id)
    assert sorted(documents.list_unfinished()) == sorted([waiting, busy])


# -- the passages that the index should have --------------------------------------------------------------


def answering(documents: DocumentStore, chunks: int, sha256: str = SHA, name: str = "report.pdf") -> Run:
    """A run that has ended well, of a version that answers from so many passages."""
    run = running(documents, name=name, sha256=sha256)
    documents.update("us", run.document_id, searchable=run.version.number)
    documents.progress(run, Stage.EMBED, chunks=chunks)
    documents.finish(run, Status.READY)
    return run


@pytest.mark.parametrize(("end", "expected"), [(Status.READY, 7), (Status.PARTIAL, 7), (Status.FAILED, 0)])
def test_the_passages_of_what_answers_count_when_its_run_has_ended_well(
    documents: DocumentStore, end: Status, expected: int
) -> None:
    run = running(documents)
    documents.update("us", run.document_id, searchable=1)
    documents.progress(run, Stage.EMBED, chunks=7)
    assert documents.passages("us") == 0
    documents.finish(run, end)
    assert documents.passages("us") == expected
    assert documents.passages("them") == 0


def test_the_passages_of_what_is_read_again_count_when_that_has_ended(documents: DocumentStore) -> None:
    run = answering(documents, 7)
    answering(documents, 2, OTHER_SHA, "other.pdf")
    assert documents.passages("us") == 9
    again = documents.restart(VersionId("us", run.document_id, 1), anew=False)
    assert documents.passages("us") == 2
    documents.plan(again, RANGES)
    documents.progress(again, Stage.EMBED, chunks=5)
    assert documents.passages("us") == 2
    documents.finish(again, Status.PARTIAL)
    assert documents.passages("us") == 7
    documents.finish(documents.restart(VersionId("us", run.document_id, 1)), Status.FAILED)
    assert documents.passages("us") == 2


def test_of_a_document_the_passages_of_the_version_that_answers_count(documents: DocumentStore) -> None:
    document_id = answering(documents, 7).document_id
    newer = running(documents, sha256=OTHER_SHA)
    documents.progress(newer, Stage.EMBED, chunks=4)
    assert documents.passages("us") == 7
    documents.update("us", document_id, searchable=2)
    assert documents.passages("us") == 0
    documents.finish(newer, Status.READY)
    assert documents.passages("us") == 4
    documents.finish(running(documents, sha256="c" * 64), Status.FAILED)
    assert documents.passages("us") == 4
    documents.choose(VersionId("us", document_id, 1))
    assert documents.passages("us") == 4
    documents.answer_from(VersionId("us", document_id, 1))
    assert documents.passages("us") == 7
    documents.update("us", document_id, card=titled("Pumps"), tags=["pumps"])
    documents.remove(VersionId("us", document_id, 2))
    assert documents.passages("us") == 7
    documents.remove(VersionId("us", document_id, 1))
    assert documents.passages("us") == 0


def test_the_passages_of_a_document_that_is_deleted_count_no_more(documents: DocumentStore) -> None:
    run = answering(documents, 7)
    answering(documents, 2, OTHER_SHA, "other.pdf")
    documents.tombstone("us", run.document_id)
    assert documents.passages("us") == 2
    documents.purge("us", run.document_id)
    assert documents.passages("us") == 2


def test_passages_count_though_a_version_begins_to_answer_while_its_run_ends(
    documents: DocumentStore,
) -> None:
    run = running(documents)
    documents.progress(run, Stage.EMBED, chunks=7)
    changes: list[Callable[[], object]] = [
        partial(documents.finish, run, Status.READY),
        partial(documents.update, "us", run.document_id, searchable=1),
        partial(documents.update, "us", run.document_id, card=titled("Pumps")),
    ]
    at_once(changes)
    assert documents.passages("us") == 7


# -- the end --------------------------------------------------------------------------------------------


def test_a_tombstone_hides_a_document_and_frees_its_name_and_content(documents: DocumentStore) -> None:
    run = running(documents)
    document = documents.get("us", run.document_id)
    assert documents.tombstone("us", run.document_id) == document
    assert documents.tombstone("us", run.document_id) == document
    assert documents.listing("us").items == ()
    assert documents.usage("us") == Usage()
    again = register(documents, "us", "report.pdf", SHA, 10)
    assert not again.existed
    assert again.document.id != document.id
    assert documents.list_tombstoned("us") == [document.id]


def test_two_hidden_documents_may_have_had_one_name(documents: DocumentStore) -> None:
    ids = set()
    for _ in range(2):
        ids.add(register(documents, "us", "report.pdf", SHA, 10).document.id)
        documents.tombstone("us", documents.listing("us").items[0].id)
    assert set(documents.list_tombstoned("us")) == ids


def test_only_a_tombstoned_document_is_purged(documents: DocumentStore) -> None:
    run = running(documents)
    register(documents, "us", "report.pdf", OTHER_SHA, 10)
    assert documents.purge("us", run.document_id) == 0
    documents.tombstone("us", run.document_id)
    assert documents.purge("us", run.document_id) == 2
    assert documents.purge("us", run.document_id) == 0
    assert documents.list_tombstoned("us") == []
    with pytest.raises(NotFound):
        documents.tombstone("us", run.document_id)


def test_a_tenant_is_remembered_when_its_last_document_is_gone(documents: DocumentStore) -> None:
    assert documents.tenants() == []
    run = queued(documents)
    queued(documents, "them")
    documents.tombstone("us", run.document_id)
    documents.purge("us", run.document_id)
    assert documents.tenants() == ["them", "us"]


def test_usage_counts_every_version_that_is_held(documents: DocumentStore) -> None:
    running(documents)
    register(documents, "us", "report.pdf", OTHER_SHA, 32)
    register(documents, "us", "other.pdf", "c" * 64, 100)
    assert documents.usage("us") == Usage(documents=2, versions=3, pages=120, bytes=142)


def test_a_store_that_works_passes_its_check(documents: DocumentStore) -> None:
    queued(documents)
    assert documents.faults() == []
    documents.check()
