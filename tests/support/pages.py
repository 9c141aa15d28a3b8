"""Pages made for one test, word by word, without a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from app.core.model import Block, BlockKind, Box, Page, Word

LINE = 12.0
"""Points from line to line; a block here has one line, however long."""


def text(words: str, *, top: float | None = None) -> Block:
    """A paragraph. Blocks stand below each other unless ``top`` says where."""
    return Block(BlockKind.TEXT, Box(72, -1 if top is None else top, 500, 0), text=words)


def heading(words: str, level: int = 2, *, top: float | None = None) -> Block:
    """A heading."""
    return Block(BlockKind.HEADING, Box(72, -1 if top is None else top, 500, 0), text=words, level=level)


def table(rows: Sequence[Sequence[str]]) -> Block:
    """A table."""
    cells = tuple(map(tuple, rows))
    return Block(BlockKind.TABLE, Box(72, -1, 500, 0), text="\n".join(map(" | ".join, cells)), rows=cells)


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
        placed.append(
            Block(block.kind, box, (start, len(words)), block.text, block.level, block.rows, block.image)
        )
    return Page(number, 595.0, 842.0, words=tuple(words), blocks=tuple(placed))
