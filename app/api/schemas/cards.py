"""Cards of documents, and what people say in place of what was read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from app.api import examples
from app.api.schemas.base import Asked, Box, Given, with_example
from app.core import card as core_card
from app.core.card import NO_CORRECTIONS, CardField, Corrections
from app.core.document import DocumentFilter
from app.core.rules.card_checks import DATES, LANGUAGE, is_date
from app.core.rules.card_rows import LONGEST_VALUE, MOST_LISTED, date_of
from app.core.rules.card_said import DATE, say_identifiers, say_names, say_periods, say_text

OriginName = Literal["page", "running_head", "outline", "metadata", "file_name", "model", "person"]
RoleName = Literal["published", "period_end", "signed", "effective", "due"]
FieldName = Literal[
    "title",
    "kind",
    "who",
    "period",
    "identifiers",
    "language",
    "published",
    "period_end",
    "signed",
    "effective",
    "due",
]

Text = Annotated[str, StringConstraints(max_length=LONGEST_VALUE)]
Date = Annotated[str, StringConstraints(pattern=f"^({DATE})?$")]


def _check_day(text: str) -> str:
    if text and not is_date(text):
        raise ValueError(f"must be {DATES}")
    return text


SaidDate = Annotated[Date, AfterValidator(_check_day)]
"""A date of the calendar: a filter may end on 2023-02-31, a letter is not signed then."""


class Fact(Given):
    """One thing that a document says of itself. ``page`` is null for what stands on no page, such as
    metadata; ``boxes`` are its lines there."""

    value: str
    origin: OriginName
    page: int | None
    boxes: list[Box]


class CardDate(Fact):
    """A date with its role: ``date`` is as exact as the document says, ``value`` how it is written there."""

    role: RoleName
    date: str


class CardPeriod(Fact):
    """The time that a document reports on: ``value`` names it, ``starts`` and ``ends`` are its days, and
    ``calendar`` is the calendar's quarter, half or year that most of its days lie in; "" where unknown."""

    starts: str
    ends: str
    calendar: str


class Identifier(Fact):
    """A number or name that denotes the document or what it is about; ``scheme`` is its kind, such as
    ``doi``."""

    scheme: str


class Card(Given):
    """What a document is, each part with its place in the document. ``who`` are those who issued, wrote or
    signed it. ``date`` is the one by which documents are listed: the end of its period, else when it was
    published, came into effect, was signed or is due. ``corrected`` names the parts that a person changed."""

    model_config = with_example(examples.CARD)

    title: Fact | None
    kind: Fact | None
    who: list[Fact]
    date: str
    dates: list[CardDate]
    periods: list[CardPeriod]
    identifiers: list[Identifier]
    language: str
    corrected: list[FieldName]

    @classmethod
    def of(cls, card: core_card.Card, corrections: Corrections) -> Card:
        """Return a card on the wire, as ``corrections`` have changed it."""
        return cls(
            title=Fact(**_place(card.title)) if card.title else None,
            kind=Fact(**_place(card.kind)) if card.kind else None,
            who=[Fact(**_place(fact)) for fact in card.who],
            date=date_of(card),
            dates=[
                CardDate(role=each.role.value, date=each.date, **_place(each.fact)) for each in card.dates
            ],
            periods=[
                CardPeriod(starts=each.starts, ends=each.ends, calendar=each.calendar, **_place(each.fact))
                for each in card.periods
            ],
            identifiers=[Identifier(scheme=each.scheme, **_place(each.fact)) for each in card.identifiers],
            language=card.language,
            corrected=[field.value for field in CardField if field in corrections.fields],
        )


def _place(fact: core_card.Fact) -> dict[str, Any]:
    return {
        "value": fact.value,
        "origin": fact.origin.value,
        "page": fact.page or None,
        "boxes": list(map(tuple, fact.boxes)),
    }


class CardFilter(Asked):
    """Which documents are meant, by their cards: of a kind, of those whose name contains ``who``, of a date
    or later, of a date or earlier."""

    kind: Text = ""
    who: Text = ""
    since: Date = ""
    until: Date = ""

    @property
    def where(self) -> DocumentFilter:
        """The same as a filter."""
        return DocumentFilter(
            kind=self.kind.strip() or None,
            who=self.who.strip() or None,
            since=self.since or None,
            until=self.until or None,
        )


class SaidPeriod(Asked):
    """The time that a document reports on, with its first and last day where these are known."""

    name: Text
    starts: SaidDate = ""
    ends: SaidDate = ""


class SaidIdentifier(Asked):
    """An identifier, such as ``doi`` with its value."""

    scheme: Text
    value: Text


class CardChange(Asked):
    """Corrections of a card. What is left out stays as it is; ``null`` takes a correction back, so that what
    was read is shown again; "" or an empty list says that the document has none."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARD_CHANGE]})

    title: Text | None = None
    kind: Text | None = None
    who: Annotated[list[Text], Field(max_length=MOST_LISTED)] | None = None
    period: Annotated[list[SaidPeriod], Field(max_length=MOST_LISTED)] | None = None
    identifiers: Annotated[list[SaidIdentifier], Field(max_length=MOST_LISTED)] | None = None
    language: Annotated[str, StringConstraints(pattern=f"^{LANGUAGE}$")] | None = None
    published: SaidDate | None = None
    period_end: SaidDate | None = None
    signed: SaidDate | None = None
    effective: SaidDate | None = None
    due: SaidDate | None = None

    @property
    def said(self) -> Corrections:
        """What is said anew."""
        said = NO_CORRECTIONS
        for name in self.model_fields_set:
            if getattr(self, name) is not None:
                said = said.change(self._say(CardField(name)))
        return said

    @property
    def taken_back(self) -> frozenset[CardField]:
        """The parts whose correction is taken back."""
        return frozenset(CardField(name) for name in self.model_fields_set if getattr(self, name) is None)

    def _say(self, field: CardField) -> Corrections:
        if field is CardField.WHO:
            return say_names(self.who or ())
        if field is CardField.PERIOD:
            return say_periods([(each.name, each.starts, each.ends) for each in self.period or ()])
        if field is CardField.IDENTIFIERS:
            return say_identifiers((each.scheme, each.value) for each in self.identifiers or ())
        return say_text(field, getattr(self, field.value))
