"""Thresholds of tables that align without a grid: what is just within one, and what is just beyond."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables.between_lines import find_between_lines
from app.pdf.tables.columns import find_gaps, lists_pages, make_table, prose_at
from app.pdf.tables.rows import Row, read_rows
from app.pdf.tables.unruled import find_unruled
from app.pdf.tables.wrapped import centred_rows, row_starts
from tests.support.edges import Edge, lines_from, words_at
from tests.support.table_pages import HEIGHT, Piece, rows_of

ROW: list[Piece] = [(20, "Rhine"), (120, "Area"), (220, "Depth")]
NUMBERS: list[Piece] = [(20, "Rhine"), (120, "12"), (220, "34")]
GAP = 0.9

Placed = tuple[float, Sequence[Piece]]
"""A line with its top."""


def texts(*lines: Sequence[Piece], pitch: float = 12.0) -> list[list[str]]:
    """The rows of the tables of lines that align with no line drawn."""
    return [
        row
        for table in find_unruled(words_at(*lines_from(60, *lines, pitch=pitch)), [])
        for row in rows_of(table)
    ]


# -- rows that align with no line --------------------------------------------------------------------------


def parts_cells_by(heights: float) -> bool:
    at = 45 + heights * HEIGHT
    rows: list[list[Piece]] = [[(20, "Rhine"), (at, "12345"), (at + 60, "34")]] * 4
    return texts(*rows)[:1] == [["Rhine", "12345", "34"]]


def aligns_in_a_share_of(share: float) -> bool:
    # Each row that aligns is followed by lines that do not, alone or in pairs.
    other: list[Piece] = [(25, "and some words that stand over all of the columns")]
    count = round(12 / share) - 12
    lines: list[list[Piece]] = []
    for at in range(12):
        lines += [ROW, *[other] * (count // 12 + (at < count % 12))]
    return bool(texts(*lines))


def goes_on_with_a_row_below(heights: float) -> bool:
    below = 60 + 3 * 12 + HEIGHT + heights * HEIGHT
    words = words_at(*lines_from(60, *[ROW] * 4), *lines_from(below, *[ROW] * 4))
    return len(find_unruled(words, [])) == 1


def goes_on_behind_a_line_below(heights: float) -> bool:
    below = 60 + 3 * 12 + HEIGHT + heights * HEIGHT
    other: list[Piece] = [(25, "and some words that stand over all of the columns")]
    words = words_at(*lines_from(60, *[ROW] * 4), *lines_from(below, other, *[ROW] * 4))
    return len(find_unruled(words, [])) == 1


def goes_on_behind_lines(count: float) -> bool:
    other: list[Piece] = [(25, "and some words that stand over all of the columns")]
    return (
        len(find_unruled(words_at(*lines_from(60, *[ROW] * 5, *[other] * int(count), *[ROW] * 5)), [])) == 1
    )


def holds_further_lines_of_cells_in_columns(count: float) -> bool:
    columns: list[Piece] = [(20 + 100 * at, f"{at}0") for at in range(int(count))]
    more: list[Piece] = [(120, "30")]
    return len(find_unruled(words_at(*lines_from(60, *[columns, more, more, more] * 5)), [])) == 1


def has_a_header_of_rows(count: float) -> bool:
    # Heads that align with nothing: each stands elsewhere.
    heads: list[list[Piece]] = [[(31 + 11 * at, "ab"), (151 + 9 * at, "cd")] for at in range(int(count))]
    return len(texts(*heads, *[NUMBERS] * 4)) == 4 + count


def has_a_header_above_white(heights: float) -> bool:
    head: list[Piece] = [(31, "ab"), (151, "cd")]
    words = words_at((60, head), *lines_from(60 + HEIGHT + heights * HEIGHT, *[NUMBERS] * 4))
    return len(rows_of(find_unruled(words, [])[0])) == 5


def is_filled_with_words_in(share: float) -> bool:
    return _is_filled(share, 0.0)


def is_filled_with_numbers_in(share: float) -> bool:
    return _is_filled(share, 1.0)


def is_one_of_numbers_in(share: float) -> bool:
    # Too empty for one of words.
    return _is_filled(0.45, share)


def _is_filled(share: float, numbers: float) -> bool:
    """Whether it is a table if each row fills about this share of ten columns, and this share of what stands
    there are numbers."""
    count = round(200 * share)
    texts_left = iter(["12"] * round(count * numbers) + ["ab"] * count)
    taken = [count // 20 + (at < count % 20) for at in range(20)]
    rows = [
        sorted((20.0 + 30 * ((at + 3 * each) % 10), next(texts_left)) for each in range(number))
        for at, number in enumerate(taken)
    ]
    return bool(texts(*rows))


def is_steady_in(share: float) -> bool:
    # Of each column's twenty cells so many, past the first, begin at one place; the others in threes
    # elsewhere.
    alike = round(19 * share) + 1
    rows: list[list[Piece]] = []
    for at in range(20):
        aside = 0 if at < alike else 8 + 8 * min((at - alike) // 3, 2)
        rows.append([(20 + 120 * column + aside, "abcd") for column in range(3)])
    return bool(texts(*rows))


def is_a_table_of_rows(count: float) -> bool:
    return bool(texts(*[NUMBERS] * int(count)))


def has_a_column_of_values_in(share: float) -> bool:
    # A row with two words does not align by itself: it stands between rows with numbers.
    count = round(40 * share)
    numbers = [(at + 1) * count // 20 > at * count // 20 for at in range(20)]
    rows: list[list[Piece]] = [[(20, "Rhine"), (120, "12" if number else "no")] for number in numbers]
    return bool(texts(*rows))


def is_no_formula_with_signs_in(share: float) -> bool:
    count = round(60 * share)
    rows: list[list[Piece]] = []
    for at in range(20):
        cells = ["=" if 3 * at + each < count else "ab" for each in range(3)]
        rows.append([(20 + 100 * each, text) for each, text in enumerate(cells)])
    return bool(texts(*rows))


def is_no_formula_with_rows_that_overlap(share: float) -> bool:
    count = round(50 * share)
    top, lines = 60.0, []
    for at in range(50):
        lines.append((top, NUMBERS))
        top += HEIGHT - 0.4 * HEIGHT if at < count else 12.0
    return [len(rows_of(table)) for table in find_unruled(words_at(*lines), [])] == [50]


def is_no_formula_where_rows_overlap_by(heights: float) -> bool:
    return bool(texts(*[NUMBERS] * 8, pitch=HEIGHT - heights * HEIGHT))


# -- columns -----------------------------------------------------------------------------------------------


def rows_at(*lines: Sequence[Piece]) -> list[Row]:
    return read_rows(words_at(*lines_from(60, *lines)), GAP)


def has_columns_with_pieces_across(share: float) -> bool:
    count = round(100 * share)
    across: list[Piece] = [(20, "a" * 30), (220, "34")]
    return len(find_gaps(rows_at(*[across] * count, *[NUMBERS] * (100 - count)))) == 2


def has_a_strip_of(points: float) -> bool:
    one: list[Piece] = [(20, "a" * 10), (90, "bc")]
    other: list[Piece] = [(20, "a"), (70 + points, "bc")]
    # The other strip is the white before the second piece of the first row.
    return len(find_gaps(rows_at(one, other))) == 2


def goes_on_below_white(heights: float) -> bool:
    top = 60 + HEIGHT + heights * HEIGHT
    words = words_at((60, [(20, "Rhine"), (120, "and"), (220, "ab")]), (top, [(20, "of it")]))
    table = make_table(read_rows(words, GAP), [95.0, 190.0])
    return rows_of(table)[0][0] == "Rhine of it"


def is_prose_of_words(count: float) -> bool:
    lines: list[list[Piece]] = [[(20, " ".join(["word"] * int(count)))]] * 4
    return prose_at(rows_at(*lines), [400.0]) == [0]


def is_prose_in(share: float) -> bool:
    count = round(20 * share)
    full: list[Piece] = [(20, "word word word word")]
    short: list[Piece] = [(20, "word word")]
    return prose_at(rows_at(*[full] * count, *[short] * (20 - count)), [400.0]) == [0]


def is_an_index_of_entries(count: float) -> bool:
    return lists_pages(rows_at(*[[(20, f"{at}. ab"), (120, str(at * 7))] for at in range(1, int(count) + 1)]))


def is_an_index_with_a_share_of_pages(share: float) -> bool:
    count = round(20 * share)
    pages = [[(20, f"{at}. ab"), (120, str(at * 7))] for at in range(1, count + 1)]
    return lists_pages(rows_at(*pages, *[[(20, "1. ab"), (120, "cd")]] * (20 - count)))


def is_an_index_with_a_share_of_chapters(share: float) -> bool:
    count = round(20 * share)
    return lists_pages(
        rows_at(*[[(20, f"{at}. ab" if at <= count else "ab"), (120, str(at * 7))] for at in range(1, 21)])
    )


# -- cells of several lines --------------------------------------------------------------------------------


def begins_no_row_below_white(heights: float) -> bool:
    top = 60 + HEIGHT + heights * HEIGHT
    words = words_at((60, ROW), (top, [(120, "more")]), *lines_from(top + 40, ROW, ROW, ROW))
    return row_starts(read_rows(words, GAP), [95.0, 190.0])[1] is False


def begins_rows_by_a_column_in(count: float) -> bool:
    lines: list[list[Piece]] = []
    for _ in range(int(count)):
        lines += [[(20, "E-101"), (120, "ab"), (220, "cd")], [(120, "ab")]]
    return row_starts(rows_at(*lines), [95.0, 190.0])[1] is False


def is_a_cell_of_lines(count: float) -> bool:
    lines = _centred(int(count))
    found = centred_rows(read_rows(words_at(*lines), GAP), [95.0])
    return found is not None and len(found) == 3


def _centred(count: int, off: float = 0.0, pitch: float = 10.0) -> list[Placed]:
    """Three rows: a name beside the middle of cells that have so many lines, or one less."""
    lines: list[Placed] = []
    for row in range(3):
        top = 60.0 + row * (count + 3) * 10.0
        lines += [(top + at * pitch, [(120, "some words")]) for at in range(count)]
        lines.append((top + (count - 1) * pitch / 2 + off, [(20, "Name")]))
    return lines


def stands_beside_the_middle_off_by(heights: float) -> bool:
    found = centred_rows(read_rows(words_at(*_centred(3, heights * HEIGHT)), GAP), [95.0])
    return found is not None


def begins_rows_by_a_column_filled_in(share: float) -> bool:
    """Ten columns, of which the first line of each row fills a share, and each further line the second."""
    first: list[Piece] = [(20 + 30 * at, "ab") for at in range(round(10 * share))]
    further: list[Piece] = [(50, "ab")]
    return row_starts(rows_at(*[first, further] * 4), [45 + 30.0 * at for at in range(9)])[1] is False


def goes_on_with_a_number_in_a_column_of(share: float) -> bool:
    """A further line is a number, and a share of its column's eighteen cells are."""
    numbers = round(18 * share) - 1
    rows: list[list[Piece]] = [
        [(20, "E"), (120, "12" if 0 < at <= numbers else "ab"), (220, "cd")] for at in range(12)
    ]
    rows.insert(1, [(120, "7")])
    for at in range(5):
        rows.insert(3 + 2 * at, [(120, "ab")])
    return row_starts(rows_at(*rows), [95.0, 190.0])[1] is False


