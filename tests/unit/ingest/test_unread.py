"""Why a document is not whole, in words."""

from __future__ import annotations

from app.core.document import Reason
from app.core.page import Page
from app.ingest.unread import Unread, page_list


def page(number: int, error: str | None = None, *, needs_ocr: bool = False) -> Page:
    return Page(number, 100, 100, error=error, needs_ocr=needs_ocr)


def why_unread(pages: list[Page]) -> Reason | None:
    unread = Unread()
    assert list(unread.note(pages)) == pages
    return unread.reason


def test_a_whole_document_needs_no_reason() -> None:
    assert why_unread([page(1), page(2)]) is None


def test_pages_are_named_with_what_was_wrong() -> None:
    pages = [page(1), page(2, "It took too long."), page(3, needs_ocr=True), page(4, needs_ocr=True)]
    reason = why_unread(pages)
    assert reason is not None
    assert reason.code == "pages_unread"
    assert reason.message == (
        "3 of 4 pages could not be read: page 2 (It took too long); pages 3–4 (no text, needs OCR)."
    )


def test_a_scan_says_that_it_needs_ocr() -> None:
    reason = why_unread([page(1, needs_ocr=True)])
    assert reason is not None
    assert reason.code == "needs_ocr"


def test_long_lists_of_pages_are_cut() -> None:
    assert page_list([1, 2, 3, 7]) == "pages 1–3, 7"
    assert page_list(list(range(1, 60, 2))).endswith(", …")
