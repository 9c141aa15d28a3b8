"""What a document is called beside a quote, and before its passages in the index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.card import NO_CARD, Card, CardPeriod, Fact
from app.core.rules.card_names import LONGEST_SHORT, full_title, short_name, short_title
from tests.support.cards import QUARTERLY, titled

FILING = Card(
    title=Fact("NVIDIA Corporation — Form 10-Q, quarterly report for the quarter ended October 29, 2023"),
    kind=Fact("10-Q"),
    who=(Fact("NVIDIA Corporation"),),
    periods=(CardPeriod(Fact("fiscal Q3 2024"), "2023-07-31", "2023-10-29", "Q4 2023"),),
)


def test_a_long_title_of_a_report_is_put_together_anew() -> None:
    assert short_title(FILING) == "NVIDIA 10-Q, Oct 2023"
    year = CardPeriod(Fact("2022"), ends="2022")
    assert short_title(replace(FILING, periods=(year,))) == "NVIDIA 10-Q, 2022"


def test_a_short_title_stays_and_any_other_long_one_is_cut_between_words() -> None:
    assert short_title(QUARTERLY) == "Meridian: quarterly report, Q3 2023"
    assert short_title(NO_CARD) == ""
    cut = short_title(titled("The quick brown fox jumps over the lazy dog " * 3))
    assert cut == "The quick brown fox jumps over the lazy dog The quick…"
    assert len(cut) <= LONGEST_SHORT


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Apple Inc.", "Apple"),
        ("Advanced Micro Devices, Inc.", "Advanced Micro Devices"),
        ("Koninklijke Philips N.V.", "Koninklijke Philips"),
        ("Meridian Holdings, Ltd.", "Meridian"),
        ("Group", "Group"),
        ("Ann Weiß", "Ann Weiß"),
    ],
)
def test_a_company_is_called_without_its_legal_form(name: str, short: str) -> None:
    assert short_name(name) == short


def test_before_passages_stands_what_the_title_lacks() -> None:
    assert full_title(FILING).endswith("October 29, 2023 · fiscal Q3 2024 · Q4 2023")
    assert (
        full_title(QUARTERLY)
        == "Meridian: quarterly report, Q3 2023 · Meridian Pumps · third quarter of 2023"
    )
    assert full_title(NO_CARD) == ""
