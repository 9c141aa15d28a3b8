"""Ruled tables: the cells that a page's ruling lines enclose, and the words that stand in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise

from app.core.geometry import Box, around
from app.core.page import Cell
from app.pdf.pdfium.bidi import in_order, runs_to_the_left
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.crossings import TOLERANCE, find_cell_groups
from app.pdf.tables.headers import header_rows, is_numeric
from app.pdf.tables.lines import close_sides, find_drawn
from app.pdf.tables.rows import middle, read_on

FEWEST_SPLIT = 3
"""Columns of a cell that is a row without lines between, and its words: one over two columns heads both."""

FEWEST_UNRULED = 3
"""Lines that the cells of a ruled row must hold to be taken for rows of their own: two may wrap."""

FEWEST_PAIRS = 2
"""Columns of figures in which two lines are two rows: in one, the second may be a share or an error."""

APART = 0.9
"""In heights of a line: a gap that is wider than any between words."""

NEARLY, SHORT = 0.75, 2.5
"""Of the lines of the longest cell, those of one that may lack some; and the words of a line of values."""

MOST_COLUMNS = 0.6
"""Share of the columns that hold the same number of lines, where these are rows."""

ONE_LINE = 0.5
"""In type sizes: how far apart the middles of words on one line may stand."""

FEWEST_SECTIONED = 3
"""Columns of a table in which words in the middle name a section: of two, they may be a value."""

CENTRED = 0.03
"""Of a table's width: how far from its middle the name of a section may stand."""

HIGHEST_THIN = 9.0
"""Points: a row of a grid that is higher has room for a line, and may be one to fill in."""

PLAIN_HYPHENS = {0x2010: "-", 0x2011: "-"}
"""Fonts have the hyphen as a sign of its own; dates and codes of cells are looked for as they are typed."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table's cells, row by row; ``None`` where a cell reaches in from above or the left."""

    box: Box
    rows: tuple[tuple[Box | None, ...], ...]
    tops: tuple[float, ...]

    def place(self, box: Box) -> tuple[int, int] | None:
        """Row and column, from 0, of the cell that the middle of a box stands in."""
        point = box.middle
        if not self.box.holds(point):
            return None
        for row in reversed(range(bisect_right(self.tops, point[1]))):  # a taller cell may begin further up
            for column, cell in enumerate(self.rows[row]):
                if cell and cell.holds(point):
                    return row, column
        return None


