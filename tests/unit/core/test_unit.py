"""What the figures of a table are counted in."""

from __future__ import annotations

import pytest

from app.core.unit import Unit, read_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("(In millions)", Unit("In millions", 1_000_000)),
        ("(thousands, except per share amounts)", Unit("thousands, except per share amounts", 1_000)),
        ("CONSOLIDATED BALANCE SHEETS (in thousands of U.S. dollars)",
         Unit("in thousands of U.S. dollars", 1_000, "$")),
        ("$ in billions", Unit("$ in billions", 1_000_000_000, "$")),
        ("£000", Unit("£000", 1_000, "£")),
        ("€m", Unit("€m", 1_000_000, "€")),
        ("in TEUR", Unit("in TEUR", 1_000, "EUR")),
        ("Angaben in Mio. EUR", Unit("Angaben in Mio. EUR", 1_000_000, "EUR")),
        ("En milliers d’euros", Unit("En milliers d’euros", 1_000, "€")),
        ("(in millions, except number of shares which are reflected in thousands and per share amounts)",
         Unit("in millions, except number of shares which are reflected in thousands and per share amounts",
              1_000_000, "", 1_000)),
        ("(in millions, except shares and per share data)",
         Unit("in millions, except shares and per share data", 1_000_000, "", 1)),
        ("Weight (in mm)", None),
        ("Thousand Oaks, California", None),
        ("Million Dollar Homes", None),
        ("Net sales", None),
    ],
)  # fmt: skip
def test_a_line_says_what_figures_are_counted_in(text: str, unit: Unit | None) -> None:
    assert read_unit(text) == unit


def test_shares_and_amounts_per_share_are_counted_as_the_exception_says() -> None:
    unit = read_unit("(in millions, except shares in thousands and per share amounts)")
    assert unit
    assert unit.within("Net sales").scale == 1_000_000
    assert unit.within("Earnings per share Basic").scale == 1
    assert unit.within("Shares used in computing earnings per share Basic").scale == 1_000
