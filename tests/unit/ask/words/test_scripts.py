"""The script that a text is written in, and with it its language."""

from __future__ import annotations

import pytest

from app.ask.words.scripts import main_script, tell_script_and_language


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        ("水泵的保修期是多长?", "CJK", "zh"),
        ("保修期 24 个月, 型号 XK-2", "CJK", "zh"),
        ("保証期間は二年間", "CJK", ""),
        ("ポンプの重さは?", "KATAKANA", ""),
        ("Сколько весит насос?", "CYRILLIC", "ru"),
        ("كم وزن المضخة؟", "ARABIC", "ar"),
        ("How long is the warranty of the pump?", "LATIN", "en"),
        ("2,820.00", "", ""),
    ],
)
def test_a_text_is_of_the_script_of_most_of_its_letters_and_kana_is_not_chinese(
    text: str, script: str, language: str
) -> None:
    assert main_script(text) == script
    assert tell_script_and_language(text) == (script, language)
