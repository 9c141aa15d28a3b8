"""Lists: the lines that begin an item, and how deep it stands.

A bullet says enough. A dash or a number may begin any line: it is believed in a row of its like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.core.process.patterns import defer_regex
from app.pages.text import BULLETS, DASH
from app.pdf.layout.lines import Line

SAME_X = 3.0
"""Points that the markers of one list may differ by. A fifth less or more changes none of 46 pages."""

LOOK_BACK = 40
"""Markers of the same kind among which the one before is looked for: lists stand inside others. A fifth less
or more changes none of 46 pages."""

DEEPEST = 6

_BULLET = defer_regex(f"[{BULLETS}]")
_ORDINAL = defer_regex(r"\(?([0-9]{1,3}|[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})[.)]")
_ROMAN = {"i": 1, "v": 5, "x": 10}


class Marker(NamedTuple):
    """What a line begins with: its kind, and its ordinal, from 1 (0 for a bullet or dash)."""

    kind: str
    ordinal: int


def is_bullet(marker: Marker) -> bool:
    """Return whether it says by itself that an item begins."""
    return bool(_BULLET.match(marker.kind))


def markers_of(line: Line) -> tuple[Marker, ...]:
    """Return the marker that a line begins with; two where "i." may be a letter or a number. None where
    the line is no more than that."""
    first = line.words[0].text
    # Some producers write a bullet and its text without a space between.
    if len(first) > 1 and _BULLET.match(first):
        return (Marker(first[0], 0),)
    # A number that stands alone is a page's, or the value of a cell.
    if len(line.words) < 2:
        return ()
    if _BULLET.fullmatch(first) or DASH.fullmatch(first):
        return (Marker(first, 0),)
    return tuple(_ordinals(first))


def _ordinals(first: str) -> Iterator[Marker]:
    found = _ORDINAL.fullmatch(first)
    if not found:
        return
    said = found[1]
    shape = first.replace(said, "")
    if said.isdecimal():
        yield Marker(f"1{shape}", int(said))
    elif len(said) == 1:
        yield Marker(f"{'a' if said.islower() else 'A'}{shape}", ord(said.lower()) - 96)
    # "i." may follow h or be the first of i, ii, iii: which row it stands in decides later.
    if set(said.lower()) <= _ROMAN.keys():
        yield Marker(f"{'i' if said.islower() else 'I'}{shape}", _roman(said.lower()))


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def item_starts(parts: Iterable[Sequence[Line]]) -> set[int]:
    """Return the ids of the lines that begin an item, of all parts of a page in reading order."""
    found: set[int] = set()
    rows: dict[str, list[tuple[Line, Marker]]] = {}
    for lines in parts:
        for line in lines:
            for marker in markers_of(line):
                if is_bullet(marker):
                    found.add(id(line))
                else:
                    rows.setdefault(marker.kind, []).append((line, marker))
    for row in rows.values():
        found |= _in_a_row(row)
    return found


def _in_a_row(marked: Sequence[tuple[Line, Marker]]) -> set[int]:
    """Return those of one kind of marker that stand below another of their kind, next in count."""
    found: set[int] = set()
    for at, (line, marker) in enumerate(marked):
        expected = marker.ordinal - 1 if marker.ordinal else 0
        # The nearest first: lists of one form follow each other, and each begins with 1.
        for other, before in reversed(marked[max(0, at - LOOK_BACK) : at]):
            if before.ordinal == expected and abs(other.box.x0 - line.box.x0) <= SAME_X:
                found |= {id(other), id(line)}
                break
    return found


def cut(lines: Sequence[Line], starts: set[int]) -> Iterator[tuple[bool, list[Line]]]:
    """The lines as items and what is none; a line that hangs below an item, indented or flush with its text,
    belongs to it."""
    piece: list[Line] = []
    is_item = False
    for line in lines:
        begins = id(line) in starts
        # What no longer hangs is text after the list.
        if piece and (begins or (is_item and not _hangs(piece, line))):
            yield is_item, piece
            piece, is_item = [], False
        is_item = is_item or begins
        piece.append(line)
    if piece:
        yield is_item, piece


def _hangs(item: Sequence[Line], line: Line) -> bool:
    """Return whether a line goes on with an item: not further left than its marker, or than its text where
    lines before hang there, too; a line back at the marker goes on while the one before is full."""
    marker = item[0].box.x0
    # The second line shows where text hangs: from there on the marker's place says no more.
    if len(item) > 1:
        return line.box.x0 >= item[1].box.x0 - SAME_X
    return line.box.x0 >= marker - SAME_X


class Depths:
    """How deep items stand, by the indent of those before them."""

    def __init__(self) -> None:
        self._indents: list[float] = []

    def of(self, x0: float) -> int:
        """Return the level, from 1, of the next item."""
        # An item further left ends every list that is deeper.
        while self._indents and x0 < self._indents[-1] - SAME_X:
            self._indents.pop()
        if not self._indents or x0 > self._indents[-1] + SAME_X:
            self._indents.append(x0)
        return min(len(self._indents), DEEPEST)

    def end(self) -> None:
        """What follows is another list."""
        self._indents = []
