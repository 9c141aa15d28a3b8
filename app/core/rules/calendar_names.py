"""What a time is called in the calendar: the quarter, half or year that most of its days lie in."""

from __future__ import annotations

from datetime import date, timedelta

QUARTER_MONTHS, HALF_MONTHS = 3, 6

LONGEST_QUARTER, LONGEST_HALF = 100, 200
"""Days of a quarter and of a half year at most: some companies' quarters have 14 weeks."""

BEFORE_END_OF_QUARTER = 45
"""Days: the calendar's quarter in which the day lies that is so long before the end has most of its days,
also where weeks are counted and it ends a few days before or after a month's end."""

BEFORE_END_OF_HALF, BEFORE_END_OF_YEAR = 85, 167
"""Days, as of a quarter: a year to the end of June belongs to the calendar year in which it ends, one to the
end of March to the one before. What lies half in each belongs where it ends."""


def name_in_calendar(first: date, last: date) -> str:
    """Return ``Q3 2023``, ``H1 2023`` or ``2023`` for the time between two days, both of them in it."""
    days = (last - first).days + 1
    if days <= LONGEST_QUARTER:
        middle = _middle(last, days, BEFORE_END_OF_QUARTER)
        return f"Q{(middle.month - 1) // QUARTER_MONTHS + 1} {middle.year}"
    if days <= LONGEST_HALF:
        middle = _middle(last, days, BEFORE_END_OF_HALF)
        return f"H{(middle.month - 1) // HALF_MONTHS + 1} {middle.year}"
    return str(_middle(last, days, BEFORE_END_OF_YEAR).year)


def _middle(last: date, days: int, before: int) -> date:
    return last - timedelta(days=min(before, days // 2))
