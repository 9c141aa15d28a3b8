"""Which rows of a table are its header, by their words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.geometry import Box
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.headers import Placed, header_rows

PLAIN = Style(10.0, False, 0, False, "F")


def cells_of(rows: Sequence[Sequence[str]]) -> list[Placed]:
    """The cells of these rows, as they are placed in a table."""
    box = Box(0, 0, 10, 10)
    return [
        (row, 1, column, [PlacedWord(word, box, PLAIN, order) for order, word in enumerate(text.split())])
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


BODY = [("Prepaid assets", "892", "320"), ("Total current assets", "76,088", "115,613")]


@pytest.mark.parametrize(
    "first",
    [
        ("Cash", "$ 75,196", "$ 115,293"),
        ("Cash", "US$ 75,196", "US$ 115,293"),
        ("Cash", "€ 75.196", "€ 115.293"),
        ("Net loss", "$ (11,121)", "$ (16,144)"),
        ("Cash", "75,196 €", "115,293 €"),
        ("Cash", "£ 75", "—"),
        ("Cash", "75,196", "115,293"),
    ],
)
def test_a_first_row_of_figures_is_no_header_wherever_the_sign_of_their_currency_stands(
    first: tuple[str, ...],
) -> None:
    assert header_rows(cells_of([first, *BODY])) == 0


@pytest.mark.parametrize(
    "first",
    [
        ("", "2022", "2021"),
        ("", "$ thousand", "€ thousand"),
        ("Assets", "$", "€"),
        ("Item", "Amount in $", "Share"),
    ],
)
def test_years_and_units_above_figures_are_a_header(first: tuple[str, ...]) -> None:
    assert header_rows(cells_of([first, *BODY])) == 1


def test_a_label_with_years_below_heads_is_a_row() -> None:
    rows = [("Company", "Alpha", "Beta"), ("Founded", "1998", "2004"), ("Staff", "120", "85")]
    assert header_rows(cells_of([*rows, ("Revenue", "14.2", "9.1")])) == 1


def test_years_in_arabic_figures_are_a_header() -> None:
    assert header_rows(cells_of([("البند", "٢٠٢٢", "٢٠٢١"), *BODY])) == 1
