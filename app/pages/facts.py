"""Facts of a document's tables: each figure with its row, its heads, its unit and all their places.

It is the one source from which CSV, sentences in the index and answers from cells are made: ``name_tables``
gives tables with rows of facts, ``table_facts`` the facts alone, each with ``row``, ``heads``, ``value``,
``exact``, ``sentence`` and ``place``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from app.core.cell_value import Value, ValueKind
from app.core.page import Block, BlockKind, Cell, Page
from app.core.passage import Span
from app.core.unit import NO_UNIT, Unit, read_unit, says_only_a_unit
from app.pages.captions import caption_of
from app.pages.cell_names import NamedCell, name_cells
from app.pages.continued import link_pages

SEPARATOR = " › "
"""Between a section and a label in it, or a head and the one below it."""

PART = " · "
"""Between the parts of a sentence: title, row, heads, value."""

NEAR = 4
"""Blocks above a table in which its title and its unit are looked for."""

LONGEST_TITLE = 240
"""Characters of a line above a table that is taken as its title; a longer one is a paragraph."""

SCALE_WORDS = {1_000: "thousand", 1_000_000: "million", 1_000_000_000: "billion"}
"""How a figure's scale is said behind it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A section, a label or a head that names a fact, and where it stands."""

    text: str
    place: Span


@dataclass(frozen=True, slots=True)
class Fact:
    """A filled cell of a table's body under its names.

    ``table`` is its index among the page's tables, from 0. ``row`` has the sections and labels of its row,
    outermost first, ``heads`` those over it, top first. ``value`` is typed, with the scale and the currency
    that the cell, its row, its heads or the ``unit`` of the table say.
    """

    page: int
    table: int
    cell: Cell
    row: tuple[Label, ...]
    heads: tuple[Label, ...]
    value: Value
    title: str = ""
    unit: Unit = NO_UNIT

    @property
    def place(self) -> Span:
        """The place of the cell itself."""
        return Span(self.page, self.cell.box)

    @property
    def row_name(self) -> str:
        """The names of its row in one: "Net sales › Products"."""
        return _join_labels(self.row)

    @property
    def head_name(self) -> str:
        """The heads over it in one, without those that only say a unit: "Years Ended › June 25, 2022"."""
        return _join_labels([head for head in self.heads if not says_only_a_unit(head.text)])

    @property
    def exact(self) -> Decimal | None:
        """The number as it is meant: multiplied by its scale, a percentage as it is printed, ``None`` for a
        dash, a date or text."""
        if self.value.number is None:
            return None
        # From the shortest text of the float: Decimal(0.1) has 55 digits that nobody printed.
        exact = Decimal(repr(self.value.number)) * self.value.scale
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact

    @property
    def said(self) -> str:
        """The value in words, as it is printed with its currency and scale: "$ 63,355 million"."""
        text = " ".join(self.cell.text.split())
        if self.value.kind is not ValueKind.NUMBER:
            return text
        # A sign that stands in the column's first cell alone is said with every figure, but never twice.
        sign = self.value.currency if self.value.currency and self.value.currency not in text else ""
        return " ".join(filter(None, (sign, text, SCALE_WORDS.get(self.value.scale, ""))))

    @property
    def sentence(self) -> str:
        """Row, heads and value in one line: "Net sales › Products · Nine Months Ended June 25, 2022 · $ 63
        million"."""
        return PART.join(filter(None, (self.row_name, self.head_name.replace(SEPARATOR, " "), self.said)))


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row of a table's body: its ``path`` of sections and labels, outermost first, and the facts right of
    them; a row with a label alone, which opens a section, has none."""

    number: int
    path: tuple[Label, ...]
    facts: tuple[Fact, ...]

    @property
    def name(self) -> str:
        """The path in one: "Net sales › Products"."""
        return _join_labels(self.path)


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table of a page. ``number`` is its index among the page's tables, from 0; ``title`` the caption,
    heading or line above it; ``continues`` whether it carries on the one on the page before, whose title and
    unit are then its own."""

    page: int
    number: int
    block: Block
    title: str
    unit: Unit
    rows: tuple[NamedRow, ...]

    @property
    def continues(self) -> bool:
        """Whether it carries on a table of the page before."""
        return self.block.continues is not None