@dataclass(slots=True)
class Slot:
    """A cell in the making, with its words in reading order."""

    row: int
    column: int
    box: Box
    row_span: int = 1
    column_span: int = 1
    words: list[PlacedWord] = field(default_factory=list)
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table's cells, row by row, and its words in the order of the cells; ``left_out`` are words that stand
    in it and are no text, such as leader dots, or are part of another word now."""

    box: Box
    words: tuple[PlacedWord, ...]
    cells: tuple[Cell, ...]
    left_out: tuple[PlacedWord, ...] = ()


def table_of(box: Box, slots: Iterable[Slot], headers: int = 0, left_out: Iterable[PlacedWord] = ()) -> Table:
    """The table that these cells make; its first rows are known to be headers, or looked at."""
    kept = list(slots)
    # Before cells are ordered: headers and labels are looked for from the first column on.
    if _reads_from_right(kept):
        _number_from_right(kept)
    ordered = sorted(kept, key=lambda slot: (slot.row, slot.column))
    for slot in ordered:
        slot.words = in_order(slot.words)
    # What a reader knows of heads, from lines or from where they stand, is surer than what words look like.
    headers = headers or header_rows([(slot.row, slot.row_span, slot.column, slot.words) for slot in ordered])
    ordered = list(_with_sections(ordered, box, headers))
    return Table(
        box,
        tuple([word for slot in ordered for word in slot.words]),
        tuple([_cell(slot, slot.header or slot.row < headers) for slot in ordered]),
        tuple(left_out),
    )


def _with_sections(slots: Sequence[Slot], box: Box, headers: int) -> Iterator[Slot]:
    """The cells of a table from row to row, the only words of a row that stand in the table's middle as one
    cell over all columns: they name a section."""
    columns = {slot.column for slot in slots}
    for row, group in groupby(slots, key=lambda slot: slot.row):
        cells = list(group)
        filled = [slot for slot in cells if slot.words]
        # A cell that spans all columns already needs nothing.
        if row < headers or len(filled) != 1 or len(columns) < FEWEST_SECTIONED or len(cells) == 1:
            yield from cells
        elif _is_section(filled[0], cells, box):
            first = cells[0].box
            over = first._replace(x1=max(first.x1, cells[-1].box.x1))
            yield Slot(row, 0, over, 1, max(columns) + 1, filled[0].words)
        else:
            yield from cells


def _is_section(slot: Slot, row: Sequence[Slot], box: Box) -> bool:
    """Whether the only words of a row stand in the middle of the table, and are no number."""
    # Beside a cell that spans rows a lone word is a value of that cell's group.
    if row[0].column or any(other.row_span > 1 for other in row) or is_numeric(slot.words):
        return False
    x0, _, x1, _ = around(word.box for word in slot.words)
    return slot.column > 0 and abs((x0 + x1) / 2 - box.middle_x) <= CENTRED * box.width


def _reads_from_right(slots: Sequence[Slot]) -> bool:
    """Whether most words of a table that have letters are of a script that runs to the left: its first column
    is then at the right."""
    # No ASCII word runs to the left: most tables are done here.
    words = [word.text for slot in slots for word in slot.words if not word.text.isascii()]
    to_left = sum(map(runs_to_the_left, words))
    return to_left > 0 and 2 * to_left > sum(any(map(str.isalpha, w.text)) for s in slots for w in s.words)


def _number_from_right(slots: Sequence[Slot]) -> None:
    width = max(slot.column + slot.column_span for slot in slots)
    for slot in slots:
        slot.column = width - slot.column - slot.column_span


def _cell(slot: Slot, header: bool) -> Cell:
    text = " ".join([word.text for word in slot.words])
    if not text.isascii():
        text = text.translate(PLAIN_HYPHENS)
    x0, top, x1, bottom = slot.box
    box = Box(round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2))
    return Cell(slot.row, slot.column, text, box, slot.row_span, slot.column_span, header)


def could_hold_table(rulings: Sequence[Ruling]) -> bool:
    """Whether lines enough are there for two cells: the gate before anything dearer."""
    vertical = sum([ruling.vertical for ruling in rulings])
    return vertical >= 2 and len(rulings) - vertical >= 2


def find_grids(rulings: Sequence[Ruling], shades: Sequence[Box] = (), reach: float = TOLERANCE) -> list[Grid]:
    """The grids of at least two rows and two columns that the lines enclose, from top to bottom; ``shades``
    are the areas whose edges are among the lines, and ``reach`` is how many points a line may stop short of
    another."""
    if not could_hold_table(rulings):
        return []
    sides = close_sides(find_drawn(rulings, shades))
    # One row or one column of boxes is a frame, a form's field or a row of buttons.
    grids = [grid_of(cells) for cells in find_cell_groups([*rulings, *sides], reach)]
    return [grid for grid in grids if len(grid.rows) > 1 and len(grid.rows[0]) > 1]


def grid_of(cells: Sequence[Box]) -> Grid:
    """Cells that touch, as rows and columns."""
    lefts = sorted({cell.x0 for cell in cells})
    rows: dict[float, dict[float, Box]] = {}
    for cell in sorted(cells, key=lambda cell: cell.top):
        rows.setdefault(cell.top, {})[cell.x0] = cell
    found = tuple(tuple(row.get(x) for x in lefts) for row in rows.values())
    return Grid(around(cells), found, tuple(rows))


def standing_in(outer: Box, words: Iterable[PlacedWord]) -> list[PlacedWord]:
    """The words whose middles stand in a box."""
    left, top, right, bottom = 2 * outer.x0, 2 * outer.top, 2 * outer.x1, 2 * outer.bottom
    return [
        word
        for word in words
        if top <= word.box.top + word.box.bottom <= bottom and left <= word.box.x0 + word.box.x1 <= right
    ]


def without_thin_rows(grid: Grid, words: Sequence[PlacedWord]) -> Grid:
    """Return a grid without the rows that only part others: nothing stands in them, and they are lower than
    any line of the ``words`` in the grid."""
    heights = [max((cell.height for cell in row if cell), default=0.0) for row in grid.rows]
    if min(heights) >= HIGHEST_THIN:
        return grid
    inside = standing_in(grid.box, words)
    lowest = min((word.style.size for word in inside), default=0.0)
    filled = {place[0] for word in inside if (place := grid.place(word.box))}
    rows = [
        row for at, row in enumerate(grid.rows) if at in filled or heights[at] >= min(lowest, HIGHEST_THIN)
    ]
    # A column whose only cells stood in such rows would be lost.
    if len(rows) < 2 or not all(map(any, zip(*rows, strict=True))):
        return grid
    return replace(grid, rows=tuple(rows), tops=tuple(next(cell.top for cell in row if cell) for row in rows))


def fill(grid: Grid, words: Iterable[PlacedWord]) -> Table:
    """Put the words into the cells that their middles stand in; words beside the grid are left out."""
    rows = _slots_of(grid)
    at = {(slot.row, slot.column): slot for row in rows for slot in row}
    for word in words:
        if place := grid.place(word.box):
            at[place].words.append(word)
    lefts = _lefts(grid)
    rows = [[part for slot in row for part in _split_columns(slot, lefts)] for row in rows]
    parts = [rows[:1], *map(_split_rows, rows[1:])]  # headers are wrapped
    starts = [0, *accumulate(len(part) for part in parts)]
    slots: list[Slot] = []
    for number, part in enumerate(parts):
        for below, row in enumerate(part):
            for slot in row:
                last = starts[number + slot.row_span] if slot.row_span > 1 or len(part) == 1 else 0
                slot.row = starts[number] + below
                slot.row_span = max(1, last - slot.row)
                slots.append(slot)
    return table_of(grid.box, slots)


def _lefts(grid: Grid) -> list[float]:
    """Where each column begins."""
    return [next(cell.x0 for cell in column if cell) for column in zip(*grid.rows, strict=True)]


def _split_columns(slot: Slot, lefts: Sequence[float]) -> list[Slot]:
    """A cell over three columns or more whose words stand apart below those of the columns is a row without
    lines between: the cells that it lacks. Else the cell."""
    if slot.row_span > 1 or min(slot.column_span, len(slot.words)) < FEWEST_SPLIT:
        return [slot]
    words = sorted(slot.words, key=lambda word: word.box.x0)
    edges = [*lefts[slot.column + 1 : slot.column + slot.column_span], slot.box.x1]
    # A word over a column's edge shows that the cell is meant to span.
    if any(word.box.x0 < edge - 1 and word.box.x1 > edge + 1 for word in words for edge in edges):
        return [slot]
    columns = [bisect_right(edges, word.box.middle_x) for word in words]
    apart = [
        right.box.x0 - left.box.x1 > APART * left.box.height
        for (left, one), (right, other) in pairwise(zip(words, columns, strict=True))
        if one != other
    ]
    # One gap alone may be the end of a sentence in a cell that heads several columns.
    if len(apart) < FEWEST_SPLIT - 1 or not all(apart):
        return [slot]
    bounds = pairwise([slot.box.x0, *edges])
    parts = [
        Slot(slot.row, slot.column + at, Box(x0, slot.box.top, x1, slot.box.bottom))
        for at, (x0, x1) in enumerate(bounds)
    ]
    for word in slot.words:
        parts[bisect_right(edges, word.box.middle_x)].words.append(word)
    return parts


def _slots_of(grid: Grid) -> list[list[Slot]]:
    tops = [next(cell.top for cell in row if cell) for row in grid.rows]
    lefts = _lefts(grid)
    return [
        [
            Slot(
                row,
                column,
                cell,
                max(1, bisect_left(tops, cell.bottom) - row),
                max(1, bisect_left(lefts, cell.x1) - column),
            )
            for column, cell in enumerate(cells)
            if cell
        ]
        for row, cells in enumerate(grid.rows)
    ]


def _split_rows(row: list[Slot]) -> list[list[Slot]]:
    """The rows that stand in one ruled row without lines between: where most cells hold the same number of
    lines, at the same heights. A row of wrapped text has cells of different lengths."""
    columns = [_stack_lines(slot.words) for slot in row]
    count = max(map(len, columns), default=0)
    filled = [lines for lines in columns if lines]
    # Two lines may be of one cell that wraps; figures do not.
    if count < FEWEST_UNRULED and not _are_pairs_of_figures(filled):
        return [row]
    if not _are_rows(filled, count) or _are_paragraphs(filled):
        return [row]
    model = next(lines for lines in filled if len(lines) == count)
    middles = [middle(line[0]) for line in model]
    placed: list[list[tuple[int, list[PlacedWord]]]] = []
    for lines in columns:
        found = [(_nearest(middles, line), line) for line in lines]
        # Lines at heights of their own are wrapped text, even where there are as many.
        if any(abs(middles[at] - middle(line[0])) > ONE_LINE * line[0].style.size for at, line in found):
            return [row]
        placed.append(found)
    return _cut_at_heights(row, placed, middles)


def _are_pairs_of_figures(columns: Sequence[list[list[PlacedWord]]]) -> bool:
    """Whether every column has two lines, and right of the first each line is a number, none in brackets."""
    if len(columns) <= FEWEST_PAIRS or any(len(lines) != 2 for lines in columns):
        return False
    lines = [line for column in columns[1:] for line in column]
    # What stands in brackets below a number is its error or its share.
    return all(len(line) == 1 and is_numeric(line) and line[0].text[0] not in "([" for line in lines)


def _are_paragraphs(columns: Sequence[list[list[PlacedWord]]]) -> bool:
    texts = [[" ".join(word.text for word in line) for line in lines] for lines in columns]
    return read_on(pair for column in texts for pair in pairwise(column))


def _are_rows(columns: Sequence[list[list[PlacedWord]]], count: int) -> bool:
    """Whether most columns have as many lines as the longest, or of short values nearly as many."""
    if sum(len(lines) == count for lines in columns) >= max(2, MOST_COLUMNS * len(columns)):
        return True
    nearly = [lines for lines in columns if len(lines) >= NEARLY * count]
    words = sum(len(line) for lines in nearly for line in lines)
    short = words <= SHORT * sum(map(len, nearly))
    return short and len(nearly) >= max(2, MOST_COLUMNS * len(columns))


def _cut_at_heights(
    row: Sequence[Slot], placed: Sequence[Sequence[tuple[int, list[PlacedWord]]]], middles: Sequence[float]
) -> list[list[Slot]]:
    """A ruled row as one for each of these heights; cells that go on below the row stay whole."""
    parts: list[list[Slot]] = [[] for _ in middles]
    edges = [(one + other) / 2 for one, other in pairwise(middles)]
    for slot, lines in zip(row, placed, strict=True):
        if slot.row_span > 1:
            parts[0].append(slot)
            continue
        bounds = pairwise([slot.box.top, *edges, slot.box.bottom])
        for at, (top, bottom) in enumerate(bounds):
            words = [word for place, line in lines if place == at for word in line]
            box = slot.box._replace(top=top, bottom=bottom)
            parts[at].append(Slot(slot.row, slot.column, box, 1, slot.column_span, words))
    return parts


def _nearest(middles: Sequence[float], line: Sequence[PlacedWord]) -> int:
    return min(range(len(middles)), key=lambda at: abs(middles[at] - middle(line[0])))


def _stack_lines(words: Sequence[PlacedWord]) -> list[list[PlacedWord]]:
    """The words of a cell as lines, from top to bottom."""
    lines: list[list[PlacedWord]] = []
    for word in sorted(words, key=middle):
        if lines and middle(word) - middle(lines[-1][-1]) <= ONE_LINE * word.style.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.order) for line in lines]
