"""Thresholds of ruled tables and of what joins or turns them away: what is just within one, and what is just
beyond."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord, upright
from app.pdf.tables.false_grids import holds_table, is_coarse
from app.pdf.tables.find import find_tables
from app.pdf.tables.headers import header_rows
from app.pdf.tables.lines import close_sides, join_level
from app.pdf.tables.rows import read_rows
from app.pdf.tables.ruled import Grid, Table, fill, find_grids, grid_of
from app.pdf.tables.run_across import join_crossed
from app.pdf.tables.shading import find_bands, is_shading, without_crossed
from app.pdf.tables.stacked import join_stacked
from tests.support.edges import Edge, words_at
from tests.support.table_pages import HEIGHT, STYLE, Piece, rows_of

CELL, ROW = 100.0, 20.0
"""Points across and down."""


def grid(columns: int, rows: int, height: float = ROW) -> Grid:
    """A grid of equal cells whose left top corner is at 20, 60."""
    return grid_of(
        [
            Box(20 + CELL * x, 60 + height * y, 20 + CELL * (x + 1), 60 + height * (y + 1))
            for y in range(rows)
            for x in range(columns)
        ]
    )


def filled(cells: Sequence[Sequence[str]]) -> Table:
    """A grid with these texts, at the left of their cells."""
    lines = [
        (65 + ROW * y, [(24 + CELL * x, text) for x, text in enumerate(row) if text])
        for y, row in enumerate(cells)
    ]
    return fill(grid(len(cells[0]), len(cells)), words_at(*lines))


def rules(columns: Sequence[float], rows: Sequence[float]) -> list[Ruling]:
    """Lines along all sides of the cells between these places."""
    down = [Ruling(x, rows[0], x, rows[-1]) for x in columns]
    return down + [Ruling(columns[0], y, columns[-1], y) for y in rows]


# -- grids that hold no table ------------------------------------------------------------------------------


def is_a_table_filled_in(share: float) -> bool:
    count = round(100 * share)
    cells = [["" for _ in range(10)] for _ in range(10)]
    for at in range(10):
        cells[at][at] = "ab"
    for at in range(count - 10):
        cells[at][(at + 1) % 10] = "cd"
    return holds_table(filled(cells))


def is_a_table_with_pairs_in(share: float) -> bool:
    count = round(100 * share)
    return holds_table(filled([["ab", "cd"] if at < count else ["ab", ""] for at in range(100)]))


def is_a_table_of_four_cells_with_words(count: float) -> bool:
    return _is_a_layout(4, int(count))


def is_a_table_of_long_cells(count: float) -> bool:
    return _is_a_layout(int(count), 44)


def _is_a_layout(cells: int, count: int) -> bool:
    """Whether a grid of two columns is a table in which so many cells have so many words."""
    words: list[PlacedWord] = []
    for cell in range(cells):
        x, y = cell % 2, cell // 2
        for at in range(count):
            # Lines below each other, in the two columns at other heights: they are neither prose nor rows.
            left, top = 30 + 200 * x + 20 * (at % 4), 70 + 5 * x + 400 * y + 12 * (at // 4)
            words.append(PlacedWord("ab", Box(left, top, left + 10, top + 9), STYLE, len(words)))
    boxes = [
        Box(20 + 200 * x, 60 + 400 * y, 220 + 200 * x, 460 + 400 * y) for y in range(3) for x in range(2)
    ]
    return holds_table(fill(grid_of(boxes), words))


def is_a_table_with_words_apart_by(heights: float) -> bool:
    """Rows whose words stand in two cells, with the same white between each two."""
    gap = heights * HEIGHT
    row = [(60 + at * (25 + gap), "abcde") for at in range(5)]
    cells = [Box(20 + x * 100, 60 + 20 * y, 120 + x * 100, 80 + 20 * y) for y in range(4) for x in range(2)]
    return holds_table(fill(grid_of(cells), words_at(*((65 + 20 * y, row) for y in range(4)))))


def is_a_table_with_words_in_a_line(count: float) -> bool:
    row = [(24 + at * 30, "abcde") for at in range(int(count))]
    cells = [Box(20 + x * 80, 60 + 20 * y, 100 + x * 80, 80 + 20 * y) for y in range(4) for x in range(2)]
    return holds_table(fill(grid_of(cells), words_at(*((65 + 20 * y, row) for y in range(4)))))


def is_a_table_with_lines_as_wide_as(share: float) -> bool:
    width = share * 400 - 4 * 4
    each = width / 5
    words: list[PlacedWord] = []
    for y in range(4):
        for at in range(5):
            x = 150 + at * (each + 4)
            words.append(PlacedWord("abcd", Box(x, 65 + 20 * y, x + each, 74 + 20 * y), STYLE, len(words)))
    cells = [Box(20 + x * 200, 60 + 20 * y, 220 + x * 200, 80 + 20 * y) for y in range(4) for x in range(2)]
    return holds_table(fill(grid_of(cells), words))


def is_a_table_whose_words_touch_by(heights: float) -> bool:
    row = [(120 - heights * HEIGHT / 2 - 30, "abcdef"), (120 + heights * HEIGHT / 2, "bc")]
    cells = [Box(20 + x * 100, 60 + 20 * y, 120 + x * 100, 80 + 20 * y) for y in range(4) for x in range(2)]
    return holds_table(fill(grid_of(cells), words_at(*((65 + 20 * y, row) for y in range(4)))))


def is_coarse_with_numbers_apart_by(heights: float) -> bool:
    row: list[Piece] = [(24, "ab"), (130, "12"), (140 + heights * HEIGHT, "34")]
    return is_coarse(fill(grid(2, 4), words_at(*((65 + ROW * y, row) for y in range(4)))))


def is_coarse_in(share: float) -> bool:
    count = round(20 * share)
    rows = [["ab", "12   34" if at < count else "12"] for at in range(20)]
    lines = [
        (65 + ROW * y, [(24, row[0]), (130, "12"), *([(160, "34")] if "34" in row[1] else [])])
        for y, row in enumerate(rows)
    ]
    return is_coarse(fill(grid(2, 20), words_at(*lines)))


# -- what stands in a grid ---------------------------------------------------------------------------------


def has_labels_outside_beside(rows: float) -> bool:
    return _has_labels(int(rows), int(rows), "Rhine")


def has_labels_outside_in(share: float) -> bool:
    return _has_labels(20, round(20 * share), "Rhine")


def has_labels_outside_of_words(count: float) -> bool:
    return _has_labels(4, 4, " ".join("a" * int(count)))


def has_labels_outside_with_white(heights: float) -> bool:
    grids = find_grids(drawn := rules((220, 300, 380), [60 + ROW * y for y in range(5)]))
    lines = [
        (65 + ROW * y, [(60, "Net"), (75 + heights * HEIGHT, "sales"), (230, "12"), (310, "34")])
        for y in range(4)
    ]
    (table,) = find_tables(words_at(*lines), drawn, grids)
    return rows_of(table)[0][0] == "Net sales"


def has_labels_outside_that_end_inside_by(points: float) -> bool:
    return _has_labels(4, 4, "Rhine", 195 + points)


def is_a_turned_table_of_words(count: float) -> bool:
    lines = [(60 + 12 * y, [(20, "Rhine"), (-240, "10"), (-340, "20"), (-440, "30")]) for y in range(3)]
    words = words_at(*lines)[: int(count)]
    turned = [
        word._replace(box=upright(word.box, 3), style=word.style._replace(direction=1)) for word in words
    ]
    return bool(find_tables(turned, [], []))


def _has_labels(rows: int, labelled: int, label: str, x: float = 60) -> bool:
    drawn = rules((220, 300, 380), [60 + ROW * y for y in range(rows + 1)])
    lines = [
        (65 + ROW * y, [*([(x, label)] if y < labelled else []), (230, "12"), (310, "34")])
        for y in range(rows)
    ]
    tables = find_tables(words_at(*lines), drawn, find_grids(drawn))
    return label in [row[0] for table in tables for row in rows_of(table) if len(row) == 3]


def splits_a_cell_over_columns(count: float) -> bool:
    """A row without lines between its columns, a number for each."""
    columns = int(count)
    cells = [Box(20 + CELL * x, 60, 20 + CELL * (x + 1), 80) for x in range(columns)]
    cells.append(Box(20, 80, 20 + CELL * columns, 100))
    words = words_at(*((65 + ROW * y, [(24 + CELL * x, "12") for x in range(columns)]) for y in range(2)))
    return len([cell for cell in fill(grid_of(cells), words).cells if cell.row == 1]) == columns


def splits_a_cell_at_gaps_of(heights: float) -> bool:
    gap = heights * HEIGHT
    cells = [Box(20 + 20 * x, 60, 40 + 20 * x, 80) for x in range(3)] + [Box(20, 80, 80, 100)]
    # Each word ends as far before its column does as the next begins behind it.
    row = [(20 + 20 * x + gap / 2, 40 + 20 * x - gap / 2) for x in range(3)]
    words = [PlacedWord("12", Box(x0, 85, x1, 94), STYLE, at) for at, (x0, x1) in enumerate(row)]
    return len([cell for cell in fill(grid_of(cells), words).cells if cell.row == 1]) == 3


def splits_a_row_of_lines(count: float) -> bool:
    return _split_rows([int(count)] * 3, "ab")


def splits_a_row_with_equal_cells_in(share: float) -> bool:
    equal = round(10 * share)
    return _split_rows([8] * equal + [4] * (10 - equal), "12")


def splits_a_row_with_nearly_as_many(share: float) -> bool:
    return _split_rows([20, *[round(20 * share)] * 9], "12")


def splits_a_row_with_short_lines(words: float) -> bool:
    texts = ["a b", "a b c"] if words < 2.5 else ["a b", "a b c", "a b c"]
    return _split_rows([20, *[16] * 9], "", texts)


def splits_a_row_with_lines_off_by(sizes: float) -> bool:
    cells = [
        Box(20 + CELL * x, y0, 20 + CELL * (x + 1), y1) for y0, y1 in ((60, 80), (80, 130)) for x in range(3)
    ]
    lines: list[tuple[float, list[Piece]]] = [(65, [(24 + CELL * x, "Head") for x in range(3)])]
    for at in range(3):
        lines.append((82 + 14.0 * at, [(24, "12"), (124, "34")]))
        lines.append((82 + 14.0 * at + sizes * 9, [(224, "56")]))
    return len(rows_of(fill(grid_of(cells), words_at(*lines)))) == 4


def _split_rows(counts: Sequence[int], text: str, texts: Sequence[str] = ()) -> bool:
    """Whether the second row of a grid, whose cells have these numbers of lines, becomes rows."""
    height = 12.0 * max(counts) + 4
    cells = [
        Box(20 + CELL * x, y0, 20 + CELL * (x + 1), y1)
        for y0, y1 in ((60, 80), (80, 80 + height))
        for x in range(len(counts))
    ]
    lines: list[tuple[float, list[Piece]]] = [(65, [(24 + CELL * x, "Head") for x in range(len(counts))])]
    for at in range(max(counts)):
        said = texts[at % len(texts)] if texts else text
        lines.append(
            (82 + 12.0 * at, [(24 + CELL * x, said) for x, count in enumerate(counts) if at < count])
        )
    return len(rows_of(fill(grid_of(cells), words_at(*lines)))) == 1 + max(counts)


def is_a_section_in_the_middle_of_columns(count: float) -> bool:
    columns = int(count)
    middle = 20 + CELL * columns / 2
    lines: list[tuple[float, list[Piece]]] = [(65, [(24 + CELL * x, "Head") for x in range(columns)])]
    lines += [(85 + ROW * y, [(24 + CELL * x, "12") for x in range(columns)]) for y in range(3)]
    lines.append((145, [(middle - 9.9, "abcd")]))
    cells = fill(grid(columns, 5), words_at(*lines)).cells
    return any(cell.text == "abcd" and cell.column_span == columns for cell in cells)


def is_a_section_off_the_middle_by(share: float) -> bool:
    middle = 20 + 150 + 300 * share
    lines: list[tuple[float, list[Piece]]] = [(65, [(24 + CELL * x, "Head") for x in range(3)])]
    lines += [(85 + ROW * y, [(24 + CELL * x, "12") for x in range(3)]) for y in range(3)]
    lines.append((145, [(middle - 10, "abcd")]))
    cells = fill(grid(3, 5), words_at(*lines)).cells
    return any(cell.text == "abcd" and cell.column_span == 3 for cell in cells)


# -- text across the lines of a grid -----------------------------------------------------------------------


def runs_across_with_words(count: float) -> bool:
    return _runs_across([20.0] * int(count), 2.0)


def runs_across_with_white(sizes: float) -> bool:
    return _runs_across([20.0] * 4, sizes * 9.0)


def _runs_across(widths: Sequence[float], gap: float, reach: float = 10.0) -> bool:
    """Whether words of these widths, one of which reaches over the first line of a grid by so many points,
    make one cell of two."""
    x = 120 + reach - sum(widths[:2]) - gap
    words: list[PlacedWord] = []
    for width in widths:
        words.append(PlacedWord("ab", Box(x, 65, x + width, 74), STYLE, len(words)))
        x += width + gap
    lower = words_at((85, [(24, "12"), (124, "34"), (224, "56")]))
    joined = join_crossed(grid(3, 2), [*words, *lower])
    return joined.rows[0][1] is None


def runs_across_reaching_over_by(points: float) -> bool:
    return _runs_across([20.0] * 4, 2.0, points)


def runs_across_though_words_are_off_by(sizes: float) -> bool:
    x, words = 84.0, []
    for at in range(4):
        # Two words on one height, two on another: apart they are too few.
        top = 65 + (sizes * 9 if at > 1 else 0)
        words.append(PlacedWord("ab", Box(x, top, x + 20, top + 9), STYLE, at))
        x += 22
    return (
        join_crossed(grid(3, 2), [*words, *words_at((85, [(24, "12"), (124, "34"), (224, "56")]))]).rows[0][1]
        is None
    )


def runs_into_a_column_as_wide_as(sizes: float) -> bool:
    edges = [20, 120, 120 + sizes * 9, 320]
    cells = [Box(x0, y, x1, y + 20) for y in (60, 80) for x0, x1 in pairwise(edges)]
    words = [PlacedWord("ab", Box(66 + 20 * at, 65, 84 + 20 * at, 74), STYLE, at) for at in range(3)]
    lower = words_at((85, [(24, "12"), (122, "3"), (224, "56")]))
    return join_crossed(grid_of(cells), [*words, *lower]).rows[0][1] is None


def runs_across_above_cells_that_begin_there(count: float) -> bool:
    words = [PlacedWord("ab", Box(80 + 22 * at, 65, 100 + 22 * at, 74), STYLE, at) for at in range(4)]
    lower = words_at(*((85 + 20 * y, [(24, "12"), (124 if y < count else 130, "34")]) for y in range(3)))
    return join_crossed(grid(3, 4), [*words, *lower]).rows[0][1] is None


# -- shading -----------------------------------------------------------------------------------------------


def is_no_shading_with_a_line_inside_by(points: float) -> bool:
    return not is_shading(grid(2, 2), [Ruling(20 + points, 60, 20 + points, 100)], [])


def is_no_shading_with_a_line_of(points: float) -> bool:
    return not is_shading(grid(2, 2), [Ruling(120, 75, 120, 75 + points)], [])


def is_no_shading_with_lines_at(share: float) -> bool:
    places = [20 + CELL * at for at in range(1, 1 + round(50 * share))]
    return not is_shading(grid(51, 2), [Ruling(x, 60, x, 100) for x in places], [])


def _figures(count: int) -> list[tuple[float, list[Piece]]]:
    return [(60 + 12.0 * at, [(20, "Revenue"), (-340, "10"), (-440, "20")]) for at in range(count)]


def is_banded_by_shades_from(share: float) -> bool:
    rows = read_rows(words_at(*_figures(6)), 0.65)
    shades = [Box(20 + share * 420, 58.5 + 24 * at, 440, 70.5 + 24 * at) for at in range(3)]
    return bool(find_bands(shades, [], rows))


def is_banded_by_lines_as_wide_as(share: float) -> bool:
    rows = read_rows(words_at(*_figures(6)), 0.65)
    lines = [Ruling(20, 70.5 + 12 * at, 20 + share * 420, 70.5 + 12 * at) for at in range(6)]
    return bool(find_bands([], lines, rows))


def is_banded_between(share: float) -> bool:
    rows = read_rows(words_at(*_figures(21)), 0.65)
    lines = [Ruling(20, 70.5 + 12 * at, 440, 70.5 + 12 * at) for at in range(round(20 * share))]
    return bool(find_bands([], lines, rows))


def is_a_strip_though_crossed_in(share: float) -> bool:
    """Ten shaded rows; in a share of them a cell's shade goes over the white."""
    rows = read_rows(words_at(*_figures(10)), 0.65)
    count = round(10 * share)
    shades = [Box(60, 60 + 12 * at, 260 if at < count else 100, 69 + 12 * at) for at in range(10)]
    return len(without_crossed([(150, 200)], shades, rows)) == 1


