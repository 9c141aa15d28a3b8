"""The order in which a page is read: formulas as they were set, notes where they were written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Page
from tests.support.readers import read_pages

Piece = tuple[float, float, str, float]
"""x, y from below, text and type size."""

PROSE = (
    "The body of this page is set in the usual size and",
    "goes on for a few lines, so that everybody can see",
    "that it is the text and that the rest belongs to it.",
)
NOTE = ("1 A note has smaller type, and it stands at the", "foot of the page that it belongs to.")


def page_of(folder: Path, pieces: Sequence[Piece]) -> Page:
    canvas = Canvas(str(folder / "page.pdf"), pagesize=(600, 800), invariant=1)
    for x, y, text, size in pieces:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(folder / "page.pdf", [1])
    return page


def set_solid(x: float, y: float, texts: Sequence[str], size: float) -> list[Piece]:
    return [(x, y - 1.25 * size * number, text, size) for number, text in enumerate(texts)]


def fraction(x: float, y: float, above: str, below: str) -> list[Piece]:
    return [(x, y + 7, above, 10), (x, y - 7, below, 10)]


def blocks(page: Page) -> list[str]:
    return [block.text for block in page.blocks]


def test_a_formula_is_one_block_in_the_order_in_which_it_was_set(tmp_path: Path) -> None:
    formula: list[Piece] = [
        (100, 600, "y =", 10),
        *fraction(118, 600, "a + b", "2c"),
        (144, 600, "+", 10),
        *fraction(153, 600, "d", "e − f"),
        (178, 600, "(1)", 10),
    ]
    page = page_of(tmp_path, [*set_solid(50, 700, PROSE, 10), *formula, *set_solid(50, 550, PROSE, 10)])
    assert blocks(page) == [" ".join(PROSE), "y = a + b 2c + d e − f (1)", " ".join(PROSE)]


def test_a_formula_that_begins_with_a_fraction_is_one_block(tmp_path: Path) -> None:
    formula: list[Piece] = [*fraction(100, 600, "a + b", "2c"), (126, 600, "= y", 10)]
    assert blocks(page_of(tmp_path, formula)) == ["a + b 2c = y"]


def test_the_cells_of_a_row_stay_together_where_one_is_wrapped(tmp_path: Path) -> None:
    row: list[Piece] = [*set_solid(50, 600, ("A title that takes", "two lines"), 10), (200, 594, "1998", 10)]
    assert blocks(page_of(tmp_path, row)) == ["A title that takes two lines 1998"]


def test_a_row_stays_together_where_a_wrapped_cell_begins_above_it(tmp_path: Path) -> None:
    cell = set_solid(200, 612.5, ("Magnetic", "properties", "of alloys"), 10)
    row: list[Piece] = [(50, 600, "High pressure", 10), *cell, (300, 600, "1998", 10)]
    assert blocks(page_of(tmp_path, row)) == ["High pressure Magnetic properties of alloys 1998"]


def test_footnotes_that_were_written_first_stay_first(tmp_path: Path) -> None:
    notes = [*set_solid(50, 80, NOTE, 8), (100, 40, "- 2 -", 10)]
    text = PROSE * 3
    page = page_of(tmp_path, [*notes, *set_solid(50, 700, text, 10)])
    assert blocks(page) == [" ".join(NOTE), "- 2 -", " ".join(text)]


def test_a_running_footer_that_was_written_first_is_read_last(tmp_path: Path) -> None:
    page = page_of(tmp_path, [(100, 40, "Page 2 of 9", 10), *set_solid(50, 700, PROSE, 10)])
    assert blocks(page) == [" ".join(PROSE), "Page 2 of 9"]


def test_text_that_was_written_last_is_read_where_it_stands(tmp_path: Path) -> None:
    page = page_of(tmp_path, [*set_solid(50, 600, PROSE, 10), *set_solid(50, 700, NOTE, 10)])
    assert blocks(page) == [" ".join(NOTE), " ".join(PROSE)]


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        ("a word that was hy-", "phenated is whole", "a word that was hyphenated is whole"),
        ("the Laplace-", "Beltrami operator", "the Laplace-Beltrami operator"),
        ("pages 877–", "891 of the volume", "pages 877–891 of the volume"),
        ("a thought –", "and another", "a thought – and another"),
    ],
)
def test_a_dash_at_the_end_of_a_line_parts_no_word(
    tmp_path: Path, first: str, second: str, read: str
) -> None:
    assert page_of(tmp_path, set_solid(50, 700, (first, second), 10)).text == read


def test_pieces_of_columns_do_not_make_a_formula(tmp_path: Path) -> None:
    def column(x: float) -> list[Piece]:
        return set_solid(x, 700, [line[:40] for line in (*PROSE, *PROSE)], 10)

    left, right = column(50), column(320)
    page = page_of(tmp_path, [piece for row in zip(left, right, strict=True) for piece in row])
    assert blocks(page) == [" ".join(text for _, _, text, _ in left)] * 2
