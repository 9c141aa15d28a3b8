"""Tables as CSV, as a spreadsheet opens it: one row of heads, and numbers as numbers.

A file is UTF-8 with a byte order mark, by which Excel knows it, with commas and CRLF (RFC 4180). A number has
a decimal point, a minus sign and no marks of thousands or currency; a percentage keeps its sign "%"; a dash
is an empty cell. Text that a spreadsheet would take for a formula begins with an apostrophe
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from app.core.cell_value import ValueKind, plain_figure, writes_decimal_comma
from app.core.page import Page
from app.core.process.patterns import defer_regex
from app.core.unit import currency_in, says_only_a_unit
from app.pages.cell_names import NamedCell, name_cells
from app.pages.facts import PART, NamedTable, name_tables
from app.pages.table_forms import join_heads

CSV = "csv"

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"

FILES = "page-*-table-*.csv"
"""The names of the files of a document's tables (``TableParts.file_name``)."""

MARK = "\ufeff"
"""The byte order mark that begins a file."""

MOST_DIGITS = 15
"""Digits that a spreadsheet keeps of a number: a longer one is an identifier, and text."""

# Signs that nothing shows may stand before it. Where a semicolon parts the fields, as in much of Europe,
# what follows one inside of a text is a field as well.
_FORMULA = defer_regex(
    r"(?:^|(?<=;))(?=[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠])"
)
_NUMBER = defer_regex(r"-?\d+(?:\.\d+)?%?")
_CONTROLS = defer_regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class TableParts(tuple[NamedTable, ...]):
    """A table with the parts of it on the pages after, in order."""

    __slots__ = ()

    @property
    def file_name(self) -> str:
        """The name of its file: the page that it begins on, and its number there, from 1."""
        return f"page-{self[0].page:04d}-table-{self[0].number + 1}.csv"

    def holds(self, page: int, number: int) -> bool:
        """Return whether one of its parts is this table of a page."""
        return any((part.page, part.number) == (page, number) for part in self)

    def as_file(self) -> str:
        """Return what stands in its file."""
        return MARK + table_csv(self)


def whole_tables(pages: Iterable[Page]) -> Iterator[TableParts]:
    """Yield the tables of pages in order, each with the parts that carry it on."""
    held: list[NamedTable] = []
    for table in name_tables(pages):
        if held and not table.continues:
            yield TableParts(held)
            held = []
        held.append(table)
    if held:
        yield TableParts(held)


def table_csv(parts: Sequence[NamedTable]) -> str:
    """Return a table as CSV, its heads as one row; parts on the pages after add their rows."""
    rows = [row for part in parts for row in _body_rows(part)]
    heads = _head_row(parts[0])
    columns = [at for at in range(len(heads)) if heads[at] or any(row[at] for row in rows if at < len(row))]
    content = StringIO()
    writer = csv.writer(content)
    for row in [heads, *rows] if any(heads) else rows:
        writer.writerow([row[at] if at < len(row) else "" for at in columns])
    return content.getvalue()


def tables_csv(pages: Iterable[Page]) -> Iterator[str]:
    """Yield all tables of pages as one text, an empty line between two."""
    for number, parts in enumerate(whole_tables(pages)):
        yield ("\r\n" if number else MARK) + table_csv(parts)


def _head_row(table: NamedTable) -> list[str]:
    """Return the heads of the columns; an empty corner says what the figures are counted in, and heads do
    not say it again, nor the title that a row over all columns holds."""
    width = len(table.block.rows[0])
    heads = [cell for cell in table.block.cells if cell.text and cell.row < table.block.header_rows]
    corner = join_heads(heads, 0) or _counted_in(table)
    lowest = max((head.row for head in heads), default=0)
    named = [
        head
        for head in heads
        if not (corner.endswith(head.text.strip("()")) and says_only_a_unit(head.text))
        and not (head.column_span == width and head.row < lowest)
    ]
    row = [_text(join_heads(named, column)) for column in range(1, width)]
    return [_text(corner) if any(row) or heads else "", *row]


def _counted_in(table: NamedTable) -> str:
    """Return the unit of a table, and the currency that its cells print where they print one alone."""
    signs = {sign for cell in table.block.cells if (sign := currency_in(cell.text))}
    sign = signs.pop() if len(signs) == 1 else ""
    return PART.join(filter(None, ("" if sign in table.unit.said else sign, table.unit.said)))


def _body_rows(table: NamedTable) -> Iterator[list[str]]:
    """Yield the texts of rows below the heads, without rows that hold none."""
    width, heads = len(table.block.rows[0]), table.block.header_rows
    cells = [each for each in name_cells(table.block, table.unit) if each.cell.text]
    comma = writes_decimal_comma(each.cell.text for each in cells if not each.cell.header)
    rows: dict[int, list[str]] = {}
    for each in cells:
        if each.cell.row >= heads:
            text = _cell_text(each, comma)
            # A name that is printed once for several rows stands in each; a number would be summed again.
            last = each.cell.row + (each.cell.row_span if not _NUMBER.fullmatch(text) else 1)
            for number in range(each.cell.row, last):
                rows.setdefault(number, [""] * width)[each.cell.column] = text
    yield from (rows[row] for row in sorted(rows))


def _cell_text(named: NamedCell, comma: bool | None) -> str:
    text = named.cell.text
    kind = named.value.kind if named.value else ValueKind.TEXT
    if named.is_label or kind in (ValueKind.TEXT, ValueKind.DATE):
        return _text(text)
    if kind is ValueKind.NIL:
        return ""
    number = plain_figure(text, decimal_comma=comma)
    if number is None or _is_identifier(number):
        return _text(text)
    return f"{number}%" if "%" in text else number


def _is_identifier(number: str) -> bool:
    """Return whether a spreadsheet would change a number: zeros before it go, and digits after the 15th."""
    digits = number.lstrip("-")
    leading = digits.startswith("0") and digits.partition(".")[0] != "0"
    return leading or len(digits.replace(".", "")) > MOST_DIGITS


def _text(text: str) -> str:
    """Return text on one line that no spreadsheet takes for a formula."""
    # Half a surrogate pair, which the text of a PDF may hold, is no UTF-8.
    line = " ".join(_CONTROLS.sub(" ", text).split()).encode("utf-8", "replace").decode()
    return line if _NUMBER.fullmatch(line) else _FORMULA.sub("'", line)
