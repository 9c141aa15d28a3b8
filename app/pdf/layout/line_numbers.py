"""Numbers that count the lines of a page in its margin, as court papers, drafts and laws have them: they
stand apart from the sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.core.geometry import Word, around
from app.core.page import Block, BlockKind, Furniture
from app.core.process.patterns import defer_regex
from app.pdf.layout.median import find_median
from app.pdf.pdfium.words import PlacedWord

NUMBER = defer_regex(r"[0-9]{1,4}")

FEWEST = {1: 8, 2: 5, 5: 3, 10: 3}
"""Numbers in a column, by the step from each to the next: fewer are the rows of a table or the items of a
list."""

MOST = 400
"""Numbers at a page's sides that are looked at: a page has a hundred lines. A fifth less or more changes none
of 46 pages."""

ALIGNED = 2.0
"""Points: what the right or left ends of such numbers differ by. A fifth less or more changes none of 46
pages."""

EVEN = 0.15
"""Of the usual distance from number to number: what one may differ by. Rows of a table are as high as their
cells. A fifth less or more changes none of 46 pages."""

ROW = 0.6
"""In sizes: rows of text whose middles are closer are one. A fifth less or more changes none of 46 pages."""

FEWEST_ROWS = 4
"""Of text beside the numbers. A fifth less or more changes none of 46 pages."""

OUTSIDE = 0.05
"""Share of the words beside the numbers that may stand on their other side, as a stamp does. A fifth less or
more changes none of 46 pages."""

PROSE = 25
"""Letters of a usual row: cells and headings are shorter. A fifth less or more changes none of 46 pages."""

WIDE_GAP = 3.0
"""In sizes: between the cells of a row; prose has none, but in few rows. A fifth less or more changes none of
46 pages."""

FEW_WIDE = 0.3
GOES_ON = 0.2
"""Shares of the rows: with a wide gap at most, and that begin with a small letter at least, since sentences
run from row to row; items and cells begin anew. A fifth less or more changes none of 46 pages."""


class Parted(NamedTuple):
    """The words of a page's text, numbered anew, and the numbers of its lines."""

    words: list[PlacedWord]
    numbers: list[PlacedWord]


def part_line_numbers(words: list[PlacedWord]) -> Parted:
    """Return the words of a page and the numbers that count its lines apart; the same list where there are
    none."""
    candidates = _at_the_sides(words)
    if not min(FEWEST.values()) <= len(candidates) <= MOST:
        return Parted(words, [])
    found: list[PlacedWord] = []
    for run in _columns(candidates):
        taken = {word.order for word in (*found, *run)}
        # Without the numbers of the other margin: some drafts count at both sides.
        if _count_lines(run, [word for word in words if word.order not in taken]):
            found += run
    if not found:
        return Parted(words, [])
    taken = {word.order for word in found}
    kept = [word for word in words if word.order not in taken]
    return Parted([word._replace(order=order) for order, word in enumerate(kept)], found)


def _at_the_sides(words: Sequence[PlacedWord]) -> list[PlacedWord]:
    """The numbers that stand to the left or the right of nearly all other words."""
    numbers = [word for word in words if NUMBER.fullmatch(word[0]) and not word.style.direction]
    if len(numbers) < min(FEWEST.values()):
        return []
    orders = {word.order for word in numbers}
    others = [word.box for word in words if word.order not in orders]
    if not others:
        return []
    # Not the outermost word: a stamp or a folio may stand further out than the numbers.
    few = int(OUTSIDE * len(others))
    left = sorted(box.x0 for box in others)[few] + ALIGNED
    right = sorted(box.x1 for box in others)[-1 - few] - ALIGNED
    return [word for word in numbers if word.box.x1 <= left or word.box.x0 >= right]


