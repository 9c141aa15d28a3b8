"""A time is called by the quarter, half or year of the calendar that most of its days lie in."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.rules.calendar_names import name_in_calendar
from app.core.rules.card_said import say_periods


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2023-07-01", "2023-09-30", "Q3 2023"),
        ("2023-07-31", "2023-10-29", "Q3 2023"),
        ("2022-09-25", "2022-12-31", "Q4 2022"),
        ("2023-10-01", "2023-10-31", "Q4 2023"),
        ("2023-01-01", "2023-06-30", "H1 2023"),
        ("2023-01-02", "2023-07-02", "H1 2023"),
        ("2023-03-01", "2023-08-31", "H1 2023"),
        ("2023-04-01", "2023-09-30", "H2 2023"),
        ("2022-01-01", "2022-12-31", "2022"),
        ("2021-07-01", "2022-06-30", "2022"),
        ("2021-04-01", "2022-03-31", "2021"),
        ("2023-01-01", "2023-09-30", "2023"),
    ],
)
def test_a_time_has_a_name_in_the_calendar(first: str, last: str, name: str) -> None:
    assert name_in_calendar(date.fromisoformat(first), date.fromisoformat(last)) == name
    [said] = say_periods([("as they call it", first, last)]).card.periods
    assert said.calendar == name


def test_a_period_without_known_days_has_no_such_name() -> None:
    for first, last in (("", "2023-06-30"), ("2023", "2023-06-30"), ("2023-02-30", "2023-06-31")):
        [said] = say_periods([("as they call it", first, last)]).card.periods
        assert said.calendar == ""
