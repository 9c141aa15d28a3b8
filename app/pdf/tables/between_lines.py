"""Tables between horizontal rulings of one width, as papers set them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.core.geometry import Box, around
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.columns import (
    FEWEST_ROWS,
    SNAP,
    columns_of,
    find_gaps,
    height_of,
    make_table,
    merge_spans,
    prose_at,
    reads_on,
    slots_in,
)
from app.pdf.tables.figures import is_figure
from app.pdf.tables.rows import Row, middle, read_rows
from app.pdf.tables.ruled import Slot, Table, table_of
from app.pdf.tables.wrapped import centred_rows

RULED_GAP = 0.65
"""The same between horizontal rulings, where there is less doubt."""

WORDIEST = 12
"""Words of the longest piece in a row of a table."""

SEVERAL = 0.3
"""Share of the rows between two rulings that have more than one piece, in a band of a table."""

MOST_WORDY = 0.3
"""Share of the rows between two rulings that may be wordier than ``WORDIEST``."""

FEWEST_BANDS = 4
"""Bands between lines that may be a row each: of a head and three more."""

FEWEST_GAPS = 2
"""White strips of a table of one row below its heads: two columns of one figure are too little to tell."""

FEWEST_FILLED = 0.8
"""Share of the bands between lines that hold words, where each is a row: those of a chart are empty."""

MOST_NUMBERS = 0.6
"""Share of the pieces that are numbers, where cells have several lines."""

HEADS_ABOVE = 24.0
"""Points above a table's first line in which its heads may stand."""

WHITE_BELOW_HEADS = 2.2
"""In heights of a line: the most white between heads above the first line and the row below it."""

MOST_HEADS = 4
"""Lines of heads between a table's first two rulings."""

SHORTEST_RULING = 100.0
"""Points: a table's rulings are as wide as it is."""

MOST_RULINGS = 1_000
"""Long ones on a page: a drawing may have more."""

LOWEST = 20.0
"""Points between the first and the last ruling of a table."""

WORDS_OF_CELL = 4.5
"""Words of a cell on average; lines of prose in two columns have more."""


def find_between_lines(
    words: Sequence[PlacedWord], level: Sequence[Ruling]
) -> tuple[list[Table], Sequence[PlacedWord]]:
    """The tables between level lines of one width, among words that run to the right, and the words that are
    in none of them."""
    found: list[Table] = []
    boxes = _find_boxes(level)
    words = sorted(words, key=middle) if boxes else words
    for box in boxes:
        for table in _find_between(_words_inside(words, box), box, level):
            found.append(table)
            taken = {word.order for word in table.words}
            words = [word for word in words if word.order not in taken]
    return found, words


def _words_inside(words: Sequence[PlacedWord], box: Box) -> list[PlacedWord]:
    """Of words from top to bottom those that stand between the sides of a box, or right above it."""
    first, last = (
        bisect_left(words, box.top - HEADS_ABOVE, key=middle),
        bisect_right(words, box.bottom, key=middle),
    )
    left, right = box.x0 - SNAP, box.x1 + SNAP
    return [word for word in words[first:last] if left <= word.box.middle_x <= right]


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
    found = [read_rows(words[first:last], RULED_GAP) for first, last in pairwise(edges)]
    above = bisect_left(words, box.top - HEADS_ABOVE, key=middle)
    if table := _read_row_by_row(found, read_rows(words[above : edges[0]], RULED_GAP)):
        yield table
        return
    for (top, bottom), rows in zip(pairwise(heights), found, strict=True):
        if _is_band(rows):
            tables[-1] += rows
            bands[-1].append(len(rows))
        elif rows or bottom - top > 2 * SNAP:
            tables.append([])
            bands.append([])
    for rows, counts in zip(tables, bands, strict=True):
        several = [row for row in rows if len(row.pieces) > 1]
        gaps = find_gaps(several)
        heads = _count_heads(counts)
        if len(several) < 2 or not gaps:
            continue
        doubtful = 2 * len(several) < len(rows) or prose_at(several, gaps)
        if doubtful and not centred_rows(rows[heads:], gaps):
            continue
        table = make_table(rows, gaps, heads, level)
        enough = height_of(table) >= FEWEST_ROWS or _is_one_record(rows, counts, gaps)
        if enough and not _is_wordy(table, gaps) and not _are_paragraphs(table):
            yield table


