"""Thresholds of the heads of tables of figures: what is just within one, and what is just beyond."""

from __future__ import annotations

import pytest

from app.pdf.pdfium.drawing import Ruling
from tests.support.edges import Edge, heads, lines_from, span, statements, words_at
from tests.support.table_pages import HEIGHT, Piece

FIGURES: list[list[Piece]] = [
    [(20, name), (-340, "10"), (-440, "20")] for name in ("Revenue", "Costs", "Profit")
]
HEADS: list[Piece] = [(320, "May"), (420, "June")]


def rule(x0: float, x1: float, y: float) -> Ruling:
    return Ruling(x0, y, x1, y)


def are_heads_below_white(heights: float) -> bool:
    top = 100 - HEIGHT - heights * HEIGHT
    (table,) = statements(words_at((top, HEADS), *lines_from(100, *FIGURES)))
    return heads(table) == ["May", "June"]


def are_heads_above_a_rule(heights: float) -> bool:
    top = 100 - HEIGHT - heights * HEIGHT
    (table,) = statements(words_at((top, HEADS), *lines_from(100, *FIGURES)), [rule(15, 445, 97)])
    return heads(table) == ["May", "June"]


def is_a_head_of_words(count: float) -> bool:
    text = " ".join("a" * int(count))
    (table,) = statements(words_at(*lines_from(88, [(310, text)], *FIGURES)))
    return heads(table) == [text]


def is_a_head_with_a_stop(words: float) -> bool:
    text = " ".join(["aa"] * int(words)) + "."
    (table,) = statements(words_at(*lines_from(88, [(20, text), *HEADS], *FIGURES)))
    return text in heads(table)


def spans_what_it_covers_by(share: float) -> bool:
    figures = [[(20, name), (-340, "1,000"), (-440, "2,000")] for name in ("Revenue", "Costs", "Profit")]
    head = words_at((88, [(300, "x")]))
    head[0] = head[0]._replace(box=head[0].box._replace(x1=415 + 25 * share), order=99)
    return span(statements([*head, *words_at(*lines_from(100, *figures))]), "x") == 2


def spans_what_a_rule_below_does(heights: float) -> bool:
    words = words_at((70, [(320, "Ended")]), (90, HEADS), *lines_from(102, *FIGURES))
    return span(statements(words, [rule(300, 445, 79 + heights * HEIGHT)]), "Ended") == 2


def is_underlined_by_a_rule_through(heights: float) -> bool:
    words = words_at((70, [(320, "Ended")]), (82, HEADS), *lines_from(94, *FIGURES))
    return span(statements(words, [rule(300, 445, 79 - heights * HEIGHT)]), "Ended") == 2


def spans_off_their_middle_by(share: float) -> bool:
    middle = 385 - share * 110
    words = words_at(*lines_from(76, [(middle - 12.5, "Ended")], HEADS, *FIGURES))
    return span(statements(words), "Ended") == 2


def spans_three_that_are_nearer_by(points: float) -> bool:
    figures = [
        [(20, name), (-320, "1234"), (-370, "2345"), (-420, "3456")]
        for name in ("Revenue", "Costs", "Profit")
    ]
    text = "a" * 17
    head = (347.5 + points / 2 - 42.5, text)
    return span(statements(words_at(*lines_from(88, [head], *figures))), text) == 3


def spans_below_a_rule_that_begins_right_by(points: float) -> bool:
    figures: list[list[Piece]] = [[(20, name), (-340, "10"), (-440, "20")] for name in "ABC"]
    words = words_at((70, [(320, "Ended")]), (82, HEADS), *lines_from(94, *figures))
    return span(statements(words, [rule(20 + points, 445, 80)]), "Ended") == 2


def heads_its_column_above_a_rule_of(points: float) -> bool:
    figures: list[list[Piece]] = [
        [(20, name), (330, "7"), (345, "8")] for name in ("Revenue", "Costs", "Profit")
    ]
    words = words_at((70, [(326.5, "Ended")]), *lines_from(82, *figures))
    return span(statements(words, [rule(332, 332 + points, 80)]), "Ended") == 1


def are_heads_above_sections(count: float) -> bool:
    sections: list[list[Piece]] = [[(20, f"Section {at}:")] for at in range(int(count))]
    (table,) = statements(words_at(*lines_from(60, HEADS, *sections, *FIGURES)))
    return heads(table) == ["May", "June"]


def is_a_section_that_begins_right_by(points: float) -> bool:
    title = "Sections " * 8
    (table,) = statements(words_at(*lines_from(60, HEADS, [(20 + points, title)], *FIGURES)))
    return heads(table) == ["May", "June"]


def heads_the_labels_with_a_share_left_of(share: float) -> bool:
    figures: list[list[Piece]] = [
        [(225, name), (300, "1,234.56"), (400, "2")] for name in ("Revenue", "Costing", "Profits")
    ]
    text = "a" * 20
    (table,) = statements(words_at(*lines_from(88, [(280 - 100 * share, text), (400, "June")], *figures)))
    return text in heads(table)


def has_heads_of_lines(count: float) -> bool:
    lines: list[list[Piece]] = [[(320, "Top"), (420, "June")], *([HEADS] * (int(count) - 1))]
    (table,) = statements(words_at(*lines_from(60, *lines, *FIGURES)))
    return "Top" in " ".join(heads(table))


def names_a_section_off_the_middle_by(share: float) -> bool:
    # 420 points wide, from 20 to 440; the middle of "Rivers" is at 230.
    words = words_at(*lines_from(60, HEADS, [(230 + 420 * share - 15, "Rivers")], *FIGURES))
    return not any("Rivers" in head for head in heads(statements(words)[0]))


EDGES = [
    Edge("column_heads.WIDEST_WHITE", are_heads_below_white, 1.0, 1.2),
    Edge("column_heads.WIDEST_RULED", are_heads_above_a_rule, 2.0, 2.4),
    Edge("column_heads.LONGEST", is_a_head_of_words, 14, 15),
    Edge("column_heads.LONGEST_STUB", is_a_head_with_a_stop, 4, 5),
    Edge("column_heads.COVERED", spans_what_it_covers_by, 0.28, 0.22),
    Edge("column_heads.BELOW", spans_what_a_rule_below_does, 0.8, 1.0),
    Edge("head_lines.CROSSING", is_underlined_by_a_rule_through, 0.3, 0.4),
    Edge("column_heads.CENTRED", spans_off_their_middle_by, 0.11, 0.13),
    Edge("column_heads.NEARER", spans_three_that_are_nearer_by, 2.3, 1.7),
    Edge("column_heads.INDENTED", spans_below_a_rule_that_begins_right_by, 5.5, 4.5),
    Edge("column_heads.FEWEST_RULING", heads_its_column_above_a_rule_of, 11, 9),
    Edge("column_heads.MOST_SECTIONS", are_heads_above_sections, 8, 9),
    Edge("column_heads.BEGINS", is_a_section_that_begins_right_by, 2.5, 3.5),
    Edge("column_heads.INSIDE_LABELS", heads_the_labels_with_a_share_left_of, 0.75, 0.65),
    Edge("column_heads.MOST_LINES", has_heads_of_lines, 8, 9),
    Edge("head_lines.ACROSS", names_a_section_off_the_middle_by, 0.026, 0.034),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
