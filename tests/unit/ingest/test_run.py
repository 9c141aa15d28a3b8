"""The rules of the write path: what answers while a document is read, read again, and when it is lost."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.compose import Embedded, embedded
from app.core import keys
from app.core.answer import Person, Proof
from app.core.document import Document, IfExists, Stage, Status, Version, VersionId
from app.core.errors import NotFound, PagesLost, Unavailable
from app.core.geometry import Box, Word
from app.core.job import Job, JobKind
from app.core.page import Furniture, Page, Picture
from app.core.passage import Vector
from app.core.ports import Embedder, FileStore, Losses
from app.ingest.ocr import Ocr
from app.ingest.passages import BATCH
from app.ingest.run import Ingest
from app.pdf.budget import Budget
from app.pdf.reader import Reader
from app.settings import Settings
from app.use_cases.consistency import Consistency
from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import FACTS, FILLER, annual_report, manual, scan

TENANT = "local"
PERSON = Person(TENANT, "ann")
PAGES = 5
OUTLINE = "outline.json"


def uploaded(program: Embedded, path: Path) -> Document:
    with path.open("rb") as file:
        return program.knowledge_base.uploads.upload(TENANT, "manual.pdf", file).document


def ingested(program: Embedded, folder: Path, pages: int = PAGES) -> Document:
    document = uploaded(program, manual(folder / "m.pdf", pages))
    program.worker.drain()
    document = program.knowledge_base.library.document(TENANT, document.id)
    assert document.latest.status is Status.READY
    return document


def latest(program: Embedded, document: Document) -> Version:
    return program.knowledge_base.library.document(TENANT, document.id).latest


def do(program: Embedded, *kinds: JobKind, steps: Ingest | None = None) -> list[Job]:
    """Do the jobs that are due until one of another kind comes; those that were done."""
    done = []
    while lease := program.steps.jobs.receive(lease=60):
        if lease.job.kind not in kinds:
            program.steps.jobs.release(lease)
            break
        (steps or program.steps).run(lease.job)
        program.steps.jobs.forget(lease)
        done.append(lease.job)
    return done


def seen(program: Embedded, document: Document) -> tuple[object, ...]:
    """What a reader sees of a document: its pages, report, passages and the first answer."""
    door = program.knowledge_base
    pages = [" ".join(page.text.split()) for page in door.library.pages(TENANT, document.id)]
    report = [getattr(each, "characters", None) for each in door.library.report(TENANT, document.id)]
    hits = [(hit.chunk.id, hit.chunk.text) for hit in door.questions.search(TENANT, "How heavy is the pump?")]
    session = door.questions.create_session(PERSON)
    *_, message = door.questions.ask(PERSON, session.id, "What is the warranty period of the Meridian pump?")
    answer = message.answer  # type: ignore[union-attr]
    assert answer is not None
    quotes = [(quote.found, quote.proof, quote.places) for quote in answer.citations]
    picture = door.library.page_image(TENANT, document.id, 1)
    return pages, report, hits, quotes, picture


def runs_kept(program: Embedded, document: Document) -> set[str]:
    prefix = keys.version_prefix(VersionId(TENANT, document.id, 1))
    rest = [key.removeprefix(prefix) for key in program.files.keys(prefix)]
    return {"/".join(key.split("/")[:2]) for key in rest if key.startswith(keys.RUNS)}


@dataclass(frozen=True)
class Weary:
    """An embedder that is down after so many batches."""

    inner: Embedder
    batches: list[int]

    model = property(lambda self: self.inner.model)
    dimensions = property(lambda self: self.inner.dimensions)
    unrelated = property(lambda self: self.inner.unrelated)
    unrelated_in = property(lambda self: self.inner.unrelated_in)

    def reads(self, text: str) -> bool:
        return self.inner.reads(text)

    def query(self, text: str) -> Vector:
        return self.inner.query(text)

    def check(self) -> None:
        self.inner.check()

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        if not self.batches:
            raise Unavailable("The model is down.", "embedding model")
        self.batches.pop()
        return self.inner.documents(texts, most_tokens=most_tokens)


@dataclass(frozen=True)
class Meanwhile(Weary):
    """An embedder during whose first batch something happens."""

    happens: list[Callable[[], object]]

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        while self.happens:
            self.happens.pop()()
        return self.inner.documents(texts, most_tokens=most_tokens)


@dataclass(frozen=True)
class Noting(Weary):
    """An embedder that notes what it was given."""

    noted: list[str]

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        self.noted.extend(texts)
        return self.inner.documents(texts, most_tokens=most_tokens)


class Outlined:
    """Files of which something happens while the first outline is fetched."""

    def __init__(self, inner: FileStore, happens: list[Callable[[], object]]) -> None:
        self._inner = inner
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def get(self, key: str) -> bytes:
        while self._happens and key.endswith(OUTLINE):
            self._happens.pop()()
        return self._inner.get(key)


class Blind(Reader):
    """A reader that cannot read any page."""

    def pages(self, path: Path, numbers: Sequence[int], *_: object, **__: object) -> Iterator[Page]:
        return (Page(number, 0.0, 0.0, error="It cannot be read.") for number in numbers)


def wearied(program: Embedded, batches: int) -> Ingest:
    steps = program.steps
    return replace(steps, embedder=Weary(steps.embedder, [0] * batches))


# -- read again -------------------------------------------------------------------------------------------


def test_while_a_document_is_read_again_and_after_it_all_that_answered_answers(
    program: Embedded, tmp_path: Path
) -> None:
    document = ingested(program, tmp_path)
    before = seen(program, document)
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    assert seen(program, document) == before
    while job := _one(program):
        assert seen(program, document) == before, job
    version = latest(program, document)
    assert (version.status, version.run, version.earlier) == (Status.READY, 2, None)
    assert runs_kept(program, document) == {"runs/2"}
    assert program.index.count(TENANT) == version.chunks


def _one(program: Embedded) -> Job | None:
    lease = program.steps.jobs.receive(lease=60)
    if lease is None:
        return None
    program.knowledge_base.upkeep.run_job(lease.job)
    program.steps.jobs.forget(lease)
    return lease.job


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_that_fails_leaves_what_answered_before_as_it_was(
    program: Embedded, tmp_path: Path, after: int
) -> None:
    document = ingested(program, tmp_path)
    before = seen(program, document)
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    jobs = [job for _ in range(after) if (job := _one(program))]
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.steps.give_up(lease.job, "Given up.")
    assert (len(jobs), latest(program, document).status) == (after, Status.FAILED)
    assert seen(program, document) == before
    assert runs_kept(program, document) == {"runs/1"}


def passages(program: Embedded) -> list[tuple[int, str]]:
    """The version and id of each passage that is found, in order."""
    hits = program.knowledge_base.questions.search(TENANT, "How heavy is the Meridian pump?", limit=50)
    return [(hit.chunk.version, hit.chunk.id) for hit in hits]


@pytest.mark.parametrize("anew", [True, False])
def test_passages_that_wait_for_their_vectors_stand_in_no_search_beside_those_that_answer(
    program: Embedded, tmp_path: Path, anew: bool
) -> None:
    document = ingested(program, tmp_path)
    before, count = passages(program), program.index.count(TENANT)
    program.knowledge_base.library.update(TENANT, document.id, name="other name.pdf")  # other passages
    if anew:
        program.knowledge_base.uploads.ingest(TENANT, document.id)
    else:
        program.knowledge_base.uploads.reindex(TENANT, document.id)
    do(program, JobKind.PLAN, JobKind.RANGE)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    steps = wearied(program, 0)
    with pytest.raises(Unavailable):
        steps.run(lease.job)
    assert (passages(program), program.index.count(TENANT)) == (before, count)
    if anew:
        steps.give_up(lease.job, "Given up.")
        assert passages(program) == before
        assert program.index.unembedded_count(VersionId(TENANT, document.id, 1)) == 0
    else:
        program.knowledge_base.upkeep.run_job(lease.job)
        assert len(passages(program)) == len(before)
        assert not set(passages(program)) & set(before)
        assert program.index.count(TENANT) == count


# -- another version is chosen meanwhile ------------------------------------------------------------------


def two_versions(program: Embedded, folder: Path) -> Document:
    """A document that answers from its second version."""
    ingested(program, folder)
    with manual(folder / "new.pdf", PAGES, first_fact=1).open("rb") as file:
        document = program.knowledge_base.uploads.upload(
            TENANT, "manual.pdf", file, if_exists=IfExists.VERSION
        ).document
    program.worker.drain()
    assert {number for number, _ in passages(program)} == {2}
    return document


@pytest.mark.parametrize("done", [1, 2, 3])
def test_choosing_a_version_while_the_answering_one_is_read_again_leaves_no_gap(
    program: Embedded, tmp_path: Path, done: int
) -> None:
    document = two_versions(program, tmp_path)
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    for _ in range(done):
        assert _one(program)
    program.knowledge_base.uploads.make_current(TENANT, document.id, 1)
    found = [passages(program)]
    while _one(program):
        found.append(passages(program))
    numbers = [{number for number, _ in each} for each in found]
    assert all(len(each) == 1 for each in numbers), numbers
    assert numbers[-1] == {1}
    assert {version.status for version in program.knowledge_base.library.versions(TENANT, document.id)} == {
        Status.READY
    }
    assert program.index.chunk_ids(VersionId(TENANT, document.id, 2)) == []


def test_a_version_that_answers_while_the_chosen_one_fails_goes_on_to_when_it_is_read_again(
    program: Embedded, tmp_path: Path
) -> None:
    document = two_versions(program, tmp_path)
    program.knowledge_base.uploads.make_current(TENANT, document.id, 1)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.steps.give_up(lease.job, "Given up.")
    program.knowledge_base.uploads.ingest(TENANT, document.id, version=2)
    program.worker.drain()
    assert {number for number, _ in passages(program)} == {2}


@pytest.mark.parametrize("number", [1, 2])
def test_deleting_a_version_while_the_answering_one_is_read_again_leaves_the_other_answering(
    program: Embedded, tmp_path: Path, number: int
) -> None:
    document = two_versions(program, tmp_path)
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    do(program, JobKind.PLAN, JobKind.RANGE)
    program.knowledge_base.uploads.delete_version(TENANT, document.id, number)
    program.worker.drain()
    other = 3 - number
    assert {each for each, _ in passages(program)} == {other}
    assert program.index.chunk_ids(VersionId(TENANT, document.id, number)) == []
    assert program.index.withdraw(VersionId(TENANT, document.id, number)) == 0


def test_a_run_that_reads_no_page_does_not_replace_one_that_did(program: Embedded, tmp_path: Path) -> None:
    document = ingested(program, tmp_path)
    before = seen(program, document)
    blind = Blind(memory_bytes=900 << 20, page_seconds=1)
    steps = replace(program.steps, reader=blind)
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    do(program, JobKind.PLAN)
    do(program, JobKind.RANGE, JobKind.ASSEMBLE, steps=steps)
    version = latest(program, document)
    assert version.status is Status.FAILED
    assert version.reason is not None
    assert version.reason.code == "pages_unread"
    assert seen(program, document) == before


def test_a_version_that_fails_at_first_shows_what_it_read_until_the_next_run_has_ended(
    program: Embedded, tmp_path: Path
) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", PAGES))
    for _ in range(2):
        _one(program)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.steps.give_up(lease.job, "Given up.")
    assert [page.number for page in program.knowledge_base.library.pages(TENANT, document.id)] == [1, 2]
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    assert [page.number for page in program.knowledge_base.library.pages(TENANT, document.id)] == [1, 2]
    assert program.knowledge_base.questions.search(TENANT, "warranty period of the Meridian pump")
    program.worker.drain()
    assert latest(program, document).status is Status.READY
    assert len(list(program.knowledge_base.library.pages(TENANT, document.id))) == PAGES


def test_data_of_before_runs_had_folders_answers_and_is_read_again(program: Embedded, tmp_path: Path) -> None:
    document = ingested(program, tmp_path)
    before = seen(program, document)
    place = tmp_path / "data" / "files" / TENANT / document.id / "1"
    for part in ("pages", "figures"):
        if (place / "runs/1" / part).exists():
            (place / "runs/1" / part).rename(place / part)
    with sqlite3.connect(tmp_path / "data" / "knowledge-base.sqlite3") as connection:
        connection.execute("UPDATE versions SET folder = ''")
    assert seen(program, document) == before
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    assert seen(program, document) == before
    program.worker.drain()
    assert seen(program, document) == before
    assert not (place / "pages").exists()
    assert runs_kept(program, document) == {"runs/2"}


def test_reindexing_takes_what_was_read_and_reads_nothing(program: Embedded, tmp_path: Path) -> None:
    document = ingested(program, tmp_path)
    program.knowledge_base.uploads.reindex(TENANT, document.id)
    assert [job.kind for job in do(program, *JobKind)] == [JobKind.PLAN, JobKind.ASSEMBLE]
    version = latest(program, document)
    assert (version.status, version.run, version.pages_done) == (Status.READY, 2, PAGES)
    assert runs_kept(program, document) == {"runs/1"}


# -- what answers early -----------------------------------------------------------------------------------


def test_a_new_version_answers_nothing_before_it_is_whole(program: Embedded, tmp_path: Path) -> None:
    ingested(program, tmp_path)
    with manual(tmp_path / "new.pdf", PAGES, first_fact=1).open("rb") as file:
        program.knowledge_base.uploads.upload(TENANT, "manual.pdf", file)
    do(program, JobKind.PLAN, JobKind.RANGE)
    assert {
        hit.chunk.version for hit in program.knowledge_base.questions.search(TENANT, "Meridian pump")
    } == {1}


def test_a_new_version_has_the_vectors_of_what_the_former_says_too(program: Embedded, tmp_path: Path) -> None:
    noted: list[list[str]] = [[], []]
    for version, texts in enumerate(noted):
        with manual(tmp_path / f"{version}.pdf", 2 * PAGES + version).open("rb") as file:
            program.knowledge_base.uploads.upload(TENANT, "m.pdf", file, if_exists=IfExists.VERSION)
        embedder = Noting(program.steps.embedder, [], texts)
        do(program, *JobKind, steps=replace(program.steps, embedder=embedder))
    former, new = noted
    assert 0 < len(new) < len(former)
    assert not set(new) & set(former)
    hits = program.knowledge_base.questions.search(TENANT, "Meridian pump")
    assert {(hit.chunk.version, hit.similarity is None) for hit in hits} == {(2, False)}


HEADER = "Meridian Works, service handbook"

OVER_THE_END = (
    "Because of its heavy cast housing the pump is only ever lifted by two trained persons who use",
    "the long yellow belts that are delivered with it in the wooden box.",
)


def handbook(path: Path) -> Path:
    """Three full pages below a running header; the last sentence of page 2 goes on at the head of page 3."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle("Service handbook")
    for number in (1, 2, 3):
        canvas.bookmarkPage(f"part {number}")
        canvas.addOutlineEntry(f"Part {number}", f"part {number}")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 815, HEADER)
        canvas.setFont("Helvetica", 11)
        lines = [FILLER[(number + row) % len(FILLER)] for row in range(48)]
        if number == 2:
            lines[-1] = OVER_THE_END[0]
        if number == 3:
            lines[0] = OVER_THE_END[1]
        for row, line in enumerate(lines):
            canvas.drawString(60, 770 - 15 * row, line)
        canvas.showPage()
    canvas.save()
    return path


