"""The time that a report covers: its days, its name in the fiscal year, and where that lies in the
calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from app.core.card import CardPeriod, Fact
from app.core.process.patterns import defer_regex
from app.core.rules.calendar_names import HALF_MONTHS, QUARTER_MONTHS, name_in_calendar

YEAR_MONTHS = 12

FEWEST_NAMED = 2
"""How often a text names its fiscal year before that is taken for its name."""

WEEKS_OF_QUARTER = timedelta(weeks=13)

CENTURY = 100
"""Years below it are of this century."""

_NAMED_QUARTER = defer_regex(
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:fiscal\s+)?quarter\s+(?:of\s+)?(?:the\s+)?"
    r"(?:(?:our\s+)?fiscal\s+)?(?:year\s+)?(\d{4})\b|\bq([1-4])\s*(?:of\s+)?(?:fiscal\s+"
    r"|fy\s?)?(?:year\s+)?['’]?(\d{4}|\d\d)\b"
)
_NAMED_YEAR = defer_regex(r"\b(?:fiscal|fiscal year|fy)\s?['’]?((?:19|20)\d\d)\b")
_COVERED = (
    (9, defer_regex(r"\b(?:nine months|39 weeks|thirty[- ]nine weeks|40 weeks) ended\b")),
    (6, defer_regex(r"\b(?:six months|26 weeks|twenty[- ]six weeks|28 weeks|half[- ]year) ended\b")),
    (3, defer_regex(r"\b(?:three months|13 weeks|thirteen weeks|12 weeks|quarter) ended\b")),
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def lower_text(text: str) -> str:
    """Return a text as the names of periods are looked for in it: in small letters, on one line."""
    return " ".join(text.lower().split())


def quarter_of(fact: Fact, ends: str, text: str, headline: str = "") -> CardPeriod:
    """Return the quarter that ends on a day: as the ``headline`` names it, else as the ``text`` (folded)
    names it, else by how many months of the fiscal year its statements cover."""
    end = date.fromisoformat(ends)
    starts = _months_before(end, QUARTER_MONTHS)
    calendar = name_in_calendar(starts, end)
    covered = next((months for months, pattern in _COVERED if pattern.search(text)), 0)
    number = covered // QUARTER_MONTHS
    if any(_quarters_named(headline)):
        number, year = _named_quarter(headline)
    elif covered:
        year = _name_year(_year_of(end, YEAR_MONTHS - covered), _years_named(text))
    else:
        number, year = _named_quarter(text)
    name = f"fiscal Q{number} {year}" if number else calendar
    return CardPeriod(_rename(fact, name), starts.isoformat(), ends, calendar)


def year_of(fact: Fact, ends: str, text: str) -> CardPeriod:
    """Return the year that ends on a day, by the name that the ``text`` (folded) gives it."""
    end = date.fromisoformat(ends)
    starts = _months_before(end, YEAR_MONTHS)
    name = f"fiscal year {_fiscal_year(end, text)}"
    return CardPeriod(_rename(fact, name), starts.isoformat(), ends, name_in_calendar(starts, end))


def half_of(fact: Fact, ends: str) -> CardPeriod:
    """Return the half year that ends on a day, by the calendar."""
    end = date.fromisoformat(ends)
    starts = _months_before(end, HALF_MONTHS)
    name = name_in_calendar(starts, end)
    return CardPeriod(_rename(fact, name), starts.isoformat(), ends, name)


def year_alone(fact: Fact, year: int) -> CardPeriod:
    """Return the year of a report that does not say on which day it ends."""
    return CardPeriod(_rename(fact, f"year {year}"), calendar=str(year))


def _fiscal_year(end: date, text: str) -> int:
    return _name_year(end.year, _years_named(text)) if end.month <= HALF_MONTHS else end.year


def _name_year(ends_in: int, named: Counter[int]) -> int:
    """Return the name of a fiscal year: a text may call it by the year in which it began, as retailers do."""
    began = ends_in - 1
    return began if not named[ends_in] and named[began] >= FEWEST_NAMED else ends_in


def _years_named(text: str) -> Counter[int]:
    named = Counter(map(int, _NAMED_YEAR.findall(text)))
    named.update(year for _, year in _quarters_named(text))
    return named


def _quarters_named(text: str) -> Iterator[tuple[int, int]]:
    for word, year, digit, short in _NAMED_QUARTER.findall(text):
        when = int(year or short)
        yield _ORDINALS[word] if word else int(digit), when if when > CENTURY else 2000 + when


def _named_quarter(text: str) -> tuple[int, int]:
    """Return the quarter that a text names most often, and its year; zeros if it names none."""
    named = Counter(_quarters_named(text))
    # A report compares itself with the same quarter of the year before: the later one is its own.
    often = [each for each, count in named.items() if count >= FEWEST_NAMED] or list(named)
    return max(often, key=lambda each: each[1], default=(0, 0))


def _year_of(end: date, months_left: int) -> int:
    """Return the year in which a fiscal year ends that has ``months_left`` months left."""
    # Two weeks back: a year of whole weeks may end in the first days of a month.
    day = end - timedelta(days=14)
    return day.year + (day.month - 1 + months_left) // YEAR_MONTHS


def _months_before(end: date, months: int) -> date:
    """Return the first day of a period of ``months`` months; of 13 weeks each quarter, where it ends within a
    month."""
    after = end + timedelta(days=1)
    if after.day > 1:
        return after - months // QUARTER_MONTHS * WEEKS_OF_QUARTER
    count = after.year * YEAR_MONTHS + after.month - 1 - months
    year, month = divmod(count, YEAR_MONTHS)
    return date(year, month + 1, 1)


def _rename(fact: Fact, value: str) -> Fact:
    return Fact(value, fact.origin, fact.page, fact.boxes)
