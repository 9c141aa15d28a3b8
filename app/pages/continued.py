"""Tables over several pages. The part on a page continues that of the page before if only page edges are
between them, both have the same columns, and the second has no header of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.core.page import Block, BlockKind, CarriedHeads, Page, TableLink
from app.pages.captions import is_caption, is_note, says_continued

EDGE = 0.12
"""Share of the page's height in which running headers and footers stand."""

LOW, HIGH = 0.6, 0.35
"""Shares of the page's height: a table that goes on ends below the first, what carries it on begins above the
second."""

APART = 0.1
"""How far the edges of columns may differ, relative to the table's width, besides a shift of the whole
page. Without ruling lines the edges depend on the text."""

OWN = 0.5
"""Share of the columns that a header of its own names: a row with less is a heading between rows."""


def link_pages(pages: Iterable[Page]) -> Iterator[Page]:
    """Yield the pages in order, each as it comes; a table that carries on the last of the page before says
    so."""
    before: Page | None = None
    for page in pages:
        found = link(before, page) if before else page
        yield found
        before = found


def link(before: Page, page: Page) -> Page:
    """Return a page whose first table says that it carries on the last of the page before, where it does."""
    last, first = _last(before), first_table(page)
    # Pages may be chosen: nothing goes on over those that were left out.
    if before.number + 1 != page.number or last is None or first is None:
        return page
    one, other = before.blocks[last], page.blocks[first]
    repeated = _count_repeated_rows(one, other)
    if repeated is None or _other_caption(before, last, page, first) or not _same_columns(one, other):
        return page
    # Counted among tables alone, as a page's JSON lists them.
    place = sum(block.kind is BlockKind.TABLE for block in before.blocks[:last])
    cells = tuple(cell._replace(header=cell.row < repeated) for cell in other.cells)
    heads = None if repeated else _heads_of(before.number, one)
    carried = replace(
        other, cells=cells, continues=TableLink(before.number, place, repeated), heads_before=heads
    )
    return replace(page, blocks=(*page.blocks[:first], carried, *page.blocks[first + 1 :]))


def _heads_of(page: int, block: Block) -> CarriedHeads | None:
    """Return the heads that the rows of a part are read under, its own or those of the part before it."""
    own = tuple(cell for cell in block.cells if cell.header and cell.row < block.header_rows)
    return CarriedHeads(page, own) if own else block.heads_before


def may_be_linked(page: Page) -> bool:
    """Return whether a page's neighbours matter to it, or it to them: it begins or ends with a table."""
    return first_table(page) is not None or _last(page) is not None


def first_table(page: Page) -> int | None:
    """Return the place of the table that a page begins with, below its running header: it may carry one
    on."""
    for place, block in enumerate(page.blocks):
        if block.kind is BlockKind.TABLE:
            return place if block.cells and block.box.top <= HIGH * page.height else None
        edge = _at_edge(block, page)
        if not (edge or says_continued(block) or is_caption(block) or block.kind is BlockKind.FIGURE):
            return None
    return None


def _at_edge(block: Block, page: Page) -> bool:
    """Return whether a block stands where running headers and footers do."""
    return block.box.bottom <= EDGE * page.height or block.box.top >= (1 - EDGE) * page.height


def _last(page: Page) -> int | None:
    """Return the index of the table that a page ends with, above its notes and running footer; ``None`` if
    there is none."""
    for place in reversed(range(len(page.blocks))):
        block = page.blocks[place]
        if block.kind is BlockKind.TABLE:
            return place if block.cells and block.box.bottom >= LOW * page.height else None
        edge = _at_edge(block, page)
        if not (edge or is_note(block) or says_continued(block) or block.kind is BlockKind.FIGURE):
            return None
    return None


def _count_repeated_rows(one: Block, other: Block) -> int | None:
    """Return how many of the first rows of a part say the header of the part before again; ``None`` where
    it has a header of its own."""
    most = max(1, one.continues.repeated_rows if one.continues else one.header_rows)
    above, below = one.rows, other.rows
    if len(below) > most and _texts(above[:most]) == _texts(below[:most]):
        return most
    named = max((sum(map(bool, row)) for row in below[: other.header_rows]), default=0)
    return None if named > OWN * len(below[0]) else 0


def _texts(rows: Sequence[Sequence[str]]) -> list[str]:
    # A header that is said again may be broken into other lines, or be in capitals.
    return ["".join(cell.split()).casefold() for row in rows for cell in row]


def _other_caption(before: Page, last: int, page: Page, first: int) -> bool:
    """Return whether the second part has a caption that is not the first's."""
    one, other = _caption_name(before.blocks[:last][-2:]), _caption_name(page.blocks[:first])
    if other is None or any(says_continued(block) for block in page.blocks[:first]):
        return False
    return one != other


def _caption_name(blocks: Sequence[Block]) -> str | None:
    found = [block.of_table.names for block in blocks if is_caption(block)]
    return found[-1] if found else None


def _same_columns(one: Block, other: Block) -> bool:
    """Return whether two tables have as many columns, in the same places beside each other."""
    first, second = _edges(one), _edges(other)
    if len(first) != len(second) or len(first) < 2:
        return False
    # Left and right pages of a book have other margins: the table is shifted as a whole.
    width, shift = one.box.width, other.box.x0 - one.box.x0
    ends = [*zip(first, second, strict=True), (one.box.x1, other.box.x1)]
    return max(abs(b - a - shift) for a, b in ends) <= APART * width


def _edges(block: Block) -> list[float]:
    """Return the left edge of each column, from the cells that begin there."""
    lefts: dict[int, float] = {}
    for cell in block.cells:
        lefts[cell.column] = min(lefts.get(cell.column, cell.box.x0), cell.box.x0)
    return [lefts[column] for column in sorted(lefts)]
