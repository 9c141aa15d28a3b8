"""Rows of the tables around passages, read for the figures in them.

Where the rows of a table differ by their period alone (``Balance, November 3, 2007``, ``Balance, October 31,
2009``, or years under each other), they are read as one more row, whose figures have these periods.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.ask.figures.periods import Period, periods_in, without_periods
from app.ask.proof.cite import PassageSource
from app.ask.words.terms import content_forms, terms
from app.core.cell_value import ValueKind
from app.core.passage import Hit
from app.pages.facts import Fact, NamedRow, NamedTable, name_tables

FIGURES = (ValueKind.NUMBER, ValueKind.PERCENT, ValueKind.NIL)


@dataclass(frozen=True, slots=True)
class Row:
    """A row and the ``rank`` of the source that it was found in, from 0.

    ``label``, ``names`` and ``title`` are terms: of its own label, of all its names, of the table's title;
    ``about`` of what the document and the headings around the passage are called; ``own`` are the periods
    that the document's name says.
    """

    rank: int
    document_id: str
    table: NamedTable
    row: NamedRow
    label: frozenset[str]
    names: frozenset[str]
    title: frozenset[str]
    about: frozenset[str]
    own: tuple[Period, ...]

    def periods(self, fact: Fact) -> tuple[Period, ...]:
        """Return the periods of one of its figures: of its head, else of its row, else of the table."""
        return periods_in(fact.head_name) or periods_in(fact.row_name) or periods_in(self.table.title)


def read_rows(sources: Sequence[tuple[int, PassageSource]]) -> Iterator[Row]:
    """Yield the rows with figures of the tables on the pages of sources, each once, behind those of a table
    what they are as one by their periods."""
    looked_at: set[tuple[str, int, tuple[int, ...]]] = set()
    seen: set[tuple[str, int, int, int]] = set()
    for rank, source in sources:
        chunk = source.hit.chunk
        pages = chunk.document_id, chunk.version, chunk.pages
        if pages in looked_at:  # several passages of one page are found: its tables are named once
            continue
        looked_at.add(pages)
        hit = source.hit
        about = _terms(hit.about, chunk.text)
        for table in name_tables(source.text.pages):
            key = chunk.document_id, chunk.version, table.page, table.number
            if key in seen:
                continue
            seen.add(key)
            rows = [row for row in table.rows if any(fact.value.kind in FIGURES for fact in row.facts)]
            for row in (*rows, *_join_periods(rows)):
                yield _read_row(rank, hit, about, table, row)


def _read_row(rank: int, hit: Hit, about: frozenset[str], table: NamedTable, row: NamedRow) -> Row:
    of = hit.chunk.text  # the same for all rows, so that its languages are told once
    label = frozenset(content_forms(row.path[-1].text, of)) if row.path else frozenset()
    own = periods_in(hit.called)
    names, title = _terms(row.name, of), _terms(table.title, of)
    return Row(rank, hit.chunk.document_id, table, row, label, names, title, about, own)


def _terms(text: str, of: str) -> frozenset[str]:
    return frozenset(terms(text, of))


def _join_periods(rows: Sequence[NamedRow]) -> Iterator[NamedRow]:
    """Yield rows of figures that stand under each other, those of each column whose names are the same but
    for one period."""
    series: dict[tuple[str, int], list[Fact]] = {}
    for row in rows:
        if not row.path or len(periods_in(row.path[-1].text)) != 1:
            continue
        name = _plain(row.name)
        for fact in row.facts:
            if fact.value.kind in FIGURES and not periods_in(fact.head_name):
                series.setdefault((name, fact.cell.column), []).append(fact)
    for (name, _), facts in series.items():
        if len({periods_in(fact.row[-1].text) for fact in facts}) == len(facts) > 1:
            # Years alone say nothing: the head over the column is what they are years of.
            label = replace(facts[0].row[-1], text=name or facts[0].head_name)
            yield NamedRow(rows[0].number, (label,), tuple(facts))


def _plain(name: str) -> str:
    """Return a name without its period, and without the days and commas that stand at it."""
    return " ".join(word for word in without_periods(name).replace(",", " ").split() if not word.isdigit())
