"""A title that tells a document from its neighbours: its headline, with what that leaves open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.core.card import CardDate, CardPeriod, Fact, Identifier, Origin
from app.ingest.card import reports
from app.ingest.card.cover import NUMBERED, Part
from app.ingest.card.phrases import read_phrases
from app.ingest.card.sheet import Sheet
from app.ingest.card.titles import clean_headline, shorten

SHORT = 30
"""Characters of a title below which it is completed by who issued the document and when."""

TELLING_WORDS = 3
"""Words of a title that says what the document is, by itself."""

JOINT = " — "
"""Between the parts of a title."""

BY_NUMBER = frozenset(
    ("invoice", "credit note", "purchase order", "quotation", "delivery note", "receipt", "statement")
)
"""Kinds that are known by their number."""

DATED = frozenset(
    ("minutes", "letter", "memo", "agenda", "press release", "newsletter", "statement", "transcript")
)
"""Kinds that are known by their date."""

BETWEEN = frozenset(("contract", "lease", "amendment"))
"""Kinds that are known by their parties."""

BEGINNING = 70
"""Characters of the text that a title shows of a document without one."""


def put_together(headline: Sequence[Part], believed: str, metadata: str, file: str) -> Fact | None:
    """Return the headline, or the metadata's title where that is ``believed`` and no part of the headline.
    Without a headline it is the metadata's title or the ``file``'s name, ``None`` where neither tells."""
    text = clean_headline(JOINT.join(filter(None, (clean_headline(part.text) for part in headline))))
    named, said = _words(text), _words(believed)
    says_more = named <= said or (len(said) >= TELLING_WORDS and not said <= named)
    if believed and (not text or says_more or NUMBERED.match(text)):
        return Fact(shorten(believed), Origin.METADATA)
    if text:
        facts = [part.fact() for part in headline]
        boxes = tuple(box for fact in facts for box in fact.boxes)
        return Fact(shorten(text), Origin.PAGE, facts[0].page, boxes)
    if len(metadata.split()) > 1:
        return Fact(shorten(metadata), Origin.METADATA)
    return Fact(shorten(file), Origin.FILE_NAME) if len(_words(file)) >= TELLING_WORDS else None


def complete_title(
    title: Fact | None,
    kind: str,
    who: Sequence[Fact],
    dates: Sequence[CardDate],
    periods: Sequence[CardPeriod],
    identifiers: Sequence[Identifier],
    sheet: Sheet,
) -> Fact:
    """Return a title with what it leaves open of kind, issuer, number and date, where it is short or of a
    kind of which one has many. Without one it is the kind and how the text begins."""
    if title is None:
        return begin_of(kind, sheet)
    value = title.value
    if kind in BETWEEN and len(who) > 1 and not _words(who[0].value) & _words(value):
        return replace(title, value=shorten(f"{value}{JOINT}{who[0].value} and {who[1].value}"))
    if kind in BY_NUMBER:
        value = _add(value, _own_number(kind, identifiers), " ")
    when = periods[0].fact.value if periods else dates[0].fact.value if dates else ""
    if kind in reports.KINDS:
        value = _add_kind(value, kind)
        value = value if re.search(r"\b(?:19|20)\d\d", value) else _add(value, when, ", ")
    elif kind in DATED or len(value) < SHORT:
        value = _add(_add_kind(value, kind) if len(value) < SHORT else value, when, ", ")
    needs_issuer = kind in reports.KINDS | BY_NUMBER | DATED | {"slides"} or len(title.value) < SHORT
    if who and needs_issuer and not _words(who[0].value) & _words(title.value):
        value = f"{who[0].value}{JOINT}{value}"
    return replace(title, value=shorten(value))


def name_court_paper(deed: Fact | None, parties: Sequence[Fact], kind: str, sheet: Sheet) -> Fact:
    """Return what a paper of a court calls itself, and who is against whom."""
    against = " v. ".join(each.value for each in parties)
    if not deed and not parties:
        return begin_of(kind, sheet)
    first = deed or parties[0]
    said = deed.value if deed else kind.capitalize()
    room = len(shorten(f"{said}{JOINT}{against}"))
    return replace(first, value=shorten(f"{said}{JOINT}{against}") if against and room else shorten(said))


def begin_of(kind: str, sheet: Sheet) -> Fact:
    """Return the kind of a document and how its text begins, for one that has no title."""
    text = next((line.text for line in sheet.lines if not line.furniture), "")
    start = sheet.text.find(text)
    words = " ".join(sheet.text[start : start + 3 * BEGINNING].split())
    fact = sheet.fact(start, start + len(text))
    said = f"{kind.capitalize()}: {words}" if kind else words
    return replace(fact, value=shorten(said))


def _add(value: str, more: str, joint: str) -> str:
    return f"{value}{joint}{more}" if more and more.casefold() not in value.casefold() else value


def _add_kind(value: str, kind: str) -> str:
    named = {kind} & {each.means for each in read_phrases("kinds", "titles").find(value)}
    return value if not kind or named or _words(value) & _words(kind) else f"{value}, {kind}"


def _own_number(kind: str, identifiers: Sequence[Identifier]) -> str:
    """Return the number of an invoice, an order or the like: that of its own scheme first."""
    schemes = f"{kind} number".replace("purchase ", ""), "invoice number", "order number", "report number"
    numbers = {each.scheme: each.fact.value for each in reversed(identifiers)}
    return next((numbers[scheme] for scheme in schemes if scheme in numbers), "")


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]{2,}", text.casefold()))
