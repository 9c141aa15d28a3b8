"""What documents are about, quoted of really ingested ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.answer import Answer, AnswerKind, Message, Person, Proof
from tests.support.pdfs import FACTS, manual
from tests.unit.ask.test_retrieve import TENANT, ingested

if TYPE_CHECKING:
    from app.compose import Embedded

QUESTION = "What is this document about?"


def ask(program: Embedded, question: str, *document_ids: str) -> Answer:
    *_, message = program.knowledge_base.questions.ask_unkept(Person(TENANT, "me"), question, document_ids)
    assert isinstance(message, Message)
    assert message.answer
    return message.answer


@pytest.mark.parametrize("question", [QUESTION, "Summarise the Meridian manual.", "Worum geht es?"])
def test_a_document_is_told_by_sentences_that_name_it_and_by_its_parts(
    program: Embedded, tmp_path: Path, question: str
) -> None:
    ingested(program, manual(tmp_path / "pump.pdf", pages=5))
    whole = ask(program, question)
    assert whole.kind is AnswerKind.QUOTES
    assert whole.text.startswith(FACTS[0])
    assert "Its parts: 1. Chapter 1 [" in whole.text
    assert {citation.proof for citation in whole.citations} == {Proof.EXACT}
    assert len(whole.citations) > 1


def test_several_documents_are_told_one_by_one(program: Embedded, tmp_path: Path) -> None:
    ids = [
        ingested(program, manual(tmp_path / f"{name}.pdf", pages=pages))
        for name, pages in (("one", 2), ("two", 3))
    ]
    cited = [citation.document_id for citation in ask(program, QUESTION, *ids).citations]
    assert set(cited) == set(ids)
    assert cited in (sorted(cited), sorted(cited, reverse=True))


def test_what_no_document_is_called_is_searched_for(program: Embedded, tmp_path: Path) -> None:
    ingested(program, manual(tmp_path / "pump.pdf", pages=5))
    whole = ask(program, "Summarise the warranty period")
    assert "36 months" in whole.text or "thirty-six" in whole.text
