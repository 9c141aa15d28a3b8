"""Thresholds of lines, columns, paragraphs, headings and lists: just within one, and just beyond."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.geometry import Box
from app.pdf.layout.blocks import arrange
from app.pdf.layout.columns import gutters
from app.pdf.layout.headings import level_of, number_depth
from app.pdf.layout.lines import Line, neighbours, pieces
from app.pdf.layout.lists import Depths, item_starts
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from tests.support.edges import Edge

SIZE = 10.0
"""Points of the type, and of a line's height."""

FAR = Box(500, 700, 540, 710)
"""Where nothing else stands."""


def style(size: float = SIZE, *, bold: bool = False) -> Style:
    return Style(size, bold, 0, False, "Serif")


def words_in(*boxes: Box, texts: Sequence[str] = (), styles: Sequence[Style] = ()) -> list[PlacedWord]:
    """A word in each box, in the order in which they were written."""
    return [
        PlacedWord(
            texts[order] if texts else "word", box, styles[order] if styles else style(box.height), order
        )
        for order, box in enumerate(boxes)
    ]


def row(x0: float, x1: float, top: float, height: float = SIZE) -> Box:
    return Box(x0, top, x1, top + height)


def line_of(box: Box, text: str, order: int, size: float = SIZE, *, bold: bool = False) -> Line:
    words = [PlacedWord(each, box, style(size, bold=bold), order) for each in text.split()]
    return Line(words, box, order, order)


def block_count(words: list[PlacedWord]) -> int:
    return len(arrange(words, [])[1])


# -- lines -------------------------------------------------------------------------------------------------


def are_one_piece_with_a_gap_of(ems: float) -> bool:
    return len(pieces(words_in(row(100, 140, 100), row(140 + ems * SIZE, 200, 100)))) == 1


def are_one_piece_though_written_apart_with(ems: float) -> bool:
    return len(pieces(words_in(row(100, 140, 100), FAR, row(140 + ems * SIZE, 200, 100)))) == 2


def are_one_piece_overlapping_by(ems: float) -> bool:
    return are_one_piece_though_written_apart_with(-ems)


def is_a_neighbour_that_begins_above_by(heights: float) -> bool:
    tall = Box(200, 100 - heights * SIZE, 240, 110)
    lines = [line_of(row(100, 140, 100), "low", 0), line_of(tall, "tall", 1)]
    return [(left.text, right.text) for left, right in neighbours(lines)] == [("low", "tall")]


def is_a_formula_that_shares_of_its_row(share: float) -> bool:
    lowered = row(142, 180, 100 + (1 - share) * SIZE)
    return len(pieces(words_in(row(100, 140, 100), lowered))) == 1


def is_a_formula_with_a_line_above_by(ems: float) -> bool:
    above = row(118, 132, 100 - SIZE - ems * SIZE)
    return len(pieces(words_in(row(100, 120, 100), above, row(128, 160, 100)))) == 1


def is_a_formula_of_parts(count: float) -> bool:
    """The last part stands on the row of the first; those between stand above each other, from the top."""
    between = [row(118, 132, 100 - SIZE * at) for at in range(int(count) - 1, 0, -1)]
    return len(pieces(words_in(row(100, 120, 100), *between, row(128, 160, 100)))) == 1


# -- columns -----------------------------------------------------------------------------------------------


def columns(
    rows: int = 8,
    *,
    gap: float = 20.0,
    letters: int = 30,
    numeric: int = 0,
    in_rows: int = 0,
) -> bool:
    """Whether a gutter parts rows of two lines, ``numeric`` of them with figures at the right; ``in_rows``
    were written row by row, the others column by column."""
    lines, pairs = [], []
    for at in range(rows):
        text = "1" * letters if at < numeric else "x" * letters
        left = line_of(row(100, 250, 100 + 12 * at), "x" * letters, 10 * at)
        right = line_of(
            row(250 + gap, 400 + gap, 100 + 12 * at), text, 10 * at + 1 if at < in_rows else 1000 + 10 * at
        )
        lines += [left, right]
        pairs.append((left, right))
    return bool(gutters(lines, pairs))


def are_columns_apart_by(ems: float) -> bool:
    return columns(gap=ems * SIZE)


def are_columns_with_rows(count: float) -> bool:
    return columns(int(count))


