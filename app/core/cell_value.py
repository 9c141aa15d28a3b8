"""What a table's cell says: a number with its currency and scale, a percentage, a date, text, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 40
"""Characters of a number or a date: what is longer is text."""

_SIGNS = r"(?:US|AU|NZ|HK|CA?|A|S|R)?[$€£¥₹₩]|CHF|EUR|USD|GBP"
_CURRENCY = re.compile(_SIGNS)
_FIGURE = re.compile(
    rf"(?P<open>\()?\s*(?:{_SIGNS})?\s*(?P<bracket>\()?(?P<sign>[−–+-])?\s*(?:{_SIGNS})?"
    rf"(?P<digits>\d[\d.,'’\s]*)\s*(?P<percent>%)?\s*\)?\s*(?P<end>%)?\s*(?:{_SIGNS})?[*†‡§]?$"
)
_NIL = re.compile(rf"(?:{_SIGNS})?\s*[–—−-]+\s*%?$|n\.?/?[adm]\.?$", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"{_MONTH}\s+\d{{1,2}},?(?:\s+\d{{4}})?$|\d{{1,2}}\.?\s+{_MONTH}(?:\s+\d{{4}})?$|{_MONTH}\s+\d{{4}}$"
    r"|\d{4}-\d\d-\d\d$|\d{1,2}[./]\d{1,2}[./]\d{2,4}$|(?:19|20)\d\d(?:[-/–](?:19|20)?\d\d)?$"
    r"|(?:Q[1-4]|[1-4]Q)\s?(?:\d\d){1,2}$",
    re.IGNORECASE,
)
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALE = re.compile(r"\b(?:in|of)?\s*(thousand|million|billion)s?\b|\b000[’']?s\b", re.IGNORECASE)


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


def read_value(text: str, unit: str = "") -> Value:
    """Return what a cell says, given what its heads and labels say of its unit."""
    said = " ".join(text.split())
    if len(said) > LONGEST:
        return Value(ValueKind.TEXT)
    if _NIL.match(said):
        return Value(ValueKind.NIL)
    if _DATE.match(said):
        return Value(ValueKind.DATE)
    return _read_figure(said, unit)


def _read_figure(said: str, unit: str) -> Value:
    found = _FIGURE.match(said)
    number = read_number(found["digits"]) if found else None
    if found is None or number is None:
        return Value(ValueKind.TEXT)
    if found["open"] or found["bracket"] or (found["sign"] or "+") != "+":
        number = -number
    if found["percent"] or found["end"]:
        return Value(ValueKind.PERCENT, number)
    return Value(ValueKind.NUMBER, number, currency_in(said) or currency_in(unit), scale_in(unit))


def read_number(digits: str) -> float | None:
    """Return the number that digits with points and commas are, ``None`` for what is none. The last of two
    kinds of mark is the decimal one; one kind that parts groups of three digits parts thousands, but a single
    point does not."""
    plain = re.sub(r"[\s'’]", "", digits).rstrip(".,")
    marks = set(re.findall(r"[.,]", plain))
    if len(marks) == 2:
        decimal = max(marks, key=plain.rindex)
        plain = plain.replace((marks - {decimal}).pop(), "").replace(decimal, ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = re.sub(r"[.,]", "", plain)
    else:
        plain = plain.replace(",", ".")
    return float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None


def scale_in(unit: str) -> int:
    """Return what numbers are to be multiplied by where a head or label says "in millions", else 1."""
    found = _SCALE.search(unit)
    return _SCALES.get((found[1] or "thousand").casefold(), 1) if found else 1


def currency_in(text: str) -> str:
    """Return the first sign of a currency in a text, "" if it has none."""
    found = _CURRENCY.search(text)
    return found[0] if found else ""