def texts(program: Embedded) -> dict[str, str]:
    """All passages that search finds, by their ids."""
    words = "two trained persons lift the pump; the supply, the gaskets, the service log"
    return {
        hit.chunk.id: " ".join(hit.chunk.text.split())
        for hit in program.knowledge_base.questions.search(TENANT, words, limit=50)
    }


def test_a_sentence_over_a_pages_end_is_quoted_whole_before_the_document_is(
    program: Embedded, tmp_path: Path
) -> None:
    uploaded(program, handbook(tmp_path / "h.pdf"))
    do(program, JobKind.PLAN, JobKind.RANGE)
    assert not any(
        " ".join(OVER_THE_END) in text for text in texts(program).values()
    )  # page 3 was read apart from page 2
    session = program.knowledge_base.questions.create_session(PERSON)
    *_, message = program.knowledge_base.questions.ask(
        PERSON, session.id, "How many trained persons lift the pump?"
    )
    answer = message.answer  # type: ignore[union-attr]
    assert answer is not None
    quote = answer.citations[0]
    assert (quote.proof, " ".join(quote.found.split())) == (Proof.EXACT, " ".join(OVER_THE_END))
    assert [place.page for place in quote.places] == [2, 3]


def test_what_a_page_range_answered_with_alone_goes_when_the_whole_is_cut_into_passages(
    program: Embedded, tmp_path: Path
) -> None:
    uploaded(program, handbook(tmp_path / "h.pdf"))
    do(program, JobKind.PLAN, JobKind.RANGE)
    early = texts(program)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    with pytest.raises(Unavailable):  # the passages wait for their vectors
        wearied(program, 0).run(lease.job)
    whole = texts(program)
    assert any(" ".join(OVER_THE_END) in text for text in whole.values())
    assert len(whole) == program.index.count(TENANT)
    assert set(early) - set(whole)
    program.knowledge_base.upkeep.run_job(lease.job)
    assert texts(program) == whole


