"""Tables of figures without a grid of lines, as statements set them: labels at the left, columns of figures
that end below each other, heads above, whatever is shaded or ruled between."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from app.core.geometry import Box
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.column_heads import MOST_LINES, Level, column_extents, heads_above, heads_within
from app.pdf.tables.columns import lists_pages, prose_at, words_beside
from app.pdf.tables.figures import (
    Figures,
    all_words,
    figure_edge,
    is_figure,
    is_group,
    is_year,
    join_groups,
    opens_range,
    read_figures,
)
from app.pdf.tables.head_lines import first_counted, says_unit
from app.pdf.tables.labels import goes_on_below, joined_rows
from app.pdf.tables.lines import join_upright
from app.pdf.tables.rows import Piece, Row, Strip, read_rows, white_strips
from app.pdf.tables.ruled import Slot, Table, table_of
from app.pdf.tables.shading import find_bands, is_in_band, without_crossed
from app.pdf.tables.unruled import is_formula

ROW_GAP = 0.65
"""In heights of a line: a gap that parts two pieces of a row at first sight. ``figures.TEXT_GAP`` decides
later what they are, so that this may move freely."""

APART = 0.5
"""In heights of a line: the least white before the figure that makes a row one of figures. It is a gate of
cost and may move freely: rows near others that have figures are read in any case."""

SNAP = 3.0
"""Points within which figures end below each other."""

FEWEST = 3
"""Rows of figures of a table; of one with two columns of figures ``FEWEST_WIDE`` do."""

FEWEST_WIDE = 2

MOST_DEEP = 2
"""Columns of prose that a table may stand between."""

WIDEST_FIGURES = 4.5
"""In heights of a line: the most white above the next row of a table."""

MOST_BETWEEN, MOST_LABELS = 5, 12
"""Rows without figures between two that have some, and where all hold labels alone, which wrap over many
lines in a narrow column."""

MOST_ACROSS = 0.1
"""Share of the rows that may have a piece across the strip between two columns."""

NARROWEST_STRIP = 1.0
"""Points of the strip between two columns."""

LABELLED, LABELLED_ALONE = 0.5, 0.8
"""Share of the rows of figures that have a label, and where there is one column of figures: the
values beside the axis of a chart have fewer."""

FIGURE_END = defer_regex(r".*[\d)%—–-][a-z*†‡]?$|n\.?/?a\.?$|.*bps$", re.IGNORECASE)
"""What the last word of a row of figures looks like, at first glance."""

LONGEST_PIECE, LONGEST_LABEL, MOST_LONG = 12, 16, 0.15
"""Words of a piece of a row of figures, and of its label, and the share of rows that may have a longer one:
prose has."""

LONGEST_CELL, MOST_WORDY = 6, 0.25
"""Words of a cell right of the labels, and the share of rows that may have a longer one: a column of prose
beside a list or a drawing has."""

PARTED = 0.8
"""Of a run's height: what a line that parts columns goes along."""

FIGURES = 0.5
"""Share of the pieces right of the labels that are figures."""


def find_statements(
    words: Sequence[PlacedWord], drawn: Sequence[Ruling], shades: Sequence[Box]
) -> list[Table]:
    """The tables of figures among words that run to the right, given the page's lines and shaded areas."""
    return _find_among(words, drawn, shades, MOST_DEEP)


def _find_among(
    words: Sequence[PlacedWord], drawn: Sequence[Ruling], shades: Sequence[Box], deep: int
) -> list[Table]:
    plain = read_rows(words, ROW_GAP)
    wanted = [at for at, row in enumerate(plain) if _may_have_figures(row)]
    if len(wanted) < FEWEST_WIDE:
        return []
    # To take rows apart into signs and figures is the dearest step: a page of prose has few rows near
    # figures.
    near = {at for place in wanted for at in range(place - MOST_LINES, place + MOST_LABELS + 2)}
    read = (read_figures(row) if at in near else Figures(row) for at, row in enumerate(plain))
    rows = [each for each in read if each.row.pieces]
    join_groups(rows)
    found: list[Table] = []
    level = [ruling for ruling in drawn if not ruling.vertical]
    uprights = join_upright(drawn)
    below = 0
    taken: set[int] = set()
    # Each run is tried whole; only where it is no table may columns of prose stand beside one.
    for first, last in _find_runs(rows):
        if taken and not taken.isdisjoint(word.order for word in all_words([rows[first].row])):
            continue
        table = _read_run(rows, (below, first, last), level, uprights, shades)
        if table:
            found.append(table)
            below = last + 1
        # Lines above and below hold together what they frame: long cells in it are no column of prose.
        elif deep and not _is_framed([found.row for found in rows[first : last + 1]], level):
            for part in _words_beside_prose(words, rows, (below, first, last)):
                beside = _find_among(part, drawn, shades, deep - 1)
                found += beside
                taken |= {word.order for table in beside for word in table.words}
    return found


