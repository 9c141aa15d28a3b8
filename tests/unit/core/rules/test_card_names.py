"""What a document is called before its passages in the index."""

from __future__ import annotations

from app.core.card import NO_CARD, Card, CardPeriod, Fact
from app.core.rules.card_names import full_title
from tests.support.cards import QUARTERLY

FILING = Card(
    title=Fact("NVIDIA Corporation — Form 10-Q, quarterly report for the quarter ended October 29, 2023"),
    kind=Fact("10-Q"),
    who=(Fact("NVIDIA Corporation"),),
    periods=(CardPeriod(Fact("fiscal Q3 2024"), "2023-07-31", "2023-10-29", "Q4 2023"),),
)


def test_before_passages_stands_what_the_title_lacks() -> None:
    assert full_title(FILING).endswith("October 29, 2023 · fiscal Q3 2024 · Q4 2023")
    assert (
        full_title(QUARTERLY)
        == "Meridian: quarterly report, Q3 2023 · Meridian Pumps · third quarter of 2023"
    )
    assert full_title(NO_CARD) == ""
