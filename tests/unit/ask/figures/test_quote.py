"""Answers from the figures of tables: chosen by their row, heads and period, computed exactly, and cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.ask.figures.asked import read_question
from app.ask.figures.quote import quote_figures
from app.ask.proof.cite import PassageSource
from app.core.answer import Answer, Proof
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Cell, Page
from app.core.passage import Chunk, Hit, Span


def page_of(title: str, rows: Sequence[Sequence[str]], number: int = 4) -> Page:
    """A page with a line and a table below it, whose first row is its head."""
    cells = tuple(
        Cell(
            row,
            column,
            text,
            Box(50 + 100 * column, 110 + 12 * row, 140 + 100 * column, 120 + 12 * row),
            header=row == 0,
        )
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    line = Block(BlockKind.TEXT, Box(50, 80, 500, 90), text=title)
    return Page(
        number, 600.0, 800.0, blocks=(line, Block(BlockKind.TABLE, Box(50, 110, 500, 300), cells=cells))
    )


def source(page: Page, name: str = "report.pdf", title: str = "Alba Corp. annual report") -> PassageSource:
    chunk = Chunk("c", "t", name, 1, 0, BlockKind.TABLE, "", spans=(Span(page.number, Box(0, 0, 600, 800)),))
    return PassageSource(Hit(chunk, 0.9, document_name=name, title=title), lambda _hit: [page])


INCOME = page_of(
    "Statements of income (in thousands)",
    [
        ("", "2022", "2021"),
        ("Net sales", "$ 1,200", "$ 1,000"),
        ("Cost of goods sold", "700", "650"),
        ("Other income, net", "(10)", "—"),
        ("Operating margin", "12.5 %", "10.0 %"),
        ("Pensão e juros", "44", "40"),
        ("Umsatzerlöse Inland", "310", "290"),
    ],
)


def ask(question: str, *sources: PassageSource) -> Answer:
    *_, answer = quote_figures(read_question(question), sources or (source(INCOME),))
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was the net sales in 2021?", "Net sales · 2021 · $ 1,000 thousand [1]"),
        ("How much was the cost of goods sold in 2022?", "Cost of goods sold · 2022 · $ 700 thousand [1]"),
        ("What is the other income for 2022?", "Other income, net · 2022 · $ (10) thousand [1]"),
        ("What were the net sales?", "Net sales · 2022 · $ 1,200 thousand [1]"),
        (
            "Wie hoch waren die Umsatzerlöse im Inland 2021?",
            "Umsatzerlöse Inland · 2021 · $ 290 thousand [1]",
        ),
        ("Quanto foi a pensão e juros em 2021?", "Pensão e juros · 2021 · $ 40 thousand [1]"),
    ],
)
def test_a_figure_is_given_under_its_row_head_and_unit(question: str, said: str) -> None:
    assert ask(question).text == said


@pytest.mark.parametrize(
    ("question", "computed"),
    [
        ("What is the change in net sales between 2021 and 2022?", "1,200 [2] − 1,000 [1] = $ 200 thousand"),
        ("By how much did the cost of goods sold increase from 2021 to 2022?", "= $ 50 thousand"),
        (
            "What is the average net sales for 2021 and 2022?",
            "(1,000 [1] + 1,200 [2]) ÷ 2 = $ 1,100 thousand",
        ),
        ("What are the net sales altogether for 2021 and 2022?", "1,000 [1] + 1,200 [2] = $ 2,200 thousand"),
        ("What is the percentage change in net sales from 2021 to 2022?", "÷ 1,000 = 20 %"),
        ("What is the change in other income between 2021 and 2022?", "−10 [2] − 0 [1] = $ −10 thousand"),
        ("What is the change in operating margin between 2021 and 2022?", "= 2.5 percentage points"),
        ("By how much did net sales change?", "1,200 [2] − 1,000 [1] = $ 200 thousand"),
        ("What is the growth rate of net sales in 2022?", "÷ 1,000 = 20 %"),
        (
            "What percentage of net sales was the cost of goods sold in 2022?",
            "700 [1] ÷ 1,200 [2] = 58.33 %",
        ),
        ("What is the ratio of net sales to cost of goods sold in 2022?", "1,200 [1] ÷ 700 [2] = 1.71"),
        (
            "What is the difference between net sales and cost of goods sold in 2021?",
            "1,000 [1] − 650 [2] = $ 350 thousand",
        ),
        (
            "What is the sum of net sales and cost of goods sold in 2021?",
            "1,000 [1] + 650 [2] = $ 1,650 thousand",
        ),
        (
            "In which year was the cost of goods sold highest?",
            "Highest of Cost of goods sold: 2022 [1] = $ 700 thousand",
        ),
        ("Which year had the lowest net sales?", "Lowest of Net sales: 2021 [2] = $ 1,000 thousand"),
    ],
)
def test_what_is_asked_to_be_computed_is_a_formula_of_cited_figures(question: str, computed: str) -> None:
    answer = ask(question)
    assert answer.text.endswith(computed)
    assert [len(claim.citations) for claim in answer.claims] == [1, 1, 2]


def test_a_row_that_is_itself_the_change_is_not_computed_with() -> None:
    page = page_of("Taxes", [("", "2022", "2021"), ("Change in tax estimate", "12", "7")])
    assert ask("What is the change in tax estimate?", source(page)).text.startswith(
        "Change in tax estimate · 2022"
    )
    assert len(ask("What is the change in tax estimate in 2022?", source(page)).claims) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("", "Amount"),
            ("Balance, November 3, 2007", "100"),
            ("Additions", "40"),
            ("Balance, October 31, 2009", "180"),
        ],
        [("Year", "Balance"), ("2007", "100"), ("2008", "140"), ("2009", "180")],
    ],
)
def test_rows_that_differ_by_their_period_alone_are_read_as_one(rows: Sequence[Sequence[str]]) -> None:
    text = ask(
        "By how much did the balance change from 2007 to 2009?", source(page_of("Tax positions", rows))
    ).text
    assert text.endswith("180 [2] − 100 [1] = 80")


def test_without_a_part_in_the_question_the_total_of_the_parts_is_meant() -> None:
    parts = [("", "Products", "Services", "Total"), ("Net revenues", "300", "500", "800")]
    page = page_of("Revenue of the year 2022 (in thousands)", parts)
    total, part = (
        ask(f"What were the net revenues {said}in 2022?", source(page)).text
        for said in ("", "from services ")
    )
    assert total.startswith("Net revenues · Total · 800")
    assert part.startswith("Net revenues · Services · 500")


def test_a_row_that_holds_nothing_but_the_name_asked_about_does_not_answer() -> None:
    page = replace(
        page_of("Subsidiaries", [("", "Ownership"), ("France", "100%"), ("Revenue France", "12")]),
        words=(Word("France", Box(50, 110, 90, 120)),),
    )
    assert ask("What is the capital of France?", source(page)).text == ""
    headed = source(page, title="Currency risk")
    assert ask("What is the currency of France?", headed).text == ""
    assert ask("What is the revenue of France?", source(page)).text.startswith("Revenue France")


def test_a_growth_from_nothing_is_not_computed() -> None:
    answer = ask("What is the percentage change in other income between 2021 and 2022?")
    assert len(answer.claims) == 2
    assert "÷" not in answer.text


def test_a_citation_marks_the_figure_and_says_its_names() -> None:
    (citation,) = ask("What was the net sales in 2021?").citations
    assert (citation.quote, citation.before, citation.proof) == ("$ 1,000", "Net sales · 2021", Proof.EXACT)
    (place,) = citation.places
    assert (place.page, len(place.boxes)) == (4, 1)
    assert place.boxes[0].holds((295.0, 127.0))


@pytest.mark.parametrize(
    "question",
    [
        "What was the net sales in 2019?",  # a year that the table has not
        "What was the research expense in 2022?",  # a row that it has not
        "What were the net sales of Bora in 2022?",  # another company
        "Why did the net sales rise in 2022?",  # no figure answers
        "What was the cost of goods returned by customers in 2022?",  # another row of the same beginning
    ],
)
def test_what_no_row_and_head_hold_is_no_figure(question: str) -> None:
    assert ask(question).text == ""


def test_of_several_documents_the_one_that_the_question_names_answers() -> None:
    others = page_of("Income (in thousands)", [("", "2022"), ("Net sales", "$ 77")])
    both = source(others, "bora.pdf", "Bora Ltd. report"), source(INCOME)
    assert ask("What were Alba's net sales in 2022?", *both).text == "Net sales · 2022 · $ 1,200 thousand [1]"


def test_a_quarter_is_looked_for_in_the_report_of_that_quarter() -> None:
    first = page_of(
        "Income", [("", "December 31, 2022", "December 25, 2021"), ("Net sales", "$ 117", "$ 124")]
    )
    second = page_of("Income", [("", "April 1, 2023", "March 26, 2022"), ("Net sales", "$ 95", "$ 97")])
    both = source(second, "2023 Q2 A.pdf", "A"), source(first, "2023 Q1 A.pdf", "A")
    assert ask("What were the net sales in Q1 2023?", *both).text.startswith(
        "Net sales · December 31, 2022 · $ 117"
    )


def test_a_series_has_the_latest_figure_of_each_report_in_the_order_of_time() -> None:
    reports = [
        source(
            page_of("Income", [("", f"June 30, {year}"), ("Net sales", f"$ {year - 1900}")]),
            f"{year}.pdf",
            "A",
        )
        for year in (2023, 2021, 2022)
    ]
    text = ask("How have net sales changed over time?", *reports).text
    assert [line.split("$ ")[1] for line in text.split("\n\n")] == ["121 [1]", "122 [2]", "123 [3]"]


def test_a_figure_of_one_company_is_none_of_another_that_its_page_mentions() -> None:
    line = Block(BlockKind.TEXT, Box(50, 320, 500, 330), text="We sell through Borea.")
    page = replace(
        INCOME,
        blocks=(*INCOME.blocks, line),
        text="We sell through Borea.",
        words=(Word("Borea", Box(200, 320, 230, 330)),),
    )
    assert ask("What were Alba's net sales in 2022?", source(page)).citations
    assert not ask("What were Borea's net sales in 2022?", source(page)).citations