def _is_framed(rows: Sequence[Row], level: Sequence[Ruling]) -> bool:
    """Whether a line as wide as a run is above it, and one below it: what looks like prose are cells."""
    left, right = min(row.pieces[0].x0 for row in rows), max(row.pieces[-1].x1 for row in rows)
    far = MOST_LINES * max(row.height for row in rows)
    wide = [line.top for line in level if line.x0 <= left + SNAP and line.x1 >= right - SNAP]
    top, bottom = rows[0].top, rows[-1].bottom
    return any(top - far <= y <= top for y in wide) and any(bottom <= y <= bottom + far for y in wide)


def _words_beside_prose(
    words: Sequence[PlacedWord], rows: Sequence[Figures], places: tuple[int, int, int]
) -> Iterator[list[PlacedWord]]:
    """The words of a run, and above it as far as heads may stand, on the sides of columns of prose."""
    below, first, last = places
    several = [found.row for found in rows[first : last + 1] if len(found.row.pieces) > 1]
    gaps = [(start + end) / 2 for start, end in find_strips(several)]
    prose = _prose_columns(several, gaps) if gaps else []
    if prose and len(prose) <= len(gaps):
        top = rows[max(below, first - MOST_LINES)].row.top
        sides = [gaps[at - side] for at in prose for side in (0, 1) if 0 <= at - side < len(gaps)]
        bottom = rows[_last_beside(rows, last, sides)].row.bottom
        near = [word for word in words if top <= word.box.middle_y <= bottom]
        yield from words_beside(near, gaps, prose)


def _last_beside(rows: Sequence[Figures], last: int, sides: Sequence[float]) -> int:
    """The last row below a run that goes over none of the sides of a column of prose: lines of that at
    heights of their own have ended the run, not its table."""
    for at in range(last + 1, len(rows)):
        row = rows[at].row
        white = row.top - rows[at - 1].row.bottom > WIDEST_FIGURES * row.height
        if white or any(piece.x0 < side < piece.x1 for piece in row.pieces for side in sides):
            return at - 1
    return len(rows) - 1


def _may_have_figures(row: Row) -> bool:
    """Whether a row ends with a figure, apart from other words or behind another figure."""
    words = row.pieces[-1].words
    # Before anything is taken apart: most rows of most pages end here.
    if FIGURE_END.match(words[-1].text) is None:
        return _has_figures_before_text(row)
    if len(row.pieces) > 1:
        return True
    *_, before, last = words if len(words) > 1 else (*words, *words)
    apart = last.box.x0 - before.box.x1 > APART * row.height
    return apart or (before is not last and FIGURE_END.match(before.text) is not None)


def _has_figures_before_text(row: Row) -> bool:
    """Whether several figures stand between a label and a text, such as a line of a paragraph beside."""
    inside = row.pieces[1:-1]
    return len(inside) > 1 and all(FIGURE_END.match(piece.words[-1].text) for piece in inside)


# -- runs of rows -------------------------------------------------------------------------------------------


def _find_runs(rows: Sequence[Figures]) -> Iterator[tuple[int, int]]:
    """First and last of the rows of figures that end in the same columns."""
    at = 0
    while at < len(rows):
        if not _has_figures(rows[at].row):
            at += 1
            continue
        last = _end_of_run(rows, at)
        yield at, last
        at = last + 1


