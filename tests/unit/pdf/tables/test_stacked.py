"""Tables below each other that are one, as page models."""

from __future__ import annotations

import pytest

from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables.ruled import Table
from tests.support.table_pages import level, page, rows_of, tables_of, upright

HEADS: list[tuple[float, str]] = [(20, "Name"), (-240, "Area"), (-340, "Depth"), (-440, "Width")]


def figures(name: str) -> list[tuple[float, str]]:
    return [(20, name), (-240, "10"), (-340, "20"), (-440, "30")]


def sections(name: str) -> tuple[list[list[tuple[float, str]]], list[Ruling]]:
    """Heads in a grid, and rows in two grids with the name of a section between: no line goes down there."""
    lines = [HEADS, [(230 - 2.5 * len(name), name)], figures("Rhine"), figures("Main"), figures("Lahn")]
    drawn = [level(15, 445, at) for at in (0, 1, 2, 5)]
    return lines, [
        *drawn,
        *(upright(x, first, last) for x in (160, 250, 350) for first, last in ((0, 0), (2, 4))),
    ]


@pytest.mark.parametrize("name", ["Rivers", "Rivers of the north", "All that were seen"])
def test_a_line_across_with_a_sections_name_does_not_end_a_table(name: str) -> None:
    lines, drawn = sections(name)
    (table,) = tables_of(page(*lines), drawn)
    assert rows_of(table)[0] == ["Name", "Area", "Depth", "Width"]
    assert name in [cell.text for cell in table.cells if cell.column_span == 4]
    assert [cell.row for cell in table.cells if cell.header] == [0, 0, 0, 0]


def test_a_caption_between_two_tables_keeps_them_apart() -> None:
    lines, drawn = sections("Table 2: Rivers of the south")
    assert len(tables_of(page(*lines), drawn)) != 1 or "Table 2" not in str(tables_of(page(*lines), drawn)[0])


def test_a_table_with_heads_of_its_own_is_another() -> None:
    rows = [HEADS, figures("Rhine"), figures("Main"), figures("Lahn")]
    assert len(tables_of(page(*rows, [], [], *rows))) == 2


HEBREW = [
    [(20, "שטח"), (120, "עומק"), (300, "מקום")],
    *([(20, str(n)), (120, "7"), (300, "חיפה")] for n in (12, 34, 56)),
]


def test_the_first_column_of_a_table_in_a_script_that_runs_to_the_left_is_at_the_right() -> None:
    (table,) = tables_of(page(*HEBREW))
    assert rows_of(table) == [["מקום", "עומק", "שטח"], *(["חיפה", "7", str(n)] for n in (12, 34, 56))]


def test_a_table_with_one_such_word_begins_at_the_left() -> None:
    lines = [
        [(20, "Name"), (120, "Hebrew"), (300, "Area")],
        *([(20, "Haifa"), (120, "חיפה"), (300, str(n))] for n in (12, 34)),
    ]
    found: list[Table] = tables_of(page(*lines, [(20, "Jaffa"), (120, "port"), (300, "56")]))
    assert [rows_of(table)[0][0] for table in found] == ["Name"]


def test_hyphens_of_cells_are_those_that_are_typed() -> None:
    lines = [[(20, "Place"), (-340, "Visited"), (-440, "Count")]]
    lines += [[(20, name), (-340, "31\u2010Oct\u201011"), (-440, "20")] for name in ("Rhine", "Main", "Lahn")]
    (table,) = tables_of(page(*lines))
    assert rows_of(table)[1] == ["Rhine", "31-Oct-11", "20"]
