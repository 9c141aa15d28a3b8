"""Reports on a period: on which day it ends, and how it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from app.core.card import CardDate, CardPeriod, DateRole, Fact, Origin
from app.core.page import Page
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import Part
from app.ingest.card.periods import half_of, quarter_of, year_alone, year_of
from app.ingest.card.roles import find_labelled
from app.ingest.card.sheet import Sheet, read_sheet

KINDS = frozenset(
    ("annual report", "quarterly report", "half-year report", "sustainability report", "earnings release")
)
"""Kinds that report on a period."""

WHOLE_DATE = len("2022-12-31")

_YEAR = defer_regex(r"(?<![\d.,-])(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?(?![\d.,]?\d)")
_QUARTERLY = defer_regex(r"quarter|\bq[1-4]\b|quartal|trimest|kwartaal|三季|季度|四半期")
_HALF = defer_regex(r"half[- ]year|halbjahr|semest|six months|中期|半年")


def find_period(
    sheets: Sequence[Sheet],
    far: Sequence[Page],
    headline: Sequence[Part],
    kind: str,
    dates: Sequence[CardDate],
    file: str,
    text: str,
) -> tuple[tuple[CardDate, ...], tuple[CardPeriod, ...]]:
    """Return the dates, that of the period's end first, and the period of a report of a ``kind``: its first
    pages are ``sheets``, those further behind ``far``; the
    ``file`` is the name of its file in words, ``text`` that of its first pages in small letters."""
    others = tuple(each for each in dates if each.role is not DateRole.PERIOD_END)
    year = _year_named(headline, file)
    wanted = year[1] if year else 0
    # Illustrated reports begin with many pages of pictures: the day stands behind them.
    end = _find_end(sheets, wanted) or _find_end(map(read_sheet, far), wanted)
    if not end:
        return others, (year_alone(*year),) if year else ()
    said = " ".join((kind, file, *(part.text for part in headline))).casefold()
    if _QUARTERLY.search(said):
        period = quarter_of(end.fact, end.date, text, said)
    elif _HALF.search(said):
        period = half_of(end.fact, end.date)
    else:
        period = year_of(end.fact, end.date, text)
    return (end, *others), (period,)


def _year_named(headline: Sequence[Part], file: str) -> tuple[Fact, int] | None:
    """Return the year of a headline, the later one of "2021/22", else that of the file's name."""
    for part in headline:
        if years := _YEAR.findall(part.text):
            return part.fact(years[-1]), _last_year(years[-1])
    found = _YEAR.search(file)
    return (Fact(found[0], Origin.FILE_NAME), _last_year(found[0])) if found else None


def _last_year(written: str) -> int:
    """Return 2022 of "2021/22" and of "2021-2022"."""
    last = written[len("2021/") :]
    return int(written[: 4 - len(last)] + last) if last else int(written)


def _find_end(sheets: Iterable[Sheet], year: int) -> CardDate | None:
    """Return the end of a report's period: the day that the first pages name most often behind such words, in
    the year that is named or, where that has none, in the next."""
    counts: Counter[str] = Counter()
    first: dict[str, CardDate] = {}
    for sheet in sheets:
        for each in find_labelled(sheet, DateRole.PERIOD_END):
            if len(each.date) == WHOLE_DATE:
                counts[each.date] += 1
                first.setdefault(each.date, each)
    for wanted in (year, year + 1) if year else (0,):
        able = [date for date in counts if not wanted or date.startswith(str(wanted))]
        if able:
            return first[max(able, key=lambda date: (counts[date], date))]
    return None