def _end_of_run(rows: Sequence[Figures], start: int) -> int:
    edges, labels = _edges(rows[start].row), rows[start].row.pieces[0].x1
    last, others = start, 0
    for at in range(start + 1, len(rows)):
        row, above = rows[at].row, rows[at - 1].row
        white = (row.top - above.bottom) / max(above.height, 1.0)
        # Counted from the last row of figures: labels of several lines and sections stand between.
        others += len(above.pieces) > 1 or above.pieces[0].x1 > min(x0 for x0, _ in edges)
        if others > MOST_BETWEEN or at - last > MOST_LABELS or not row.pieces:
            break
        if _has_figures(row):
            # Figures of other columns are another table's, however close.
            if white > WIDEST_FIGURES or not (_in_columns(row, edges) or _fills_columns(row, rows[last].row)):
                break
            edges += _edges(row)
            labels = max(labels, row.pieces[0].x1)
            last, others = at, 0
        elif white > WIDEST_FIGURES or _breaks(rows, at, edges, labels):
            break
    last += _ends_label(rows, last)
    while last + 1 < len(rows) and goes_on_below(rows[last].row, rows[last + 1].row, labels):
        last += 1
    return last


def _ends_label(rows: Sequence[Figures], last: int) -> bool:
    """Whether a table's last figures stand in the middle of two lines of their label: the next line is the
    table's."""
    if not 0 < last < len(rows) - 1:
        return False
    above, row, below = (rows[at].row for at in range(last - 1, last + 2))
    beside = all(len(line.pieces) == 1 and line.pieces[0].x1 < row.pieces[0].x0 for line in (above, below))
    return beside and above.bottom > row.top and row.bottom > below.top


def _has_figures(row: Row) -> bool:
    """Whether a row has a figure apart from its label, and not only years, which are heads."""
    figures = [piece for piece in row.pieces if is_figure(piece)]
    if sum(map(opens_range, figures)) > 1:
        return False
    if len(row.pieces) < 2 or not figures or all(map(is_year, figures)):
        return False
    # A row whose last cell is text, such as a note, needs more figures to be one of figures.
    return is_figure(row.pieces[-1]) or len(figures) > 2


def _edges(row: Row) -> list[tuple[float, float]]:
    """Of each figure right of the label where it begins and where its digits end."""
    return [(piece.x0, figure_edge(piece)) for piece in row.pieces[1:] if is_figure(piece)] or [
        (piece.x0, figure_edge(piece)) for piece in row.pieces if is_figure(piece)
    ]


def _in_columns(row: Row, edges: Sequence[tuple[float, float]]) -> bool:
    """Whether most figures of a row stand in the columns of those before."""
    own = _edges(row)
    kept = sum(any(x0 < right + SNAP and left - SNAP < x1 for left, right in edges) for x0, x1 in own)
    return 2 * kept >= len(own)


def _fills_columns(row: Row, above: Row) -> bool:
    """Whether a row has a figure in each column of the row above, which has several, and in others."""
    own, before = _edges(row), _edges(above)
    return len(before) > 1 and all(
        any(x0 < right + SNAP and left - SNAP < x1 for left, right in own) for x0, x1 in before
    )


def _breaks(rows: Sequence[Figures], at: int, edges: Sequence[tuple[float, float]], labels: float) -> bool:
    """Whether a row without figures ends a table: prose across its columns, or the heads of another."""
    row = rows[at].row
    first = min(x0 for x0, _ in edges)
    across = [piece for piece in row.pieces if piece.x1 > first + SNAP or piece.x0 > labels]
    # What ends within the column of labels is a label, a wrapped line of one or a section.
    if not across:
        return False
    if _is_labelled(row) and all(map(is_figure, row.pieces[1:])):
        # Years are figures only where nothing tells that they are heads: a unit beside, or a head above.
        return all(map(is_year, row.pieces[1:])) and (
            says_unit(row.pieces[0]) or rows[at - 1].row.pieces[0].x0 > labels
        )
    return (_is_long(row) and (at + 1 == len(rows) or not _has_figures(rows[at + 1].row))) or len(across) > 1


def _is_long(row: Row) -> bool:
    """Whether a row is one line of prose, or the title of a section."""
    return len(row.pieces) == 1 and len(row.pieces[0].words) > LONGEST_PIECE


def _is_labelled(row: Row) -> bool:
    return len(row.pieces) > 1 and not is_figure(row.pieces[0])


# -- a run as a table ---------------------------------------------------------------------------------------


