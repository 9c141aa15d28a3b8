"""The periods that questions and heads of tables name."""

from __future__ import annotations

import pytest

from app.ask.figures.periods import Period, months_in, periods_in, says_more_than_when, without_periods


@pytest.mark.parametrize(
    ("said", "periods"),
    [
        ("What was the revenue in 2022?", (Period(2022),)),
        ("Three Months Ended › June 25, 2022", (Period(2022, month=6),)),
        ("the second quarter of 2021", (Period(2021, quarter=2),)),
        ("2023 Q3 report.pdf", (Period(2023, quarter=3),)),
        ("Q1 2023 and Q2 2023", (Period(2023, quarter=1), Period(2023, quarter=2))),
        ("in 2019 and 2020", (Period(2019), Period(2020))),
        ("FY22 net sales", (Period(2022),)),
        ("$ 2,019.50 of 2019.5 kg", ()),
        ("model 20220 at 12020 V", ()),
    ],
)
def test_years_are_found_with_their_quarter_or_month(said: str, periods: tuple[Period, ...]) -> None:
    assert periods_in(said) == periods


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("Three Months Ended", 3),
        ("nine-month period", 9),
        ("Year Ended", 12),
        ("this quarter", 3),
        ("total", 0),
    ],
)
def test_the_length_of_a_period_is_told(said: str, months: int) -> None:
    assert months_in(said) == months


def test_a_quarter_is_not_compared_with_a_month_since_fiscal_years_begin_in_any() -> None:
    assert Period(2023, quarter=1).agrees(Period(2023, month=12))
    assert not Period(2023, quarter=1).agrees(Period(2023, quarter=2))
    assert not Period(2023).agrees(Period(2022))


def test_a_text_without_its_periods_keeps_its_other_words() -> None:
    assert without_periods("sales may rise in Q1 2023").split() == ["sales", "may", "rise", "in"]


@pytest.mark.parametrize(
    ("text", "says"),
    [("2022 2021", False), ("December 31, 2022", False), ("Net sales 2022", True), ("41 12", True)],
)
def test_a_text_of_periods_alone_says_nothing(text: str, says: bool) -> None:
    assert says_more_than_when(text) is says
