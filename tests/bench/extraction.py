"""Extraction beside other tools in one run: python -m tests.bench.extraction FOLDER_OF_PDFS [EVERY].

Reads every EVERY-th (10th) page of the PDFs, one process, each page with each tool in turn, and prints
CPU and wall seconds, and how many times as much CPU each takes as our words with boxes and tables, which is
the work that others do, and as our whole page: reading order, headings and the verdict with them. pdftotext's
share is its process's; it is left out where it is not installed.
"""

from __future__ import annotations

import contextlib
import io
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber
import pymupdf
import pypdfium2

from app.ingest import extract
from app.ingest.engine import engine
from app.ingest.frame import page_frame

WHOLE = "the whole page"
OURS = "words, tables"


@dataclass
class Spent:
    """Seconds that a tool took for all pages; ``failed`` are pages that it gave up."""

    cpu: float = 0.0
    wall: float = 0.0
    failed: int = 0


def cpu_seconds() -> float:
    """CPU of this process and the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextlib.contextmanager
def readers(path: Path) -> Iterator[dict[str, Callable[[int], Any]]]:
    """What each tool does with a page (from 0) of one open file; opening is not counted."""
    with (
        extract.opened(path) as document,
        pdfplumber.open(path) as plumber,
        pymupdf.open(path) as mupdf,
        contextlib.closing(pypdfium2.PdfDocument(path)) as pdfium,
    ):

        def ours(index: int) -> None:
            with contextlib.closing(document[index]) as page:
                extract.read_contents(page, index + 1, engine())

        def our_words(index: int) -> None:
            with contextlib.closing(document[index]) as page:
                extract.read_placed(page, page_frame(page.raw), [], engine())

        def plumbed(index: int) -> None:
            page = plumber.pages[index]
            page.extract_words()
            page.extract_tables()
            page.close()

        def mupdf_tables(index: int) -> None:
            page = mupdf[index]
            page.get_text("words")
            for table in page.find_tables().tables:
                table.extract()

        def pdfium_text(index: int) -> None:
            with contextlib.closing(pdfium[index]) as page, contextlib.closing(page.get_textpage()) as text:
                text.get_text_bounded()

        def pdftotext(index: int) -> None:
            number = str(index + 1)
            command = ["pdftotext", "-f", number, "-l", number, str(path), "-"]
            subprocess.run(command, check=True, capture_output=True)

        found: dict[str, Callable[[int], Any]] = {
            WHOLE: lambda index: extract.read_page(document, index + 1),
            OURS: ours,
            "words": our_words,
            "pdfplumber words, tables": plumbed,
            "PyMuPDF words, tables": mupdf_tables,
            "PyMuPDF words": lambda index: mupdf[index].get_text("words"),
            "pypdfium2 text": pdfium_text,
        }
        if shutil.which("pdftotext"):
            found["pdftotext"] = pdftotext
        yield found


def measure(path: Path, every: int, spent: dict[str, Spent]) -> int:
    """Read a file's pages with each tool; returns how many."""
    with readers(path) as tools:
        with extract.opened(path) as document:
            indexes = range(0, len(document), every)
        for index in indexes:
            for name, read in tools.items():
                took = spent.setdefault(name, Spent())
                cpu, wall = cpu_seconds(), time.perf_counter()
                try:
                    with contextlib.redirect_stdout(io.StringIO()):
                        read(index)
                except Exception:
                    took.failed += 1
                took.cpu += cpu_seconds() - cpu
                took.wall += time.perf_counter() - wall
    return len(indexes)


def main(folder: Path, every: int) -> None:
    """Measure all and print one line for each tool."""
    spent: dict[str, Spent] = {}
    pages = 0
    for path in sorted(folder.rglob("*.pdf")):
        with contextlib.suppress(Exception):  # a file that some tool does not open is left out
            pages += measure(path, every, spent)
    print(f"{pages} pages, ours with the {engine().name} reader")
    print(f"{'':26}{'CPU s':>9}{'wall s':>9}{'pages/CPU s':>13}{'times ours':>12}{'whole':>8}{'failed':>8}")
    for name, took in spent.items():
        times, whole = (took.cpu / spent[each].cpu for each in (OURS, WHOLE))
        print(
            f"{name:26}{took.cpu:9.2f}{took.wall:9.2f}{pages / took.cpu:13.1f}"
            f"{times:12.1f}{whole:8.1f}{took.failed:8}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10)