def _read_run(
    rows: Sequence[Figures],
    places: tuple[int, int, int],
    level: Sequence[Ruling],
    uprights: Sequence[Ruling],
    shades: Sequence[Box],
) -> Table | None:
    """The table in a run, ``places`` being the first row that no other has, and the run's first and last,
    given the level and the upright lines and what is shaded."""
    below, first, last = places
    body = [found.row for found in rows[first : last + 1]]
    gaps = without_crossed(find_strips(body), shades, body)
    parted = _parts_columns(body, uprights)
    if not gaps or not _is_convincing(body, gaps, parted) or _is_index(rows[first : last + 1]):
        return None
    bands = find_bands(shades, level, [row for row in body if _has_figures(row)])
    # The first row of figures may be the last line of a label that begins further up in its band.
    while first > below and is_in_band(bands, rows[first - 1].row, rows[first].row):
        first -= 1
    begin = first_counted(rows, (below, first, last), gaps, level)
    heads, top = heads_above(rows, (below, first, begin), gaps, body, level)
    # What stands between the heads and the first figures, such as sections, are rows.
    while begin > top and not _belongs_above(rows[begin - 1].row, rows[begin].row, heads):
        begin -= 1
    taken = rows[top : last + 1]
    lines = [found.row for found in rows[begin : last + 1]]
    left_out = [word for found in taken for word in found.left_out]
    # Only in a table that has heads can others replace them further down.
    within = _heads_within(lines, gaps, body, level) if heads else {}
    return make_table(heads, lines, gaps, bands, left_out, within)


def _heads_within(
    rows: Sequence[Row], gaps: Sequence[float], body: Sequence[Row], level: Sequence[Ruling]
) -> dict[int, Level]:
    """The heads that stand between rows, by the number of the line: below figures and without a label."""
    columns = column_extents(body, gaps)
    found: dict[int, Level] = {}
    for at in range(1, len(rows) - 1):
        over = (bisect_right(gaps, piece.x0) for piece in rows[at].pieces)
        if all(figures_in(rows[at - 1], column, gaps) for column in over):
            heads = heads_within(rows[at], gaps, columns, level)
            if heads:
                found[at] = heads
    return found


def figures_in(row: Row, column: int, gaps: Sequence[float]) -> bool:
    """Whether a row has a figure in a column, and nothing else."""
    pieces = [piece for piece in row.pieces if column_of(piece, gaps) == column]
    return bool(pieces) and all(map(is_figure, pieces))


def _belongs_above(row: Row, below: Row, heads: Sequence[Level]) -> bool:
    return any(level.bottom >= row.top + 0.5 * row.height for level in heads)


def find_strips(rows: Sequence[Row]) -> list[Strip]:
    """The white strips between columns: almost no row of several pieces has one across."""
    several = [row for row in rows if len(row.pieces) > 1]
    return white_strips(several, int(MOST_ACROSS * len(several)), NARROWEST_STRIP)


def _parts_columns(rows: Sequence[Row], uprights: Sequence[Ruling]) -> bool:
    """Whether a line goes down between columns of these rows: no formula has one."""
    left, right = min(row.pieces[0].x0 for row in rows), max(row.pieces[-1].x1 for row in rows)
    tall = PARTED * (rows[-1].bottom - rows[0].top)
    return any(
        left < line.x0 < right and min(line.bottom, rows[-1].bottom) - max(line.top, rows[0].top) >= tall
        for line in uprights
    )


def _is_convincing(rows: Sequence[Row], gaps: Sequence[float], parted: bool) -> bool:
    several = [row for row in rows if len(row.pieces) > 1]
    figures = [row for row in rows if _has_figures(row)]
    # Two labels with a number each are met in prose; two rows of several figures are not.
    if len(figures) < (FEWEST if len(gaps) == 1 else FEWEST_WIDE):
        return False
    long = sum(map(_has_long_piece, figures))
    if long > MOST_LONG * len(figures):
        return False
    labelled = sum(_begins_with_label(row) for row in figures)
    if labelled < (LABELLED_ALONE if len(gaps) == 1 else LABELLED) * len(figures):
        return False
    right = [piece for row in several for piece in row.pieces if bisect_right(gaps, piece.x0) > 0]
    texts = [" ".join(word.text for word in piece.words) for row in rows for piece in row.pieces]
    # A line down between columns: no formula has one, however many signs its cells hold.
    if (not parted and is_formula(texts, rows)) or _prose_columns(several, gaps):
        return False
    if sum(len(piece.words) > LONGEST_CELL for piece in right) > MOST_WORDY * len(several):
        return False
    return sum(map(is_figure, right)) >= FIGURES * len(right)


