"""Text that is written across the lines of a grid stays whole; what only juts out of its cell does not take
the next one."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import BlockKind, Page
from tests.support.readers import read_pages

LEFT, TOP, WIDTH, HEIGHT = 60.0, 780.0, 75.0, 60.0
HEADS = ("Item", "Stock", "Bought", "Value", "Sold", "Left")
ROWS = (("Alcor 300", "87", "24", "717.12", "40", "71"), ("Furic 40", "76", "90", "135.64", "109", "57"))


def ruled(target: Path, lines: list[tuple[str, ...]], *, size: float = 8, offset: float = 4) -> Page:
    """A grid of six columns whose first row is high and has these lines, a text object for each part."""
    canvas = Canvas(str(target), pageCompression=0)
    heights = [HEIGHT, *(20.0 for _ in range(1 + len(ROWS)))]
    y = TOP
    for height in [0.0, *heights]:
        y -= height
        canvas.line(LEFT, y, LEFT + 6 * WIDTH, y)
    for column in range(7):
        canvas.line(LEFT + column * WIDTH, TOP, LEFT + column * WIDTH, y)
    canvas.setFont("Helvetica", size)
    for number, parts in enumerate(lines):
        for column, part in enumerate(parts):
            canvas.drawString(LEFT + offset + column * WIDTH, TOP - 14 - 15 * number, part)
    y = TOP - HEIGHT
    for cells in (HEADS, *ROWS):
        for column, cell in enumerate(cells):
            canvas.drawString(LEFT + 4 + column * WIDTH, y - 13, cell)
        y -= 20
    canvas.save()
    (page,) = read_pages(target, [1])
    return page


def table_of(page: Page) -> list[str]:
    (table,) = [block for block in page.blocks if block.kind is BlockKind.TABLE]
    return [cell.text for cell in table.cells]


@pytest.mark.parametrize("offset", [2.0, 4.0, 5.5, 9.0])
@pytest.mark.parametrize(
    "line",
    [
        "12, 14 Garnet House, Lower Station Road, Harbour District, Example City",
        "Statement of stocks and sales from 01-Apr-2024 to 30-Apr-2024 in all branches",
        "Erklärung über Bestände und Verkäufe der Zweigniederlassung München-Schwabing",
    ],
)
def test_a_line_across_the_columns_stays_whole(tmp_path: Path, line: str, offset: float) -> None:
    cells = table_of(ruled(tmp_path / "a.pdf", [(line,)], offset=offset))
    assert cells[0] == line
    assert [cell for cell in cells if cell] == [line, *HEADS, *ROWS[0], *ROWS[1]]


def test_several_lines_across_the_columns_are_one_cell(tmp_path: Path) -> None:
    lines = [
        "Northern Garnet Trading Company and Sons, Limited",
        "Registered at 12 Lower Station Road, Example City",
    ]
    cells = table_of(ruled(tmp_path / "a.pdf", [(line,) for line in lines]))
    assert cells[0] == " ".join(lines)


def test_a_label_that_juts_out_does_not_take_the_figure_beside_it(tmp_path: Path) -> None:
    label = "Net sales of all shops"
    cells = table_of(ruled(tmp_path / "a.pdf", [(label, "      1,204")]))
    assert "1,204" in cells
    assert label in cells


def test_words_of_cells_that_touch_stay_apart(tmp_path: Path) -> None:
    cells = table_of(ruled(tmp_path / "a.pdf", [("one two three", "four five six", "seven")]))
    assert cells[:3] == ["one two three", "four five six", "seven"]


def test_heads_that_fill_their_cells_stay_apart(tmp_path: Path) -> None:
    heads = ("Opening stock now", "Bought this month", "Value in all shops", "Sold this month")
    cells = table_of(ruled(tmp_path / "a.pdf", [heads], size=8.4, offset=1.5))
    assert cells[:4] == list(heads)


def test_a_text_that_fills_its_cell_does_not_take_the_next_which_begins_where_its_column_does(
    tmp_path: Path,
) -> None:
    full = ("Teacher and union presid", "School of Ardin", "812 Goodrich Ave")
    cells = table_of(ruled(tmp_path / "a.pdf", [full, full], size=6.4))
    assert "School of Ardin School of Ardin" in cells
