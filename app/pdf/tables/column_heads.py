"""The heads above columns of figures: over several lines, spanning columns, above rules and shading."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.core.geometry import Box
from app.pages.captions import CAPTION
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.figures import Figures, is_figure, is_year, opens_range
from app.pdf.tables.head_lines import (
    CROSSING,
    Extent,
    is_title,
    says_year,
    stands_across,
    stands_over_all,
)
from app.pdf.tables.head_pieces import part_heads
from app.pdf.tables.rows import Piece, Row
from app.pdf.tables.ruled import Slot

MOST_LINES = 8
"""Lines of heads above a table."""

WIDEST_WHITE, WIDEST_RULED = 1.1, 2.2
"""In heights of a line: the most white below a line of heads, and where a ruling is between."""

WIDEST_SECTION = 2.2
"""In heights of a line: the most white above and below the name of a section between heads and figures:
statements leave a blank row there."""

LONGEST = 14
"""Words of a head."""

LONGEST_STUB = 4
"""Words of the head of the labels that ends with a full stop or a colon."""

COVERED = 0.25
"""Of the narrower's width: what a head shares with a column that it stands over."""

BELOW = 0.9
"""In heights of a line: how far below a head its ruling is."""

CENTRED = 0.12
"""Of the width of the columns that a head spans: how far it may stand from their middle."""

NEARER = 2.0
"""Points that a head must stand nearer to the middle of more columns than to that of its own."""

INDENTED = 5.0
"""Points right of the table's left edge: a ruling that begins further left underlines all of the table."""

FEWEST_RULING = 10.0
"""Points: a shorter ruling is under no head."""


MOST_SECTIONS = 8
"""Lines with a label alone between the heads and the first figures: names of sections, and labels that wrap
over many lines in a narrow column."""

BEGINS = 3.0
"""Points within which labels begin below each other."""

INSIDE_LABELS = 0.3
"""Of a piece's width: what of a head stands at most on the other side of the first strip of white."""


@dataclass(slots=True)
class Head:
    """A head in the making: first and last of its columns, and its words."""

    first: int
    last: int
    words: list[PlacedWord]
    top: float
    bottom: float
    ruled: bool = False


@dataclass(slots=True)
class Level:
    """Heads that stand beside each other."""

    heads: list[Head] = field(default_factory=list)

    @property
    def top(self) -> float:
        """The top of the highest, in points from the page's."""
        return min(head.top for head in self.heads)

    @property
    def bottom(self) -> float:
        """The bottom of the lowest, in points from the page's top."""
        return max(head.bottom for head in self.heads)

    def slots(self, row: int, edges: Sequence[float]) -> Iterator[Slot]:
        """A cell for each head, and for each column without one."""
        at = {head.first: head for head in self.heads}
        column = 0
        while column < len(edges) - 1:
            head = at.get(column)
            last = head.last if head else column
            box = Box(edges[column], self.top, edges[last + 1], self.bottom)
            yield Slot(row, column, box, 1, last - column + 1, list(head.words) if head else [])
            column = last + 1


def heads_above(
    rows: Sequence[Figures],
    places: tuple[int, int, int],
    gaps: Sequence[float],
    body: Sequence[Row],
    level: Sequence[Ruling],
) -> tuple[list[Level], int]:
    """The heads above a table's first row of figures, and the number of the topmost row that is the table's:
    of its heads, or of the sections between them and the figures. ``places`` are the first row that is free,
    the first whose figures are heads, and that of the first other figures."""
    free, counting, first = places
    columns = column_extents(body, gaps)
    lines: list[list[Head]] = []
    top, sections = first, 0
    # Upwards from the figures: where the first line is that is no head, the table begins below it.
    for at in range(first - 1, free - 1, -1):
        if len(lines) == MOST_LINES:
            break
        row = rows[at].row
        across = at > free and stands_across(row, rows[at - 1].row, columns, gaps)
        names = (
            across or _is_section(row, columns) or _goes_over_figures(row, rows[at + 1].row, columns, gaps)
        )
        section = not lines and (names or sections > 0)
        if not _is_near(row, rows[at + 1].row, level, columns, WIDEST_SECTION if section else WIDEST_WHITE):
            break
        if not lines and names:
            # Sections are rows and not heads: heads may still stand above them.
            sections += 1
            if sections > MOST_SECTIONS:
                break
            continue
        # A label alone above a line of heads is a title; below one it is what the labels are called.
        if _is_section(row, columns) and not (at and _names_columns(rows[at - 1].row, gaps)):
            break
        if at > free and _ends_caption(row, rows[at - 1].row):
            break
        found = _heads_in(row, gaps, columns, level, may_count=at >= counting)
        # What the title says is true of the whole table, and it would be said again at every cell.
        if found is None or is_title(row, columns, gaps):
            break
        if lines and found and stands_over_all(row, columns, gaps):
            if not says_year(row):
                break
            found[0].first, found[0].last = 1, len(columns) - 1
        lines.append(found)
        top = at
    return _levels(_spread_alone(list(reversed(lines)), columns)), top


