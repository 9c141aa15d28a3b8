"""What is filled into a form, as words of the page: each beside the label that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.core.geometry import Box
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord, upright

LARGEST = 12.0
"""Points of type in a field, where its box would take more."""

LETTER = 0.5
"""Width of a letter in ems, on average."""

LINE_STEP, TYPE_OF_STEP = 1.2, 0.75
"""From line to line in type sizes, and the type size in a line's height, in a field with room for several."""

SEVERAL_LINES = 2.4
"""In type sizes: a field of this height has room for more than one line."""

TOUCHING = 2.0
"""Points by which a label may reach into its field's rectangle."""

NEAR = 250.0
"""Points between a field and the label before it."""


class Value(NamedTuple):
    """A text that shows in a rectangle (left, bottom, right, top in user space); ``ticked`` is a box whose
    label stands behind it."""

    text: str
    rectangle: tuple[float, float, float, float]
    frame: Frame
    ticked: bool

    def words(self) -> list[PlacedWord]:
        """Return the words, each with a part of the rectangle: pdfium does not say where it shows them."""
        left, bottom, right, top = self.rectangle
        width, height = max(right - left, 1.0), max(top - bottom, 1.0)
        lines = list(self._lines(width, height))
        step = height if len(lines) == 1 else min(height / max(len(lines), 1), LINE_STEP * LARGEST)
        size = min(LARGEST, TYPE_OF_STEP * step)
        style = Style(size, False, self.frame.matrix.direction()[0], False, "")
        found: list[PlacedWord] = []
        for number, line in enumerate(lines):
            letter = min(LETTER * size, width / len(line))
            y = top - number * step
            at = 0
            for word in line.split():
                start = line.index(word, at)
                at = start + len(word)
                box = self.frame.matrix.box(left + start * letter, y - step, left + at * letter, y)
                found.append(PlacedWord(word, Box(*(round(side, 2) for side in box)), style, 0))
        return found

    def _lines(self, width: float, height: float) -> Iterator[str]:
        """The text cut at its line ends, and where the rectangle is high enough, to its width."""
        room = max(int(width / (LETTER * LARGEST)), 1) if height > SEVERAL_LINES * LARGEST else len(self.text)
        for given in self.text.split("\n"):
            line = ""
            for word in given.split():
                if line and len(line) + 1 + len(word) > room:
                    yield line
                    line = word
                else:
                    line = f"{line} {word}".strip()
            if line:
                yield line


def with_values(placed: list[PlacedWord], values: Sequence[Value]) -> list[PlacedWord]:
    """Return the words of a page with those of the values: in its order, after their label or before it."""
    if not values:
        return placed
    inserted: list[tuple[float, int, PlacedWord]] = [(word.order, -1, word) for word in placed]
    for number, value in enumerate(values):
        words = value.words()
        if words:
            place = _place(words, placed, ticked=value.ticked)
            inserted += [(place, number, word) for word in words]
    # By number, too: the words of one value have one place and must stay together.
    ordered = sorted(inserted, key=lambda item: item[:2])
    return [word._replace(order=order) for order, (_, _, word) in enumerate(ordered)]


def _place(words: Sequence[PlacedWord], placed: Sequence[PlacedWord], *, ticked: bool) -> float:
    """Return where in the order of the page's words: half a step behind the label, or before that of a
    box."""
    direction = words[0].style.direction
    box = upright(words[0].box, direction)
    others = [
        (upright(word.box, direction), word.order) for word in placed if word.style.direction == direction
    ]
    row = [(other, order) for other, order in others if other.shares_row(box)]
    behind = [(other.x0 - box.x1, order) for other, order in row if 0 <= other.x0 - box.x0 <= NEAR]
    # A box stands before what it ticks, other fields behind their label.
    if ticked and behind:
        return min(behind)[1] - 0.5
    before = [(box.x0 - other.x1, -order) for other, order in row if -TOUCHING <= box.x0 - other.x1 <= NEAR]
    above = [
        (box.top - other.bottom, -order)
        for other, order in others
        if other.bottom <= box.top + TOUCHING and other.x0 <= box.x1 and other.x1 >= box.x0
    ]
    # On one row first: what is above a field may be the label of the field above it.
    nearest = min(before or above, default=None)
    return 0.5 - nearest[1] if nearest else len(placed) + 0.5
