"""What people say of a document, in place of what was read."""

from __future__ import annotations

from dataclasses import replace

from app.core.card import (
    NO_CARD,
    NO_CORRECTIONS,
    Card,
    CardDate,
    CardField,
    CardPeriod,
    Corrections,
    DateRole,
    Fact,
    Origin,
)
from app.core.rules.card_rows import date_of
from app.core.short_title import short_title
from tests.support.cards import QUARTERLY, said_title, titled

DUE = CardDate(DateRole.DUE, "2024-01-31", Fact("2024-01-31", Origin.PERSON))


def test_what_people_say_takes_the_place_of_what_was_read_and_of_nothing_else() -> None:
    shown = said_title("Pumps").correct(QUARTERLY)
    assert shown.title == Fact("Pumps", Origin.PERSON)
    assert (shown.kind, shown.who, shown.dates) == (QUARTERLY.kind, QUARTERLY.who, QUARTERLY.dates)


def test_a_date_is_corrected_by_its_role() -> None:
    said = Corrections(frozenset({CardField.DUE}), Card(dates=(DUE,)))
    assert said.correct(QUARTERLY).dates == (*QUARTERLY.dates, DUE)
    nothing = Corrections(frozenset({CardField.PUBLISHED}))
    assert nothing.correct(QUARTERLY).dates == ()


def test_a_correction_is_changed_and_taken_back() -> None:
    both = said_title("Pumps").change(
        Corrections(frozenset({CardField.WHO, CardField.DUE}), Card(dates=(DUE,)))
    )
    assert both.correct(QUARTERLY).who == ()
    assert both.change(said_title("Valves")).correct(QUARTERLY).title == Fact("Valves", Origin.PERSON)
    left = both.change(NO_CORRECTIONS, [CardField.TITLE, CardField.DUE])
    assert left == Corrections(frozenset({CardField.WHO}), NO_CARD)
    assert left.change(NO_CORRECTIONS, [CardField.WHO]) == NO_CORRECTIONS
    assert left.correct(titled("Read")).title == Fact("Read")


def said_date(role: DateRole, date: str) -> Corrections:
    fact = Fact(date, Origin.PERSON)
    return Corrections(frozenset({CardField(role.value)}), Card(dates=(CardDate(role, date, fact),)))


def test_dates_stand_in_the_order_of_their_roles_also_those_that_people_say() -> None:
    read = Card(dates=(DUE,))
    shown = said_date(DateRole.PUBLISHED, "2023-11-03").correct(read)
    assert [each.role for each in shown.dates] == [DateRole.PUBLISHED, DateRole.DUE]


ENDED = CardDate(DateRole.PERIOD_END, "2023-09-30", Fact("September 30, 2023", page=1))
REPORT = replace(QUARTERLY, dates=(*QUARTERLY.dates, ENDED))


def said_period(ends: str) -> Corrections:
    period = CardPeriod(Fact("Q2 2023", Origin.PERSON), "2023-04-01", ends, "Q2 2023")
    return Corrections(frozenset({CardField.PERIOD}), Card(periods=(period,)))


def test_a_period_that_people_say_supersedes_the_end_that_was_read() -> None:
    said = said_period("2023-06-30")
    assert said.correct(REPORT).dates == QUARTERLY.dates
    assert date_of(said.correct(REPORT)) == "2023-06-30"
    untitled = replace(REPORT, title=Fact("Meridian report"))
    assert short_title(said.correct(untitled)) == "Meridian report, Jun 2023"
    assert ENDED in said_period("2023-09-30").correct(REPORT).dates


def test_an_end_that_people_say_supersedes_the_period_that_was_read() -> None:
    shown = said_date(DateRole.PERIOD_END, "2023-06-30").correct(REPORT)
    assert shown.periods == ()
    assert date_of(shown) == "2023-06-30"
    assert short_title(replace(shown, title=Fact("Meridian report"))) == "Meridian report, Jun 2023"
    assert said_date(DateRole.PERIOD_END, "2023-09-30").correct(REPORT).periods == QUARTERLY.periods


def test_what_people_say_of_both_stands() -> None:
    both = said_period("2023-06-30").change(said_date(DateRole.PERIOD_END, "2023-06-29"))
    shown = both.correct(REPORT)
    assert [each.ends for each in shown.periods] == ["2023-06-30"]
    assert shown.dates[-1].date == "2023-06-29"