def _ends_caption(row: Row, above: Row) -> bool:
    """Whether a line of one piece is the second of a caption, set as its first, and no head."""
    first, piece = above.pieces[0], row.pieces[0]
    if len(row.pieces) > 1 or CAPTION.match(" ".join(word.text for word in first.words)) is None:
        return False
    near = row.top - above.bottom <= WIDEST_WHITE * row.height
    return near and abs(piece.x0 - first.x0) <= BEGINS


def column_extents(body: Sequence[Row], gaps: Sequence[float]) -> list[Extent]:
    """Where what stands in each column begins and ends."""
    found: list[list[Piece]] = [[] for _ in range(len(gaps) + 1)]
    for row in body:
        for piece in row.pieces:
            # A line with one piece may be a section's, and as wide as the table.
            if len(row.pieces) > 1:
                found[bisect_right(gaps, (piece.x0 + piece.x1) / 2)].append(piece)
    edges = [min(r.pieces[0].x0 for r in body), *gaps, max(r.pieces[-1].x1 for r in body)]
    return [
        (min(p.x0 for p in pieces), max(p.x1 for p in pieces)) if pieces else (left, right)
        for pieces, (left, right) in zip(found, pairwise(edges), strict=True)
    ]


def _is_near(row: Row, below: Row, level: Sequence[Ruling], columns: Sequence[Extent], widest: float) -> bool:
    """Whether no more than ``widest`` heights of a line are white below it, or a ruling is in the white."""
    white = (below.top - row.bottom) / max(row.height, 1.0)
    # Heads stand close to what they head; a rule between takes more white on both of its sides.
    if white <= widest:
        return True
    return white <= WIDEST_RULED and any(
        row.bottom - 2 <= ruling.top <= below.top + 2
        and ruling.x1 > columns[1][0]
        and ruling.x0 < columns[-1][1]
        for ruling in level
    )


def _is_section(row: Row, columns: Sequence[Extent]) -> bool:
    """Whether a line holds a label alone, perhaps with a number, which ends before the first column of
    figures."""
    return row.pieces[-1].x1 < columns[1][0] and row.pieces[0].x0 < columns[0][1]


def _goes_over_figures(row: Row, below: Row, columns: Sequence[Extent], gaps: Sequence[float]) -> bool:
    """Whether a line holds a label that begins where all do, and has no room in their column."""
    piece = row.pieces[0]
    if len(row.pieces) > 1 or abs(piece.x0 - columns[0][0]) > BEGINS or piece.x1 <= gaps[0]:
        return False
    goes_on = len(below.pieces) > 1 and below.pieces[0].words[0].text[:1].islower()
    return len(piece.words) <= LONGEST if goes_on else not _is_prose(piece, gaps)


def heads_of(
    rows: Sequence[Row], gaps: Sequence[float], body: Sequence[Row], level: Sequence[Ruling]
) -> list[Level]:
    """The heads that lines hold which are known to be heads; none where they do not stand over columns."""
    columns = column_extents(body, gaps)
    lines = [_heads_in(row, gaps, columns, level, may_count=True) for row in rows]
    return [] if None in lines else _levels(_spread_alone([line for line in lines if line], columns))


def heads_within(
    row: Row, gaps: Sequence[float], columns: Sequence[Extent], level: Sequence[Ruling]
) -> Level | None:
    """The heads that stand between a table's rows, over columns alone; ``None`` where a line has none."""
    # With a label it would be a row whose cells happen to be text.
    if row.pieces[0].x0 < gaps[0] or any(len(piece.words) > LONGEST for piece in row.pieces):
        return None
    if any(is_figure(piece) and not is_year(piece) for piece in row.pieces):
        return None
    heads = _heads_in(row, gaps, columns, level)
    return Level(heads) if heads else None


def _names_columns(row: Row, gaps: Sequence[float]) -> bool:
    """Whether a line has heads: a label alone below it is a head, too, that of the labels."""
    return bool(row.pieces) and row.pieces[-1].x0 > gaps[0]


