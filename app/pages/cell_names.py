"""What each cell of a table is called: its heads, the sections and labels of its row, and its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.cell_value import Value, ValueKind, currency_in, read_value
from app.core.page import Block, Cell

DEEPER = 1.0
"""Points: a label that begins so far right of another's is indented below it."""

FIGURES = 0.5
"""Share of a column's filled cells that are figures, where it is a column of them and no label."""


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell with its ``heads``, top first, its ``row_path``, the sections that its row stands in and the
    row's label, outermost first, and its ``value``; a head has none of these, and an empty cell no value."""

    cell: Cell
    heads: tuple[str, ...] = ()
    row_path: tuple[str, ...] = ()
    value: Value | None = None


def name_cells(block: Block) -> tuple[NamedCell, ...]:
    """Return the cells of a table block in their order, each with its names."""
    body = [cell for cell in block.cells if not cell.header and cell.text]
    heads = [cell for cell in block.cells if cell.header and cell.text]
    labels = _count_labels(body)
    paths = _row_paths(body, labels)
    return tuple(
        NamedCell(cell)
        if cell.header
        else _named(cell, _heads_of(cell, heads), paths.get(cell.row, ()), labels, body)
        for cell in block.cells
    )


def _named(
    cell: Cell, heads: tuple[str, ...], path: tuple[str, ...], labels: int, body: Sequence[Cell]
) -> NamedCell:
    if not cell.text:
        return NamedCell(cell, heads, path)
    if cell.column < labels:
        above = path[: path.index(cell.text)] if cell.text in path else ()
        return NamedCell(cell, heads, above, read_value(cell.text))
    unit = " ".join((*heads, *path, _currency_of(cell.column, body)))
    return NamedCell(cell, heads, path, read_value(cell.text, unit))


def _heads_of(cell: Cell, heads: Sequence[Cell]) -> tuple[str, ...]:
    found: list[str] = []
    for head in heads:
        over = head.column < cell.column + cell.column_span and cell.column < head.column + head.column_span
        if over and head.row < cell.row and found[-1:] != [head.text]:
            found.append(head.text)
    return tuple(found)


def _count_labels(body: Sequence[Cell]) -> int:
    """The first columns that hold the labels of rows: those left of the first column of figures, or one."""
    columns: dict[int, list[bool]] = {}
    for cell in body:
        if cell.column_span == 1:
            columns.setdefault(cell.column, []).append(_is_figure(cell))
    figures = [at for at, found in sorted(columns.items()) if at and sum(found) > FIGURES * len(found)]
    return figures[0] if figures else 1


def _is_figure(cell: Cell) -> bool:
    return read_value(cell.text).kind in (ValueKind.NUMBER, ValueKind.PERCENT, ValueKind.NIL)


def _currency_of(column: int, body: Sequence[Cell]) -> str:
    """The sign that stands in one of a column's cells: statements print it in the first alone."""
    return next((sign for cell in body if cell.column == column and (sign := currency_in(cell.text))), "")


@dataclass(frozen=True, slots=True)
class _Section:
    """A row with a label alone; ``flat`` if the rows below it are not indented."""

    x0: float
    text: str
    flat: bool


def _row_paths(body: Sequence[Cell], labels: int) -> Mapping[int, tuple[str, ...]]:
    rows: dict[int, list[Cell]] = {}
    for cell in body:
        for row in range(cell.row, cell.row + cell.row_span):
            rows.setdefault(row, []).append(cell)
    numbers = sorted(rows)
    paths: dict[int, tuple[str, ...]] = {}
    open_sections: list[_Section] = []
    for place, number in enumerate(numbers):
        cells = sorted(rows[number], key=lambda cell: cell.column)
        x0 = cells[0].box.x0
        alone = len(cells) == 1 and cells[0].column == 0
        open_sections = [each for each in open_sections if _holds(each, x0, alone)]
        own = tuple(cell.text for cell in cells if cell.column < labels)
        paths[number] = (*(each.text for each in open_sections), *own)
        if alone:
            below = next(iter(sorted(rows[numbers[place + 1]])), None) if place + 1 < len(numbers) else None
            flat = below is not None and below.box.x0 <= x0 + DEEPER
            open_sections.append(_Section(x0, cells[0].text, flat))
    return paths


def _holds(section: _Section, x0: float, alone: bool) -> bool:
    """Whether a row that begins here is in a section that was open above it."""
    if x0 > section.x0 + DEEPER:
        return True
    return section.flat and not alone and x0 >= section.x0 - DEEPER
