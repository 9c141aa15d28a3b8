"""Thresholds of tables of figures, of their labels and cells: what is just within one,
and what is just beyond."""

from __future__ import annotations

import pytest

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from tests.support.edges import Edge, lines_from, statements, words_at
from tests.support.table_pages import HEIGHT, WIDTH, Piece, rows_of

NAMES = ("Revenue", "Costs", "Profit")
FIGURES: list[list[Piece]] = [[(20, name), (-340, "10"), (-440, "20")] for name in NAMES]
HEADS: list[Piece] = [(320, "May"), (420, "June")]


def texts(
    *lines: list[Piece], drawn: tuple[Ruling, ...] = (), shades: tuple[Box, ...] = ()
) -> list[list[str]]:
    """The rows of the tables of lines below each other, one table after the other."""
    return [
        row
        for table in statements(words_at(*lines_from(60, *lines)), drawn, shades)
        for row in rows_of(table)
    ]


# -- what makes a table ------------------------------------------------------------------------------------


def is_a_table_of_one_column_with_rows(count: float) -> bool:
    rows: list[list[Piece]] = [[(20, f"Name{at}x"), (-340, "10")] for at in range(int(count))]
    return bool(texts(*rows))


def is_a_table_of_two_columns_with_rows(count: float) -> bool:
    return bool(texts(*FIGURES[: int(count)]))


def goes_on_below_white(heights: float) -> bool:
    below = 60 + 2 * 12 + HEIGHT + heights * HEIGHT
    return len(statements(words_at(*lines_from(60, *FIGURES), *lines_from(below, *FIGURES)))) == 1


def goes_on_below_rows_without_figures(count: float) -> bool:
    names: list[list[Piece]] = [[(20, "S" * 70)]] * int(count)
    return len(statements(words_at(*lines_from(60, *FIGURES, *names, *FIGURES)))) == 1


def goes_on_below_lines_of_labels(count: float) -> bool:
    names: list[list[Piece]] = [[(20, "Section:")]] * int(count)
    return len(statements(words_at(*lines_from(60, *FIGURES, *names, *FIGURES)))) == 1


def stands_below_though_shifted_by(points: float) -> bool:
    # Figures of the second half end further left, by more than their width.
    shifted = [[(20, name), (-(340 - 10 - points), "10"), (-(440 - 10 - points), "20")] for name in NAMES]
    return len(statements(words_at(*lines_from(60, *FIGURES, *shifted)))) == 1


def has_columns_with_rows_across(share: float) -> bool:
    across: Piece = (20, "a" * 65)
    count = round(100 * share)
    rows = [[across, (-440, "20")]] * count + [FIGURES[0]] * (100 - count)
    return len(texts(*rows)[-1]) == 3


def has_a_strip_of(points: float) -> bool:
    # No row has its own numbers so near to each other: one ends where that of another row begins.
    left: list[Piece] = [(20, "Revenue"), (285, "1.5"), (302, "2.5")]
    right: list[Piece] = [(20, "Revenue"), (287 - points, "1.5"), (305, "2.5")]
    return len((texts(left, right, left) or [[]])[0]) == 3


def is_labelled_in(share: float) -> bool:
    count = round(20 * share)
    rows = [FIGURES[0]] * count + [[(-140, "5"), (-340, "10"), (-440, "20")]] * (20 - count)
    return bool(texts(*rows))


def is_labelled_beside_one_column_in(share: float) -> bool:
    count = round(20 * share)
    labelled: list[Piece] = [(20, "Revenue"), (-340, "10")]
    other: list[Piece] = [(40, "7"), (-340, "10")]
    rows = [labelled] * count + [other] * (20 - count)
    return bool(texts(*rows))


def holds_labels_of_words(count: float) -> bool:
    lines: list[list[Piece]] = [[(20, " ".join("a" * int(count))), (-340, "10"), (-440, "20")]] * 3
    return bool(texts(*lines))


def holds_a_fifth_of_cells_of_words(count: float) -> bool:
    long: list[Piece] = [(20, "Name"), (120, " ".join("a" * int(count))), (-340, "10"), (-440, "20")]
    plain: list[Piece] = [(20, "Name"), (120, "a"), (-340, "10"), (-440, "20")]
    return bool(texts(*[long] * 20, *[plain] * 80))


def holds_long_labels_in(share: float) -> bool:
    count = round(100 * share)
    long: list[Piece] = [(20, " ".join("a" * 17)), (-340, "10"), (-440, "20")]
    return bool(texts(*[long] * count, *[FIGURES[0]] * (100 - count)))


