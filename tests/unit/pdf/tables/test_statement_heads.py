"""The heads of statements, as page models: where they stand, and what looks like them and is none."""

from __future__ import annotations

from itertools import pairwise

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.statements import find_statements
from tests.support.table_pages import PITCH, page, rows_of, tables_of, upright

DATES = [[(290, "December 31,"), (400, "December 31,")], [(-350, "2022"), (-460, "2021")]]
CASH = [(25, "Cash"), (280, "$"), (-350, "75,196"), (390, "$"), (-460, "115,293")]
OTHER = [(25, "Other"), (-350, "892"), (-460, "320")]


def tables(words: list[PlacedWord], drawn: list[Ruling] | None = None) -> list[list[list[str]]]:
    return [rows_of(table) for table in find_statements(words, drawn or [], [])]


def test_heads_stand_above_names_of_sections_with_white_between() -> None:
    (found,) = tables(page(*DATES, [(20, "ASSETS")], [], [(20, "Current Assets:")], CASH, OTHER))
    assert found[:3] == [
        ["", "December 31, 2022", "December 31, 2021"],
        ["ASSETS", "", ""],
        ["Current Assets:", "", ""],
    ]


def test_the_end_of_a_date_is_a_head_where_its_month_stands_above() -> None:
    (found,) = tables(
        page(
            [(280, "As of January"), (400, "As of January")],
            [(-350, "1, 2022"), (-460, "1, 2021")],
            CASH,
            OTHER,
        )
    )
    assert found[0] == ["", "As of January 1, 2022", "As of January 1, 2021"]
    assert len(found) == 3


def test_labels_of_many_lines_end_no_table() -> None:
    label = [
        [(20, text)] for text in ("Loans", "which are", "evaluated", "one by", "one, gross", "at the end")
    ]
    (found,) = tables(page(*DATES, *label, CASH, *label, OTHER))
    assert found[0] == ["", "December 31, 2022", "December 31, 2021"]
    assert [row[1] for row in found if row[1]] == ["December 31, 2022", "$ 75,196", "892"]


def test_the_head_of_the_labels_may_stand_at_their_right() -> None:
    (found,) = tables(
        page([(120, "Year ended 2022 (in thousands)"), (-350, "Costs"), (-460, "Gains")], CASH, OTHER)
    )
    assert found[0] == ["Year ended 2022 (in thousands)", "Costs", "Gains"]


def test_heads_that_almost_touch_are_parted_at_the_columns() -> None:
    words = page(
        [(200, "Amount in"), (252, "Amount")],
        [(200, "the first"), (252, "in the")],
        [(200, "component"), (249, "next one")],
        [(20, "Cash"), (-240, "75"), (-290, "115")],
        [(20, "Other"), (-240, "89"), (-290, "320")],
        [(20, "Total"), (-240, "164"), (-290, "435")],
    )
    (found,) = tables(words)
    assert found[0] == ["", "Amount in the first component", "Amount in the next one"]


def test_a_date_in_the_middle_of_the_table_is_a_head_of_all_columns_and_a_title_is_none() -> None:
    columns = [(-110, "7"), (-200, "8"), (-280, "9"), (-370, "10"), (-460, "11")]
    heads = [(-110, "East"), (-200, "West"), (-280, "South"), (-370, "North"), (-460, "Total")]
    words = page(
        [(188, "Allowance by category")],
        [(200, "December 31, 2022")],
        [(20, "(thousands)"), *heads],
        [(20, "Cash"), *columns],
        [(20, "Other"), *columns],
    )
    (table,) = find_statements(words, [], [])
    assert [
        (cell.text, cell.column, cell.column_span) for cell in table.cells if cell.row == 0 and cell.text
    ] == [("December 31, 2022", 1, 5)]


def test_years_beside_a_unit_begin_the_next_table() -> None:
    heads = [[(320, "Plans with assets")], [(20, "(in thousands)"), (-350, "2022"), (-460, "2021")]]
    found = tables(page(*heads, CASH, OTHER, *heads, CASH, OTHER))
    assert [rows[0][1] for rows in found] == ["Plans with assets"] * 2
    assert [len(rows) for rows in found] == [4, 4]


def test_a_long_label_goes_on_below_the_heads() -> None:
    words = page(
        [(20, "(in thousands)"), (-350, "Pension"), (-460, "Other")],
        [(20, "Expected employer contributions and direct employer payments in the next")],
        [(20, "fiscal year"), (-350, "2,151"), (-460, "3,660")],
        [(20, "Benefits"), (150, "2023"), (-350, "4,495"), (-460, "3,661")],
        [(150, "2024"), (-350, "4,809"), (-460, "3,541")],
    )
    (found,) = tables(words)
    assert found[0] == ["(in thousands)", "", "Pension", "Other"]


