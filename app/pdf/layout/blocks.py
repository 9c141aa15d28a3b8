"""Words to blocks in reading order: paragraphs, headings, items and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import accumulate, chain, compress, pairwise, repeat
from operator import itemgetter
from typing import Any

from app.core.geometry import Box, Word, around
from app.core.page import Block, BlockKind, rows_of
from app.core.writing.line_ends import ends_with_dash, is_cut, written_words
from app.core.writing.unspaced import joins_without_space
from app.pdf.layout.columns import gutters, has_gutter
from app.pdf.layout.lines import SHARED_ROW, Line, join, main_size, neighbours, pieces
from app.pdf.layout.median import find_median
from app.pdf.layout.roles import Roles
from app.pdf.native.library import OrderRules, library
from app.pdf.native.packed import address, make_room, pack
from app.pdf.pdfium.bidi import in_order, runs_to_the_left
from app.pdf.pdfium.bookmarks import Entry
from app.pdf.pdfium.words import PlacedWord, upright
from app.pdf.tables.ruled import Table

SAME_SIZE = 1.12
"""Of the smaller size: the type of one paragraph differs by no more. A fifth less or more changes 41 and 7 of
46 pages."""

STACKED = 0.5
"""Of the narrower's width: what two lines of one column share. A fifth less or more changes 3 and 1 of 46
pages."""

APART = 0.5
"""Of the lower's height: what two parts that stand below each other share at most. A fifth less or more
changes none of 46 pages."""

USUAL_PITCH = 1.2
"""Type sizes from line to line where a page does not tell. A fifth less or more changes none of 46 pages."""

WIDER_PITCH = 1.3
"""In usual distances from line to line, or in type sizes: within a paragraph none is wider. A fifth less or
more changes 18 and 9 of 46 pages."""

SHORT_LINE = 0.15
"""Of the column's width: a line that ends so far before its edge ends a paragraph, with a full stop. A fifth
less or more changes 3 and 6 of 46 pages."""

OPEN = 4
"""In type sizes: a paragraph that ended so far above takes no more lines. It only saves work, and may be
higher: none follows from further away than WIDER_PITCH times WIDEST_STEP."""

WIDEST_STEP = 3
"""In type sizes, from line to line, where the usual distance is measured: what is wider parts paragraphs. A
fifth less or more changes 3 and 2 of 46 pages."""

RECENT = 6
"""Lines back that a line may go on beside: a fraction has two, and stands in another. A fifth less or more
changes none of 46 pages."""

SHORTEST_NOTE = 8
"""Words: a page number or a running footer is none. A fifth less or more changes 0 and 4 of 46 pages."""


TEXT_AND_BOX = itemgetter(0, 1)
_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one: a page has thousands."""

ORDER = OrderRules(STACKED, APART)


@dataclass(slots=True)
class Part:
    """A block in the making. ``box`` is a reader's (see ``lines``); ``order`` its place in the stream."""

    box: Box
    order: int
    lines: list[Line]
    table: Table | None = None


def arrange(
    words: Sequence[PlacedWord], tables: Sequence[Table], entries: Sequence[Entry] = ()
) -> tuple[list[Word], list[Block]]:
    """All words of a page, block by block in reading order, and the blocks; ``entries`` are those of the
    outline that lead to the page."""
    in_tables = {word.order for table in tables for word in chain(table.words, table.left_out)}
    # The size of the body is that of all words: on a page of tables the notes around them would else set it.
    loose = [word for word in words if word.order not in in_tables]
    body = main_size(words)
    written = written_words(word.text for word in words)
    ordered: list[Word] = []
    blocks: list[Block] = []
    for direction in _directions(words):
        turned = [word for word in loose if word.style.direction == direction]
        whole = [table for table in tables if _direction_of(table) == direction]
        parts = _parts(turned, whole, direction)
        roles = Roles([part.lines for part in parts], body, entries)
        for part in parts:
            for block, block_words in _blocks(part, roles, len(ordered), written):
                blocks.append(block)
                ordered += block_words
    return ordered, blocks


