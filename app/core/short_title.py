"""The short form of a card: what stands beside a quote and before a passage."""

from __future__ import annotations

import re

from app.core.card import Card, Origin
from app.core.process.patterns import defer_regex
from app.core.rules.card_rows import date_of

LONGEST = 60
"""Characters of a short title at most."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REPORTS = frozenset(("annual report", "quarterly report", "half-year report", "earnings release"))
_FORM = defer_regex(r"\bForm (\S+?)(?=,|$)")
_LEGAL_FORM = defer_regex(
    r"[,\s]+(?:Inc|Incorporated|Corp|Corporation|Co|Company|Ltd|Limited|LLC|LLP|L\.P|PLC|GmbH|AG|SE"
    r"|S\.?A|S\.?p\.?A|N\.?V"
    r"|B\.?V|A/S|ASA|AB|Oyj|s\.r\.o|a\.s|Holdings|Group Holdings|Group)\b\.?(?=,|\s|$)",
    re.IGNORECASE,
)


def short_title(card: Card) -> str:
    """Return what a document is in at most ``LONGEST`` characters: "NVIDIA 10-Q, Oct 2023" for a report, else
    its title, with its date where the title has no year; as it is where a person gave it. "" for a card
    without a title."""
    if not card.title:
        return ""
    if card.title.origin is Origin.PERSON:
        return _cut(card.title.value, LONGEST)
    named = _name_report(card) if card.kind and card.kind.value in _REPORTS and card.who else ""
    return named or _add_date(card)


def _name_report(card: Card) -> str:
    form = _FORM.search(card.title.value) if card.title else None
    kind = form[1] if form else card.kind.value if card.kind else ""
    when = _write_date(date_of(card)) or next((each.calendar for each in card.periods), "")
    said = f"{kind}, {when}" if when else kind
    issuer = shorten_name(card.who[0].value)
    room = LONGEST - len(said) - 1
    return f"{_cut(issuer, room)} {said}"


def _add_date(card: Card) -> str:
    title = card.title.value if card.title else ""
    when = _write_date(date_of(card))
    if not when or re.search(r"\b(?:19|20)\d\d\b", title):
        return _cut(title, LONGEST)
    return f"{_cut(title, LONGEST - len(when) - 2)}, {when}"


def _write_date(date: str) -> str:
    year, _, rest = date.partition("-")
    month = int(rest[:2] or 0)
    return f"{_MONTHS[month - 1]} {year}" if month else year


def shorten_name(name: str) -> str:
    """Return the name of a company without its legal form: NVIDIA for NVIDIA Corporation."""
    short = name
    # "Kelly Partners Group Holdings Limited" has three of them.
    while (shorter := _LEGAL_FORM.sub("", short).strip(" ,")) not in ("", short):
        short = shorter
    return short


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"
