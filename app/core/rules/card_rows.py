"""A card as stores keep it: as JSON of bounded size, with what lists are filtered by beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

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
    Identifier,
    Origin,
)
from app.core.geometry import Box
from app.core.names import compose, shown_text

MOST_BYTES = 16_000
"""Bytes of a card's JSON: DynamoDB reads a megabyte at once, and a list shows up to a hundred documents. What
is last in the longest list goes first."""

MOST_LISTED = 40
"""Names, dates, periods or identifiers of one card."""

LONGEST_VALUE = 300
"""Characters of one fact: twice the longest title."""

MOST_BOXES = 12
"""Boxes of one fact, a line of the page each."""

_DATED_BY = (
    DateRole.PERIOD_END,
    DateRole.PUBLISHED,
    DateRole.EFFECTIVE,
    DateRole.SIGNED,
    DateRole.DUE,
)
"""Which date of a card is the document's, the first that it has: what a report is about tells it apart, and
not the day on which it came out."""

_LISTS = ("who", "dates", "periods", "identifiers")

AFTER_ALL = "~"
"""Comes after every digit and hyphen: a date with it is the last moment of a month or year."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """What stores keep of a document's card: the shown ``title``, the JSON of what was read and of what
    people corrected, and what lists are filtered by, folded. ``who`` is one name a line; the document's date
    lies between ``dated`` and ``dated_end`` as texts, "" where it has none."""

    title: str
    card: str
    corrections: str
    kind: str
    who: str
    dated: str
    dated_end: str


def make_row(read: Card, corrections: Corrections) -> CardRow:
    """Return what stores keep of a card that was read and of its corrections."""
    read, corrections = bound_card(read), replace(corrections, card=bound_card(corrections.card))
    shown = corrections.correct(read)
    dated = date_of(shown)
    return CardRow(
        title=shown.title.value if shown.title else "",
        card=encode_card(read),
        corrections=encode_corrections(corrections),
        kind=fold(shown.kind.value) if shown.kind else "",
        who="\n".join(fold(fact.value) for fact in shown.who),
        dated=dated,
        dated_end=dated and dated + AFTER_ALL,
    )


def date_of(card: Card) -> str:
    """Return the document's date as exact as its card says it, ``2022`` or ``2022-12-31``, "" for none: the
    end of the time that it reports on, else when it was published, came into effect, was signed or is due."""
    ends = max((period.ends for period in card.periods), default="")
    by_role = {date.role: date.date for date in reversed(card.dates)}
    return ends or next((by_role[role] for role in _DATED_BY if by_role.get(role)), "")


def fold(text: str) -> str:
    """Return a text as lists are filtered by it: composed, and without regard to case."""
    return " ".join(compose(text).casefold().split())


def read_row(card: str | None, corrections: str | None, title: str) -> tuple[Card, Corrections]:
    """Return what was read and what people corrected. A document older than cards has a title alone."""
    if not card:
        return Card(title=Fact(title, Origin.METADATA)) if title else NO_CARD, NO_CORRECTIONS
    return decode_card(card), decode_corrections(corrections)


def encode_card(card: Card) -> str:
    """Return a card as one line of JSON of at most ``MOST_BYTES``, without what it lacks."""
    return _write_line(bound_card(card))


def bound_card(card: Card) -> Card:
    """Return a card without what is beyond ``MOST_BYTES`` of its JSON, a longest value or a longest list."""
    card = replace(card, **{name: getattr(card, name)[:MOST_LISTED] for name in _LISTS})
    while len((line := _write_line(card)).encode()) > MOST_BYTES:
        card = _shorten(card)
    return decode_card(line)


def _write_line(card: Card) -> str:
    return json.dumps(_card_fields(card), ensure_ascii=False, separators=(",", ":"))


def decode_card(line: str) -> Card:
    """Return the card of a line that ``encode_card`` wrote. Raises ``ValueError``, ``TypeError`` or
    ``LookupError`` for another."""
    return _card_of(json.loads(line))


def encode_corrections(corrections: Corrections) -> str:
    """Return corrections as one line of JSON, "" for none."""
    if not corrections.fields:
        return ""
    return f'{{"fields":{json.dumps(sorted(corrections.fields))},"card":{encode_card(corrections.card)}}}'


def decode_corrections(line: str | None) -> Corrections:
    """Return the corrections of a line that ``encode_corrections`` wrote. Raises as ``decode_card`` does."""
    if not line:
        return NO_CORRECTIONS
    kept = json.loads(line)
    return Corrections(frozenset(map(CardField, kept["fields"])), _card_of(kept["card"]))


def _shorten(card: Card) -> Card:
    """Return a card without the last of its longest list; without lists, without what stands on pages."""
    lists = {name: getattr(card, name) for name in _LISTS}
    name = max(lists, key=lambda each: len(lists[each]))
    if lists[name]:
        return replace(card, **{name: lists[name][:-1]})
    return replace(card, title=card.title and replace(card.title, boxes=()), kind=None)


def _card_fields(card: Card) -> dict[str, Any]:
    fields = {
        "title": card.title and _fact_fields(card.title),
        "kind": card.kind and _fact_fields(card.kind),
        "who": [_fact_fields(fact) for fact in card.who],
        "dates": [{"role": each.role, "date": each.date, **_fact_fields(each.fact)} for each in card.dates],
        "periods": [
            {"starts": each.starts, "ends": each.ends, "calendar": each.calendar, **_fact_fields(each.fact)}
            for each in card.periods
        ],
        "identifiers": [
            {"scheme": each.scheme[:LONGEST_VALUE], **_fact_fields(each.fact)} for each in card.identifiers
        ],
        "language": card.language[:LONGEST_VALUE],
    }
    return {name: value for name, value in fields.items() if value}


def _fact_fields(fact: Fact) -> dict[str, Any]:
    boxes = [[round(edge, 1) for edge in box] for box in fact.boxes[:MOST_BOXES]]
    fields = {"value": _bound_value(fact.value), "origin": fact.origin, "page": fact.page, "boxes": boxes}
    return {name: value for name, value in fields.items() if value}


def _bound_value(text: str) -> str:
    """Return a value on one line, without marks that make it read as another, and of bounded length. What was
    bounded stays as it is."""
    shown = shown_text(" ".join(text.split()))
    return " ".join(shown.split())[:LONGEST_VALUE].rstrip()


def _card_of(fields: Mapping[str, Any]) -> Card:
    title, kind = fields.get("title"), fields.get("kind")
    return Card(
        title=_fact_of(title) if title else None,
        kind=_fact_of(kind) if kind else None,
        who=tuple(map(_fact_of, fields.get("who", ()))),
        dates=tuple(
            CardDate(DateRole(each["role"]), each["date"], _fact_of(each)) for each in fields.get("dates", ())
        ),
        periods=tuple(
            CardPeriod(_fact_of(each), each["starts"], each["ends"], each["calendar"])
            for each in fields.get("periods", ())
        ),
        identifiers=tuple(
            Identifier(each["scheme"], _fact_of(each)) for each in fields.get("identifiers", ())
        ),
        language=fields.get("language", ""),
    )


def _fact_of(fields: Mapping[str, Any]) -> Fact:
    boxes = tuple(Box(*edges) for edges in fields.get("boxes", ()))
    return Fact(fields.get("value", ""), Origin(fields["origin"]), fields.get("page", 0), boxes)
