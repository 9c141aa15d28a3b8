"""What a person says that a document is, made of the texts that they write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.core.card import Card, CardDate, CardField, CardPeriod, Corrections, Fact, Identifier, Origin
from app.core.names import compose, shown_text
from app.core.rules.calendar_names import name_in_calendar

DATE = "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
"""A date as exact as it is known: ``2022``, ``2022-06`` or ``2022-06-30``."""

Periods = Sequence[tuple[str, str, str]]
"""Each with its name, its first and its last day, "" where unknown."""


def say_text(field: CardField, text: str) -> Corrections:
    """Return the correction of a title, kind, language or date; "" says that the document has none."""
    fact = _fact(text)
    if field is CardField.TITLE:
        return _corrections(field, Card(title=fact))
    if field is CardField.KIND:
        return _corrections(field, Card(kind=fact))
    if field is CardField.LANGUAGE:
        return _corrections(field, Card(language=fact.value.lower() if fact else ""))
    assert field.role, f"{field} is no text."
    return _corrections(field, Card(dates=(CardDate(field.role, fact.value, fact),) if fact else ()))


def say_names(names: Iterable[str]) -> Corrections:
    """Return the correction of those who issued, wrote or signed a document."""
    return _corrections(CardField.WHO, Card(who=tuple(filter(None, map(_fact, names)))))


def say_periods(periods: Periods) -> Corrections:
    """Return the correction of the time that a document reports on."""
    said = [(_fact(name or starts or ends), starts, ends) for name, starts, ends in periods]
    return _corrections(
        CardField.PERIOD,
        Card(
            periods=tuple(
                CardPeriod(fact, starts, ends, _calendar(starts, ends)) for fact, starts, ends in said if fact
            )
        ),
    )


def say_identifiers(identifiers: Iterable[tuple[str, str]]) -> Corrections:
    """Return the correction of a document's identifiers, each a scheme and a value."""
    facts = [(_clean(scheme).lower(), _fact(value)) for scheme, value in identifiers]
    return _corrections(
        CardField.IDENTIFIERS,
        Card(identifiers=tuple(Identifier(scheme, fact) for scheme, fact in facts if fact)),
    )


def _corrections(field: CardField, card: Card) -> Corrections:
    return Corrections(frozenset({field}), card)


def _fact(text: str) -> Fact | None:
    clean = _clean(text)
    return Fact(clean, Origin.PERSON) if clean else None


def _clean(text: str) -> str:
    return " ".join(shown_text(compose(text)).split())


def _calendar(starts: str, ends: str) -> str:
    """Return what a period is called in the calendar, "" where its days are not known."""
    try:
        return name_in_calendar(date.fromisoformat(starts), date.fromisoformat(ends))
    except ValueError:
        return ""
