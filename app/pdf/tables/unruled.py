"""Tables without a grid of lines: rows of short pieces of text whose edges stand below each other.

Two kinds are looked for: what stands between horizontal rulings of one width, as papers set tables, and rows
that align with no line at all. Prose in columns, maps and charts look alike at first: they are turned away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from app.core.geometry import Box
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.between_lines import WORDIEST, WORDS_OF_CELL, find_between_lines
from app.pdf.tables.columns import (
    FEWEST_ROWS,
    SNAP,
    columns_of,
    find_gaps,
    height_of,
    lists_pages,
    make_table,
    prose_at,
    reads_on,
    words_beside,
)
from app.pdf.tables.headers import NUMERIC
from app.pdf.tables.rows import Piece, Row, read_rows
from app.pdf.tables.ruled import Table
from app.pdf.tables.wrapped import CLOSE as CLOSE_BELOW

FORMULA = defer_regex(r"[=∫∑∏√≥≤⇒≈∼≡∂∇∞⎛-⎭⟨⟩|‖∈⊂→\uf8e5-\uf8fe]|^[+−×·]$")
LEADERS = defer_regex(r"\.{4,}|(?:\. ){4,}")

CELL_GAP = 0.9
"""In heights of the line: a gap that parts two cells, wider than any between words."""


TABULAR = 0.45
"""Share of the rows of a run that align: the others are wrapped cells and headings between."""

NEXT_TABULAR, NEXT_OTHER = 3.5, 2.2
"""In heights of a line: the most white above the next row of a run, where that aligns, and where not."""


MOST_DEEP = 2
"""Columns of prose that a table may stand between."""

MOST_BETWEEN = 3
"""Rows that do not align, between two that do, besides the further lines of cells."""

FEWEST_COLUMNS = 3
"""Columns of a table whose cells may have any number of lines."""

HEADER_ROWS, ABOVE_HEADER = 3, 1.3
"""Rows of a header above a run, and in heights of a line the most white below each."""


NUMBERS = 0.3
"""Share of the cells that are numbers in a table of numbers: it may be emptier, and wordier."""

FILLED, FILLED_WITH_NUMBERS = 0.55, 0.35
"""Share of the cells that are filled, in a table of words and in one of numbers."""

NUMBERS_OF_TWO = 0.25
"""Share of the cells that are numbers in a table of two columns: a label and its value, and no two texts."""

STEADY = 0.5
"""Share of the cells that keep the edge which most of their column keep."""

FEWEST_FIELDS, LONGEST_NAME, FEWEST_LETTERS = 4, 5, 3
"""Fields below each other; words of the name of one, and its letters."""

BETWEEN_FIELDS, BEGINS = 1.5, 1.0
"""In heights of a line: the most white between two fields; and points within which names begin, and values:
they are set at one place."""

COUNTED = 0.4
"""Share of the values that have a figure, such as dates, numbers of things and amounts."""

SIGNS, OVERLAPPING, OVERLAP = 0.12, 0.2, 0.3
"""Shares that are formulas: of cells with a mathematical sign, and of rows that overlap the next by more than
the last, in heights of a line."""


def find_unruled(
    words: Sequence[PlacedWord], rulings: Sequence[Ruling], _shades: Sequence[Box] = ()
) -> list[Table]:
    """The tables among words that run to the right and stand in no ruled one, given the page's lines."""
    found, words = find_between_lines(words, [ruling for ruling in rulings if not ruling.vertical])
    return found + list(_find_aligned(words, MOST_DEEP))


def _find_aligned(words: Sequence[PlacedWord], deep: int) -> Iterator[Table]:
    rows = read_rows(words, CELL_GAP)
    _mark_tabular(rows)
    for run in _find_runs(rows):
        tabular = [row for row in run if row.tabular]
        gaps = find_gaps(tabular)
        # Columns of a magazine align as columns of a table do: a table is looked for beside or between them.
        prose = prose_at(tabular, gaps) if gaps else []
        if prose and deep:
            inside = [word for row in run for piece in row.pieces for word in piece.words]
            for part in words_beside(inside, gaps, prose):
                yield from _find_aligned(part, deep - 1)
        elif gaps and not prose:
            table = make_table(run, gaps)
            if _is_convincing(table, run, tabular, gaps):
                yield table


