"""Tables without a grid of lines: rows of short pieces of text whose edges stand below each other.

Two kinds are looked for: what stands between horizontal rulings of one width, as papers set tables, and rows
that align with no line at all. Prose in columns, maps and charts look alike at first: they are turned away.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.core.geometry import Box, around
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.column_heads import heads_of
from app.pdf.tables.headers import NUMERIC
from app.pdf.tables.rows import Piece, Row, middle, read_rows, white_strips
from app.pdf.tables.ruled import Slot, Table, table_of
from app.pdf.tables.wrapped import CLOSE as CLOSE_BELOW
from app.pdf.tables.wrapped import row_starts

FORMULA = re.compile(r"[=∫∑∏√≥≤⇒≈∼≡∂∇∞⎛-⎭⟨⟩|‖∈⊂→\uf8e5-\uf8fe]|^[+−×·]$")
LEADERS = re.compile(r"\.{4,}|(?:\. ){4,}")

CELL_GAP = 0.9
"""In heights of the line: a gap that parts two cells, wider than any between words."""

RULED_GAP = 0.65
"""The same between horizontal rulings, where there is less doubt."""

SNAP = 3.0
"""Points within which edges stand below each other, and rulings have one width."""

FEWEST_ROWS = 3
"""Rows of a table without a grid: two lines that align are a coincidence of most pages."""

WORDIEST = 12
"""Words of the longest piece in a row of a table."""

MOST_ACROSS = 0.08
"""Share of the rows that may have a piece across the strip between two columns: headings between rows do."""

NARROWEST_STRIP = 1.5
"""Points of the strip between two columns, past what rounding leaves."""

CLOSE = 0.35
"""In heights of a line: the most white above a line that goes on with the cells of the row above it."""

WORDS_OF_CELL = 4.5
"""Words of a cell on average; lines of prose in two columns have more."""

SEVERAL = 0.3
"""Share of the rows between two rulings that have more than one piece, in a band of a table."""

MOST_WORDY = 0.3
"""Share of the rows between two rulings that may be wordier than ``WORDIEST``."""

TABULAR = 0.45
"""Share of the rows of a run that align: the others are wrapped cells and headings between."""

NEXT_TABULAR, NEXT_OTHER = 3.5, 2.2
"""In heights of a line: the most white above the next row of a run, where that aligns, and where not."""

MOST_HEADS = 4
"""Lines of heads between a table's first two rulings."""

MOST_BETWEEN = 3
"""Rows that do not align, between two that do, besides the further lines of cells."""

FEWEST_COLUMNS = 3
"""Columns of a table whose cells may have any number of lines."""

HEADER_ROWS, ABOVE_HEADER = 3, 1.3
"""Rows of a header above a run, and in heights of a line the most white below each."""

WORDS_OF_PROSE, FULL_LINES = 4, 0.5
"""Words of a line of justified prose, and the share of a column's pieces that fill its width in such."""

NUMBERS = 0.3
"""Share of the cells that are numbers in a table of numbers: it may be emptier, and wordier."""

FILLED, FILLED_WITH_NUMBERS = 0.55, 0.35
"""Share of the cells that are filled, in a table of words and in one of numbers."""

NUMBERS_OF_TWO = 0.25
"""Share of the cells that are numbers in a table of two columns: a label and its value, and no two texts."""

STEADY = 0.5
"""Share of the cells that keep the edge which most of their column keep."""

SIGNS, OVERLAPPING, OVERLAP = 0.12, 0.2, 0.3
"""Shares that are formulas: of cells with a mathematical sign, and of rows that overlap the next by more than
the last, in heights of a line."""

SHORTEST_RULING = 100.0
"""Points: a table's rulings are as wide as it is."""


MOST_RULINGS = 1_000
"""Long ones on a page: a drawing may have more."""

LOWEST = 20.0
"""Points between the first and the last ruling of a table."""


