"""A page's straight lines: which are drawn, those that go on as one, and those that a grid lacks at its
sides."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import compress, groupby, pairwise

from app.core.geometry import Box
from app.pdf.native.library import library
from app.pdf.native.packed import address, make_room, pack
from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables.crossings import TOLERANCE

ONE_PLACE = 1.0
"""Points between lines that go on as one."""

SHORTEST = 12.0
"""Points: a shorter level line ends no row."""

MOST_LINES = 400
"""Lines each way, after those that go on as one are joined: a drawing has more."""

FEWEST_OPEN = 3
"""Level lines that end below each other: those above and below two rows."""


def find_drawn(rulings: Sequence[Ruling], shades: Sequence[Box]) -> Sequence[Ruling]:
    """The lines that are no edge of a shaded area."""
    if not shades:
        return rulings
    lines, areas, drawn = pack(rulings), pack(shades), make_room("b", len(rulings))
    given = address(lines), len(rulings), address(areas), len(shades)
    if library().drawn_read(*given, address(drawn)) < 0:
        raise MemoryError
    return list(compress(rulings, drawn))


def join_level(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The level lines from top to bottom, those that go on as one joined."""
    return _join([line for line in rulings if not line.vertical], begin=0, end=2, across=1)


def join_upright(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The upright lines from left to right, those that go on as one joined."""
    return _join([line for line in rulings if line.vertical], begin=1, end=3, across=0)


def _join(lines: Sequence[Ruling], *, begin: int, end: int, across: int) -> list[Ruling]:
    """Lines of one direction in the order of their places across it; the numbers are those of a line's sides
    where it begins and ends, and of that which tells its place."""
    found: list[Ruling] = []
    # By whole points across: a line that is drawn in pieces wavers by hundredths, and its pieces must stay
    # together.
    for line in sorted(lines, key=lambda line: (round(line[across]), line[begin])):
        last = found[-1] if found else None
        if last and abs(last[across] - line[across]) <= ONE_PLACE and line[begin] <= last[end] + TOLERANCE:
            sides = list(last)
            sides[end] = max(last[end], line[end])
            found[-1] = Ruling(*sides)
        else:
            found.append(line)
    return sorted(found, key=lambda line: line[across])


# -- grids without a frame: level lines that end below each other, with nothing drawn along their ends ------


def close_sides(drawn: Sequence[Ruling]) -> list[Ruling]:
    """The upright lines that a grid lacks at its left and right side: between level lines that end below each
    other, where an upright line further in goes from the one to the other."""
    levels = [line for line in join_level(drawn) if line.x1 - line.x0 >= SHORTEST]
    uprights = join_upright(drawn)
    # Without an upright line inside, rules below each other are those of a paper's table or of a form.
    if not uprights or not FEWEST_OPEN <= len(levels) <= MOST_LINES or len(uprights) > MOST_LINES:
        return []
    lefts = [line.x0 for line in uprights]
    found: list[Ruling] = []
    for side in (0, 2):
        for ends in _below_each_other(levels, side):
            x = sum(line[side] for line in ends) / len(ends)
            found += [
                Ruling(x, above.top, x, below.top)
                for above, below in pairwise(ends)
                if _lacks_side(uprights, lefts, x, above, below)
            ]
    return found


def _below_each_other(levels: Sequence[Ruling], side: int) -> Iterator[list[Ruling]]:
    """Level lines that end at one place, 0 to the left and 2 to the right, from top to bottom."""
    ordered = sorted(levels, key=lambda line: line[side])
    group: list[Ruling] = []
    for line in ordered:
        if group and line[side] - group[-1][side] > 1:
            yield from _if_enough(group)
            group = []
        group.append(line)
    yield from _if_enough(group)


def _if_enough(group: Sequence[Ruling]) -> Iterator[list[Ruling]]:
    # Double rules are one: between them no row has room.
    ends = [next(same) for _, same in groupby(sorted(group, key=lambda r: r.top), key=lambda r: round(r.top))]
    if len(ends) >= FEWEST_OPEN:
        yield ends


def _lacks_side(
    uprights: Sequence[Ruling], lefts: Sequence[float], x: float, above: Ruling, below: Ruling
) -> bool:
    """Whether an upright line goes from one level line to the next further in, and none at their end."""
    top, bottom = above.top + TOLERANCE, below.top - TOLERANCE
    if bottom <= top:
        return False
    left, right = max(above.x0, below.x0), min(above.x1, below.x1)
    first, last = bisect_left(lefts, left - TOLERANCE), bisect_left(lefts, right + TOLERANCE)
    across = [line for line in uprights[first:last] if line.top <= top and line.bottom >= bottom]
    # What is drawn there already would be a second side, and a cell as wide as the tolerance.
    if any(abs(line.x0 - x) <= TOLERANCE for line in across):
        return False
    return any(left + TOLERANCE < line.x0 < right - TOLERANCE for line in across)