def _directions(words: Sequence[PlacedWord]) -> list[int]:
    """The directions of the words, the most frequent first."""
    styles = [word.style for word in words]
    each = dict(zip(map(id, styles), styles, strict=True))  # words share them
    counts: dict[int, int] = {}
    for key, count in Counter(map(id, styles)).items():
        direction = each[key].direction
        counts[direction] = counts.get(direction, 0) + count
    # What is turned comes after the text, as a table's note or a stamp in the margin does.
    return sorted(counts, key=lambda direction: -counts[direction])


def _direction_of(table: Table) -> int:
    return _directions(table.words)[0]


def _parts(words: Sequence[PlacedWord], tables: Sequence[Table], direction: int) -> list[Part]:
    lines = pieces(words)
    pairs = list(neighbours(lines))
    # Before lines are joined: what stands on both sides of a gutter would be one line.
    strips = gutters(lines, pairs)
    lines = join(lines, [pair for pair in pairs if _in_one_go(pair) and not has_gutter(pair, strips)])
    parts = _paragraphs([_order_words(line) for line in lines], strips)
    for table in tables:
        order = min((word.order for word in table.words), default=0)
        parts.append(Part(upright(table.box, direction), order, [], table))
    return _reading_order(parts, strips)


def _in_one_go(pair: tuple[Line, Line]) -> bool:
    """Whether the right piece was written directly after the left: what has a wide gap between and was not
    belongs to two columns, or to a figure beside the text."""
    left, right = pair
    # Hebrew and Arabic are written from the right: the right piece comes first.
    if runs_to_the_left(right.text):
        left, right = right, left
    return right.order == left.last + 1


def _order_words(line: Line) -> Line:
    words = in_order(line.words)
    return line if words is line.words else Line(words, line.box, line.order, line.last)


# -- paragraphs ---------------------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[Line], strips: Sequence[Box]) -> list[Part]:
    """Lines that follow each other closely, in one column, in one type size.

    What the producer wrote in one go stays together; what it wrote elsewhere is put below what it continues.
    """
    pitch = _pitch(sorted(lines, key=lambda line: (line.box.top, line.box.x0)))
    parts: list[Part] = []
    # What ended far above takes no more lines: without this each line would be compared with all parts above.
    open_parts: list[Part] = []
    for run in sorted(_runs(lines, pitch, strips), key=lambda run: (run.box.top, run.box.x0)):
        first = run.lines[0]
        open_parts = [
            part for part in open_parts if first.box.top - part.lines[-1].box.top < OPEN * first.size
        ]
        above = [part for part in open_parts if _are_stacked(part.box, first.box)]
        # A paragraph of the column beside it may end as low: only those in one column are asked.
        nearest = max(above, key=lambda part: part.lines[-1].box.top, default=None)
        # A footnote's text and its number, or a paragraph over two columns of the stream, are written apart.
        if nearest and _follows(nearest, first, pitch):
            _extend_part(nearest, run.lines)
        else:
            parts.append(run)
            open_parts.append(run)
    return parts


def _runs(lines: Sequence[Line], pitch: float, strips: Sequence[Box]) -> list[Part]:
    """Paragraphs as the content stream has them: each line directly below the one before it, or, as the parts
    of a formula and the cells of a table row stand, beside it."""
    runs: list[Part] = []
    for line in sorted(lines, key=lambda line: line.order):
        if runs and (_follows(runs[-1], line, pitch) or _goes_on_beside(runs[-1], line, line, strips)):
            _extend_part(runs[-1], [line])
        else:
            runs.append(Part(line.box, line.order, [line]))
        if len(runs) > 1 and _goes_on_beside(runs[-2], runs[-1].lines[0], line, strips):
            last = runs.pop()  # a wrapped cell that begins above its row
            _extend_part(runs[-1], last.lines)
    return runs