def test_a_percent_sign_before_a_word_belongs_to_the_word() -> None:
    words = page(
        [(-350, "2022"), (-420, "2021"), (440, "% Change")],
        [(20, "Volume"), (-350, "11.7"), (-420, "13.1"), (-470, "(11"), (472, ")%")],
        [(20, "Fleet"), (-350, "2.0"), (-420, "1.9"), (-470, "5"), (475, "%")],
    )
    (found,) = tables(words)
    assert found[0] == ["", "2022", "2021", "% Change"]


def test_basis_points_that_stand_apart_join_their_number_and_no_columns() -> None:
    rows = [
        [(20, name), (-350, "10.1"), (-400, "204"), (-460, "13"), (461, "%")] for name in ("Retail", "Fleet")
    ]
    points = [(20, "Share"), (-350, "11.8"), (352, "%"), (-400, "260"), (420, "bps")]
    (found,) = tables(page([(-350, "2022"), (-400, "Change"), (-460, "Rate")], *rows, points))
    assert found[-1] == ["Share", "11.8%", "260bps", ""]


def test_a_row_with_more_figures_goes_on_with_a_table_of_few() -> None:
    few = [[(20, name), (-350, "88.5"), (-460, "348.9")] for name in ("Net income", "Taxes")]
    many = [
        (20, "Income"),
        (-200, "526.1"),
        (-250, "8.8"),
        (-300, "2.7"),
        (-350, "190.0"),
        (-400, "5.3"),
        (-460, "458"),
    ]
    heads = [(-200, "East"), (-250, "West"), (-300, "South"), (-350, "Total"), (-400, "North"), (-460, "All")]
    (found,) = tables(page(heads, *few, many, many))
    assert [len(row) for row in found] == [7] * 5


def test_what_figures_are_counted_in_is_a_head() -> None:
    (found,) = tables(
        page([(-350, "2022"), (-460, "2021")], [(-350, "£000’s"), (-460, "£000’s")], CASH, OTHER)
    )
    assert found[0] == ["", "2022 £000’s", "2021 £000’s"]


def test_a_unit_in_brackets_that_is_wider_than_its_column_stands_over_all() -> None:
    columns = [(-350, "11.7"), (-400, "13.1"), (-450, "9.2")]
    heads = [(-350, "2022"), (-400, "2021"), (-450, "2020")]
    words = page(heads, [(345, "(In millions)")], [(20, "Cash"), *columns], [(20, "Other"), *columns])
    (table,) = find_statements(words, [], [])
    assert [(cell.column, cell.column_span) for cell in table.cells if cell.text == "(In millions)"] == [
        (1, 3)
    ]


def test_one_line_between_groups_of_shaded_cells_makes_no_grid() -> None:
    edges = [15, 130, 160, 205, 210, 255, 260, 305, 310, 355, 360, 405]
    shades = [
        Box(x0, 100 + PITCH * line - 1.5, x1, 100 + PITCH * (line + 1) - 1.5)
        for line in (1, 2, 3)
        for x0, x1 in pairwise(edges)
    ]
    sides = [
        ruling
        for x0, top, x1, bottom in shades
        for ruling in (
            Ruling(x0, top, x0, bottom),
            Ruling(x1, top, x1, bottom),
            Ruling(x0, top, x1, top),
            Ruling(x0, bottom, x1, bottom),
        )
    ]
    figures = [(-200, "7"), (-250, "8"), (-300, "9"), (-350, "10"), (-400, "11")]
    words = page(
        [(-200, "East"), (-250, "West"), (-300, "South"), (-350, "North"), (-400, "Total")],
        *([(20, name), *figures] for name in ("Balance", "Issued", "Loss")),
    )
    (table,) = tables_of(words, [*sides, upright(257, 1, 3)], shades)
    assert rows_of(table)[0] == ["", "East", "West", "South", "North", "Total"]


def test_a_comparison_sign_apart_from_its_number_is_of_its_cell() -> None:
    words = page(
        [(-250, "OR"), (-350, "95% CI"), (-460, "P value")],
        [(20, "Age"), (-250, "1.02"), (-350, "0.99–1.05"), (-460, "0.21")],
        [(20, "Smoker"), (-250, "2.10"), (-350, "1.55–2.84"), (-460, "< 0.001")],
    )
    (found,) = tables(words)
    assert found[-1] == ["Smoker", "2.10", "1.55–2.84", "< 0.001"]


def test_figures_in_the_middle_of_two_lines_of_the_last_label_take_both() -> None:
    rows = [CASH, OTHER] * 4
    words = page(*DATES, *rows, [(20, "Turnover without")], [(20, "retirements")])
    beside = page(*[[]] * 10, [(-350, "7.1"), (-460, "8.4")])
    words += [
        word._replace(box=word.box._replace(top=word.box.top + PITCH / 2, bottom=word.box.bottom + PITCH / 2))
        for word in beside
    ]
    (found,) = tables([word._replace(order=order) for order, word in enumerate(words)])
    assert found[-1] == ["Turnover without retirements", "7.1", "8.4"]
