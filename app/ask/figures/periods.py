"""The years, quarters and months that a question or a head of a table names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.core.process.patterns import defer_regex

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_LENGTHS = {
    "three": 3, "six": 6, "nine": 9, "twelve": 12, "3": 3, "6": 6, "9": 9, "12": 12,
}  # fmt: skip

_YEAR = defer_regex(
    r"(?<![\d.,$€£-])(?:(?:FY|CY)\s?)?(?P<year>(?:19|20)\d\d)(?![\d%]|[.,]\d)"
    r"|\b(?:FY|CY|fiscal|fiscal year)\s?[’']?(?P<short>\d\d)\b",
    re.IGNORECASE,
)
_QUARTER = defer_regex(
    r"\b(?:Q(?P<digit>[1-4])|(?P<before>[1-4])Q|(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:fiscal\s+)?quarter)\b",
    re.IGNORECASE,
)
_MONTH = defer_regex(
    r"\b(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{0,6})\b\.?\s*(?:\d{1,2}\b)?",
    re.IGNORECASE,
)
_LENGTH = defer_regex(
    r"\b(?:(?P<count>three|six|nine|twelve|3|6|9|12)[\s-]+months?|(?P<quarter>quarter(?:ly)?)|(?P<year>years?|annual|fiscal))\b",
    re.IGNORECASE,
)

NEAR = 24
"""Characters between a year and the quarter or month that belong to it at most."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year, and the quarter (1–4) or month (1–12) of it, 0 if none is named."""

    year: int
    quarter: int = 0
    month: int = 0

    def agrees(self, other: Period) -> bool:
        """Return whether both may be the same: what one of them leaves open is no difference, and a quarter
        is not compared with a month, since fiscal years begin in any."""
        return (
            self.year == other.year
            and (not self.quarter or not other.quarter or self.quarter == other.quarter)
            and (not self.month or not other.month or self.month == other.month)
        )


def periods_in(text: str) -> tuple[Period, ...]:
    """Return the periods that a text names, in its order, each once: a year with the quarter or month that
    stands nearest before it, else right behind it."""
    quarters = [(found.end(), _quarter(found)) for found in _QUARTER.finditer(text)]
    months = [(found.end(), _MONTHS.index(found["month"].lower()) + 1) for found in _MONTH.finditer(text)]
    found = dict.fromkeys(
        Period(_year(year), _nearest(quarters, year), _nearest(months, year)) for year in _YEAR.finditer(text)
    )
    return tuple(found)


def months_in(text: str) -> int:
    """Return how many months a text says that a figure covers, 0 if it does not say."""
    found = _LENGTH.search(text)
    if found is None:
        return 0
    if found["count"]:
        return _LENGTHS[found["count"].lower()]
    return 3 if found["quarter"] else 12


def without_periods(text: str) -> str:
    """Return a text without the periods that it names."""
    for pattern in (_QUARTER, _YEAR):
        text = pattern.sub(" ", text)
    return _MONTH.sub(lambda found: " " if re.search(r"\d", found[0]) else found[0], text)


def says_more_than_when(text: str) -> bool:
    """Return whether a text has a word beside the periods that it names: "2022 2021" is a head."""
    return bool(re.search(r"[^\W\d_]{2}", without_periods(text))) or not periods_in(text)


def _year(found: re.Match[str]) -> int:
    return int(found["year"]) if found["year"] else 2000 + int(found["short"])


def _quarter(found: re.Match[str]) -> int:
    return int(found["digit"] or found["before"] or _QUARTERS[found["word"].lower()])


def _nearest(named: list[tuple[int, int]], year: re.Match[str]) -> int:
    before = [(year.start() - end, value) for end, value in named if 0 <= year.start() - end <= NEAR]
    behind = [(end - year.end(), value) for end, value in named if 0 < end - year.end() <= NEAR // 2]
    return min(before, default=min(behind, default=(0, 0)))[1]
