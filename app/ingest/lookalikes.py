"""Figures in tables that OCR misread: letters that look like digits, a point for a comma, a lost bracket.

One is mended only where figures stand above or below it in its column and one reading is left.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from app.core.page import Cell
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.ruled import Table

LOOKALIKES = str.maketrans("OolI|!SsBZz", "00111155822")
"""Letters that are read where a digit stands; Q and D are not, which name quarters and versions."""

NUMBER = defer_regex(r"[$€£¥]?[(\[−–-]?[$€£¥]?\d[\d,.]*[)\]]?%?[)\]]?$")
GROUPED = defer_regex(r"\d{1,3}(?:,\d{3})+(?!\d)")
POINTED = defer_regex(r"(\D?\d{1,3})\.(\d{3}\D{0,2})$")
"""Three digits behind a point, where every other number parts its thousands by commas."""

SHARE = 0.6
"""Of the cells of a column that have text: so many are figures in one of figures."""

FEWEST = 2
"""Figures of such a column, besides the cell in question, and of a table whose thousands commas part."""

CLEARLY = 4
"""Figures with commas for each that has no three digits behind its comma, which OCR reads for a point."""

DIGITS, SHORTEST = 0.5, 3
"""Share of the characters of a misread figure that were read as digits, and the fewest it has."""

SNAP = 4.0
"""Points within which figures of a column end below each other in a scan."""

MOST_NAMED = 5
"""Mended figures that a page's note names."""


Mended = list[tuple[str, str]]
"""What was read, and what it is taken for."""


def mend_digits(words: Sequence[PlacedWord], mended: Mended) -> list[PlacedWord]:
    """Return the words with letters as digits where a figure stands below or above others."""
    ends = sorted(word.box.x1 for word in words if _is_number(word.text))
    return [_with_digits(word, ends, mended) for word in words]


def _with_digits(word: PlacedWord, ends: Sequence[float], mended: Mended) -> PlacedWord:
    text = word.text
    if len(text) < SHORTEST or _is_number(text) or sum(map(str.isdigit, text)) < DIGITS * len(text):
        return word
    meant = text.translate(LOOKALIKES)
    below = bisect_right(ends, word.box.x1 + SNAP) - bisect_left(ends, word.box.x1 - SNAP)
    if meant == text or not _is_number(meant) or below < FEWEST:
        return word
    mended.append((text, meant))
    return word._replace(text=meant)


def mend_figures(tables: Sequence[Table], mended: Mended) -> list[Table]:
    """Return the tables with a comma where a point was read for it, with lost brackets, and with dollars."""
    return [_mend_table(table, mended) for table in tables]


def mended_notes(mended: Mended) -> list[str]:
    """Return a note that names what was mended, none where nothing was."""
    if not mended:
        return []
    named = ", ".join(f"“{read}” as “{meant}”" for read, meant in islice(mended, MOST_NAMED))
    more = ", …" if len(mended) > MOST_NAMED else ""
    return [
        f"Figures that OCR is taken to have misread stand in tables as their columns tell: {named}{more}."
    ]


def _mend_table(table: Table, found: Mended) -> Table:
    of_figures = _columns_of_figures(table.cells)
    commas = _parts_by_commas(table.cells)
    words, cells = list(table.words), []
    at = 0
    for cell in table.cells:
        count = len(cell.text.split())
        own = words[at : at + count]
        if cell.column in of_figures and not cell.header and cell.column_span == 1:
            own = list(_mend_words(own, commas=commas, found=found))
            words[at : at + count] = own
        cells.append(cell._replace(text=" ".join(word.text for word in own)) if own else cell)
        at += count
    return replace(table, words=tuple(words), cells=tuple(cells))


def _columns_of_figures(cells: Sequence[Cell]) -> set[int]:
    columns: dict[int, list[str]] = defaultdict(list)
    for cell in cells:
        if cell.text and not cell.header and cell.column_span == 1:
            # The last word: the dollar sign before a figure may be a word of its own.
            columns[cell.column].append(cell.text.split()[-1])
    return {
        column
        for column, texts in columns.items()
        if sum(map(_is_number, texts)) >= max(FEWEST, SHARE * len(texts))
    }


def _is_number(text: str) -> bool:
    return NUMBER.match(text) is not None


def _parts_by_commas(cells: Sequence[Cell]) -> bool:
    """Whether commas part the thousands of a table's figures, and no figure has three digits and a comma as
    decimals elsewhere."""
    grouped = sum(GROUPED.search(cell.text) is not None for cell in cells)
    pointed = sum(POINTED.search(cell.text) is not None for cell in cells)
    # A table with both may be one of decimals: there a point is a point.
    return grouped >= FEWEST and grouped > CLEARLY * pointed


def _mend_words(words: Sequence[PlacedWord], *, commas: bool, found: Mended) -> Iterator[PlacedWord]:
    for place, word in enumerate(words):
        last = place == len(words) - 1
        text = _figure_meant(word.text, commas=commas) if last else word.text
        # A dollar sign alone before its figure is read as an S.
        if not last and word.text in ("S", "s") and _is_number(words[-1].text):
            text = "$"
        if text != word.text:
            found.append((word.text, text))
        yield word._replace(text=text) if text != word.text else word


def _figure_meant(text: str, *, commas: bool) -> str:
    """What a figure is where one reading is left, else the text as it was read."""
    if not _is_number(text):
        return text
    meant = text
    if commas and POINTED.fullmatch(meant):
        meant = POINTED.sub(r"\1,\2", meant)
    # A bracket makes a figure negative: one of the two is enough to tell, and no figure has one alone.
    if meant.count("(") > meant.count(")"):
        meant += ")"
    elif meant.endswith(")") and "(" not in meant:
        meant = re.sub(r"^([$€£¥]?)", r"\1(", meant)
    return meant
