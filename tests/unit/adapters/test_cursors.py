from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.cursors import LARGEST, Cursors
from app.core.errors import BadRequest

CURSORS = Cursors(b"a secret of these tests")
LIST = ("documents", "us")


@given(number=st.integers(-LARGEST, LARGEST), text=st.text())
def test_a_cursor_gives_back_its_key_and_fits_into_a_url(number: int, text: str) -> None:
    cursor = CURSORS.encode(LIST, number, text)
    assert CURSORS.decode(cursor, LIST, int, str) == [number, text]
    assert CURSORS.encode(LIST, number, text) == cursor
    assert cursor.isascii()
    assert not set(cursor) & set("+/=?&#")


@given(number=st.integers(0, LARGEST))
def test_a_cursor_shows_neither_its_number_nor_how_long_that_is(number: int) -> None:
    cursor = CURSORS.encode(LIST, number)
    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert len(cursor) == len(CURSORS.encode(LIST, 0))
    assert str(number).encode() not in content or number < 1000


@pytest.mark.parametrize(
    "cursor",
    [
        CURSORS.encode(("sessions", "us"), 7),
        CURSORS.encode(("documents", "them"), 7),
        CURSORS.encode(("documents",), 7),
        CURSORS.encode(LIST),
        CURSORS.encode(LIST, 7, 7),
        CURSORS.encode(LIST, "7"),
        CURSORS.encode(LIST, 7)[:-1],
        CURSORS.encode(LIST, 7)[:-4],
        Cursors(b"another secret").encode(LIST, 7),
        "WyJkb2N1bWVudHMiLDdd",  # what earlier releases gave
        "",
        "W10",
    ],
)
def test_a_cursor_of_another_list_server_or_release_is_a_bad_request_that_says_what_to_do(
    cursor: str,
) -> None:
    with pytest.raises(BadRequest, match="start again at the first page"):
        CURSORS.decode(cursor, LIST, int)


def test_without_a_secret_cursors_hold_within_the_process_alone() -> None:
    one, other = Cursors(), Cursors()
    assert one.decode(one.encode(LIST, 7), LIST, int) == [7]
    with pytest.raises(BadRequest):
        other.decode(one.encode(LIST, 7), LIST, int)


@given(cursor=st.one_of(st.text(), st.binary().map(bytes.hex)))
def test_whatever_the_cursor_the_only_error_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(BadRequest):
        CURSORS.decode(cursor, LIST, int)


@given(place=st.integers(0, 85), letter=st.sampled_from("AZaz09-_"))
def test_no_letter_of_a_cursor_can_be_another(place: int, letter: str) -> None:
    cursor = CURSORS.encode(LIST, 7)
    changed = cursor[:place] + letter + cursor[place + 1 :]
    if changed[:85] != cursor[:85]:  # the last letter has bits that say nothing
        with pytest.raises(BadRequest):
            CURSORS.decode(changed, LIST, int)
