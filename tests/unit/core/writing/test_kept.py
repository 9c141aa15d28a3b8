"""What is kept of words: never more than so many, and none so long that it takes memory."""

from __future__ import annotations

from app.ask.words.terms import word_forms
from app.core.writing.kept import LONGEST_KEPT, MOST_KEPT, Kept


def test_what_is_kept_of_words_is_bounded_and_their_forms_are_those_of_the_words_alone() -> None:
    kept = Kept(str.upper)
    assert [kept[f"w{number}"] for number in range(MOST_KEPT + 2)][-1] == f"W{MOST_KEPT + 1}"
    assert len(kept) == 2
    assert kept["x" * (LONGEST_KEPT + 1)] == "X" * (LONGEST_KEPT + 1)
    assert len(kept) == 2


def test_the_forms_of_a_text_are_those_of_what_stands_between_its_spaces() -> None:
    texts = (
        "Die Pumpen\u00a0laufen im 2,820er-Modus, 5.1.1",
        "पंप की गारंटी १२",
        "ポンプの 保証 期間",
        "e\u0301te\u0301 \u0301x",
    )
    for text in texts:
        assert word_forms(text) == [form for part in text.split() for form in word_forms(part, text)]
