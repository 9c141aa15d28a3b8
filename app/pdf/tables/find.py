"""All tables of a page: ruled ones, and those that only align; upright or turned by quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from typing import TypeAlias

from app.core.geometry import Box
from app.pdf.pdfium.bidi import runs_to_the_left
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord, upright
from app.pdf.tables.false_grids import holds_table, is_coarse
from app.pdf.tables.headers import is_numeric
from app.pdf.tables.lines import find_drawn
from app.pdf.tables.rows import read_rows
from app.pdf.tables.ruled import Grid, Table, fill, grid_of, standing_in, table_of, without_thin_rows
from app.pdf.tables.run_across import join_crossed
from app.pdf.tables.shading import is_shading
from app.pdf.tables.stacked import head_rows, join_stacked, slots_of
from app.pdf.tables.statements import find_statements
from app.pdf.tables.unruled import find_fields, find_unruled

FEWEST_TURNED = 12
"""Words of one direction that may be a table without lines: axis labels of a chart are fewer."""

SIDE = 3.0
"""Points beside a grid in which a word is still in its columns."""

FEWEST_LABELLED, LABELLED = 4, 0.7
"""Rows of a grid, and share of them, that have a label left of it where its labels stand outside."""

LONGEST_LABEL = 8
"""Words of a label outside of a grid: prose beside it has more."""

SPACE_IN_LABEL = 1.5
"""In heights of a line: the most white between words of a label."""

ANY_WHITE = 1_000.0
"""In heights of a line: what parts no words of a cell."""

Reader: TypeAlias = Callable[[Sequence[PlacedWord], Sequence[Ruling], Sequence[Box]], Iterable[Table]]
"""Finds tables among words that run to the right, given lines and shaded areas."""


def find_tables(
    words: Sequence[PlacedWord],
    rulings: Sequence[Ruling],
    grids: Sequence[Grid],
    shades: Sequence[Box] = (),
) -> list[Table]:
    """The tables among words, given the lines between them, the grids that these make, and what is shaded:
    those of a page, or of words that OCR read and lines that were seen in a picture."""
    drawn = find_drawn(rulings, shades)
    # From the strongest evidence to the weakest: each reader sees only the words that none before it took.
    tables, doubtful = _read_grids(grids, drawn, shades, words)
    for grid in doubtful:
        if not is_shading(grid, drawn, shades):
            tables += _read_beside_lines(grid, _not_in(tables, words), drawn, shades)
    # Before statements, which would take the fields with figures out of them.
    tables += _read_each_way(find_fields, _not_in(tables, words), drawn, shades)
    # Statements before what is left of the grids: their columns of figures say more than shades and half a
    # grid.
    tables += _read_each_way(_read_statements, _not_in(tables, words), drawn, shades)
    for grid in doubtful:
        if _count_free(grid, tables, words) and (table := ruled_table(grid, _not_in(tables, words))):
            tables.append(table)
    # All rulings here, edges of shades among them: a band of colour as wide as its rows bounds a table as
    # rules do.
    tables += _read_each_way(find_unruled, _not_in(tables, words), rulings, shades)
    return join_stacked(tables, words) if len(tables) > 1 else tables


def _read_grids(
    grids: Sequence[Grid], drawn: Sequence[Ruling], shades: Sequence[Box], words: Sequence[PlacedWord]
) -> tuple[list[Table], list[Grid]]:
    """The tables in grids, and the grids that may be a part of one only: of shades, or of lines between some
    of its columns."""
    tables: list[Table] = []
    doubtful: list[Grid] = []
    for found in grids:
        if is_shading(found, drawn, shades):
            doubtful.append(found)
            continue
        grid = without_thin_rows(found, words)
        if table := ruled_table(_with_labels(grid, _in_no_other(grid, grids, words)), words):
            if is_coarse(table):
                doubtful.append(grid)
            else:
                tables.append(table)
    return tables, doubtful


def _read_beside_lines(
    grid: Grid, words: Sequence[PlacedWord], drawn: Sequence[Ruling], shades: Sequence[Box]
) -> list[Table]:
    """The tables without a grid that stand in one, or reach beyond it up or down, apart from what stands at
    its sides."""
    left, _, right, _ = grid.box
    between = [word for word in words if left - SIDE <= word.box.middle_x <= right + SIDE]
    # The first that finds any: both read figures that align, and a row may stand in one table only.
    for read in (_read_statements, find_unruled):
        found = list(_read_each_way(read, between, drawn, shades))
        tables = [table for table in found if table.box.shared_height(grid.box) > 0]
        if tables:
            return tables
    return []


def _read_each_way(
    read: Reader, words: Sequence[PlacedWord], lines: Sequence[Ruling], shades: Sequence[Box]
) -> Iterator[Table]:
    """The tables that a reader of words that run to the right finds among those of each direction."""
    for direction, group in _group_by_direction(words).items():
        if direction == 0:
            yield from read(group, lines, shades)
        elif len(group) >= FEWEST_TURNED:
            turned = [_turn_word(word, direction) for word in group]
            turned_lines = [Ruling(*upright(Box(*line), direction)) for line in lines]
            turned_shades = [upright(shade, direction) for shade in shades]
            for table in read(turned, turned_lines, turned_shades):
                yield _turn_table_back(table, direction)


def _read_statements(
    words: Sequence[PlacedWord], drawn: Sequence[Ruling], shades: Sequence[Box]
) -> list[Table]:
    """The tables of figures among words; where these run to the left, labels stand at the right, and the page
    is read in a mirror."""
    if not _run_to_the_left(words):
        return find_statements(words, drawn, shades)
    sides = min(word.box.x0 for word in words) + max(word.box.x1 for word in words)

    def mirror(box: Box) -> Box:
        return Box(sides - box.x1, box.top, sides - box.x0, box.bottom)

    lines = [Ruling(*mirror(Box(*line))) for line in drawn]
    mirrored = [word._replace(box=mirror(word.box)) for word in words]
    found = find_statements(mirrored, lines, list(map(mirror, shades)))
    return [_mirror_back(table, mirror) for table in found]


def _run_to_the_left(words: Sequence[PlacedWord]) -> bool:
    """Whether most words that have letters do."""
    if not runs_to_the_left("".join([word.text for word in words])):
        return False
    ways = [runs_to_the_left(word.text) for word in words if any(map(str.isalpha, word.text))]
    return 2 * sum(ways) > len(ways)


def _mirror_back(table: Table, mirror: Callable[[Box], Box]) -> Table:
    slots = list(slots_of(table))
    for slot in slots:
        slot.box = mirror(slot.box)
        words = [word._replace(box=mirror(word.box)) for word in slot.words]
        lines = read_rows(words, ANY_WHITE)
        slot.words = [word for row in lines for piece in row.pieces for word in piece.words]
    left_out = [word._replace(box=mirror(word.box)) for word in table.left_out]
    return table_of(mirror(table.box), slots, head_rows(table), left_out)


def _not_in(tables: Sequence[Table], words: Sequence[PlacedWord]) -> Sequence[PlacedWord]:
    """The words that stand in none of these tables."""
    # Leader dots as well: they align, and would be a column of another table.
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
    # By most words: a turned table may have a page number or a stamp that is not turned.
    direction = max(counts, key=lambda each: counts[each], default=0)
    if direction == 0:
        table = fill(join_crossed(grid, inside), inside)
        return table if holds_table(table) else None
    # The grid is made anew from turned cells: its rows are columns of the page.
    cells = [upright(cell, direction) for row in grid.rows for cell in row if cell]
    table = fill(grid_of(cells), [_turn_word(word, direction) for word in inside])
    return _turn_table_back(table, direction) if holds_table(table) else None


def _in_no_other(grid: Grid, grids: Sequence[Grid], words: Sequence[PlacedWord]) -> Sequence[PlacedWord]:
    """The words on the height of a grid that stand left of it and in no other."""
    _, top, _, bottom = grid.box
    beside = [w for w in words if w.box.x1 <= grid.box.x0 + SIDE and top <= w.box.middle_y <= bottom]
    return [w for w in beside if not any(other.box.holds(w.box.middle) for other in grids)] if beside else []


def _with_labels(grid: Grid, beside: Sequence[PlacedWord]) -> Grid:
    """A grid with a column more for the labels that stand left of it, one line of a few words beside most of
    its rows; the grid where there are none."""
    if not beside:
        return grid
    firsts = [next(cell for cell in row if cell) for row in grid.rows]
    labels = [[w for w in beside if cell.top <= w.box.middle_y <= cell.bottom] for cell in firsts]
    found = [words for words in labels if words]
    # One paragraph among the labels shows that text runs beside the grid.
    if len(found) < max(FEWEST_LABELLED, LABELLED * len(grid.rows)) or not all(map(_is_label, found)):
        return grid
    left = min(word.box.x0 for word in beside)
    cells = [Box(left, cell.top, grid.box.x0, cell.bottom) for cell in firsts]
    rows = tuple((cell, *row) for cell, row in zip(cells, grid.rows, strict=True))
    return Grid(grid.box._replace(x0=left), rows, grid.tops)


def _is_label(words: Sequence[PlacedWord]) -> bool:
    """Whether words are one line of a label, with letters and no wide white between."""
    rows = read_rows(words, SPACE_IN_LABEL)
    is_line = len(rows) == 1 and len(rows[0].pieces) == 1 and len(words) <= LONGEST_LABEL
    return is_line and not is_numeric(words)


def _turn_word(word: PlacedWord, direction: int) -> PlacedWord:
    return word._replace(box=upright(word.box, direction))


def _turn_table_back(table: Table, direction: int) -> Table:
    """A table that was found on the turned page, where it stands on the page as it is displayed."""
    back = -direction % 4
    return replace(
        table,
        box=upright(table.box, back),
        words=tuple(_turn_word(word, back) for word in table.words),
        cells=tuple(cell._replace(box=upright(cell.box, back)) for cell in table.cells),
        left_out=tuple(_turn_word(word, back) for word in table.left_out),
    )