def _goes_on_beside(run: Part, start: Line, line: Line, strips: Sequence[Box]) -> bool:
    """Whether what starts with a line was written directly after a run, and one of its lines shares part of a
    row with what ends the run: the lines of a fraction stand above and below the one that goes on after
    them."""
    if start.order != run.lines[-1].last + 1:
        return False
    return any(_beside_each_other(last.box, line.box, strips) for last in run.lines[-RECENT:])


def _beside_each_other(one: Box, other: Box, strips: Sequence[Box]) -> bool:
    return one.shares_row(other, SHARED_ROW) and not any(
        one.x1 <= strip.middle_x <= other.x0 for strip in strips
    )


def _extend_part(part: Part, lines: Sequence[Line]) -> None:
    part.lines += lines
    for line in lines:
        x0, top, x1, bottom = part.box
        left, high, right, low = line.box
        part.box = Box(
            min(left, x0),
            min(high, top),
            max(right, x1),
            max(low, bottom),
        )
        part.order = min(line.order, part.order)


def _pitch(ordered: Sequence[Line]) -> float:
    """The usual distance from line to line, in type sizes."""
    steps = [
        (below.box.top - line.box.top) / line.size
        for line, below in pairwise(ordered)
        if line.box.shared_width(below.box) > 0
        and line.size <= below.box.top - line.box.top <= WIDEST_STEP * line.size
    ]
    return find_median(steps) if steps else USUAL_PITCH


def _are_stacked(one: Box, other: Box) -> bool:
    """Whether two boxes stand in one column: they share half the width of the narrower. A line that juts out
    of its column shares less with the next."""
    return one.shared_width(other) > STACKED * min(one.width, other.width)


def _follows(part: Part, line: Line, pitch: float) -> bool:
    last = part.lines[-1]
    # The lesser of both: a raised letter makes a box begin higher, a lowered one end lower.
    step = min(line.box.top - last.box.top, line.box.bottom - last.box.bottom)
    sizes = sorted((last.size, line.size))
    # Where type changes a heading begins or ends, whatever the distance.
    if sizes[1] > SAME_SIZE * sizes[0] or last.bold != line.bold:
        return False
    if not 0 < step <= max(WIDER_PITCH * pitch, WIDER_PITCH) * line.size or not _are_stacked(
        last.box, line.box
    ):
        return False
    return not _starts_paragraph(part, last, line)


def _starts_paragraph(part: Part, last: Line, line: Line) -> bool:
    """Whether a line begins anew: after a line that ends short of the column with a full stop."""
    short = last.box.x1 < part.box.x1 - SHORT_LINE * part.box.width
    # All three: lines set ragged end short everywhere, and abbreviations end with a stop in the middle of a
    # line.
    return short and last.text.endswith((".", "!", "?", ":")) and line.text[:1].isupper()


# -- reading order ------------------------------------------------------------------------------------------


def _reading_order(parts: Sequence[Part], strips: Sequence[Box]) -> list[Part]:
    """Parts sorted so that what is above comes before what is below it, and a column before the one to its
    right; where neither decides, the content stream does."""
    before = _find_followers(parts, strips)
    waits = [0] * len(parts)
    for follower in chain.from_iterable(before):
        waits[follower] += 1
    ordered = [parts[i] for i in _sort_by_need(parts, before, waits)]
    # By place alone they would be put below the text, but a note that was written first is read as first.
    notes = _notes_written_first(parts)
    return [part for part in ordered if part.order < notes] + [
        part for part in ordered if part.order >= notes
    ]