def _columns(candidates: Sequence[PlacedWord]) -> Iterator[list[PlacedWord]]:
    """Numbers below one another that count up by the same step at the same distance."""
    left = sorted(candidates, key=lambda word: word.box.top)
    while left:
        # 9 and 10 share their right ends where numbers are set flush right, their left ends elsewhere.
        run = max((_run_from(left, end) for end in (0, 2)), key=len)
        yield run
        gone = {word.order for word in run}
        left = [word for word in left if word.order not in gone]


def _run_from(ordered: Sequence[PlacedWord], end: int) -> list[PlacedWord]:
    """The run that begins with the first of these, aligned at its left (0) or right (2) end."""
    run = [ordered[0]]
    step = 0
    for word in ordered[1:]:
        last = run[-1]
        if abs(word.box[end] - last.box[end]) > ALIGNED or word.box.top < last.box.bottom - ALIGNED:
            continue
        counted = int(word.text) - int(last.text)
        # Lines are counted singly, or every second, fifth or tenth.
        if counted not in FEWEST or (step and counted != step):
            break
        step = counted
        run.append(word)
    return run


def _count_lines(run: Sequence[PlacedWord], others: Sequence[PlacedWord]) -> bool:
    if len(run) < 2 or len(run) < FEWEST[int(run[1].text) - int(run[0].text)] or not _are_even(run):
        return False
    x0, x1 = min(word.box.x0 for word in run), max(word.box.x1 for word in run)
    top, bottom = run[0].box.top, run[-1].box.bottom
    # Headers and footers are not beside the numbers, and may stand on both sides of them.
    beside = [word for word in others if word.box.bottom > top and word.box.top < bottom]
    behind = sum(word.box.x0 >= x1 for word in beside)
    before = sum(word.box.x1 <= x0 for word in beside)
    if max(behind, before) < (1 - OUTSIDE) * len(beside):
        return False
    return _are_prose([word for word in beside if (word.box.x0 >= x1) == (behind > before)])


def _are_even(run: Sequence[PlacedWord]) -> bool:
    steps = [below.box.middle_y - word.box.middle_y for word, below in pairwise(run)]
    usual = find_median(steps)
    # Lines are as even as the type; rows, items and figures of a chart's axis are as far apart as they happen
    # to be.
    return usual > 0 and all(abs(step - usual) <= EVEN * usual for step in steps)


def _are_prose(words: Sequence[PlacedWord]) -> bool:
    """Whether these words are sentences that run from row to row."""
    rows = list(_rows(words))
    if len(rows) < FEWEST_ROWS:
        return False
    letters = find_median(sum(len(word.text) for word in row) for row in rows)
    wide = sum(any(_gap(one, other) for one, other in pairwise(row)) for row in rows)
    small = sum(row[0].text[:1].islower() for row in rows)
    return letters >= PROSE and wide <= FEW_WIDE * len(rows) and small >= GOES_ON * len(rows)


def _rows(words: Sequence[PlacedWord]) -> Iterator[list[PlacedWord]]:
    """The words row by row, each from the left."""
    row: list[PlacedWord] = []
    for word in sorted(words, key=lambda word: word.box.middle_y):
        if row and word.box.middle_y - row[0].box.middle_y > ROW * word.style.size:
            yield sorted(row, key=lambda each: each.box.x0)
            row = []
        row.append(word)
    if row:
        yield sorted(row, key=lambda each: each.box.x0)


def _gap(one: PlacedWord, other: PlacedWord) -> bool:
    return other.box.x0 - one.box.x1 > WIDE_GAP * one.style.size


def block_of(numbers: Sequence[PlacedWord], start: int) -> tuple[Block, list[Word]]:
    """Return the numbers of lines as a block that is no text of the page, whose words begin at ``start``, and
    these words."""
    block = Block(
        BlockKind.TEXT,
        around(word.box for word in numbers),
        (start, start + len(numbers)),
        " ".join(word.text for word in numbers),
        size=numbers[0].style.size,
        furniture=Furniture.MARGIN,
    )
    return block, [Word(word.text, word.box) for word in numbers]
