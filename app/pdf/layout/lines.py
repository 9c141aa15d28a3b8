"""Words to lines: pieces of one baseline, joined unless a gutter between columns parts them.

All coordinates here are a reader's: turned so that the text runs to the right (``words.upright``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf

from app.core.geometry import ON_ONE_ROW, Box, around
from app.pdf.pdfium.words import PlacedWord, upright

WIDE_GAP = 1.0
"""In ems: a gap that no justified line shows between its words."""

JOINED_GAP = 0.5
"""In ems: pieces this close belong together wherever they stand in the content stream."""

OVERLAP = 0.5
"""In ems: what pieces of one line may overlap by, as an index under an exponent does."""

REACH = 3
"""In heights of a line: where else on the page its neighbour may stand, above or below its top."""

SHARED_ROW = 0.3
"""Of the lower line's height: more than what lines that are set tight overlap by."""

MOST_PARTS = 8
"""Of a formula that are looked back at."""

APART = 0.5
"""In ems: the most white between the lines of a fraction."""


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
    found = [
        Line(group, box, group[0].order, group[-1].order)
        for group, box in _join_formulas(_group_as_written(words))
    ]
    return join(found, [pair for pair in neighbours(found) if _are_close(*pair)])


def _are_close(left: Line, right: Line) -> bool:
    em = max(left.size, right.size)
    return -OVERLAP * em <= right.box.x0 - left.box.x1 <= JOINED_GAP * em


def _group_as_written(words: Sequence[PlacedWord]) -> Iterator[tuple[list[PlacedWord], Box]]:
    """Words that were written one after the other on one row, and the box around them."""
    turned = bool(words) and words[0].style.direction != 0
    group: list[PlacedWord] = []
    x0 = top = x1 = bottom = size = 0.0
    for word in words:
        _, box, style, _ = word
        left, high, right, low = upright(box, style.direction) if turned else box
        em = max(style.size, size, 1.0)
        size = style.size
        if group and -OVERLAP * em <= left - x1 <= WIDE_GAP * em:
            lowest, highest = min(low, bottom), max(high, top)
            height, other_height = bottom - top, low - high
            if lowest - highest >= ON_ONE_ROW * (min(other_height, height)):
                group.append(word)
                x0, top = min(left, x0), min(high, top)
                x1, bottom = max(right, x1), max(low, bottom)
                continue
        if group:
            yield group, Box(x0, top, x1, bottom)
        group = [word]
        x0, top, x1, bottom = left, high, right, low
    if group:
        yield group, Box(x0, top, x1, bottom)


def _join_formulas(groups: Iterable[tuple[list[PlacedWord], Box]]) -> list[tuple[list[PlacedWord], Box]]:
    """Return the same with the parts of a formula as one, in the order in which they were written: a
    fraction's lines stand above and below the row that goes on behind it."""
    found: list[tuple[list[PlacedWord], Box]] = []
    for words, box in groups:
        start = _start_of_formula(found, words[0].style.size, box)
        found.append((words, box))
        if start < len(found) - 1:
            parts = found[start:]
            found[start:] = [([word for part, _ in parts for word in part], around(box for _, box in parts))]
    return found


def _start_of_formula(found: Sequence[tuple[list[PlacedWord], Box]], size: float, box: Box) -> int:
    """Where, among the last groups, the formula begins that a box of this type size goes on with; their
    number where there is none."""
    start = len(found)
    x0, top, x1, bottom = box
    for at in range(len(found) - 1, max(len(found) - MOST_PARTS, 0) - 1, -1):
        words, other = found[at]
        left, high, right, low = other
        other_size = words[0].style.size
        em = max(other_size, size)
        if top - low > APART * em or high - bottom > APART * em or left - x1 > em or x0 - right > em:
            break
        if box.shares_row(other, SHARED_ROW):
            start = at
        x0, top = min(left, x0), min(high, top)
        x1, bottom = max(right, x1), max(low, bottom)
    return start


def neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Each line with the nearest one to its right on its row."""
    ordered = sorted(lines, key=lambda line: line.box.top)
    boxes = [line.box for line in ordered]
    for place, box in enumerate(boxes):
        right = _to_the_right(boxes, place, box)
        if right is not None:
            yield ordered[place], ordered[right]


def _to_the_right(boxes: Sequence[Box], place: int, box: Box) -> int | None:
    """Return the nearest box to the right on the row of that at ``place``, of boxes sorted by their tops."""
    x0, top, _, bottom = box
    reach = REACH * (bottom - top)
    nearest, at_x = None, inf
    for rest in (range(place - 1, -1, -1), range(place + 1, len(boxes))):
        for at in rest:
            other = boxes[at]
            # Sorted by their tops: nothing further along can be on this row.
            if abs(other[1] - top) > reach:
                break
            if x0 < other[0] < at_x and box.shares_row(other):
                nearest, at_x = at, other[0]
    return nearest


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
