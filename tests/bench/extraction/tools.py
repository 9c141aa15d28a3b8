"""What each tool does with one page of an open file, and what it gives for a whole one."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pymupdf
import pypdfium2

from app.pages.forms import page_json
from app.pdf import page as extract
from app.pdf.pdfium.frame import page_frame
from app.pdf.pdfium.words import read_words

WHOLE = "ours: the whole page"
OURS = "ours: words, tables"
Shown = dict[str, Any]


@contextlib.contextmanager
def readers(path: Path) -> Iterator[dict[str, Callable[[int], Any]]]:
    """What each tool does with a page (from 0) of one open file; opening is not counted.

    Each has the file open for itself: the fonts that another has read would cost it nothing.
    """
    with (
        extract.open_pdf(path) as document,
        extract.open_pdf(path) as second,
        extract.open_pdf(path) as third,
        pdfplumber.open(path) as plumber,
        pdfplumber.open(path) as second_plumber,
        pymupdf.open(path) as mupdf,
        pymupdf.open(path) as second_mupdf,
        contextlib.closing(pypdfium2.PdfDocument(path)) as pdfium_document,
    ):

        def our_contents(index: int) -> None:
            with contextlib.closing(second[index]) as page, extract.text_page_of(page) as text_page:
                extract.read_contents(page, index + 1, text_page)

        def our_words(index: int) -> None:
            with contextlib.closing(third[index]) as page, extract.text_page_of(page) as text_page:
                read_words(text_page, page.raw, page_frame(page.raw), [])

        def plumber_words(index: int) -> None:
            page = plumber.pages[index]
            page.extract_words()
            page.close()

        def plumber_tables(index: int) -> None:
            page = second_plumber.pages[index]
            page.extract_words()
            page.extract_tables()
            page.close()

        def mupdf_tables(index: int) -> None:
            page = second_mupdf[index]
            page.get_text("words")
            for table in page.find_tables().tables:
                table.extract()

        def pdfium_text(index: int) -> None:
            with contextlib.closing(pdfium_document[index].get_textpage()) as text:
                text.get_text_bounded()

        def pdftotext(index: int) -> None:
            number = str(index + 1)
            command = ["pdftotext", "-f", number, "-l", number, str(path), "-"]
            subprocess.run(command, check=True, capture_output=True)

        found: dict[str, Callable[[int], Any]] = {
            WHOLE: lambda index: extract.read_page(document, index + 1),
            OURS: our_contents,
            "ours: words": our_words,
            "pdfplumber: words": plumber_words,
            "pdfplumber: words, tables": plumber_tables,
            "PyMuPDF: words": lambda index: mupdf[index].get_text("words"),
            "PyMuPDF: words, find_tables": mupdf_tables,
            "pypdfium2: text": pdfium_text,
        }
        if shutil.which("pdftotext"):
            found["pdftotext"] = pdftotext
        yield found


# -- whole files, as score.py reads them --------------------------------------------------------------------


def ours(path: Path) -> Iterator[Shown]:
    with extract.open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            yield page_json(extract.read_page(document, number))


def by_pdfplumber(path: Path) -> Iterator[Shown]:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            yield {
                "number": page.page_number,
                "text": page.extract_text(),
                "tables": page.extract_tables(),
            }
            page.close()


def by_pymupdf(path: Path) -> Iterator[Shown]:
    with pymupdf.open(path) as document:
        for page in document:
            tables = [table.extract() for table in page.find_tables().tables]
            yield {"number": page.number + 1, "text": page.get_text(), "tables": tables}


def by_pypdfium2(path: Path) -> Iterator[Shown]:
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        for number, page in enumerate(document, start=1):
            with contextlib.closing(page.get_textpage()) as text:
                yield {"number": number, "text": text.get_text_bounded(), "tables": []}
            page.close()


def by_pdftotext(path: Path) -> Iterator[Shown]:
    done = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True)
    for number, text in enumerate(done.stdout.decode("utf-8", "replace").split("\f")[:-1], start=1):
        yield {"number": number, "text": text, "tables": []}


FILES: dict[str, Callable[[Path], Iterator[Shown]]] = {
    "ours": ours,
    "pdfplumber": by_pdfplumber,
    "PyMuPDF": by_pymupdf,
    "pypdfium2": by_pypdfium2,
    "pdftotext": by_pdftotext,
}
