"""Why a document is not whole, in one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.core.counting import format_count
from app.core.document import Reason
from app.core.page import Page

NEEDS_OCR = "no text, needs OCR"
MOST_REASONS = 5


class Unread:
    """What of a document's pages could not be read, noted as they pass by."""

    def __init__(self) -> None:
        self._causes: dict[str, list[int]] = {}
        self._total = 0

    def note(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield the same pages."""
        for page in pages:
            self._total += 1
            if page.error:
                # By cause, so that ten thousand pages with one fault are one sentence.
                self._causes.setdefault(page.error.rstrip("."), []).append(page.number)
            elif page.needs_ocr:
                self._causes.setdefault(NEEDS_OCR, []).append(page.number)
            yield page

    @property
    def nothing_read(self) -> bool:
        """Whether no page could be read, and OCR would not help with all of them."""
        return bool(self._causes) and set(self._causes) != {NEEDS_OCR} and self._count == self._total

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
