"""The covers of forms that companies file with the Securities and Exchange Commission of the United
States."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.card import Card, CardDate, DateRole, Fact, Identifier
from app.core.page import Page
from app.core.process.patterns import defer_regex
from app.ingest.card.dates import find_dates
from app.ingest.card.periods import lower_text, quarter_of, year_of
from app.ingest.card.sheet import Line, Sheet

KINDS = {
    "10-k": "annual report",
    "10-kt": "annual report",
    "20-f": "annual report",
    "40-f": "annual report",
    "11-k": "annual report",
    "10-q": "quarterly report",
    "8-k": "current report",
    "6-k": "current report",
    "s-1": "registration statement",
    "s-3": "registration statement",
    "s-4": "registration statement",
    "f-1": "registration statement",
    "def 14a": "proxy statement",
    "sd": "disclosure report",
}
"""What the forms are, by their names in small letters."""

BESIDE_FORM = 3
"""Words on the line of a form's name, besides it, on its cover."""

ABOVE, BELOW = 4, 8
"""Lines above and below "exact name of registrant" in which the name stands."""

_FORM = defer_regex(
    r"\bform\s+(10-?k(?:t|405|sb)?|20-?f|40-?f|11-?k|10-?q|8-?k|6-?k|s-[134]|f-[134]|sd)(/a)?(?![\w-])",
    re.IGNORECASE,
)
_COMMISSION = defer_regex(
    r"securities\s+and\s+exchange\s+commission|exact\s+names?\s+of\s+(?:the\s+|each\s+)?registrant"
)
_REGISTRANT = defer_regex(
    r"exact\s+names?\s+of\s+(?:the\s+|each\s+)?(?:registrant|company|issuer)", re.IGNORECASE
)
_EXACT_NAME = defer_regex(r"\(?\s*exact\s+names?\s+of\s+(?:the\s+|each\s+)?(?:registrant|company|issuer)")
_ENDED = defer_regex(
    r"(?:for\s+the\s+)?(?:fiscal\s+year|quarterly\s+period|quarter|year|transition\s+period"
    r"|fiscal\s+quarter|period)"
    r"\s+(?:and\s+year\s+)?(?:ended|ending)\s*:?\s*"
)
_REPORTED = defer_regex(r"date\s+of\s+(?:the\s+)?(?:earliest\s+event\s+reported|report)[^\d]{0,60}?[:)]?\s*")
_NUMBER = defer_regex(
    r"(?:commission|sec)\s+file\s+(?:number|no\.?|#)s?\s*:?\s*((?:\d{1,3}\s?[-–]\s?\d{3,6}(?:-\d\d)?))"
)
_NUMBER_BEFORE = defer_regex(r"(\d{1,3}-\d{3,6}(?:-\d\d)?)\s+\(?commission\s+file\s+(?:number|no)")
_NUMBER_LOOSE = defer_regex(r"(?<![\d-])((?:0{0,2}[01])-\d{4,6}(?:-\d\d)?)(?![\d-])")
_EMPLOYER = defer_regex(r"(?<![\d-])(\d{2}-\d{7})(?![\d-])")

_NOT_A_NAME = defer_regex(
    r"^\W*$|^(?:or|and|n/a|commission\s+file.*|for\s+the\s+transition.*|\(mark one\)|to|from.*to.*)$"
    r"|\d{3}-\d{3,}|_{3,}|commission file|identification n",
    re.IGNORECASE,
)
_HEAD = defer_regex(
    r"^united states$|commission|\bform\b|pursuant|period|washington|reports? p|exchange act|year ended",
    re.IGNORECASE,
)
_FILED = defer_regex(r"(?<!\S)\d{1,3}-\d{3,7}(?!\S)")
_LEGAL_END = defer_regex(
    r"\b(?:inc|corp|corporation|company|llc|l\.p|ltd|plc|co|n\.?v|group|trust)\b\.?", re.IGNORECASE
)


def find_filing(sheets: Sequence[Sheet], text: str) -> Card | None:
    """Return the card of a form on one of the pages, ``None`` where there is none. Its title names the
    company, the form and the end of its period; the ``text`` of all first pages gives its fiscal name."""
    for sheet in sheets:
        form = next((each for each in _FORM.finditer(sheet.text) if _is_cover(sheet, each)), None)
        if form:
            return _read_cover(sheet, form, text, is_first=sheet is sheets[0])
    return None


def _is_cover(sheet: Sheet, form: re.Match[str]) -> bool:
    """Return whether a form's name stands on its own cover, and is not mentioned in a text."""
    line = sheet.line_at(form.start())
    if line is None:
        return False
    alone = line.start == form.start() or len(line.text.split()) <= len(form[0].split()) + BESIDE_FORM
    return alone and bool(_COMMISSION.search(sheet.plain)) and bool(_EXACT_NAME.search(sheet.plain))


