"""A card as stores keep it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.card import (
    NO_CARD,
    NO_CORRECTIONS,
    Card,
    CardDate,
    CardPeriod,
    Corrections,
    DateRole,
    Fact,
    Origin,
)
from app.core.geometry import Box
from app.core.rules.card_rows import (
    LONGEST_VALUE,
    MOST_BOXES,
    MOST_BYTES,
    bound_card,
    date_of,
    decode_card,
    decode_corrections,
    encode_card,
    encode_corrections,
    read_row,
)
from tests.support.cards import QUARTERLY, said_title, titled


@pytest.mark.parametrize("card", [NO_CARD, QUARTERLY, titled("Pumps"), Card(language="de")])
def test_a_card_comes_back_as_it_was(card: Card) -> None:
    assert decode_card(encode_card(card)) == card


@pytest.mark.parametrize("corrections", [NO_CORRECTIONS, said_title("Pumps")])
def test_corrections_come_back_as_they_were(corrections: Corrections) -> None:
    assert decode_corrections(encode_corrections(corrections)) == corrections


def test_a_document_that_is_older_than_cards_keeps_its_title() -> None:
    assert read_row(None, None, "Pumps") == (Card(title=Fact("Pumps", Origin.METADATA)), NO_CORRECTIONS)
    assert read_row("", "", "") == (NO_CARD, NO_CORRECTIONS)


def test_a_card_is_cut_where_it_would_be_too_large() -> None:
    boxes = tuple(Box(number, 0, number + 1, 1) for number in range(4000))
    large = replace(
        QUARTERLY,
        title=Fact("x" * 100_000, Origin.PAGE, 1, boxes),
        who=tuple(Fact("ü" * 1000, page=number, boxes=boxes) for number in range(500)),
    )
    kept = decode_card(line := encode_card(large))
    assert len(line.encode()) <= MOST_BYTES
    assert kept.title
    assert len(kept.title.boxes) == MOST_BOXES
    assert (kept.dates, kept.identifiers) == (QUARTERLY.dates, QUARTERLY.identifiers)


def test_what_a_report_is_about_is_its_date_and_not_when_it_came_out() -> None:
    assert date_of(QUARTERLY) == "2023-09-30"
    assert date_of(replace(QUARTERLY, periods=())) == "2023-11-02"
    assert date_of(replace(QUARTERLY, periods=(CardPeriod(Fact("the quarter")),))) == "2023-11-02"
    signed = CardDate(DateRole.SIGNED, "2020-01", Fact("January 2020"))
    effective = CardDate(DateRole.EFFECTIVE, "2020-02-01", Fact("1 February 2020"))
    assert date_of(Card(dates=(signed, effective))) == "2020-02-01"
    assert date_of(Card(dates=(signed,))) == "2020-01"
    assert date_of(NO_CARD) == ""


def test_no_fact_has_marks_that_disguise_it() -> None:
    fact = Fact("Acme\u202e fdp \u2066 Pumps\x1b[2J\nLtd", page=1)
    kept = bound_card(Card(fact, fact, (fact,), periods=(CardPeriod(fact),)))
    shown = Fact("Acme fdp Pumps[2J Ltd", page=1)
    assert kept == Card(shown, shown, (shown,), periods=(CardPeriod(shown),))


@pytest.mark.parametrize("gap", [" ", " \u202e ", "\n\x07"])
def test_a_card_that_was_bounded_stays_as_it_is(gap: str) -> None:
    word = "x" * (LONGEST_VALUE - 1)
    kept = bound_card(titled(word + gap + word + gap))
    assert bound_card(kept) == kept
