from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.aws.dynamodb.items import Value, decode_item, encode_item, encode_value
from app.adapters.aws.dynamodb.time_order import ABOVE_ALL, time_key
from app.adapters.cursors import Cursors

WHOLE = st.integers(-(10**37), 10**37)
VALUES = st.one_of(st.text(), WHOLE, st.binary(), st.sets(WHOLE, min_size=1), st.lists(st.text() | WHOLE))


@given(item=st.dictionaries(st.text(min_size=1), VALUES))
def test_an_item_is_given_back_as_it_was_kept(item: dict[str, Value]) -> None:
    assert decode_item(encode_item(item)) == item


@pytest.mark.parametrize("value", [0.5, True, None, {"a": 1}, object()])
def test_what_an_item_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode_value(value)  # type: ignore[arg-type]


@given(times=st.lists(st.integers(0, 10**16 - 1), min_size=2, max_size=2, unique=True).map(sorted))
def test_places_sort_as_their_times_do_and_come_back_from_a_cursor(times: list[int]) -> None:
    earlier, later = (time_key(time, "doc_7h3kxyz012345678") for time in times)
    assert earlier < later < ABOVE_ALL
    cursors, which = Cursors(), ("documents", "us")
    assert cursors.decode(cursors.encode(which, later), which, str) == [later]