def find_unruled(
    words: Sequence[PlacedWord], rulings: Sequence[Ruling], _shades: Sequence[Box] = ()
) -> list[Table]:
    """The tables among words that run to the right and stand in no ruled one, given the page's lines."""
    found: list[Table] = []
    level = [ruling for ruling in rulings if not ruling.vertical]
    boxes = _find_boxes(level)
    words = sorted(words, key=middle) if boxes else words
    for box in boxes:
        for table in _find_between(_words_inside(words, box), box, level):
            found.append(table)
            taken = {word.order for word in table.words}
            words = [word for word in words if word.order not in taken]
    return found + list(_find_aligned(words, 2))


def _words_inside(words: Sequence[PlacedWord], box: Box) -> list[PlacedWord]:
    """Of words from top to bottom those that stand between the sides of a box."""
    first, last = bisect_left(words, box.top, key=middle), bisect_right(words, box.bottom, key=middle)
    left, right = box.x0 - SNAP, box.x1 + SNAP
    return [word for word in words[first:last] if left <= word.box.middle_x <= right]


# -- columns ------------------------------------------------------------------------------------------------


def _find_gaps(rows: Sequence[Row]) -> list[float]:
    """Where the white strips between columns are: almost no row has a piece across."""
    strips = white_strips(rows, int(MOST_ACROSS * len(rows)), NARROWEST_STRIP)
    return [(start + end) / 2 for start, end in strips]


def _slots(row: Row, gaps: Sequence[float], edges: Sequence[float]) -> list[Slot]:
    """A cell of this row for each column; one that spans columns is the first of them."""
    slots = [
        Slot(0, column, Box(x0, row.top, x1, row.bottom)) for column, (x0, x1) in enumerate(pairwise(edges))
    ]
    for piece in row.pieces:
        spanned = sum(piece.x0 < gap < piece.x1 for gap in gaps)
        if spanned > 1:
            first = slots[bisect_right(gaps, piece.x0)]
            first.words += piece.words
            first.column_span = spanned + 1
            continue
        for word in piece.words:
            slots[bisect_right(gaps, word.box.middle_x)].words.append(word)
    return slots


def _make_table(
    rows: Sequence[Row], gaps: Sequence[float], heads: int = 0, level: Sequence[Ruling] = ()
) -> Table:
    """The table of these rows, cut into columns at the gaps; its first ``heads`` rows are known to be heads,
    over which lines may stand."""
    box = around(word.box for row in rows for piece in row.pieces for word in piece.words)
    edges = [box.x0, *gaps, box.x1]
    levels = heads_of(rows[:heads], gaps, rows[heads:], level) if heads else []
    slots = [slot for number, each in enumerate(levels) for slot in each.slots(number, edges)]
    lines = _join_lines(rows[heads:] if levels else rows, gaps, edges)
    for number, cells in enumerate(lines, len(levels)):
        slots += _merge_spans(number, cells)
    return table_of(box, slots, len(levels))


def _join_lines(rows: Sequence[Row], gaps: Sequence[float], edges: Sequence[float]) -> list[list[Slot]]:
    """The cells of lines, those that go on with cells above them as one with these."""
    lines: list[list[Slot]] = []
    above: Row | None = None
    for row, begins in zip(rows, row_starts(rows, gaps), strict=True):
        slots = _slots(row, gaps, edges)
        if above is not None and (not begins or _goes_on(above, row, slots, lines[-1])):
            for slot, more in zip(lines[-1], slots, strict=True):
                slot.words += more.words
                slot.box = slot.box._replace(bottom=max(slot.box.bottom, row.bottom))
        else:
            lines.append(slots)
        above = row
    return lines


def _merge_spans(row: int, slots: Sequence[Slot]) -> Iterator[Slot]:
    """A row's cells; a cell that spans columns takes the empty ones that it covers."""
    column = 0
    while column < len(slots):
        slot = slots[column]
        span = 1
        while span < slot.column_span and not slots[column + span].words:
            span += 1
        slot.row, slot.column_span = row, span
        slot.box = slot.box._replace(x1=slots[column + span - 1].box.x1)
        yield slot
        column += span


