"""Which rows of a table are its header: what stands above its body, in words where that has numbers, or set
differently."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from app.core.process.patterns import defer_regex
from app.pdf.pdfium.words import PlacedWord

NUMERIC = defer_regex(
    r"[(\[<>≤≥~±–−$€£+-]*\d[\d.,:;%)\]*/±×–−-]*[a-z*†‡]?$|[–—−-]+$|\.{1,3}$|n\.?[ad]\.?$", re.IGNORECASE
)
"""A number, or what stands for a missing one."""

THOUSANDS = defer_regex(r"(?:[A-Z]{0,3}[$€£¥₹]['’]?000['’]?|['’]?000['’]s|['’]000)s?$")
"""What figures are counted in, which looks like a number and stands above columns: £000."""

YEARS = r"(?:19|20|١٩|٢٠|۱۹|۲۰)\d\d(?:[-/–](?:19|20)?\d\d)?"
YEAR = defer_regex(YEARS + r"[a-z*†‡]?$")
"""Looks like a number, and stands above columns."""

_CURRENCY = defer_regex(r"[A-Z]{0,3}[$€£¥₹]$")
"""A sign that stands apart from its number, as in the first and the last row of a statement."""

LONGEST_QUANTITY = 3
"""Words of a number with its unit."""

MOST_BOLD = 0.3
"""Share of the rows of a body that may be bold, below a header that is: totals are."""

FEWEST_COUNTING = 0.3
"""Share of the filled cells of a body's first row that are numbers in columns of such: a head may look like
one, such as that of an age group."""

MOST = 4
"""Rows of a header."""

Placed: TypeAlias = tuple[int, int, int, Sequence[PlacedWord]]
"""A cell: row, rows that it covers, column, words."""


def is_numeric(words: Sequence[PlacedWord]) -> bool:
    """Whether a cell holds numbers and nothing else."""
    return bool(words) and all(NUMERIC.match(word.text) and not THOUSANDS.match(word.text) for word in words)


def header_rows(cells: Sequence[Placed]) -> int:
    """How many of the first rows are a header, as far as their words tell: 0 where nothing does.

    Above columns of numbers it is what has none; else what is set bold while the body is not.
    """
    height = max((row + span for row, span, _, _ in cells), default=0)
    # A table of one row has nothing that it could be the header of.
    if height < 2:
        return 0
    rows: list[list[Placed]] = [[] for _ in range(height)]
    for cell in cells:
        if cell[3]:
            rows[cell[0]].append(cell)
    count = _above_numbers(rows) or _bold_above_plain(rows)
    # So many rows without numbers are the body: text, with some numbers at the end.
    if not count or count > MOST:
        return 0
    # A head that spans rows takes those that it reaches into with it.
    reach = max((row + span for each in rows[:count] for row, span, _, _ in each), default=count)
    return min(max(count, reach), height - 1) if reach <= MOST else count


def _above_numbers(rows: Sequence[Sequence[Placed]]) -> int:
    """The first rows without a number in a column that has mostly numbers below."""
    numbers: dict[int, list[bool]] = {}
    # Without the first row: it is the one in question, and a table of two rows has no other.
    for row in rows[1:]:
        for _, _, column, words in row:
            numbers.setdefault(column, []).append(_is_quantity(words))
    numeric = {column for column, found in numbers.items() if 2 * sum(found) > len(found)}
    if not numeric:
        return 0
    for count, row in enumerate(rows):
        counting = sum(_counts(words) for _, _, column, words in row if column in numeric)
        if (counting and counting >= FEWEST_COUNTING * len(row)) or (
            count and _is_of_body(row, rows[count - 1])
        ):
            return count
    return 0


def _is_of_body(row: Sequence[Placed], above: Sequence[Placed]) -> bool:
    """Whether a row below heads has a label and years below heads of the same columns, that of the labels
    among them: years that are heads have none, or stand below heads of several columns."""
    columns, heads = ({column for _, _, column, _ in each} for each in (row, above))
    others = [words for _, _, column, words in row if column]
    if not others or not columns >= {0} or not columns <= heads:
        return False
    return all(YEAR.match(word.text) for words in others for word in words)


def _counts(words: Sequence[PlacedWord]) -> bool:
    # 2022 above a column of sums is its head.
    return _is_quantity(words) and not all(YEAR.match(word.text) for word in words)


def _is_quantity(words: Sequence[PlacedWord]) -> bool:
    """Whether a cell holds a number, perhaps with its unit or the sign of its currency."""
    counted = [word for word in words if not _CURRENCY.match(word.text)]
    return is_numeric(counted) or (len(counted) <= LONGEST_QUANTITY and is_numeric(counted[:1]))


def _bold_above_plain(rows: Sequence[Sequence[Placed]]) -> int:
    bold = [bool(row) and all(_is_bold(words) for _, _, _, words in row) for row in rows]
    count = bold.index(False) if False in bold else 0
    # In a table set bold throughout bold type says nothing.
    return count if sum(bold[count:]) < MOST_BOLD * len(bold[count:]) else 0


def _is_bold(words: Sequence[PlacedWord]) -> bool:
    return 2 * sum(word.style.bold for word in words) > len(words)
