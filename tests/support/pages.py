"""Pages made for one test, word by word, without a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Cell, Page
from app.pages.captions import mark_near_tables

LINE = 12.0
"""Points from line to line; a block here has one line, however long."""


def text(words: str, *, top: float | None = None) -> Block:
    """A paragraph. Blocks stand below each other unless ``top`` says where."""
    return Block(BlockKind.TEXT, Box(72, -1 if top is None else top, 500, 0), text=words)


def heading(words: str, level: int = 2, *, top: float | None = None) -> Block:
    """A heading."""
    return Block(BlockKind.HEADING, Box(72, -1 if top is None else top, 500, 0), text=words, level=level)


def table(rows: Sequence[Sequence[str]], headers: int = 0) -> Block:
    """A table whose first rows are headers."""
    cells = cells_of(rows, headers)
    return Block(BlockKind.TABLE, Box(72, -1, 500, 0), text="\n".join(map(" | ".join, rows)), cells=cells)


def cells_of(rows: Sequence[Sequence[str]], headers: int = 0) -> tuple[Cell, ...]:
    """Cells of rows of texts, 100 points wide and 10 high."""
    return tuple(
        Cell(y, x, text, Box(100.0 * x, 10.0 * y, 100.0 * x + 100, 10.0 * y + 10), header=y < headers)
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    )


def page(number: int, *blocks: Block) -> Page:
    """An A4 page with these blocks: each gets its words, side by side on one line, and their box."""
    words: list[Word] = []
    placed: list[Block] = []
    for line, block in enumerate(blocks):
        top = block.box.top if block.box.top >= 0 else 120 + LINE * line
        parts = (
            [*chain.from_iterable(cell.split() for row in block.rows for cell in row)]
            if block.rows
            else block.text.split()
        )
        start = len(words)
        words += [Word(part, Box(72.0 + n, top, 73.0 + n, top + 10)) for n, part in enumerate(parts)]
        box = Box(72.0, top, 72.0 + len(parts), top + 10)
        placed.append(replace(block, box=box, words=(start, len(words))))
    return Page(number, 595.0, 842.0, words=tuple(words), blocks=mark_near_tables(placed))
