"""Cells of several lines in rows without rulings: which lines begin a row, and which go on with one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from app.pdf.tables.labels import continues_label
from app.pdf.tables.rows import Piece, Row

CLOSE = 0.75
"""In heights of a line: the most white above a line that goes on with cells of the row above it."""

FULL = 0.6
"""Share of a table's columns that are filled in the first line of a row."""

NUMBERS = 0.5
"""Share of a column's cells that are numbers, where it is a column of them: a number begins a row."""

FEWEST = 3
"""Rows that a column must begin to tell where rows begin."""

MOST_LINES = 8
"""Lines of a cell."""

OFF = 0.25
"""In heights of a line: how far from its row's middle that of a cell may stand. Cells that begin on one
height are off by half a line's pitch, which is more."""

PITCH = 1.15
"""Of the least distance from line to line in any column: that within a cell, at most."""

FEWEST_AROUND = 2
"""Cells of which lines stand above and below their row's middle."""

MOST_EMPTY = 0.2
"""Share of the cells that may be empty: where lines are taken for rows that are none, more are."""

MOST_ROWS = 200
"""Lines of words beyond which rows are not looked for: the search is quadratic in them."""

Line = tuple[float, Piece]
"""The middle of a piece's height, and the piece."""


def row_starts(rows: Sequence[Row], gaps: Sequence[float]) -> list[bool]:
    """Whether each line begins a row, told by a column in which each row has one line, such as codes or
    numbers; all lines begin one where no column tells it."""
    cells_of_lines = [{bisect_right(gaps, piece.middle): piece for piece in row.pieces} for row in rows]
    may_go_on = _find_further(rows, gaps)
    best = [True] * len(rows)
    most: tuple[float, int] = (0.0, 0)
    for column in range(len(gaps) + 1):
        begun = sum(column in filled for filled in cells_of_lines)
        if begun >= FEWEST:
            starts = _starts_by(column, cells_of_lines, may_go_on)
            told = _share_full(cells_of_lines, starts, FULL * (len(gaps) + 1)), begun
            best, most = (starts, told) if told > most else (best, most)
    return best


def _starts_by(
    column: int, cells_of_lines: Sequence[Mapping[int, Piece]], may_go_on: Sequence[bool]
) -> list[bool]:
    """Whether each line begins a row, where one with this column does: one without it goes on with cells of
    the line that began the row, and has no others."""
    starts: list[bool] = []
    first: Mapping[int, Piece] = {}
    for filled, further in zip(cells_of_lines, may_go_on, strict=True):
        starts.append(column in filled or not further or len(first) < 2 or not _stands_below(filled, first))
        first = filled if starts[-1] else first
    return starts


def _stands_below(filled: Mapping[int, Piece], first: Mapping[int, Piece]) -> bool:
    """Whether each piece of a line stands below one of the line that began the row."""
    return all(
        column in first and piece.x0 < first[column].x1 and first[column].x0 < piece.x1
        for column, piece in filled.items()
    )


def _share_full(
    cells_of_lines: Sequence[Mapping[int, Piece]], starts: Sequence[bool], fewest: float
) -> float:
    """The share, in tenths, of the lines that begin rows which have at least so many cells."""
    first = [len(filled) for filled, begins in zip(cells_of_lines, starts, strict=True) if begins]
    return round(sum(count >= fewest for count in first) / len(first), 1)


def _find_further(rows: Sequence[Row], gaps: Sequence[float]) -> list[bool]:
    """Whether each line may go on with what is above it: it stands close, and has no number of its own."""
    columns: dict[int, list[bool]] = {}
    for row in rows:
        for piece in row.pieces:
            columns.setdefault(bisect_right(gaps, piece.middle), []).append(piece.numeric)
    numeric = {column for column, found in columns.items() if sum(found) > NUMBERS * len(found)}
    found = [False]
    for above, row in pairwise(rows):
        if len(row.pieces) == 1 and row.pieces[0].middle < gaps[0]:  # a label's next line, or a section
            found.append(continues_label([above], row, gaps, 0.0))
            continue
        numbers = (p.numeric and bisect_right(gaps, p.middle) in numeric for p in row.pieces)
        found.append(row.top - above.bottom <= CLOSE * row.height and not any(numbers))
    return found


