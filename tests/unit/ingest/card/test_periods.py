"""A period has the name of its fiscal year, and where it lies in the calendar."""

from __future__ import annotations

import pytest

from app.core.card import Fact
from app.ingest.card.periods import half_of, quarter_of, year_of

FACT = Fact("then")


@pytest.mark.parametrize(
    ("ends", "text", "fiscal", "calendar", "starts"),
    [
        ("2022-06-25", "nine months ended june 25, 2022", "fiscal Q3 2022", "Q2 2022", "2022-03-27"),
        (
            "2022-12-31",
            "three months ended december 31, 2022, third quarter of 2022",
            "fiscal Q1 2023",
            "Q4 2022",
            "2022-10-01",
        ),
        (
            "2023-07-30",
            "six months ended; fiscal year 2024; second quarter of 2023",
            "fiscal Q2 2024",
            "Q2 2023",
            "2023-05-01",
        ),
        (
            "2022-07-30",
            "26 weeks ended; fiscal 2022, fiscal 2022 and fiscal 2021",
            "fiscal Q2 2022",
            "Q2 2022",
            "2022-05-01",
        ),
        ("2022-03-31", "nothing is said", "Q1 2022", "Q1 2022", "2022-01-01"),
    ],
)
def test_a_quarter(ends: str, text: str, fiscal: str, calendar: str, starts: str) -> None:
    period = quarter_of(FACT, ends, text)
    assert (period.fact.value, period.calendar, period.starts) == (fiscal, calendar, starts)


@pytest.mark.parametrize(
    ("ends", "text", "fiscal", "calendar"),
    [
        ("2022-12-31", "", "fiscal year 2022", "2022"),
        ("2022-06-30", "", "fiscal year 2022", "2022"),
        ("2022-03-31", "", "fiscal year 2022", "2021"),
        ("2023-01-28", "fiscal 2022 and again fiscal 2022", "fiscal year 2022", "2022"),
        ("2023-01-29", "fiscal year 2023, fiscal year 2022, fiscal year 2022", "fiscal year 2023", "2022"),
    ],
)
def test_a_year(ends: str, text: str, fiscal: str, calendar: str) -> None:
    period = year_of(FACT, ends, text)
    assert (period.fact.value, period.calendar) == (fiscal, calendar)


def test_a_half_year_is_called_by_the_calendar() -> None:
    period = half_of(FACT, "2022-06-30")
    assert (period.fact.value, period.starts) == ("H1 2022", "2022-01-01")
