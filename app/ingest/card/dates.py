"""The dates that a text names, in the ways and languages that they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from app.core.process.patterns import defer_regex
from app.ingest.card.tables import read_lists

EARLIEST, LATEST = 1500, 2100
"""Years that a document may be of; other numbers of four digits are none."""

_MONTHS_IN_YEAR = 12


class FoundDate(NamedTuple):
    """A date of a text: ISO 8601, as exact as it is written, and where it stands."""

    date: str
    start: int
    end: int


_NUMBERS = defer_regex(
    r"(?<![\d.,/-])(?:"
    r"(?P<y1>\d{4})\s?[-/.]\s?(?P<m1>\d{1,2})\s?[-/.]\s?(?P<d1>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<sign>\s?[./-]\s?)(?P<b>\d{1,2})(?:\s?[./-]\s?)(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})\s?[年년]\s?(?:(?P<m3>\d{1,2})\s?[月월](?:\s?(?P<d3>\d{1,2})\s?[日일])?)?"
    r")(?!\d|[-/.]\d)"
)


@cache
def _months() -> dict[str, int]:
    months: dict[str, int] = {}
    for names in read_lists("months").values():
        for number, ways in enumerate(names.split(), start=1):
            months.update(dict.fromkeys(ways.split("|"), number))
    return months


@cache
def month_pattern() -> str:
    """Return a pattern for the name of a month, in small letters, of any language."""
    return "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))


@cache
def _names() -> re.Pattern[str]:
    month, of = month_pattern(), r"(?:\s?(?:of|de|del|di|da|do|den)\b\.?)?"
    day = r"(?P<{0}>\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|re|e|º|°|ª|\.)(?![^\W_]))?(?:\s+day)?"
    year = r"(?:,?\s*(?:year\s)?|\s?[-/'’]\s?)(?P<{0}>\d{{4}})(?![\d])"
    return re.compile(
        # 31. Dezember 2016, 5 de mayo de 2021, 3rd day of March, 2020, 30-Jun-2022
        rf"(?<![\d.,]){day.format('d1')}{of}[\s.,-]*(?P<m1>{month})(?![^\W\d_])\.?{of}{year.format('y1')}"
        # December 31, 2016, with or without the day
        rf"|(?<![^\W\d_])(?P<m2>{month})(?![^\W\d_])\.?(?:\s*{day.format('d2')}(?!\d))?{of}"
        rf"{year.format('y2')}"
        # 2016. december 31.
        rf"|(?<!\d)(?P<y3>\d{{4}})\.?\s(?P<m3>{month})\s(?P<d3>\d{{1,2}})(?!\d)"
    )


def find_dates(text: str, month_first: bool = False) -> list[FoundDate]:
    """Return the dates of a text in small letters, in its order. ``month_first`` is how 03/04/2021 is read
    where both numbers may be a month."""
    found = [*_find_named(text), *_find_numbered(text, month_first)]
    return sorted(found, key=lambda each: each.start)


def _find_named(text: str) -> Iterator[FoundDate]:
    if not re.search(r"\d{4}", text):
        return
    for match in _names().finditer(text):
        given = {key[0]: value for key, value in match.groupdict().items() if value}
        written = write_date(int(given["y"]), _months()[given["m"]], int(given.get("d", 0)))
        if written:
            yield FoundDate(written, match.start(), match.end())


def _find_numbered(text: str, month_first: bool) -> Iterator[FoundDate]:
    for match in _NUMBERS.finditer(text):
        if match["a"]:
            first, second = int(match["a"]), int(match["b"])
            # With dots and dashes the day comes first everywhere.
            turned = (month_first and "/" in match["sign"]) or second > _MONTHS_IN_YEAR
            day, month = (second, first) if turned else (first, second)
            written = write_date(int(match["y2"]), month, day)
        elif match["y1"]:
            written = write_date(int(match["y1"]), int(match["m1"]), int(match["d1"]))
        else:
            written = write_date(int(match["y3"]), int(match["m3"] or 0), int(match["d3"] or 0))
        if written:
            yield FoundDate(written, match.start(), match.end())


def write_date(year: int, month: int = 0, day: int = 0) -> str:
    """Return a date in ISO 8601 as far as it is given, "" if there is none such, as the 31st of June."""
    if not EARLIEST <= year <= LATEST or (day and not month):
        return ""
    try:
        whole = date(year, month or 1, day or 1).isoformat()
    except ValueError:
        return ""
    return whole[: len("2022-12-31" if day else "2022-12" if month else "2022")]
