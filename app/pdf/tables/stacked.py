"""Tables that stand below each other in the same columns and are one: lines across part its sections."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import count, islice

from app.core.geometry import around
from app.core.page import Cell
from app.pages.captions import CAPTION
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.headers import is_numeric
from app.pdf.tables.rows import Row, read_rows
from app.pdf.tables.ruled import Slot, Table, table_of

SIDES = 0.03
"""Of the wider one's width: how far the sides of two parts may differ."""

APART = 2.5
"""In heights of a line: the most white between two parts, or between one and a section's name."""

ONE_PIECE = 2.0
"""In heights of a line: less white parts no pieces of a section's name."""

FEWEST_COLUMNS = 3
"""Two columns are alike in many tables."""


def join_stacked(tables: Sequence[Table], words: Sequence[PlacedWord]) -> list[Table]:
    """The tables of a page, those that go on below others without heads of their own joined to them;
    ``words`` are the page's, of which the names of sections may stand between the parts."""
    joined = sorted(tables, key=lambda table: table.box.top)
    at = 0
    while at < len(joined):
        below, whole = _find_next(joined, at, words)
        if whole:
            joined[at] = whole
            del joined[below]
        else:
            at += 1
    return joined


def _find_next(tables: Sequence[Table], at: int, words: Sequence[PlacedWord]) -> tuple[int, Table | None]:
    """The index of the table that goes on with one, and both as one; ``None`` where none does."""
    above = tables[at]
    for index in range(at + 1, len(tables)):
        below = tables[index]
        if above.box.shared_width(below.box) > 0:
            return index, _join(above, below, words) if _may_go_on(above, below) else None
    return at, None


def _may_go_on(above: Table, below: Table) -> bool:
    width = max(above.box.width, below.box.width)
    if max(abs(above.box.x0 - below.box.x0), abs(above.box.x1 - below.box.x1)) > SIDES * width:
        return False
    columns = _count_columns(above)
    return (
        columns == _count_columns(below) >= FEWEST_COLUMNS
        and _has_no_heads(below)
        and _in_columns(above, below)
    )


def _count_columns(table: Table) -> int:
    return max(cell.column + cell.column_span for cell in table.cells)


def _has_no_heads(table: Table) -> bool:
    """Whether no row is heads, but for one with a section's name."""
    first = head_rows(table)
    heads = [cell for cell in table.cells if cell.row < first and cell.text]
    return len(heads) <= 1 and any(is_numeric(words) for _, words in _with_words(table))


def _in_columns(above: Table, below: Table) -> bool:
    """Whether the numbers of one table stand in the columns of the other."""
    lefts: dict[int, float] = {}
    for cell in above.cells:
        if cell.column_span == 1:
            lefts[cell.column] = min(lefts.get(cell.column, cell.box.x0), cell.box.x0)
    edges = [lefts[column] for column in sorted(lefts)][1:]
    numbers = [(cell, words) for cell, words in _with_words(below) if is_numeric(words)]
    return len(edges) == _count_columns(above) - 1 and all(
        bisect_right(edges, around(word.box for word in words).middle_x) == cell.column
        for cell, words in numbers
    )


def _join(above: Table, below: Table, words: Sequence[PlacedWord]) -> Table | None:
    """Both as one, with the section's name between them; ``None`` where something else is there, or much
    white."""
    height = min(word.box.height for word in below.words)
    between = _between(above, below, words)
    ends = [above.box.bottom, *(end for row in between for end in (row.top, row.bottom)), below.box.top]
    white = max(top - bottom for bottom, top in zip(ends[::2], ends[1::2], strict=True))
    if white > APART * height or len(between) > 1 or any(len(row.pieces) > 1 for row in between):
        return None
    name = [word for row in between for piece in row.pieces for word in piece.words]
    if CAPTION.match(" ".join(word.text for word in name)):
        return None
    return _stack(above, below, name)


def _between(above: Table, below: Table, words: Sequence[PlacedWord]) -> list[Row]:
    left, right = above.box.x0, above.box.x1
    taken = {word.order for table in (above, below) for word in (*table.words, *table.left_out)}
    inside = [
        word
        for word in words
        if word.order not in taken
        and above.box.bottom - word.box.height / 2 < word.box.middle_y < below.box.top + word.box.height / 2
        and left <= word.box.middle_x <= right
    ]
    return read_rows(inside, ONE_PIECE)


def _stack(above: Table, below: Table, name: Sequence[PlacedWord]) -> Table:
    slots = list(slots_of(above))
    heads = head_rows(above)
    rows = max(slot.row + slot.row_span for slot in slots)
    if not any(is_numeric(slot.words) for slot in slots):  # all of it are heads
        heads = rows
    box = around([above.box, below.box])
    if name:
        slots.append(Slot(rows, 0, around(word.box for word in name), 1, _count_columns(above), list(name)))
        rows += 1
    first = head_rows(below)
    for slot in slots_of(below):
        slot.header &= slot.row >= first
        slot.row += rows
        slots.append(slot)
    return table_of(box, slots, heads, (*above.left_out, *below.left_out))


def head_rows(table: Table) -> int:
    """How many of a table's first rows are heads."""
    heads = {cell.row for cell in table.cells if cell.header}
    return next(row for row in count() if row not in heads)


def slots_of(table: Table) -> Iterator[Slot]:
    """The cells of a table with their words, to be put together otherwise."""
    for cell, words in _with_words(table):
        yield Slot(cell.row, cell.column, cell.box, cell.row_span, cell.column_span, words, cell.header)


def _with_words(table: Table) -> Iterator[tuple[Cell, list[PlacedWord]]]:
    """Each cell with its words."""
    words = iter(table.words)
    for cell in table.cells:
        yield cell, list(islice(words, len(cell.text.split())))
