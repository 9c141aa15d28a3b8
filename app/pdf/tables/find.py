"""All tables of a page: ruled ones, and those that only align; upright or turned by quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord, upright
from app.pdf.tables.false_grids import holds_table
from app.pdf.tables.ruled import Grid, Table, fill, grid_of, standing_in
from app.pdf.tables.shading import find_drawn, is_shading
from app.pdf.tables.statements import find_statements
from app.pdf.tables.unruled import find_unruled

FEWEST_TURNED = 12
"""Words of one direction that may be a table without lines: axis labels of a chart are fewer."""


def find_tables(
    words: Sequence[PlacedWord],
    rulings: Sequence[Ruling],
    grids: Sequence[Grid],
    shades: Sequence[Box] = (),
) -> list[Table]:
    """The tables among a page's words, given its lines, the grids that they make, and what is shaded."""
    drawn = find_drawn(rulings, shades)
    shaded = [grid for grid in grids if is_shading(grid, drawn)]
    tables = [table for grid in grids if grid not in shaded if (table := ruled_table(grid, words))]
    loose = _not_in(tables, words)
    upright_words = [word for word in loose if word.style.direction == 0 and not word.style.slanted]
    tables += find_statements(upright_words, drawn, shades)
    for grid in shaded:
        if _count_free(grid, tables, words) and (table := ruled_table(grid, _not_in(tables, words))):
            tables.append(table)
    loose = _not_in(tables, words)
    for direction, group in _group_by_direction(loose).items():
        if direction == 0:
            tables += find_unruled(group, rulings)
        elif len(group) >= FEWEST_TURNED:
            lines = [Ruling(*upright(Box(*ruling), direction)) for ruling in rulings]
            originals = {word.order: word for word in group}
            found = find_unruled([_turn_word(word, direction) for word in group], lines)
            tables += [_turn_table_back(table, direction, originals) for table in found]
    return tables


def _not_in(tables: Sequence[Table], words: Sequence[PlacedWord]) -> Sequence[PlacedWord]:
    """The words that stand in none of these tables."""
    taken = {word.order for table in tables for word in chain(table.words, table.left_out)}
    return [word for word in words if word.order not in taken] if taken else words


def _count_free(grid: Grid, tables: Sequence[Table], words: Sequence[PlacedWord]) -> bool:
    """Whether most words of a grid are in no table yet."""
    inside = standing_in(grid.box, words)
    return 2 * len(_not_in(tables, inside)) > len(inside)


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
