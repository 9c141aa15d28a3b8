"""Passages in the index are called as their documents are, once these are indexed again."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from app.compose import Embedded
from app.core.document import Document, IfExists
from app.core.job import JobKind
from app.core.rules.card_rows import LONGEST_VALUE
from tests.support.cards import said_title
from tests.support.pdfs import FACTS, manual

TENANT = "local"


def ingested(program: Embedded, path: Path) -> Document:
    with path.open("rb") as file:
        put = program.knowledge_base.uploads.upload(TENANT, "manual.pdf", file, if_exists=IfExists.VERSION)
    program.worker.drain()
    return program.knowledge_base.library.document(TENANT, put.document.id)


def context(program: Embedded) -> str:
    """What stands before the passage that is found."""
    return program.knowledge_base.questions.search(TENANT, FACTS[1])[0].chunk.context


def reindexed(program: Embedded) -> int:
    left = list(program.knowledge_base.maintenance.list_left(TENANT))
    program.knowledge_base.maintenance.begin(JobKind.REINDEX, TENANT)
    program.worker.drain()
    assert not list(program.knowledge_base.maintenance.list_left(TENANT))
    return len(left)


def test_a_corrected_title_stands_before_passages_after_reindexing(program: Embedded, tmp_path: Path) -> None:
    document = ingested(program, manual(tmp_path / "m.pdf"))
    assert document.indexed_as.startswith(document.title)
    assert reindexed(program) == 0
    said = said_title("Pumps of Lund")
    program.knowledge_base.library.update(TENANT, document.id, said=said)
    assert "Pumps of Lund" not in context(program)
    assert reindexed(program) == 1
    assert "Pumps of Lund" in context(program)


def test_a_document_from_before_cards_gets_one_without_being_read_again(
    program: Embedded, tmp_path: Path
) -> None:
    document = ingested(program, manual(tmp_path / "m.pdf"))
    with program.database.write() as connection:
        connection.execute("UPDATE documents SET card = '', corrections = '', indexed_as = '', title = 'Old'")
    old = program.knowledge_base.library.document(TENANT, document.id)
    assert (old.title, old.card.kind) == ("Old", None)
    assert reindexed(program) == 1
    now = program.knowledge_base.library.document(TENANT, document.id)
    assert now.card == document.card
    assert now.latest.folder == document.latest.folder


def test_a_document_of_whose_card_a_part_was_too_long_to_keep_is_not_indexed_again(
    program: Embedded, tmp_path: Path
) -> None:
    path = tmp_path / "m.pdf"
    canvas = Canvas(str(path), pagesize=(3000, 800), invariant=1)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 700, "Prepared by " + " ".join(f"{letter}{'i' * 80}" for letter in "ABCDEFG"))
    canvas.drawString(60, 600, f"The manual of pumps. {FACTS[1]}")
    canvas.save()
    # A new version has its card made once, when it is whole: until then that of the earlier one stands.
    ingested(program, manual(tmp_path / "earlier.pdf"))
    document = ingested(program, path)
    [issuer] = document.card.who
    assert len(issuer.value) == LONGEST_VALUE
    assert reindexed(program) == 0