def _heads_in(
    row: Row,
    gaps: Sequence[float],
    columns: Sequence[Extent],
    level: Sequence[Ruling],
    *,
    may_count: bool = False,
) -> list[Head] | None:
    """The heads of a line; ``None`` where it is none, such as a title or prose, or figures where heads may
    not be such."""
    pieces = [piece for piece in part_heads(row, gaps) if not _ends_paragraph(row, piece, gaps, columns)]
    # Some heads are numbers, such as an age group; where most are, it is a row.
    figures = sum(is_figure(piece) and not is_year(piece) and not opens_range(piece) for piece in pieces)
    if pieces and CAPTION.match(" ".join(word.text for word in pieces[0].words)):
        return None
    if any(_is_prose(piece, gaps) for piece in pieces) or (2 * figures > len(pieces) and not may_count):
        return None
    found: list[Head] = []
    below = [_ruling_below(row, piece, level, columns) for piece in pieces]
    for piece, ruling in zip(pieces, below, strict=True):
        ruled = ruling if below.count(ruling) == 1 else None  # one of several heads does not span the others
        of_labels = piece is pieces[0] and _heads_labels(pieces, columns, gaps)
        span = (0, 0) if of_labels else _span(piece, columns, gaps, ruled)
        if span is None:
            return None
        _add(found, Head(*span, list(piece.words), row.top, row.bottom, ruled is not None))
    _widen(found, columns)
    return found


def _heads_labels(pieces: Sequence[Piece], columns: Sequence[Extent], gaps: Sequence[float]) -> bool:
    """Whether the first of some heads is that of the labels, which may stand at the right of their column: it
    ends before the first column of figures, which the next head stands over."""
    first, *others = pieces
    if first.x1 > columns[1][0] or first.x0 >= columns[1][0]:
        return False
    return first.middle < gaps[0] or (bool(others) and _covers(others[0], columns[1]))


def _add(heads: list[Head], head: Head) -> None:
    """Put a head behind those to its left: of columns that both stand over it has what is left, or none."""
    last = heads[-1] if heads else None
    if last is None or head.first > last.last:
        heads.append(head)
    # Heads that are wider than their columns overlap: each keeps the columns on its own side.
    elif last.first < head.first < head.last:
        last.last = head.first - 1
        heads.append(head)
    elif last.last < head.last:
        head.first = last.last + 1
        heads.append(head)
    else:
        last.words += head.words


def _ends_paragraph(row: Row, piece: Piece, gaps: Sequence[float], columns: Sequence[Extent]) -> bool:
    """Whether a piece is the end of a paragraph that stands on the height of the first head."""
    return len(row.pieces) > 1 and piece.x1 < columns[1][0] and _is_prose(piece, gaps)


def _is_prose(piece: Piece, gaps: Sequence[float]) -> bool:
    """Whether a piece is too long for a head, or ends a sentence where the head of the labels would stand."""
    if len(piece.words) > LONGEST:
        return True
    if piece.x0 > gaps[0] or len(piece.words) <= LONGEST_STUB:
        return False
    return piece.words[-1].text.endswith((".", ":")) or len(piece.words) > 2 * LONGEST_STUB


def _ruling_below(
    row: Row, piece: Piece, level: Sequence[Ruling], columns: Sequence[Extent]
) -> tuple[float, float] | None:
    """The left and right end of the lines right below a head, those that touch taken as one; ``None`` where
    there is none, or it underlines all of the table."""
    x = (piece.x0 + piece.x1) / 2
    near = sorted(
        (ruling.x0, ruling.x1)
        for ruling in level
        if row.bottom - CROSSING * row.height <= ruling.top <= row.bottom + BELOW * row.height
    )
    # A rule of pieces underlines as one: producers draw it column by column.
    spans: list[list[float]] = []
    for x0, x1 in near:
        if spans and x0 <= spans[-1][1] + 1.0:
            spans[-1][1] = max(spans[-1][1], x1)
        else:
            spans.append([x0, x1])
    for x0, x1 in spans:
        if x0 - 1 <= x <= x1 + 1 and x1 - x0 >= FEWEST_RULING and x0 > columns[0][0] + INDENTED:
            return x0, x1
    return None


def _span(
    piece: Piece, columns: Sequence[Extent], gaps: Sequence[float], ruled: Extent | None
) -> tuple[int, int] | None:
    """First and last of the columns that a head stands over; ``None`` where it stands over labels and figures
    alike, as a title does."""
    # A line below a head says exactly which columns it heads: more than where its words stand.
    if ruled and (under := _columns_under(ruled, columns)):
        return under
    over_labels = (gaps[0] - piece.x0) / max(piece.x1 - piece.x0, 1.0)
    if INSIDE_LABELS < over_labels < 1 - INSIDE_LABELS and piece.x1 > columns[1][0] + 2:
        return None
    # Nearly all of it is left of the figures: what juts out is a long word of the labels' head.
    if over_labels >= 1 - INSIDE_LABELS:
        return 0, 0
    over = [at for at, column in enumerate(columns) if at and _covers(piece, column)]
    place = max(bisect_right(gaps, (piece.x0 + piece.x1) / 2), 1)
    return (over[0], over[-1]) if over else (place, place)


