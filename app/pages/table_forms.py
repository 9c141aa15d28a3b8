"""A table's cells as Markdown and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from app.core.page import Block, Cell
from app.pages.markdown import on_one_line

SEPARATOR = " › "
"""Between a head and the one below it."""

_BARS = re.compile(r"(\\*)(\||$)")


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
    rows, headers = list(block.rows), block.header_rows
    if headers < 2:
        return rows
    heads = [cell for cell in block.cells if cell.row < headers and cell.text]
    return [tuple(_joined_heads(heads, column) for column in range(len(rows[0]))), *rows[headers:]]


def _joined_heads(heads: Sequence[Cell], column: int) -> str:
    over = [head.text for head in heads if head.column <= column < head.column + head.column_span]
    return SEPARATOR.join(dict.fromkeys(over))


def table_html(block: Block) -> str:
    """Return a table block as HTML: spans are kept, header cells are ``<th>``, and all text is escaped."""
    headers = block.header_rows
    rows = [_row_html(cells) for cells in _by_row(block.cells)]
    parts = [("thead", rows[:headers]), ("tbody", rows[headers:])]
    inside = "".join(f"<{name}>{''.join(part)}</{name}>" for name, part in parts if part)
    return f"<table>{inside}</table>"


def _by_row(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Return the cells that begin in each row; none for a row that is covered by cells from above."""
    found = {row: list(group) for row, group in groupby(cells, key=lambda cell: cell.row)}
    for row in range(max((cell.row + cell.row_span for cell in cells), default=0)):
        yield found.get(row, [])


def _row_html(cells: Sequence[Cell]) -> str:
    return f"<tr>{''.join(map(_cell_html, cells))}</tr>"


def _cell_html(cell: Cell) -> str:
    name = "th" if cell.header else "td"
    spans = "".join(
        f' {side}="{count}"'
        for side, count in (("rowspan", cell.row_span), ("colspan", cell.column_span))
        if count > 1
    )
    return f"<{name}{spans}>{escape(cell.text)}</{name}>"
