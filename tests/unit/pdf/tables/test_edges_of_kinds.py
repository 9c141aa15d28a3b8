"""Edges of thresholds that tell fields, paragraphs, thin rows and heads of scans: pages that differ by one
measure."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.core.geometry import Box
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.head_pieces import part_heads
from app.pdf.tables.labels import goes_on_below
from app.pdf.tables.rows import Piece, Row, read_on
from app.pdf.tables.ruled import grid_of, without_thin_rows
from app.pdf.tables.unruled import find_fields
from tests.support.edges import Edge, lines_from, words_at
from tests.support.table_pages import HEIGHT, STYLE

CELL = 100


def has_a_row_as_high_as(points: float) -> bool:
    tops = (60.0, 80.0, 80.0 + points, 100.0 + points)
    cells = [
        Box(20 + CELL * x, top, 20 + CELL * (x + 1), bottom)
        for top, bottom in pairwise(tops)
        for x in range(2)
    ]
    words = words_at((65, [(24, "ab"), (124, "cd")]), (85 + points, [(24, "ef"), (124, "gh")]))
    return len(without_thin_rows(grid_of(cells), words).rows) == 3


def reads_on_in(share: float) -> bool:
    below = round(share * 100)
    lines = [("A line of some words", "goes on" if at < below else "Next") for at in range(100)]
    return read_on(lines)


def are_fields_with_figures_in(share: float) -> bool:
    counted = round(share * 50)
    lines = [
        [
            (20.0, f"Name {chr(65 + at % 26)}{chr(97 + at // 26)}"),
            (140.0, "No 7" if at < counted else "Words"),
        ]
        for at in range(50)
    ]
    return bool(list(find_fields(words_at(*lines_from(100, *lines)))))


def are_fields_with_white_between(heights: float) -> bool:
    lines = [[(20.0, f"Name {chr(65 + at)}"), (140.0, "No 7")] for at in range(6)]
    pitch = HEIGHT * (1 + heights)
    return bool(list(find_fields(words_at(*lines_from(100, *lines, pitch=pitch)))))


def are_fields_that_begin_off_by(points: float) -> bool:
    lines = [[(20.0 + points * (at % 2), f"Name {chr(65 + at)}"), (140.0, "No 7")] for at in range(6)]
    return bool(list(find_fields(words_at(*lines_from(100, *lines)))))


def goes_on_in_a_line_as_high_as(heights: float) -> bool:
    row = Row(100, 109, 9.0, [Piece(20, 60, words_at((100, [(20, "All")])))])
    below = Row(112, 112 + 9 * heights, 9 * heights, [Piece(20, 50, words_at((112, [(20, "places")])))])
    return goes_on_below(row, below, 60.0)


def is_one_head_of_a_scan_with_a_blank_of(heights: float) -> bool:
    read = STYLE._replace(font="")
    places = ((20.0, 60.0), (60.0 + heights * HEIGHT, 100.0), (101.0, 110.0))
    words = [PlacedWord("Head", Box(x0, 100, x1, 109), read, at) for at, (x0, x1) in enumerate(places)]
    row = Row(100, 109, HEIGHT, [Piece(20, 110, words)])
    return len(list(part_heads(row, [60.0 + heights * HEIGHT / 2]))) == 1


EDGES = [
    Edge("ruled.HIGHEST_THIN", has_a_row_as_high_as, 10, 8),
    Edge("rows.READING_ON", reads_on_in, 0.34, 0.26),
    Edge("unruled.COUNTED", are_fields_with_figures_in, 0.44, 0.36),
    Edge("unruled.BETWEEN_FIELDS", are_fields_with_white_between, 1.4, 1.6),
    Edge("unruled.BEGINS", are_fields_that_begin_off_by, 0.9, 1.1),
    Edge("labels.TALLER", goes_on_in_a_line_as_high_as, 1.2, 1.4),
    Edge("head_pieces.NARROWEST_READ", is_one_head_of_a_scan_with_a_blank_of, 0.55, 0.65),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
