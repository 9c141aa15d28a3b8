"""A table's cells as Markdown and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from itertools import groupby
from typing import TypeAlias

from app.core.page import Block, Cell
from app.core.process.patterns import defer_regex
from app.core.unit import says_only_a_unit
from app.pages.cell_names import NamedCell, name_cells
from app.pages.markdown import on_one_line

SEPARATOR = " › "
"""Between a head and the one below it."""

_BARS = defer_regex(r"(\\*)(\||$)")


def markdown_cell(text: str) -> str:
    """Return a cell's text on one line, escaped, with its vertical bars, so that it cannot split the cell."""
    return _BARS.sub(lambda found: 2 * found[1] + ("\\|" if found[2] else ""), on_one_line(text))


def table_markdown(block: Block) -> str:
    """Return a table block as GitHub's Markdown, which has no spans and one row of heads: each column's are
    joined there, top first."""
    rows = flat_rows(block)
    lines = ["| " + " | ".join(map(markdown_cell, row)) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def flat_rows(block: Block) -> list[tuple[str, ...]]:
    """Return the texts of a table, row by row, its header as one: "Nine Months Ended › 2023"."""
    # One row or none is what Markdown has.
    rows, headers = list(block.rows), block.header_rows
    if headers < 2:
        return rows
    unit = _unit_of_all(block)
    heads = [cell for cell in block.cells if cell.row < headers and cell.text and cell != unit]
    corner, *others = (join_heads(heads, column) for column in range(len(rows[0])))
    return [(corner or (unit.text if unit else ""), *others), *rows[headers:]]


def _unit_of_all(block: Block) -> Cell | None:
    """Return the head that stands alone in its line and says what all figures of a table are counted in: it
    is said once, in the corner or as the caption, and not over each column. ``None`` if there is none."""
    heads = [cell for cell in block.cells if cell.header and cell.text and cell.row < block.header_rows]
    for head in heads:
        others = (other for other in heads if other is not head)
        alone = all(not other.row <= head.row < other.row + other.row_span for other in others)
        if alone and head.row_span == 1 and len(heads) > 1 and says_only_a_unit(head.text):
            return head
    return None


def join_heads(heads: Sequence[Cell], column: int) -> str:
    """Return the texts of the heads over a column in one, top first; one that is said twice once."""
    over = [head.text for head in heads if head.column <= column < head.column + head.column_span]
    # A head that reaches over several rows stands in each of them.
    return SEPARATOR.join(dict.fromkeys(over))


def table_html(block: Block, named: Sequence[NamedCell] | None = None) -> str:
    """Return a table block as HTML with all text escaped, as a screen reader tells cells: spans are kept,
    heads are ``<th>`` over their columns and labels over their rows, and each section begins a ``<tbody>``
    that its name heads; what all figures are counted in is the caption. ``named`` may be its cells
    with their names, where those are known."""
    headers, width = block.header_rows, len(block.rows[0]) if block.cells else 0
    rows = list(_by_row(name_cells(block) if named is None else named))
    unit = _unit_of_all(block)
    heads = [row for at, row in enumerate(rows[:headers]) if unit is None or at != unit.row]
    head, *bodies = _parts(heads, rows[headers:])
    inside = _part_html("thead", head, width) + "".join(_part_html("tbody", body, width) for body in bodies)
    caption = f"<caption>{escape(unit.text)}</caption>" if unit else ""
    return f"<table>{caption}{inside}</table>"


Rows: TypeAlias = Sequence[Sequence[NamedCell]]


def _parts(head: Rows, body: Rows) -> Iterator[Rows]:
    """Yield the heads, then the groups of rows that sections begin; one group where a cell covers several
    rows, which cannot reach into another."""
    yield head
    if any(each.cell.row_span > 1 for row in body for each in row):
        # A cell may not reach over the end of a <tbody>: the browser would cut it.
        yield body
        return
    group: list[Sequence[NamedCell]] = []
    for row in body:
        if group and _section(row):
            yield group
            group = []
        group.append(row)
    yield group


def _section(row: Sequence[NamedCell]) -> NamedCell | None:
    """Return the label of a row that has nothing else: the name of what follows."""
    filled = [each for each in row if each.cell.text]
    return filled[0] if len(filled) == 1 < len(row) and filled[0].is_label else None


def _part_html(name: str, rows: Rows, width: int) -> str:
    inside = "".join(map(partial(_row_html, width=width), rows))
    return f"<{name}>{inside}</{name}>" if rows else ""


def _by_row(cells: Sequence[NamedCell]) -> Iterator[list[NamedCell]]:
    """Yield the cells that begin in each row; none for a row that is covered by cells from above."""
    found = {row: list(group) for row, group in groupby(cells, key=lambda each: each.cell.row)}
    for row in range(max((each.cell.row + each.cell.row_span for each in cells), default=0)):
        yield found.get(row, [])


def _row_html(row: Sequence[NamedCell], width: int) -> str:
    # A row of its own for a screen reader: the name is said before each row that follows.
    section = _section(row)
    if section and section.cell.column == 0 and section.cell.row_span == 1:
        return f"<tr>{_cell_html('th', section.cell._replace(column_span=width), 'rowgroup')}</tr>"
    return f"<tr>{''.join(_named_html(each) for each in row)}</tr>"


def _named_html(named: NamedCell) -> str:
    cell = named.cell
    if cell.header and cell.text:
        return _cell_html("th", cell, "colgroup" if cell.column_span > 1 else "col")
    if named.is_label:
        return _cell_html("th", cell, "rowgroup" if cell.row_span > 1 else "row")
    return _cell_html("td", cell)


def _cell_html(name: str, cell: Cell, scope: str = "") -> str:
    said = f' scope="{scope}"' if scope else ""
    spans = "".join(
        f' {side}="{count}"'
        for side, count in (("rowspan", cell.row_span), ("colspan", cell.column_span))
        if count > 1
    )
    return f"<{name}{said}{spans}>{escape(cell.text)}</{name}>"
