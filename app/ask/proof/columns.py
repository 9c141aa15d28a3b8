"""Sentences that run down a table's column where each line of its cells was taken for a row.

The page's order then reads the cells across, a line of each at a time. A row is only a further line of the
cells above it where it has no label of its own and stands close below; a cell goes on in it in the middle of
a sentence, or behind a colon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.ask.proof.exact import find_exact
from app.ask.proof.passage_text import Part, PassageText, Ranges, ReadingOrder
from app.ask.proof.quote_key import Key
from app.ask.proof.turning import (
    turns,
)
from app.ask.sentences import ends_sentence
from app.core.geometry import Box, Word, around

CLOSE = 0.6
"""The widest gap between two lines of a cell, in line heights."""

LONGEST_SKIP = 60
"""Words of other columns between two lines of a quote."""


def columns(text: PassageText) -> tuple[ReadingOrder, ...]:
    """Return each cell of several lines that a table's rows cut into its lines, as it reads by itself."""
    return tuple(
        ReadingOrder(text, [n for part in run for n in range(part.first, part.last)])
        for table in _tables(text)
        for run in _runs(text, table)
    )


def find_down(text: PassageText, cells: Sequence[ReadingOrder], quote: Key) -> Iterator[Ranges]:
    """Yield where a quote stands in such cells: whole sentences, and no word between its lines that turns
    what is said."""
    for cell in cells:
        for ranges in find_exact(cell, quote):
            if _is_whole(cell, ranges) and all(_may_skip(text, *pair) for pair in pairwise(ranges)):
                yield ranges


def _is_whole(cell: ReadingOrder, ranges: Ranges) -> bool:
    """Return whether words begin and end with a sentence."""
    first, last = cell.numbers.index(ranges[0][0]), cell.numbers.index(ranges[-1][1] - 1)
    begins = first == 0 or _is_end(cell.words[first - 1], cell.words[first])
    following = cell.words[last + 1] if last + 1 < len(cell.words) else None
    return begins and _is_end(cell.words[last], following)


def _is_end(word: Word, following: Word | None) -> bool:
    return ends_sentence(word.text, following.text if following else "", first=False)


def _may_skip(text: PassageText, above: tuple[int, int], below: tuple[int, int]) -> bool:
    skipped = range(above[1], below[0])
    languages = text.languages_at(above[1])
    return len(skipped) <= LONGEST_SKIP and not any(turns(text.words[n].text, languages) for n in skipped)


def _tables(text: PassageText) -> Iterator[list[Part]]:
    """Yield the cells of each table, row by row."""
    cells: list[Part] = []
    for part in text.parts:
        if cells and part.block is not cells[-1].block:
            yield cells
            cells = []
        if part.row >= 0:
            cells.append(part)
    if cells:
        yield cells


def _runs(text: PassageText, table: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield the cells of each column that read as one. The first column is left out, which labels the
    rows, and so are cells that may be the rest of what stands above them."""
    first = min(part.column for part in table)
    labels = {part.row: text.words[part.first].text for part in table if part.column == first}
    for column in sorted({part.column for part in table} - {first}):
        cells = [part for part in table if part.column == column]
        run, torn = cells[:1], False
        for above, part in pairwise(cells):
            near = _is_close(text, above, part)
            if near and _is_line(labels.get(part.row, "")) and _goes_on(text, above, part):
                run.append(part)
                continue
            if len(run) > 1 and not torn:
                yield run
            # Torn from its first line, the rest of a sentence would be quoted as if it were one.
            run, torn = [part], near and not _is_end(*_joint(text, above, part))
        if len(run) > 1 and not torn:
            yield run


def _is_line(label: str) -> bool:
    """Return whether a row with this label, "" for none, may be a further line of the one above it."""
    return not label or label[0].islower()


def _goes_on(text: PassageText, above: Part, part: Part) -> bool:
    last, first = _joint(text, above, part)
    return last.text.endswith(":") or (first.text[0].islower() and not _is_end(last, None))


def _joint(text: PassageText, above: Part, part: Part) -> tuple[Word, Word]:
    return text.words[above.last - 1], text.words[part.first]


def _is_close(text: PassageText, above: Part, part: Part) -> bool:
    one, other = _box(text, above), _box(text, part)
    # Along either direction: on a page that is set sideways lines stand beside each other.
    gap = -min(one.shared_width(other), one.shared_height(other))
    return gap <= CLOSE * max(_thickness(one), _thickness(other))


def _box(text: PassageText, part: Part) -> Box:
    return around(text.words[n].box for n in range(part.first, part.last))


def _thickness(box: Box) -> float:
    return min(box.width, box.height)
