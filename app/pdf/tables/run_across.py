"""Text that runs across the lines of a grid: a letterhead or a title over ruled columns is one cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from app.core.geometry import Box
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.rows import middle
from app.pdf.tables.ruled import Grid

FEWEST_WORDS = 3
"""Of a line that runs across: a figure or a name that is too wide for its cell is shorter."""

WORD_SPACE = 0.5
"""In type sizes: the widest gap between the words of such a line, less than what parts two cells."""

INSIDE = 1.0
"""Points on each side of a ruling that a word reaches to be crossed by it; text may touch the lines of its
cell."""

ONE_LINE = 0.5
"""In type sizes: how far apart the middles of words on one line may stand."""


NARROW = 1.5
"""In type sizes: a column that is narrower is a space between others."""

FEWEST_STARTS = 2
"""Lines that begin at one place: there begin the cells of a column."""


def join_crossed(grid: Grid, words: Sequence[PlacedWord]) -> Grid:
    """Return the grid with the cells of a row as one that a line of text runs across; ``words`` are those
    that stand in the grid and run to the right. Where text crosses all cells of a column, its lines are not
    those of a table, and the grid is left as it is."""
    edges = {cell.x1 for row in grid.rows for cell in row if cell}
    if not any(_crosses(word, edge) for word in words for edge in edges):
        return grid
    lines = [list(_lines_of(_words_in(row, words))) for row in grid.rows]
    starts = Counter(_place(run[0]) for row in lines for line in row for run in _runs_of(line))
    rows = [_join_row(row, found, starts) for row, found in zip(grid.rows, lines, strict=True)]
    has_columns = all(map(any, zip(*rows, strict=True)))
    return replace(grid, rows=tuple(rows)) if has_columns and rows != list(grid.rows) else grid


def _words_in(row: tuple[Box | None, ...], words: Sequence[PlacedWord]) -> list[PlacedWord]:
    """The words of a row whose cells all have one height; none of others, which are no part of one line."""
    sides = {(cell.top, cell.bottom) for cell in row if cell}
    if len(sides) != 1:
        return []
    ((top, bottom),) = sides
    return [word for word in words if top <= word.box.middle_y <= bottom]


def _join_row(
    row: tuple[Box | None, ...], lines: Sequence[Sequence[PlacedWord]], starts: Mapping[int, int]
) -> tuple[Box | None, ...]:
    found = list(row)
    for line in lines:
        for run in _runs_of(line):
            for part in _cut_at_starts(run, starts):
                if len(part) >= FEWEST_WORDS:
                    _join_under(found, part, line)
    return tuple(found)


def _cut_at_starts(run: Sequence[PlacedWord], starts: Mapping[int, int]) -> Iterator[list[PlacedWord]]:
    """A run cut before the words that begin where the cells of a column do: a text that fills its cell stands
    as near to the next as words do."""
    part: list[PlacedWord] = []
    for word in run:
        at = _place(word)
        if part and sum(starts.get(each, 0) for each in (at - 1, at, at + 1)) >= FEWEST_STARTS:
            yield part
            part = []
        part.append(word)
    yield part


def _place(word: PlacedWord) -> int:
    """Where a word begins, in tenths of a point: the cells of a column do so at exactly one place."""
    return round(10 * word.box.x0)


def _crosses(word: PlacedWord, x: float) -> bool:
    return word.box.x0 + INSIDE < x < word.box.x1 - INSIDE


def _lines_of(words: Sequence[PlacedWord]) -> Iterator[list[PlacedWord]]:
    """The words of each line, from left to right."""
    ordered = sorted(words, key=middle)
    numbers = [0]
    for above, below in pairwise(ordered):
        apart = middle(below) - middle(above) > ONE_LINE * below.style.size
        numbers.append(numbers[-1] + apart)
    placed = zip(numbers, ordered, strict=False)
    for _, line in groupby(placed, key=lambda each: each[0]):
        yield sorted((word for _, word in line), key=lambda word: word.box.x0)


def _runs_of(line: Sequence[PlacedWord]) -> Iterator[list[PlacedWord]]:
    """The words of a line that follow each other with no more than a space between."""
    run = [line[0]]
    for last, word in pairwise(line):
        if word.box.x0 - last.box.x1 > WORD_SPACE * word.style.size:
            yield run
            run = []
        run.append(word)
    yield run


def _join_under(row: list[Box | None], run: Sequence[PlacedWord], line: Sequence[PlacedWord]) -> None:
    """Make the cells one that a run of words stands in, where it crosses a line between them and nothing else
    of its line stands there: a label that juts out into the cell of a figure leaves that as it is."""
    x0, x1, narrow = run[0].box.x0, run[-1].box.x1, NARROW * run[0].style.size
    under = [
        at
        for at, cell in enumerate(row)
        if cell and cell.width >= narrow and cell.x0 < x1 - INSIDE and cell.x1 > x0 + INSIDE
    ]
    joined = [cell for at in under if (cell := row[at])]
    if len(joined) < 2 or not any(_crosses(word, cell.x1) for cell in joined[:-1] for word in run):
        return
    whole = Box(joined[0].x0, joined[0].top, joined[-1].x1, joined[0].bottom)
    if any(whole.x0 <= word.box.middle_x <= whole.x1 and word not in run for word in line):
        return
    row[under[0]] = whole
    row[under[0] + 1 : under[-1] + 1] = [None] * (under[-1] - under[0])