def are_columns_with_figures_in(share: float) -> bool:
    return columns(20, numeric=round(20 * share))


def are_narrow_columns_written_in_rows_in(share: float) -> bool:
    return columns(20, letters=12, in_rows=round(20 * share))


def are_columns_written_in_rows_of_letters(count: float) -> bool:
    return columns(letters=int(count), in_rows=8)


# -- paragraphs --------------------------------------------------------------------------------------------


def are_one_paragraph_in_sizes(ratio: float) -> bool:
    return block_count(words_in(row(100, 300, 100), row(100, 300, 112, ratio * SIZE))) == 1


def are_one_paragraph_sharing_of_the_width(share: float) -> bool:
    beside = 300 - share * 100
    return block_count(words_in(row(100, 300, 100), row(beside, beside + 100, 112))) == 1


def is_read_from_above_though_it_shares(share: float) -> bool:
    """The line above was written last; bold type keeps the two apart."""
    words = words_in(
        row(100, 200, 100),
        FAR,
        row(100, 200, 90 + share * SIZE),
        texts=("below", "far", "above"),
        styles=(style(), style(), style(bold=True)),
    )
    read = [block.text for block in arrange(words, [])[1]]
    return read.index("above") < read.index("below")


def are_one_paragraph_on_a_page_that_tells_no_pitch(pitch: float) -> bool:
    """The widest step of a paragraph follows from the pitch; the line between them in height stands apart."""
    top = 100 + 1.3 * pitch * SIZE
    return block_count(words_in(row(100, 300, 100), row(100, 300, top), row(400, 500, 107.5))) == 2


def are_one_paragraph_with_a_step_of(pitches: float) -> bool:
    tops = [100, 112, 124, 136, 136 + 12 * pitches]
    return block_count(words_in(*(row(100, 300, top) for top in tops))) == 1


def are_one_paragraph_set_at(sizes: float) -> bool:
    return block_count(words_in(*(row(100, 300, 100 + at * sizes * SIZE) for at in range(4)))) == 1


def ends_a_paragraph_short_by(share: float) -> bool:
    words = words_in(
        row(100, 300, 100),
        row(100, 300 - share * 200, 112),
        row(100, 300, 124),
        texts=("First", "stop.", "Anew"),
    )
    return block_count(words) == 2


def goes_on_beside_a_line_back(lines: float) -> bool:
    cell = [row(100, 150, 100 + 12 * at) for at in range(int(lines))]
    return block_count(words_in(*cell, row(200, 240, 100))) == 1


def stays_first_with_words(count: float) -> bool:
    note = [row(100 + 22 * at, 120 + 22 * at, 600) for at in range(int(count))]
    text = [row(100 + 22 * at, 120 + 22 * at, 100 + 12 * line) for line in range(4) for at in range(10)]
    words = words_in(*note, *text, texts=["note"] * len(note) + ["text"] * len(text))
    return arrange(words, [])[1][0].text.startswith("note")


# -- headings ----------------------------------------------------------------------------------------------


def level(ratio: float, *, bold: bool = False, lines: int = 1, length: int = 12) -> int:
    """The level of a heading whose type is so large against a body of 20 points."""
    set_ = [line_of(row(100, 300, 100), "name", at, 20 * ratio, bold=bold) for at in range(lines)]
    return level_of(set_, "n" * length, 20.0)


def is_of_the_first_level(ratio: float) -> bool:
    return level(ratio) == 1


def is_of_the_second_level(ratio: float) -> bool:
    return level(ratio) == 2


def is_a_heading(ratio: float) -> bool:
    return level(ratio) == 3


def is_a_heading_in_bold_type(ratio: float) -> bool:
    return level(ratio, bold=True) > 0


def is_a_heading_in_bold_type_on_lines(count: float) -> bool:
    return level(1, bold=True, lines=int(count)) > 0


def is_a_heading_of_characters(count: float) -> bool:
    return level(1, bold=True, length=int(count)) > 0


def is_a_title_of_characters(count: float) -> bool:
    return level(2, length=int(count)) > 0


def is_a_title_on_lines(count: float) -> bool:
    return level(2, lines=int(count)) > 0


def is_as_deep_as_its_number_has_parts(count: float) -> bool:
    return number_depth(f"{'.'.join(['1'] * int(count))} Name") == count


