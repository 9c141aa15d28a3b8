"""What becomes of a document over its life: versions that never come or go, and what is lost of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.adapters.embedded.sqlite.database import Database
from app.compose import Embedded
from app.core import keys
from app.core.answer import Message, Person
from app.core.document import Document, DocumentFilter, IfExists, Outcome, Registered, Status, VersionId
from app.core.names import source_of_path
from app.core.rules.forgetting import DELETED_ANSWER, VERSION_DELETED
from app.use_cases.uploads import LATE_SECONDS, UPLOAD_SECONDS
from tests.support.api import client_of
from tests.support.pdfs import FACTS, manual

TENANT = "local"
PERSON = Person(TENANT, TENANT)
QUESTION = "What is the warranty period of the Meridian pump?"


def put(program: Embedded, path: Path, name: str = "manual.pdf") -> Registered:
    """A file taken in and read."""
    with path.open("rb") as file:
        given = program.knowledge_base.uploads.upload(TENANT, name, file, if_exists=IfExists.VERSION)
    program.worker.drain()
    return given


def document_of(program: Embedded, given: Registered) -> Document:
    return program.knowledge_base.library.document(TENANT, given.document.id)


def ask(program: Embedded, question: str = QUESTION) -> Message:
    session = program.knowledge_base.questions.create_session(PERSON)
    *_, message = program.knowledge_base.questions.ask(PERSON, session.id, question)
    assert isinstance(message, Message)
    return message


def announce(program: Embedded, path: Path, name: str = "manual.pdf") -> Registered:
    content = path.read_bytes()
    announced, form = program.knowledge_base.uploads.start_upload(
        TENANT, name, len(content), hashlib.sha256(content).hexdigest(), if_exists=IfExists.VERSION
    )
    assert form is not None
    return announced


def post(program: Embedded, announced: Registered, path: Path) -> None:
    """What a client does with the form that it was given."""
    program.files.put(keys.upload(announced.version.id), path.read_bytes())
    program.knowledge_base.uploads.ingest(TENANT, announced.document.id, version=announced.version.number)
    program.worker.drain()


def age(data: Path, announced: Registered) -> None:
    """As if a version had been announced longer ago than waiting for its file."""
    before = time.time() - UPLOAD_SECONDS - LATE_SECONDS - 1
    place = announced.document.id, announced.version.number
    with closing(Database(data / "knowledge-base.sqlite3")) as database, database.write() as connection:
        changed = connection.execute(
            "UPDATE versions SET updated_at = ? WHERE document_id = ? AND number = ?", (before, *place)
        )
        assert changed.rowcount == 1


# -- announced, and never here -----------------------------------------------------------------------------


def test_a_version_that_never_arrives_ends_with_the_reason_and_hides_nothing(
    program: Embedded, tmp_path: Path
) -> None:
    known = put(program, manual(tmp_path / "m.pdf"))
    new = manual(tmp_path / "new.pdf", 2)
    announced = announce(program, new)
    assert (announced.document.id, announced.version.number) == (known.document.id, 2)
    program.knowledge_base.upkeep.sweep()
    waiting = document_of(program, known)
    assert waiting.announced
    assert (waiting.announced.status, waiting.latest.number) == (Status.UPLOADING, 1)

    age(tmp_path / "data", announced)
    program.knowledge_base.upkeep.sweep()
    ended = program.knowledge_base.library.version(TENANT, known.document.id, 2)
    assert ended.reason
    assert (ended.status, ended.reason.code) == (Status.FAILED, "never_arrived")
    document = document_of(program, known)
    assert document.announced is None
    assert (document.latest.number, document.latest.status, document.searchable) == (1, Status.READY, 1)
    assert "thirty-six months" in ask(program).text

    again = announce(program, new)
    assert again.version.number == 2
    post(program, again, new)
    assert document_of(program, known).searchable == 2


def test_a_document_that_never_arrives_ends_and_comes_when_it_is_announced_again(
    program: Embedded, tmp_path: Path
) -> None:
    path = manual(tmp_path / "m.pdf")
    announced = announce(program, path)
    age(tmp_path / "data", announced)
    program.knowledge_base.upkeep.sweep()
    latest = document_of(program, announced).latest
    assert latest.reason
    assert (latest.status, latest.reason.code) == (Status.FAILED, "never_arrived")
    again = announce(program, path)
    assert again.document.id == announced.document.id
    post(program, again, path)
    assert document_of(program, again).latest.status is Status.READY


def test_a_file_that_came_and_that_nobody_told_of_is_read(program: Embedded, tmp_path: Path) -> None:
    path = manual(tmp_path / "m.pdf")
    announced = announce(program, path)
    program.files.put(keys.upload(VersionId(TENANT, announced.document.id, 1)), path.read_bytes())
    age(tmp_path / "data", announced)
    program.knowledge_base.upkeep.sweep()
    program.worker.drain()
    assert document_of(program, announced).latest.status is Status.READY


# -- lost, and uploaded again ------------------------------------------------------------------------------


def lose_checkpoints(program: Embedded, document_id: str) -> None:
    lost = [key for key in program.files.keys(keys.document_prefix(TENANT, document_id)) if ".jsonl" in key]
    assert lost
    for key in lost:
        program.files.delete(key)


def lose_one_checkpoint_and_the_file(program: Embedded, document_id: str) -> None:
    last = max(
        key for key in program.files.keys(keys.document_prefix(TENANT, document_id)) if ".jsonl" in key
    )
    program.files.delete(last)
    program.files.delete(keys.original(VersionId(TENANT, document_id, 1)))


def lose_passages(program: Embedded, document_id: str) -> None:
    assert program.index.delete(TENANT, document_id)


@pytest.mark.parametrize("announcing", [False, True], ids=["posted", "announced"])
@pytest.mark.parametrize("lose", [lose_checkpoints, lose_one_checkpoint_and_the_file, lose_passages])
def test_what_is_lost_of_a_document_is_restored_by_uploading_it_again(
    lose: Callable[[Embedded, str], None], announcing: bool, program: Embedded, tmp_path: Path
) -> None:
    path = manual(tmp_path / "m.pdf")
    known = put(program, path)
    document_id, passages = known.document.id, document_of(program, known).latest.chunks
    lose(program, document_id)
    if announcing:
        content = path.read_bytes()
        again, form = program.knowledge_base.uploads.start_upload(
            TENANT, "manual.pdf", len(content), hashlib.sha256(content).hexdigest()
        )
        if form:
            post(program, again, path)
        program.worker.drain()
    else:
        again = put(program, path)
    assert (again.document.id, again.outcome) == (document_id, Outcome.RESTORED)
    assert (document_of(program, known).latest.status, program.index.count(TENANT)) == (
        Status.READY,
        passages,
    )
    assert len(list(program.knowledge_base.library.pages(TENANT, document_id))) == 3
    assert program.knowledge_base.library.content(TENANT, document_id)
    assert "thirty-six months" in ask(program).text
    assert put(program, path).outcome is Outcome.KNOWN


# -- deleted -----------------------------------------------------------------------------------------------


def test_a_deleted_version_takes_its_words_out_of_kept_answers(program: Embedded, tmp_path: Path) -> None:
    known = put(program, manual(tmp_path / "m.pdf", 1))
    old = ask(program)
    put(program, manual(tmp_path / "m.pdf", 1, first_fact=4))
    new = ask(program, "How much does the Meridian pump weigh?")
    assert "thirty-six months" in old.text
    assert "41 kilograms" in new.text
    receipt = program.knowledge_base.uploads.delete_version(TENANT, known.document.id, 1)
    assert old.answer
    assert receipt.citations == len(old.answer.citations) > 0
    kept = program.knowledge_base.questions.messages(PERSON, old.session_id).items[-1]
    assert kept.answer
    assert kept.text == DELETED_ANSWER
    assert {each.quote for each in kept.answer.citations} == {VERSION_DELETED}
    assert "thirty-six" not in repr(kept)
    assert program.knowledge_base.questions.messages(PERSON, new.session_id).items[-1] == new


class Deleting:
    """A file store that deletes a document before it says a file's ``sha256`` or ``size``: as if somebody
    else had, while the same content is taken in."""

    def __init__(self, program: Embedded, document_id: str, asked: str) -> None:
        self._program, self._left, self._asked = program, [document_id], asked

    def sha256(self, key: str) -> str | None:
        self._delete("sha256")
        return self._program.files.sha256(key)

    def size(self, key: str) -> int | None:
        self._delete("size")
        return self._program.files.size(key)

    def _delete(self, asked: str) -> None:
        while self._left and asked == self._asked:
            self._program.knowledge_base.uploads.delete(TENANT, self._left.pop())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._program.files, name)


@pytest.mark.parametrize("asked", ["sha256", "size"])
def test_content_whose_document_is_deleted_meanwhile_is_taken_in_as_new(
    program: Embedded, tmp_path: Path, asked: str
) -> None:
    path = manual(tmp_path / "m.pdf")
    for announcing in (False, True):
        known = put(program, path)
        door = program.knowledge_base
        deleting = Deleting(program, known.document.id, asked)
        steps = replace(program.steps, files=deleting)
        uploads = replace(door.uploads, steps=steps)
        racing = replace(program, knowledge_base=replace(door, uploads=uploads))
        content = path.read_bytes()
        if announcing:
            body = {"name": "m.pdf", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            answer = client_of(racing).post("/v1/documents/uploads", json=body)
            told = answer.json()
            assert told["upload"]
            document_id = told["document"]["id"]
        else:
            answer = client_of(racing).post("/v1/documents", files={"file": ("m.pdf", content)})
            told = answer.json()
            document_id = told["id"]
            program.worker.drain()
            assert FACTS[0] in ask(program).text
        assert (answer.status_code, told["outcome"]) == (201, "created")
        assert document_id != known.document.id
        program.knowledge_base.uploads.delete(TENANT, document_id)


def test_a_copy_at_another_place_is_known_and_becomes_another_document_when_it_changes(
    program: Embedded, tmp_path: Path
) -> None:
    def given(path: Path) -> Registered:
        with path.open("rb") as file:
            return program.knowledge_base.uploads.upload(
                TENANT, source_of_path(path), file, if_exists=IfExists.VERSION
            )

    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        manual(tmp_path / folder / "report.pdf")
    first, copy = (given(tmp_path / folder / "report.pdf") for folder in ("a", "b"))
    assert (copy.outcome, copy.document.id) == (Outcome.KNOWN, first.document.id)
    assert copy.document.source == first.document.source == source_of_path(tmp_path / "a" / "report.pdf").key
    manual(tmp_path / "b" / "report.pdf", first_fact=3)
    changed = given(tmp_path / "b" / "report.pdf")
    assert (changed.outcome, changed.document.name) == (Outcome.CREATED, "b/report.pdf")
    assert changed.document.id != first.document.id
    manual(tmp_path / "a" / "report.pdf", first_fact=4)
    assert given(tmp_path / "a" / "report.pdf").document.id == first.document.id
    manual(tmp_path / "b" / "report.pdf")  # what stands at the other place only as an earlier version
    again = given(tmp_path / "b" / "report.pdf")
    assert (again.outcome, again.document.id) == (Outcome.NEW_VERSION, changed.document.id)


def test_tags_that_were_kept_with_their_accents_apart_are_found_however_they_are_typed(
    program: Embedded, tmp_path: Path
) -> None:
    document = put(program, manual(tmp_path / "m.pdf")).document
    apart, composed = "Mu\u0308nchen", "M\u00fcnchen"
    program.steps.documents.update(TENANT, document.id, tags=[apart])
    program.index.retag(TENANT, document.id, [apart])
    for tag in (apart, composed):
        (found,) = program.knowledge_base.library.list_documents(TENANT, where=DocumentFilter(tag=tag)).items
        assert found.tags == (composed,)
        assert program.knowledge_base.questions.search(TENANT, QUESTION, tags=[tag])
    assert program.knowledge_base.questions.search(TENANT, QUESTION, tags=["Munchen"]) == []