def _read_cover(sheet: Sheet, form: re.Match[str], text: str, *, is_first: bool) -> Card:
    name = re.sub(r"^(10|8|6|11|20|40)-?(?=[A-Z])", r"\1-", form[1].upper())
    shown = f"Form {name}{(form[2] or '').upper()}"
    kind = sheet.fact(form.start(), form.end(), _kind_of(name))
    company = _company(sheet, text)
    ended = _date_behind(sheet, _ENDED)
    said = lower_text(text)
    dates, periods, when = [], [], ""
    if ended:
        iso, fact = ended
        dates.append(CardDate(DateRole.PERIOD_END, iso, fact))
        quarterly = kind.value == "quarterly report"
        when = f"{'quarter' if quarterly else 'fiscal year'} ended {fact.value}"
        if len(iso) == len("2022-12-31"):
            periods.append((quarter_of if quarterly else year_of)(fact, iso, said))
    elif reported := _date_behind(sheet, _REPORTED):
        dates.append(CardDate(DateRole.PUBLISHED, reported[0], reported[1]))
        when = reported[1].value
    if not is_first and kind.value == "annual report":
        # Bound behind the letters of a company's own report, whose cover often has no text.
        year = periods[0].fact.value[-4:] if periods else ""
        shown = " ".join(filter(None, (year, f"Annual Report, {shown}")))
    parts = ", ".join(filter(None, (shown, when)))
    title = f"{company.value} — {parts}" if company else parts
    return Card(
        title=Fact(title, kind.origin, kind.page, (*(company.boxes if company else ()), *kind.boxes)),
        kind=kind,
        who=(company,) if company else (),
        dates=tuple(dates),
        periods=tuple(periods),
        identifiers=tuple(_identifiers(sheet)),
        language="en",
    )


def _kind_of(form: str) -> str:
    return KINDS.get(form.lower().removesuffix("405").removesuffix("sb"), "report")


def _company(sheet: Sheet, text: str) -> Fact | None:
    """Return the name above "exact name of registrant", or below it where that is the head of a table; in the
    letters in which the text writes it elsewhere where the cover has capitals alone."""
    label = _EXACT_NAME.search(sheet.plain)
    if not label:
        return None
    own = sheet.line_at(label.start())
    if own and own.start < label.start() and not _NOT_A_NAME.search(own.text[: label.start() - own.start]):
        start, end = own.start, label.start()
    elif named := _lines_of_name(sheet, label.start()):
        start, end = named[0].start, named[-1].end
    else:
        return None
    written = _FILED.sub(" ", sheet.text[start:end])
    written = " ".join(written.split()).strip(" *(")
    return sheet.fact(start, end, write_name(written, text))


def _lines_of_name(sheet: Sheet, label: int) -> list[Line]:
    """Return the lines of a company's name: one, and those above it in the same block and size."""
    above = [line for line in sheet.lines if line.end <= label][-ABOVE:][::-1]
    for at, line in enumerate(above):
        if not _NOT_A_NAME.search(line.text) and not _HEAD.search(line.text):
            lines = [line]
            for upper in above[at + 1 :]:
                if upper.block != line.block or _NOT_A_NAME.search(upper.text) or _HEAD.search(upper.text):
                    break
                lines.insert(0, upper)
            return lines
    below = [line for line in sheet.lines if line.start > label][:BELOW]
    return next(([line] for line in below if _LEGAL_END.search(line.text)), [])


def write_name(name: str, text: str) -> str:
    """Return a name that is set in capitals as the text writes it elsewhere, itself where it does not."""
    if not name.isupper():
        return name
    pattern = re.compile(r"\s+".join(map(re.escape, name.split())), re.IGNORECASE)
    for found in pattern.finditer(text):
        if not found[0].isupper() and any(word[:1].isupper() for word in found[0].split()):
            return " ".join(found[0].split())
    return name


def may_be_cover(page: Page) -> bool:
    """Return whether a page has what only the cover of a filing has."""
    return bool(_REGISTRANT.search(page.text))


def _date_behind(sheet: Sheet, label: re.Pattern[str]) -> tuple[str, Fact] | None:
    """Return the first date that stands right behind a label."""
    for found in label.finditer(sheet.plain):
        near = sheet.plain[found.end() : found.end() + 40]
        date = next(iter(find_dates(near, month_first=True)), None)
        if date and date.start <= len(" the "):
            start, end = found.end() + date.start, found.end() + date.end
            return date.date, sheet.fact(start, end)
    return None


def _identifiers(sheet: Sheet) -> list[Identifier]:
    number = next(
        filter(None, (each.search(sheet.plain) for each in (_NUMBER, _NUMBER_BEFORE, _NUMBER_LOOSE))), None
    )
    employer = _EMPLOYER.search(sheet.plain)
    found = []
    if number:
        value = re.sub(r"\s*[-–]\s*", "-", number[1])
        found.append(Identifier("file number", sheet.fact(number.start(1), number.end(1), value)))
    if employer:
        found.append(Identifier("employer number", sheet.fact(employer.start(1), employer.end(1))))
    return found