def test_a_page_that_is_alone_in_its_range_is_read_with_those_before_it(
    program: Embedded, tmp_path: Path
) -> None:
    document = uploaded(program, handbook(tmp_path / "h.pdf"))
    do(program, JobKind.PLAN, JobKind.RANGE)
    page = program.knowledge_base.library.page(TENANT, document.id, 3)
    headers = [block for block in page.blocks if block.text == HEADER]
    assert [block.furniture for block in headers] == [Furniture.HEADER]


def test_the_outline_is_kept_when_the_file_is_first_opened(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, handbook(tmp_path / "h.pdf"))
    do(program, JobKind.PLAN)
    program.files.delete(keys.original(document.latest.id))
    outline = program.knowledge_base.library.outline(TENANT, document.id)
    assert (outline.title, outline.pages) == ("Service handbook", 3)
    assert [bookmark.title for bookmark in outline.bookmarks] == ["Part 1", "Part 2", "Part 3"]


def test_a_version_that_ends_after_a_newer_one_came_and_answers_leaves_that_answering(
    program: Embedded, tmp_path: Path
) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", PAGES))

    def newer_version() -> None:
        with manual(tmp_path / "new.pdf", PAGES, first_fact=1).open("rb") as file:
            program.knowledge_base.uploads.upload(TENANT, "manual.pdf", file, if_exists=IfExists.VERSION)
        program.worker.drain()

    steps = program.steps
    do(program, *JobKind, steps=replace(steps, embedder=Meanwhile(steps.embedder, [], [newer_version])))
    assert {number for number, _ in passages(program)} == {2}
    assert program.knowledge_base.library.document(TENANT, document.id).searchable == 2
    assert program.index.chunk_ids(document.latest.id) == []


