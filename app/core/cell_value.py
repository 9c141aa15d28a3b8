"""What a table's cell says: a number with its currency and scale, a percentage, a date, text, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.core.unit import NO_UNIT, SIGNS, Unit, currency_in

LONGEST = 40
"""Characters of a number or a date: what is longer is text."""

_FIGURE = re.compile(
    rf"(?P<open>\()?\s*(?:{SIGNS})?\s*(?P<bracket>\()?(?P<sign>[−–+-])?\s*(?:{SIGNS})?"
    rf"(?P<digits>\d[\d.,'’\s]*)\s*(?P<percent>%)?\s*\)?\s*(?P<end>%)?\s*(?:{SIGNS})?[*†‡§]?$"
)
_NIL = re.compile(rf"(?:{SIGNS})?\s*[–—−-]+\s*%?$|n\.?/?[adm]\.?$", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
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


def read_value(text: str, unit: Unit = NO_UNIT, labels: str = "") -> Value:
    """Return what a cell says, given what it is counted in and the texts of its heads and labels, which may
    be an exception to that."""
    said = " ".join(text.split())
    if len(said) > LONGEST:
        return Value(ValueKind.TEXT)
    if _NIL.match(said):
        return Value(ValueKind.NIL)
    if _DATE.match(said):
        return Value(ValueKind.DATE)
    return _read_figure(said, unit, labels)


def _read_figure(said: str, unit: Unit, labels: str) -> Value:
    found = _FIGURE.match(said)
    number = read_number(found["digits"]) if found else None
    if found is None or number is None:
        return Value(ValueKind.TEXT)
    if found["open"] or found["bracket"] or (found["sign"] or "+") != "+":
        number = -number
    if found["percent"] or found["end"]:
        return Value(ValueKind.PERCENT, number)
    counted = unit.within(labels)
    return Value(ValueKind.NUMBER, number, currency_in(said) or counted.currency, counted.scale)


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
