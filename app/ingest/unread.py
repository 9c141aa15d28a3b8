"""Why a document is not whole, in one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.model import Page, Reason

NEEDS_OCR = "no text, needs OCR"
MOST_REASONS = 5


def why_unread(pages: Iterable[Page], total: int) -> Reason | None:
    """Which pages could not be read and why, ``None`` if all were.

    The code is ``needs_ocr`` where that is all that is wrong, else ``pages_unread``.
    """
    causes: dict[str, list[int]] = {}
    for page in pages:
        if page.error:
            causes.setdefault(page.error.rstrip("."), []).append(page.number)
        elif page.needs_ocr:
            causes.setdefault(NEEDS_OCR, []).append(page.number)
    if not causes:
        return None
    count = sum(map(len, causes.values()))
    parts = [f"{page_list(numbers)} ({cause})" for cause, numbers in list(causes.items())[:MOST_REASONS]]
    if len(causes) > MOST_REASONS:
        parts.append("and more, see the report")
    code = "needs_ocr" if set(causes) == {NEEDS_OCR} else "pages_unread"
    return Reason(code, f"{count:,} of {total:,} pages could not be read: {'; '.join(parts)}.")


def page_list(numbers: list[int]) -> str:
    """``page 3``, ``pages 3–5, 9``; long lists are cut."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    shown = ", ".join("–".join(map(str, run)) for run in runs[:10])
    more = ", …" if len(runs) > 10 else ""
    return f"{'page' if len(numbers) == 1 else 'pages'} {shown}{more}"
