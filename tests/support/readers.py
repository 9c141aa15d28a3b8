"""What tests of the processes that read PDFs need: PDFs that harm them, and the processes that there are."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Outline, Page
from app.pdf.page import open_pdf, outline_of, read_page
from app.pdf.pdfium.bookmarks import read_entries
from tests.support.pictures import hanging

ROOT = Path(__file__).parents[2]

MEMORY = 700 << 20
"""Bytes of address space: enough for any honest page."""


def open_outline(path: Path) -> Outline:
    """The outline of a file, read in this process."""
    with open_pdf(path) as document:
        return outline_of(document)


def read_pages(path: Path, numbers: Iterable[int]) -> Iterator[Page]:
    """The pages with these numbers (1-based), read in this process, one at a time."""
    with open_pdf(path) as document:
        entries, _ = read_entries(document)
        for number in numbers:
            yield read_page(document, number, entries)


def drawn(path: Path, *pages: str) -> Path:
    """A PDF with a page for each word; "hang" is one that is never read to its end."""
    canvas = Canvas(str(path), invariant=1)
    for word in pages:
        if word == "hang" and canvas.hasForm("form12"):
            canvas.doForm("form12")
        elif word == "hang":
            hanging(canvas)
        else:
            canvas.drawString(72, 700, word)
        canvas.showPage()
    canvas.save()
    return path


def dense(path: Path, pages: int) -> Path:
    """A PDF of pages with 400 words each: a pipe holds some fifty of them."""
    canvas = Canvas(str(path), invariant=1)
    for number in range(1, pages + 1):
        for line in range(40):
            canvas.drawString(40, 800 - 18 * line, f"word{number} and some more words on a line")
        canvas.showPage()
    canvas.save()
    return path


def bomb(path: Path) -> Path:
    """Two pages: a content stream of 2 GiB in 2 kB, and a word."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(b" " * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    stream = zlib.compress(first + 127 * again, 9)
    word = b"BT /F1 12 Tf 72 700 Td (survivor) Tj ET"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 7 0 R >> >> "
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        page + b"/Contents 5 0 R >>",
        page + b"/Contents 6 0 R >>",
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
        % (len(stream), stream),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(word), word),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, start=1))
    path.write_bytes(b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 8 >>\n%%EOF\n")
    return path


def bomb_among(path: Path, number: int) -> Path:
    """The same PDF with the first page of ``bomb`` in place of the page with this number."""
    with (
        pypdfium2.PdfDocument(bomb(path.with_name("bomb.pdf"))) as bombs,
        pypdfium2.PdfDocument(path) as whole,
    ):
        whole.import_pages(bombs, [0], index=number - 1)
        del whole[number]
        target = path.with_name("bombed.pdf")
        whole.save(target)
    return target


def children() -> list[psutil.Process]:
    found = psutil.Process().children()
    return [child for child in found if "app.pdf.child" in child.cmdline()]


def texts(pages: Iterator[Page]) -> list[str]:
    return [page.error or page.text for page in pages]
