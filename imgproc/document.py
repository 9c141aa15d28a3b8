"""Opening a PDF with PyMuPDF, and nothing but a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pymupdf

from imgproc.errors import EventRefused

HEADER_WITHIN = 1024
"""Bytes in which the header must begin (PDF 1.7 reference, implementation note 13)."""

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)


@contextmanager
def open_document(source: bytes | Path) -> Iterator[Any]:
    """The document, closed at the end with all that MuPDF cached of it. Raises ``EventRefused``."""
    _check_header(source)
    document = _open(source)
    try:
        if document.needs_pass:
            raise EventRefused("password_required", "The PDF is encrypted and needs a password.")
        # MuPDF repairs what it can: a file without a usable page then opens with none.
        if not _page_count(document):
            raise EventRefused("damaged_pdf", "The PDF has no pages.")
        yield document
    finally:
        document.close()
        # All of MuPDF's cache: it belongs to the process, which reads the next tenant's file.
        pymupdf.TOOLS.store_shrink(100)


def _check_header(source: bytes | Path) -> None:
    if isinstance(source, Path):
        with source.open("rb") as file:
            start = file.read(HEADER_WITHIN)
    else:
        start = source[:HEADER_WITHIN]
    if not start:
        raise EventRefused("empty_file", "The file is empty.")
    if b"%PDF-" not in start:
        raise EventRefused("not_a_pdf", "The file is no PDF.")


def _open(source: bytes | Path) -> Any:
    place = {"filename": str(source)} if isinstance(source, Path) else {"stream": source}
    try:
        # Named, because MuPDF would else guess: it opens pictures, e-books and HTML, too.
        return pymupdf.open(**place, filetype="pdf")
    except Exception:
        raise EventRefused("damaged_pdf", "The PDF is damaged and cannot be opened.") from None


def _page_count(document: Any) -> int:
    with suppress(Exception):
        return int(document.page_count)
    raise EventRefused("damaged_pdf", "The PDF's page tree is damaged.")