def has_lines_apart_by(steps: float) -> bool:
    lines = _centred(3)[:8]
    top = 60.0 + 2 * 60
    lines += [(top + at * 10 * steps, [(120, "some words")]) for at in range(3)] + [
        (top + 10 * steps, [(20, "Name")])
    ]
    return _rows_around(lines) == 3


def has_cells_of_several_lines(count: float) -> bool:
    return _rows_around(_beside([3] * int(count) + [1] * (4 - int(count)))) == 4


def has_empty_cells_in(share: float) -> bool:
    count = round(50 * share)
    return _rows_around(_beside([0] * count + [3] * (25 - count))) == 25


def _beside(counts: list[int]) -> list[Placed]:
    """Names beside the middles of cells that have these numbers of lines."""
    lines: list[Placed] = []
    for row, count in enumerate(counts):
        middle = 80.0 + row * 50
        lines.append((middle, [(20, "Name")]))
        lines += [(middle + (at - (count - 1) / 2) * 10, [(120, "some words")]) for at in range(count)]
    return lines


def _rows_around(lines: list[Placed]) -> int:
    return len(centred_rows(read_rows(words_at(*lines), GAP), [95.0]) or [])


# -- between lines of one width ----------------------------------------------------------------------------


def between(lines: list[Placed], tops: tuple[float, ...], x0: float = 15, x1: float = 260) -> list[list[str]]:
    """The rows of the tables between level lines at these heights."""
    found, _ = find_between_lines(words_at(*lines), [Ruling(x0, y, x1, y) for y in tops])
    return [row for table in found for row in rows_of(table)]


