"""PDFs that are read and not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
        self,
        path: Path,
        *,
        password: str | None = None,
        numbers: Sequence[int] | None = None,
        ocr: bool = True,
    ) -> Extraction[Page]:
        """Read a PDF without keeping anything: all pages, or those of ``numbers`` (1-based). Scanned pages
        are read where there is OCR, unless it is not wanted."""
        outline, wanted = self._choose_pages(path, password, numbers)
        pages = self.reader.pages(path, wanted, password)
        if ocr:
            pages = self.ocr.pages(path, pages, password)
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
        outline, wanted = self._choose_pages(path, password, numbers)
        read = self.ocr.of(path, password) if ocr else None
        return Extraction(outline, self.reader.export_pages(path, wanted, form, password, ocr=read))

    def _choose_pages(
        self, path: Path, password: str | None, numbers: Sequence[int] | None
    ) -> tuple[Outline, Sequence[int]]:
        check_header(path)
        outline = self.reader.outline(path, password)
        wanted = range(1, outline.pages + 1) if numbers is None else numbers
        # Before anything is sent: later this could be no more than a line in a stream.
        if wanted and max(wanted) > outline.pages:
            raise BadRequest(f"There is no page {max(wanted)}: the PDF has {outline.pages}.")
        if len(wanted) > self.max_pages:
            raise TooLarge(
                f"The PDF has {format_count(outline.pages, 'page')}; the limit is {self.max_pages:,}."
            )
        return outline, wanted

    @contextmanager
    def keep_upload(self, content: BinaryIO) -> Iterator[Path]:
        """Keep a copy of an uploaded PDF inside the context, in which it may be extracted. Raises
        ``RateLimited`` at the limit of extractions, and what is wrong with the file."""
        # The turn first: a file that is refused must not fill the disk before.
        with self.at_once.enter(), temporary.folder() as folder:
            path = Path(folder) / "original.pdf"
            spool(content, path, self.most_bytes)
            yield path