# -- lists -------------------------------------------------------------------------------------------------


def numbered(places: Sequence[tuple[float, str]]) -> int:
    """How many of these lines, each with its left side, begin an item."""
    lines = [line_of(row(x, 300, 100 + 12 * at), text, at) for at, (x, text) in enumerate(places)]
    return len(item_starts([lines]))


def is_one_list_with_markers_off_by(points: float) -> bool:
    return numbered([(100, "1. one"), (100 + points, "2. two")]) == 2


def is_one_list_around_markers(count: float) -> bool:
    """Between its two items stand the markers of others, which are in no order."""
    others = [(200.0, "9. other")] * (int(count) - 1)
    return numbered([(100, "1. one"), *others, (100, "2. two")]) == 2


def is_as_deep_as_it_is_indented(times: float) -> bool:
    depths = Depths()
    return [depths.of(100.0 + 10 * at) for at in range(int(times))][-1] == times


EDGES = [
    Edge("lines.WIDE_GAP", are_one_piece_with_a_gap_of, 0.95, 1.05),
    Edge("lines.OVERLAP", are_one_piece_overlapping_by, 0.45, 0.55),
    Edge("lines.JOINED_GAP", are_one_piece_though_written_apart_with, 0.45, 0.55),
    Edge("lines.REACH", is_a_neighbour_that_begins_above_by, 2.9, 3.1),
    Edge("lines.SHARED_ROW", is_a_formula_that_shares_of_its_row, 0.33, 0.27),
    Edge("lines.APART", is_a_formula_with_a_line_above_by, 0.45, 0.55),
    Edge("lines.MOST_PARTS", is_a_formula_of_parts, 8, 9),
    Edge("columns.NARROWEST", are_columns_apart_by, 0.55, 0.45),
    Edge("columns.FEWEST_ROWS", are_columns_with_rows, 3, 2),
    Edge("columns.MOST_NUMERIC", are_columns_with_figures_in, 0.5, 0.55),
    Edge("columns.ROW_BY_ROW", are_narrow_columns_written_in_rows_in, 0.25, 0.3),
    Edge("columns.PROSE", are_columns_written_in_rows_of_letters, 18, 17),
    Edge("blocks.SAME_SIZE", are_one_paragraph_in_sizes, 1.1, 1.15),
    Edge("blocks.STACKED", are_one_paragraph_sharing_of_the_width, 0.55, 0.45),
    Edge("blocks.APART", is_read_from_above_though_it_shares, 0.45, 0.55),
    Edge("blocks.USUAL_PITCH", are_one_paragraph_on_a_page_that_tells_no_pitch, 1.15, 1.25),
    Edge("blocks.WIDER_PITCH", are_one_paragraph_with_a_step_of, 1.25, 1.35),
    Edge("blocks.WIDEST_STEP", are_one_paragraph_set_at, 2.9, 3.1),
    Edge("blocks.SHORT_LINE", ends_a_paragraph_short_by, 0.17, 0.13),
    Edge("blocks.RECENT", goes_on_beside_a_line_back, 6, 7),
    Edge("blocks.SHORTEST_NOTE", stays_first_with_words, 8, 7),
    Edge("headings.LARGEST", is_of_the_first_level, 1.85, 1.75),
    Edge("headings.LARGE", is_of_the_second_level, 1.45, 1.35),
    Edge("headings.LARGER", is_a_heading, 1.125, 1.1),
    Edge("headings.NO_SMALLER", is_a_heading_in_bold_type, 0.975, 0.925),
    Edge("headings.MOST_BOLD_LINES", is_a_heading_in_bold_type_on_lines, 2, 3),
    Edge("headings.LONGEST", is_a_heading_of_characters, 155, 165),
    Edge("headings.LONGEST_TITLE", is_a_title_of_characters, 290, 310),
    Edge("headings.MOST_LINES", is_a_title_on_lines, 6, 7),
    Edge("headings.DEEPEST", is_as_deep_as_its_number_has_parts, 6, 7),
    Edge("lists.SAME_X", is_one_list_with_markers_off_by, 2.8, 3.2),
    Edge("lists.LOOK_BACK", is_one_list_around_markers, 40, 41),
    Edge("lists.DEEPEST", is_as_deep_as_it_is_indented, 6, 7),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
