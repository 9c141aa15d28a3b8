"""Tools that are not installed with the project: run by the Python of an environment that has them.

    python others.py camelot|opendataloader CORPUS OUT

Writes a JSON for each PDF as ``score.py`` reads it. Imports nothing of the project.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
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


def main(tool: str, corpus: Path, out: Path) -> None:
    listed = [json.loads(path.read_text("utf-8"))["pdf"] for path in corpus.glob("tables/*.tables.json")]
    names = {corpus / name for name in listed}
    if tool == "opendataloader":
        names |= set(corpus.glob("text/*.pdf"))
    for path in sorted(names):
        target = (out / path.relative_to(corpus)).with_suffix(".json")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shown: Any = {"pages": by_camelot(path) if tool == "camelot" else by_opendataloader(path)}
        except Exception as error:
            shown = {"error": f"{type(error).__name__}: {error}"}
        target.write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
