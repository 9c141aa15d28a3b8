"""The short form of a card names the document beside a quote."""

from __future__ import annotations

import pytest

from app.core.card import NO_CARD, Card, CardDate, CardPeriod, DateRole, Fact
from app.core.short_title import LONGEST, short_title, shorten_name
from tests.support.cards import QUARTERLY, said_title


def report(title: str, who: str, kind: str, ends: str) -> Card:
    date = CardDate(DateRole.PERIOD_END, ends, Fact(ends))
    return Card(Fact(title), Fact(kind), (Fact(who),), (date,))


def test_a_filing_is_its_company_form_and_month() -> None:
    title = "NVIDIA Corporation — Form 10-Q, quarter ended October 29, 2023"
    card = report(title, "NVIDIA Corporation", "quarterly report", "2023-10-29")
    assert short_title(card) == "NVIDIA 10-Q, Oct 2023"


def test_a_report_without_a_form_is_named_by_its_kind() -> None:
    card = report("Annual Report 2022", "Brave Bison Group plc", "annual report", "2022")
    assert short_title(card) == "Brave Bison annual report, 2022"


def test_a_report_without_a_date_has_its_period() -> None:
    period = CardPeriod(Fact("year 2022"), calendar="2022")
    card = Card(Fact("Annual Report"), Fact("annual report"), (Fact("Acme Inc."),), periods=(period,))
    assert short_title(card) == "Acme annual report, 2022"


def test_another_document_is_its_title_and_the_date_that_the_title_lacks() -> None:
    date = CardDate(DateRole.PUBLISHED, "2016-12-31", Fact("31. Dezember 2016"))
    assert short_title(Card(Fact("Geometrie"), dates=(date,))) == "Geometrie, Dec 2016"
    assert short_title(Card(Fact("Prices of 2016"), dates=(date,))) == "Prices of 2016"


def test_a_long_title_is_cut_between_words() -> None:
    short = short_title(Card(Fact("On the care of pumps " * 9)))
    assert len(short) <= LONGEST
    assert short.endswith("pumps…") or short.endswith("of…") or short.endswith("care…")


def test_without_a_title_there_is_no_short_one() -> None:
    assert short_title(NO_CARD) == ""


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("NVIDIA Corporation", "NVIDIA"),
        ("Apple Inc.", "Apple"),
        ("Kelly Partners Group Holdings Limited", "Kelly Partners"),
        ("Siemens Energy AG", "Siemens Energy"),
        ("Group", "Group"),
    ],
)
def test_a_company_s_name_is_shown_without_its_legal_form(name: str, short: str) -> None:
    assert shorten_name(name) == short


def test_a_title_that_a_person_gave_stays_as_it_is() -> None:
    assert short_title(said_title("Pumps in autumn").correct(QUARTERLY)) == "Pumps in autumn"