def _mark_tabular(rows: Sequence[Row]) -> None:
    """Set ``tabular`` where pieces of a row align with those of others."""
    several = [row for row in rows if len(row.pieces) > 1]
    possible = [row for row in several if _could_be_cells(row)]
    if len(possible) < FEWEST_ROWS:
        return  # as on a page of prose
    # Each row counts once for an edge: a row of short pieces would else align with itself.
    edges = Counter(
        edge for row in several for edge in {edge for piece in row.pieces for edge in _edges(piece)}
    )
    for row in possible:
        aligned = sum(_aligns(piece, edges) for piece in row.pieces)
        row.tabular = aligned >= min(2, len(row.pieces) - 1)


def _could_be_cells(row: Row) -> bool:
    """Whether the pieces of a row are short, and three, or the second of two is a number."""
    return row.wordiest <= WORDIEST and (len(row.pieces) > 2 or row.pieces[1].numeric)


def _edges(piece: Piece) -> tuple[tuple[str, int], ...]:
    sides = ("left", piece.x0), ("right", piece.x1), ("middle", piece.middle)
    return tuple((side, round(x / SNAP)) for side, x in sides)


def _aligns(piece: Piece, edges: Counter[tuple[str, int]]) -> bool:
    # Places are rounded, and the next ones count, too: 99.9 and 100.1 may be rounded apart.
    return any(edges[side, mark + near] >= FEWEST_ROWS for side, mark in _edges(piece) for near in (-1, 0, 1))


def _find_runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that follow each other closely, most of them tabular, with the header above them."""
    at = 0
    while at < len(rows):
        if not rows[at].tabular:
            at += 1
            continue
        last = _end_of_run(rows, at)
        run = rows[at : last + 1]
        tabular = sum(row.tabular for row in run)
        if tabular >= FEWEST_ROWS and tabular >= TABULAR * sum(not row.wrapped for row in run):
            yield [*_headers(rows, at), *run]
        at = last + 1


def _end_of_run(rows: Sequence[Row], start: int) -> int:
    last, between = start, 0
    columns = _join_extents([(piece.x0, piece.x1) for piece in rows[start].pieces])
    for at in range(start + 1, len(rows)):
        row = rows[at]
        gap = row.top - rows[at - 1].bottom
        widest = NEXT_TABULAR if row.tabular else NEXT_OTHER
        # More white is allowed above a row that aligns: what aligns over white still belongs together.
        if gap > widest * rows[at - 1].height:
            break
        if row.tabular:
            last, between = at, 0
            columns = _join_extents([*columns, *((piece.x0, piece.x1) for piece in row.pieces)])
            continue
        row.wrapped = gap <= CLOSE_BELOW * row.height and _fits(row, columns)
        between += not row.wrapped
        if between >= MOST_BETWEEN:
            break
        # Lines of a cell end a run as rows do; a heading at the end belongs to what is below.
        if row.wrapped and not between:
            last = at
    return last


def _join_extents(extents: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where columns begin and end, those that overlap as one."""
    found: list[tuple[float, float]] = []
    for x0, x1 in sorted(extents):
        if found and x0 < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], x1))
        else:
            found.append((x0, x1))
    return found


