"""Pages that need OCR: read after those with text, counted, and read later where they were not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest

from app.compose import Embedded, embedded
from app.core import keys
from app.core.document import Document, Stage, Status, Version
from app.core.errors import Conflict, NotSetUp
from app.core.job import Job, JobKind
from app.core.page import Route
from app.settings import Settings
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import manual, scan

TENANT = "local"
TEXT_PAGES, SCANS = 4, 3
SEEN = "The captain's cat is called Bartholomew and sleeps in the galley."

TEXT_STEPS = (JobKind.PLAN, JobKind.RANGE, JobKind.ASSEMBLE)

Opening = Callable[[str], Embedded]


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as made:
        made.reply = lambda _: SEEN
        yield made


@pytest.fixture
def opened(tmp_path: Path, server: OpenAiServer) -> Iterator[Opening]:
    """Opens a program whose scans this setting reads; one at a time."""
    programs: list[Embedded] = []

    def open_program(ocr: str) -> Embedded:
        while programs:
            programs.pop().close()
        settings = Settings(
            data_folder=tmp_path / "data",
            openai_api_key="key",
            openai_base_url=server.url,
            embedding_dimensions=server.dimensions,
            range_pages=2,
            ocr=ocr,
        )
        programs.append(embedded(settings))
        return programs[0]

    yield open_program
    for program in programs:
        program.close()


def mixed(folder: Path) -> Path:
    """Pages with text, and scans behind them; the fifth page is in a range with the last of the text."""
    text, scanned = (
        manual(folder / "text.pdf", TEXT_PAGES - 1),
        scan(folder / "scan.pdf", [[]] * SCANS, dpi=30),
    )
    path = folder / "mixed.pdf"
    whole = pypdfium2.PdfDocument.new()
    for part in (text, scanned):
        with pypdfium2.PdfDocument(part) as document:
            whole.import_pages(document)
    whole.save(path)
    whole.close()
    return path


def uploaded(program: Embedded, path: Path) -> Document:
    with path.open("rb") as file:
        return program.knowledge_base.uploads.upload(TENANT, "mixed.pdf", file).document


def version_of(program: Embedded, document: Document) -> Version:
    return program.knowledge_base.library.document(TENANT, document.id).latest


def do(program: Embedded, *kinds: JobKind) -> list[Job]:
    """Do the jobs that are due until one of another kind comes; those that were done."""
    done = []
    while lease := program.steps.jobs.receive(lease=60):
        if lease.job.kind not in kinds:
            program.steps.jobs.release(lease)
            break
        program.steps.run(lease.job)
        program.steps.jobs.forget(lease)
        done.append(lease.job)
    return done


def found(program: Embedded, question: str) -> str:
    hits = program.knowledge_base.questions.search(TENANT, question)
    return hits[0].chunk.text if hits else ""


def calls(server: OpenAiServer) -> int:
    return len(server.asked_of("/chat/completions"))


def test_pages_with_text_answer_before_a_scan_is_looked_at_and_scans_when_they_are_read(
    opened: Opening, server: OpenAiServer, tmp_path: Path
) -> None:
    program = opened("model")
    document = uploaded(program, mixed(tmp_path))
    do(program, *TEXT_STEPS)
    version = version_of(program, document)
    pages = version.pages
    assert (version.status, version.stage) == (Status.RUNNING, Stage.OCR)
    assert (version.scans.pages, version.scans.pages_done, calls(server)) == (SCANS, 0, 0)
    assert program.knowledge_base.library.document(TENANT, document.id).searchable == 1
    assert "warranty" in found(program, "How long is the warranty?").lower()
    assert program.steps.index.unembedded_count(version.id) == 0
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.steps.run(lease.job)
    program.steps.jobs.forget(lease)
    scans = version_of(program, document).scans
    assert 0 < scans.pages_done < scans.pages
    assert "Bartholomew" in found(program, "What is the cat called?")
    do(program, *JobKind)
    version = version_of(program, document)
    assert (version.status, version.reason, version.failed_pages) == (Status.READY, None, ())
    assert (version.scans.pages, version.scans.pages_done, calls(server)) == (SCANS, SCANS, SCANS)
    with pytest.raises(Conflict, match="where its words stand"):  # the vision model does not
        program.knowledge_base.library.searchable(TENANT, document.id)
    routes = [page.route for page in program.knowledge_base.library.pages(TENANT, document.id)]
    assert routes == [Route.TEXT] * (pages - SCANS) + [Route.OCR] * SCANS


def test_scans_of_a_document_that_was_read_without_ocr_are_read_when_they_are_asked_for(
    opened: Opening, server: OpenAiServer, tmp_path: Path
) -> None:
    program = opened("off")
    document = uploaded(program, mixed(tmp_path))
    program.worker.drain()
    version = version_of(program, document)
    assert (version.status, version.scans.pages, version.scans.pages_done) == (Status.PARTIAL, SCANS, 0)
    assert version.reason is not None
    assert "scripts/start" in version.reason.message
    with pytest.raises(NotSetUp, match="KB_OCR"):
        program.knowledge_base.uploads.read_scans(TENANT, document.id)

    program = opened("model")
    text = program.files.get(keys.page_range(version.id, version.folder, 0))
    program.knowledge_base.uploads.read_scans(TENANT, document.id)
    assert "warranty" in found(program, "How long is the warranty?").lower()
    with pytest.raises(Conflict, match="being read"):
        program.knowledge_base.uploads.read_scans(TENANT, document.id)
    program.worker.drain()
    version = version_of(program, document)
    assert (version.status, version.scans.pages_done) == (Status.READY, SCANS)
    assert program.files.get(keys.page_range(version.id, version.folder, 0)) == text
    assert "Bartholomew" in found(program, "What is the cat called?")
    with pytest.raises(Conflict, match="needs OCR"):
        program.knowledge_base.uploads.read_scans(TENANT, document.id)


def test_a_document_of_scans_alone_is_read_and_its_text_answers_range_by_range(
    opened: Opening, server: OpenAiServer, tmp_path: Path
) -> None:
    program = opened("model")
    document = uploaded(program, scan(tmp_path / "scan.pdf", [[]] * 4, dpi=30))
    do(program, *TEXT_STEPS)
    assert program.knowledge_base.library.document(TENANT, document.id).searchable == 0
    do(program, JobKind.SCANS)
    assert "Bartholomew" in found(program, "What is the cat called?")
    do(program, *JobKind)
    assert version_of(program, document).status is Status.READY


def test_scans_on_which_ocr_failed_end_the_run_and_are_read_again_when_they_are_asked_for(
    opened: Opening, server: OpenAiServer, tmp_path: Path
) -> None:
    program = opened("model")
    document = uploaded(program, mixed(tmp_path))
    do(program, *TEXT_STEPS)
    server.fail(Fault(400, message="This model takes no images."), times=10)
    do(program, JobKind.SCANS)
    server.faults.clear()
    do(program, *JobKind)
    version = version_of(program, document)
    assert (version.status, version.scans.pages, version.scans.pages_done) == (Status.PARTIAL, SCANS, 0)
    program.knowledge_base.uploads.read_scans(TENANT, document.id)
    program.worker.drain()
    assert version_of(program, document).status is Status.READY


def test_reindexing_asks_no_ocr(opened: Opening, server: OpenAiServer, tmp_path: Path) -> None:
    document = uploaded(opened("off"), mixed(tmp_path))
    opened("off").worker.drain()
    program = opened("model")
    program.knowledge_base.uploads.reindex(TENANT, document.id)
    program.worker.drain()
    version = version_of(program, document)
    assert (version.status, version.scans.pages, version.scans.pages_done) == (Status.PARTIAL, SCANS, 0)
    assert calls(server) == 0


def test_a_reading_of_scans_that_is_delivered_again_reads_what_is_left(
    opened: Opening, server: OpenAiServer, tmp_path: Path
) -> None:
    program = opened("model")
    document = uploaded(program, mixed(tmp_path))
    do(program, *TEXT_STEPS)
    lease = program.steps.jobs.receive(lease=60)
    assert lease is not None
    program.steps.run(lease.job)
    program.steps.jobs.release(lease)
    opened("model").knowledge_base.upkeep.resume()  # as after a crash: each run begins with its plan
    program = opened("model")
    do(program, *JobKind)
    assert (version_of(program, document).status, calls(server)) == (Status.READY, SCANS)


def test_a_checkpoint_that_is_lost_while_scans_wait_is_read_again(opened: Opening, tmp_path: Path) -> None:
    program = opened("model")
    document = uploaded(program, mixed(tmp_path))
    do(program, *TEXT_STEPS)
    version = version_of(program, document)
    program.files.delete(keys.page_range(version.id, version.folder, len(version.ranges) - 1))
    do(program, *JobKind)
    assert version_of(program, document).status is Status.READY
