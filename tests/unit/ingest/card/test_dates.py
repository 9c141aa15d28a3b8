"""Dates are found in the ways and languages in which they are written."""

from __future__ import annotations

import pytest

from app.ingest.card.dates import find_dates, write_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("31. dezember 2016", "2016-12-31"),
        ("may 5, 2021", "2021-05-05"),
        ("5 de mayo de 2021", "2021-05-05"),
        ("1er janvier 2020", "2020-01-01"),
        ("16 jan 2018", "2018-01-16"),
        ("this 3rd day of march, 2020", "2020-03-03"),
        ("květen 2022", "2022-05"),
        ("2022年3月31日", "2022-03-31"),
        ("30.6.2022", "2022-06-30"),
        ("2021-03-04", "2021-03-04"),
        ("14 مارس 2023", "2023-03-14"),
        ("2016. december 31.", "2016-12-31"),
    ],
)
def test_a_date_is_found(text: str, date: str) -> None:
    assert [found.date for found in find_dates(text)] == [date]


@pytest.mark.parametrize(
    "text", ["version 1.2.2003.4", "spring of hope", "item 45/2022", "tel. 030-123-4567"]
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_the_order_of_two_small_numbers_is_that_of_the_document() -> None:
    assert [found.date for found in find_dates("03/04/2021")] == ["2021-04-03"]
    assert [found.date for found in find_dates("03/04/2021", month_first=True)] == ["2021-03-04"]
    assert [found.date for found in find_dates("03/24/2021")] == ["2021-03-24"]


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2021, 13, 0),
        (2021, 2, 32),
        (2022, 6, 31),
        (2023, 2, 29),
        (2022, 99, 99),
        (0, 0, 0),
        (0, 1, 1),
        (2022, 0, 5),
    ],
)
def test_a_month_or_day_that_there_is_not_makes_no_date(year: int, month: int, day: int) -> None:
    assert write_date(year, month, day) == ""


@pytest.mark.parametrize("text", ["june 31, 2022", "29 february 2023", "31.4.2022", "2022-99-99"])
def test_a_day_that_its_month_has_not_is_no_date(text: str) -> None:
    assert find_dates(text) == []


def test_a_leap_year_has_its_day() -> None:
    assert write_date(2024, 2, 29) == "2024-02-29"
