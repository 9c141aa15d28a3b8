"""Rows cut into cells at the white strips between their columns, and columns of prose, which are none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.core.geometry import Box, around
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.column_heads import heads_of
from app.pdf.tables.headers import NUMERIC
from app.pdf.tables.labels import stand_beside
from app.pdf.tables.rows import Piece, Row, read_on, white_strips
from app.pdf.tables.ruled import Slot, Table, table_of
from app.pdf.tables.wrapped import centred_rows, row_starts

MOST_ACROSS = 0.08
"""Share of the rows that may have a piece across the strip between two columns: headings between rows do."""

NARROWEST_STRIP = 1.5
"""Points of the strip between two columns, past what rounding leaves."""

CLOSE = 0.35
"""In heights of a line: the most white above a line that goes on with the cells of the row above it."""

WORDS_OF_PROSE, FULL_LINES = 4, 0.5
"""Words of a line of justified prose, and the share of a column's pieces that fill its width in such."""

PAGE = defer_regex(r"\d{1,4}")
CHAPTER = defer_regex(
    r"(?:item|part|chapter|section|appendix|annex|exhibit|note|kapitel|teil|abschnitt|anhang|chapitre|partie|"
    r"annexe|capítulo|sección|parte|capitolo|sezione|hoofdstuk|глава|раздел)\b|"
    r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)](?:\s|$)|\d+(?:\.\d+)+\b",
    re.IGNORECASE,
)
"""What an entry of a table of contents begins with."""

FEWEST_ENTRIES, ENTRIES, CHAPTERS = 5, 0.6, 0.5
"""Entries of a table of contents; the share of its rows that end with the number of a page; and that of the
entries that begin as chapters do."""

SNAP = 3.0
"""Points within which edges stand below each other, and rulings have one width."""

FEWEST_ROWS = 3
"""Rows of a table without a grid: two lines that align are a coincidence of most pages."""


def find_gaps(rows: Sequence[Row]) -> list[float]:
    """Where the white strips between columns are: almost no row has a piece across."""
    strips = white_strips(rows, int(MOST_ACROSS * len(rows)), NARROWEST_STRIP)
    return [(start + end) / 2 for start, end in strips]


def slots_in(row: Row, gaps: Sequence[float], edges: Sequence[float]) -> list[Slot]:
    """A cell of this row for each column; one that spans columns is the first of them."""
    slots = [
        Slot(0, column, Box(x0, row.top, x1, row.bottom)) for column, (x0, x1) in enumerate(pairwise(edges))
    ]
    for piece in row.pieces:
        spanned = sum(piece.x0 < gap < piece.x1 for gap in gaps)
        # Over one strip only it juts out, and its words are shared out one by one.
        if spanned > 1:
            first = slots[bisect_right(gaps, piece.x0)]
            first.words += piece.words
            first.column_span = spanned + 1
            continue
        for word in piece.words:
            slots[bisect_right(gaps, word.box.middle_x)].words.append(word)
    return slots


def make_table(
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
        slots += merge_spans(number, cells)
    return table_of(box, slots, len(levels))


def _join_lines(rows: Sequence[Row], gaps: Sequence[float], edges: Sequence[float]) -> list[list[Slot]]:
    """The cells of lines, those that go on with cells above them as one with these."""
    if centred := centred_rows(rows, gaps):
        return [list(_centred_slots(cells, edges)) for cells in centred]
    lines: list[list[Slot]] = []
    above: Row | None = None
    # Only above the first numbers: below, cells of different rows may stand beside each other as well.
    among_heads = True
    for row, begins in zip(rows, row_starts(rows, gaps), strict=True):
        slots = slots_in(row, gaps, edges)
        among_heads = among_heads and not any(piece.numeric for piece in row.pieces)
        beside = among_heads and above is not None and stand_beside(above, row, gaps)
        if above is not None and (not begins or beside or _goes_on(above, row, slots, lines[-1])):
            for slot, more in zip(lines[-1], slots, strict=True):
                slot.words += more.words
                slot.box = slot.box._replace(bottom=max(slot.box.bottom, row.bottom))
        else:
            lines.append(slots)
        above = row
    return lines


def _centred_slots(cells: Sequence[Sequence[Piece]], edges: Sequence[float]) -> Iterator[Slot]:
    """The cells of a row, given the lines of each."""
    area = around(word.box for lines in cells for piece in lines for word in piece.words)
    for column, ((x0, x1), lines) in enumerate(zip(pairwise(edges), cells, strict=True)):
        words = [word for piece in lines for word in piece.words]
        yield Slot(0, column, Box(x0, area.top, x1, area.bottom), words=words)


def merge_spans(row: int, slots: Sequence[Slot]) -> Iterator[Slot]:
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
    filled = [column for column, slot in enumerate(slots) if slot.words]
    if any(not last[column].words for column in filled) or 2 * len(filled) > len(slots):
        return False
    if filled[0] > 0:
        return not any(NUMERIC.match(slots[column].words[0].text) for column in filled)
    return len(filled) == 1 and slots[0].words[0].text[:1].islower()


def lists_pages(rows: Sequence[Row]) -> bool:
    """Whether rows are entries of a table of contents: the number of a page stands behind most, which never
    falls, and they begin as chapters and parts do."""
    several = [row for row in rows if len(row.pieces) > 1]
    entries = [row for row in several if PAGE.fullmatch(" ".join(word.text for word in row.pieces[-1].words))]
    pages = [int(row.pieces[-1].words[0].text) for row in entries]
    if len(entries) < max(FEWEST_ENTRIES, ENTRIES * len(several)) or pages != sorted(pages):
        return False
    if pages[0] == pages[-1] or any(piece.numeric for row in entries for piece in row.pieces[1:-1]):
        return False
    begun = sum(
        CHAPTER.match(" ".join(word.text for word in row.pieces[0].words)) is not None for row in entries
    )
    return begun >= CHAPTERS * len(entries)


def reads_on(table: Table) -> bool:
    """Whether the rows are the lines of paragraphs that stand beside each other, as on cards."""
    at = {(cell.row, cell.column): cell.text for cell in table.cells if cell.text}
    return read_on(
        (text, at[row + 1, column]) for (row, column), text in at.items() if (row + 1, column) in at
    )


def height_of(table: Table) -> int:
    """The number of a table's rows."""
    return table.cells[-1].row + 1


def columns_of(rows: Sequence[Row], gaps: Sequence[float]) -> list[list[Piece]]:
    """The pieces of each column."""
    columns: list[list[Piece]] = [[] for _ in range(len(gaps) + 1)]
    for row in rows:
        for piece in row.pieces:
            columns[bisect_right(gaps, piece.middle)].append(piece)
    return columns


def prose_at(rows: Sequence[Row], gaps: Sequence[float]) -> list[int]:
    """The columns that hold justified prose: most pieces are long and fill the column's width."""
    return [column for column, pieces in enumerate(columns_of(rows, gaps)) if _is_prose(pieces)]


def _is_prose(pieces: Sequence[Piece]) -> bool:
    if len(pieces) < FEWEST_ROWS:
        return False
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    full = sum(
        len(piece.words) >= WORDS_OF_PROSE
        and max(piece.x0 - left, right - piece.x1) <= 2 * SNAP
        and 2 * sum(word.text[:2].isalpha() for word in piece.words) >= len(piece.words)
        for piece in pieces
    )
    return full >= FULL_LINES * len(pieces)


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
