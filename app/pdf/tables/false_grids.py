"""Grids that hold no table: charts, frames and forms with hardly a word in them, and boxes behind prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, islice, pairwise

from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.headers import is_numeric
from app.pdf.tables.ruled import Table

SMALLEST = 4
"""Cells with text of a grid of two by two, which perhaps lays out a page."""

EMPTIEST = 0.2
"""Share of cells that are filled, in the rows and columns that hold anything: a chart's labels fill less."""

FEWEST_PAIRED = 0.15
"""Share of the rows that hold anything in which two cells do: labels stand alone."""

SPACE = 1.0
"""In heights of a line: more than the space between two words of prose."""

FEWEST_WORDS = 5
"""Words of a line of prose."""

FULL = 0.6
"""Of the grid's width: what a line of prose takes."""

TOUCHING = 0.3
"""In heights of a line: words no further apart, with a grid's line between, were written across it."""

APART = 0.65
"""In heights of a line: numbers of one cell that stand further apart are those of two columns."""

TALLEST = 1.5
"""Of a type's size: the most that a line of it is high."""

COARSE = 0.4
"""Share of the rows with numbers in which a cell holds those of several columns."""

FEWEST_ON_CARD, FEWEST_CARDS, CARDS = 6, 3, 0.75
"""Words of a card, cards of a page, and the share of a grid's filled cells that are such."""

LARGER = 1.15
"""How much larger than the text below it the heading of a card is."""

LONGEST = 40
"""Words of a cell on average, in a grid of two by two or less: beyond it lays out a page."""


def holds_table(table: Table) -> bool:
    """Whether what a grid holds reads as a table."""
    filled = [cell for cell in table.cells if cell.text]
    rows, columns = {cell.row for cell in filled}, {cell.column for cell in filled}
    if len(rows) < 2 or len(columns) < 2:
        return False
    if len(filled) < EMPTIEST * len(rows) * len(columns):
        return False
    paired = sum(count > 1 for count in Counter(cell.row for cell in filled).values())
    if paired < max(1, FEWEST_PAIRED * len(rows)):
        return False
    if len(filled) <= SMALLEST and len(table.words) > LONGEST * len(filled):
        return False
    return not _is_prose(table) and not _is_written_across(table) and not _are_cards(table)


def is_coarse(table: Table) -> bool:
    """Whether lines part only some of the columns: many rows have a cell in which numbers stand apart."""
    with_numbers = coarse = 0
    for words in _rows(table):
        numbers = [(column, word) for column, word in words if is_numeric([word])]
        with_numbers += bool(numbers)
        coarse += any(
            column == other
            and _on_one_line(left, right)
            and right.box.x0 - left.box.x1 > APART * left.box.height
            for (column, left), (other, right) in pairwise(numbers)
        )
    return coarse > COARSE * with_numbers


def _is_prose(table: Table) -> bool:
    """Whether most words stand in rows that are each a line of prose, whatever boxes part it: links and
    highlights have such boxes."""
    width = table.box.width
    rows = [[word for _, word in row] for row in _rows(table)]
    running = sum(len(words) for words in rows if _is_line(words, width))
    return 2 * running > len(table.words)


def _are_cards(table: Table) -> bool:
    """Whether most cells have a heading of their own over text that is set otherwise: boxes on a page."""
    filled = headed = 0
    words = iter(table.words)
    for cell in table.cells:
        own = list(islice(words, len(cell.text.split())))
        filled += bool(own)
        headed += len(own) >= FEWEST_ON_CARD and _begins_with_heading(own)
    return headed >= max(FEWEST_CARDS, CARDS * filled)


def _begins_with_heading(words: Sequence[PlacedWord]) -> bool:
    """Whether the first line of some words is bold or larger, and none of the others is."""
    first, *_ = words
    line = [word for word in words if _on_one_line(first, word)]
    others = words[len(line) :]
    if not others or line != list(words[: len(line)]):
        return False
    if all(word.style.bold for word in line):
        return not any(word.style.bold for word in others)
    return min(word.style.size for word in line) >= LARGER * max(word.style.size for word in others)


def _is_written_across(table: Table) -> bool:
    """Whether most words that have a neighbour in another cell touch it: labels over the grid of a chart.
    Numbers may: they are set right, and close to what follows."""
    beside = touching = 0
    for words in _rows(table):
        for (column, left), (other, right) in pairwise(words):
            if column == other or not _on_one_line(left, right) or is_numeric([left]) or is_numeric([right]):
                continue
            beside += 1
            touching += right.box.x0 - left.box.x1 <= TOUCHING * _line_height(left)
    return 2 * touching > beside


def _line_height(word: PlacedWord) -> float:
    """Of a word that stands upright in a row of turned ones, too: its box is as tall as it is long."""
    return min(word.box.height, TALLEST * word.style.size)


def _on_one_line(left: PlacedWord, right: PlacedWord) -> bool:
    # Of the right one's height, not of the lower's: a large sign before small text is no neighbour of it.
    return 2 * left.box.shared_height(right.box) > right.box.height


def _rows(table: Table) -> Iterator[list[tuple[int, PlacedWord]]]:
    """The words of each row with their columns, from left to right."""
    at = 0
    for _, cells in groupby(table.cells, key=lambda cell: cell.row):
        words: list[tuple[int, PlacedWord]] = []
        for cell in cells:
            count = len(cell.text.split())
            words += [(cell.column, word) for word in table.words[at : at + count]]
            at += count
        yield sorted(words, key=lambda placed: placed[1].box.x0)


def _is_line(words: Sequence[PlacedWord], width: float) -> bool:
    if len(words) < FEWEST_WORDS or words[-1].box.x1 - words[0].box.x0 < FULL * width:
        return False
    height = words[0].box.height
    if max(word.box.top for word in words) > min(word.box.bottom for word in words):
        return False  # more than one line
    return all(right.box.x0 - left.box.x1 <= SPACE * height for left, right in pairwise(words))
