"""PDFs that are read and not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Generic, NamedTuple, TypeVar

from app.core.counting import format_count
from app.core.errors import BadRequest, TooLarge
from app.core.page import Outline, Page
from app.core.process import temporary
from app.core.process.turnstile import Turnstile
from app.ingest.ocr import Ocr
from app.pages.continued import link_pages
from app.pages.forms import PageForm
from app.pdf.header import check_header
from app.pdf.reader import Reader
from app.use_cases.spool import spool

EXTRACTING = "files are read without being kept"

P = TypeVar("P")


class Extraction(NamedTuple, Generic[P]):
    """What is read of a PDF that is not stored: its outline, and its pages as they are read."""

    outline: Outline
    pages: Iterator[P]


@dataclass(frozen=True, slots=True)
class Extractions:
    """Reads PDFs without keeping anything. Stateless: safe to use from several threads and processes."""

    reader: Reader
    ocr: Ocr
    max_pages: int
    most_bytes: int
    at_once: Turnstile

    def extract(
        self, path: Path, *, password: str | None = None, numbers: Sequence[int] | None = None
    ) -> Extraction[Page]:
        """Read a PDF without keeping anything: all pages, or those of ``numbers`` (1-based). Scanned pages
        are read where there is OCR."""
        outline, wanted = self._wanted(path, password, numbers)
        pages = self.ocr.pages(path, self.reader.pages(path, wanted, password), password)
        return Extraction(outline, link_pages(pages))

    def extract_as(
        self,
        form: PageForm,
        path: Path,
        *,
        password: str | None = None,
        numbers: Sequence[int] | None = None,
        ocr: bool = True,
    ) -> Extraction[str]:
        """Extract pages in a format, with or without OCR."""
        outline, wanted = self._wanted(path, password, numbers)
        read = self.ocr.of(path, password) if ocr else None
        return Extraction(outline, self.reader.exported(path, wanted, form, password, ocr=read))

    def _wanted(
        self, path: Path, password: str | None, numbers: Sequence[int] | None
    ) -> tuple[Outline, Sequence[int]]:
        check_header(path)
        outline = self.reader.outline(path, password)
        wanted = range(1, outline.pages + 1) if numbers is None else numbers
        if wanted and max(wanted) > outline.pages:
            raise BadRequest(f"There is no page {max(wanted)}: the PDF has {outline.pages}.")
        if len(wanted) > self.max_pages:
            raise TooLarge(
                f"The PDF has {format_count(outline.pages, 'page')}; the limit is {self.max_pages:,}."
            )
        return outline, wanted

    def extract_upload(
        self,
        form: PageForm,
        content: BinaryIO,
        *,
        password: str | None = None,
        numbers: Sequence[int] | None = None,
        ocr: bool = True,
    ) -> Extraction[str]:
        """Extract an uploaded file; its copy exists while the pages are read. Raises ``RateLimited`` at
        the limit of extractions. The pages must be closed."""
        with ExitStack() as stack:
            stack.enter_context(self.at_once.entered())
            path = Path(stack.enter_context(temporary.folder())) / "original.pdf"
            spool(content, path, self.most_bytes)
            outline, pages = self.extract_as(form, path, password=password, numbers=numbers, ocr=ocr)
            return Extraction(outline, _read_within(stack.pop_all(), pages))


def _read_within(stack: ExitStack, pages: Iterator[str]) -> Iterator[str]:
    with stack:
        yield from pages
