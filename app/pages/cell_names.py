"""What each cell of a table is called: its heads, the sections and labels of its row, and its value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.cell_value import Value, ValueKind, read_value, writes_decimal_comma
from app.core.page import Block, Cell
from app.core.process.patterns import defer_regex
from app.core.unit import NO_UNIT, Unit, currency_in, read_unit

DEEPER = 1.0
"""Points: a label that begins so far right of another's is indented below it."""

FIGURES = 0.5
"""Share of a column's filled cells that are figures, where it is a column of them and no label."""


ABOVE = 1_000_000
"""Rows that heads of the page before are taken to stand above those of a table, which has fewer."""

_PERCENT = defer_regex(
    r"(?<![\d.,])(?<!\d\s)%|\b(?:per\s?cent(?:age)?|prozent|pour\s?cent(?:age)?|porcentaje)\b", re.IGNORECASE
)

_TOTAL = defer_regex(r"(sub)?-?total|gesamt|summe|somme|totale\b|итого", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell with the cells that name it: ``over`` are its heads, top first, ``beside`` the sections that its
    row stands in and the row's labels, outermost first, and its ``value``; a head has none of these, and an
    empty cell no value. ``is_label`` says that it is one of the labels of its row, or a section."""

    cell: Cell
    over: tuple[Cell, ...] = ()
    beside: tuple[Cell, ...] = ()
    value: Value | None = None
    is_label: bool = False

    @property
    def heads(self) -> tuple[str, ...]:
        """The texts of its heads, top first."""
        return tuple(cell.text for cell in self.over)

    @property
    def row_path(self) -> tuple[str, ...]:
        """The texts of the sections and labels of its row, outermost first."""
        return tuple(cell.text for cell in self.beside)


def name_cells(block: Block, unit: Unit = NO_UNIT) -> tuple[NamedCell, ...]:
    """Return the cells of a table block in their order, each with its names, given what its figures are
    counted in where no head or label of theirs says so. Heads of the page before are those of a part that has
    none of its own."""
    body = [cell for cell in block.cells if not cell.header and cell.text]
    labels = _count_labels(body)
    heads = _heads_by_column(block)
    groups = _find_groups(body, labels, heads)
    names = _Names(
        labels,
        groups,
        _row_paths(body, labels, groups),
        heads,
        _currencies(body),
        unit,
        block.header_rows,
        writes_decimal_comma(cell.text for cell in body),
    )
    return tuple(NamedCell(cell) if cell.header else names.name(cell) for cell in block.cells)


def sections_by_row(block: Block) -> Mapping[int, tuple[int, ...]]:
    """Return the rows that name the sections in which a table's rows stand, outermost first, by row."""
    body = [cell for cell in block.cells if not cell.header and cell.text]
    labels = _count_labels(body)
    paths = _row_paths(body, labels, _find_groups(body, labels, _heads_by_column(block)))
    return {row: tuple(cell.row for cell in path if cell.row < row) for row, path in paths.items()}


@dataclass(frozen=True, slots=True)
class _Names:
    """What names the cells of a table: the number of its columns of ``labels``, the first columns of the
    ``groups`` in which such labels stand again, the sections and labels of each row, the heads over each
    column, the sign of a currency in each, the table's unit, how many of its first rows are heads, and
    whether it writes decimals with a comma."""

    labels: int
    groups: Sequence[int]
    paths: Mapping[int, tuple[Cell, ...]]
    heads: Mapping[int, Sequence[Cell]]
    currencies: Mapping[int, str]
    unit: Unit
    header_rows: int
    decimal_comma: bool | None

    def name(self, cell: Cell) -> NamedCell:
        first = self.groups[bisect_right(self.groups, cell.column) - 1]
        heads = self._over(cell)
        path = self._in_group(self.paths.get(cell.row, ()), first)
        if not cell.text:
            return NamedCell(cell, heads, path)
        if cell.column < first + self.labels:
            above = path[: path.index(cell)] if cell in path else ()
            value = read_value(cell.text, decimal_comma=self.decimal_comma)
            return NamedCell(cell, heads, above, value, is_label=True)
        return NamedCell(cell, heads, path, self._value(cell, (*heads, *path)))

    def _in_group(self, path: tuple[Cell, ...], first: int) -> tuple[Cell, ...]:
        """Return the sections and labels of a row without the labels of other groups of columns."""
        if len(self.groups) == 1:
            return path
        row = path[-1].row if path else 0
        return tuple(each for each in path if each.row < row or 0 <= each.column - first < self.labels)

    def _value(self, cell: Cell, labels: Sequence[Cell]) -> Value:
        """Return what a cell says; what is counted in is said by the nearest label or by the table."""
        texts = [label.text for label in labels]
        # The label nearest to the cell says more than the table: a line of percentages in a table of
        # millions.
        unit = next((unit for text in reversed(texts) if (unit := read_unit(text))), self.unit)
        if sign := self.currencies.get(cell.column):
            unit = replace(unit, currency=sign)
        value = read_value(cell.text, unit, " ".join(texts), decimal_comma=self.decimal_comma)
        # An amount stays one below a head that speaks of percent: it has its own sign.
        if value.kind is ValueKind.NUMBER and not currency_in(cell.text) and any(map(_names_percent, texts)):
            return Value(ValueKind.PERCENT, value.number)
        return value

    def _over(self, cell: Cell) -> tuple[Cell, ...]:
        """Return the heads over a cell, top first; one that is said twice in a row is one."""
        columns = range(cell.column, cell.column + cell.column_span)
        # A dictionary keeps their order, and a head over several of these columns is met once for each.
        over = {head: None for column in columns for head in self.heads.get(column, ())}
        found: list[Cell] = []
        for head in sorted(over, key=lambda head: head.row) if cell.column_span > 1 else over:
            if head.row >= cell.row or (found and found[-1].text == head.text):
                continue
            place = self._index_replaced(head, found)
            found[place : place + 1] = [head]
        return tuple(found)

    def _index_replaced(self, head: Cell, found: Sequence[Cell]) -> int:
        """Return the place of the head that is replaced by one over the same columns further down the table;
        past the last where none is."""
        if head.row < self.header_rows:
            return len(found)
        same = (head.column, head.column_span)
        places = (at for at, other in enumerate(found) if (other.column, other.column_span) == same)
        return next(places, len(found))


def _names_percent(text: str) -> bool:
    """Return whether a head or a label says that its figures are percentages; a unit line that excepts them
    does not."""
    return _PERCENT.search(text) is not None and read_unit(text) is None


def _heads_by_column(block: Block) -> Mapping[int, Sequence[Cell]]:
    """Return the heads over each column, top first; those of the page before stand above all rows."""
    own = [cell for cell in block.cells if cell.header and cell.text]
    carried = block.heads_before.cells if block.heads_before else ()
    over: dict[int, list[Cell]] = {}
    for head in own or [head._replace(row=head.row - ABOVE) for head in carried if head.text]:
        for column in range(head.column, head.column + head.column_span):
            over.setdefault(column, []).append(head)
    return over


def _currencies(body: Sequence[Cell]) -> Mapping[int, str]:
    """Return the sign that stands in one of a column's cells: statements print it in the first alone."""
    found: dict[int, str] = {}
    for cell in body:
        if cell.column not in found and (sign := currency_in(cell.text)):
            found[cell.column] = sign
    return found


def _count_labels(body: Sequence[Cell]) -> int:
    """The first columns that hold the labels of rows: those left of the first column of figures, or one."""
    columns: dict[int, list[bool]] = {}
    for cell in body:
        if cell.column_span == 1:
            columns.setdefault(cell.column, []).append(_is_figure(cell))
    # Never the first column: a table of years has figures there that are its labels.
    figures = [at for at, found in sorted(columns.items()) if at and sum(found) > FIGURES * len(found)]
    return figures[0] if figures else 1


def _find_groups(body: Sequence[Cell], labels: int, heads: Mapping[int, Sequence[Cell]]) -> Sequence[int]:
    """Return the first column of each group of columns, where a list goes on beside itself: under the heads
    that it began with and with labels again, behind figures; or, without heads, with the names of
    fields. Most tables have one group."""
    if not heads:
        return [0, *(column for column in _columns_with_colons(body) if column > labels)]
    said = {column: tuple(head.text for head in over) for column, over in heads.items()}
    first = [said.get(column) for column in range(labels)]
    last = max(said, default=0)
    return [
        column
        for column in range(last + 1 if first[0] else 1)
        if column == 0
        or (
            column > labels
            and [said.get(column + at) for at in range(labels)] == first
            and not _counts(body, column)
        )
    ]


def _columns_with_colons(body: Sequence[Cell]) -> Sequence[int]:
    """Return the columns whose cells all end with a colon, as the names of a form's fields do."""
    texts: dict[int, list[str]] = {}
    for cell in body:
        texts.setdefault(cell.column, []).append(cell.text)
    return [
        column
        for column, found in sorted(texts.items())
        if len(found) > 1 and all(text.endswith(":") for text in found)
    ]


def _counts(body: Sequence[Cell], column: int) -> bool:
    """Return whether most cells of a column are figures."""
    found = [_is_figure(cell) for cell in body if cell.column == column]
    return sum(found) > FIGURES * len(found)


def _is_figure(cell: Cell) -> bool:
    return read_value(cell.text).kind in (ValueKind.NUMBER, ValueKind.PERCENT, ValueKind.NIL)


@dataclass(frozen=True, slots=True)
class _Section:
    """A row with a label alone; ``flat`` if the rows below it are not indented."""

    x0: float
    label: Cell
    flat: bool


def _row_paths(body: Sequence[Cell], labels: int, groups: Sequence[int]) -> Mapping[int, tuple[Cell, ...]]:
    rows: dict[int, list[Cell]] = {}
    for cell in body:
        for row in range(cell.row, cell.row + cell.row_span):
            rows.setdefault(row, []).append(cell)
    numbers = sorted(rows)
    paths: dict[int, tuple[Cell, ...]] = {}
    open_sections: list[_Section] = []
    before: tuple[Cell, ...] = ()
    for place, number in enumerate(numbers):
        cells = sorted(rows[number], key=lambda cell: cell.column)
        x0 = cells[0].box.x0
        alone = len(cells) == 1 and cells[0].column == 0
        open_sections = [each for each in open_sections if _holds(each, x0, alone)]
        own = tuple(cell for cell in cells if any(0 <= cell.column - first < labels for first in groups))
        before = () if alone else (*_labels_of_above(before, own, labels), *own)
        paths[number] = (*(each.label for each in open_sections), *(own if alone else before))
        if not alone and _TOTAL.match(cells[0].text):  # what follows is beside it, and no more in it
            open_sections = [each for each in open_sections if not each.flat]
        if alone:
            below = next(iter(sorted(rows[numbers[place + 1]])), None) if place + 1 < len(numbers) else None
            flat = below is not None and below.box.x0 <= x0 + DEEPER
            open_sections.append(_Section(x0, cells[0], flat))
    return paths


def _labels_of_above(above: Sequence[Cell], own: Sequence[Cell], labels: int) -> Sequence[Cell]:
    """Return the labels of the row above in the columns left of a row's first label: where labels stand in
    several columns, what is said once of several rows is left out in the further ones."""
    first = min((cell.column for cell in own), default=0)
    return [cell for cell in above if cell.column < min(first, labels)]


def _holds(section: _Section, x0: float, alone: bool) -> bool:
    """Whether a row that begins here is in a section that was open above it."""
    if x0 > section.x0 + DEEPER:
        return True
    return section.flat and not alone and x0 >= section.x0 - DEEPER
