"""How alike two texts are, on one scale for every embedding model and language."""

from __future__ import annotations

import pytest

from app.adapters.embedded.models import E5, UNRELATED, UNRELATED_IN
from app.ask.likeness import likeness

GERMAN = ("Wer schrieb die Oper Carmen?", "Die Pumpe hat zwei Jahre Garantie.")
CHINESE = ("谁写了歌剧《卡门》？", "水泵的保修期是两年。")


@pytest.mark.parametrize(
    ("question", "text", "unrelated"),
    [
        (*GERMAN, UNRELATED),
        (*CHINESE, UNRELATED_IN["zh"]),
        (CHINESE[0], GERMAN[1], UNRELATED),
        (GERMAN[0], CHINESE[1], UNRELATED),
    ],
)
def test_what_has_nothing_to_do_with_a_question_is_as_far_from_it_in_every_language(
    question: str, text: str, unrelated: float
) -> None:
    assert likeness(unrelated, E5(), question, text) == pytest.approx(0)
    assert likeness(1.0, E5(), question, text) == pytest.approx(1)
