"""pdfplumber as the second opinion on a page, and as the reference for ruled tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pdfplumber
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.geometry import Box
from app.core.page import BlockKind
from app.pdf.page import open_pdf, read_page
from app.pdf.pdfium.drawing import Ruling, read_drawing
from app.pdf.pdfium.frame import page_frame
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.second_opinion import NO_SECOND_LOOK, fitting, is_in_doubt, second_grids
from app.pdf.tables.ruled import Grid, find_grids, grid_of
from tests.unit.pdf.tables.test_ruled import ROWS, canvas_of, fill, grid, read, tables

SHORT = 6.0
PLAIN_STYLE = Style(11.0, False, 0, False, "Helvetica")
WORDS = (("Name", "Use", "Place"), ("Pump", "Water", "Lund"), ("Valve", "Steam", "Oslo"))


def broken_grid(canvas: Canvas, columns: int, rows: int) -> None:
    """A grid of cells of 90 by 40 points whose lines end just short of each other."""
    for row in range(rows + 1):
        y = 700 - 40 * row
        for column in range(columns):
            canvas.line(60 + 90 * column + SHORT, y, 150 + 90 * column - SHORT, y)
    for column in range(columns + 1):
        for row in range(rows):
            canvas.line(60 + 90 * column, 698 - 40 * row, 60 + 90 * column, 662 - 40 * row)


def fill_broken_grid(canvas: Canvas) -> None:
    """One that holds a table."""
    broken_grid(canvas, 3, 3)
    for row, texts in enumerate(WORDS):
        fill(canvas, [texts], top=690 - 40 * row)


def rulings_of(path: Path, number: int = 1) -> list[Ruling]:
    with open_pdf(path) as document:
        page = document[number - 1]
        return list(read_drawing(page.raw, page_frame(page.raw)).rulings)


def test_lines_that_nearly_meet_are_a_table_on_a_second_look(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    fill_broken_grid(canvas)
    (table,) = tables(read(canvas, tmp_path))
    assert find_grids(rulings_of(tmp_path / "page.pdf")) == []
    assert table.rows == WORDS
    assert table.box == pytest.approx((60, 100, 330, 220), abs=SHORT)


def test_a_whole_grid_leaves_no_doubt(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    grid(canvas, 3, 4)
    fill(canvas, ROWS)
    read(canvas, tmp_path)
    rulings = rulings_of(tmp_path / "page.pdf")
    grids = find_grids(rulings)
    assert len(grids) == 1
    assert not is_in_doubt(grids, [], rulings, [])


def test_it_is_not_asked_where_lines_that_reach_further_would_make_no_table(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    broken_grid(canvas, 3, 3)
    fill(canvas, [("Name", "Use", "Place")], top=690)
    page = read(canvas, tmp_path)
    placed = [PlacedWord(word.text, word.box, PLAIN_STYLE, order) for order, word in enumerate(page.words)]
    assert len(placed) == 3
    assert not is_in_doubt([], [], rulings_of(tmp_path / "page.pdf"), placed)


def test_the_grid_that_holds_more_of_the_words_is_taken() -> None:
    def boxes(columns: int, rows: int) -> Grid:
        return grid_of(
            [Box(50 * x, 20 * y, 50 * x + 50, 20 * y + 20) for x in range(columns) for y in range(rows)]
        )

    small, large = boxes(2, 2), boxes(2, 4)
    assert fitting([small], [large], []) == [small]
    assert fitting([], [], []) == []


def test_a_page_on_which_it_takes_too_long_keeps_all_that_was_read(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    fill_broken_grid(canvas)
    canvas._code.extend(["/Name MP"] * 500_000)  # marks that show nothing: pdfium passes over them quickly
    page = read(canvas, tmp_path)
    assert [word.text for word in page.words] == [text for row in WORDS for text in row]
    assert page.notes == (NO_SECOND_LOOK,)


def test_outside_the_main_thread_where_it_could_not_be_stopped_it_is_not_asked(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    broken_grid(canvas, 3, 3)
    read(canvas, tmp_path)
    found: list[list[Grid]] = []

    def ask() -> None:
        with open_pdf(tmp_path / "page.pdf") as document:
            found.append(second_grids(document, 1))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [[]]
    with open_pdf(tmp_path / "page.pdf") as document:
        assert len(second_grids(document, 1)) == 1


def pages_with_lines(corpus: Path) -> Iterator[tuple[Path, int]]:
    """The first page of every third file with tables."""
    return ((path, 1) for path in sorted((corpus / "tables").glob("*.pdf"))[::3])


def test_ruled_cells_and_their_texts_are_those_of_pdfplumber(corpus: Path) -> None:
    cells = agreeing = texts = same = 0
    for path, number in pages_with_lines(corpus):
        with pdfplumber.open(path, pages=[number]) as pdf, open_pdf(path) as document:
            page = pdf.pages[0]
            ours = [
                cell for each in find_grids(rulings_of(path, number)) for row in each.rows for cell in row
            ]
            near = {(round(cell.x0 / 2), round(cell.top / 2)): cell for cell in ours if cell}
            read_cells = [
                cell
                for block in read_page(document, number).blocks
                if block.kind is BlockKind.TABLE
                for cell in block.cells
            ]
            for table in page.find_tables():
                rows = table.rows
                if len(rows) < 2 or max(len(row.cells) for row in rows) < 2:
                    continue
                for row, said in zip(rows, table.extract(), strict=True):
                    for box, text in zip(row.cells, said, strict=True):
                        if box is None:
                            continue
                        cells += 1
                        agreeing += _has(near, box)
                        if found := [cell for cell in read_cells if _near(cell.box, box)]:
                            texts += 1
                            same += "".join(found[0].text.split()) == "".join((text or "").split())
    assert cells > 500
    assert agreeing >= 0.98 * cells
    assert texts > 300
    assert same >= 0.95 * texts


def _has(near: dict[tuple[int, int], Box], box: tuple[float, float, float, float]) -> bool:
    x, y = round(box[0] / 2), round(box[1] / 2)
    around = [near.get((x + dx, y + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return any(cell and _near(cell, box) for cell in around)


def _near(one: Sequence[float], other: Sequence[float]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 1.5