@pytest.mark.parametrize("when", ["its first pages are read", "it is embedded"])
def test_a_card_stays_that_of_the_newer_version_that_came_and_answers(
    program: Embedded, tmp_path: Path, when: str
) -> None:
    document = uploaded(program, annual_report(tmp_path / "a.pdf", 2021, 411))

    def newer_version() -> None:
        with annual_report(tmp_path / "b.pdf", 2022, 523).open("rb") as file:
            program.knowledge_base.uploads.upload(TENANT, "manual.pdf", file, if_exists=IfExists.VERSION)
        program.worker.drain()

    def title() -> str:
        return program.knowledge_base.library.document(TENANT, document.id).title

    happens: list[Callable[[], object]] = [newer_version]
    if when == "it is embedded":
        steps = replace(program.steps, embedder=Meanwhile(program.steps.embedder, [], happens))
    else:
        steps = replace(program.steps, files=Outlined(program.files, happens))
    while happens and (lease := program.steps.jobs.receive(lease=60)):
        steps.run(lease.job)
        program.steps.jobs.forget(lease)
    assert not happens
    assert "2022" in title()
    program.worker.drain()
    assert "2022" in title()


def test_a_version_that_may_not_answer_is_read_again_without_the_embedding_model(
    program: Embedded, tmp_path: Path
) -> None:
    document = two_versions(program, tmp_path)
    program.knowledge_base.uploads.ingest(TENANT, document.id, version=1)
    do(program, *JobKind, steps=wearied(program, 0))
    statuses = {each.status for each in program.knowledge_base.library.versions(TENANT, document.id)}
    assert statuses == {Status.READY}
    assert {number for number, _ in passages(program)} == {2}


