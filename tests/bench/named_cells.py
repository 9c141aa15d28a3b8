"""Share of facts that a cell gives with its names: python -m tests.bench.named_cells CORPUS [KB] [--scans].

CORPUS has facts labelled by eye (``cells/facts-*.jsonl``) with their judge (``score_cells.py``), and
questions with gold answers (``qa2`` and ``kgrag``). KB is the command whose ``extract`` is measured, this
program's by default; one of another checkout gives the figures of before.

Facts are split in halves by document, so that one half can be looked at and the other tells whether what was
mended holds. A figure of a gold answer counts where a cell of an evidence page (of all pages, where none is
named) is that number, and as named where heads are over that cell and a label is beside it. Figures that an
answer computes stand in no cell.

With ``--scans`` the facts of the finance pages alone are measured on scans of these pages, read by OCR. They
are made as the corpus's ``make_scans.py`` makes them, but drawn by pdfium: rendered at 200 dpi, turned by
half a degree, blurred, with noise, as JPEG. It takes four minutes of a quiet core.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from zlib import crc32

Json: TypeAlias = dict[str, Any]

FIGURE = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
DATED = re.compile(r"\b(?:19|20)\d\d\b")

SCAN_DPI = 200

LEANS = -0.4, 0.5
"""Degrees, in turn."""

SCORES = ("value", "row", "column", "cell")


def tables_of(
    kb: str, pdf: Path, pages: Iterable[int] = (), *, ocr: bool = False
) -> dict[int, list[list[Json]]]:
    """The cells of the tables of a PDF, by page; all pages if none is named."""
    numbers = ",".join(map(str, sorted(set(pages))))
    chosen = ["--pages", numbers] if numbers else []
    command = [*kb.split(), "extract", str(pdf), *([] if ocr else ["--no-ocr"]), *chosen]
    said = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    return {
        page["number"]: [block["cells"] for block in page["blocks"] if block.get("cells")]
        for page in json.loads(said.stdout)["pages"]
    }


def judge_of(corpus: Path) -> Callable[[Json, list[list[Json]]], Mapping[str, bool]]:
    """The corpus's own judge of a fact."""
    found = importlib.util.spec_from_file_location("score_cells", corpus / "score_cells.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    judge: Callable[[Json, list[list[Json]]], Mapping[str, bool]] = module.judge
    return judge


def measure_facts(corpus: Path, file: Path, kb: str) -> None:
    """Print the shares of a file of facts, of both halves of its documents."""
    by_pdf: dict[str, list[Json]] = defaultdict(list)
    for fact in _lines(file):
        by_pdf[fact["pdf"]].append(fact)
    counts = {half: Counter[str]() for half in (0, 1)}
    for pdf, facts in sorted(by_pdf.items()):
        tables = tables_of(kb, corpus / pdf, [fact["page"] for fact in facts])
        _count(counts[_half(pdf)], facts, tables, judge_of(corpus))
    _print_shares(file.stem, counts)


def measure_scans(corpus: Path, file: Path, kb: str) -> None:
    """Print the shares of a file of facts on scans of their pages, by halves of the documents."""
    counts = {half: Counter[str]() for half in (0, 1)}
    by_page: dict[tuple[str, int], list[Json]] = defaultdict(list)
    for fact in _lines(file):
        by_page[fact["pdf"], fact["page"]].append(fact)
    with TemporaryDirectory() as folder:
        for seed, ((pdf, page), facts) in enumerate(by_page.items()):
            scan = make_scan(corpus / pdf, page, Path(folder) / "scan.pdf", seed)
            tables = tables_of(kb, scan, ocr=True)
            found = {page: tables.get(1, [])}
            _count(counts[_half(pdf)], facts, found, judge_of(corpus))
    _print_shares(f"{file.stem}, scanned", counts)


def make_scan(pdf: Path, number: int, target: Path, seed: int) -> Path:
    """Write a page (1-based) as a scanner would, and return the file: the same bytes for the same seed."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number - 1]
        size = page.get_size()
        image = page.render(scale=SCAN_DPI / 72, grayscale=True).to_pil()
    turned = image.rotate(LEANS[seed % 2], fillcolor=255, resample=Image.Resampling.BICUBIC)
    sheet = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), dtype=float)
    noise = np.random.default_rng(seed).normal(0, 7, sheet.shape)
    picture = BytesIO()
    Image.fromarray(np.clip(sheet * 0.93 + 8 + noise, 0, 255).astype("uint8")).save(
        picture, "JPEG", quality=70
    )
    canvas = Canvas(str(target), pagesize=size, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *size)
    canvas.showPage()
    canvas.save()
    return target


def _half(pdf: str) -> int:
    return crc32(pdf.encode()) % 2


def _count(
    half: Counter[str],
    facts: Iterable[Json],
    tables: Mapping[int, list[list[Json]]],
    judge: Callable[[Json, list[list[Json]]], Mapping[str, bool]],
) -> None:
    for fact in facts:
        half["facts"] += 1
        half.update(name for name, yes in judge(fact, tables.get(fact["page"], [])).items() if yes)


def _print_shares(title: str, counts: Mapping[int, Counter[str]]) -> None:
    for name, found in (("one half", counts[0]), ("other half", counts[1]), ("all", counts[0] + counts[1])):
        shares = ", ".join(f"{score} {found[score] / max(1, found['facts']):.3f}" for score in SCORES)
        print(f"{title}, {name}: {found['facts']} facts: {shares}", flush=True)


def measure_gold(folder: Path, kb: str) -> None:
    """Print the share of gold figures that stand in a cell, and in one that is named."""
    questions = list(_lines(folder / "questions.jsonl"))
    cells: dict[str, dict[int, list[list[Json]]]] = {}
    for pdf in sorted({pdf for question in questions for pdf in _pdfs(question)}):
        if (folder / pdf).exists():
            asked = [question for question in questions if pdf in _pdfs(question)]
            pages: list[list[int]] = [question.get("evidence_pages", []) for question in asked]
            cells[pdf] = tables_of(kb, folder / pdf, chain(*pages) if all(pages) else ())
    count = Counter[str]()
    for question in questions:
        found = list(_cells(question, cells))
        for figure in _figures(question["answer"]):
            matching = [named for number, named in found if number == figure]
            count.update(["figures", *["in a cell"][: len(matching)], *["named"][: any(matching)]])
    shares = ", ".join(
        f"{name} {count[name] / max(1, count['figures']):.3f}" for name in ("in a cell", "named")
    )
    print(f"{folder.name}: {count['figures']} figures of gold answers: {shares}", flush=True)


def _pdfs(question: Json) -> list[str]:
    return question.get("docs") or [question["pdf"]]


def _cells(question: Json, cells: Mapping[str, Mapping[int, list[list[Json]]]]) -> Iterator[tuple[str, bool]]:
    """The numbers in cells of the pages of a question's evidence, each with whether it is named."""
    for pdf in _pdfs(question):
        for page, tables in cells.get(pdf, {}).items():
            if question.get("evidence_pages") and page not in question["evidence_pages"]:
                continue
            for table in tables:
                for cell in table:
                    figures = _figures(cell["text"])
                    if len(figures) == 1 and not cell["header"]:
                        yield figures[0], _is_named(cell, table)


def _is_named(cell: Json, table: list[Json]) -> bool:
    """Whether a head is over a cell and a label beside it: by the table alone, as any reader gives it."""
    row, column = cell["row"], cell["column"]
    end = column + (cell.get("column_span") or 1)
    head = any(
        each["header"]
        and each["text"]
        and each["row"] < row
        and each["column"] < end
        and column < each["column"] + (each.get("column_span") or 1)
        for each in table
    )
    return head and any(each["row"] == row and each["column"] < column and each["text"] for each in table)


def _figures(text: str) -> list[str]:
    """The numbers of a text without marks of thousands, but for years and single digits."""
    plain = [found.replace(",", "") for found in FIGURE.findall(text)]
    return [each for each in plain if len(each) > 1 and not DATED.fullmatch(each)]


def _lines(path: Path) -> Iterator[Json]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def main() -> None:
    """Measure all that the corpus has."""
    named = [argument for argument in sys.argv[1:] if argument != "--scans"]
    corpus = Path(named[0])
    kb = named[1] if len(named) > 1 else f"{sys.executable} -m app.cli"
    if "--scans" in sys.argv:
        measure_scans(corpus, corpus / "cells" / "facts-finance.jsonl", kb)
        return
    for file in sorted((corpus / "cells").glob("facts-*.jsonl")):
        measure_facts(corpus, file, kb)
    for name in ("kgrag", "qa2"):
        measure_gold(corpus / name, kb)


if __name__ == "__main__":
    main()
