"""What happened on the dates of a document: by the words before them, and by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.core.card import CardDate, DateRole
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import is_sparse
from app.ingest.card.dates import FoundDate, find_dates
from app.ingest.card.phrases import FoundPhrase, read_phrases
from app.ingest.card.sheet import Sheet

OF_DATES = 3
"""First pages whose dates are a document's own, and the last."""

BEFORE = 48
"""Characters before a date in which the words that say its role stand."""

BETWEEN = 18
"""Characters between these words and the date at most."""

HEAD = 0.45
"""Of a page's height, from its top: where the date of a letter, of minutes or of an invoice stands."""

ALONE = 4
"""Words of a date's line besides it, at most, where it stands alone."""

_US = defer_regex(r"\$\s?\d|\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b|\bU\.?S\.?A?\b|\bUSD\b|\bInc\.")
_ARXIV = defer_regex(r"arxiv:\S+\s(?:\[[\w.-]+\]\s)?", re.IGNORECASE)
_NOT_OWN = defer_regex(
    r"received|accepted|born|since|established|founded|retrieved|accessed|effective for|\bact of\b"
    r"|on or before|expires?|printed on",
    re.IGNORECASE,
)
_PUBLISHED_ROLES = (DateRole.PUBLISHED, DateRole.SIGNED)


def reads_month_first(sheets: Sequence[Sheet]) -> bool:
    """Return whether 03/04/2021 is read as the fourth of March: where the first pages write other dates so,
    or look American."""
    text = "\n".join(sheet.text for sheet in sheets[:OF_DATES])
    for first, second in re.findall(r"(?<![\d/])(\d{1,2})/(\d{1,2})/\d{4}(?!\d)", text):
        if int(first) > 12 or int(second) > 12:
            return int(second) > 12
    return bool(_US.search(text))


def find_card_dates(sheets: Sequence[Sheet]) -> tuple[CardDate, ...]:
    """Return the dates of a document with their roles, each role once, that of publication first."""
    month_first = reads_month_first(sheets)
    found: dict[DateRole, CardDate] = {}
    last = sheets[-1:] if len(sheets) > OF_DATES else []
    for number, sheet in enumerate((*sheets[:OF_DATES], *last)):
        for role, date in _with_role(sheet, find_dates(sheet.plain, month_first), number):
            # A whole date says more than a month or a year of the same role.
            known = found.get(role)
            if known is None or (date.date.startswith(known.date) and date.date != known.date):
                found[role] = CardDate(role, date.date, sheet.fact(date.start, date.end))
    return tuple(found[role] for role in DateRole if role in found)


def find_labelled(sheet: Sheet, role: DateRole) -> Iterator[CardDate]:
    """Yield the dates of a page that words before them give this role."""
    labels = [
        each for each in read_phrases("dates").find(sheet.text, sheet.tokens) if each.means == role.value
    ]
    for label in labels:
        near = sheet.plain[label.end : label.end + BEFORE]
        date = next(iter(find_dates(near)), None)
        if date and date.start <= BETWEEN and not re.search(r"\d{3}", near[: date.start]):
            start, end = label.end + date.start, label.end + date.end
            yield CardDate(role, date.date, sheet.fact(start, end))


def _with_role(sheet: Sheet, dates: Sequence[FoundDate], number: int) -> Iterator[tuple[DateRole, FoundDate]]:
    unnamed: list[FoundDate] = []
    for date in dates:
        role = _named_role(sheet, date)
        if role:
            yield role, date
        elif len(date.date) > len("2022") and _stands_for_itself(sheet, date, number):
            unnamed.append(date)
    if unnamed:
        yield DateRole.PUBLISHED, unnamed[0]


def _named_role(sheet: Sheet, date: FoundDate) -> DateRole | None:
    """Return the role that the words before a date give it, on its line or at the end of the one before."""
    first = max(0, date.start - BEFORE)
    before = sheet.plain[first : date.start]
    if _ARXIV.search(before):
        return DateRole.PUBLISHED
    last: FoundPhrase | None = None
    for phrase in read_phrases("dates").find(before):
        between = before[phrase.end :]
        # Single small words, such as "le" or "den", must stand right before it.
        most = BETWEEN if len(phrase.phrase) > 4 else 2
        if len(between) <= most and not re.search(r"\d{3}|[.;]\s", between):
            last = phrase
    if last is None or _NOT_OWN.search(before[: last.start][-12:]):
        return None
    line = sheet.line_at(date.start)
    in_text = bool(line and line.words > 12 and not line.furniture)
    weak = last.phrase in (
        "date",
        "due",
        "effective",
        "as of",
        "per",
        "del",
        "le",
        "den",
        "vom",
        "от",
        "dne",
        "z dnia",
        "dnia",
        "as at",
        "dated",
        "filed",
        "issued",
        "updated",
        "revised",
        "created",
        "approved",
        "adopted",
        "presented",
        "decided",
        "bilanz zum",
        "effective as of",
        "stand",
    )
    return None if in_text and weak else DateRole(last.means)


def _stands_for_itself(sheet: Sheet, date: FoundDate, number: int) -> bool:
    """Return whether a date without a label stands where that of the document does: alone on its line, on a
    cover, or in the upper part of the first page or its running head."""
    line = sheet.line_at(date.start)
    if line is None:
        return False
    others = line.words - len(sheet.text[date.start : date.end].split())
    if others > 3 * ALONE or _NOT_OWN.search(line.text):
        return False
    if number == 0 and is_sparse(sheet):
        return others <= 3 * ALONE
    if number == 0 and line.box.top < HEAD * sheet.height:
        return others <= ALONE
    return bool(line.furniture) and others <= 2 * ALONE
