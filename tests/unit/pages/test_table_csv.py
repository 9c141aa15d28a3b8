"""Tables as a spreadsheet opens them."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest

from app.core.page import Block, BlockKind, Page
from app.pages.table_csv import MARK, tables_csv, whole_tables
from tests.unit.pages.test_facts import HEIGHT, STATEMENT, WIDTH, line, table


def opened(*pages: Page) -> list[list[str]]:
    """The rows of the first table, as a spreadsheet reads them."""
    first = next(tables_csv(pages))
    assert first.startswith(MARK)
    return list(csv.reader(StringIO(first.removeprefix(MARK), newline="")))


def page(*rows: tuple[str, ...], heads: int = 1, number: int = 1, above: tuple[Block, ...] = ()) -> Page:
    return Page(number, WIDTH, HEIGHT, blocks=(*above, table(110, *rows, heads=heads)))


def test_heads_are_one_row_and_numbers_are_numbers() -> None:
    assert opened(STATEMENT) == [
        [
            "$ · In millions, except per share amounts",
            "Three Months Ended › June 25, 2022",
            "Three Months Ended › June 26, 2021",
        ],
        ["Net sales:", "", ""],
        ["Products", "63355", "63948"],
        ["Total net sales", "82959", "81434"],
        ["Other income, net", "-10", ""],
        ["Earnings per share", "1.20", "1.31"],
    ]


def test_a_unit_under_each_head_is_said_once_in_the_corner() -> None:
    rows = opened(page(("", "2023", "2022"), ("", "(In millions)", "<"), ("Sales", "5", "6"), heads=2))
    assert rows == [["In millions", "2023", "2022"], ["Sales", "5", "6"]]


def test_a_title_in_the_first_row_of_a_grid_is_said_once_and_not_at_each_head() -> None:
    rows = opened(page(("Sales by region", "<"), ("Region", "2023"), ("North", "5"), heads=2))
    assert rows == [["Sales by region › Region", "2023"], ["North", "5"]]


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("$ (1,250.50)", "-1250.50"),
        ("−7", "-7"),
        ("56.3%", "56.3%"),
        ("(8)%", "-8%"),
        ("—", ""),
        ("n/a", ""),
        ("007", "007"),
        ("12 345 678", "12345678"),
        ("12 13", "12 13"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\u200b=A1", "'\u200b=A1"),
        ("\ufeff\u202e+A1 x", "'\ufeff\u202e+A1 x"),
        ("a;=A1", "a;'=A1"),
        ("a; @A1;b;\u2060-A1", "a;' @A1;b;'\u2060-A1"),
        ("a; b = c", "a; b = c"),
        ("1,5\n", "1.5"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_cell_is_what_a_spreadsheet_understands(printed: str, written: str) -> None:
    assert opened(page(("", "Value"), ("Row", printed)))[1][1] == written


def test_formulas_in_heads_and_labels_are_text_as_well() -> None:
    assert opened(page(("=A1", "@B"), ("+C", "1"))) == [["'=A1", "'@B"], ["'+C", "1"]]


def test_a_table_that_writes_decimals_with_a_comma_parts_thousands_with_a_point() -> None:
    rows = opened(page(("", "T€"), ("Umsatz", "1.234"), ("Quote", "0,75")))
    assert [row[1] for row in rows[1:]] == ["1234", "0.75"]


def test_parts_on_the_next_page_add_their_rows_and_tables_are_parted_by_an_empty_line() -> None:
    first = Page(1, WIDTH, HEIGHT, blocks=(
        table(60, ("A", "B"), ("x", "1"), heads=1),
        line("A paragraph that stands between the two.", 300),
        table(600, ("Item", "2022"), *((f"Pump {n}", "1") for n in range(9)), heads=1),
    ))  # fmt: skip
    second = Page(2, WIDTH, HEIGHT, blocks=(table(60, ("Valve", "88")),))
    assert [parts.file_name for parts in whole_tables((first, second))] == [
        "page-0001-table-1.csv",
        "page-0001-table-2.csv",
    ]
    text = "".join(tables_csv((first, second)))
    assert text.startswith(f"{MARK}A,B\r\nx,1\r\n\r\nItem,2022\r\n")
    assert text.endswith("Pump 8,1\r\nValve,88\r\n")


def test_a_name_that_is_printed_once_for_several_rows_stands_in_each_and_a_number_does_not() -> None:
    block = table(110, ("Year", "Song", "Sold"), ("x 2019", "One", "5"), ("", "Two", ""), heads=1)
    cells = tuple(
        cell._replace(row_span=2) if cell.row == 1 and cell.column != 1 else cell
        for cell in block.cells
        if cell.row < 2 or cell.column == 1
    )
    found = opened(Page(1, WIDTH, HEIGHT, blocks=(replace(block, cells=cells),)))
    assert found[1:] == [["x 2019", "One", "5"], ["x 2019", "Two", ""]]


def test_a_page_without_tables_gives_nothing() -> None:
    blocks = (Block(BlockKind.TEXT, line("", 1).box, text="words"),)
    assert list(tables_csv((Page(1, WIDTH, HEIGHT, blocks=blocks),))) == []
