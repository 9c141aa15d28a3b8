"""Thresholds of line numbers and of strokes through words: just within one, and just beyond."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.geometry import Box
from app.pdf.layout.line_numbers import part_line_numbers
from app.pdf.layout.struck import part_struck
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from tests.support.edges import Edge

SIZE, PITCH = 10.0, 24.0
"""Points of the type, and from line to line."""


def word(text: str, x0: float, x1: float, top: float, height: float = SIZE) -> PlacedWord:
    return PlacedWord(text, Box(x0, top, x1, top + height), Style(SIZE, False, 0, False, "Serif"), 0)


def in_order(words: Sequence[PlacedWord]) -> list[PlacedWord]:
    return [each._replace(order=order) for order, each in enumerate(words)]


# -- line numbers ------------------------------------------------------------------------------------------


def counts_lines(numbers: Sequence[PlacedWord], text: Sequence[PlacedWord]) -> bool:
    return len(part_line_numbers(in_order([*numbers, *text])).numbers) == len(numbers)


def margin(rows: int, *, moved: float = 0.0, lower: float = 0.0) -> list[PlacedWord]:
    """Numbers from 1 on, the fourth of them moved to the right and down."""
    return [
        word(
            str(at + 1), 50 + moved * (at == 3), 60 + moved * (at == 3), 100 + PITCH * at + lower * (at == 3)
        )
        for at in range(rows)
    ]


def prose(rows: int, *, letters: int = 40, small: int = 100, wide: int = 0) -> list[PlacedWord]:
    """Lines of two words, the first ``small`` of which begin in lower case; ``wide`` have a gap between."""
    first = letters // 2
    return [
        each
        for at in range(rows)
        for each in (
            word(("x" if at < small else "X") * first, 80, 180, 100 + PITCH * at),
            word("y" * (letters - first), 260 if at < wide else 183, 300, 100 + PITCH * at),
        )
    ]


def are_aligned_but_for(points: float) -> bool:
    return counts_lines(margin(12, moved=points), prose(12))


def are_even_but_for(share: float) -> bool:
    return counts_lines(margin(12, lower=share * PITCH), prose(12))


def are_rows_apart_by(sizes: float) -> bool:
    """Half of the words stand lower: as rows of their own they are too short."""
    shifted = [
        each._replace(
            box=each.box._replace(top=each.box.top + sizes * SIZE, bottom=each.box.bottom + sizes * SIZE)
        )
        if each.text.startswith("y")
        else each
        for each in prose(12)
    ]
    return counts_lines(margin(12), shifted)


def are_beside_rows(count: float) -> bool:
    """Three numbers that count every fifth line, with only so many of their lines beside them."""
    numbers = [word(str(5 * at + 5), 50, 60, 100 + 5 * PITCH * at) for at in range(3)]
    return counts_lines(numbers, prose(int(count)))


def are_outside_of_all_but(share: float) -> bool:
    stamp = [word("stamp", 10, 40, 100 + PITCH * at) for at in range(round(share * 100))]
    return counts_lines(margin(50), [*stamp, *prose(50)[: 100 - len(stamp)]])


def are_beside_rows_of_letters(count: float) -> bool:
    return counts_lines(margin(12), prose(12, letters=int(count)))


def are_beside_words_apart_by(sizes: float) -> bool:
    text = [
        each
        for at in range(12)
        for each in (
            word("x" * 20, 80, 180, 100 + PITCH * at),
            word("y" * 20, 180 + sizes * SIZE, 300, 100 + PITCH * at),
        )
    ]
    return counts_lines(margin(12), text)


def are_beside_wide_gaps_in(share: float) -> bool:
    return counts_lines(margin(20), prose(20, wide=round(20 * share)))


def are_beside_rows_that_go_on_in(share: float) -> bool:
    return counts_lines(margin(40), prose(40, small=round(40 * share)))


# -- strokes -----------------------------------------------------------------------------------------------


def strikes(
    line: Box,
    words: Sequence[PlacedWord] = (word("struck", 100, 140, 100),),
    shades: Sequence[Box] = (),
    more: Sequence[Ruling] = (),
) -> bool:
    _, hidden = part_struck(in_order(words), [Ruling(*line), *more], shades, ())
    return len(hidden) == len(words)


def stroke(x0: float = 100, x1: float = 140, y: float = 105.0) -> Box:
    return Box(x0, y, x1, y)


def strikes_as_high_as(share: float) -> bool:
    return strikes(stroke(y=100 + share * SIZE))


def strikes_as_low_as(share: float) -> bool:
    return strikes(stroke(y=100 + share * SIZE))


def strikes_jutting_out_by(sizes: float) -> bool:
    return strikes(stroke(x1=140 + sizes * SIZE))


def strikes_covering(share: float) -> bool:
    return strikes(stroke(x1=100 + 40 * share))


def strikes_a_word_as_high_as(sizes: float) -> bool:
    return strikes(stroke(y=100 + sizes * SIZE / 2), [word("struck", 100, 140, 100, sizes * SIZE)])


def strikes_filled_to(share: float) -> bool:
    gap = 80 * (1 - share) / share
    words = [word("struck", 100, 140, 100), word("struck", 140 + gap, 180 + gap, 100)]
    return strikes(stroke(x1=180 + gap), words)


def strikes_as_long_as(points: float) -> bool:
    return strikes(stroke(x1=100 + points), [word("ab", 100, 103, 100)])


def strikes_letters(count: float) -> bool:
    return strikes(stroke(), [word("a" * int(count), 100, 140, 100)])


def strikes_in_pieces_apart_by(points: float) -> bool:
    return strikes(stroke(x1=120), more=[Ruling(*stroke(x0=120 + points))])


EDGES = [
    Edge("line_numbers.ALIGNED", are_aligned_but_for, 1.9, 2.1),
    Edge("line_numbers.EVEN", are_even_but_for, 0.14, 0.16),
    Edge("line_numbers.ROW", are_rows_apart_by, 0.55, 0.65),
    Edge("line_numbers.FEWEST_ROWS", are_beside_rows, 4, 3),
    Edge("line_numbers.OUTSIDE", are_outside_of_all_but, 0.05, 0.06),
    Edge("line_numbers.PROSE", are_beside_rows_of_letters, 25, 24),
    Edge("line_numbers.WIDE_GAP", are_beside_words_apart_by, 2.8, 3.2),
    Edge("line_numbers.FEW_WIDE", are_beside_wide_gaps_in, 0.3, 0.35),
    Edge("line_numbers.GOES_ON", are_beside_rows_that_go_on_in, 0.2, 0.175),
    Edge("struck.HIGHEST", strikes_as_high_as, 0.32, 0.28),
    Edge("struck.LOWEST", strikes_as_low_as, 0.7, 0.76),
    Edge("struck.JUTS_OUT", strikes_jutting_out_by, 0.55, 0.65),
    Edge("struck.COVERED", strikes_covering, 0.83, 0.77),
    Edge("struck.HIGHEST_BOX", strikes_a_word_as_high_as, 1.3, 1.4),
    Edge("struck.FILLED", strikes_filled_to, 0.62, 0.58),
    Edge("struck.SHORTEST", strikes_as_long_as, 3.1, 2.9),
    Edge("struck.FEWEST_LETTERS", strikes_letters, 2, 1),
    Edge("struck.JOINED", strikes_in_pieces_apart_by, 1.4, 1.6),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
