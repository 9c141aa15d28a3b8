"""What a document says it is: its card. Pages count from 1; dates are ISO 8601, as far as they are known."""

from __future__ import annotations

from dataclasses import dataclass
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
    its days, "" where unknown. ``calendar`` is the calendar's quarter or year that most of its days lie in
    ("Q3 2023"), also where that differs from the fiscal one."""

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