def _columns_under(ruled: Extent, columns: Sequence[Extent]) -> tuple[int, int] | None:
    left, right = ruled
    under = [at for at, (x0, x1) in enumerate(columns) if left <= (x0 + x1) / 2 <= right]
    return (under[0], under[-1]) if under and under[0] > 0 else None


def _covers(piece: Piece, column: Extent) -> bool:
    left, right = column
    narrower = min(piece.x1 - piece.x0, max(right - left, 1.0))
    return min(piece.x1, right) - max(piece.x0, left) > COVERED * narrower


def _widen(heads: Sequence[Head], columns: Sequence[Extent]) -> None:
    """Let a head that stands over the middle of several columns span them, where no other head does."""
    data = [head for head in heads if head.first > 0]
    if len(data) >= len(columns) - 1:
        return
    for place, head in enumerate(data):
        least = data[place - 1].last + 1 if place else 1
        most = data[place + 1].first - 1 if place + 1 < len(data) else len(columns) - 1
        # A line has said already how far it reaches.
        if not head.ruled:
            head.first, head.last = _centred_over(head, range(least, most + 1), columns)


def _centred_over(head: Head, free: range, columns: Sequence[Extent]) -> tuple[int, int]:
    """First and last of the free columns, its own among them, whose middle a head stands nearest to."""
    middle = (min(word.box.x0 for word in head.words) + max(word.box.x1 for word in head.words)) / 2
    best = head.first, head.last
    off = abs(_middle(columns, *best) - middle)
    for first in range(free.start, head.first + 1):
        for last in range(head.last, free.stop):
            away = abs(_middle(columns, first, last) - middle)
            # A head that is set left or right is near to the middle of none: it stays over its own column.
            if away < off - NEARER and away <= CENTRED * (columns[last][1] - columns[first][0]):
                best, off = (first, last), away
    return best


def _middle(columns: Sequence[Extent], first: int, last: int) -> float:
    return (columns[first][0] + columns[last][1]) / 2


def _levels(lines: Sequence[list[Head]]) -> list[Level]:
    """Lines of heads as levels: a line goes on with those above it that stand over the same columns."""
    levels: list[Level] = []
    for heads in lines:
        if levels and _go_on(levels[-1], heads):
            _merge(levels[-1], heads)
        elif heads:
            levels.append(Level(heads))
    return levels


def _spread_alone(lines: list[list[Head]], columns: Sequence[Extent]) -> list[list[Head]]:
    """The lines of heads, one that stands alone below several and is wider than its column over all columns
    of figures: it is their unit, or what they measure."""
    last = len(columns) - 1
    for above, heads in pairwise(lines):
        if len(heads) == 1 and len(above) > 1 and heads[0].first and _is_wide(heads[0], columns):
            heads[0].first, heads[0].last = max(above[0].first, 1), last
    return lines


def _is_wide(head: Head, columns: Sequence[Extent]) -> bool:
    """Whether a head stands over several columns, or is a unit in brackets that begins or ends nearer to
    those beside its own."""
    if head.first < head.last or not head.words[0].text.startswith("("):
        return head.first < head.last
    at = head.first
    begins = at > 1 and head.words[0].box.x0 < _middle(columns, at, at - 1)
    return begins or (at + 1 < len(columns) and head.words[-1].box.x1 > _middle(columns, at + 1, at))


def _go_on(above: Level, heads: Sequence[Head]) -> bool:
    """Whether a line is one level with the line above: no head of it is under a ruling or under a part of
    another head."""
    return not any(
        (other.first, other.last) != (head.first, head.last) or (other.ruled and other.first > 0)
        for head in heads
        for other in above.heads
        if other.first <= head.last and head.first <= other.last
    )


def _merge(level: Level, heads: Sequence[Head]) -> None:
    for head in heads:
        # "Year ended" above "2023" is one head of two lines.
        same = next((other for other in level.heads if other.first == head.first), None)
        if same:
            same.words += head.words
            same.bottom = max(same.bottom, head.bottom)
            same.ruled |= head.ruled
        else:
            level.heads.append(head)
    level.heads.sort(key=lambda head: head.first)
