"""Tables as Markdown and HTML: whatever stands in a cell stays in it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Cell
from app.pages.table_forms import table_html, table_markdown
from tests.support.pages import cells_of

BOX = Box(0, 0, 1, 1)
TEXTS = st.text(st.sampled_from("ab|\\\n<>&\"'` "), max_size=8)


def block(*cells: Cell) -> Block:
    return Block(BlockKind.TABLE, BOX, cells=cells)


def test_spans_and_headers_are_kept_in_html() -> None:
    table = block(
        Cell(0, 0, "Region", BOX, row_span=2, header=True),
        Cell(0, 1, "Sales", BOX, column_span=2, header=True),
        Cell(1, 1, "2023", BOX, header=True),
        Cell(1, 2, "2024", BOX, header=True),
        Cell(2, 0, "North", BOX),
        Cell(2, 1, "12", BOX),
        Cell(2, 2, "<b>13</b>", BOX),
    )
    assert table_html(table) == (
        '<table><thead><tr><th scope="col" rowspan="2">Region</th>'
        '<th scope="colgroup" colspan="2">Sales</th></tr>'
        '<tr><th scope="col">2023</th><th scope="col">2024</th></tr></thead>'
        '<tbody><tr><th scope="row">North</th><td>12</td><td>&lt;b&gt;13&lt;/b&gt;</td></tr></tbody></table>'
    )


def test_a_section_begins_a_group_of_rows_that_its_name_heads() -> None:
    rows = [("", "2024"), ("Income", ""), ("Sales", "12"), ("Costs", ""), ("Wages", "7")]
    cells = [cell._replace(header=cell.row == 0) for cell in cells_of(rows)]
    assert table_html(block(*cells)) == (
        '<table><thead><tr><td></td><th scope="col">2024</th></tr></thead>'
        '<tbody><tr><th scope="rowgroup" colspan="2">Income</th></tr>'
        '<tr><th scope="row">Sales</th><td>12</td></tr></tbody>'
        '<tbody><tr><th scope="rowgroup" colspan="2">Costs</th></tr>'
        '<tr><th scope="row">Wages</th><td>7</td></tr></tbody></table>'
    )


def test_heads_over_several_lines_are_one_row_of_markdown() -> None:
    table = block(
        Cell(0, 0, "Region", BOX, row_span=2, header=True),
        Cell(0, 1, "Sales", BOX, column_span=2, header=True),
        Cell(1, 1, "2023", BOX, header=True),
        Cell(1, 2, "2024", BOX, header=True),
        *(Cell(2, at, text, BOX) for at, text in enumerate(("North", "12", "13"))),
    )
    assert table_markdown(table).splitlines() == [
        "| Region | Sales › 2023 | Sales › 2024 |",
        "| --- | --- | --- |",
        "| North | 12 | 13 |",
    ]


def test_a_row_that_only_cells_from_above_cover_is_there() -> None:
    table = block(Cell(0, 0, "a", BOX, row_span=2), Cell(2, 0, "b", BOX))
    assert table_html(table).count("<tr>") == 3


def test_bars_backslashes_and_line_breaks_do_not_part_cells() -> None:
    table = block(*cells_of([("a|b", "c\\|d"), ("two\nlines", "ends\\")]))
    assert table_markdown(table).splitlines() == [
        "| a\\|b | c\\\\\\|d |",
        "| --- | --- |",
        "| two lines | ends\\\\ |",
    ]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=3))
def test_a_reader_of_html_finds_the_same_texts(rows: list[list[str]]) -> None:
    found: list[list[str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag == "tr":
                found.append([])
            elif tag in ("td", "th"):
                found[-1].append("")
            else:
                assert tag in ("table", "thead", "tbody")

        def handle_data(self, data: str) -> None:
            found[-1][-1] += data

    full = [[*row, "1"] for row in rows]  # a row with a label alone is one cell
    Reader().feed(table_html(block(*cells_of(full, 1))))
    assert found == full


def test_what_all_figures_are_counted_in_is_said_once() -> None:
    table = block(*cells_of([["", "(in millions)", ""], ["", "2023", "2022"], ["Revenue", "10", "20"]], 2))
    assert table_markdown(table).split("\n")[0] == "| (in millions) | 2023 | 2022 |"
    assert table_html(table).startswith("<table><caption>(in millions)</caption><thead><tr><td></td><th")
    assert table_html(table).count("millions") == 1


def test_a_unit_of_one_column_stays_over_it() -> None:
    table = block(
        *cells_of([["", "Sales", "Staff"], ["", "(in millions)", "(people)"], ["North", "10", "20"]], 2)
    )
    assert table_markdown(table).split("\n")[0] == "|  | Sales › (in millions) | Staff › (people) |"
    assert "<caption>" not in table_html(table)
