"""Why a document is not whole, in one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.core.counting import format_count
from app.core.document import Reason, Scans
from app.core.page import Page
from app.ingest.ocr import SWITCH_ON
from app.pdf.lacks import OCR_FAILED, XFA_FORM

NEEDS_OCR = "no text, needs OCR"
XFA = "a form (XFA) that only Adobe's reader shows"
REMEDY = f"To have its scans read, {SWITCH_ON}."
TRY_AGAIN = "OCR failed on them: have the scans read again once it works; the report says what is wrong."
MOST_REASONS = 5


class Unread:
    """What of a document's pages could not be read, noted as they pass by."""

    def __init__(self) -> None:
        self._causes: dict[str, list[int]] = {}
        self._total = 0
        self._tried = False

    def note(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield the same pages."""
        for page in pages:
            self._total += 1
            if page.error:
                # By cause, so that ten thousand pages with one fault are one sentence.
                self._causes.setdefault(page.error.rstrip("."), []).append(page.number)
            elif page.needs_ocr:
                self._causes.setdefault(NEEDS_OCR, []).append(page.number)
                self._tried = self._tried or any(note.startswith(OCR_FAILED) for note in page.notes)
            elif XFA_FORM in page.notes:
                self._causes.setdefault(XFA, []).append(page.number)
            yield page

    def count_scans(self, scans: Scans) -> Scans:
        """Return a version's pages that need OCR as they are at the end of its run."""
        unread = len(self._causes.get(NEEDS_OCR, ()))
        return replace(scans, pages=max(scans.pages, unread), left=(), unread=unread)

    @property
    def needs_ocr(self) -> bool:
        """Whether every page needs OCR, and that is all that is wrong."""
        return set(self._causes) == {NEEDS_OCR} and self._count == self._total

    @property
    def nothing_read(self) -> bool:
        """Whether no page could be read, and OCR would not help with all of them."""
        causes = set(self._causes) - {XFA}
        return bool(causes) and not self.needs_ocr and self._count == self._total

    @property
    def reason(self) -> Reason | None:
        """Which pages could not be read and why, ``None`` if all were.

        The code is ``needs_ocr`` where that is all that is wrong, else ``pages_unread``.
        """
        causes = self._causes
        if not causes:
            return None
        parts = [f"{page_list(numbers)} ({cause})" for cause, numbers in list(causes.items())[:MOST_REASONS]]
        if len(causes) > MOST_REASONS:
            parts.append("and more, see the report")
        code = "needs_ocr" if set(causes) == {NEEDS_OCR} else "pages_unread"
        message = (
            f"{self._count:,} of {format_count(self._total, 'page')} could not be read: {'; '.join(parts)}."
        )
        if code == "needs_ocr":
            remedy = TRY_AGAIN if self._tried else REMEDY
            whole = "The document is a scan without text: it needs OCR."
            message = f"{whole if self.needs_ocr else message} {remedy}"
        return Reason(code, message)

    @property
    def _count(self) -> int:
        return sum(map(len, self._causes.values()))


MOST_RANGES = 10
"""Ranges of pages that a reason names: it is one line on a terminal and in the list of documents."""


def page_list(numbers: list[int]) -> str:
    """``page 3``, ``pages 3–5, 9``; long lists are cut."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    shown = ", ".join("–".join(map(str, run)) for run in runs[:MOST_RANGES])
    more = ", …" if len(runs) > MOST_RANGES else ""
    return f"{'page' if len(numbers) == 1 else 'pages'} {shown}{more}"
