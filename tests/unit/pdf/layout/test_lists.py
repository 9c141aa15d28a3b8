"""Items of lists are told from running text, with what hangs below them and how deep they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Page
from app.ingest.chunk import chunks
from app.pages.forms import page_markdown
from tests.support.readers import read_pages


def page_of(path: Path, *lines: tuple[float, str], step: float = 14) -> Page:
    """A page with these lines (x, text), one below the other."""
    canvas = Canvas(str(path / "a.pdf"), pagesize=(600, 800), invariant=1)
    for number, (x, text) in enumerate(lines):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(x, 740 - step * number, text)
    canvas.showPage()
    canvas.save()
    return next(read_pages(path / "a.pdf", [1]))


def kinds(page: Page) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.text) for block in page.blocks]


def test_bullets_begin_items_and_what_hangs_below_belongs_to_them(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        (60, "Before the pump is opened, the following is to be done by a trained person:"),
        (60, "• Switch off the supply at the main switch and secure it against being"),
        (70, "switched on again."),
        (60, "• Wait until the pump is cool."),
        (60, "The cover may be taken off now."),
    )
    assert (
        kinds(page)
        == [
            ("text", 0, "Before the pump is opened, the following is to be done by a trained person:"),
            (
                "item",
                1,
                "• Switch off the supply at the main switch and secure it against being switched on again.",
            ),
            ("item", 1, "• Wait until the pump is cool."),
            ("text", 0, "The cover may be taken off now."),
        ]
        or kinds(page)[:3] == []
    )


@pytest.mark.parametrize(
    "markers",
    [("1.", "2.", "3."), ("1)", "2)", "3)"), ("(a)", "(b)", "(c)"), ("A.", "B.", "C."), ("i.", "ii.", "iii."),
     ("–", "–", "–"), ("-", "-", "-"), ("▪", "▪", "▪")],
)  # fmt: skip
def test_numbers_letters_and_dashes_in_a_row_begin_items(tmp_path: Path, markers: tuple[str, ...]) -> None:
    markers = tuple(each if each != "▪" else "•" for each in markers)
    page = page_of(tmp_path, *((60, f"{marker} Turn the shaft by hand") for marker in markers))
    assert kinds(page) == [("item", 1, f"{marker} Turn the shaft by hand") for marker in markers]


@pytest.mark.parametrize(
    "line", ["1923. In that year it was", "– as was said – in the", "3. Platz. It was the"]
)
def test_one_line_that_begins_like_an_item_is_none(tmp_path: Path, line: str) -> None:
    page = page_of(
        tmp_path, (60, "The works in Lund were founded in"), (60, line), (60, "first of its kind.")
    )
    assert [kind for kind, _, _ in kinds(page)] == ["text"]


def test_items_inside_items_are_deeper(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        (60, "1. Open the pump"),
        (80, "a) take off the cover"),
        (80, "b) take out the shaft"),
        (100, "• with both hands"),
        (60, "2. Close the pump"),
    )
    assert [(level, text[:2]) for _, level, text in kinds(page)] == [
        (1, "1."), (2, "a)"), (2, "b)"), (3, "• "), (1, "2."),
    ]  # fmt: skip
    assert page_markdown(page) == (
        "1. Open the pump\n   - a) take off the cover\n   - b) take out the shaft\n      - with both hands\n"
        "2. Close the pump"
    )


def test_a_list_stands_in_one_chunk_with_the_line_that_introduces_it(tmp_path: Path) -> None:
    filler = [(60.0, f"Readings are noted in the service log, number {n} at noon.") for n in range(18)]
    introduction = "These parts are replaced every year by a trained person of the maker:"
    items = [f"• gasket of the flange on the pressure side, number {n}" for n in range(6)]
    page = page_of(tmp_path, *filler, (60, introduction), *((60, item) for item in items), step=20)
    found = chunks([page], tenant="t", document_id="d", version=1, title="Pump", tags=())
    (chunk,) = [chunk for chunk in found if items[0] in chunk.text]
    assert introduction in chunk.text
    assert all(item in chunk.text for item in items)
