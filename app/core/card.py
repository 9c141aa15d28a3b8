"""What a document says it is: its card. Pages count from 1; dates are ISO 8601, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.core.geometry import Box


class Origin(StrEnum):
    """What a fact was read from. What a ``person`` says outlives each new reading."""

    PAGE = "page"
    RUNNING_HEAD = "running_head"
    OUTLINE = "outline"
    METADATA = "metadata"
    FILE_NAME = "file_name"
    MODEL = "model"
    PERSON = "person"


class DateRole(StrEnum):
    """What happened on a date of a card."""

    PUBLISHED = "published"
    PERIOD_END = "period_end"
    SIGNED = "signed"
    EFFECTIVE = "effective"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a document says of itself.

    ``value`` is as people would write it in a list. ``page`` and ``boxes`` are where it stands; page 0 if it
    stands on none, as in metadata.
    """

    value: str
    origin: Origin = Origin.PAGE
    page: int = 0
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class CardDate:
    """A date with its role: ``date`` is ``2022``, ``2022-12`` or ``2022-12-31``, as exact as the document
    says; ``fact`` is how it is written there."""

    role: DateRole
    date: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class CardPeriod:
    """The time that a document reports on. ``fact`` names it ("fiscal Q3 2024"); ``starts`` and ``ends`` are
    its days, "" where unknown. ``calendar`` is the calendar's quarter, half or year that most of its days lie
    in ("Q3 2023"), also where that differs from the fiscal one."""

    fact: Fact
    starts: str = ""
    ends: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number or name that denotes one document or thing: ``scheme`` is its kind in lower case ("doi",
    "isbn", "file number", "invoice number", "model"), and ``fact.value`` the identifier itself."""

    scheme: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Card:
    """What a document is, each part with its place in the document. ``who`` has those who issued, wrote or
    signed it, the foremost first. ``language`` is an ISO 639-1 code, "" if unknown."""

    title: Fact | None = None
    kind: Fact | None = None
    who: tuple[Fact, ...] = ()
    dates: tuple[CardDate, ...] = ()
    periods: tuple[CardPeriod, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    language: str = ""


NO_CARD = Card()


class CardField(StrEnum):
    """A part of a card that a person can correct; a date's is its role."""

    TITLE = "title"
    KIND = "kind"
    WHO = "who"
    PERIOD = "period"
    IDENTIFIERS = "identifiers"
    LANGUAGE = "language"
    PUBLISHED = "published"
    PERIOD_END = "period_end"
    SIGNED = "signed"
    EFFECTIVE = "effective"
    DUE = "due"

    @property
    def role(self) -> DateRole | None:
        """The role of the date that it is, ``None`` for what is no date."""
        return DateRole(self.value) if self.value in set(DateRole) else None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What people say that a document is, in place of what was read: ``card`` has it for each of ``fields``,
    also where they say that there is none. It is kept apart from what was read, and outlives that."""

    fields: frozenset[CardField] = frozenset()
    card: Card = NO_CARD

    def correct(self, read: Card) -> Card:
        """Return the card that was read, with what people say in the place of what they corrected. Of the
        period and its end, what was read and does not agree with the other, as people said it, goes too."""
        return _replace_fields(self._drop_superseded(read), self.fields, self.card)

    def _drop_superseded(self, read: Card) -> Card:
        ends = {period.ends for period in self.card.periods}
        if CardField.PERIOD in self.fields:
            dates = (each for each in read.dates if each.role is not DateRole.PERIOD_END or each.date in ends)
            return replace(read, dates=tuple(dates))
        if CardField.PERIOD_END in self.fields:
            said = {date.date for date in self.card.dates if date.role is DateRole.PERIOD_END}
            return replace(read, periods=tuple(each for each in read.periods if each.ends in said))
        return read

    def change(self, said: Corrections, taken_back: Iterable[CardField] = ()) -> Corrections:
        """Return these with what is ``said`` anew, and without the fields that are ``taken_back``."""
        kept = (self.fields | said.fields) - frozenset(taken_back)
        card = _replace_fields(self.card, said.fields, said.card)
        return Corrections(kept, _replace_fields(NO_CARD, kept, card))


NO_CORRECTIONS = Corrections()


def _replace_fields(card: Card, fields: frozenset[CardField], other: Card) -> Card:
    """Return a card with these of its fields from another card, its dates in the order of their roles."""
    roles = {field.role for field in fields}
    dates = [date for date in card.dates if date.role not in roles]
    dates += [date for date in other.dates if date.role in roles]
    return Card(
        title=other.title if CardField.TITLE in fields else card.title,
        kind=other.kind if CardField.KIND in fields else card.kind,
        who=other.who if CardField.WHO in fields else card.who,
        dates=tuple(sorted(dates, key=lambda date: list(DateRole).index(date.role))),
        periods=other.periods if CardField.PERIOD in fields else card.periods,
        identifiers=other.identifiers if CardField.IDENTIFIERS in fields else card.identifiers,
        language=other.language if CardField.LANGUAGE in fields else card.language,
    )
