"""Grids that are open at their sides, and those whose lines part some of the columns alone."""

from __future__ import annotations

from app.core.geometry import Box
from tests.support.table_pages import PITCH, level, page, rows, tables_of, upright

HEADS = [(60, "Model"), (-230, "P"), (-290, "R"), (-350, "F1")]
BODY = [
    [(60, "CRF"), (-230, "89.48"), (-290, "70.38"), (-350, "78.79")],
    [(60, "LSTM"), (-230, "90.50"), (-290, "79.97"), (-350, "84.91")],
    [(60, "Crowd"), (-230, "86.40"), (-290, "83.43"), (-350, "84.89")],
]
TEXTS = [["Model", "P", "R", "F1"], ["CRF", "89.48", "70.38", "78.79"], ["LSTM", "90.50", "79.97", "84.91"]]
AROUND = [level(55, 360, line) for line in (0, 1, 2, 3, 4)]


def test_a_grid_without_lines_at_its_sides_has_its_outer_columns() -> None:
    inner = [upright(x, 0, 3) for x in (180, 240, 300)]
    assert rows(page(HEADS, *BODY), [*AROUND, *inner])[:3] == TEXTS


def test_lines_in_pieces_close_the_sides_as_whole_ones_do() -> None:
    pieces = [upright(x, line, line) for x in (180, 240, 300) for line in range(4)]
    assert rows(page(HEADS, *BODY), [*AROUND, *pieces])[:3] == TEXTS


def test_a_line_between_labels_and_figures_alone_does_not_make_one_column_of_all_figures() -> None:
    assert rows(page(HEADS, *BODY), [*AROUND, upright(180, 0, 3)])[:3] == TEXTS


def test_a_column_that_is_shaded_cell_by_cell_closes_no_grid() -> None:
    shades = [Box(180, 100 + at * PITCH - 1.5, 240, 100 + (at + 1) * PITCH - 1.5) for at in range(4)]
    edges = [side for at in range(4) for side in (upright(180, at, at), upright(240, at, at))]
    edges += [level(180, 240, at) for at in range(4)] + [level(180, 240, at + 1) for at in range(4)]
    lines = [level(55, 180, line) for line in (0, 1, 2, 4)] + [level(240, 360, line) for line in (0, 1, 2, 4)]
    assert rows(page(HEADS, *BODY), [*lines, *edges], shades)[:3] == TEXTS


def test_rules_under_text_with_a_line_beside_it_are_no_table() -> None:
    lines = [level(55, 360, 2 * at) for at in range(4)]
    prose = [(60, "Words that run on to the right from side to side of it all")]
    assert tables_of(page(prose, prose, prose, prose, prose, prose), [*lines, upright(30, 0, 5)]) == []
