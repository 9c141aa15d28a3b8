"""Where ruling lines cross, and the cells that they enclose: pdfplumber's geometry, without its dicts.

Two lines meet where they come within a tolerance of each other; a cell is the smallest rectangle to the right
and below a crossing whose corners are crossings that lines join.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling

TOLERANCE = 3.0
"""Points between lines that are meant to meet: pdfplumber's default."""

MOST_CROSSINGS = 3_000
"""The search for cells is quadratic in them; a full page of 60 rows and 15 columns has 976."""

MOST_PAIRS = 1_000_000
"""Of an upright and a level line: a drawing has more, a table does not."""

FEWEST_LINES = 5
"""Of two cells beside or below each other."""

Line = tuple[float, float, float]
"""A place across, and from where to where along, an axis."""

ReadCells = Callable[[Sequence[Ruling], float], list[Box]]
"""``read_cells``, or its like."""

Point = tuple[float, float]
Crossings = dict[Point, tuple[set[int], set[int]]]
"""The numbers of the upright and of the level lines that meet at each point."""


def cells_of(rulings: Sequence[Ruling], reach: float, read: ReadCells) -> list[list[Box]]:
    """The cells that the lines enclose, in groups that share corners: from top to bottom, of two or more.

    ``reach`` is how many points a line may stop short of another that it meets or goes on as.
    """
    groups = [group for group in _groups(read(rulings, reach)) if len(group) > 1]
    return sorted(groups, key=lambda group: min((cell.top, cell.x0) for cell in group))


def read_cells(rulings: Sequence[Ruling], reach: float) -> list[Box]:
    """The cells that the lines enclose, from left to right; none where the lines are too many for a table."""
    lines: tuple[list[Line], list[Line]] = ([], [])
    for x0, top, x1, bottom in rulings:
        if bottom - top > x1 - x0:
            lines[0].append((x0, top, bottom))
        else:
            lines[1].append((top, x0, x1))
    upright, level = (_joined(_snapped(each), reach) for each in lines)
    if len(upright) * len(level) > MOST_PAIRS or len(upright) + len(level) < FEWEST_LINES:
        return []
    crossings = _crossings(upright, level, reach)
    return list(_cells(crossings)) if len(crossings) <= MOST_CROSSINGS else []


def _snapped(lines: Iterable[Line]) -> list[Line]:
    """The lines; those nearly on one place stand exactly on it."""
    ordered = sorted(lines)
    found: list[Line] = []
    start = 0
    for at in range(1, len(ordered) + 1):
        if at == len(ordered) or ordered[at][0] - ordered[at - 1][0] > TOLERANCE:
            cluster = ordered[start:at]
            place = round(sum([each[0] for each in cluster]) / len(cluster), 2)
            found += [(place, first, last) for _, first, last in cluster]
            start = at
    return found


def _joined(lines: Iterable[Line], reach: float) -> list[Line]:
    """The lines, in one where they follow each other; those too short to part cells are left out."""
    found: list[Line] = []
    for place, first, last in sorted(lines):
        if found and place == found[-1][0] and first <= found[-1][2] + reach:
            if last > found[-1][2]:
                found[-1] = place, found[-1][1], last
        else:
            found.append((place, first, last))
    return [line for line in found if line[2] - line[1] >= TOLERANCE]


def _crossings(upright: Sequence[Line], level: Sequence[Line], reach: float) -> Crossings:
    found: Crossings = {}
    heights = [y for y, _, _ in level]
    for number, (x, top, bottom) in enumerate(upright):
        near = range(bisect_left(heights, top - 2 * reach), bisect_right(heights, bottom + 2 * reach))
        for other in near:
            y, x0, x1 = level[other]
            if top <= y + reach and bottom >= y - reach and x0 - reach <= x <= x1 + reach:
                meeting = found.get((x, y))
                if meeting is None:
                    meeting = found[x, y] = set(), set()
                meeting[0].add(number)
                meeting[1].add(other)
    return found


def _cells(crossings: Crossings) -> Iterator[Box]:
    below: dict[float, list[float]] = {}
    beside: dict[float, list[float]] = {}
    for x, y in sorted(crossings):
        below.setdefault(x, []).append(y)
        beside.setdefault(y, []).append(x)
    for x, y in sorted(crossings):
        bottoms, rights = below[x], beside[y]
        lower = bottoms[bisect_right(bottoms, y) :]
        if cell := _cell(crossings, (x, y), lower, rights[bisect_right(rights, x) :]):
            yield cell


def _cell(
    crossings: Crossings, corner: Point, bottoms: Iterable[float], rights: Iterable[float]
) -> Box | None:
    """The smallest cell below and to the right of a corner."""
    x, y = corner
    upright, level = crossings[corner]
    reached = [right for right in rights if not level.isdisjoint(crossings[right, y][1])]
    for bottom in bottoms:
        left_side, floor = crossings[x, bottom]
        if upright.isdisjoint(left_side):
            continue
        for right in reached:
            opposite = crossings.get((right, bottom))
            if not opposite or opposite[1].isdisjoint(floor):
                continue
            if not opposite[0].isdisjoint(crossings[right, y][0]):
                return Box(x, y, right, bottom)
    return None


def _groups(cells: Sequence[Box]) -> list[list[Box]]:
    """Cells that share corners, together."""
    at: dict[Point, list[Box]] = {}
    for cell in cells:
        for corner in _corners(cell):
            at.setdefault(corner, []).append(cell)
    groups: list[list[Box]] = []
    seen: set[Box] = set()
    for cell in cells:
        if cell in seen:
            continue
        seen.add(cell)
        group = [cell]
        for member in group:  # it grows
            fresh = {other for corner in _corners(member) for other in at[corner]} - seen
            seen |= fresh
            group += fresh
        groups.append(group)
    return groups


def _corners(cell: Box) -> tuple[Point, Point, Point, Point]:
    x0, top, x1, bottom = cell
    return (x0, top), (x1, top), (x0, bottom), (x1, bottom)
