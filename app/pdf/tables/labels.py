"""Labels of rows that wrap over several lines, and sections, which stand on lines of their own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import inf

from app.core.process.patterns import defer_regex
from app.pdf.tables.figures import is_figure
from app.pdf.tables.rows import Row
from app.pdf.tables.shading import band_of

CLOSE = 0.75
"""In heights of a line: the most white above a line that goes on with a label."""

OVERLAP = 0.15
"""In heights of a line: how far a line reaches into the height of that above, where both are of one row."""

SLIGHT, HANGING = 0.5, 2.0
"""How much deeper the second line of a label stands: more than this many points, and at most so many heights
of a line."""

TALLER = 1.3
"""Of a line's height: what is higher is set in another size, and no more of the same label."""

MOST_WRAPPED = 3
"""Lines of a label that only its width tells."""

ENUMERATED = defer_regex(r"[a-z][.)]")
"""Begins a label of its own, in a small letter."""

CONNECTING = defer_regex(
    r"(?:of|and|or|the|in|to|for|from|by|at|with|on|per|than|a|an|not|its|through|between|under|into|as|&|/|und|der|die|das|von|für|zu|"
    r"de|du|des|la|le|les|et|en|del|los|las|y|e|da|do|di|della|ou|o|para)$|.*[,/&–—-]$",
    re.IGNORECASE,
)
"""A last word that something must follow."""


def joined_rows(
    rows: Sequence[Row], gaps: Sequence[float], leaders: float, bands: Sequence[float]
) -> Iterator[list[Row]]:
    """Lines as rows of a table: those that go on with what stands above are one with it. ``leaders`` is where
    the dots behind labels end, 0 where there are none; ``bands`` are the heights between rows where shades or
    lines tell them, none where they do not."""
    if not rows:
        return
    held: list[Row] = []
    # The column of labels is as wide as its widest line, or as far as dots lead: what was free beyond a
    # label's end tells whether its next word had room.
    widest = max([leaders, *(row.pieces[0].x1 for row in rows if is_label(row, gaps))])
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        if held and _is_one_row(held, (row, below), gaps, widest, bands):
            held.append(row)
            continue
        if held:
            yield held
        held = [row]
    if held:
        yield held


def _is_one_row(
    held: Sequence[Row],
    lines: tuple[Row, Row | None],
    gaps: Sequence[float],
    widest: float,
    bands: Sequence[float],
) -> bool:
    row, below = lines
    if stand_beside(held[-1], row, gaps):
        return True
    if bands:
        if band_of(bands, held[-1]) != band_of(bands, row):
            return False
        # Two lines of figures in one band are two rows: shades may go over pairs of rows.
        if row.top - held[-1].bottom <= CLOSE * row.height and sum(map(_has_figures, [*held, row])) < 2:
            # A section's name may share the band of its first row.
            return not held[-1].pieces[0].words[-1].text.endswith(":")
    # What its rows stand deeper than is a section, though its name is as wide as they are.
    widest = inf if _stands_in_section(row, below, gaps) else widest
    return continues_label(held, row, gaps, widest) or continues_cells(held, row, gaps)


def _stands_in_section(row: Row, below: Row | None, gaps: Sequence[float]) -> bool:
    """Whether the row below a line with figures begins as deep as that or deeper: both are of a section."""
    if below is None or len(row.pieces) == 1 or len(below.pieces) == 1 or not is_label(below, gaps):
        return False
    return below.pieces[0].x0 >= row.pieces[0].x0 - SLIGHT


def stand_beside(above: Row, row: Row, gaps: Sequence[float]) -> bool:
    """Whether two lines stand beside each other, in other columns: a label of two lines has its figures at
    the height of its middle."""
    columns = ({bisect_right(gaps, piece.x0) for piece in line.pieces} for line in (above, row))
    return above.bottom - row.top >= OVERLAP * row.height and not set.intersection(*columns)


def _has_figures(row: Row) -> bool:
    return any(map(is_figure, row.pieces))


def goes_on_below(row: Row, below: Row, end: float) -> bool:
    """Whether the line below a row holds nothing but more of its label, which ends at ``end`` at most."""
    if len(below.pieces) > 1 or below.pieces[0].x1 > end + SLIGHT or below.height > TALLER * row.height:
        return False
    near = below.top - row.bottom <= CLOSE * row.height and below.pieces[0].x0 >= row.pieces[0].x0 - SLIGHT
    return near and (_begins_small(below) or CONNECTING.match(row.pieces[0].words[-1].text) is not None)


def is_label(row: Row, gaps: Sequence[float]) -> bool:
    """Whether a line begins with a label."""
    return bisect_right(gaps, row.pieces[0].x0) == 0


def _is_alone(row: Row, gaps: Sequence[float]) -> bool:
    """Whether a line holds no more than a label."""
    return len(row.pieces) == 1 and is_label(row, gaps)


def continues_label(held: Sequence[Row], row: Row, gaps: Sequence[float], widest: float) -> bool:
    """Whether a line's label goes on with that of the lines above: in small letters, or where these end as
    nothing ends, or had no room for the next word."""
    above = held[-1]
    # A total is set bold: where type changes another label begins.
    if not is_label(row, gaps) or not is_label(above, gaps) or _is_bold(above) != _is_bold(row):
        return False
    if row.top - above.bottom > CLOSE * above.height:
        return False
    if all(_is_alone(line, gaps) for line in held):
        return _completes(held, row, gaps) or _had_no_room(held, row, widest)
    # Figures stand beside the label's first line here: what has figures of its own below is a row of its own.
    return _is_alone(row, gaps) and (_begins_small(row) or _is_open(held, gaps))


def _completes(held: Sequence[Row], row: Row, gaps: Sequence[float]) -> bool:
    """Whether a line begins or the lines above end in the middle of a label."""
    last = held[-1].pieces[0].words[-1].text
    if last.endswith(":"):
        return False
    return _begins_small(row) or CONNECTING.match(last) is not None or _is_open(held, gaps)


def _begins_small(row: Row) -> bool:
    first = row.pieces[0].words[0].text
    # Languages that write nouns large wrap before small letters, too; "a)" begins an item.
    return first[:1].islower() and ENUMERATED.match(first) is None


def _is_open(held: Sequence[Row], gaps: Sequence[float]) -> bool:
    """Whether a bracket is left open."""
    words = (word.text for line in held if is_label(line, gaps) for word in line.pieces[0].words)
    text = " ".join(words)
    return text.count("(") > text.count(")")


def _had_no_room(held: Sequence[Row], row: Row, widest: float) -> bool:
    """Whether a line stands a little deeper than that above, which had no room for its first word."""
    above, first = held[-1].pieces[0], row.pieces[0].words[0]
    if above.words[-1].text.endswith(":") or len(held) >= MOST_WRAPPED:
        return False
    deeper = row.pieces[0].x0 - above.x0
    return SLIGHT < deeper <= HANGING * row.height and first.box.width > widest - above.x1


def _is_bold(row: Row) -> bool:
    words = row.pieces[0].words
    return 2 * sum(word.style.bold for word in words) > len(words)


def continues_cells(held: Sequence[Row], row: Row, gaps: Sequence[float]) -> bool:
    """Whether a line without a label goes on with cells of text above it."""
    above = held[-1]
    if row.top - above.bottom > CLOSE * above.height / 2 or bisect_right(gaps, row.pieces[0].x0) == 0:
        return False
    text = {bisect_right(gaps, piece.x0) for line in held for piece in line.pieces if not is_figure(piece)}
    return all(bisect_right(gaps, piece.x0) in text and not is_figure(piece) for piece in row.pieces)