def _fits(row: Row, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether each piece of a row stands in one column: it may be the next line of a cell."""
    if len(columns) < FEWEST_COLUMNS or len(row.pieces) >= len(columns):
        return False
    return all(
        any(x0 - SNAP <= piece.x0 and piece.x1 <= x1 + SNAP for x0, x1 in columns) for piece in row.pieces
    )


def _headers(rows: Sequence[Row], start: int) -> list[Row]:
    first = start
    while first > 0 and start - first < HEADER_ROWS and len(rows[first - 1].pieces) > 1:
        above = rows[first - 1]
        if rows[first].top - above.bottom > ABOVE_HEADER * rows[first].height or above.wordiest > WORDIEST:
            break
        first -= 1
    return list(rows[first:start])


def _is_convincing(table: Table, run: Sequence[Row], rows: Sequence[Row], gaps: Sequence[float]) -> bool:
    """Whether what aligns is a table: filled, of short cells, in columns that keep an edge."""
    cells = [cell.text for cell in table.cells if cell.text]
    numeric = sum(all(map(NUMERIC.match, cell.split())) for cell in cells) / len(cells)
    # Filled and wordy are weighed differently where there are numbers: these are sparse, and notes beside
    # them long.
    wordy = len(table.words) / max(len(cells), sum(len(row.pieces) for row in run))  # a cell may have lines
    filled = len(cells) / (height_of(table) * (len(gaps) + 1))
    of_numbers = numeric > NUMBERS
    if filled < (FILLED_WITH_NUMBERS if of_numbers else FILLED):
        return False
    if wordy > WORDS_OF_CELL and not of_numbers:
        return False
    if (len(gaps) == 1 and numeric < NUMBERS_OF_TWO) or lists_pages(run) or reads_on(table):
        return False
    # Last, as it is the dearest: it sorts the edges of every column.
    return not is_formula(cells, rows) and _steadiness(rows, gaps) >= STEADY


def is_formula(cells: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether what aligns are the parts of display formulas, or an index with leaders."""
    signs = sum(bool(FORMULA.search(cell)) for cell in cells) / len(cells)
    overlapping = sum(below.top < row.bottom - OVERLAP * row.height for row, below in pairwise(rows)) / len(
        rows
    )
    return signs > SIGNS or overlapping > OVERLAPPING or any(map(LEADERS.search, cells))


def _steadiness(rows: Sequence[Row], gaps: Sequence[float]) -> float:
    """The share of cells, past the first of each column, that keep the edge which most of their column keep:
    left, right or middle."""
    columns = columns_of(rows, gaps)
    kept = sum(_most_alike(pieces) - 1 for pieces in columns if pieces)
    return kept / max(1, sum(len(pieces) - 1 for pieces in columns if pieces))


def _most_alike(pieces: Sequence[Piece]) -> int:
    sides = ([p.x0 for p in pieces], [p.x1 for p in pieces], [p.middle for p in pieces])
    return max(_most_within(sorted(values)) for values in sides)


def _most_within(values: Sequence[float]) -> int:
    """The most of these sorted values that lie within a snap."""
    return max(bisect_right(values, value + SNAP) - at for at, value in enumerate(values))


# -- fields: labels, and their values right of them ---------------------------------------------------------


def find_fields(
    words: Sequence[PlacedWord], _lines: Sequence[Ruling] = (), _shades: Sequence[Box] = ()
) -> Iterator[Table]:
    """The tables of fields among words that run to the right: labels below each other and right of each its
    value, none with a colon, with nothing else beside them."""
    run: list[Row] = []
    for row in [*read_rows(words, CELL_GAP), None]:
        if row is not None and _goes_on_with_fields(run, row):
            run.append(row)
            continue
        if len(run) >= FEWEST_FIELDS and _are_fields(run):
            table = make_table(run, [(max(r.pieces[0].x1 for r in run) + run[0].pieces[1].x0) / 2])
            yield replace(table, cells=tuple(cell._replace(header=False) for cell in table.cells))
        run = [row] if row is not None and _may_be_field(row) else []


def _goes_on_with_fields(run: Sequence[Row], row: Row) -> bool:
    """Whether a row is a field in the columns of those above and stands close below them."""
    if not run or not _may_be_field(row):
        return False
    edges = zip(run[0].pieces, row.pieces, strict=True)
    near = row.top - run[-1].bottom <= BETWEEN_FIELDS * row.height
    return near and all(abs(above.x0 - below.x0) <= BEGINS for above, below in edges)


def _may_be_field(row: Row) -> bool:
    if len(row.pieces) != 2:
        return False
    label, value = row.pieces
    letters = sum(map(str.isalpha, "".join(word.text for word in label.words)))
    return (
        len(label.words) <= LONGEST_NAME
        and len(value.words) <= WORDIEST
        and letters >= FEWEST_LETTERS
        and label.words[0].text[0].isupper()
        and not label.words[-1].text.endswith((".", ":", ";", ",", "?", "!"))
    )


def _are_fields(run: Sequence[Row]) -> bool:
    """Whether values of several kinds stand beside names of which none is said twice."""
    names = {" ".join(word.text for word in row.pieces[0].words) for row in run}
    values = [row.pieces[1] for row in run]
    named, counted = (sum(_has_figure(row.pieces[at]) for row in run) for at in (0, 1))
    # An index in two columns has the numbers of pages in both.
    if 2 * named >= counted:
        return False
    apart = run[0].pieces[1].x0 - max(row.pieces[0].x1 for row in run) >= CELL_GAP * run[0].height
    # All figures are a table of one column, which has heads; all words may be two lists, or a dialogue.
    figures = sum(value.numeric for value in values)
    return apart and len(names) == len(run) and 2 * figures < len(run) and counted >= COUNTED * len(run)


def _has_figure(piece: Piece) -> bool:
    return any(map(str.isdecimal, "".join(word.text for word in piece.words)))
