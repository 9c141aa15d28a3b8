from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters import cursors
from app.core.errors import BadRequest


@given(number=st.integers(-cursors.LARGEST, cursors.LARGEST), text=st.text())
def test_a_cursor_gives_back_its_key_and_fits_into_a_url(number: int, text: str) -> None:
    cursor = cursors.encode("documents", number, text)
    assert cursors.decode(cursor, "documents", int, str) == [number, text]
    assert cursor.isascii()
    assert not set(cursor) & set("+/=?&#")


@pytest.mark.parametrize(
    "cursor",
    [
        cursors.encode("sessions", 7),
        cursors.encode("documents"),
        cursors.encode("documents", 7, 7),
        cursors.encode("documents", "7"),
        cursors.encode("documents", 2**63),
        cursors.encode("documents", -(2**70)),
        cursors.encode("documents", 7)[:-1],
        "",
        "W10",
        "e30",
        "bnVsbA",
    ],
)
def test_a_cursor_of_another_list_or_shape_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(BadRequest):
        cursors.decode(cursor, "documents", int)


@given(cursor=st.one_of(st.text(), st.binary().map(bytes.hex)))
def test_whatever_the_cursor_the_only_error_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(BadRequest):
        cursors.decode(cursor, "documents", int)