# -- what is lost -----------------------------------------------------------------------------------------


def test_a_document_whose_file_is_gone_fails_and_says_what_helps(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf"))
    program.files.delete(keys.original(VersionId(TENANT, document.id, 1)))
    program.worker.drain()
    version = latest(program, document)
    assert version.status is Status.FAILED
    assert version.reason is not None
    assert version.reason.code == "file_missing"
    assert "upload it again" in version.reason.message
    assert program.knowledge_base.upkeep.resume() == 0


def gone(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


harms = pytest.mark.parametrize("harm", [gone, cut, empty])


@harms
def test_a_checkpoint_that_is_lost_before_the_end_is_read_again(
    program: Embedded, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", PAGES))
    do(program, JobKind.PLAN, JobKind.RANGE)
    for index in (0, 2):
        harm(checkpoint(tmp_path, document, index))
    program.worker.drain()
    version = latest(program, document)
    assert (version.status, version.reason) == (Status.READY, None)
    pages = [
        " ".join(page.text.split()) for page in program.knowledge_base.library.pages(TENANT, document.id)
    ]
    assert all(fact in page for fact, page in zip(FACTS, pages, strict=True))


@harms
def test_a_checkpoint_that_is_lost_with_the_file_fails_the_document(
    program: Embedded, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", PAGES))
    do(program, JobKind.PLAN, JobKind.RANGE)
    harm(checkpoint(tmp_path, document, 1))
    program.files.delete(keys.original(VersionId(TENANT, document.id, 1)))
    program.worker.drain()
    version = latest(program, document)
    assert version.reason is not None
    assert (version.status, version.reason.code) == (Status.FAILED, "file_missing")


@harms
def test_pages_that_are_lost_later_say_so_and_come_back_when_the_document_is_read_again(
    program: Embedded, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    document = ingested(program, tmp_path)
    harm(checkpoint(tmp_path, document, 1))
    assert program.knowledge_base.library.page(TENANT, document.id, 1).number == 1
    with pytest.raises(PagesLost, match="pages 3–4"):
        program.knowledge_base.library.page(TENANT, document.id, 3)
    with pytest.raises(PagesLost):
        list(program.knowledge_base.library.pages(TENANT, document.id))
    program.knowledge_base.uploads.ingest(TENANT, document.id)
    program.worker.drain()
    assert len(list(program.knowledge_base.library.pages(TENANT, document.id))) == PAGES


def checkpoint(folder: Path, document: Document, index: int) -> Path:
    return folder / "data" / "files" / keys.page_range(VersionId(TENANT, document.id, 1), "runs/1/", index)


def test_what_is_not_found_of_a_document_that_is_there_is_a_fault_and_not_the_end_of_its_jobs(
    program: Embedded, tmp_path: Path
) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", 1))
    do(program, JobKind.PLAN)
    run = program.steps.documents.list_unfinished()[0]
    with pytest.raises(NotFound):
        program.knowledge_base.upkeep.run_job(Job(JobKind.RANGE, run, 7))
    assert latest(program, document).status is Status.RUNNING


def test_giving_up_a_deleted_document_leaves_nothing_of_it(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", 1))
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.knowledge_base.uploads.delete(TENANT, document.id)
    program.files.put(keys.original(VersionId(TENANT, document.id, 1)), b"late")
    given_out = keys.outputs_prefix(TENANT, document.id)
    program.files.put(f"{given_out}page.png", b"a picture that an image processor wrote meanwhile")
    program.steps.give_up(lease.job, "Given up.")
    assert list(program.files.keys(f"{TENANT}/")) == []
    assert list(program.files.keys(given_out)) == []


# -- progress ---------------------------------------------------------------------------------------------


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Embedded]:
    """A program whose embedding model is a server that answers at once: it embeds hundreds of passages."""
    with OpenAiServer(dimensions=8) as server:
        program = embedded(
            Settings(
                data_folder=tmp_path / "data",
                range_pages=100,
                openai_api_key="test",
                openai_base_url=server.url,
                embedding_dimensions=8,
                ocr="off",
            )
        )
        yield program
        program.close()


def test_progress_goes_on_from_where_an_interrupted_run_stopped(remote: Embedded, tmp_path: Path) -> None:
    program = remote
    document = uploaded(program, manual(tmp_path / "m.pdf", 5 * BATCH))
    do(program, JobKind.PLAN, JobKind.RANGE)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    for _ in range(2):
        with pytest.raises(Unavailable):
            wearied(program, 1).run(lease.job)
    version = latest(program, document)
    assert version.stage is Stage.EMBED
    assert version.chunks_done == 2 * BATCH < version.chunks
    with pytest.raises(Unavailable):
        wearied(program, 0).run(lease.job)
    assert latest(program, document).chunks_done == 2 * BATCH
    program.knowledge_base.upkeep.run_job(lease.job)
    version = latest(program, document)
    assert (version.status, version.chunks_done) == (Status.READY, version.chunks)


# -- documents of few words ---------------------------------------------------------------------------------


def slides(path: Path, *titles: str, picture: bool = False) -> Path:
    canvas = Canvas(str(path), invariant=1)
    for title in titles:
        canvas.drawString(72, 800, title)
        if picture:
            canvas.setFillColorRGB(0.2, 0.4, 0.8)
            canvas.rect(72, 100, 400, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("picture", [False, True])
@pytest.mark.parametrize("pages", [1, 3, 8])
def test_a_document_whose_pages_have_one_line_each_is_found_by_it(
    program: Embedded, tmp_path: Path, pages: int, picture: bool
) -> None:
    path = slides(tmp_path / "s.pdf", *["Inspected at the works in Lund"] * pages, picture=picture)
    document = uploaded(program, path)
    program.worker.drain()
    version = latest(program, document)
    assert (version.status, version.chunks > 0) == (Status.READY, True)
    hits = program.knowledge_base.questions.search(TENANT, "Where was it inspected?")
    assert {page for hit in hits for page in hit.chunk.pages} >= {1}


class Wordy(Reader):
    """A reader that reads words and no block of them."""

    def pages(self, path: Path, numbers: Sequence[int], *_: object, **__: object) -> Iterator[Page]:
        word = Word("word", Box(0.0, 0.0, 10.0, 10.0))
        return (Page(number, 100.0, 100.0, text="word", words=(word,)) for number in numbers)


def test_a_document_with_words_and_no_passage_is_not_ready(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", 2))
    wordy = Wordy(memory_bytes=900 << 20, page_seconds=1)
    steps = replace(program.steps, reader=wordy)
    do(program, JobKind.PLAN)
    do(program, JobKind.RANGE, JobKind.ASSEMBLE, steps=steps)
    version = latest(program, document)
    assert version.reason is not None
    assert (version.status, version.reason.code) == (Status.PARTIAL, "nothing_searchable")


# -- budgets ------------------------------------------------------------------------------------------------


def test_a_document_with_too_many_passages_says_where_they_end(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", PAGES))
    budget = Budget(passages=2, passages_a_page=0)
    narrow = Reader(memory_bytes=900 << 20, page_seconds=10, budget=budget)
    steps = replace(program.steps, reader=narrow)
    do(program, *JobKind, steps=steps)
    narrow.close()
    version = latest(program, document)
    assert version.reason is not None
    assert (version.status, version.reason.code) == (Status.PARTIAL, "too_many_passages")
    assert re.search(r"the 2 passages .* from page [2-5] on is not searched", version.reason.message)
    assert program.index.count(TENANT) == version.chunks == 2
    found = Consistency(steps).of_document(program.knowledge_base.library.document(TENANT, document.id))
    assert [finding.code for finding in found] == []
    assert len(list(program.knowledge_base.library.pages(TENANT, document.id))) == PAGES


@pytest.mark.parametrize("empty", [0, 3])
def test_a_document_of_many_passages_has_vectors_of_their_first_tokens(
    program: Embedded, tmp_path: Path, empty: int
) -> None:
    path = manual(tmp_path / "m.pdf", PAGES)
    with pypdfium2.PdfDocument(path) as pdf:
        for _ in range(empty):
            pdf.new_page(600, 800)
        pdf.save(tmp_path / "with-empty.pdf")
    document = uploaded(program, tmp_path / "with-empty.pdf")
    asked: list[int | None] = []

    @dataclass(frozen=True)
    class Noting(Weary):
        def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
            asked.append(most_tokens)
            return self.inner.documents(texts, most_tokens=most_tokens)

    narrow = Reader(memory_bytes=900 << 20, page_seconds=10, budget=Budget(tokens=0, tokens_a_page=100))
    do(
        program,
        *JobKind,
        steps=replace(program.steps, reader=narrow, embedder=Noting(program.steps.embedder, [])),
    )
    narrow.close()
    version = latest(program, document)
    assert version.status is Status.READY
    assert version.chunks == program.index.count(TENANT) > 1
    assert asked == [100 * PAGES // version.chunks]


def test_what_a_documents_ranges_cost_is_counted_together(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, manual(tmp_path / "m.pdf", PAGES))
    budget = Budget(characters=700, characters_a_page=0)  # a page has some 450
    narrow = Reader(memory_bytes=900 << 20, page_seconds=10, budget=budget)
    steps = replace(program.steps, reader=narrow)
    do(program, *JobKind, steps=steps)
    narrow.close()
    version = latest(program, document)
    assert version.status is Status.PARTIAL
    assert version.spent.characters > 700
    assert version.failed_pages[-1] == PAGES
    assert len(version.failed_pages) >= 3


@dataclass(frozen=True)
class Fatal:
    """A maker of pictures that each call ends."""

    calls: list[int]

    def render(
        self, key: str, pages: Sequence[int], *, dpi: int = 150, losses: Losses | None = None
    ) -> list[Picture]:
        self.calls.append(len(pages))
        if losses:
            losses.spend_pictures(deaths=1)
        return []

    def figures(self, key: str, pages: Sequence[int], *, losses: Losses | None = None) -> list[Picture]:
        return self.render(key, pages, losses=losses)

    def check(self) -> None:
        return None


def test_a_documents_pictures_are_given_up_after_three_deaths(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, scan(tmp_path / "s.pdf", [["Some words"]] * 8, stamp="Received in Lund"))
    fatal = Fatal([])
    steps = program.steps
    steps = replace(steps, imager=fatal, ocr=Ocr(steps.reader))
    do(program, *JobKind, steps=steps)
    assert len(fatal.calls) == Budget().picture_deaths
    version = latest(program, document)
    assert (version.status, version.spent.picture_deaths) == (Status.PARTIAL, 3)
    reports = list(program.knowledge_base.library.report(TENANT, document.id))
    assert any("pictures" in note for each in reports[:-1] for note in each.notes)  # type: ignore[union-attr]


def test_a_documents_pictures_end_when_their_cpu_time_is_spent(program: Embedded, tmp_path: Path) -> None:
    document = uploaded(program, scan(tmp_path / "s.pdf", [["Some words"]] * 12, stamp="Received in Lund"))
    budget = Budget(picture_cpu_seconds=0.001, picture_cpu_seconds_a_page=0.0)
    narrow = Reader(memory_bytes=900 << 20, page_seconds=10, budget=budget)
    steps = replace(program.steps, reader=narrow, ocr=Ocr(narrow))
    do(program, *JobKind, steps=steps)
    narrow.close()
    version = latest(program, document)
    assert version.status is Status.PARTIAL
    assert version.spent.picture_cpu_ms > 0
    # Of the first range alone: the ranges after it know that nothing is left.
    assert sum("/images/" in key for key in program.files.keys(TENANT)) == 2
    reports = list(program.knowledge_base.library.report(TENANT, document.id))
    assert any("s of computing" in note for each in reports[:-1] for note in each.notes)  # type: ignore[union-attr]