def holds_cells_of_words(count: float) -> bool:
    rows: list[list[Piece]] = [
        [(20, name), (200, " ".join(["x1"] * int(count))), (-440, "20"), (-500, "30")] for name in NAMES
    ]
    return bool(texts(*rows))


def holds_long_cells_in(share: float) -> bool:
    count = round(20 * share)
    long: list[Piece] = [(20, "Revenue"), (200, " ".join("a" * 7)), (-440, "20"), (-500, "30")]
    plain: list[Piece] = [(20, "Revenue"), (200, "a"), (-440, "20"), (-500, "30")]
    return bool(texts(*[long] * count, *[plain] * (20 - count)))


def is_no_formula_beside_a_line_along(share: float) -> bool:
    lines: list[list[Piece]] = [[(20, "x = y"), (-340, "10"), (-440, "20")]] * 3
    line = Ruling(200, 60, 200, 60 + share * (24 + HEIGHT))
    return bool(texts(*lines, drawn=(line,)))


def holds_figures_in(share: float) -> bool:
    # One figure in each row, beside one cell of text or two.
    two: list[Piece] = [(20, "Revenue"), (320, "abc"), (-440, "20")]
    three: list[Piece] = [(20, "Revenue"), (250, "abc"), (320, "abc"), (-440, "20")]
    count = round(20 / share) - 40
    return bool(texts(*[two] * (20 - count), *[three] * count))


# -- what stands in a row ----------------------------------------------------------------------------------


def is_a_leader_of_dots(count: float) -> bool:
    dots: list[Piece] = [(100 + 12 * at, ".") for at in range(int(count))]
    rows: list[list[Piece]] = [[(20, name), *dots, (-340, "10"), (-440, "20")] for name in NAMES]
    return texts(*rows)[:1] == [["Revenue", "10", "20"]]


def parts_numbers_by(heights: float) -> bool:
    rows: list[list[Piece]] = [[(20, name), (300, "1.5"), (315 + heights * HEIGHT, "2.5")] for name in NAMES]
    # Twice as large: in small type the white would be less than the narrowest strip.
    words = [
        word._replace(box=Box(*(2 * side for side in word.box))) for word in words_at(*lines_from(60, *rows))
    ]
    return [row[1:] for table in statements(words) for row in rows_of(table)][:1] == [["1.5", "2.5"]]


def stands_below_what_sticks_out_by(letters: float) -> bool:
    """Figures begin below the brackets of others, which stick out of their column by these letters."""
    above: list[list[Piece]] = [[(20, name), (-340, "10)")] for name in NAMES]
    below: list[list[Piece]] = [[(20, name), (343 - WIDTH * letters, "5")] for name in NAMES]
    return len(statements(words_at(*lines_from(60, *above, *below)))) == 1


def joins_words_of_a_label_with_white(heights: float) -> bool:
    rows = [[(20, "Net"), (35 + heights * HEIGHT, "sales"), (-340, "10"), (-440, "20")] for _ in NAMES]
    return texts(*rows)[0][0] == "Net sales"


def joins_a_percent_sign_behind(heights: float) -> bool:
    rows: list[list[Piece]] = [
        [(20, name), (-300, "10"), (300 + heights * HEIGHT, "%"), (-440, "20")] for name in NAMES
    ]
    return "10%" in texts(*rows)[0]


def joins_what_is_in_brackets_behind(heights: float) -> bool:
    rows: list[list[Piece]] = [
        [(20, name), (-300, "10"), (300 + heights * HEIGHT, "(5)"), (-440, "20")] for name in NAMES
    ]
    return "10 (5)" in texts(*rows)[0]


def joins_thousands_behind(heights: float) -> bool:
    rows: list[list[Piece]] = [
        [(20, name), (-300, "12"), (300 + heights * HEIGHT, "345"), (-440, "20")] for name in NAMES
    ]
    return "12 345" in texts(*rows)[0]


def joins_thousands_in_rows(count: float) -> bool:
    grouped: list[Piece] = [(20, "Revenue"), (-300, "12"), (303, "345")]
    rows = [grouped] * int(count) + [[(20, "Costs"), (-318, "98")]] * (3 - int(count))
    return "12 345" in [cell for row in texts(*rows) for cell in row]


def joins_thousands_in_a_share(share: float) -> bool:
    grouped: list[Piece] = [(20, "Revenue"), (-300, "12"), (303, "345")]
    # Each such row has two numbers until they are one, each other row one.
    rows = [grouped] * 4 + [[(20, "Costs"), (-318, "98")]] * (round(4 / share) - 8)
    return "12 345" in [cell for row in texts(*rows) for cell in row]


