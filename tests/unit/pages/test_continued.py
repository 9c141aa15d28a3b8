"""A table over several pages of a real PDF, some of which are read apart from the others."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from reportlab.pdfgen.canvas import Canvas

from app.ask.proof.cite import PassageSource, cite
from app.compose import Embedded
from app.core.answer import Proof
from app.core.document import Status
from app.core.page import Block, BlockKind, Page, TableLink

if TYPE_CHECKING:
    from starlette.testclient import TestClient

TENANT = "local"
ROWS = 24
HEADER = ("Pump model", "Weight", "Flow")


def price_list(path: Path, pages: int = 4) -> Path:
    """A table of pumps that fills every page, its header on each but the last."""
    canvas = Canvas(str(path), pagesize=(600, 800), invariant=1)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 780, "Price list of the year")
        first = (number - 1) * ROWS
        rows = [(f"Model {n}", f"{40 + n} kg", f"{3 * n} l/min") for n in range(first, first + ROWS)]
        rows = rows if number == pages else [HEADER, *rows]
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                canvas.drawString(64 + 150 * x, 726 - 27 * y, text)
        for y in range(len(rows) + 1):
            canvas.line(60, 740 - 27 * y, 510, 740 - 27 * y)
        for x in range(4):
            canvas.line(60 + 150 * x, 740, 60 + 150 * x, 740 - 27 * len(rows))
        canvas.drawString(300, 20, str(number))
        canvas.showPage()
    canvas.save()
    return path


def ingested(program: Embedded, folder: Path) -> str:
    with price_list(folder / "pumps.pdf").open("rb") as file:
        put = program.knowledge_base.uploads.upload(TENANT, "pumps.pdf", file)
    program.worker.drain()
    assert program.knowledge_base.library.document(TENANT, put.document.id).latest.status is Status.READY
    return put.document.id


def table_of(page: Page) -> Block:
    (table,) = [block for block in page.blocks if block.kind is BlockKind.TABLE]
    return table


def test_each_part_says_what_it_carries_on_also_where_page_ranges_meet(
    program: Embedded, tmp_path: Path
) -> None:
    document_id = ingested(program, tmp_path)
    links = [None, TableLink(1, 0, 1), TableLink(2, 0, 1), TableLink(3, 0, 0)]
    pages = list(program.knowledge_base.library.pages(TENANT, document_id))
    assert [table_of(page).continues for page in pages] == links
    each = [program.knowledge_base.library.page(TENANT, document_id, number) for number in (1, 2, 3, 4)]
    assert each == pages
    assert [table_of(page).header_rows for page in pages] == [1, 1, 1, 0]


def test_all_parts_are_chunks_of_one_table_under_one_header(program: Embedded, tmp_path: Path) -> None:
    ingested(program, tmp_path)
    for number in (5, 47, 48, 90):
        hits = program.knowledge_base.questions.search(TENANT, f"Model {number}")
        chunk = next(hit.chunk for hit in hits if f"| Model {number} |" in hit.chunk.text)
        assert chunk.text.count("| Pump model | Weight | Flow |\n|-|-|-|") == 1
        assert number // ROWS + 1 in chunk.pages


def test_a_cell_of_a_later_part_is_cited_on_its_own_page(program: Embedded, tmp_path: Path) -> None:
    document_id = ingested(program, tmp_path)
    knowledge_base = program.knowledge_base
    hits = knowledge_base.questions.search(TENANT, "Model 90")
    sources = [
        PassageSource(
            hit, lambda hit: [knowledge_base.library.page(TENANT, document_id, n) for n in hit.chunk.pages]
        )
        for hit in hits
    ]
    cited = cite(1, "| Model 90 | 130 kg |", sources)
    assert (cited.proof, cited.page) == (Proof.EXACT, 4)
    page = knowledge_base.library.page(TENANT, document_id, 4)
    cell = next(cell for cell in table_of(page).cells if cell.text == "Model 90")
    (box, *_) = cited.places[0].boxes
    assert cell.box.top <= (box.top + box.bottom) / 2 <= cell.box.bottom


def test_the_api_gives_cells_html_and_the_part_before(
    client: TestClient, program: Embedded, tmp_path: Path
) -> None:
    document_id = ingested(program, tmp_path)
    shown = client.get(f"/v1/documents/{document_id}/pages/3").json()
    (table,) = [block for block in shown["blocks"] if block["kind"] == "table"]
    assert table["continues"] == {"page": 2, "table": 0, "repeated_rows": 1}
    assert table["cells"][0] | {"box": None} == {
        "row": 0,
        "column": 0,
        "text": "Pump model",
        "box": None,
        "row_span": 1,
        "column_span": 1,
        "header": True,
        "heads": [],
        "row_path": [],
        "named_by": [],
        "value": None,
    }
    assert {cell["value"]["kind"] for cell in table["cells"] if cell["value"]} <= {"text", "number"}
    assert table["html"].startswith('<table><thead><tr><th scope="col">Pump model</th>')


def test_a_table_is_downloaded_whole_as_csv_from_any_of_its_pages_or_with_all_others(
    client: TestClient, program: Embedded, tmp_path: Path
) -> None:
    document_id = ingested(program, tmp_path)
    address = f"/v1/documents/{document_id}"
    first, third = (client.get(f"{address}/pages/{page}/tables/0") for page in (1, 3))
    assert first.content == third.content
    assert first.headers["content-type"].startswith("text/csv")
    assert 'filename="page-0001-table-1.csv"' in first.headers["content-disposition"]
    rows = list(csv.reader(StringIO(first.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(HEADER)
    assert [row[0] for row in rows[1:]] == [f"Model {number}" for number in range(4 * ROWS)]
    with ZipFile(BytesIO(client.get(f"{address}/tables").content)) as files:
        assert files.namelist() == ["page-0001-table-1.csv"]
        assert files.read("page-0001-table-1.csv") == first.content
    assert client.get(f"{address}/pages/1/tables/1").status_code == 404