def _goes_on(above: Row, row: Row, slots: Sequence[Slot], last: Sequence[Slot]) -> bool:
    """Whether a line continues cells of the row above it: it stands close, and begins nothing new."""
    if row.top - above.bottom > CLOSE * row.height:
        return False
    filled = [place for place, slot in enumerate(slots) if slot.words]
    if any(not last[place].words for place in filled) or 2 * len(filled) > len(slots):
        return False
    if filled[0] > 0:
        return not any(NUMERIC.match(slots[place].words[0].text) for place in filled)
    return len(filled) == 1 and slots[0].words[0].text[:1].islower()


# -- between horizontal rulings -----------------------------------------------------------------------------


def _find_boxes(level: Sequence[Ruling]) -> list[Box]:
    """The boxes from the first to the last of the horizontal rulings of one width."""
    widths: dict[tuple[int, int], list[Ruling]] = {}
    long = [ruling for ruling in level if ruling.x1 - ruling.x0 >= SHORTEST_RULING]
    for ruling in long if len(long) <= MOST_RULINGS else ():
        key = next(
            (k for k in widths if abs(k[0] - ruling.x0) <= SNAP and abs(k[1] - ruling.x1) <= SNAP),
            (round(ruling.x0), round(ruling.x1)),
        )
        widths.setdefault(key, []).append(ruling)
    boxes = [around(Box(*ruling) for ruling in group) for group in widths.values()]
    return sorted((box for box in boxes if box.height > LOWEST), key=lambda box: box.top)


def _find_between(words: Sequence[PlacedWord], box: Box, level: Sequence[Ruling]) -> Iterator[Table]:
    """The tables in a box of rulings: bands between two of them that hold rows and no prose, together. The
    words come from top to bottom."""
    heights = sorted(_heights(box, level))
    tables: list[list[Row]] = [[]]
    bands: list[list[int]] = [[]]
    edges = [bisect_right(words, height, key=middle) for height in heights]
    for (top, bottom), (first, last) in zip(pairwise(heights), pairwise(edges), strict=True):
        rows = read_rows(words[first:last], RULED_GAP)
        if _is_band(rows):
            tables[-1] += rows
            bands[-1].append(len(rows))
        elif rows or bottom - top > 2 * SNAP:
            tables.append([])
            bands.append([])
    for rows, counts in zip(tables, bands, strict=True):
        several = [row for row in rows if len(row.pieces) > 1]
        gaps = _find_gaps(several)
        if len(several) < 2 or not gaps or 2 * len(several) < len(rows) or prose_at(several, gaps):
            continue
        table = _make_table(rows, gaps, _count_heads(counts), level)
        if _height(table) >= FEWEST_ROWS and not _is_wordy(table, gaps):
            yield table


def _count_heads(bands: Sequence[int]) -> int:
    """The rows of heads of a table, given how many are in each of the bands between its lines: those in the
    first, where one with more follows."""
    return bands[0] if len(bands) > 1 and bands[0] <= MOST_HEADS and max(bands[1:]) > bands[0] else 0


def _height(table: Table) -> int:
    return table.cells[-1].row + 1


def _is_wordy(table: Table, gaps: Sequence[float]) -> bool:
    """Whether the cells are lines of prose in two columns, with a ruling above and below."""
    cells = [cell.text for cell in table.cells if cell.text]
    return len(gaps) == 1 and sum(len(cell.split()) for cell in cells) > WORDS_OF_CELL * len(cells)


def _heights(box: Box, level: Sequence[Ruling]) -> set[float]:
    """Where the rulings of the width of a box stand."""
    left, right, most = box.x0, box.x1, 2 * SNAP
    return {round(top, 1) for x0, top, x1, _ in level if abs(x0 - left) <= most and abs(x1 - right) <= most}


def _is_band(rows: Sequence[Row]) -> bool:
    if not rows:
        return False
    several = sum(len(row.pieces) > 1 for row in rows)
    wordy = sum(row.wordiest > WORDIEST for row in rows)
    return (several >= SEVERAL * len(rows) or len(rows) == 1) and wordy <= MOST_WORDY * len(rows)


# -- by alignment alone -------------------------------------------------------------------------------------