def _read_row_by_row(bands: Sequence[Sequence[Row]], above: Sequence[Row]) -> Table | None:
    """The table of which a line parts each row from the next, whose cells may have any number of lines;
    ``None`` where the bands between lines hold several rows. ``above`` are the lines over the first, which
    may be heads."""
    filled = [rows for rows in bands if rows]
    lines = [row for rows in filled for row in rows]
    gaps = find_gaps([row for row in lines if len(row.pieces) > 1])
    if len(filled) < max(FEWEST_BANDS, FEWEST_FILLED * len(bands)) or len(lines) == len(filled) or not gaps:
        return None
    if _are_numbers(lines) or not all(_is_one_row(rows, gaps) for rows in filled):
        return None
    if above and _is_head(above[-1], filled[0][0], gaps):
        filled, lines = [above[-1:], *filled], [above[-1], *lines]
    box = around(word.box for row in lines for piece in row.pieces for word in piece.words)
    edges = [box.x0, *gaps, box.x1]
    cells = [_join_slots([slots_in(row, gaps, edges) for row in rows]) for rows in filled]
    return table_of(box, (slot for number, slots in enumerate(cells) for slot in merge_spans(number, slots)))


def _are_numbers(rows: Sequence[Row]) -> bool:
    """Whether most of what stands between lines are numbers, as beside those of a chart."""
    pieces = [piece for row in rows for piece in row.pieces]
    return sum(piece.numeric for piece in pieces) > MOST_NUMBERS * len(pieces)


def _is_head(row: Row, below: Row, gaps: Sequence[float]) -> bool:
    """Whether a line right above another has a piece in most columns, and none over several."""
    filled = {bisect_right(gaps, piece.x0) for piece in row.pieces}
    inside = all(bisect_right(gaps, piece.x0) == bisect_right(gaps, piece.x1) for piece in row.pieces)
    near = below.top - row.bottom <= WHITE_BELOW_HEADS * row.height
    return near and inside and len(filled) > len(gaps) / 2 and not any(piece.numeric for piece in row.pieces)


def _is_one_row(rows: Sequence[Row], gaps: Sequence[float]) -> bool:
    """Whether lines are those of one row's cells: no column has two numbers, and some have fewer lines."""
    columns = columns_of(rows, gaps)
    counts = [len(pieces) for pieces in columns if pieces]
    if any(sum(piece.numeric for piece in pieces) > 1 for pieces in columns):
        return False
    return len(rows) == 1 or (len(counts) > 1 and min(counts) < len(rows))


def _join_slots(lines: Sequence[list[Slot]]) -> list[Slot]:
    """The cells of a row, given those of each of its lines."""
    first, *further = lines
    for slots in further:
        for slot, more in zip(first, slots, strict=True):
            slot.words += more.words
            slot.box = slot.box._replace(bottom=more.box.bottom)
            slot.column_span = max(slot.column_span, more.column_span)
    return first


def _count_heads(bands: Sequence[int]) -> int:
    """The rows of heads of a table, given how many are in each of the bands between its lines: those in the
    first, where one with more follows."""
    return bands[0] if len(bands) > 1 and bands[0] <= MOST_HEADS and max(bands[1:]) > bands[0] else 0


def _is_one_record(rows: Sequence[Row], counts: Sequence[int], gaps: Sequence[float]) -> bool:
    """Whether lines part two rows of which each fills all columns: heads, and below them mostly numbers."""
    if list(counts) != [1, 1] or len(gaps) < FEWEST_GAPS or any(len(r.pieces) <= len(gaps) for r in rows):
        return False
    heads, values = rows
    numbers = sum(map(is_figure, values.pieces))
    return not any(piece.numeric for piece in heads.pieces) and 2 * numbers > len(values.pieces)


def _are_paragraphs(table: Table) -> bool:
    """Whether the cells of every column are lines of paragraphs: columns of prose between lines of a page."""
    columns: dict[int, list[int]] = {}
    for cell in table.cells:
        if cell.text:
            columns.setdefault(cell.column, []).append(len(cell.text.split()))
    # A table with long texts has names, codes or numbers beside them.
    long = all(sum(counts) > WORDS_OF_CELL * len(counts) for counts in columns.values())
    return long and reads_on(table)


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
    apart = 1 + sum(
        below.top >= row.bottom for row, below in pairwise(rows)
    )  # lines of centred cells overlap
    return (several >= SEVERAL * apart or len(rows) == 1) and wordy <= MOST_WORDY * len(rows)