def parts_cells_between_lines_by(heights: float) -> bool:
    at = 45 + heights * HEIGHT
    row: list[Piece] = [(20, "Rhine"), (at, "12345"), (at + 60, "34")]
    return between(lines_from(60, row, row, row), (58, 98))[:1] == [["Rhine", "12345", "34"]]


def has_rules_as_wide_as(points: float) -> bool:
    row: list[Piece] = [(20, "ab"), (60, "12")]
    return bool(between(lines_from(60, row, row, row), (58, 98), 15, 15 + points))


def has_rules_apart_by(points: float) -> bool:
    row: list[Piece] = [(20, "ab"), (60, "12")]
    return bool(between(lines_from(60, row, row, row, pitch=5), (59, 59 + points)))


def holds_rows_of_words(count: float) -> bool:
    text = " ".join(["x1"] * int(count))
    row: list[Piece] = [(20, text), (200, "12"), (230, "34")]
    return bool(between(lines_from(60, row, row, row, row), (58, 108)))


def holds_wordy_rows_in(share: float) -> bool:
    count = round(20 * share)
    wordy: list[Piece] = [(20, " ".join("a" * 13)), (220, "12")]
    return bool(between(lines_from(60, *[wordy] * count, *[NUMBERS[:2]] * (20 - count)), (58, 300)))


