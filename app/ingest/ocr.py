"""Pages that need OCR get it, and become pages like any other: words with boxes, blocks, text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import KnowledgeBaseError, NotSetUp, RateLimited, Unavailable
from app.core.page import Page, Picture
from app.core.ports import ReadPicture, TextRecogniser
from app.ingest.ocr_kept import KeptPages
from app.pdf.lacks import OCR_FAILED
from app.pdf.reader import Reader

CALL_SECONDS = 10.0
"""The timeout of calls in progress when a job is interrupted: less than the remaining time of an
invocation."""


SWITCH_ON = (
    "start with scripts/start and without KB_OCR=off, which installs OCR, or with a key and KB_OCR=model (on "
    "AWS: the parameter Ocr)"
)
"""What has scans read."""


@dataclass(frozen=True, slots=True)
class Ocr:
    """Reads the pages that need it; all pass unchanged where there is no ``recogniser``."""

    reader: Reader
    recogniser: TextRecogniser | None = None
    at_once: int = 1
    """Pages that are recognised at the same time: more than one where the work is another machine's."""

    def check(self) -> None:
        """Raise ``NotSetUp`` with what switches OCR on where nothing here reads scans, ``Unavailable`` where
        what does cannot be used."""
        if self.recogniser is None:
            raise NotSetUp(f"Nothing here reads scans: {SWITCH_ON}.", part="OCR")
        self.recogniser.check()

    def pages(self, path: Path, pages: Iterable[Page], password: str | None = None) -> Iterator[Page]:
        """Return the same pages of the file at ``path``, those that need OCR with what it read, as they
        come."""
        return map(self.of(path, password), pages)

    def recognise(
        self, path: Path, pages: Iterable[Page], kept: Callable[[str], KeptPages], first: int
    ) -> Iterator[Page]:
        """Yield the same pages in order, several recognised at once; what is kept of them is used, and
        what is read of them is kept.

        Pages before ``first`` are another job's: of those that a server would read only what is kept is
        used. A caller that ends early waits for the calls under way, so that they are kept.
        """
        if self.recogniser is None:
            yield from pages
            return
        # Pages before the range are read for its furniture only: a server would be paid for them twice.
        read = self.of(path, kept=kept(self.recogniser.engine), first=first if self.at_once > 1 else 0)
        under_way: deque[Future[Page]] = deque()
        pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="ocr")
        try:
            for page in pages:
                # Order is kept: a page that needs nothing waits behind those that are being read.
                if not page.needs_ocr and not under_way:
                    yield page
                    continue
                under_way.append(pool.submit(copy_context().run, read, page))
                # One more than are read at once, so that a slow first page does not leave the others idle.
                while len(under_way) > self.at_once or (under_way and under_way[0].done()):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            # What has not begun is dropped; what has is paid for, and waited for below.
            pool.shutdown(wait=False, cancel_futures=True)
            wait(under_way, CALL_SECONDS)

    def of(
        self,
        path: Path,
        password: str | None = None,
        *,
        kept: KeptPages | None = None,
        first: int = 0,
    ) -> Callable[[Page], Page]:
        """Return what reads a page of this file if it needs OCR: not before page ``first``, unless it is
        kept.

        Where that fails the page stays as it is, with a note; a recogniser that does not answer is not
        asked again for the rest.
        """
        outages: list[KnowledgeBaseError] = []

        def read(page: Page) -> Page:
            if self.recogniser is None or not page.needs_ocr:
                return page
            try:
                if found := kept.get(page.number) if kept else None:
                    return _apply(page, *found, self.recogniser.engine)
                if page.number < first:
                    return page
                if outages:
                    raise outages[0]
                return self._read_page(self.recogniser, path, page, password, kept)
            except KnowledgeBaseError as error:
                if isinstance(error, Unavailable | RateLimited):
                    outages.append(error)
                return replace(page, notes=(*page.notes, f"{OCR_FAILED}{error.message}"))

        return read

    def _read_page(
        self,
        recogniser: TextRecogniser,
        path: Path,
        page: Page,
        password: str | None,
        kept: KeptPages | None,
    ) -> Page:
        picture = self.reader.picture(path, page.number, password)
        read = recogniser.read(picture)
        # Before anything is made of it: what comes after may fail, and the page is paid for.
        if kept:
            kept.put(picture, read)
        return _apply(page, picture, read, recogniser.engine)


def _apply(page: Page, picture: Picture, read: ReadPicture, engine: str) -> Page:
    """Return the page with what was read in its picture."""
    # Here: what finds tables in a picture is imported where there is one.
    from app.ingest.recognised import apply_recognition

    return apply_recognition(page, picture, read, engine)