# -- parts below each other --------------------------------------------------------------------------------


def part(top: float, columns: int, *, heads: bool, width: float = 100.0) -> Table:
    """A table of so many columns, a label and numbers, whose first row is heads or not."""
    cells = [
        Box(20 + width * x, top + 20 * y, 20 + width * (x + 1), top + 20 * (y + 1))
        for y in range(3)
        for x in range(columns)
    ]
    texts = [["Head"] * columns] if heads else []
    texts += [["ab", *["12"] * (columns - 1)]] * (3 - len(texts))
    lines = [
        (top + 5 + 20 * y, [(24 + width * x, text) for x, text in enumerate(row)])
        for y, row in enumerate(texts)
    ]
    return fill(grid_of(cells), words_at(*lines))


def joined(above: Table, below: Table, name: Sequence[PlacedWord] = ()) -> bool:
    """Whether two tables are one, with words that may stand between."""
    words = [word._replace(order=order) for order, word in enumerate([*above.words, *below.words, *name])]
    first, last = len(above.words), len(above.words) + len(below.words)
    tables = [
        Table(above.box, tuple(words[:first]), above.cells),
        Table(below.box, tuple(words[first:last]), below.cells),
    ]
    return len(join_stacked(tables, words)) == 1


def goes_on_with_sides_off_by(share: float) -> bool:
    # The wider one is 300 points wide.
    return joined(part(60, 3, heads=True), part(130, 3, heads=False, width=100 - 100 * share))


