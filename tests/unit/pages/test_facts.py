"""The facts of a document's tables, and the names, units and places that they have."""

from __future__ import annotations

from decimal import Decimal

from app.core.cell_value import ValueKind
from app.core.geometry import Box
from app.core.page import Block, BlockKind, Cell, Page
from app.core.passage import Span
from app.pages.facts import Fact, name_tables, table_facts

WIDTH, HEIGHT = 600.0, 800.0


def line(text: str, top: float, kind: BlockKind = BlockKind.TEXT) -> Block:
    return Block(kind, Box(50, top, 500, top + 10), text=text)


def table(top: float, *rows: tuple[str, ...], heads: int = 0) -> Block:
    """A table of columns 100 points wide, whose first rows are heads; "<" is covered by the cell before."""
    cells = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text == "<":
                continue
            span = 1 + (texts[column + 1 : column + 2] == ("<",))
            box = Box(50 + 100 * column, top + 12 * row, 40 + 100 * (column + span), top + 12 * row + 10)
            cells.append(Cell(row, column, text, box, 1, span, row < heads))
    bottom = top + 12 * len(rows)
    return Block(BlockKind.TABLE, Box(50, top, 40 + 100 * len(rows[0]), bottom), cells=tuple(cells))


STATEMENT = Page(
    4,
    WIDTH,
    HEIGHT,
    blocks=(
        line("STATEMENTS OF OPERATIONS (Unaudited)", 70, BlockKind.HEADING),
        line("(In millions, except per share amounts)", 90),
        table(
            110,
            ("", "Three Months Ended", "<"),
            ("", "June 25, 2022", "June 26, 2021"),
            ("Net sales:", "", ""),
            ("Products", "$ 63,355", "$ 63,948"),
            ("Total net sales", "82,959", "81,434"),
            ("Other income, net", "(10)", "—"),
            ("Earnings per share", "1.20", "1.31"),
            heads=2,
        ),
    ),
)


def fact(text: str, *pages: Page) -> Fact:
    return next(each for each in table_facts(pages or (STATEMENT,)) if each.cell.text == text)


def test_a_fact_has_its_row_its_heads_its_unit_and_a_sentence() -> None:
    found = fact("$ 63,355")
    assert [label.text for label in found.row] == ["Net sales:", "Products"]
    assert [label.text for label in found.heads] == ["Three Months Ended", "June 25, 2022"]
    assert (found.title, found.unit.said) == (
        "STATEMENTS OF OPERATIONS (Unaudited)",
        "In millions, except per share amounts",
    )
    assert found.exact == Decimal(63_355_000_000)
    assert found.sentence == "Net sales › Products · Three Months Ended June 25, 2022 · $ 63,355 million"


def test_every_name_has_its_place_on_the_page() -> None:
    found = fact("81,434")
    assert found.place == Span(4, Box(250, 158, 340, 168))
    assert [label.place.box.top for label in found.row] == [134, 158]
    assert [label.place.box.x0 for label in found.heads] == [150, 250]


def test_a_figure_takes_currency_and_scale_from_its_column_and_table_and_exceptions_hold() -> None:
    assert fact("(10)").said == "$ (10) million"
    assert fact("(10)").exact == Decimal(-10_000_000)
    assert fact("1.20").exact == Decimal("1.20")
    assert fact("—").value.kind is ValueKind.NIL
    assert fact("—").exact is None


def test_a_total_ends_the_section_above_it() -> None:
    assert fact("82,959").row_name == "Net sales › Total net sales"
    assert fact("(10)").row_name == "Other income, net"


def test_a_table_that_goes_on_has_heads_title_and_unit_of_the_page_before() -> None:
    first = Page(1, WIDTH, HEIGHT, blocks=(
        line("Stock (in thousands)", 560),
        table(600, ("Item", "2021", "2022"), *((f"Pump {n}", "1", "2") for n in range(9)), heads=1),
    ))  # fmt: skip
    second = Page(2, WIDTH, HEIGHT, blocks=(table(60, ("Valve", "77", "88")),))
    found = fact("88", first, second)
    assert [(label.text, label.place.page) for label in found.heads] == [("2022", 1)]
    assert (found.page, found.title, found.exact) == (2, "Stock (in thousands)", Decimal(88_000))
    assert [each.continues for each in name_tables((first, second))] == [False, True]


def test_a_row_that_only_opens_a_section_has_no_facts() -> None:
    (statement,) = name_tables((STATEMENT,))
    assert [(row.name, len(row.facts)) for row in statement.rows][:2] == [
        ("Net sales", 0),
        ("Net sales › Products", 2),
    ]