def _begins_with_label(row: Row) -> bool:
    first = row.pieces[0]
    return not is_figure(first) or is_year(first) or is_group(first)


def _has_long_piece(row: Row) -> bool:
    label, *others = row.pieces
    return len(label.words) > LONGEST_LABEL or any(len(piece.words) > LONGEST_PIECE for piece in others)


def _prose_columns(rows: Sequence[Row], gaps: Sequence[float]) -> list[int]:
    """The columns of prose; what looks so at the left are labels where figures are next to it."""
    found = prose_at(rows, gaps)
    beside = [piece for row in rows for piece in row.pieces if bisect_right(gaps, piece.x0) == 1]
    labels = sum(not is_figure(piece) for piece in beside)
    return found if len(gaps) > 1 and labels > LABELLED * len(beside) else [at for at in found if at]


def _is_index(rows: Sequence[Figures]) -> bool:
    """Whether rows are those of a table of contents: dots lead from each label to the number of a page."""
    # Statements have leader dots, too, but their figures rise and fall; pages of an index only rise.
    led = [found.row.pieces[-1] for found in rows if found.left_out and len(found.row.pieces) == 2]
    numbers = [int(piece.words[0].text) for piece in led if piece.words[0].text.isdecimal()]
    by_dots = 2 * len(numbers) > len(rows) and numbers == sorted(numbers)
    return by_dots or lists_pages([found.row for found in rows])


# -- cells --------------------------------------------------------------------------------------------------


def make_table(
    heads: Sequence[Level],
    rows: Sequence[Row],
    gaps: Sequence[float],
    bands: Sequence[float],
    left_out: Sequence[PlacedWord],
    within: Mapping[int, Level],
) -> Table:
    """The table of these heads and rows, cut into columns at the gaps; ``within`` are the rows that hold
    heads, by their number."""
    words = [word for level in heads for head in level.heads for word in head.words] + list(all_words(rows))
    x0, x1 = min(word.box.x0 for word in words), max(word.box.x1 for word in words)
    # The middle of the white between columns parts their boxes: what is clicked on is never between two
    # cells.
    edges = [x0, *gaps, x1]
    slots: list[Slot] = []
    leaders = max((word.box.x1 for word in left_out if word.box.x1 <= gaps[0]), default=0.0)
    for number, level in enumerate(heads):
        slots += level.slots(number, edges)
    number = len(heads)
    start = 0
    for at in [*sorted(within), len(rows)]:
        for lines in joined_rows(rows[start:at], gaps, leaders, bands):
            slots += _row_slots(number, lines, gaps, edges)
            number += 1
        if at in within:
            slots += [replace(slot, header=bool(slot.words)) for slot in within[at].slots(number, edges)]
            number += 1
        start = at + 1
    box = Box(x0, min(w.box.top for w in words), x1, max(w.box.bottom for w in words))
    return table_of(box, slots, len(heads), left_out)


def _row_slots(
    number: int, lines: Sequence[Row], gaps: Sequence[float], edges: Sequence[float]
) -> list[Slot]:
    """The cells of a row that has several lines of words."""
    top, bottom = lines[0].top, max(line.bottom for line in lines)
    slots = [Slot(number, place, Box(x0, top, x1, bottom)) for place, (x0, x1) in enumerate(pairwise(edges))]
    for line in lines:
        for place, words in cut_pieces(line, gaps):
            slots[place].words += words
    if slots[0].words:  # how deep a label is indented tells which section it belongs to
        slots[0].box = slots[0].box._replace(x0=slots[0].words[0].box.x0)
    return slots


def cut_pieces(row: Row, gaps: Sequence[float]) -> Iterator[tuple[int, list[PlacedWord]]]:
    """The column of each piece of a row with its words; one across several stands in the first."""
    for piece in row.pieces:
        place = column_of(piece, gaps)
        yield place, piece.words


def column_of(piece: Piece, gaps: Sequence[float]) -> int:
    """The column that a piece begins in, or that its middle stands in where it is a figure."""
    # Figures are set to the right of their column and may be as wide as it; text begins in its own.
    x = (piece.x0 + piece.x1) / 2 if is_figure(piece) else piece.x0
    return bisect_right(gaps, x)