def goes_on_below_white(heights: float) -> bool:
    return joined(part(60, 3, heads=True), part(120 + heights * HEIGHT, 3, heads=False))


def goes_on_below_a_name_with_white(heights: float) -> bool:
    name: list[Piece] = [(100, "Upper"), (125 + heights * HEIGHT, "rivers")]
    return joined(part(60, 3, heads=True), part(140, 3, heads=False), words_at((126, name)))


def goes_on_with_columns(count: float) -> bool:
    return joined(part(60, int(count), heads=True), part(130, int(count), heads=False))


# -- heads, lines and rows ---------------------------------------------------------------------------------


def cells_of(rows: Sequence[Sequence[str]], bold: int = 0) -> list[tuple[int, int, int, list[PlacedWord]]]:
    """Cells with the words of these texts, those of the rows with numbers before ``bold`` set bold."""
    return [
        (
            row,
            1,
            column,
            [
                PlacedWord(word, Box(0, 0, 10, 10), Style(9, row < bold, 0, False, "F"), 0)
                for word in text.split()
            ],
        )
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


def is_a_quantity_of_words(count: float) -> bool:
    value = " ".join(["12", "ab", "cd", "ef"][: int(count)])
    return header_rows(cells_of([["Name", "Head"], ["ab", value], ["ab", value], ["ab", value]])) == 1


def has_a_bold_header_above_bold_rows(share: float) -> bool:
    count = round(20 * share)
    rows = [["Name", "Head"], *[["ab", "cd"]] * 20]
    cells = cells_of(rows, 1)
    plain_and_bold = [
        (
            row,
            span,
            column,
            [w._replace(style=w.style._replace(bold=row == 0 or row > 20 - count)) for w in words],
        )
        for row, span, column, words in cells
    ]
    return header_rows(plain_and_bold) == 1


def has_a_body_with_counting_cells(share: float) -> bool:
    # The first row has fifty cells, and a share of them are numbers.
    count = round(50 * share)
    first = ["12" if at < count else "ab" for at in range(50)]
    return header_rows(cells_of([["Head"] * 50, first, *[["12"] * 50] * 3])) == 1


def has_a_header_of_rows(count: float) -> bool:
    return header_rows(cells_of([*[["Name", "Head"]] * int(count), *[["ab", "12"]] * 8])) == count


def goes_on_as_one_line_off_by(points: float) -> bool:
    return len(join_level([Ruling(20, 60, 120, 60), Ruling(121, 60 + points, 220, 60 + points)])) == 1


def closes_sides_of_lines(count: float) -> bool:
    levels = [Ruling(20, 60 + 20 * at, 220, 60 + 20 * at) for at in range(int(count))]
    return bool(close_sides([*levels, Ruling(120, 60, 120, 60 + 20 * (count - 1))]))


def closes_sides_of_lines_as_long_as(points: float) -> bool:
    levels = [Ruling(20, 60 + 20 * at, 20 + points, 60 + 20 * at) for at in range(4)]
    return bool(close_sides([*levels, Ruling(20 + points / 2, 60, 20 + points / 2, 120)]))


def meets_a_line_that_ends_before_it_by(points: float) -> bool:
    drawn = rules((20, 120, 220), (60, 80, 100))
    short = [
        Ruling(20, 60, 220 - points, 60) if line.top == 60 and not line.vertical else line for line in drawn
    ]
    return sum(cell is not None for each in find_grids(short) for row in each.rows for cell in row) == 4


def stands_on_one_row_off_by(heights: float) -> bool:
    words = words_at((60, [(20, "ab")]), (60 + heights * HEIGHT, [(60, "cd")]))
    return len(read_rows(words, 0.65)) == 1


EDGES = [
    Edge("find.SIDE", has_labels_outside_that_end_inside_by, 2.7, 3.3),
    Edge("find.FEWEST_TURNED", is_a_turned_table_of_words, 12, 11),
    Edge("ruled.ONE_LINE", splits_a_row_with_lines_off_by, 0.45, 0.55),
    Edge("run_across.ONE_LINE", runs_across_though_words_are_off_by, 0.45, 0.55),
    Edge("run_across.NARROW", runs_into_a_column_as_wide_as, 1.6, 1.4),
    Edge("run_across.FEWEST_STARTS", runs_across_above_cells_that_begin_there, 1, 2),
    Edge("stacked.ONE_PIECE", goes_on_below_a_name_with_white, 1.9, 2.1),
    Edge("false_grids.SMALLEST", is_a_table_of_long_cells, 5, 4),
    Edge("false_grids.EMPTIEST", is_a_table_filled_in, 0.2, 0.18),
    Edge("false_grids.FEWEST_PAIRED", is_a_table_with_pairs_in, 0.15, 0.13),
    Edge("false_grids.LONGEST", is_a_table_of_four_cells_with_words, 40, 44),
    Edge("false_grids.SPACE", is_a_table_with_words_apart_by, 1.1, 0.9),
    Edge("false_grids.FEWEST_WORDS", is_a_table_with_words_in_a_line, 4, 5),
    Edge("false_grids.FULL", is_a_table_with_lines_as_wide_as, 0.55, 0.65),
    Edge("false_grids.TOUCHING", is_a_table_whose_words_touch_by, 0.34, 0.26),
    Edge("false_grids.APART", is_coarse_with_numbers_apart_by, 0.7, 0.6),
    Edge("false_grids.COARSE", is_coarse_in, 0.45, 0.4),
    Edge("find.FEWEST_LABELLED", has_labels_outside_beside, 4, 3),
    Edge("find.LABELLED", has_labels_outside_in, 0.7, 0.65),
    Edge("find.LONGEST_LABEL", has_labels_outside_of_words, 8, 9),
    Edge("find.SPACE_IN_LABEL", has_labels_outside_with_white, 1.4, 1.6),
    Edge("ruled.FEWEST_SPLIT", splits_a_cell_over_columns, 3, 2),
    Edge("ruled.APART", splits_a_cell_at_gaps_of, 0.95, 0.85),
    Edge("ruled.FEWEST_UNRULED", splits_a_row_of_lines, 3, 2),
    Edge("ruled.MOST_COLUMNS", splits_a_row_with_equal_cells_in, 0.6, 0.5),
    Edge("ruled.NEARLY", splits_a_row_with_nearly_as_many, 0.75, 0.7),
    Edge("ruled.SHORT", splits_a_row_with_short_lines, 2.49, 2.6),
    Edge("ruled.FEWEST_SECTIONED", is_a_section_in_the_middle_of_columns, 3, 2),
    Edge("ruled.CENTRED", is_a_section_off_the_middle_by, 0.026, 0.034),
    Edge("run_across.FEWEST_WORDS", runs_across_with_words, 3, 2),
    Edge("run_across.WORD_SPACE", runs_across_with_white, 0.45, 0.55),
    Edge("run_across.INSIDE", runs_across_reaching_over_by, 1.1, 0.9),
    Edge("shading.INSIDE", is_no_shading_with_a_line_inside_by, 3.3, 2.7),
    Edge("shading.FEWEST_DRAWN", is_no_shading_with_lines_at, 0.2, 0.18),
    Edge("shading.SHORTEST", is_no_shading_with_a_line_of, 5.5, 4.5),
    Edge("shading.LABELS", is_banded_by_shades_from, 0.18, 0.22),
    Edge("shading.ACROSS", is_banded_by_lines_as_wide_as, 0.65, 0.55),
    Edge("shading.MOST_PARTED", is_banded_between, 0.8, 0.75),
    Edge("shading.CROSSED", is_a_strip_though_crossed_in, 0.4, 0.5),
    Edge("stacked.SIDES", goes_on_with_sides_off_by, 0.027, 0.033),
    Edge("stacked.APART", goes_on_below_white, 2.3, 2.7),
    Edge("stacked.FEWEST_COLUMNS", goes_on_with_columns, 3, 2),
    Edge("headers.LONGEST_QUANTITY", is_a_quantity_of_words, 3, 4),
    Edge("headers.MOST_BOLD", has_a_bold_header_above_bold_rows, 0.25, 0.3),
    Edge("headers.FEWEST_COUNTING", has_a_body_with_counting_cells, 0.3, 0.26),
    Edge("headers.MOST", has_a_header_of_rows, 4, 5),
    Edge("lines.ONE_PLACE", goes_on_as_one_line_off_by, 0.9, 1.1),
    Edge("lines.FEWEST_OPEN", closes_sides_of_lines, 3, 2),
    Edge("lines.SHORTEST", closes_sides_of_lines_as_long_as, 13, 11),
    Edge("crossings.TOLERANCE", meets_a_line_that_ends_before_it_by, 2.7, 3.3),
    Edge("rows.SHARED", stands_on_one_row_off_by, 0.4, 0.5),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
