"""A document's card says what the document is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.card import Card, DateRole, Fact, Origin
from app.core.page import Outline, Page
from app.ingest.card.make import make_card
from tests.support.drawn_cards import card_of

QUARTERLY = (
    (9, "UNITED STATES SECURITIES AND EXCHANGE COMMISSION"),
    (14, "FORM 10-Q"),
    (9, "QUARTERLY REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF 1934"),
    (9, "For the quarterly period ended October 29, 2023"),
    (9, "Commission file number: 0-98765"),
    (14, "MERIDIAN PUMPS CORPORATION"),
    (9, "(Exact name of registrant as specified in its charter)"),
    (9, "The condensed statements of Meridian Pumps Corporation, Nine Months Ended October 29, 2023"),
    (9, "Revenue for the third quarter of fiscal year 2024 was higher."),
)


def test_a_quarterly_filing_is_named_by_company_form_and_the_end_of_its_quarter(tmp_path: Path) -> None:
    card = card_of(tmp_path, QUARTERLY, title="0001045810-22-000166")
    assert card.title
    assert card.title.value == ("Meridian Pumps Corporation — Form 10-Q, quarter ended October 29, 2023")
    assert card.kind
    assert card.kind.value == "quarterly report"
    assert [(each.role, each.date) for each in card.dates] == [(DateRole.PERIOD_END, "2023-10-29")]
    assert [each.fact.value for each in card.identifiers] == ["0-98765"]


def test_a_period_is_kept_by_its_fiscal_and_its_calendar_name(tmp_path: Path) -> None:
    [period] = card_of(tmp_path, QUARTERLY).periods
    assert (period.fact.value, period.calendar) == ("fiscal Q3 2024", "Q3 2023")
    assert (period.starts, period.ends) == ("2023-07-31", "2023-10-29")


def test_each_fact_has_its_place_on_a_page(tmp_path: Path) -> None:
    card = card_of(tmp_path, [(12, "A letter of the board")], QUARTERLY)
    facts = [card.title, card.kind, *card.who, *(each.fact for each in card.dates)]
    facts += [each.fact for each in card.identifiers]
    assert all(fact and fact.page == 2 and fact.boxes for fact in facts)


def test_names_in_a_table_of_registrants_are_below_its_head(tmp_path: Path) -> None:
    cover = (
        (9, "UNITED STATES"),
        (9, "SECURITIES AND EXCHANGE COMMISSION"),
        (14, "FORM 10-K"),
        (9, "For the fiscal year ended December 31, 2021"),
        (9, "Commission File Number Exact name of registrants as specified in their charters"),
        (9, "1-98765 Meridian Power Corporation"),
    )
    card = card_of(tmp_path, cover)
    assert [each.value for each in card.who] == ["Meridian Power Corporation"]
    assert [each.fact.value for each in card.identifiers] == ["1-98765"]


def test_a_name_over_two_lines_is_put_together(tmp_path: Path) -> None:
    cover = (
        (9, "SECURITIES AND EXCHANGE COMMISSION"),
        (14, "FORM 8-K"),
        (9, "Date of Report (Date of earliest event reported): May 4, 2023"),
        (12, "MERIDIAN COMPANIES"),
        (12, "OF NORTH AMERICA INC."),
        (9, "(Exact name of registrant as specified in its charter)"),
    )
    card = card_of(tmp_path, cover)
    assert [each.value for each in card.who] == ["MERIDIAN COMPANIES OF NORTH AMERICA INC."]
    assert [each.date for each in card.dates] == ["2023-05-04"]


@pytest.mark.parametrize("ends", ["June 31, 2022", "February 29, 2023"])
def test_a_filing_whose_period_ends_on_no_day_has_the_rest_of_its_card(tmp_path: Path, ends: str) -> None:
    cover = [(size, text.replace("October 29, 2023", ends)) for size, text in QUARTERLY]
    card = card_of(tmp_path, cover)
    assert [each.value for each in card.who] == ["Meridian Pumps Corporation"]
    assert (card.dates, card.periods) == ((), ())


class Faulty(list[Page]):
    """Pages that a part of the reading of cards stumbles over, with what they say in its message."""

    def __iter__(self) -> Iterator[Page]:
        raise ValueError("secret words")


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("The care of pumps", Fact("The care of pumps", Origin.METADATA)),
        ("", Fact("pump care", Origin.FILE_NAME)),
    ],
)
def test_a_document_whose_card_fails_is_named_by_its_metadata_or_file(
    title: str, fact: Fact, caplog: pytest.LogCaptureFixture
) -> None:
    assert make_card(Faulty(), Outline(1, title), "pump_care.pdf") == Card(fact)
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text
