from __future__ import annotations

from app.core.geometry import Box
from app.core.passage import Span

ROW = Box(10, 100, 30, 110)


def test_a_box_knows_its_size_and_its_middle() -> None:
    assert (ROW.width, ROW.height, ROW.middle) == (20, 10, (20, 105))
    assert ROW.middle == (ROW.middle_x, ROW.middle_y)


def test_a_box_holds_the_points_within_it_and_on_its_sides() -> None:
    assert ROW.holds((20, 105))
    assert ROW.holds((10, 110))
    assert not ROW.holds((9.9, 105))
    assert not ROW.holds((20, 110.1))


def test_what_two_boxes_share_is_negative_where_a_gap_parts_them() -> None:
    assert ROW.shared_width(Box(25, 0, 99, 1)) == 5
    assert ROW.shared_height(Box(25, 0, 99, 1)) == -99


def test_boxes_share_a_row_where_half_of_the_lower_stands_beside_the_other() -> None:
    assert ROW.shares_row(Box(40, 105, 50, 115))
    assert not ROW.shares_row(Box(40, 105.1, 50, 115.1))
    assert ROW.shares_row(Box(40, 107, 50, 117), least=0.3)
    assert ROW.shares_row(Box(40, 50, 50, 105), least=0.5), "half of the lower, not of the taller"


def test_a_span_holds_what_stands_in_its_box_on_its_page() -> None:
    span = Span(3, ROW)
    assert span.holds(3, Box(28, 104, 31, 112))
    assert not span.holds(3, Box(29, 104, 33, 112))
    assert not span.holds(4, ROW)
