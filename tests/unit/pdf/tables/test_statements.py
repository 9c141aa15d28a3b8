"""Tables of figures as statements set them, as page models: words with their places, lines and shades."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.ruled import Table
from app.pdf.tables.statements import find_statements
from tests.support.table_pages import PITCH, level, page, rows_of, tables_of


def only(words: list[PlacedWord], drawn: Sequence[Ruling] = (), shades: Sequence[Box] = ()) -> Table:
    (table,) = find_statements(words, drawn, shades)
    return table


HEADS = [[(300, "July 1,"), (400, "June 25,")], [(305, "2023"), (405, "2022")]]


def test_heads_above_the_figures_are_the_tables() -> None:
    figures = [[(20, "Revenue"), (-340, "10"), (-440, "20")], [(20, "Cost"), (-340, "3"), (-440, "4")]]
    table = only(page(*HEADS, *figures))
    assert rows_of(table) == [
        ["", "July 1, 2023", "June 25, 2022"],
        ["Revenue", "10", "20"],
        ["Cost", "3", "4"],
    ]
    assert [cell.header for cell in table.cells if cell.text == "July 1, 2023"] == [True]


def test_a_head_with_a_line_below_spans_the_columns_that_the_line_does() -> None:
    figures = [[(20, name), (-340, "10"), (-440, "20"), (-540, "7")] for name in ("Revenue", "Cost")]
    table = only(
        page([(380, "Nine Months Ended")], [(305, "2023"), (405, "2022"), (505, "2021")], *figures),
        [level(300, 545, 1)],
    )
    assert [(cell.column, cell.column_span) for cell in table.cells if cell.row == 0 and cell.text] == [
        (1, 3)
    ]


def test_signs_and_brackets_that_stand_apart_join_their_number() -> None:
    table = only(
        page(
            [(300, "2023"), (400, "2022")],
            [(20, "Revenue"), (280, "$"), (-340, "1,250"), (380, "$"), (-440, "(97"), (442, ")")],
            [(20, "Margin"), (-340, "12"), (350, "%"), (-440, "8"), (450, "%")],
        )
    )
    assert rows_of(table)[1:] == [["Revenue", "$ 1,250", "$ (97)"], ["Margin", "12%", "8%"]]


def test_leader_dots_are_no_text_and_are_taken() -> None:
    words = page(
        [(300, "2023"), (400, "2022")],
        [(20, "Revenue . . . . . . . . ."), (-340, "10"), (-440, "20")],
        [(20, "Cost............"), (-340, "3"), (-440, "4")],
    )
    table = only(words)
    assert rows_of(table)[1:] == [["Revenue", "10", "20"], ["Cost", "3", "4"]]
    assert len(table.left_out) == 9


def test_a_label_that_wraps_is_one_and_a_section_is_a_row() -> None:
    table = only(
        page(
            [(300, "2023"), (400, "2022")],
            [(20, "Operating activities:")],
            [(25, "Selling, general and")],
            [(30, "Administrative"), (-340, "10"), (-440, "20")],
            [(25, "Income from")],
            [(30, "operations"), (-340, "3"), (-440, "4")],
            [(25, "Other"), (-340, "5"), (-440, "6")],
        )
    )
    labels = [row[0] for row in rows_of(table)]
    assert labels == [
        "",
        "Operating activities:",
        "Selling, general and Administrative",
        "Income from operations",
        "Other",
    ]


def test_bands_of_colour_tell_which_lines_are_one_row() -> None:
    lines = [[(20, "Amscot")], [(20, "Building"), (-340, "1"), (-440, "33.00")]]
    words = page([(300, "Tenants"), (410, "Rent")], *lines, *lines, *lines)
    shades = [Box(20, 110.5 + n * 2 * PITCH, 450, 110.5 + (n + 1) * 2 * PITCH) for n in range(3)]
    assert rows_of(only(words, shades=shades))[1:] == [["Amscot Building", "1", "33.00"]] * 3


def test_the_heads_of_a_second_table_below_end_the_first() -> None:
    figures = [[(20, name), (-340, "10"), (-440, "20")] for name in ("Revenue", "Cost", "Profit")]
    found = find_statements(page(*HEADS, *figures, *HEADS, *figures), [], [])
    assert [rows_of(table)[0] for table in found] == [["", "July 1, 2023", "June 25, 2022"]] * 2


def test_the_end_of_a_paragraph_beside_a_head_stays_out() -> None:
    figures = [[(20, name), (-340, "10"), (-440, "20")] for name in ("Revenue", "Cost")]
    table = only(
        page([(20, "sales of all segments were as follows:"), (305, "2023"), (405, "2022")], *figures)
    )
    assert rows_of(table)[0] == ["", "2023", "2022"]


def test_groups_of_three_digits_behind_a_space_are_one_number() -> None:
    figures = [[(20, name), (310, "12 345"), (410, "67 890")] for name in ("Chiffre", "Charges", "Total")]
    assert [len(row) for row in rows_of(only(page(*figures)))] == [3, 3, 3]


def test_a_table_of_contents_is_no_table() -> None:
    lines = [[(20, f"Chapter {n} . . . . . . . . ."), (-340, str(n * 7))] for n in range(1, 6)]
    assert find_statements(page(*lines), [], []) == []


def test_heads_between_rows_are_heads_of_what_stands_below_them() -> None:
    table = only(
        page(
            [(-230, "P"), (-290, "R")],
            [(60, "CRF"), (-230, "75.12"), (-290, "66.67")],
            [(60, "LSTM"), (-230, "75.02"), (-290, "72.84")],
            [(215, "Data: EC-UQ")],
            [(60, "CRF"), (-230, "65.45"), (-290, "55.33")],
            [(60, "LSTM"), (-230, "71.96"), (-290, "66.55")],
        )
    )
    assert rows_of(table)[3] == ["", "Data: EC-UQ", ""]
    assert [cell.text for cell in table.cells if cell.header and cell.row == 3] == ["Data: EC-UQ"]
    assert [cell.column_span for cell in table.cells if cell.text == "Data: EC-UQ"] == [2]


def test_a_number_with_its_error_or_its_share_is_one_cell() -> None:
    table = only(
        page(
            [(60, "Fe"), (200, "1757.9 ± 2.8"), (300, "12 (34%)")],
            [(60, "Cu"), (200, "21.8 ± 0.1"), (300, "7 (20%)")],
            [(60, "Zn"), (200, "17.7 ± 0.2"), (300, "9 (26%)")],
        )
    )
    assert rows_of(table)[0] == ["Fe", "1757.9 ± 2.8", "12 (34%)"]


def test_the_title_of_a_section_may_be_as_long_as_the_table_is_wide() -> None:
    title = "Measured concentration in the infusion of each of the medical plants after boiling it"
    rows = [[(60, name), (-250, "1.4"), (-350, "2.3")] for name in ("Fe", "Cu", "Zn")]
    table = only(page([(60, "Elements"), (230, "Mahareeb"), (330, "Sheeh")], *rows, [(60, title)], *rows))
    assert [row[0] for row in rows_of(table)] == ["Elements", "Fe", "Cu", "Zn", title, "Fe", "Cu", "Zn"]


def test_a_section_above_the_first_figures_is_no_head_of_those_that_it_reaches_over() -> None:
    rows = [[(60, name), (-250, "1.4"), (-350, "2.3")] for name in ("Fe", "Cu", "Zn")]
    table = only(
        page(
            [(60, "Elements"), (220, "Mahareeb"), (330, "Sheeh")],
            [(60, "Unwashed plants, every one of them")],
            *rows,
        )
    )
    assert rows_of(table)[1] == ["Unwashed plants, every one of them", "", ""]
    assert [cell.row for cell in table.cells if cell.header] == [0, 0, 0]


def test_a_table_beside_a_column_of_prose_has_none_of_its_words() -> None:
    prose = (20, "with words that run on and on here")
    rows = [[prose, (260, name), (-350, "1.4"), (-420, "2.3")] for name in ("Fe", "Cu", "Zn", "Se")]
    table = only(
        page([prose], [prose, (260, "Elements"), (330, "May"), (400, "June")], *rows, [prose], [prose])
    )
    assert rows_of(table)[:2] == [["Elements", "May", "June"], ["Fe", "1.4", "2.3"]]


@pytest.mark.parametrize(
    "begin", ["Item 1.", "1.", "a)", "3.1", "Chapter 4", "Anhang A", "PART I:", "Appendix B"]
)
def test_numbers_of_pages_behind_chapters_are_no_table_without_dots(begin: str) -> None:
    lines = [[(20, f"{begin} What is told there"), (-440, str(n * 7))] for n in range(1, 7)]
    assert tables_of(page([(-440, "Page")], *lines)) == []


def test_figures_that_grow_are_a_table_where_labels_are_no_chapters() -> None:
    lines = [
        [(20, f"{name} of the north"), (-440, str(n * 7))]
        for n, name in enumerate(("Rhine", "Main", "Lahn"), 3)
    ]
    assert len(tables_of(page([(-440, "Length")], *lines))) == 1


@pytest.mark.parametrize(
    "title", ["Balance sheets of the company", "(In millions)", "For the years ended in May"]
)
def test_a_line_in_the_middle_of_the_whole_table_is_its_title_and_no_head(title: str) -> None:
    figures = [
        [(20, f"{name} and what belongs to it"), (-340, "10"), (-440, "20")] for name in ("Revenue", "Cost")
    ]
    table = only(page([(230 - 2.5 * len(title), title)], [(320, "2023"), (420, "2022")], *figures))
    assert rows_of(table)[0] == ["", "2023", "2022"]


def test_a_bold_total_right_below_the_heads_is_a_row() -> None:
    words = page(
        [(-340, "Number"), (-440, "Percent")],
        [(20, "Total items"), (-340, "135"), (-440, "100")],
        *([(20, name), (-340, "72"), (-440, "53")] for name in ("Reading", "Writing")),
    )
    bold = [
        word._replace(style=word.style._replace(bold=True)) if 2 <= at < 6 else word
        for at, word in enumerate(words)
    ]
    assert rows_of(only(bold))[:2] == [["", "Number", "Percent"], ["Total items", "135", "100"]]
