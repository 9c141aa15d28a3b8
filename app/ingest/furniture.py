"""Running headers, footers and page numbers: text at a page's edge that recurs on the pages around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from app.core.model import Block, BlockKind, Box, Page

WINDOW = 7
"""Pages that are looked at together: left and right pages may differ, so three or more of each."""

AGAIN = 2
"""On so many others of them the text must stand."""

MARGIN = 0.12
"""Share of the page's height or width in which a block is at its edge."""

LONGEST = 200
"""Characters of a running header; a longer text is none."""

_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)

_Mark: TypeAlias = tuple[str, str]
"""The edge that a block stands at, and its text without numbers."""


def without_furniture(pages: Iterable[Page]) -> Iterator[Page]:
    """The pages without the blocks that recur at their edges; numbers may differ from page to page.

    Holds ``WINDOW`` pages at a time.
    """
    window: list[tuple[Page, dict[int, _Mark]]] = []
    done = 0
    for page in pages:
        if len(window) == WINDOW:
            del window[0]
            done -= 1
        window.append((page, _marks(page)))
        while len(window) == WINDOW and done <= WINDOW // 2:
            yield _cleared(window, done)
            done += 1
    for index in range(done, len(window)):
        yield _cleared(window, index)


def _cleared(window: Sequence[tuple[Page, dict[int, _Mark]]], index: int) -> Page:
    page, marks = window[index]
    others = [set(found.values()) for other, found in window if other is not page]
    recurring = {mark for mark in marks.values() if sum(mark in other for other in others) >= AGAIN}
    blocks = (block for number, block in enumerate(page.blocks) if marks.get(number) not in recurring)
    return replace(page, blocks=tuple(blocks))


def _marks(page: Page) -> dict[int, _Mark]:
    """The blocks that may be furniture, by their number on the page."""
    candidates = {number: block for number, block in enumerate(page.blocks) if _may_be(block)}
    if not candidates:
        return {}
    highest = min(candidates, key=lambda number: candidates[number].box.top)
    lowest = max(candidates, key=lambda number: candidates[number].box.bottom)
    found: dict[int, _Mark] = {}
    for number, block in candidates.items():
        edge = _edge(block.box, page)
        if not edge and number in (highest, lowest):
            edge = "top" if number == highest else "bottom"
        if edge:
            found[number] = edge, " ".join(_NUMBER.sub("", block.text).lower().split())
    return found


def _may_be(block: Block) -> bool:
    """Large type is a title, though it may come again: slides have one each."""
    small = block.kind in (BlockKind.TEXT, BlockKind.ITEM) or (
        block.kind is BlockKind.HEADING and block.level > 2
    )
    return small and len(block.text) <= LONGEST


def _edge(box: Box, page: Page) -> str:
    if box.bottom <= MARGIN * page.height:
        return "top"
    if box.top >= (1 - MARGIN) * page.height:
        return "bottom"
    if box.x1 <= MARGIN * page.width:
        return "left"
    return "right" if box.x0 >= (1 - MARGIN) * page.width else ""
