"""Headings of one type have one level in a range of pages, whether they have a number or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.core.page import Block, BlockKind, Page
from app.pdf.layout.headings import number_depth

BY_SIZE = 3
"""The deepest level that large type gives; deeper ones are of bold type, which sections and the paragraphs in
them may share."""


def set_levels(pages: Iterable[Page]) -> Iterator[Page]:
    """Yield the pages with each heading in large type that has no number at the level of the numbered ones
    of its size, where those before it have one: "References" stands beside "7 Conclusion", not under it."""
    numbered: dict[float, set[int]] = {}
    for page in pages:
        blocks = tuple(_set_level(block, numbered) for block in page.blocks)
        yield page if blocks == page.blocks else replace(page, blocks=blocks)


def _set_level(block: Block, numbered: dict[float, set[int]]) -> Block:
    if block.kind is not BlockKind.HEADING or not block.size:
        return block
    size = round(block.size, 1)
    if number_depth(block.text):
        numbered.setdefault(size, set()).add(block.level)
        return block
    levels = numbered.get(size, set())
    return replace(block, level=min(levels)) if block.level <= BY_SIZE and len(levels) == 1 else block
