"""PDFs that are attached to a document become documents of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pymupdf
import pytest

from app.compose import Embedded, embedded
from app.core.document import Status
from app.pdf.pdfium.enclosed import MOST_FILES
from app.settings import Settings
from tests.support.openai_server import OpenAiServer

TENANT = "local"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Embedded]]:
    programs: list[Embedded] = []
    with OpenAiServer() as server:

        def open_program(**more: str) -> Embedded:
            settings = Settings(
                data_folder=tmp_path / "data",
                openai_api_key="key",
                openai_base_url=server.url,
                embedding_dimensions=server.dimensions,
                **more,  # type: ignore[arg-type]
            )
            programs.append(embedded(settings))
            return programs[-1]

        yield open_program
        for program in programs:
            program.close()


def pdf(text: str, *attached: tuple[str, bytes], portfolio: bool = False) -> bytes:
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), text)
    for number, (name, content) in enumerate(attached):
        document.embfile_add(f"{number} {name}", content, filename=name, ufilename=name)
    if portfolio:
        document.xref_set_key(document.pdf_catalog(), "Collection", "<</Type/Collection/View/D>>")
    made: bytes = document.tobytes(deflate=False)
    document.close()
    return made


def ingested(program: Embedded, content: bytes, name: str = "report.pdf") -> dict[str, Status]:
    """The documents that there are then, by where they come from."""
    program.knowledge_base.uploads.upload(TENANT, name, BytesIO(content), tags=["q3"])
    program.worker.drain()
    documents = program.knowledge_base.library.list_documents(TENANT).items
    return {document.source: document.latest.status for document in documents}


@pytest.mark.parametrize("portfolio", [False, True])
def test_attached_pdfs_are_documents_that_name_the_one_they_are_attached_to(
    opened: Callable[..., Embedded], portfolio: bool
) -> None:
    annex = pdf("The annex says that the pump weighs 48 kg.")
    program = opened()
    found = ingested(program, pdf("Report", ("annex.pdf", annex), ("data.csv", b"a,b"), portfolio=portfolio))
    assert found == {"report.pdf": Status.READY, "report.pdf/annex.pdf": Status.READY}
    (hit, *_) = program.knowledge_base.questions.search(TENANT, "How heavy is the pump?")
    document = program.knowledge_base.library.document(TENANT, hit.chunk.document_id)
    assert (document.source, document.tags) == ("report.pdf/annex.pdf", ("q3",))


def test_attached_pdfs_are_left_alone_where_the_setting_says_so(opened: Callable[..., Embedded]) -> None:
    program = opened(attached="off")
    assert list(ingested(program, pdf("Report", ("annex.pdf", pdf("Annex"))))) == ["report.pdf"]


def test_files_in_files_end_two_deep(opened: Callable[..., Embedded]) -> None:
    content = pdf("0")
    for depth in range(1, 5):
        content = pdf(str(depth), ("in.pdf", content))
    found = ingested(opened(), content, "out.pdf")
    assert sorted(found) == ["out.pdf", "out.pdf/in.pdf", "out.pdf/in.pdf/in.pdf"]


def test_a_file_that_is_attached_twice_and_a_document_that_comes_again_make_no_other(
    opened: Callable[..., Embedded],
) -> None:
    program, annex = opened(), pdf("Annex")
    content = pdf("Report", ("annex.pdf", annex), ("same.pdf", annex))
    first = ingested(program, content)
    assert len(first) == 2
    assert ingested(program, content) == first


def test_more_attached_pdfs_than_are_taken_out_are_left(opened: Callable[..., Embedded]) -> None:
    many = [(f"{number}.pdf", pdf(f"Annex {number}")) for number in range(MOST_FILES + 2)]
    assert len(ingested(opened(), pdf("Report", *many))) == 1 + MOST_FILES


def test_an_attached_file_that_fills_a_disk_from_little_is_left(opened: Callable[..., Embedded]) -> None:
    bomb = pdf("Annex") + b" " * 30_000_000
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "Report")
    document.embfile_add("bomb.pdf", bomb)
    content = document.tobytes(deflate=True)
    document.close()
    assert len(content) < 100_000
    assert list(ingested(opened(), content)) == ["report.pdf"]


def test_an_attached_pdf_that_cannot_be_read_fails_by_itself(opened: Callable[..., Embedded]) -> None:
    found = ingested(opened(), pdf("Report", ("broken.pdf", b"%PDF-1.4\nnothing")))
    assert found == {"report.pdf": Status.READY, "report.pdf/broken.pdf": Status.FAILED}


def test_names_that_lead_elsewhere_are_names_of_files(opened: Callable[..., Embedded]) -> None:
    found = ingested(opened(), pdf("Report", ("../../etc/annex.pdf", pdf("Annex"))))
    assert sorted(found) == ["report.pdf", "report.pdf/etc_annex.pdf"]
