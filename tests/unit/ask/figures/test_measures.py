"""Figures of the kind that is asked for: amounts, percentages, or numbers of things."""

from __future__ import annotations

import pytest

from tests.unit.ask.figures.test_quote import ask, page_of, source

AMOUNTS = page_of(
    "Statements of income (in thousands)",
    [
        ("", "2022", "2021"),
        ("New vehicles", "$ 600", "$ 500"),
        ("Total revenues", "$ 1,200", "$ 1,300"),
        ("Stores sold, same store", "$ 70", "$ 50"),
    ],
    number=5,
)
SHARES = page_of(
    "Revenues",
    [
        ("", "Percentage of total revenues 2022", "Percentage of total revenues 2021"),
        ("New vehicles", "50.0 %", "38.5 %"),
        ("Total revenues", "100.0 %", "100.0 %"),
    ],
    number=4,
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What were the total revenues in 2022?", "Total revenues · 2022 · $ 1,200 thousand"),
        ("Which year had the highest total revenues?", "= $ 1,300 thousand"),
        ("How much were new vehicles in 2021?", "New vehicles · 2021 · $ 500 thousand"),
    ],
)
def test_an_amount_is_meant_where_no_share_is_asked_for(question: str, said: str) -> None:
    assert said in ask(question, source(SHARES), source(AMOUNTS)).text


def test_a_share_that_a_table_prints_is_not_computed() -> None:
    whole = ask(
        "What percentage of total revenues was new vehicles in 2022?", source(SHARES), source(AMOUNTS)
    )
    assert whole.text == "New vehicles · Percentage of total revenues 2022 · 50.0 % [1]"


def test_a_percentage_answers_where_there_is_no_amount() -> None:
    assert "38.5 %" in ask("What were new vehicles in 2021?", source(SHARES)).text


@pytest.mark.parametrize("question", ["How many stores were sold in 2022?", "How many stores does it have?"])
def test_an_amount_of_money_is_no_number_of_things(question: str) -> None:
    money = page_of(
        "Sales (in thousands)",
        [("", "2022", "2021"), ("Sold, same store", "$ 70", "$ 50"), ("Other", "1", "2")],
    )
    assert not ask(question, source(money)).text


def test_a_row_that_counts_things_answers_how_many() -> None:
    counts = page_of("Dealerships", [("", "2022", "2021"), ("Franchised stores", "111", "102")])
    assert ask("How many franchised stores were there in 2022?", source(counts), source(AMOUNTS)).text == (
        "Franchised stores · 2022 · 111 [1]"
    )


def test_of_rows_of_one_name_the_one_that_most_tables_print_answers() -> None:
    rows = [("", "2022", "2021"), ("Total revenues", "52", "25"), ("Costs", "50", "24")]
    part = page_of("Stores that were sold (in thousands)", rows, number=3)
    again = page_of("Selected data (in thousands)", [("", "2022"), ("Total revenues", "$ 1,200")], number=7)
    whole = ask("What were the total revenues in 2022?", source(part), source(AMOUNTS), source(again))
    assert whole.text == "Total revenues · 2022 · $ 1,200 thousand [1]"


def test_a_dash_answers_only_where_there_is_no_number() -> None:
    dashes = page_of("Sold (in thousands)", [("", "2022", "2021"), ("Total revenues", "—", "25")], number=3)
    asked = "What were the total revenues in 2022?"
    assert "$ 1,200" in ask(asked, source(dashes), source(AMOUNTS)).text
    assert "—" in ask(asked, source(dashes)).text


def test_two_rows_are_compared_within_one_table() -> None:
    plain = page_of("Assets", [("", "2022"), ("Brand names", "37"), ("Intangible assets", "128")], number=3)
    other = page_of("Balance (in thousands)", [("", "2022"), ("Intangible assets", "128")], number=6)
    third = page_of("Summary (in thousands)", [("", "2022"), ("Intangible assets", "128")], number=7)
    whole = ask(
        "What is the ratio of brand names to intangible assets in 2022?", *map(source, (plain, other, third))
    )
    assert whole.text.endswith("37 [1] ÷ 128 [2] = 0.29")
