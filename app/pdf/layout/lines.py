"""Words to lines: pieces of one baseline, joined unless a gutter between columns parts them.

All coordinates here are a reader's: turned so that the text runs to the right (``words.upright``).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.core.geometry import ON_ONE_ROW, Box, around
from app.pdf.native.library import PieceRules, library
from app.pdf.native.packed import address, make_room, pack, unpack_boxes
from app.pdf.pdfium.words import PlacedWord, upright

WIDE_GAP = 1.0
"""In ems: a gap that no justified line shows between its words. A fifth less or more changes none of 46
pages."""

JOINED_GAP = 0.5
"""In ems: pieces this close belong together wherever they stand in the content stream. A fifth less or more
changes 1 and 2 of 46 pages."""

OVERLAP = 0.5
"""In ems: what pieces of one line may overlap by, as an index under an exponent does. A fifth less or more
changes none of 46 pages."""

REACH = 3
"""In heights of a line: where else on the page its neighbour may stand, above or below its top. A fifth less
or more changes none of 46 pages."""

SHARED_ROW = 0.3
"""Of the lower line's height: more than what lines that are set tight overlap by. A fifth less or more
changes 1 and 0 of 46 pages."""

MOST_PARTS = 8
"""Of a formula that are looked back at. A fifth less or more changes none of 46 pages."""

APART = 0.5
"""In ems: the most white between the lines of a fraction. A fifth less or more changes 2 and 0 of 46
pages."""


PIECES = PieceRules(OVERLAP, WIDE_GAP, ON_ONE_ROW, SHARED_ROW, APART, MOST_PARTS)


class Line:
    """Words on one baseline from left to right. ``box`` is upright to the reader; ``order`` is the place of
    the first word in the content stream, ``last`` that of the word that was added last; ``size`` the type
    size that most of its letters have, in points; ``bold`` is whether most of them are; ``text`` its words
    with single spaces."""

    __slots__ = ("bold", "box", "last", "order", "size", "text", "words")

    def __init__(self, words: list[PlacedWord], box: Box, order: int, last: int) -> None:
        self.words = words
        self.box = box
        self.order = order
        self.last = last
        texts, _, styles, _ = zip(*words, strict=True)
        self.text = " ".join(texts)
        self.size = main_size(words)
        self.bold = styles[0].bold
        # Most lines have one style, and counting letters would be a loop for each.
        if styles.count(styles[0]) < len(styles):
            bold = sum([len(text) for text, style in zip(texts, styles, strict=True) if style.bold])
            self.bold = 2 * bold > len(self.text) + 1 - len(words)


def main_size(words: Sequence[PlacedWord]) -> float:
    """Return the type size that most letters of these words have, to half a point; at least 1."""
    styles = [word.style for word in words]
    # Most lines and many pages have one style: then nothing is counted.
    if styles and styles.count(styles[0]) == len(styles):
        return _to_half(styles[0].size) or 1.0
    letters: dict[float, int] = {}
    for text, _, style, _ in words:
        size = style.size
        letters[size] = letters.get(size, 0) + len(text)
    halves: dict[float, int] = {}
    for size, count in letters.items():
        half = _to_half(size)
        # Half points: producers scale type, and 9.96 and 10.02 are one size.
        halves[half] = halves.get(half, 0) + count
    # The larger of two that have as many letters, so that the result does not hang on their order.
    return max(halves, key=lambda size: (halves[size], size), default=0.0) or 1.0


def _to_half(size: float) -> float:
    return round(size * 2) / 2


def pieces(words: Sequence[PlacedWord]) -> list[Line]:
    """Words of one direction as pieces of lines: no wide gap within; the rest of a line may be elsewhere."""
    # As they were written first, by place second: what a producer wrote in one go is rarely in two columns.
    found = [Line(group, box, group[0].order, group[-1].order) for group, box in _group_as_written(words)]
    return join(found, [pair for pair in neighbours(found) if _are_close(*pair)])


def _are_close(left: Line, right: Line) -> bool:
    em = max(left.size, right.size)
    # Below zero: italics reach over the next letter, and kerning sets pieces into each other.
    return -OVERLAP * em <= right.box.x0 - left.box.x1 <= JOINED_GAP * em


def _group_as_written(words: Sequence[PlacedWord]) -> Iterator[tuple[list[PlacedWord], Box]]:
    """Words that were written one after the other on one row, and the box around them; the parts of a formula
    as one: a fraction's lines stand above and below the row that goes on behind it."""
    count = len(words)
    if not count:
        return
    _, boxes, styles, _ = zip(*words, strict=True)
    direction = styles[0].direction
    # Turned only where they must be: on most pages all words run to the right, and boxes would be made anew.
    if direction:
        boxes = tuple([upright(box, direction) for box in boxes])
    placed, sizes = pack(boxes), array("d", [style.size for style in styles])
    starts, around_them = make_room("i", count), make_room("d", 4 * count)
    number = library().pieces_read(
        PIECES, address(placed), address(sizes), count, address(starts), address(around_them)
    )
    ends = [*starts[1:number], count]
    for start, end, sides in zip(starts[:number], ends, unpack_boxes(around_them, number), strict=True):
        yield list(words[start:end]), sides


def neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Each line with the nearest one to its right on its row."""
    ordered = sorted(lines, key=lambda line: line.box.top)
    boxes, rights = pack([line.box for line in ordered]), make_room("i", len(ordered))
    library().neighbours_read(address(boxes), len(ordered), REACH, ON_ONE_ROW, address(rights))
    for line, right in zip(ordered, rights, strict=True):
        if right >= 0:
            yield line, ordered[right]


def join(lines: Sequence[Line], pairs: Iterable[tuple[Line, Line]]) -> list[Line]:
    """Return the lines with each (left, right) pair made one, in the content stream's order."""
    group = {id(line): [line] for line in lines}
    for left, right in pairs:
        if (one := group[id(left)]) is not (other := group[id(right)]):
            one += other
            group.update((id(line), one) for line in other)
    groups = {id(members): members for members in group.values()}.values()
    return sorted(map(_join_parts, groups), key=lambda line: line.order)


def _join_parts(parts: list[Line]) -> Line:
    # Most lines are one piece.
    if len(parts) == 1:
        return parts[0]
    across = sorted(parts, key=lambda line: line.box.x0)
    stacked = any(left.box.x1 > right.box.x1 for left, right in pairwise(across))
    parts = sorted(parts, key=lambda line: line.order) if stacked else across  # a formula reads as written
    return Line(
        [word for part in parts for word in part.words],
        around(part.box for part in parts),
        min(part.order for part in parts),
        max(part.last for part in parts),
    )
