"""Pages that need OCR are read after the pages with text, so that nothing waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from app.core import keys
from app.core.document import Scans, Version
from app.core.job import Run
from app.core.page import Page
from app.core.ports import DocumentStore
from app.ingest.furniture import WINDOW, mark_furniture
from app.ingest.levels import set_levels
from app.ingest.ocr import Ocr
from app.ingest.ocr_kept import KeptPages
from app.pages.stored_pages import StoredPages
from app.pdf.lacks import OCR_FAILED


@dataclass(frozen=True, slots=True)
class ScanReading:
    """Finds the pages of a run that need OCR among those that are stored, and has them read."""

    ocr: Ocr
    stored: StoredPages
    documents: DocumentStore

    def count_waiting(self, version: Version) -> Scans:
        """Return the pages of a version that OCR is to read now: none where this run is not to have them
        read, or where nothing here reads scans. Raises ``PagesLost``.

        At a run's first count these are all that need OCR. At a later one those on which it failed are left
        out: they were tried.
        """
        scans = version.scans
        if not scans.wanted or self.ocr.recogniser is None:
            return replace(scans, left=())
        left = []
        for index in self._ranges_to_look_at(version):
            pages = self.stored.range(version, version.current, index)
            if waiting := sum(_waits(page, tried=scans.counted) for page in pages):
                left.append((index, waiting))
        found = replace(scans, counted=True, left=tuple(left), unread=0)
        return replace(found, pages=max(scans.pages, found.pages_left))

    def _ranges_to_look_at(self, version: Version) -> Sequence[int]:
        """Return the indexes of the ranges that may have such pages: to read all of a long document again
        takes seconds."""
        # What was taken over of another run may come without the numbers of its failed pages.
        if version.folder != keys.run_folder(version.run):
            return sorted(version.ranges_done)
        return [
            index
            for index, (first, last) in enumerate(version.ranges)
            if any(first <= page <= last for page in version.failed_pages)
        ]

    def pages(self, run: Run, path: Path, version: Version, index: int) -> Iterator[Page]:
        """Yield the stored pages of a range, those that need OCR with what it read, as they come; how many
        are left is noted with each. Raises ``PagesLost``."""
        first, _ = version.ranges[index]
        stored = chain(self._pages_before(version, index), self._load_range(version, index))
        read = self.ocr.recognise(path, stored, partial(KeptPages, self.stored.files, run), first)
        counted = self._note_each(run, version, index, read)
        return (page for page in set_levels(mark_furniture(counted)) if page.number >= first)

    def _load_range(self, version: Version, index: int) -> Iterator[Page]:
        """Yield the pages of a range without the notes of OCR that failed: it is tried again."""
        for page in self.stored.range(version, version.current, index):
            notes = tuple(note for note in page.notes if not note.startswith(OCR_FAILED))
            yield replace(page, notes=notes) if page.needs_ocr else page

    def _pages_before(self, version: Version, index: int) -> Iterable[Page]:
        """Return the pages before a short range, which alone tells too little of what recurs."""
        first, last = version.ranges[index]
        before = max(1, last + 1 - WINDOW)
        if before >= first or index == 0:
            return ()
        return (page for page in self._load_range(version, index - 1) if page.number >= before)

    def _note_each(self, run: Run, version: Version, index: int, pages: Iterable[Page]) -> Iterator[Page]:
        left = version.scans.left_of(index)
        first = version.ranges[index][0]
        for page in pages:
            yield page
            # After the page is used: what is kept of it outlives this process, and the count may be late.
            if left > 1 and page.number >= first and _was_scan(page):
                left -= 1
                self.documents.note_scans(run, index, left)


def _waits(page: Page, *, tried: bool) -> bool:
    """Return whether a page needs OCR; where it was ``tried``, only one on which it has not failed."""
    failed = any(note.startswith(OCR_FAILED) for note in page.notes)
    return page.needs_ocr and not (tried and failed)


def _was_scan(page: Page) -> bool:
    return page.needs_ocr or page.recognition is not None
