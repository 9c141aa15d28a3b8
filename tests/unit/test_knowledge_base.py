"""The use cases, over the real embedded adapters."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path

import pytest

from app.compose import Embedded
from app.core import keys
from app.core.answer import Answer, AnswerKind, Citation, Feedback, Message, Person, Proof
from app.core.document import Document, IfExists, Status
from app.core.errors import (
    BadRequest,
    Conflict,
    EmptyFile,
    NotAPdf,
    NotFound,
    TooLarge,
    WrongPassword,
)
from app.pages.forms import PageForm
from app.settings import Settings
from tests.support.pdfs import FACTS, manual

TENANT = "local"
PERSON = Person(TENANT, "ann")


def ingest(program: Embedded, path: Path, name: str = "manual.pdf", **how: object) -> Document:
    with path.open("rb") as file:
        put = program.knowledge_base.uploads.upload(TENANT, name, file, **how)  # type: ignore[arg-type]
    program.worker.drain()
    return program.knowledge_base.library.document(TENANT, put.document.id)


def ask(program: Embedded, question: str) -> Answer:
    session = program.knowledge_base.questions.create_session(PERSON)
    events = list(program.knowledge_base.questions.ask(PERSON, session.id, question))
    assert isinstance(events[-1], Message)
    answer = events[-1].answer
    assert answer is not None
    assert [event for event in events if isinstance(event, Citation)] == list(answer.citations)
    return answer


def test_an_uploaded_pdf_becomes_ready_with_every_page_read(program: Embedded, tmp_path: Path) -> None:
    document = ingest(program, manual(tmp_path / "m.pdf", 5))
    latest = document.latest
    assert (latest.status, latest.reason) == (Status.READY, None)
    assert (latest.pages, latest.pages_done) == (5, 5)
    assert latest.chunks == latest.chunks_done == program.index.count(TENANT) > 0
    pages = list(program.knowledge_base.library.pages(TENANT, document.id))
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    assert all(fact in " ".join(pages[n].text.split()) for n, fact in enumerate(FACTS))


def test_what_is_on_its_way_for_a_document_goes_with_it(program: Embedded, tmp_path: Path) -> None:
    documents = [ingest(program, manual(tmp_path / f"{n}.pdf", n), f"{n}.pdf") for n in (1, 2)]
    left = [keys.output(keys.original(document.latest.id), "out_1", 0) for document in documents]
    for key in left:
        program.files.put(key, b"a picture")
    program.knowledge_base.uploads.delete(TENANT, documents[0].id)
    assert list(program.files.keys(keys.OUTPUTS)) == [left[1]]


def test_search_finds_the_page_that_says_it(program: Embedded, tmp_path: Path) -> None:
    document = ingest(program, manual(tmp_path / "m.pdf", 5))
    hit = program.knowledge_base.questions.search(TENANT, "How heavy is the pump?")[0]
    assert (hit.chunk.document_id, hit.document_name) == (document.id, "manual.pdf")
    assert 5 in hit.chunk.pages


def test_an_answer_quotes_the_source_and_the_quote_is_proven(program: Embedded, tmp_path: Path) -> None:
    ingest(program, manual(tmp_path / "m.pdf", 5))
    answer = ask(program, "What is the warranty period of the Meridian pump?")
    assert answer.kind is AnswerKind.QUOTES
    first = answer.citations[0]
    assert (first.proof, first.page) == (Proof.EXACT, 1)
    assert "thirty-six months" in answer.text
    assert first.places[0].boxes


def test_a_question_that_nothing_answers_gets_no_guess(program: Embedded, tmp_path: Path) -> None:
    ingest(program, manual(tmp_path / "m.pdf", 5))
    answer = ask(program, "Who won the football world cup in Brazil?")
    assert (answer.kind, answer.citations) == (AnswerKind.NOT_FOUND, ())
    missing = "“Brazil”, “won” and “football” are not in it."
    assert answer.text == f"Not found in these documents. Searched manual.pdf with 5 pages. {missing}"


def test_a_question_before_any_document_is_told_that_there_is_none(program: Embedded) -> None:
    assert ask(program, "What is the warranty period?").kind is AnswerKind.NO_DOCUMENTS


def test_the_same_content_gives_the_document_there_is(program: Embedded, tmp_path: Path) -> None:
    path = manual(tmp_path / "m.pdf")
    first = ingest(program, path)
    with path.open("rb") as file:
        again = program.knowledge_base.uploads.upload(TENANT, "other name.pdf", file)
    assert again.existed
    assert (again.document.id, again.version.number) == (first.id, 1)


def test_a_new_file_of_the_same_name_answers_in_place_of_the_old_one(
    program: Embedded, tmp_path: Path
) -> None:
    old = ingest(program, manual(tmp_path / "a.pdf", 1))
    new = ingest(program, manual(tmp_path / "b.pdf", 1, first_fact=4), if_exists=IfExists.VERSION)
    assert (new.id, new.latest.number, new.searchable) == (old.id, 2, 2)
    hits = program.knowledge_base.questions.search(TENANT, "Meridian pump")
    assert {hit.chunk.version for hit in hits} == {2}
    text = " ".join(program.knowledge_base.library.page(TENANT, old.id, 1, version=1).text.split())
    assert FACTS[0] in text


def test_an_old_version_that_ends_late_does_not_replace_the_newer_one(
    program: Embedded, tmp_path: Path
) -> None:
    document = ingest(program, manual(tmp_path / "a.pdf", 1))
    ingest(program, manual(tmp_path / "b.pdf", 1, first_fact=4), if_exists=IfExists.VERSION)
    program.knowledge_base.uploads.ingest(TENANT, document.id, version=1)
    program.worker.drain()
    assert program.knowledge_base.library.document(TENANT, document.id).searchable == 2
    hits = program.knowledge_base.questions.search(TENANT, "Meridian pump")
    assert {hit.chunk.version for hit in hits} == {2}


def test_other_tenants_see_nothing_of_it(program: Embedded, tmp_path: Path) -> None:
    document = ingest(program, manual(tmp_path / "m.pdf"))
    door = program.knowledge_base
    assert door.library.list_documents("other").items == ()
    assert door.questions.search("other", "warranty period") == []
    for call in (
        door.library.document,
        door.library.versions,
        door.library.content,
        door.uploads.delete,
        door.uploads.ingest,
    ):
        with pytest.raises(NotFound):
            call("other", document.id)
    for read in (door.library.page, door.library.page_image):
        with pytest.raises(NotFound):
            read("other", document.id, 1)


def test_a_deleted_document_answers_nothing_and_leaves_nothing(program: Embedded, tmp_path: Path) -> None:
    document = ingest(program, manual(tmp_path / "m.pdf"))
    program.knowledge_base.library.page_image(TENANT, document.id, 1)
    receipt = program.knowledge_base.uploads.delete(TENANT, document.id)
    assert (receipt.versions, receipt.chunks > 0, receipt.files > 2, receipt.bytes > 0) == (
        1,
        True,
        True,
        True,
    )
    assert program.knowledge_base.questions.search(TENANT, "warranty period") == []
    assert list(program.files.keys(TENANT)) == []
    with pytest.raises(NotFound):
        program.knowledge_base.library.document(TENANT, document.id)
    assert ask(program, "What is the warranty period?").kind is AnswerKind.NO_DOCUMENTS


def test_a_document_deleted_while_it_is_read_leaves_nothing(program: Embedded, tmp_path: Path) -> None:
    with manual(tmp_path / "m.pdf", 4).open("rb") as file:
        document = program.knowledge_base.uploads.upload(TENANT, "m.pdf", file).document
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.knowledge_base.uploads.delete(TENANT, document.id)
    program.knowledge_base.upkeep.run_job(lease.job)
    program.steps.jobs.forget(lease)
    program.worker.drain()
    assert list(program.files.keys(TENANT)) == []
    assert program.index.count(TENANT) == 0


def test_an_encrypted_pdf_asks_for_its_password_and_takes_it_later(program: Embedded, tmp_path: Path) -> None:
    document = ingest(program, manual(tmp_path / "m.pdf", password="lund"))
    assert document.latest.status is Status.FAILED
    assert document.latest.reason is not None
    assert document.latest.reason.code == "password_required"
    with pytest.raises(WrongPassword):
        program.knowledge_base.uploads.ingest(TENANT, document.id, password="malmö")
    program.knowledge_base.uploads.ingest(TENANT, document.id, password="lund")
    program.worker.drain()
    assert program.knowledge_base.library.document(TENANT, document.id).latest.status is Status.READY
    assert program.knowledge_base.library.page_image(TENANT, document.id, 1)[:2] == b"\xff\xd8"


def test_an_encrypted_pdf_takes_its_password_on_upload_and_nobody_keeps_it(
    program: Embedded, tmp_path: Path
) -> None:
    path = manual(tmp_path / "m.pdf", password="open sesame 4711")
    assert ingest(program, path, password="open sesame 4711").latest.status is Status.READY
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or b"open sesame 4711" not in file.read_bytes()


def test_a_wrong_password_is_refused_on_upload(program: Embedded, tmp_path: Path) -> None:
    path = manual(tmp_path / "m.pdf", password="lund")
    with path.open("rb") as file, pytest.raises(WrongPassword):
        program.knowledge_base.uploads.upload(TENANT, "m.pdf", file, password="malmö")
    assert program.knowledge_base.library.list_documents(TENANT).items == ()


@pytest.mark.parametrize(
    ("content", "error"), [(b"", EmptyFile), (b"<html>", NotAPdf), (b"%PDF-" + b"x" * 2000, TooLarge)]
)
def test_what_cannot_be_a_pdf_is_refused_and_not_kept(
    tmp_path: Path, content: bytes, error: type[BadRequest]
) -> None:
    from app.compose import embedded

    program = embedded(Settings(data_folder=tmp_path / "data", max_upload_bytes=1000))
    with pytest.raises(error):
        program.knowledge_base.uploads.upload(TENANT, "x.pdf", BytesIO(content))
    assert program.knowledge_base.library.list_documents(TENANT).items == ()
    program.close()


def test_a_damaged_pdf_fails_with_a_reason(program: Embedded, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"garbage " * 100)
    latest = ingest(program, path).latest
    assert latest.status is Status.FAILED
    assert latest.reason is not None
    assert latest.reason.code == "damaged_pdf"


def test_a_file_over_the_page_limit_fails_with_a_reason(tmp_path: Path) -> None:
    from app.compose import embedded

    program = embedded(Settings(data_folder=tmp_path / "data", max_pages=2))
    latest = ingest(program, manual(tmp_path / "m.pdf", 3)).latest
    assert latest.reason is not None
    assert (latest.status, latest.reason.code) == (Status.FAILED, "too_large")
    program.close()


def test_an_announced_file_is_posted_and_ingested(program: Embedded, tmp_path: Path) -> None:
    content = manual(tmp_path / "m.pdf").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    registered, form = program.knowledge_base.uploads.start_upload(TENANT, "m.pdf", len(content), sha256)
    assert form is not None
    with pytest.raises(Conflict):
        program.knowledge_base.uploads.ingest(TENANT, registered.document.id)
    key, size = program.files.accept(form.url.rsplit("/", 1)[1])
    assert size == len(content)
    program.files.put(key, content)
    program.knowledge_base.uploads.ingest(TENANT, registered.document.id)
    program.worker.drain()
    assert (
        program.knowledge_base.library.document(TENANT, registered.document.id).latest.status is Status.READY
    )
    _, form = program.knowledge_base.uploads.start_upload(TENANT, "again.pdf", len(content), sha256.upper())
    assert form is None


def test_a_file_that_is_not_the_announced_one_is_refused_and_goes(program: Embedded, tmp_path: Path) -> None:
    content = manual(tmp_path / "m.pdf").read_bytes()
    registered, form = program.knowledge_base.uploads.start_upload(TENANT, "m.pdf", len(content), "0" * 64)
    assert form is not None
    program.files.put(program.files.accept(form.url.rsplit("/", 1)[1])[0], content)
    with pytest.raises(BadRequest, match="sha256"):
        program.knowledge_base.uploads.ingest(TENANT, registered.document.id)
    assert list(program.files.keys(keys.UPLOADS)) == []
    assert (
        program.knowledge_base.library.document(TENANT, registered.document.id).latest.status
        is Status.UPLOADING
    )


def test_pages_are_searchable_before_the_document_is_whole(program: Embedded, tmp_path: Path) -> None:
    with manual(tmp_path / "m.pdf", 5).open("rb") as file:
        document = program.knowledge_base.uploads.upload(TENANT, "m.pdf", file).document
    for _ in range(2):  # the plan and the first range
        lease = program.steps.jobs.receive(lease=60)
        assert lease is not None
        program.knowledge_base.upkeep.run_job(lease.job)
        program.steps.jobs.forget(lease)
    latest = program.knowledge_base.library.document(TENANT, document.id).latest
    assert (latest.status, latest.pages_done) == (Status.RUNNING, 2)
    hits = program.knowledge_base.questions.search(TENANT, "warranty period of the Meridian pump")
    assert 1 in hits[0].chunk.pages


def test_every_step_done_twice_gives_the_same_passages(program: Embedded, tmp_path: Path) -> None:
    with manual(tmp_path / "m.pdf", 5).open("rb") as file:
        document = program.knowledge_base.uploads.upload(TENANT, "m.pdf", file).document
    while lease := program.steps.jobs.receive(lease=60):
        program.knowledge_base.upkeep.run_job(lease.job)
        program.knowledge_base.upkeep.run_job(lease.job)
        program.steps.jobs.forget(lease)
    latest = program.knowledge_base.library.document(TENANT, document.id).latest
    assert (latest.status, latest.pages_done) == (Status.READY, 5)
    assert program.index.count(TENANT) == latest.chunks


def test_retagging_and_renaming_reach_the_passages(program: Embedded, tmp_path: Path) -> None:
    document = ingest(program, manual(tmp_path / "m.pdf"), tags=["pumps"])
    door = program.knowledge_base
    assert door.questions.search(TENANT, "warranty", tags=["pumps"])
    door.library.update(TENANT, document.id, name="renamed.pdf", tags=["manuals"])
    assert door.questions.search(TENANT, "warranty", tags=["pumps"]) == []
    assert door.questions.search(TENANT, "warranty", tags=["manuals"])[0].document_name == "renamed.pdf"


def test_a_follow_up_question_is_understood_from_the_conversation(program: Embedded, tmp_path: Path) -> None:
    ingest(program, manual(tmp_path / "m.pdf", 5))
    session = program.knowledge_base.questions.create_session(PERSON)
    list(
        program.knowledge_base.questions.ask(
            PERSON, session.id, "What is the warranty period of the Meridian pump?"
        )
    )
    *_, last = program.knowledge_base.questions.ask(PERSON, session.id, "And its weight?")
    assert isinstance(last, Message)
    assert last.answer is not None
    assert "41 kilograms" in last.answer.text
    messages = program.steps.conversations.messages(PERSON, session.id).items
    assert [message.role.value for message in messages] == ["user", "assistant"] * 2
    assert program.steps.conversations.get(PERSON, session.id).title.startswith("What is the warranty")


def test_feedback_is_kept_with_its_answer(program: Embedded, tmp_path: Path) -> None:
    ingest(program, manual(tmp_path / "m.pdf"))
    session = program.knowledge_base.questions.create_session(PERSON)
    *_, last = program.knowledge_base.questions.ask(PERSON, session.id, "What is the warranty period?")
    assert isinstance(last, Message)
    program.knowledge_base.questions.rate(PERSON, session.id, last.id, Feedback(True, "right"))
    kept = program.steps.conversations.messages(PERSON, session.id).items[-1]
    assert kept.feedback == Feedback(True, "right")


def test_extracting_keeps_nothing(program: Embedded, tmp_path: Path) -> None:
    path = manual(tmp_path / "m.pdf", 5)
    pages = program.knowledge_base.extraction.extract(path, numbers=[2, 4]).pages
    as_json = program.knowledge_base.extraction.extract_as(PageForm.JSON, path, numbers=[2, 4]).pages
    assert [page.number for page in pages] == [json.loads(page)["number"] for page in as_json] == [2, 4]
    assert program.knowledge_base.upkeep.usage(TENANT).bytes == 0
    with pytest.raises(BadRequest, match="no page 9"):
        program.knowledge_base.extraction.extract(path, numbers=[9])


def test_usage_counts_what_is_held_and_asked(program: Embedded, tmp_path: Path) -> None:
    ingest(program, manual(tmp_path / "m.pdf", 3))
    ask(program, "What is the warranty period?")
    usage = program.knowledge_base.upkeep.usage(TENANT)
    assert (usage.documents, usage.versions, usage.pages, usage.questions) == (1, 1, 3, 1)
    assert usage.chunks == program.index.count(TENANT)
    assert usage.bytes == (tmp_path / "m.pdf").stat().st_size


def test_every_part_is_ready(program: Embedded) -> None:
    assert set(program.knowledge_base.upkeep.ready().values()) == {"ok"}
