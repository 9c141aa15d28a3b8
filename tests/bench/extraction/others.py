"""Tools that are not installed with the project: run by the Python of an environment that has them.

    python others.py TOOL CORPUS OUT
    python others.py TOOL FOLDER

Writes a JSON for each PDF as ``score.py`` reads it, or prints the CPU seconds that all PDFs of a folder take,
without what it takes to import the tool. Imports nothing of the project.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Shown = dict[str, Any]


def by_camelot(path: Path) -> list[Shown]:
    """Tables of the ``hybrid`` flavour; it reads no text."""
    import camelot

    pages: dict[int, Shown] = {}
    for table in camelot.read_pdf(str(path), pages="all", flavor="hybrid", suppress_stdout=True):
        page = pages.setdefault(table.page, {"number": table.page, "text": "", "tables": []})
        page["tables"].append([[str(cell) for cell in row] for row in table.data])
    return list(pages.values())


def by_opendataloader(path: Path) -> list[Shown]:
    import opendataloader_pdf

    with tempfile.TemporaryDirectory() as folder:
        opendataloader_pdf.convert(
            str(path), output_dir=folder, format="json", quiet=True, image_output="off"
        )
        (found,) = Path(folder).glob("*.json")
        document = json.loads(found.read_text("utf-8"))
    pages: dict[int, Shown] = {
        number: {"number": number, "text": "", "tables": []}
        for number in range(1, document["number of pages"] + 1)
    }
    for element in document["kids"]:
        page = pages[element["page number"]]
        page["text"] += "\n".join(texts(element)) + "\n"
        page["tables"] += [rows(table) for table in tables(element)]
    return list(pages.values())


def by_kreuzberg(path: Path) -> list[Shown]:
    import kreuzberg

    config = kreuzberg.ExtractionConfig(
        pages=kreuzberg.PageConfig(extract_pages=True), disable_ocr=True, use_cache=False
    )
    found = kreuzberg.extract_file_sync(path, config=config)
    pages = {
        page["page_number"]: {"number": page["page_number"], "text": page["content"], "tables": []}
        for page in found.pages
    }
    for table in found.tables:
        pages[table.page_number]["tables"].append(table.cells)
    return list(pages.values())


def by_liteparse(path: Path) -> list[Shown]:
    """Text and tables of its layout blocks, which no other output has in order."""
    import liteparse

    parser = liteparse.LiteParse(ocr_enabled=False, quiet=True, extract_blocks=True)
    return [
        {
            "number": page.page_num,
            "text": page.text,
            "tables": [
                [[cell.text for cell in row] for row in (block.header or [], *(block.rows or []))]
                for block in page.blocks or ()
                if block.kind == "table"
            ],
        }
        for page in parser.parse(path).pages
    ]


def by_pdf_oxide(path: Path) -> list[Shown]:
    import pdf_oxide

    pdf_oxide.disable_logging()
    document = pdf_oxide.PdfDocument(str(path))
    return [
        {
            "number": index + 1,
            "text": document.extract_text(index),
            "tables": [
                [[cell["text"] for cell in row["cells"]] for row in table["rows"]]
                for table in document.extract_tables(index)
            ],
        }
        for index in range(document.page_count())
    ]


def by_pymupdf(path: Path) -> list[Shown]:
    import pymupdf

    with pymupdf.open(path) as document:
        return [
            {
                "number": page.number + 1,
                "text": page.get_text(),
                "tables": [table.extract() for table in page.find_tables().tables],
            }
            for page in document
        ]


def children(element: Shown) -> Iterator[Shown]:
    for key in ("kids", "rows", "cells", "list items"):
        yield from element.get(key, ())


def texts(element: Shown) -> Iterator[str]:
    if element.get("content"):
        yield element["content"]
    for child in children(element):
        yield from texts(child)


def tables(element: Shown) -> Iterator[Shown]:
    if element.get("type") == "table":
        yield element
    for child in children(element):
        yield from tables(child)


def rows(table: Shown) -> list[list[str]]:
    grid = [[""] * table["number of columns"] for _ in range(table["number of rows"])]
    for row in table["rows"]:
        for cell in row["cells"]:
            grid[cell["row number"] - 1][cell["column number"] - 1] = " ".join(texts(cell))
    return grid


TOOLS: dict[str, Callable[[Path], list[Shown]]] = {
    "camelot": by_camelot,
    "opendataloader": by_opendataloader,
    "kreuzberg": by_kreuzberg,
    "liteparse": by_liteparse,
    "pdf-oxide": by_pdf_oxide,
    "pymupdf": by_pymupdf,
}


def print_seconds(read: Callable[[Path], object], folder: Path) -> None:
    """Print the CPU seconds, of all threads, that the PDFs of a folder take, and how many failed; one is read
    once before, which imports the tool."""
    paths = sorted(folder.glob("*.pdf"))
    read(paths[0])
    began, failed = time.process_time(), 0
    for path in paths:
        try:
            read(path)
        except Exception:
            failed += 1
    print(time.process_time() - began, failed)


def write_all(read: Callable[[Path], list[Shown]], corpus: Path, out: Path, *, texts: bool) -> None:
    listed = [json.loads(path.read_text("utf-8"))["pdf"] for path in corpus.glob("tables/*.tables.json")]
    names = {corpus / name for name in listed}
    if texts:
        names |= set(corpus.glob("text/*.pdf"))
    for path in sorted(names):
        target = (out / path.relative_to(corpus)).with_suffix(".json")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shown: Any = {"pages": read(path)}
        except Exception as error:
            shown = {"error": f"{type(error).__name__}: {error}"}
        target.write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[3:]:
        tool, corpus, out = sys.argv[1:]
        write_all(TOOLS[tool], Path(corpus), Path(out), texts=tool != "camelot")
    else:
        print_seconds(TOOLS[sys.argv[1]], Path(sys.argv[2]))