def has_several_pieces_in(share: float) -> bool:
    # Two bands: in the other one all rows have several pieces.
    count = round(20 * share)
    lines = lines_from(60, *[NUMBERS] * 30, *[NUMBERS] * count, *[[(20, "ab")]] * (20 - count))
    return len(between(lines, (58, 60 + 30 * 12 - 2, 60 + 50 * 12 - 2))) > 30


def has_heads_between_its_lines(count: float) -> bool:
    heads: list[list[Piece]] = [[(20, "ab"), (120, "cd"), (220, "ef")]] * int(count)
    lines = lines_from(60, *heads, *[NUMBERS] * 6)
    edge = 60 + count * 12 - 2
    found, _ = find_between_lines(
        words_at(*lines), [Ruling(15, y, 260, y) for y in (58, edge, 60 + (count + 6) * 12)]
    )
    return sum(cell.header for cell in found[0].cells) == 3 and len(rows_of(found[0])) == 7


def is_prose_with_words_in_a_cell(count: float) -> bool:
    first, second = " ".join(["x1"] * int(2 * count - 4)), "x1 x2 x3 x4"
    return not between(lines_from(60, *[[(20, first), (180, second)]] * 4), (58, 108))


def is_read_row_by_row_with_bands(count: float) -> bool:
    return _bands(int(count), int(count)) == int(count)


