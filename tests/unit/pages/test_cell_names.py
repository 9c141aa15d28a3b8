"""The names and values of a table's cells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.cell_value import Value, ValueKind, read_value
from app.core.geometry import Box
from app.core.page import Block, BlockKind, Cell
from app.pages.cell_names import NamedCell, name_cells


def block(*rows: tuple[float, tuple[str, ...]], heads: tuple[Cell, ...]) -> Block:
    """A table block: rows with the left edge of their label and texts, below these heads."""
    first = max(head.row for head in heads) + 1
    cells = tuple(
        Cell(first + at, column, text, Box(x0 if column == 0 else 100 * column, 0, 100, 10))
        for at, (x0, texts) in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return Block(BlockKind.TABLE, Box(0, 0, 300, 300), cells=heads + cells)


def head(row: int, column: int, text: str, span: int = 1) -> Cell:
    return Cell(row, column, text, Box(0, 0, 10, 10), 1, span, header=True)


HEADS = (
    head(0, 0, ""),
    head(0, 1, "Three Months Ended", 2),
    head(1, 1, "June 25, 2022"),
    head(1, 2, "June 26, 2021"),
    head(2, 1, "(in millions)", 2),
)


def named(table: Block, text: str) -> NamedCell:
    return next(each for each in name_cells(table) if each.cell.text == text)


def test_a_cell_is_named_by_its_heads_its_section_and_its_label() -> None:
    table = block(
        (10, ("Net sales:", "", "")),
        (20, ("Products", "$ 63,355", "(7)")),
        (20, ("Services", "19,604", "—")),
        (10, ("Gross margin", "35,885", "3")),
        heads=HEADS,
    )
    cell = named(table, "19,604")
    assert cell.heads == ("Three Months Ended", "June 25, 2022", "(in millions)")
    assert cell.row_path == ("Net sales:", "Services")
    assert cell.value == Value(ValueKind.NUMBER, 19604.0, "$", 1_000_000)
    assert named(table, "35,885").row_path == ("Gross margin",)
    assert named(table, "Three Months Ended") == NamedCell(HEADS[1])


def test_heads_between_rows_take_the_place_of_those_over_the_same_columns() -> None:
    heads = (head(0, 1, "First data", 2), head(1, 1, "P"), head(1, 2, "R"))
    table = block((10, ("CRF", "75.1", "66.7")), (10, ("CRF", "65.4", "55.3")), heads=heads)
    first, second = table.cells[3:6], table.cells[6:]
    within = head(3, 1, "Second data", 2)
    cells = (*heads, *first, within, *(cell._replace(row=4) for cell in second))
    table = replace(table, cells=cells)
    assert named(table, "66.7").heads == ("First data", "R")
    assert named(table, "55.3").heads == ("Second data", "R")
    assert table.header_rows == 2


def test_sections_without_indentation_hold_until_the_next() -> None:
    table = block(
        (10, ("Fiscal 2022", "", "")),
        (10, ("Revenue", "1", "2")),
        (10, ("Fiscal 2021", "", "")),
        (10, ("Revenue", "3", "4")),
        heads=HEADS,
    )
    assert named(table, "2").row_path == ("Fiscal 2022", "Revenue")
    assert named(table, "3").row_path == ("Fiscal 2021", "Revenue")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(97)", Value(ValueKind.NUMBER, -97.0)),
        ("$ (1,250.5)", Value(ValueKind.NUMBER, -1250.5, "$")),
        ("1.234,56 €", Value(ValueKind.NUMBER, 1234.56, "€")),
        ("12 345", Value(ValueKind.NUMBER, 12345.0)),
        ("0,75", Value(ValueKind.NUMBER, 0.75)),
        ("(8)%", Value(ValueKind.PERCENT, -8.0)),
        ("56.3%", Value(ValueKind.PERCENT, 56.3)),
        ("—", Value(ValueKind.NIL)),
        ("$ —", Value(ValueKind.NIL)),
        ("June 25, 2022", Value(ValueKind.DATE)),
        ("2019", Value(ValueKind.DATE)),
        ("Hollywood Bowl", Value(ValueKind.TEXT)),
        ("1.2.3", Value(ValueKind.TEXT)),
    ],
)
def test_a_value_is_typed(text: str, value: Value) -> None:
    assert read_value(text) == value


def test_a_label_that_is_said_once_of_several_rows_names_all_of_them() -> None:
    table = block(
        (10, ("Bavaria", "Munich", "310")),
        (10, ("", "Augsburg", "146")),
        (10, ("Hesse", "Kassel", "106")),
        heads=(head(0, 0, "Region"), head(0, 1, "City"), head(0, 2, "Area")),
    )
    assert named(table, "146").row_path == ("Bavaria", "Augsburg")
    assert named(table, "106").row_path == ("Hesse", "Kassel")


def test_the_field_of_a_form_is_named_by_the_nearest_name_with_a_colon() -> None:
    cells = tuple(
        Cell(row, column, text, Box(100 * column, 0, 100, 10))
        for row, texts in enumerate(
            (("Insured:", "Huber", "Start:", "01.03.2022"), ("Branch:", "Linz", "End:", "28.02.2023"))
        )
        for column, text in enumerate(texts)
    )
    table = Block(BlockKind.TABLE, Box(0, 0, 300, 300), cells=cells)
    assert [named(table, text).row_path for text in ("Linz", "28.02.2023")] == [("Branch:",), ("End:",)]