def name_tables(pages: Iterable[Page]) -> Iterator[NamedTable]:
    """Yield the tables of pages in order, each as its page comes. Pages that follow each other should come
    together: a table that goes on has heads, title and unit from the page before."""
    before: NamedTable | None = None
    for page in link_pages(pages):
        places = [at for at, block in enumerate(page.blocks) if block.kind is BlockKind.TABLE and block.cells]
        for number, at in enumerate(places):
            before = _name_table(page, at, number, before)
            yield before


def table_facts(pages: Iterable[Page]) -> Iterator[Fact]:
    """Yield the facts of all tables of these pages, in reading order."""
    for table in name_tables(pages):
        for row in table.rows:
            yield from row.facts


def _name_table(page: Page, at: int, number: int, before: NamedTable | None) -> NamedTable:
    block = page.blocks[at]
    goes_on = block.continues is not None and before is not None
    # The line above the part on the next page is that page's header, not the table's title.
    title = before.title if goes_on and before else title_of(page, at)
    unit = before.unit if goes_on and before else unit_of(page, at)
    table = NamedTable(page.number, number, block, title, unit, ())
    rows = tuple(_rows(table))
    return replace(table, rows=rows)


def _rows(table: NamedTable) -> Iterator[NamedRow]:
    named = name_cells(table.block, table.unit)
    filled = [each for each in named if not each.cell.header and each.cell.text]
    for number, group in groupby(filled, key=lambda each: each.cell.row):
        row = list(group)
        figures = [each for each in row if not each.is_label]
        # Of a row without figures its last label opens a section: what stands before it leads to it.
        path = figures[0].beside if figures else (*row[-1].beside, row[-1].cell)
        yield NamedRow(number, _labels(table.page, path), tuple(_fact(table, each) for each in figures))


def _fact(table: NamedTable, named: NamedCell) -> Fact:
    return Fact(
        page=table.page,
        table=table.number,
        cell=named.cell,
        row=_labels(table.page, named.beside),
        heads=_labels(_page_of_heads(table), named.over),
        value=named.value or Value(ValueKind.TEXT),
        title=table.title,
        unit=table.unit,
    )


def _page_of_heads(table: NamedTable) -> int:
    carried = table.block.heads_before
    # A part that says its heads again shows them on its own page: there a reader looks first.
    return carried.page if carried and not table.block.header_rows else table.page


def _labels(page: int, cells: Sequence[Cell]) -> tuple[Label, ...]:
    return tuple(Label(" ".join(cell.text.split()), Span(page, cell.box)) for cell in cells)


def _join_labels(labels: Sequence[Label]) -> str:
    return SEPARATOR.join(label.text.rstrip(":") for label in labels)


def title_of(page: Page, at: int) -> str:
    """Return what the table at this place among a page's blocks is called: its caption, else the nearest
    heading or short line above it that says more than a unit, "" if there is none."""
    if caption := caption_of(page.blocks, at):
        return caption
    for block in _above(page, at):
        text = " ".join(block.text.split())
        # "(in millions)" stands nearest to many a table, below its title.
        if len(text) <= LONGEST_TITLE and not says_only_a_unit(text):
            return text
    headings = [block for block in page.blocks[:at] if block.kind is BlockKind.HEADING]
    return " ".join(headings[-1].text.split()) if headings else ""


def unit_of(page: Page, at: int) -> Unit:
    """Return what the table at this place among a page's blocks is counted in, as a head over all of it or a
    line above it says."""
    said = [*_shared_heads(page.blocks[at]), *(above.text for above in _above(page, at))]
    return next((unit for text in said if (unit := read_unit(text))), NO_UNIT)


def _shared_heads(block: Block) -> Iterator[str]:
    """Yield the heads that speak for a whole table: over its labels, or alone in their line."""
    heads = [cell for cell in block.cells if cell.header and cell.text and cell.row < block.header_rows]
    alone = Counter(head.row for head in heads)
    for head in heads:
        # Over the labels stands what the table is counted in, as no figure is below it.
        if head.column == 0 or alone[head.row] == 1:
            yield head.text


def _above(page: Page, at: int) -> Iterator[Block]:
    """Yield the headings and lines directly above a table, the nearest first."""
    for block in reversed(page.blocks[max(0, at - NEAR) : at]):
        if block.kind not in (BlockKind.HEADING, BlockKind.TEXT):
            return
        if not block.furniture:
            yield block
            if block.kind is BlockKind.TEXT and len(block.text) > LONGEST_TITLE:
                return