def _find_aligned(words: Sequence[PlacedWord], deep: int) -> Iterator[Table]:
    rows = read_rows(words, CELL_GAP)
    _mark_tabular(rows)
    for run in _find_runs(rows):
        tabular = [row for row in run if row.tabular]
        gaps = _find_gaps(tabular)
        prose = prose_at(tabular, gaps) if gaps else []
        if prose and deep:
            inside = [word for row in run for piece in row.pieces for word in piece.words]
            for part in words_beside(inside, gaps, prose):
                yield from _find_aligned(part, deep - 1)
        elif gaps and not prose:
            table = _make_table(run, gaps)
            if _is_convincing(table, run, tabular, gaps):
                yield table


def words_beside(
    words: Sequence[PlacedWord], gaps: Sequence[float], prose: Sequence[int]
) -> Iterable[list[PlacedWord]]:
    """The words beside columns of prose, together where no such column parts them."""
    columns: dict[int, list[PlacedWord]] = {}
    for word in words:
        column = bisect_right(gaps, word.box.middle_x)
        if column not in prose:
            columns.setdefault(sum(column > each for each in prose), []).append(word)
    return columns.values()


def _mark_tabular(rows: Sequence[Row]) -> None:
    """Set ``tabular`` where pieces of a row align with those of others."""
    several = [row for row in rows if len(row.pieces) > 1]
    possible = [row for row in several if _could_be_cells(row)]
    if len(possible) < FEWEST_ROWS:
        return  # as on a page of prose
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
    return any(
        edges[side, place + near] >= FEWEST_ROWS for side, place in _edges(piece) for near in (-1, 0, 1)
    )


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


def _columns(rows: Sequence[Row], gaps: Sequence[float]) -> list[list[Piece]]:
    """The pieces of each column."""
    columns: list[list[Piece]] = [[] for _ in range(len(gaps) + 1)]
    for row in rows:
        for piece in row.pieces:
            columns[bisect_right(gaps, piece.middle)].append(piece)
    return columns


def prose_at(rows: Sequence[Row], gaps: Sequence[float]) -> list[int]:
    """The columns that hold justified prose: most pieces are long and fill the column's width."""
    return [place for place, pieces in enumerate(_columns(rows, gaps)) if _is_prose(pieces)]


def _is_prose(pieces: Sequence[Piece]) -> bool:
    if len(pieces) < FEWEST_ROWS:
        return False
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    full = sum(
        len(piece.words) >= WORDS_OF_PROSE and max(piece.x0 - left, right - piece.x1) <= 2 * SNAP
        for piece in pieces
    )
    return full >= FULL_LINES * len(pieces)


def _is_convincing(table: Table, run: Sequence[Row], rows: Sequence[Row], gaps: Sequence[float]) -> bool:
    """Whether what aligns is a table: filled, of short cells, in columns that keep an edge."""
    cells = [cell.text for cell in table.cells if cell.text]
    numeric = sum(all(map(NUMERIC.match, cell.split())) for cell in cells) / len(cells)
    wordy = len(table.words) / max(len(cells), sum(len(row.pieces) for row in run))  # a cell may have lines
    filled = len(cells) / (_height(table) * (len(gaps) + 1))
    of_numbers = numeric > NUMBERS
    if filled < (FILLED_WITH_NUMBERS if of_numbers else FILLED):
        return False
    if wordy > WORDS_OF_CELL and not of_numbers:
        return False
    if len(gaps) == 1 and numeric < NUMBERS_OF_TWO:
        return False
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
    columns = _columns(rows, gaps)
    kept = sum(_most_alike(pieces) - 1 for pieces in columns if pieces)
    return kept / max(1, sum(len(pieces) - 1 for pieces in columns if pieces))


def _most_alike(pieces: Sequence[Piece]) -> int:
    sides = ([p.x0 for p in pieces], [p.x1 for p in pieces], [p.middle for p in pieces])
    return max(_most_within(sorted(places)) for places in sides)


def _most_within(places: Sequence[float]) -> int:
    """The most of these sorted places that lie within a snap."""
    return max(bisect_right(places, place + SNAP) - at for at, place in enumerate(places))