def _notes_written_first(parts: Sequence[Part]) -> int:
    """The place in the stream where the page's text begins after its footnotes, 0 where they do not come
    first: some word processors write them so, and they stay where they were written."""
    written = sorted(parts, key=lambda part: part.order)
    below = accumulate((part.box.top for part in written), min)
    above = list(accumulate((part.box.bottom for part in reversed(written)), max))[::-1]
    words = list(accumulate(map(_length, written)))
    for top, bottom, length, part in zip(below, above[1:], words, written[1:], strict=False):
        if top >= bottom and length <= words[-1] / 2 and length >= SHORTEST_NOTE:
            return part.order
    return 0


def _length(part: Part) -> int:
    return len(part.table.words) if part.table else sum(len(line.words) for line in part.lines)


def _sort_by_need(parts: Sequence[Part], before: list[list[int]], waits: list[int]) -> Iterable[int]:
    ready = [(part.order, i) for i, part in enumerate(parts) if waits[i] == 0]
    heapify(ready)
    # A heap, as the content stream decides among all that are free: its order is right on most pages.
    left = set(range(len(parts)))
    while left:
        if not ready:  # a ring of parts that overlap: the topmost breaks it
            topmost = min(left, key=lambda i: (parts[i].box.top, i))
            ready = [(parts[topmost].order, topmost)]
        i = heappop(ready)[1]
        if i not in left:
            continue
        left.discard(i)
        yield i
        for j in before[i]:
            waits[j] -= 1
            if waits[j] == 0:
                heappush(ready, (parts[j].order, j))


def _find_followers(parts: Sequence[Part], strips: Sequence[Box]) -> list[list[int]]:
    """For each part the indices of those that come after it: below it in its column, and beyond a strip."""
    count = len(parts)
    boxes, between, found = pack([part.box for part in parts]), pack(strips), make_room("b", count)
    given = address(boxes), count
    strips_given = address(between), len(strips), address(found)
    # Each pair of parts is compared: of a page with 400 cells in loose words that is 160,000 comparisons.
    compare = library().followers_read
    followers = []
    for index in range(count):
        compare(ORDER, *given, index, *strips_given)
        followers.append(list(compress(range(count), found)))
    return followers


# -- blocks -------------------------------------------------------------------------------------------------


def _blocks(
    part: Part, roles: Roles, start: int, written: Collection[str]
) -> Iterator[tuple[Block, list[Word]]]:
    """The blocks of a part, whose words begin at ``start``."""
    if part.table:
        text = "\n".join(" | ".join(row) for row in rows_of(part.table.cells))
        block = Block(BlockKind.TABLE, part.table.box, text=text, cells=part.table.cells)
        yield _place_block(block, part.table.words, start)
        return
    for piece in roles.pieces(part.lines):
        placed = [word for line in piece.lines for word in line.words]
        text = _text(piece.lines, written)
        kind, level = roles.kind(piece, text)
        # upright lines have the boxes of their words, and there are fewer of them
        boxed: Sequence[Line | PlacedWord] = placed if placed[0].style.direction else piece.lines
        box = around([each.box for each in boxed])
        block = Block(kind, box, text=text, level=level, size=main_size(placed))
        yield _place_block(block, placed, start)
        start += len(placed)


def _place_block(block: Block, words: Sequence[PlacedWord], start: int) -> tuple[Block, list[Word]]:
    box = Box(*(round(side, 2) for side in block.box))
    slice_ = (start, start + len(words))
    return replace(block, box=box, words=slice_), list(map(_NEW, repeat(Word), map(TEXT_AND_BOX, words)))


def _text(lines: Sequence[Line], written: Collection[str] = frozenset()) -> str:
    """Lines as running text: words cut by a hyphen are whole again; ``written`` are words of the page."""
    parts = [lines[0].text]
    for line in lines[1:]:
        last, following = parts[-1], line.text
        # A dash that stays is part of the word, and takes no space behind it either.
        if ends_with_dash(last):
            if is_cut(last, following, written):
                parts[-1] = last[:-1]
        elif not joins_without_space(last, following):
            parts.append(" ")
        parts.append(following)
    return "".join(parts)
