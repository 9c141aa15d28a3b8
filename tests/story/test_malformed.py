"""Files that break other programs end in pages or in a clear reason, and the program lives."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.compose import Embedded, embedded
from app.core.document import Document, Status
from app.core.errors import BadRequest
from app.settings import Settings
from tests.support.pdfs import FACTS, manual

TENANT = "local"
BATCH = 12
UNKNOWN = ("", "?")


@dataclass(frozen=True)
class Case:
    """A file, its password where that is known, and what is expected: ``open`` (others read it),
    ``needs-password``, ``reject-clean`` (nobody reads it), ``either`` and ``bounded`` (any end will do)."""

    path: Path
    expect: str
    password: str


@dataclass(frozen=True)
class Outcome:
    """How a file ended: its document if it was taken in, else the error's code."""

    document: Document | None
    code: str

    @property
    def pages_read(self) -> int:
        """Of the document."""
        latest = self.document.latest if self.document else None
        return latest.pages - len(latest.failed_pages) if latest and latest.pages else 0


@pytest.fixture(scope="module")
def cases(corpus: Path) -> list[Case]:
    with (corpus / "malformed" / "malformed.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Case(corpus / "malformed" / row["file"], row["expect"], row["password"] or "") for row in rows]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    program = embedded(Settings(data_folder=tmp_path_factory.mktemp("malformed"), ocr="off"))
    yield program
    program.close()


@pytest.fixture(scope="module")
def outcomes(program: Embedded, cases: list[Case]) -> dict[str, Outcome]:
    """Every file taken in by one program, a few at a time."""
    found: dict[str, Outcome] = {}
    for start in range(0, len(cases), BATCH):
        found |= ingested(program, [case.path for case in cases[start : start + BATCH]])
    return found


def ingested(program: Embedded, paths: Sequence[Path]) -> dict[str, Outcome]:
    """How files that are uploaded together end."""
    uploaded = {path.name: uploaded_as(program, path) for path in paths}
    program.worker.drain()
    return {name: ended(program, what) for name, what in uploaded.items()}


def uploaded_as(program: Embedded, path: Path) -> Document | BadRequest:
    try:
        with path.open("rb") as content:
            return program.knowledge_base.uploads.upload(TENANT, path.name, content).document
    except BadRequest as error:
        return error


def ended(program: Embedded, what: Document | BadRequest) -> Outcome:
    if isinstance(what, BadRequest):
        return Outcome(None, what.code)
    document = program.knowledge_base.library.document(TENANT, what.id)
    assert document.latest.status.ended, document.latest
    reason = document.latest.reason
    return Outcome(document, reason.code if reason else "")


def of_kind(cases: list[Case], outcomes: dict[str, Outcome], *kinds: str) -> dict[str, Outcome]:
    return {case.path.name: outcomes[case.path.name] for case in cases if case.expect in kinds}


pytestmark = pytest.mark.slow


def test_every_file_ends(cases: list[Case], outcomes: dict[str, Outcome]) -> None:
    """As a document or with an error's code; ``tests/bench/malformed.py`` prints how long they take."""
    assert outcomes.keys() == {case.path.name for case in cases}
    assert [name for name, each in outcomes.items() if not (each.document or each.code)] == []


def test_every_document_ends_ready_or_with_a_reason(outcomes: dict[str, Outcome]) -> None:
    ended = [each.document.latest for each in outcomes.values() if each.document]
    without = [version for version in ended if version.status is not Status.READY and not version.reason]
    assert without == []
    assert [version for version in ended if version.reason and version.reason.code == "gave_up"] == []


def test_what_others_can_open_is_opened(cases: list[Case], outcomes: dict[str, Outcome]) -> None:
    kind = of_kind(cases, outcomes, "open")
    refused = {
        name: each.code for name, each in kind.items() if not (each.document and each.document.latest.pages)
    }
    # Of 75, one has neither header nor cross-reference table: pdfium does not open it.
    assert len(refused) <= len(kind) // 50, refused


def test_a_locked_file_says_that_it_needs_a_password(cases: list[Case], outcomes: dict[str, Outcome]) -> None:
    kind = of_kind(cases, outcomes, "needs-password")
    assert kind
    assert {each.code for each in kind.values()} == {"password_required"}
    assert {each.document.latest.status for each in kind.values() if each.document} == {Status.FAILED}


def test_a_locked_file_is_read_with_its_password(
    program: Embedded, cases: list[Case], outcomes: dict[str, Outcome]
) -> None:
    locked = [case for case in cases if case.expect == "needs-password" and case.password not in UNKNOWN]
    assert locked
    for case in locked:
        document = outcomes[case.path.name].document
        assert document
        program.knowledge_base.uploads.ingest(TENANT, document.id, password=case.password)
        program.worker.drain()
        latest = program.knowledge_base.library.document(TENANT, document.id).latest
        assert latest.pages, case.path.name
        assert latest.status is not Status.FAILED, (case.path.name, latest.reason)


def test_what_nobody_can_open_is_refused(cases: list[Case], outcomes: dict[str, Outcome]) -> None:
    kind = of_kind(cases, outcomes, "reject-clean")
    clean = {"not_a_pdf", "empty_file", "damaged_pdf", "pages_unread", "needs_ocr"}
    assert {
        name: each.code for name, each in kind.items() if each.code not in clean and each.pages_read
    } == {}


def test_the_program_answers_afterwards(
    program: Embedded, outcomes: dict[str, Outcome], tmp_path: Path
) -> None:
    assert outcomes
    (outcome,) = ingested(program, [manual(tmp_path / "pump.pdf")]).values()
    assert outcome.document
    assert outcome.document.latest.status is Status.READY
    hits = program.knowledge_base.questions.search(TENANT, FACTS[0], document_ids=[outcome.document.id])
    assert FACTS[0] in hits[0].chunk.text
    assert set(program.knowledge_base.upkeep.ready().values()) == {"ok"}
