"""The compiled loops of a page's layout give what plain Python gives, on boxes and lines put at random."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from app.core.geometry import Box
from app.pdf.layout import blocks, lines, struck
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.mended import SHADOW, without_repeated
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.lines import find_drawn

SIZES = (4.0, 8.0, 12.0)
Draw = Callable[[st.SearchStrategy[float]], float]


@st.composite
def box(draw: Draw) -> Box:
    """Boxes on a coarse net, so that many touch and share rows."""
    side = st.integers(0, 60).map(lambda each: each / 2)
    x0, top = draw(side), draw(side)
    return Box(x0, top, x0 + draw(side), top + draw(st.sampled_from(SIZES)))


def words_of(boxes: list[Box], texts: str = "abc") -> list[PlacedWord]:
    return [
        PlacedWord(texts[at % len(texts)], each, Style(each.height, False, 0, False, "F", False), at)
        for at, each in enumerate(boxes)
    ]


@given(st.lists(box(), max_size=30))
def test_a_line_is_next_to_the_nearest_on_its_row(boxes: list[Box]) -> None:
    found = [lines.Line([word], word.box, word.order, word.order) for word in words_of(boxes)]
    expected = {}
    ordered = sorted(found, key=lambda line: line.box.top)
    for line in ordered:
        reach = lines.REACH * line.box.height
        right = [
            other
            for other in ordered
            if line.box.x0 < other.box.x0
            and abs(other.box.top - line.box.top) <= reach
            and line.box.shares_row(other.box)
        ]
        if right:
            expected[id(line)] = min(other.box.x0 for other in right)
    got = {id(left): right.box.x0 for left, right in lines.neighbours(found)}
    assert got == expected


@given(st.lists(box(), min_size=1, max_size=40))
def test_pieces_hold_each_word_once_in_the_order_in_which_they_were_written(boxes: list[Box]) -> None:
    words = words_of(boxes)
    groups = list(lines._group_as_written(words))
    assert [word for group, _ in groups for word in group] == words
    for group, around_it in groups:
        assert around_it == Box(
            min(word.box.x0 for word in group),
            min(word.box.top for word in group),
            max(word.box.x1 for word in group),
            max(word.box.bottom for word in group),
        )
    for (group, _), (following, _) in pairwise(groups):  # what is on one row and close by was not parted
        last, word = group[-1].box, following[0].box
        em = max(last.height, word.height, 1.0)
        lone = len(group) == 1
        close = -lines.OVERLAP * em <= word.x0 - last.x1 <= lines.WIDE_GAP * em and last.shares_row(word)
        assert not (lone and close)


@given(st.lists(box(), max_size=25), st.lists(box(), max_size=3))
def test_what_comes_after_a_part_stands_below_it_or_beyond_a_strip(
    boxes: list[Box], strips: list[Box]
) -> None:
    parts = [blocks.Part(each, at, []) for at, each in enumerate(boxes)]

    def follows(one: Box, other: Box) -> bool:
        stacked = one.shared_width(other) > blocks.STACKED * min(one.width, other.width)
        apart = one.shared_height(other) <= blocks.APART * min(one.height, other.height)
        beyond = any(
            one.x1 <= strip.middle_x <= other.x0
            and strip.top <= one.middle_y <= strip.bottom
            and strip.top <= other.middle_y <= strip.bottom
            for strip in strips
        )
        return (stacked and apart and one.middle_y < other.middle_y) or beyond

    expected = [
        [at for at, other in enumerate(boxes) if at != place and follows(one, other)]
        for place, one in enumerate(boxes)
    ]
    assert blocks._find_followers(parts, strips) == expected


@given(st.lists(box(), max_size=40))
def test_a_word_is_left_out_where_its_double_was_kept(boxes: list[Box]) -> None:
    expected: list[PlacedWord] = []
    for word in words_of(boxes):
        apart = SHADOW * word.style.size
        doubles = (
            other
            for other in expected
            if other.text == word.text
            and abs(other.box.x0 - word.box.x0) <= apart
            and abs(other.box.top - word.box.top) <= apart
            and abs(other.box.x1 - word.box.x1) <= apart
        )
        if not any(doubles):
            expected.append(word)
    assert without_repeated(words_of(boxes)) == expected


places = st.one_of(st.integers(-300, 300).map(lambda each: each / 20), st.floats(-1e6, 1e6))
areas = st.lists(st.builds(Box, places, places, places, places), max_size=5)


@given(areas, areas, st.integers(0, 19))
@example([Box(0.15, 0.25, 0.35, 0.45)], [Box(0.1, 0.2, 0.3, 0.2)], 0)
def test_a_line_at_the_edge_of_a_shaded_area_is_not_drawn(
    shades: list[Box], boxes: list[Box], jitter: int
) -> None:
    sides = [
        side
        for shade in shades
        for side in (
            Box(shade.x0, shade.top, shade.x1, shade.top),
            Box(shade.x0, shade.bottom, shade.x1, shade.bottom),
            Box(shade.x0, shade.top, shade.x0, shade.bottom),
            Box(shade.x1, shade.top, shade.x1, shade.bottom),
        )
    ]
    moved = [Box(*(each + jitter / 200 for each in side)) for side in sides]
    rulings = [Ruling(*each) for each in [*sides, *moved, *boxes]]

    def rounded(each: Box | Ruling) -> tuple[float, ...]:
        return tuple(round(place, 1) for place in each)

    edges = set(map(rounded, sides))
    expected = [ruling for ruling in rulings if not shades or rounded(ruling) not in edges]
    assert list(find_drawn(rulings, shades)) == expected


@given(st.lists(box(), min_size=1, max_size=10), st.lists(box(), max_size=12), st.lists(box(), max_size=3))
def test_pages_on_which_no_line_passes_through_a_word_are_told_at_once(
    boxes: list[Box], drawn: list[Box], shades: list[Box]
) -> None:
    rulings = [Ruling(each.x0, each.top, each.x1, each.top + 0.5) for each in drawn]
    words = words_of(boxes)
    loose = struck._join_lines(struck._find_drawn(rulings, shades))
    expected = any(struck._passes_through(line, line.middle_y, word.box) for line in loose for word in words)
    assert struck._may_be_struck(words, rulings, shades) == expected