# -- cells set around the middle of their row ---------------------------------------------------------------


def centred_rows(rows: Sequence[Row], gaps: Sequence[float]) -> list[list[list[Piece]]] | None:
    """The cells of each row, column by column, with the lines of each from top to bottom; ``None`` where
    cells are not set around the middles of rows, which a column with one line in each tells."""
    if not FEWEST <= len(rows) <= MOST_ROWS:
        return None
    columns = _columns(rows, gaps)
    if columns is None or max(map(len, columns)) < FEWEST:
        return None
    height = sorted(row.height for row in rows)[len(rows) // 2]
    pitch = PITCH * min(below - above for column in columns for (above, _), (below, _) in pairwise(column))
    counts = [len(column) for column in columns]
    keys = [column for column in columns if FEWEST <= len(column) < max(counts)]
    for key in sorted(keys, key=len, reverse=True):
        middles = [middle for middle, _ in key]
        found = [_share_out(column, middles, pitch, OFF * height) for column in columns]
        if all(cells is not None for cells in found):
            cells = [each for each in found if each is not None]
            if _is_filled(cells):
                return [list(row) for row in zip(*cells, strict=True)]
    return None


def _is_filled(columns: Sequence[Sequence[Sequence[Piece]]]) -> bool:
    """Whether some cells have several lines and few have none."""
    lines = [len(cell) for column in columns for cell in column]
    return sum(count > 1 for count in lines) >= FEWEST_AROUND and lines.count(0) <= MOST_EMPTY * len(lines)


def _columns(rows: Sequence[Row], gaps: Sequence[float]) -> list[list[Line]] | None:
    """The lines of each column from top to bottom; ``None`` where one goes over several columns."""
    columns: list[list[Line]] = [[] for _ in range(len(gaps) + 1)]
    for row in rows:
        for piece in row.pieces:
            column = bisect_right(gaps, piece.x0)
            if column != bisect_right(gaps, piece.x1):
                return None
            columns[column].append((piece.words[0].box.middle_y, piece))
    return [sorted(column, key=lambda line: line[0]) for column in columns]


def _share_out(
    lines: Sequence[Line], middles: Sequence[float], pitch: float, most: float
) -> list[list[Piece]] | None:
    """The lines of a column for each of the rows' middles, around which each row's must stand, as few without
    any as can be; ``None`` where they do not."""
    ends = {0: (0, 0)}  # how many lines are shared out: the empty cells until then, and the last cell's lines
    taken: list[dict[int, tuple[int, int]]] = []
    for middle in middles:
        step: dict[int, tuple[int, int]] = {}
        for start, (empty, _) in ends.items():
            for count in _possible_counts(lines, start, middle, pitch, most):
                candidate = empty + (count == 0), count
                step[start + count] = min(candidate, step.get(start + count, candidate))
        taken.append(step)
        ends = step
    if len(lines) not in ends:
        return None
    found: list[list[Piece]] = []
    end = len(lines)
    for step in reversed(taken):
        _, count = step[end]
        found.append([piece for _, piece in lines[end - count : end]])
        end -= count
    return found[::-1]


def _possible_counts(
    lines: Sequence[Line], start: int, middle: float, pitch: float, most: float
) -> Iterator[int]:
    """How many lines from one on may be a cell around a height: none, or close ones that stand so."""
    yield 0
    for count, (last, _) in enumerate(lines[start : start + MOST_LINES], 1):
        if count > 1 and last - lines[start + count - 2][0] > pitch:
            return
        if abs((lines[start][0] + last) / 2 - middle) <= most:
            yield count
