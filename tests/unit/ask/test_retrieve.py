"""From a question to the passages that answer it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.ask.retrieve import retrieve_tables
from app.core.passage import Hit
from tests.support.chunks import chunk
from tests.support.pdfs import FACTS, manual

if TYPE_CHECKING:
    from app.compose import Embedded

TENANT = "us"


def ingested(program: Embedded, path: Path, tags: tuple[str, ...] = ()) -> str:
    content = io.BytesIO(path.read_bytes())
    document = program.knowledge_base.uploads.upload(TENANT, path.name, content, tags=tags).document
    program.worker.drain()
    return document.id


def search(program: Embedded, question: str, **narrowed: object) -> list[Hit]:
    return program.knowledge_base.questions.search(TENANT, question, **narrowed)  # type: ignore[arg-type]


def test_the_passage_that_answers_is_first_and_says_where_it_stands(
    program: Embedded, tmp_path: Path
) -> None:
    ingested(program, manual(tmp_path / "pump.pdf", pages=5))
    hit = search(program, "How many kilograms does the pump weigh?")[0]
    assert FACTS[4] in hit.chunk.text
    assert 5 in hit.chunk.pages
    assert (hit.document_name, hit.title) == ("pump.pdf", "Meridian pump manual")


def test_a_question_is_searched_for_without_instructions_how_to_answer(
    program: Embedded, tmp_path: Path
) -> None:
    ingested(program, manual(tmp_path / "pump.pdf", pages=5))
    plain = search(program, "How heavy is the pump?")
    instructed = search(program, "How heavy is the pump? Give the number only. If unknown, return N/A.")
    assert instructed == plain


def test_no_more_than_the_limit_come_back_and_only_from_the_documents_named(
    program: Embedded, tmp_path: Path
) -> None:
    first = ingested(program, manual(tmp_path / "one.pdf", pages=5), tags=("a",))
    second = ingested(program, manual(tmp_path / "two.pdf", pages=4, first_fact=1), tags=("b",))
    assert len(search(program, "pump", limit=2)) == 2
    assert {hit.chunk.document_id for hit in search(program, "pump")} == {first, second}
    assert {hit.chunk.document_id for hit in search(program, "pump", document_ids=[second])} == {second}
    assert {hit.chunk.document_id for hit in search(program, "pump", tags=["a"])} == {first}


def test_passages_of_deleted_documents_and_of_versions_that_do_not_answer_are_left_out(
    program: Embedded, tmp_path: Path
) -> None:
    document_id = ingested(program, manual(tmp_path / "pump.pdf", pages=3))
    stale = chunk("The pump of the next version.", document_id=document_id, version=2)
    orphan = chunk("The pump of nobody.", document_id="doc_gone")
    program.index.put(TENANT, [stale, orphan])
    found = search(program, "pump of the next version, of nobody")
    assert found
    assert {(hit.chunk.document_id, hit.chunk.version) for hit in found} == {(document_id, 1)}


def test_nothing_is_found_for_a_tenant_without_documents(program: Embedded, tmp_path: Path) -> None:
    ingested(program, manual(tmp_path / "pump.pdf"))
    assert program.knowledge_base.questions.search("them", "pump") == []


@pytest.mark.parametrize(
    ("question", "page", "label"),
    [
        ("How many kilograms does the pump weigh, on page A-2?", 5, "A-2"),
        ("What stands on page ii?", 2, "ii"),
        ("What is the warranty period on page 1?", 3, "1"),
        ("Which pressure is named on page 4?", 4, "A-1"),
    ],
)
def test_passages_of_a_page_that_is_named_are_all_that_is_found(
    program: Embedded, tmp_path: Path, question: str, page: int, label: str
) -> None:
    ingested(program, manual(tmp_path / "pump.pdf", pages=6, labelled=True))
    hits = search(program, question)
    assert {(hit.chunk.pages, hit.chunk.page_labels) for hit in hits} == {((page,), (label,))}


def test_of_a_page_that_no_document_has_nothing_is_found_and_it_is_named(
    program: Embedded, tmp_path: Path
) -> None:
    ingested(program, manual(tmp_path / "pump.pdf", pages=3))
    ask = program.knowledge_base.questions
    assert (ask.find(TENANT, "What is on page iv?").hits, ask.find(TENANT, "page iv").nowhere) == (
        [],
        "page iv",
    )
    assert ask.find(TENANT, "Warranty on page 400?").nowhere == "page 400"
    assert not ask.find(TENANT, "Warranty on page 1?").nowhere


def test_where_no_document_has_the_page_that_is_named_all_are_searched(
    program: Embedded, tmp_path: Path
) -> None:
    ingested(program, manual(tmp_path / "pump.pdf"))
    assert {1, 2, 3} <= {page for hit in search(program, "Warranty on page 400?") for page in hit.chunk.pages}


def test_rows_of_tables_are_found_by_the_words_of_a_question_besides_what_is_found(
    program: Embedded, tmp_path: Path
) -> None:
    document_id = ingested(program, manual(tmp_path / "pump.pdf", pages=3))
    rows = chunk("Inventories\n| Ingredients | 1,942 |", document_id=document_id)
    text = chunk("Ingredients are listed on the label.", document_id=document_id)
    program.index.put(TENANT, [rows, text])
    questions = program.knowledge_base.questions

    def find(*besides: Hit) -> list[str]:
        found = retrieve_tables(
            "What are the ingredients worth?",
            besides,
            tenant=TENANT,
            index=program.index,
            embedder=questions.embedder,
            documents=questions.documents,
        )
        return [hit.chunk.id for hit in found]

    assert find() == [rows.id]
    assert find(Hit(rows, 1.0)) == []
