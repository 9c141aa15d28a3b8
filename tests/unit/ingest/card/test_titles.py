"""What a document is called where its file does not say."""

from __future__ import annotations

import pytest

from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Outline, Page
from app.ingest.card.make import make_card
from app.ingest.card.titles import clean_metadata, tidy_name


def page_of(*headings: tuple[str, float, float]) -> Page:
    """A page with headings: text, size in points, and top."""
    words: list[Word] = []
    blocks: list[Block] = []
    for text, size, top in headings:
        first = len(words)
        for number, word in enumerate(text.split()):
            left = 60 + 50 * number
            words.append(Word(word, Box(left, top, left + 45, top + max(size, 10))))
        box = Box(60, top, 500, top + max(size, 10))
        blocks.append(Block(BlockKind.HEADING, box, (first, len(words)), text, level=2, size=size))
    return Page(1, 600, 800, blocks=tuple(blocks), words=tuple(words), text="x")


def title_of(page: Page, metadata: str = "", name: str = "a.pdf") -> str:
    title = make_card([page], Outline(1, metadata), name).title
    assert title
    return title.value


def test_the_largest_heading_is_the_title_whatever_number_another_has() -> None:
    page = page_of(("1 Introduction", 10, 200), ("The care of pumps in hard and long winters", 17, 60))
    assert title_of(page) == "The care of pumps in hard and long winters"


def test_a_title_of_the_file_that_the_page_does_not_know_is_not_believed() -> None:
    page = page_of(("The care of pumps in hard and long winters", 20, 60))
    assert title_of(page, "Template Letterhead Zurich 2009") == "The care of pumps in hard and long winters"


def test_a_title_of_the_file_that_says_more_than_the_page_s_heading_is_taken() -> None:
    page = page_of(("Care in winter", 20, 60), ("Meridian pump and its manual", 10, 300))
    assert title_of(page, "Meridian pump manual: Care in winter") == "Meridian pump manual: Care in winter"


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - letter_v3.docx",
        r"Submission Proof - C:\Users\Ann\AppData\proof.pdf",
        "untitled",
        "0001045810-22-000166",
        "05-30197-CV0.wpd\0",
        "Slide 1",
        "file:///home/ann/print.html",
    ],
)
def test_what_programs_leave_as_a_title_is_none(title: str) -> None:
    assert clean_metadata(title) == ""


def test_a_file_s_name_is_shown_as_words() -> None:
    assert tidy_name("reports/annual_report%202022.final.pdf") == "annual report 2022.final"
