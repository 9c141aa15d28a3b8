"""All tables of a page: ruled ones, and those that only align; upright or turned by quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord, upright
from app.pdf.tables.false_grids import holds_table
from app.pdf.tables.ruled import Grid, Table, fill, grid_of, standing_in
from app.pdf.tables.unruled import find_unruled

FEWEST_TURNED = 12
"""Words of one direction that may be a table without lines: axis labels of a chart are fewer."""


def find_tables(words: Sequence[PlacedWord], rulings: Sequence[Ruling], grids: Sequence[Grid]) -> list[Table]:
    """The tables among a page's words, given its lines and the grids that they make."""
    tables = [table for grid in grids if (table := ruled_table(grid, words))]
    taken = {word.order for table in tables for word in table.words}
    loose = [word for word in words if word.order not in taken] if taken else words
    for direction, group in _group_by_direction(loose).items():
        if direction == 0:
            tables += find_unruled(group, rulings)
        elif len(group) >= FEWEST_TURNED:
            lines = [Ruling(*upright(Box(*ruling), direction)) for ruling in rulings]
            originals = {word.order: word for word in group}
            found = find_unruled([_turn_word(word, direction) for word in group], lines)
            tables += [_turn_table_back(table, direction, originals) for table in found]
    return tables


def _group_by_direction(words: Sequence[PlacedWord]) -> dict[int, Sequence[PlacedWord]]:
    """The words that are not slanted, by the direction that they run in."""
    styles = list(map(attrgetter("style"), words))
    each = dict(zip(map(id, styles), styles, strict=True)).values()  # words share them
    if not any(style.direction or style.slanted for style in each):
        return {0: words} if words else {}
    found: dict[int, list[PlacedWord]] = {}
    for word in words:
        if not word.style.slanted:
            found.setdefault(word.style.direction, []).append(word)
    return dict(found)


def ruled_table(grid: Grid, words: Sequence[PlacedWord]) -> Table | None:
    """The table in a grid, read the way that most of its words run; ``None`` where it holds none."""
    inside = [word for word in standing_in(grid.box, words) if grid.place(word.box)]
    counts = Counter(word.style.direction for word in inside)
    direction = max(counts, key=lambda each: counts[each], default=0)
    if direction == 0:
        table = fill(grid, inside)
        return table if holds_table(table) else None
    cells = [upright(cell, direction) for row in grid.rows for cell in row if cell]
    table = fill(grid_of(cells), [_turn_word(word, direction) for word in inside])
    originals = {word.order: word for word in inside}
    return _turn_table_back(table, direction, originals) if holds_table(table) else None


def _turn_word(word: PlacedWord, direction: int) -> PlacedWord:
    return word._replace(box=upright(word.box, direction))


def _turn_table_back(table: Table, direction: int, originals: Mapping[int, PlacedWord]) -> Table:
    """A table that was found on the turned page, where it stands on the page as it is displayed."""
    back = -direction % 4
    return replace(
        table,
        box=upright(table.box, back),
        words=tuple(originals[word.order] for word in table.words),
        cells=tuple(cell._replace(box=upright(cell.box, back)) for cell in table.cells),
    )