# -- labels ------------------------------------------------------------------------------------------------


def goes_on_with_a_label_below_white(heights: float) -> bool:
    top = 72 + HEIGHT + heights * HEIGHT
    above = lines_from(60, FIGURES[0], [(20, "Income from")])
    words = words_at(*above, *lines_from(top, [(20, "sales"), *FIGURES[0][1:]], FIGURES[1]))
    return "Income from sales" in [row[0] for row in rows_of(statements(words)[0])]


def goes_on_deeper_by(points: float) -> bool:
    lines: list[list[Piece]] = [
        [(20, "Selling it all, then")],
        [(20 + points, "Administering"), *FIGURES[0][1:]],
    ]
    return "Selling it all, then Administering" in [row[0] for row in texts(HEADS, *lines, *FIGURES)]


def goes_on_deeper_by_heights(heights: float) -> bool:
    return goes_on_deeper_by(heights * HEIGHT)


def wraps_to_lines(count: float) -> bool:
    lines: list[list[Piece]] = [[(20 + at, "Administering it")] for at in range(int(count) - 1)]
    last: list[Piece] = [(20 + count, "Administered"), *FIGURES[0][1:]]
    label = " ".join(["Administering it"] * (int(count) - 1) + ["Administered"])
    return label in [row[0] for row in texts(HEADS, *lines, last, *FIGURES)]


EDGES = [
    Edge("statements.FEWEST", is_a_table_of_one_column_with_rows, 3, 2),
    Edge("statements.FEWEST_WIDE", is_a_table_of_two_columns_with_rows, 2, 1),
    Edge("statements.WIDEST_FIGURES", goes_on_below_white, 4.3, 4.7),
    Edge("statements.MOST_BETWEEN", goes_on_below_rows_without_figures, 4, 5),
    Edge("statements.MOST_LABELS", goes_on_below_lines_of_labels, 11, 12),
    Edge("statements.SNAP", stands_below_though_shifted_by, 2.7, 3.3),
    Edge("statements.MOST_ACROSS", has_columns_with_rows_across, 0.09, 0.11),
    Edge("statements.NARROWEST_STRIP", has_a_strip_of, 1.1, 0.9),
    Edge("statements.LABELLED", is_labelled_in, 0.5, 0.45),
    Edge("statements.LABELLED_ALONE", is_labelled_beside_one_column_in, 0.8, 0.75),
    Edge("statements.LONGEST_PIECE", holds_a_fifth_of_cells_of_words, 12, 13),
    Edge("statements.LONGEST_LABEL", holds_labels_of_words, 16, 17),
    Edge("statements.MOST_LONG", holds_long_labels_in, 0.15, 0.17),
    Edge("statements.LONGEST_CELL", holds_cells_of_words, 6, 7),
    Edge("statements.MOST_WORDY", holds_long_cells_in, 0.25, 0.3),
    Edge("statements.PARTED", is_no_formula_beside_a_line_along, 0.85, 0.75),
    Edge("statements.FIGURES", holds_figures_in, 0.5, 0.45),
    Edge("figures.FEWEST_DOTS", is_a_leader_of_dots, 3, 2),
    Edge("figures.NUMBER_GAP", parts_numbers_by, 0.14, 0.1),
    Edge("figures.STICKING_OUT", stands_below_what_sticks_out_by, 0.75, 0.65),
    Edge("figures.TEXT_GAP", joins_words_of_a_label_with_white, 0.6, 0.7),
    Edge("figures.AFTER_GAP", joins_a_percent_sign_behind, 5.7, 6.3),
    Edge("figures.BRACKET_GAP", joins_what_is_in_brackets_behind, 0.38, 0.46),
    Edge("figures.GROUP_GAP", joins_thousands_behind, 0.36, 0.44),
    Edge("figures.FEWEST_GROUPED", joins_thousands_in_rows, 3, 2),
    Edge("figures.SHARE_GROUPED", joins_thousands_in_a_share, 0.27, 0.22),
    Edge("labels.CLOSE", goes_on_with_a_label_below_white, 0.7, 0.8),
    Edge("labels.SLIGHT", goes_on_deeper_by, 0.55, 0.45),
    Edge("labels.HANGING", goes_on_deeper_by_heights, 1.9, 2.1),
    Edge("labels.MOST_WRAPPED", wraps_to_lines, 3, 4),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
