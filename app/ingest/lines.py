"""Words to lines: pieces of one baseline, joined unless a gutter between columns parts them.

All coordinates here are a reader's: turned so that the text runs to the right (``words.upright``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.model import Box
from app.ingest.words import PlacedWord, upright

WIDE_GAP = 1.0
"""In ems: a gap that no justified line shows between its words."""

JOINED_GAP = 0.5
"""In ems: pieces this close belong together wherever they stand in the content stream."""


@dataclass(slots=True)
class Line:
    """Words on one baseline from left to right. ``box`` is upright to the reader; ``order`` is the place of
    the first word in the content stream, ``last`` that of the word that was added last."""

    words: list[PlacedWord]
    box: Box
    order: int
    last: int

    @property
    def size(self) -> float:
        """The type size that most of its letters have, in points."""
        return main_size(self.words)

    @property
    def text(self) -> str:
        """Its words with single spaces."""
        return " ".join(word.text for word in self.words)


def main_size(words: Iterable[PlacedWord]) -> float:
    """The type size that most letters of these words have, to half a point; at least 1."""
    letters: dict[float, int] = {}
    for word in words:
        size = round(word.style.size * 2) / 2
        letters[size] = letters.get(size, 0) + len(word.text)
    return max(letters, key=lambda size: (letters[size], size), default=0.0) or 1.0


def pieces(words: Sequence[PlacedWord]) -> list[Line]:
    """Words of one direction as pieces of lines: no wide gap within; the rest of a line may be elsewhere."""
    found: list[Line] = []
    for word in words:
        box = upright(word.box, word.style.direction)
        if found and _continues(found[-1], word, box):
            _add(found[-1], word, box)
        else:
            found.append(Line([word], box, word.order, word.order))
    return join(found, [pair for pair in neighbours(found) if _close(*pair)])


def _close(left: Line, right: Line) -> bool:
    em = max(left.size, right.size)
    return -0.5 * em <= right.box.x0 - left.box.x1 <= JOINED_GAP * em


def _continues(line: Line, word: PlacedWord, box: Box) -> bool:
    em = max(word.style.size, line.words[-1].style.size, 1.0)
    return on_one_row(line.box, box) and -0.5 * em <= box.x0 - line.box.x1 <= WIDE_GAP * em


def on_one_row(one: Box, other: Box) -> bool:
    """Whether the lower of two boxes shares at least half its height with the other."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _add(line: Line, word: PlacedWord, box: Box) -> None:
    line.words.append(word)
    line.box = around((line.box, box))
    line.last = word.order


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of these."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(min(x0s), min(tops), max(x1s), max(bottoms))


def neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Each line with the nearest one to its right on its row."""
    ordered = sorted(lines, key=lambda line: line.box.top)
    for place, line in enumerate(ordered):
        row = _row(ordered, place)
        right = [other for other in row if other.box.x0 > line.box.x0 and other is not line]
        if right:
            yield line, min(right, key=lambda other: other.box.x0)


def _row(ordered: Sequence[Line], place: int) -> list[Line]:
    """The lines on one row with that at ``place``, of lines sorted by their tops."""
    line = ordered[place]
    height = line.box.bottom - line.box.top
    found = []
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(ordered) and abs(ordered[at].box.top - line.box.top) <= 3 * height:
            if on_one_row(line.box, ordered[at].box):
                found.append(ordered[at])
            at += step
    return found


def join(lines: Sequence[Line], pairs: Iterable[tuple[Line, Line]]) -> list[Line]:
    """The lines with each (left, right) pair made one, in the content stream's order."""
    group = {id(line): [line] for line in lines}
    for left, right in pairs:
        if (one := group[id(left)]) is not (other := group[id(right)]):
            one += other
            group.update((id(line), one) for line in other)
    groups = {id(members): members for members in group.values()}.values()
    return sorted(map(_joined, groups), key=lambda line: line.order)


def _joined(parts: list[Line]) -> Line:
    across = sorted(parts, key=lambda line: line.box.x0)
    stacked = any(left.box.x1 > right.box.x1 for left, right in pairwise(across))
    parts = sorted(parts, key=lambda line: line.order) if stacked else across  # a formula reads as written
    return Line(
        [word for part in parts for word in part.words],
        around(part.box for part in parts),
        min(part.order for part in parts),
        max(part.last for part in parts),
    )
