"""Scripts without spaces between words."""

from __future__ import annotations

import pytest

from app.core.writing.unspaced import expand_query, expand_text, joins_without_space, pieces


def test_letters_stand_alone_and_what_is_between_them_stays_whole() -> None:
    assert pieces("泵重41公斤，DN-50。") == ["泵", "重", "41", "公", "斤", "，", "DN-50", "。"]
    assert list(pieces("weight")) == ["weight"]
    assert list(pieces("Überdruck")) == ["Überdruck"]
    assert pieces("무게는") == ["무게는"]


def test_a_letter_keeps_its_marks() -> None:
    assert pieces("น้ำหนัก") == ["น้", "ำ", "ห", "นั", "ก"]
    assert pieces("か\u3099す") == ["か\u3099", "す"]


def test_a_run_is_found_by_its_letters_and_pairs_and_asked_for_by_pairs() -> None:
    assert expand_text("DN50泵体重") == "DN50 泵 泵体 体 体重 重 "
    assert expand_query("DN50泵体重") == "DN50 泵体 体重 "
    assert expand_query("泵 pump") == " 泵  pump"
    assert expand_text("The pump") == expand_query("The pump") == "The pump"


@pytest.mark.parametrize(("written", "plain"), [("⾦属", "金属"), ("ﾎﾟﾝﾌﾟ", "ポンプ"), ("か\u3099す", "がす")])
def test_forms_of_a_letter_are_one(written: str, plain: str) -> None:
    assert expand_text(written) == expand_text(plain)


def test_lines_are_joined_without_a_space_between_such_letters_alone() -> None:
    assert joins_without_space("三十六个月，", "制造商")
    assert not joins_without_space("三十六个月", "DN50")
    assert not joins_without_space("", "泵")