def is_read_row_by_row_filled_in(share: float) -> bool:
    filled = round(10 * share)
    return _bands(10, filled) == filled


def is_read_row_by_row_with_numbers_in(share: float) -> bool:
    # Three pieces in each of twenty bands.
    count = round(60 * share)
    found = _bands(20, 20, ["12" if at < count else "ab" for at in range(60)])
    return found == 20


def _bands(count: int, filled: int, said: Sequence[str] = ()) -> int:
    """How many of these bands between lines are a row each. A filled one has two cells, the second of two
    lines that stand too far apart to be one by themselves, or with ``said`` three."""
    words = iter(said)
    lines: list[Placed] = []
    for at in range(filled):
        cells: list[Piece] = [(20, next(words, "ab")), (120, next(words, "ab"))]
        lines.append((62.0 + 30 * at, [*cells, (200, next(words))] if said else cells))
        lines.append((80.0 + 30 * at, [(120, "ab")]))
    rows = between(lines, tuple(60.0 + 30 * at for at in range(count + 1)))
    return sum(len(row[1].split()) == 2 for row in rows)


def has_heads_above_its_first_line_by(points: float) -> bool:
    return _has_heads_above(60 - points - HEIGHT, 2 * HEIGHT)


def has_heads_above_white(heights: float) -> bool:
    return _has_heads_above(62 - heights * HEIGHT - HEIGHT, HEIGHT)


def _has_heads_above(top: float, height: float) -> bool:
    """Whether heads of a height are the first row of a table that is read row by row."""
    body: list[Placed] = []
    for at in range(4):
        body += [(62.0 + 30 * at, [(20, "ab"), (120, "cd")]), (73.0 + 30 * at, [(120, "ef")])]
    heads = words_at((top, [(20, "Name"), (120, "Use")]))
    tall = [word._replace(box=word.box._replace(bottom=top + height)) for word in heads]
    words = [word._replace(order=at) for at, word in enumerate([*tall, *words_at(*body)])]
    found, _ = find_between_lines(words, [Ruling(15, 60 + 30 * at, 260, 60 + 30 * at) for at in range(5)])
    return rows_of(found[0])[0] == ["Name", "Use"]


def has_rules_of_one_width_off_by(points: float) -> bool:
    words = words_at(*lines_from(60, *[NUMBERS] * 4))
    return bool(find_between_lines(words, [Ruling(15, 58, 260, 58), Ruling(15 + points, 108, 260, 108)])[0])


def is_one_piece_in_tiny_type(points: float) -> bool:
    """White of 0.65 of this height between words that are lower than type is."""
    words = words_at((60, [(20, "ab"), (30 + 0.65 * points, "cd")]))
    tiny = [word._replace(box=word.box._replace(bottom=62)) for word in words]
    return len(read_rows(tiny, 0.65)[0].pieces) == 1


