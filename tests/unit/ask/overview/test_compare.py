"""Documents that are compared, one after the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.core.answer import Proof
from tests.support.pdfs import manual
from tests.unit.ask.overview.test_quote import ask
from tests.unit.ask.test_retrieve import TENANT, ingested

if TYPE_CHECKING:
    from app.compose import Embedded


def test_what_each_document_says_of_the_same_thing_stands_under_its_name(
    program: Embedded, tmp_path: Path
) -> None:
    ids = [
        ingested(program, manual(tmp_path / f"{name}.pdf", pages=pages))
        for name, pages in (("alba", 3), ("bora", 4))
    ]
    whole = ask(program, "How do Alba and Bora differ in their warranty period?")
    assert "alba.pdf: " in whole.text
    assert "bora.pdf: " in whole.text
    assert {citation.document_id for citation in whole.citations} == set(ids)
    assert {citation.proof for citation in whole.citations} == {Proof.EXACT}
    assert ask(program, "Compare Alba with Bora.").text.count(".pdf: ") == len(ids)


def test_a_search_that_compares_gives_no_more_than_its_limit(program: Embedded, tmp_path: Path) -> None:
    for name, pages in (("alba", 3), ("bora", 4)):
        ingested(program, manual(tmp_path / f"{name}.pdf", pages=pages))
    assert len(program.knowledge_base.questions.search(TENANT, "Compare Alba with Bora.", limit=2)) == 2


def test_things_within_one_document_are_no_documents_to_compare(program: Embedded, tmp_path: Path) -> None:
    ingested(program, manual(tmp_path / "alba.pdf", pages=3))
    assert ".pdf: " not in ask(program, "How do the pump and the warranty differ?").text
