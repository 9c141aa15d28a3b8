"""Design-heavy pages against labels: F1, what it costs, and how much the thresholds owe to single documents.

    python tests/bench/detection.py FOLDER

FOLDER holds ``design/labels.tsv`` (path, page, label, confidence). The thresholds are also chosen anew, by a
search on all documents but one, and judged on that one (leave-one-document-out).
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from app.core.page import Page
from app.pdf import page as extract
from app.pdf import verdict as detect
from app.pdf.pdfium.frame import page_frame
from app.pdf.pdfium.thumbnail import look
from tests.support.readers import read_pages

SEARCHED = {
    "IMAGE_SHARE": (0.15, 0.2, 0.25, 0.3),
    "COLOUR_SHARE": (0.25, 0.35, 0.45),
    "DRAWN_SHARE": (0.06, 0.07, 0.08, 0.1, 0.12),
    "COLOURFUL_SHARE": (0.15, 0.2, 0.3),
    "MANY_SHAPES": (8, 12, 20),
}


@dataclass(frozen=True)
class Labelled:
    document: str
    heavy: bool
    clear: bool
    page: Page

    def judged(self) -> bool:
        return detect.judge(self.page.verdict.signals).design_heavy


def labelled(folder: Path) -> list[Labelled]:
    rows: dict[str, list[dict[str, str]]] = {}
    with (folder / "design/labels.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rows.setdefault(row["path"], []).append(row)
    found = []
    for name, wanted in rows.items():
        pages = read_pages(folder / name, [int(row["page"]) for row in wanted])
        for row, page in zip(wanted, pages, strict=True):
            found.append(Labelled(name, row["label"] == "design-heavy", row["confidence"] == "clear", page))
    return found


def figures(judged: list[tuple[Labelled, bool]]) -> str:
    hits = sum(one.heavy and verdict for one, verdict in judged)
    missed = sum(one.heavy and not verdict for one, verdict in judged)
    false = sum(verdict and not one.heavy for one, verdict in judged)
    right = sum(verdict == one.heavy for one, verdict in judged)
    f1 = 2 * hits / max(1, 2 * hits + missed + false)
    return f"F1 {f1:.3f}  accuracy {right / max(1, len(judged)):.3f}  missed {missed}  false {false}"


@contextmanager
def thresholds(values: dict[str, float]) -> Iterator[None]:
    kept = {name: getattr(detect, name) for name in values}
    for name, value in values.items():
        setattr(detect, name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(detect, name, value)


def left_out(pages: list[Labelled]) -> list[tuple[Labelled, bool]]:
    settings = [dict(zip(SEARCHED, values, strict=True)) for values in product(*SEARCHED.values())]
    tables = []
    for setting in settings:
        with thresholds(setting):
            tables.append([one.judged() for one in pages])
    judged: list[tuple[Labelled, bool]] = []
    for document in sorted({one.document for one in pages}):
        inside = [place for place, one in enumerate(pages) if one.document != document]
        best = max(
            tables, key=lambda row: sum((1 + pages[p].clear) * (row[p] == pages[p].heavy) for p in inside)
        )
        judged += [(one, best[place]) for place, one in enumerate(pages) if one.document == document]
    return judged


def cost(folder: Path) -> None:
    """CPU of the judgement and its thumbnail, on the first pages of every document of the folder."""
    spent, seen, pages = 0.0, 0, 0
    for path in sorted(folder.rglob("*.pdf")):
        if "malformed" in path.parts:
            continue
        with extract.open_pdf(path) as document:
            for number in range(1, min(5, len(document)) + 1):
                read = extract.read_page(document, number)
                page = document[number - 1]
                frame = page_frame(page.raw)
                began = time.process_time()
                if "drawn_share" in read.verdict.signals:
                    look(page.raw, frame, [word.box for word in read.words])
                    seen += 1
                detect.judge(read.verdict.signals)
                spent += time.process_time() - began
                pages += 1
    print(f"cost  {1000 * spent / pages:.2f} ms CPU a page, with a thumbnail {seen / pages:.0%} of {pages}")


def main() -> None:
    folder = Path(sys.argv[1])
    pages = labelled(folder)
    for name, chosen in (("clear", [one for one in pages if one.clear]), ("all", pages)):
        print(f"{name:8} {figures([(one, one.judged()) for one in chosen])}")
    judged = left_out(pages)
    print(f"left out {figures([each for each in judged if each[0].clear])}  (clear)")
    print(f"left out {figures(judged)}  (all)")
    cost(folder)


if __name__ == "__main__":
    main()