EDGES = [
    Edge("unruled.NUMBERS", is_one_of_numbers_in, 0.33, 0.27),
    Edge("unruled.STEADY", is_steady_in, 0.526, 0.474),
    Edge("columns.FEWEST_ROWS", is_a_table_of_rows, 3, 2),
    Edge("columns.SNAP", has_rules_of_one_width_off_by, 2.8, 3.2),
    Edge("wrapped.FULL", begins_rows_by_a_column_filled_in, 0.6, 0.5),
    Edge("wrapped.NUMBERS", goes_on_with_a_number_in_a_column_of, 0.44, 0.56),
    Edge("wrapped.PITCH", has_lines_apart_by, 1.1, 1.2),
    Edge("wrapped.FEWEST_AROUND", has_cells_of_several_lines, 2, 1),
    Edge("wrapped.MOST_EMPTY", has_empty_cells_in, 0.2, 0.22),
    Edge("between_lines.FEWEST_BANDS", is_read_row_by_row_with_bands, 4, 3),
    Edge("between_lines.FEWEST_FILLED", is_read_row_by_row_filled_in, 0.8, 0.7),
    Edge("between_lines.MOST_NUMBERS", is_read_row_by_row_with_numbers_in, 0.75, 0.85),
    Edge("between_lines.HEADS_ABOVE", has_heads_above_its_first_line_by, 22, 26),
    Edge("between_lines.WHITE_BELOW_HEADS", has_heads_above_white, 2.1, 2.3),
    Edge("rows.LOWEST", is_one_piece_in_tiny_type, 3.8, 4.2),
    Edge("unruled.CELL_GAP", parts_cells_by, 0.95, 0.85),
    Edge("unruled.TABULAR", aligns_in_a_share_of, 0.47, 0.43),
    Edge("unruled.NEXT_TABULAR", goes_on_with_a_row_below, 3.3, 3.7),
    Edge("unruled.NEXT_OTHER", goes_on_behind_a_line_below, 2.1, 2.3),
    Edge("unruled.MOST_BETWEEN", goes_on_behind_lines, 2, 3),
    Edge("unruled.FEWEST_COLUMNS", holds_further_lines_of_cells_in_columns, 3, 2),
    Edge("unruled.HEADER_ROWS", has_a_header_of_rows, 3, 4),
    Edge("unruled.ABOVE_HEADER", has_a_header_above_white, 1.2, 1.4),
    Edge("unruled.FILLED", is_filled_with_words_in, 0.58, 0.52),
    Edge("unruled.FILLED_WITH_NUMBERS", is_filled_with_numbers_in, 0.37, 0.33),
    Edge("unruled.NUMBERS_OF_TWO", has_a_column_of_values_in, 0.27, 0.23),
    Edge("unruled.SIGNS", is_no_formula_with_signs_in, 0.11, 0.13),
    Edge("unruled.OVERLAPPING", is_no_formula_with_rows_that_overlap, 0.2, 0.22),
    Edge("unruled.OVERLAP", is_no_formula_where_rows_overlap_by, 0.27, 0.33),
    Edge("columns.MOST_ACROSS", has_columns_with_pieces_across, 0.08, 0.09),
    Edge("columns.NARROWEST_STRIP", has_a_strip_of, 1.7, 1.3),
    Edge("columns.CLOSE", goes_on_below_white, 0.32, 0.38),
    Edge("columns.WORDS_OF_PROSE", is_prose_of_words, 4, 3),
    Edge("columns.FULL_LINES", is_prose_in, 0.5, 0.45),
    Edge("columns.FEWEST_ENTRIES", is_an_index_of_entries, 5, 4),
    Edge("columns.ENTRIES", is_an_index_with_a_share_of_pages, 0.6, 0.55),
    Edge("columns.CHAPTERS", is_an_index_with_a_share_of_chapters, 0.5, 0.45),
    Edge("wrapped.CLOSE", begins_no_row_below_white, 0.7, 0.8),
    Edge("wrapped.FEWEST", begins_rows_by_a_column_in, 3, 2),
    Edge("wrapped.MOST_LINES", is_a_cell_of_lines, 8, 9),
    Edge("wrapped.OFF", stands_beside_the_middle_off_by, 0.22, 0.28),
    Edge("between_lines.RULED_GAP", parts_cells_between_lines_by, 0.7, 0.6),
    Edge("between_lines.SHORTEST_RULING", has_rules_as_wide_as, 105, 95),
    Edge("between_lines.LOWEST", has_rules_apart_by, 21, 19),
    Edge("between_lines.WORDIEST", holds_rows_of_words, 12, 13),
    Edge("between_lines.MOST_WORDY", holds_wordy_rows_in, 0.3, 0.35),
    Edge("between_lines.SEVERAL", has_several_pieces_in, 0.35, 0.25),
    Edge("between_lines.MOST_HEADS", has_heads_between_its_lines, 4, 5),
    Edge("between_lines.WORDS_OF_CELL", is_prose_with_words_in_a_cell, 5, 4),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
