"""Ruled tables: pdfplumber's geometry over the ruling lines that pdfium read.

pdfplumber's own reading of a page costs 84 ms of CPU, its geometry alone 5: it gets pdfium's lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from app.core.model import Box
from app.ingest.drawing import Ruling
from app.ingest.words import PlacedWord

TOLERANCE = 3.0
"""Points between lines that are meant to meet: pdfplumber's default."""

MOST_CROSSINGS = 3_000
"""The search for cells is quadratic in them; a full page of 60 rows and 15 columns has 976."""

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
    from pdfplumber import table as plumber

    edges = plumber.merge_edges(_snapped(rulings), 0, 0, TOLERANCE, TOLERANCE)
    edges = [edge for edge in edges if max(edge["width"], edge["height"]) >= TOLERANCE]
    crossings = plumber.edges_to_intersections(edges, TOLERANCE, TOLERANCE)
    if len(crossings) > MOST_CROSSINGS:
        return []
    groups = plumber.cells_to_tables(plumber.intersections_to_cells(crossings))
    grids = [_grid(plumber.Table(None, cells)) for cells in groups]
    return [grid for grid in grids if len(grid.rows) > 1 and len(grid.rows[0]) > 1]


def _snapped(rulings: Sequence[Ruling]) -> list[dict[str, Any]]:
    """The lines as pdfplumber's edges; those nearly on one line stand exactly on it.

    pdfplumber's own snapping adds and subtracts floats, and lines that end an ulp apart never meet.
    """
    return [
        *_clustered([r for r in rulings if r.vertical], 0),
        *_clustered([r for r in rulings if not r.vertical], 1),
    ]


def _clustered(rulings: Sequence[Ruling], side: int) -> Iterator[dict[str, Any]]:
    """Lines of one orientation; ``side`` is the index of the coordinate that is to agree."""
    cluster: list[Ruling] = []
    for ruling in [*sorted(rulings, key=itemgetter(side)), None]:
        if cluster and (ruling is None or ruling[side] - cluster[-1][side] > TOLERANCE):
            place = round(sum(each[side] for each in cluster) / len(cluster), 2)
            yield from (_edge(each, place) for each in cluster)
            cluster = []
        if ruling:
            cluster.append(ruling)


def _edge(ruling: Ruling, place: float) -> dict[str, Any]:
    """A line in pdfplumber's words, moved to ``place`` across its direction."""
    x0, top, x1, bottom = ruling
    if ruling.vertical:
        x0 = x1 = place
    else:
        top = bottom = place
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "v" if ruling.vertical else "h",
        "object_type": "line",
    }


def _grid(table: Any) -> Grid:
    rows = tuple(tuple(cell and Box(*cell) for cell in row.cells) for row in table.rows)
    return Grid(Box(*table.bbox), rows)


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
