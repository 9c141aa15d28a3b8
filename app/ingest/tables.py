"""Ruled tables: the cells that a page's ruling lines enclose, and the words that stand in them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.model import Box
from app.ingest.crossings import cells_of
from app.ingest.drawing import Ruling
from app.ingest.lines import around
from app.ingest.words import PlacedWord

FEWEST_UNRULED = 3
"""Lines that the cells of a ruled row must hold to be taken for rows of their own: two may wrap."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table's cells, row by row; ``None`` where a cell reaches in from above or the left."""

    box: Box
    rows: tuple[tuple[Box | None, ...], ...]

    def place(self, box: Box) -> tuple[int, int] | None:
        """Row and column, from 0, of the cell that the middle of a box stands in."""
        x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
        if not (self.box.x0 <= x <= self.box.x1 and self.box.top <= y <= self.box.bottom):
            return None
        tops = [next(cell.top for cell in row if cell) for row in self.rows]
        for row in reversed(range(bisect_right(tops, y))):  # a taller cell may begin further up
            for column, cell in enumerate(self.rows[row]):
                if cell and cell.x0 <= x <= cell.x1 and cell.top <= y <= cell.bottom:
                    return row, column
        return None


@dataclass(frozen=True, slots=True)
class Table:
    """A filled grid: its words cell by cell, row by row, and its rows as text."""

    box: Box
    words: tuple[PlacedWord, ...]
    rows: tuple[tuple[str, ...], ...]


def could_hold_table(rulings: Sequence[Ruling]) -> bool:
    """Whether lines enough are there for two cells: the gate before anything dearer."""
    vertical = sum(ruling.vertical for ruling in rulings)
    return vertical >= 2 and len(rulings) - vertical >= 2


def find_grids(rulings: Sequence[Ruling]) -> list[Grid]:
    """The grids of at least two rows and two columns that the lines enclose, from top to bottom."""
    if not could_hold_table(rulings):
        return []
    grids = [_grid(cells) for cells in cells_of(rulings)]
    return [grid for grid in grids if len(grid.rows) > 1 and len(grid.rows[0]) > 1]


def _grid(cells: Sequence[Box]) -> Grid:
    lefts = sorted({cell.x0 for cell in cells})
    rows: dict[float, dict[float, Box]] = {}
    for cell in sorted(cells, key=lambda cell: cell.top):
        rows.setdefault(cell.top, {})[cell.x0] = cell
    return Grid(around(cells), tuple(tuple(row.get(x) for x in lefts) for row in rows.values()))


def fill(grid: Grid, words: Iterable[PlacedWord]) -> Table:
    """Put the words into the cells that their middles stand in; words beside the grid are left out."""
    cells: list[list[list[PlacedWord]]] = [[[] for _ in row] for row in grid.rows]
    for word in words:
        if place := grid.place(word.box):
            cells[place[0]][place[1]].append(word)
    rows = [*cells[:1], *(part for row in cells[1:] for part in _unruled_rows(row))]  # headers are wrapped
    return Table(
        grid.box,
        tuple(word for row in rows for cell in row for word in cell),
        tuple(tuple(" ".join(word.text for word in cell) for cell in row) for row in rows),
    )


def _unruled_rows(row: list[list[PlacedWord]]) -> list[list[list[PlacedWord]]]:
    """The rows that stand in one ruled row without lines between: where most cells hold the same number of
    lines, at the same heights. A row of wrapped text has cells of different lengths."""
    columns = [_stacked(cell) for cell in row]
    counts = Counter(len(lines) for lines in columns if lines)
    count, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    if count < FEWEST_UNRULED or agreeing < max(2, 0.6 * counts.total()) or max(counts) > count:
        return [row]
    model = next(lines for lines in columns if len(lines) == count)
    middles = [_middle(line[0]) for line in model]
    parts: list[list[list[PlacedWord]]] = [[[] for _ in row] for _ in middles]
    for column, lines in enumerate(columns):
        for line in lines:
            nearest = min(range(count), key=lambda at: abs(middles[at] - _middle(line[0])))
            if abs(middles[nearest] - _middle(line[0])) > 0.5 * line[0].style.size:
                return [row]
            parts[nearest][column] += line
    return parts


def _stacked(words: Sequence[PlacedWord]) -> list[list[PlacedWord]]:
    """The words of a cell as lines, from top to bottom."""
    lines: list[list[PlacedWord]] = []
    for word in sorted(words, key=_middle):
        if lines and _middle(word) - _middle(lines[-1][-1]) <= 0.5 * word.style.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.order) for line in lines]


def _middle(word: PlacedWord) -> float:
    return (word.box.top + word.box.bottom) / 2
