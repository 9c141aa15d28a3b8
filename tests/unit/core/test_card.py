"""What people say of a document, in place of what was read."""

from __future__ import annotations

from app.core.card import (
    NO_CARD,
    NO_CORRECTIONS,
    Card,
    CardDate,
    CardField,
    Corrections,
    DateRole,
    Fact,
    Origin,
)
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
