"""What a table's cell says: a number with its currency and scale, a percentage, a date, text, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.core.process.patterns import defer_regex
from app.core.unit import NO_UNIT, SIGNS, Unit, currency_in

LONGEST = 40
"""Characters of a number or a date: what is longer is text."""

_FIGURE = defer_regex(
    rf"(?P<open>\()?\s*(?:{SIGNS})?\s*(?P<bracket>\()?(?P<sign>[−–+-])?\s*(?:{SIGNS})?"
    rf"(?P<digits>\d[\d.,'’\s]*)\s*(?P<percent>%)?\s*\)?\s*(?P<end>%)?\s*(?:{SIGNS})?[*†‡§]?$"
)
_NIL = defer_regex(rf"(?:{SIGNS})?\s*[–—−-]+\s*%?$|n\.?/?[adm]\.?$", re.IGNORECASE)
_APART = defer_regex(r"\s")
_SPACED = defer_regex(r"\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?")
_APOSTROPHES = defer_regex(r"[\s'’]")
_MARKS = defer_regex(r"[.,]")
_PLAIN = defer_regex(r"\d+(?:\.\d+)?")
_THOUSANDS_BY_POINTS = defer_regex(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3}){2,}")
_THOUSANDS_BY_COMMAS = defer_regex(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3}){2,}")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = defer_regex(
    rf"{_MONTH}\s+\d{{1,2}},?(?:\s+\d{{4}})?$|\d{{1,2}}\.?\s+{_MONTH}(?:\s+\d{{4}})?$|{_MONTH}\s+\d{{4}}$"
    r"|\d{4}-\d\d-\d\d$|\d{1,2}[./]\d{1,2}[./]\d{2,4}$|(?:19|20)\d\d(?:[-/–](?:19|20)?\d\d)?$"
    r"|(?:Q[1-4]|[1-4]Q)\s?(?:\d\d){1,2}$",
    re.IGNORECASE,
)


class ValueKind(StrEnum):
    """The kind of a cell's value. ``nil`` is a dash or another mark that stands for none."""

    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TEXT = "text"
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a cell. ``number`` is as it is printed, negative where it stands in brackets, and ``None``
    where there is none; ``currency`` is the sign that is printed in the cell or above it, "" if none is;
    ``scale`` is what the number is to be multiplied by, as its head, row or table says."""

    kind: ValueKind
    number: float | None = None
    currency: str = ""
    scale: int = 1


def read_value(
    text: str, unit: Unit = NO_UNIT, labels: str = "", *, decimal_comma: bool | None = None
) -> Value:
    """Return what a cell says, given what it is counted in, the texts of its heads and labels, which may be
    an exception to that, and whether its table writes decimals with a comma (``plain_number``)."""
    said = " ".join(text.split())
    if len(said) > LONGEST:
        return Value(ValueKind.TEXT)
    if _NIL.match(said):
        return Value(ValueKind.NIL)
    # Before numbers: 2023 and 31.12 would be figures.
    if _DATE.match(said):
        return Value(ValueKind.DATE)
    number = plain_figure(said, decimal_comma=decimal_comma)
    if number is None:
        return Value(ValueKind.TEXT)
    if "%" in said:
        return Value(ValueKind.PERCENT, float(number))
    counted = unit.within(labels)
    return Value(ValueKind.NUMBER, float(number), currency_in(said) or counted.currency, counted.scale)


def plain_figure(text: str, *, decimal_comma: bool | None = None) -> str | None:
    """Return the number of a cell with a decimal point, its sign and nothing else, in the decimals that are
    printed: "-1250.50" for "$ (1,250.50)". ``None`` for what is no number."""
    found = _FIGURE.match(" ".join(text.split()))
    number = plain_number(found["digits"], decimal_comma=decimal_comma) if found else None
    if found is None or number is None:
        return None
    negative = found["open"] or found["bracket"] or (found["sign"] or "+") != "+"
    return f"-{number}" if negative else number


def plain_number(digits: str, *, decimal_comma: bool | None = None) -> str | None:
    """Return digits with points and commas as a number with a decimal point, ``None`` for what is none. The
    last of two kinds of mark is the decimal one; one kind that parts groups of three digits parts thousands.
    A single point does so only where the table writes decimals with a comma, and a single comma where it does
    not; ``None`` means that this is not known."""
    spaced = digits.strip().rstrip(".,")
    if spaced.isdecimal():  # as most are
        return spaced
    if _APART.search(spaced) and not _SPACED.fullmatch(spaced):
        return None  # two numbers beside each other
    plain = _APOSTROPHES.sub("", spaced)
    marks = set(_MARKS.findall(plain))
    if len(marks) == 2:
        # 1.234,50 and 1,234.50: the last of the two marks is the decimal one in every language.
        decimal = max(marks, key=plain.rindex)
        plain = plain.replace((marks - {decimal}).pop(), "").replace(decimal, ".")
    elif _parts_thousands(plain, decimal_comma):
        plain = _MARKS.sub("", plain)
    else:
        plain = plain.replace(",", ".")
    return plain if _PLAIN.fullmatch(plain) else None


def _parts_thousands(plain: str, decimal_comma: bool | None) -> bool:
    """Return whether the only kind of mark of a number parts its thousands."""
    if decimal_comma:
        return _THOUSANDS_BY_POINTS.fullmatch(plain) is not None
    return _THOUSANDS_BY_COMMAS.fullmatch(plain) is not None


_COMMA_DECIMALS = defer_regex(r"(?<![\d.,])\d{1,3}(?:(?:\.\d{3})+,\d+|,(?:\d{1,2}|\d{4,})(?![\d.,]))")
_POINT_DECIMALS = defer_regex(
    r"(?<![\d.,])\d{1,3}(?:(?:,\d{3})+\.\d+|\.(?:\d{1,2}|\d{4,})(?![\d.,])|(?:,\d{3}){2,})"
)


def writes_decimal_comma(texts: Iterable[str]) -> bool | None:
    """Return whether a table's cells write decimals with a comma, as one of them shows; ``None`` where none
    does, or some do and some do not."""
    found = {
        comma
        for text in texts
        if len(text) <= LONGEST
        for comma, shown in ((True, _COMMA_DECIMALS), (False, _POINT_DECIMALS))
        if shown.search(text)
    }
    # One cell is enough, 1.234,50: a table is written in one way, and where two disagree none is believed.
    return found.pop() if len(found) == 1 else None
