"""Gutters: tall white strips with prose on both sides, which part columns.

A strip between the cells of a table looks the same; what stands beside it and the order in which the
producer wrote it tell them apart. Coordinates are a reader's, as in ``lines``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.geometry import Box
from app.pdf.layout.lines import Line
from app.pdf.layout.median import find_median

NARROWEST = 0.5
"""In ems of the type beside it. A fifth less or more changes none of 46 pages."""

FEWEST_ROWS = 3
"""Pairs of lines that a gutter parts: two stand beside each other by chance. A fifth less or more changes 3
and 0 of 46 pages."""

MOST_NUMERIC = 0.5
"""Share of the lines of a side with more digits than letters: above it they are values. A fifth less or more
changes none of 46 pages."""

ROW_BY_ROW = 0.3
"""Share of the pairs that were written one after the other: text is written column by column. A fifth less or
more changes none of 46 pages."""

PROSE = 18
"""Characters of a typical line of a column of text; cells hold fewer. A fifth less or more changes none of 46
pages."""


def gutters(lines: Sequence[Line], pairs: Iterable[tuple[Line, Line]]) -> list[Box]:
    """Return the gutters among lines, given each line with its neighbour to the right."""
    # Each pair is asked once: a strip that has grown takes all pairs that it parts with it.
    waiting = [pair for pair in pairs if _gap(pair) >= NARROWEST * _em(pair)]
    ordered = sorted(lines, key=lambda line: line.box.top)
    found: list[Box] = []
    while waiting:
        strip = _grow_strip(waiting[0], ordered)
        beside = [pair for pair in waiting if pair is waiting[0] or _parts(strip, pair)]
        if _parts_columns(beside):
            found.append(strip)
        waiting = [pair for pair in waiting if pair not in beside]
    return found


def has_gutter(pair: tuple[Line, Line], strips: Iterable[Box]) -> bool:
    """Return whether a gutter stands between two neighbours."""
    return any(_parts(strip, pair) for strip in strips)


def _gap(pair: tuple[Line, Line]) -> float:
    return pair[1].box.x0 - pair[0].box.x1


def _em(pair: tuple[Line, Line]) -> float:
    return max(pair[0].size, pair[1].size)


def _parts(strip: Box, pair: tuple[Line, Line]) -> bool:
    left, right = pair
    middle = strip.middle_x
    # A point more, as boxes of letters are rounded and a strip begins with the lower of two lines.
    within = strip.top - 1 <= left.box.top and left.box.bottom <= strip.bottom + 1
    return within and left.box.x1 <= middle <= right.box.x0


def _grow_strip(pair: tuple[Line, Line], ordered: Sequence[Line]) -> Box:
    """Return the white strip between two neighbours, as far up and down as it stays wide enough."""
    left, right = pair
    strip = Box(
        left.box.x1, max(left.box.top, right.box.top), right.box.x0, min(left.box.bottom, right.box.bottom)
    )
    narrowest = NARROWEST * _em(pair)
    # Grown down and then up: a heading across both columns ends the strip on its side alone.
    below = [line.box for line in ordered if line.box.bottom > strip.bottom]
    above = [line.box for line in reversed(ordered) if line.box.top < strip.top]
    for box in below:
        narrowed = _narrow_strip(strip, box)
        if narrowed.width < narrowest:
            break
        strip = narrowed._replace(bottom=max(strip.bottom, box.bottom))
    for box in above:
        narrowed = _narrow_strip(strip, box)
        if narrowed.width < narrowest:
            break
        strip = narrowed._replace(top=min(strip.top, box.top))
    return strip


def _narrow_strip(strip: Box, box: Box) -> Box:
    """Return what is left of a strip beside a line; nothing where the line crosses or fills it."""
    if box.x1 <= strip.x0 or box.x0 >= strip.x1:
        return strip
    # A line that reaches into the strip from one side narrows it from there.
    if box.x0 < strip.x0 and box.x1 < strip.x1:
        return strip._replace(x0=box.x1)
    if box.x0 > strip.x0 and box.x1 > strip.x1:
        return strip._replace(x1=box.x0)
    return strip._replace(x1=strip.x0)


def _parts_columns(pairs: Sequence[tuple[Line, Line]]) -> bool:
    if len(pairs) < FEWEST_ROWS:
        return False
    lefts = [left.text for left, _ in pairs]
    rights = [right.text for _, right in pairs]
    row_by_row = sum(right.order == left.last + 1 for left, right in pairs) / len(pairs)
    letters = min(find_median(map(len, lefts)), find_median(map(len, rights)))
    # Values beside labels are rows of a table, and are read across.
    if max(_numeric(lefts), _numeric(rights)) > MOST_NUMERIC:
        return False
    # Narrow columns, as in newspapers and glossaries, have short lines: the order of writing decides there.
    return letters >= PROSE or (row_by_row < ROW_BY_ROW and letters >= PROSE / 2)


def _numeric(texts: Sequence[str]) -> float:
    """Return the share of texts with more digits than letters."""
    return sum(_digits(text) for text in texts) / len(texts)


def _digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) > sum(map(str.isalpha, text))
