"""Ruled tables: spans, headers and turned ones; grids that hold none are turned away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Block, BlockKind, Page
from tests.support.readers import read_pages
from tests.support.table_pages import level, page, rows, upright

WIDTH, HEIGHT = 90, 20


def grid(canvas: Canvas, columns: int, rows: int, x: float = 60, top: float = 700) -> None:
    for row in range(rows + 1):
        canvas.line(x, top - row * HEIGHT, x + columns * WIDTH, top - row * HEIGHT)
    for column in range(columns + 1):
        canvas.line(x + column * WIDTH, top, x + column * WIDTH, top - rows * HEIGHT)


def fill(canvas: Canvas, rows: Sequence[Sequence[str]], x: float = 60, top: float = 700) -> None:
    for y, row in enumerate(rows):
        for column, text in enumerate(row):
            canvas.drawString(x + column * WIDTH + 4, top - y * HEIGHT - 14, text)


def canvas_of(folder: Path) -> Canvas:
    canvas = Canvas(str(folder / "page.pdf"), pagesize=(600, 800), invariant=1)
    canvas.setFont("Helvetica", 10)
    return canvas


def read(canvas: Canvas, folder: Path) -> Page:
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(folder / "page.pdf", [1])
    return page


def tables(page: Page) -> list[Block]:
    return [block for block in page.blocks if block.kind is BlockKind.TABLE]


ROWS = (("Region", "2023", "2024"), ("North", "12", "13"), ("South", "7", "9"), ("West", "1", "0"))


def test_a_cell_that_spans_has_its_text_once_and_knows_its_reach(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    for y in (700, 660, 640):
        canvas.line(60, y, 330, y)
    canvas.line(150, 680, 330, 680)
    for x in (60, 150, 330):
        canvas.line(x, 700, x, 640)
    canvas.line(240, 680, 240, 640)
    fill(canvas, [("", "Sales", ""), ("Region", "2023", "2024"), ("North", "12", "13")])
    (table,) = tables(read(canvas, tmp_path))
    assert table.rows == (("Region", "Sales", ""), ("", "2023", "2024"), ("North", "12", "13"))
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells}
    assert spans["Region"] == (2, 1)
    assert spans["Sales"] == (1, 2)
    assert spans["12"] == (1, 1)


def test_cells_have_the_boxes_that_the_lines_enclose(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    grid(canvas, 3, 4)
    fill(canvas, ROWS)
    (table,) = tables(read(canvas, tmp_path))
    north = next(cell for cell in table.cells if cell.text == "North")
    assert north.box == pytest.approx((60, 120, 150, 140), abs=0.5)


@pytest.mark.parametrize("bold", [True, False])
def test_the_header_is_what_stands_above_numbers_or_in_bold(tmp_path: Path, bold: bool) -> None:
    words = (("Name", "Use", "Place"), ("Pump", "Water", "Lund"), ("Valve", "Steam", "Oslo"))
    canvas = canvas_of(tmp_path)
    grid(canvas, 3, 3 if bold else 4)
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 10)
    fill(canvas, [words[0] if bold else ROWS[0]])
    canvas.setFont("Helvetica", 10)
    fill(canvas, words[1:] if bold else ROWS[1:], top=700 - HEIGHT)
    (table,) = tables(read(canvas, tmp_path))
    assert table.header_rows == 1
    assert [cell.header for cell in table.cells if cell.row == 1] == [False] * 3


def test_where_nothing_sets_a_first_row_apart_there_is_no_header(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    grid(canvas, 2, 3)
    fill(canvas, [("Pump", "Lund"), ("Valve", "Oslo"), ("Hose", "Bergen")])
    assert tables(read(canvas, tmp_path))[0].header_rows == 0


@pytest.mark.parametrize("angle", [90, -90])
@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_that_is_turned_on_an_upright_page_is_read_as_it_is_meant(
    tmp_path: Path, angle: int, ruled: bool
) -> None:
    canvas = canvas_of(tmp_path)
    canvas.saveState()
    canvas.translate(300, 400)
    canvas.rotate(angle)
    if ruled:
        grid(canvas, 3, 4, x=-100, top=100)
    fill(canvas, ROWS, x=-100, top=100)
    canvas.restoreState()
    page = read(canvas, tmp_path)
    (table,) = tables(page)
    assert table.rows == ROWS
    assert table.box.bottom - table.box.top > table.box.x1 - table.box.x0
    for cell in table.cells:
        assert 0 <= cell.box.x0 < cell.box.x1 <= page.width
        assert table.box.x0 - 1 <= cell.box.x0 < cell.box.x1 <= table.box.x1 + 1


@pytest.mark.parametrize("turns", [90, 270])
def test_a_table_on_a_turned_page_is_read_as_it_is_shown(tmp_path: Path, turns: int) -> None:
    canvas = canvas_of(tmp_path)
    canvas.setPageRotation(turns)
    canvas.translate(300, 400)
    canvas.rotate(turns)
    grid(canvas, 3, 4, x=-100, top=100)
    fill(canvas, ROWS, x=-100, top=100)
    page = read(canvas, tmp_path)
    (table,) = tables(page)
    assert table.rows == ROWS
    assert table.box.x1 - table.box.x0 == pytest.approx(3 * WIDTH, abs=1)


def without_lines_in_the_second_row(canvas: Canvas) -> None:
    """Three rows and columns; in the second row no line parts the columns."""
    for y in (700, 680, 660, 640):
        canvas.line(60, y, 330, y)
    for x in (60, 330):
        canvas.line(x, 700, x, 640)
    for x in (150, 240):
        canvas.line(x, 700, x, 680)
        canvas.line(x, 660, x, 640)


def test_a_row_without_lines_between_its_values_has_the_cells_of_its_columns(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    without_lines_in_the_second_row(canvas)
    fill(canvas, ROWS[:3])
    (table,) = tables(read(canvas, tmp_path))
    assert table.rows == ROWS[:3]
    assert all(cell.column_span == 1 for cell in table.cells)


def test_a_text_that_spans_columns_stays_whole(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    without_lines_in_the_second_row(canvas)
    fill(canvas, [ROWS[0], ("Values of the second half of the year",), ROWS[2]])
    (table,) = tables(read(canvas, tmp_path))
    assert table.rows[1] == ("Values of the second half of the year", "", "")
    assert table.cells[3].column_span == 3


def test_values_below_each_other_without_lines_between_are_rows(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    for y in (700, 680, 600, 580):
        canvas.line(60, y, 330, y)
    for x in (60, 150, 240, 330):
        canvas.line(x, 700, x, 580)
    fill(canvas, [ROWS[0]])
    names, first = ("North", "South", "West", "East"), ("1", "2", "3", "4")
    for n in range(4):
        fill(canvas, [(names[n], first[n], "" if n == 2 else "7")], top=678 - 18 * n)
    fill(canvas, [("Sum", "10", "21")], top=600)
    (table,) = tables(read(canvas, tmp_path))
    assert table.rows[1:] == (
        ("North", "1", "7"),
        ("South", "2", "7"),
        ("West", "3", ""),
        ("East", "4", "7"),
        ("Sum", "10", "21"),
    )


# -- what is no table ---------------------------------------------------------------------------------------


def test_the_grid_of_a_chart_with_its_labels_is_no_table(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    grid(canvas, 5, 8)
    for number in range(5):
        canvas.drawString(80 + number * WIDTH, 690 - number * 35, str(number))
    assert tables(read(canvas, tmp_path)) == []


def test_a_label_that_is_written_across_the_lines_of_a_chart_is_no_row(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    grid(canvas, 3, 6)
    canvas.drawString(100, 645, "Difference of the spread")
    canvas.drawString(100, 605, "Difference of all yields")
    assert tables(read(canvas, tmp_path)) == []


def test_frames_and_borders_are_no_table(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    canvas.rect(20, 20, 560, 760)
    canvas.line(20, 60, 580, 60)
    canvas.line(300, 60, 300, 20)
    canvas.drawString(100, 400, "A page in a frame")
    canvas.drawString(400, 35, "12")
    assert tables(read(canvas, tmp_path)) == []


def test_boxes_behind_the_lines_of_a_paragraph_are_no_table(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    line = "This is a line of a paragraph that a program marks with boxes behind it,"
    for number in range(5):
        y = 700 - 14 * number
        canvas.rect(60, y - 3, 150, 14, stroke=1)
        canvas.rect(210, y - 3, 180, 14, stroke=1)
        canvas.drawString(62, y, line)
    assert tables(read(canvas, tmp_path)) == []


def test_a_table_with_many_empty_cells_is_one(tmp_path: Path) -> None:
    canvas = canvas_of(tmp_path)
    grid(canvas, 3, 4)
    fill(canvas, [("Part", "Lund", "Oslo"), ("Pump", "x", ""), ("Valve", "", "x"), ("Hose", "", "")])
    assert len(tables(read(canvas, tmp_path))) == 1


@pytest.mark.parametrize(
    "labels", [("Rhine", "Main", "Lahn", "Nidda"), ("Salaries (a)", "Office rent", "Travel", "All")]
)
def test_labels_that_stand_left_of_a_grid_are_its_first_column(labels: Sequence[str]) -> None:
    heads: list[tuple[float, str]] = [(20, "Name"), (-240, "Area"), (-340, "Depth")]
    lines = [heads, *([(20.0, name), (-240.0, "10"), (-340.0, "20")] for name in labels)]
    drawn = [level(150, 350, at) for at in range(6)] + [upright(x, 0, 4) for x in (150, 250, 350)]
    assert [row[0] for row in rows(page(*lines), drawn)] == ["Name", *labels]


def test_prose_beside_a_grid_is_no_label() -> None:
    prose = "what was seen by all of those who came here on foot"
    lines = [[(-900, prose), (-1040.0, "10"), (-1140.0, "20")] for _ in range(5)]
    drawn = [level(950, 1150, at) for at in range(6)] + [upright(x, 0, 4) for x in (950, 1050, 1150)]
    assert all(len(row) == 2 for row in rows(page(*lines), drawn))


def test_heads_that_are_turned_are_not_written_across_their_cells(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "page.pdf"))
    for y in (720, 640, 620, 600, 580):
        canvas.line(60, y, 200, y)
    for x in (60, 120, 147, 174, 200):
        canvas.line(x, 720, x, 580)
    canvas.drawString(64, 680, "Name")
    for x, head in zip((138, 164, 191), ("Mathematics", "Physics", "Chemistry"), strict=True):
        canvas.saveState()
        canvas.translate(x, 645)
        canvas.rotate(90)
        canvas.drawString(0, 0, head)
        canvas.restoreState()
    for line, name in enumerate(("Anna", "Ben", "Carla")):
        for x, text in zip((64, 130, 157, 184), (name, "1", "3", "5"), strict=True):
            canvas.drawString(x, 626 - 20 * line, text)
    canvas.save()
    (read,) = read_pages(tmp_path / "page.pdf", [1])
    (table,) = [block for block in read.blocks if block.kind is BlockKind.TABLE]
    assert [list(row) for row in table.rows[:2]] == [
        ["Name", "Mathematics", "Physics", "Chemistry"],
        ["Anna", "1", "3", "5"],
    ]
    assert table.header_rows == 1


@pytest.mark.parametrize(
    ("below", "count"),
    [(("2014", "7794", "36110"), 4), (("2014", "(794)", "(110)"), 3), (("and on", "of", "it"), 3)],
)
def test_two_rows_of_figures_without_a_line_between_are_two(below: Sequence[str], count: int) -> None:
    xs = (60, 160, 260)
    lines = [("Year", "Guests", "Miles"), ("2013", "7723", "35390"), below, ("2015", "653", "2959")]
    words = page(*([(x, text) for x, text in zip(xs, line, strict=True)] for line in lines))
    drawn = [level(55, 355, at) for at in (0, 1, 3, 4)] + [upright(x, 0, 3) for x in (55, 155, 255, 355)]
    assert len(rows(words, drawn)) == count
