"""From a PDF's user space to the page as it is displayed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box
from app.pdf.pdfium.frame import frame_of
from app.pdf.pdfium.words import upright

SIDES = (10.0, 20.0, 110.0, 220.0)


@pytest.mark.parametrize(
    ("turns", "size", "corner"),
    [
        (0, (100, 200), (0, 200)),
        (1, (200, 100), (0, 0)),
        (2, (100, 200), (100, 0)),
        (3, (200, 100), (200, 100)),
    ],
)
def test_the_lower_left_corner_of_the_paper_goes_where_the_page_is_turned(
    turns: int, size: tuple[float, float], corner: tuple[float, float]
) -> None:
    frame = frame_of(SIDES, turns)
    assert (frame.width, frame.height) == size
    assert frame.matrix.point(10, 20) == corner
    assert frame.rotation == 90 * turns


@given(st.integers(0, 3), st.floats(10, 110), st.floats(20, 220))
def test_what_is_on_the_paper_is_on_the_displayed_page(turns: int, x: float, y: float) -> None:
    frame = frame_of(SIDES, turns)
    px, py = frame.matrix.point(x, y)
    assert 0 <= px <= frame.width
    assert 0 <= py <= frame.height


def test_what_lies_outside_the_page_is_clipped_to_nothing() -> None:
    clipped = frame_of(SIDES, 0).clip(Box(150, 0, 300, 50))
    assert clipped.x0 == clipped.x1


@pytest.mark.parametrize("turns", range(4))
def test_text_runs_to_the_right_for_a_reader_who_turns_the_page(turns: int) -> None:
    """Of two letters, the second lies in the direction of the text."""
    step = [(20, 0), (0, 20), (-20, 0), (0, -20)][turns]
    first = Box(100, 100, 110, 110)
    second = Box(100 + step[0], 100 + step[1], 110 + step[0], 110 + step[1])
    assert upright(second, turns).x0 - upright(first, turns).x0 == 20
    assert upright(second, turns).top == upright(first, turns).top
