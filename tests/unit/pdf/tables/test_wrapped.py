"""Cells of several lines in tables without rulings, and the heads between the first two rulings."""

from __future__ import annotations

import pytest

from tests.support.table_pages import Piece, level, page, rows, tables_of

HEADS: list[Piece] = [(60, "Code"), (120, "Meaning"), (320, "Action")]
FIRST: list[Piece] = [(60, "E-101"), (120, "No mains voltage"), (320, "Check the fuse.")]
LAST: list[list[Piece]] = [
    [(60, "E-103"), (120, "Overheating."), (320, "Let it cool for")],
    [(320, "30 minutes.")],
]


def test_lines_without_a_code_go_on_with_the_cells_above_them() -> None:
    wrapped: list[list[Piece]] = [
        [(60, "E-102"), (120, "Water level too low in the"), (320, "Fill the tank and")],
        [(120, "tank or sensor dirty, see"), (320, "clean the sensor.")],
        [(120, "chapter 7.")],
    ]
    found = rows(page(HEADS, FIRST, *wrapped, *LAST))
    assert [row[0] for row in found] == ["Code", "E-101", "E-102", "E-103"]
    assert found[2][1:] == [
        "Water level too low in the tank or sensor dirty, see chapter 7.",
        "Fill the tank and clean the sensor.",
    ]
    assert found[3][2] == "Let it cool for 30 minutes."


@pytest.mark.parametrize("further", [1, 4, 9])
def test_a_cell_may_have_any_number_of_lines(further: int) -> None:
    more: list[list[Piece]] = [[(120, "and so on" + " it" * (at % 4))] for at in range(further)]
    found = rows(page(HEADS, FIRST, FIRST, *more, *LAST))
    assert len(found) == 4
    assert found[2][1].count("and so on") == further


def test_a_title_between_rows_is_no_line_of_the_label_above_it() -> None:
    numbers: list[list[Piece]] = [
        [(60, name), (-250, "1.4"), (-350, "Yes"), (-450, "2.3")] for name in ("Fe", "Cu", "Zn")
    ]
    found = rows(
        page(
            [(60, "Metal"), (230, "May"), (330, "Pure"), (430, "June")], *numbers, [(60, "Washed")], *numbers
        )
    )
    assert [row[0] for row in found] == ["Metal", "Fe", "Cu", "Zn", "Washed", "Fe", "Cu", "Zn"]


def test_what_stands_between_the_first_two_rulings_are_heads_of_several_lines() -> None:
    lines = [level(55, 420, 0), level(55, 420, 2), level(55, 420, 5)]
    words = page(
        [(60, "Species"), (160, "Characterized by"), (300, "Characterized by")],
        [(160, "the first marker"), (300, "the second marker")],
        [(60, "Sanctum"), (160, "OPD 18"), (300, "UBC 808")],
        [(60, "Gratum"), (160, "OPF 8"), (300, "CTC 4")],
        [(60, "Basil"), (160, "OPC 4"), (300, "none")],
    )
    (table,) = tables_of(words, lines)
    heads = [cell.text for cell in table.cells if cell.header]
    assert heads == ["Species", "Characterized by the first marker", "Characterized by the second marker"]


def test_a_head_between_rulings_spans_the_columns_that_a_line_goes_over() -> None:
    lines = [level(55, 420, 0), level(150, 420, 1), level(55, 420, 2), level(55, 420, 5)]
    words = page(
        [(255, "Marker")],
        [(60, "Species"), (160, "First"), (300, "Second")],
        [(60, "Sanctum"), (160, "OPD 18"), (300, "UBC 808")],
        [(60, "Gratum"), (160, "OPF 8"), (300, "CTC 4")],
        [(60, "Basil"), (160, "OPC 4"), (300, "none")],
    )
    (table,) = tables_of(words, lines)
    spanning = next(cell for cell in table.cells if cell.text == "Marker")
    assert (spanning.header, spanning.column, spanning.column_span) == (True, 1, 2)
