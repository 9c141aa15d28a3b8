"""The figures of the tables around the passages found that a question asks for."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.ask.figures import phrases
from app.ask.figures.asked import OF_ALL_PERIODS, OF_TWO_PERIODS, Asked, Measure
from app.ask.figures.periods import Period, months_in, without_periods
from app.ask.figures.rows import FIGURES, Row
from app.ask.proof.cite import PassageSource
from app.ask.words.terms import Word, content_forms, terms
from app.core.cell_value import ValueKind
from app.core.process.patterns import defer_regex
from app.pages.facts import Fact

ENOUGH = 0.7
"""Share of the question's words, each weighed by how few rows have it, that a row and its heads must hold."""

ENOUGH_NAMED = 0.35
"""The same share where the question names all of the row's label: what else it says is said around it."""

NAMED = 0.5
"""Share of a row's label that the question must name: "total revenue from products sold" is not "revenue"."""

TITLE = 0.6
"""Weight of a word in the table's title, where one in the row's names and heads has 1."""

PRECISION = 0.4
"""Weight of the share of a row's label that the question names, in its score."""

ALIKE = 0.1
"""Rows whose scores differ by less say the same of different periods: the latest is shown."""

OWN = 0.2
"""What it is worth that the document's own name says the period asked for: "2023 Q3 report.pdf"."""

CARRIED = 0.5
"""Weight of a word that any question may carry, such as "total" or "current", where it stands in a row."""

RANK = 0.01
"""What each place of the passage in the order found costs."""

OTHER_MEASURE = 0.6
"""What is left of the score of a row that has percentages alone where an amount is asked for, or the other
way round: it answers only where no other row does."""

LONGEST_SERIES = 12
"""Figures of a series."""

MOST = 4
"""Figures that are shown of one row."""

_COMPARED = defer_regex(r"\b(?:change|variance|increase|decrease|growth|var|% of)\b", re.IGNORECASE)
"""A head over what is computed of other columns."""

_FREE = frozenset(terms("total net other of which"))
"""Terms of words of a label that a question may leave out."""

_TOTAL = frozenset(terms("total totals overall all consolidated"))
"""Terms of heads over what the columns beside them are parts of."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A figure and the place of the source that it was found in, among the sources."""

    fact: Fact
    rank: int
    document_id: str


def choose_figures(asked: Asked, sources: Sequence[PassageSource], rows: Sequence[Row]) -> list[Chosen]:
    """Return the figures that a question asks for, in the order of their periods, none where no row of the
    sources' tables holds what it names."""
    weights = _weigh(asked, rows, sources)
    if not weights:
        return []
    scored = [(each, _score(each, asked, weights)) for each in rows]
    best = max((score for _, score in scored), default=0.0)
    alike = [
        (each, score) for each, score in scored if score > 0 and (asked.periods or score >= best - ALIKE)
    ]
    of_all = asked.series or asked.operation in OF_ALL_PERIODS
    if of_all and not asked.periods and (series := _series(alike, asked, weights)):
        return series
    # Without a period in the question the newest of rows that say the same is meant.
    newest = [
        (Period(0) if asked.periods else _latest(row), score, at) for at, (row, score) in enumerate(alike)
    ]
    ordered = sorted(newest, key=lambda found: (found[0], found[1], -found[2]), reverse=True)
    # A change is shown of a row with both of its periods, if there is one.
    for fewest in (2, 1) if asked.operation in OF_TWO_PERIODS else (1,):
        if found := _first_with_figures([alike[at] for _, _, at in ordered], asked, weights, fewest):
            row, facts = found
            return [Chosen(fact, row.rank, row.document_id) for fact in facts]
    return []


def _first_with_figures(
    ordered: Sequence[tuple[Row, float]], asked: Asked, weights: dict[Word, float], fewest: int
) -> tuple[Row, list[Fact]] | None:
    """Return the first row that has figures for the periods asked for, and these; of those that score alike
    the one whose figures most tables print, so that the whole goes before a part of the same name, and one of
    dashes only where there is no other."""
    found: list[tuple[Row, list[Fact]]] = []
    least = 0.0
    for row, score in ordered:
        if found and (score < least or not asked.periods):
            break
        if len(facts := _of_periods(row, asked, weights)) >= fewest:
            least = least or score - ALIKE
            found.append((row, facts))
    return _most_printed(found) if found else None


def _most_printed(found: Sequence[tuple[Row, list[Fact]]]) -> tuple[Row, list[Fact]]:
    """Return the row with the fewest dashes and, of these, whose figures most tables print: the first of
    equals."""
    tables = Counter(figures for *_, figures in {_table_and_figures(*each) for each in found})
    return max(
        found,
        key=lambda each: (
            -sum(fact.value.kind is ValueKind.NIL for fact in each[1]),
            tables[_table_and_figures(*each)[-1]],
        ),
    )


def _table_and_figures(row: Row, facts: Sequence[Fact]) -> tuple[str, int, int, tuple[Decimal | None, ...]]:
    return row.document_id, row.table.page, row.table.number, tuple(fact.exact for fact in facts)


def _series(alike: Sequence[tuple[Row, float]], asked: Asked, weights: dict[Word, float]) -> list[Chosen]:
    """Return the latest figure of each document's best row, by period; of one document alone all columns."""
    by_document: dict[str, list[tuple[Row, float]]] = {}
    for row, score in alike:
        by_document.setdefault(row.document_id, []).append((row, score))
    rows = [_best_series(scored) for scored in by_document.values()]
    if len(rows) == 1:
        row = rows[0]
        dated = [fact for fact, periods in _facts_with_periods(row) if periods]
        return [Chosen(fact, row.rank, row.document_id) for fact in dated][:LONGEST_SERIES]
    found = [
        (_latest(row), Chosen(fact, row.rank, row.document_id))
        for row in rows
        for fact in _of_periods(row, asked, weights)[-1:]
    ]
    return [chosen for _, chosen in sorted(found, key=lambda each: each[0])][:LONGEST_SERIES]


def _best_series(scored: Sequence[tuple[Row, float]]) -> Row:
    """Return the best of rows, of those that score alike the one whose figures most tables print."""
    best = max(score for _, score in scored)
    near = sorted((each for each in scored if each[1] >= best - ALIKE), key=lambda each: -each[1])
    dated = [(row, [fact for fact, periods in _facts_with_periods(row) if periods]) for row, _ in near]
    return _most_printed([each for each in dated if each[1]] or dated)[0]


def _latest(row: Row) -> Period:
    """Return the latest period of a row: where none is asked for, the newest report answers."""
    return max((period for fact in row.row.facts for period in row.periods(fact)), default=Period(0))


def _weigh(asked: Asked, rows: Sequence[Row], sources: Sequence[PassageSource]) -> dict[Word, float]:
    """Return how much each word of the question tells. One that names the documents, such as their company,
    and stands in no row tells nothing of a row."""
    having = {word: sum(not row.names.isdisjoint(word.forms) for row in rows) for word in asked.words}
    documents = frozenset[str]().union(*(each.about for each in sources))
    return {
        word: (1.0 if word in asked.telling else CARRIED) * math.log(1 + (len(rows) + 1) / (1 + having[word]))
        for word in asked.words
        if having[word] or (word in asked.telling and documents.isdisjoint(word.forms))
    }


def _score(row: Row, asked: Asked, weights: dict[Word, float]) -> float:
    """Return 0–1: how much of the question a row holds, and of its label the question; 0 if too little."""
    heads = {term for fact in row.row.facts for term in terms(fact.head_name)}
    named = row.names | heads
    places = {word: _place(word, named, row) for word in weights}
    if _holds_names_alone(places, asked):
        return 0.0
    share = sum(weight * places[word] for word, weight in weights.items()) / sum(weights.values())
    label = [term for term in row.label if not term.isdigit() and term not in _FREE]
    if not label:
        return 0.0
    forms = asked.forms
    precision = sum(term in forms for term in label) / len(label)
    if precision < NAMED or share < (ENOUGH_NAMED if precision == 1 else ENOUGH):
        return 0.0
    measured = any(_is_of_measure(fact, asked.measure) for fact in row.row.facts)
    if asked.measure is Measure.COUNT and not (measured and _counts(row, asked.counted)):
        return 0.0
    fit = share * (1 - PRECISION + PRECISION * precision) * (1 if measured else OTHER_MEASURE)
    return fit - RANK * row.rank + OWN * _is_own(row, asked)


def _counts(row: Row, counted: Collection[str]) -> bool:
    """Return whether a row, its heads or the table name one of the things counted as it is written."""
    heads = " ".join(fact.head_name for fact in row.row.facts)
    said = f"{row.row.name} {heads} {row.table.title}".casefold()
    return not counted or any(word in said for word in counted)


def _is_of_measure(fact: Fact, measure: Measure) -> bool:
    """Return whether a figure is a percentage, a number of things or an amount, as a question wants it."""
    percent = fact.value.kind is ValueKind.PERCENT
    if measure is Measure.COUNT:
        named = f"{fact.row_name} {fact.head_name}"
        return not percent and (not fact.value.currency or bool(phrases.COUNTED.search(named)))
    return measure is Measure.ANY or percent == (measure is Measure.PERCENT)


def _holds_names_alone(places: Mapping[Word, float], asked: Asked) -> bool:
    """Return whether a row holds nothing of what is asked of somebody but the name: a share of a company in
    France is not the capital of France."""
    names = {name.written for name in asked.names}
    others = [word for word in asked.telling if word.written not in names]
    # Also a word that weighs nothing, because a heading nearby has it, must stand in the row.
    return bool(names and others) and not any(places.get(word) for word in others)


def _place(word: Word, named: frozenset[str] | set[str], row: Row) -> float:
    if not named.isdisjoint(word.forms):
        return 1.0
    return 0.0 if row.title.isdisjoint(word.forms) else TITLE


def _is_own(row: Row, asked: Asked) -> bool:
    """Return whether a quarter asked for is the one that the document's name says it reports."""
    return len(asked.periods) == 1 and any(
        each.quarter and each == period for each in row.own for period in asked.periods
    )


def _of_periods(row: Row, asked: Asked, weights: dict[Word, float]) -> list[Fact]:
    """Return the figures of a row for the periods asked for: for each the one whose heads say most of the
    question; without any the latest."""
    dated = _facts_with_periods(row)
    if not asked.periods or _is_own(row, asked):
        return _facts_without_periods(row, dated, asked, weights)
    periods = sorted(set(asked.periods))
    if asked.operation in OF_TWO_PERIODS and len(periods) == 1 and not _says_itself(row, asked):
        periods = [*_before(periods[0], dated), *periods]
    found = [_of_period(period, dated, asked, weights) for period in periods]
    if any(fact is None for fact in found):
        return []
    return list(dict.fromkeys(fact for fact in found if fact))


def _facts_with_periods(row: Row) -> list[tuple[Fact, tuple[Period, ...]]]:
    """Return the figures of a row with their periods, without those that are computed of others."""
    facts = [fact for fact in row.row.facts if fact.value.kind in FIGURES]
    printed = [fact for fact in facts if not _COMPARED.search(fact.head_name)]
    return [(fact, row.periods(fact)) for fact in printed or facts]


def _of_period(
    period: Period, dated: Sequence[tuple[Fact, tuple[Period, ...]]], asked: Asked, weights: dict[Word, float]
) -> Fact | None:
    fitting = [fact for fact, periods in dated if any(map(period.agrees, periods))]
    return _best(fitting, asked, weights, period)


def _before(period: Period, dated: Sequence[tuple[Fact, tuple[Period, ...]]]) -> list[Period]:
    """Return the period that one is compared with, if figures have it: a year before, else the one before."""
    earlier = sorted({each for _, periods in dated for each in periods if each < period})
    year_before = [each for each in earlier if each.agrees(replace(period, year=period.year - 1))]
    return (year_before or earlier)[-1:]


def _says_itself(row: Row, asked: Asked) -> bool:
    """Return whether a row is what would be computed: "Change in tax estimate"."""
    return not row.names.isdisjoint(asked.computed)


def _facts_without_periods(
    row: Row, dated: Sequence[tuple[Fact, tuple[Period, ...]]], asked: Asked, weights: dict[Word, float]
) -> list[Fact]:
    latest = sorted({max(periods) for _, periods in dated if periods})
    compared = asked.operation in OF_TWO_PERIODS and not _says_itself(row, asked)
    if not latest:
        undated = [fact for fact, _ in dated]
        best = _best(undated, asked, weights)
        return undated if best is None or len(undated) <= MOST else [best]
    wanted = [*_before(latest[-1], dated), latest[-1]] if compared else latest[-1:]
    facts = [
        _best([fact for fact, periods in dated if period in periods], asked, weights, period)
        for period in wanted
    ]
    return [fact for fact in facts if fact]


def _best(
    facts: Sequence[Fact], asked: Asked, weights: dict[Word, float], period: Period | None = None
) -> Fact | None:
    """Return the figure whose heads say most of the question and cover as long as it asks for, else of all
    rather than of a part that was not asked for; of several alike the first: statements begin with what is
    asked for most."""

    def rate(fact: Fact) -> tuple[bool, float, bool, bool, int]:
        heads = set(terms(fact.head_name))
        unasked = content_forms(without_periods(fact.head_name)) - asked.forms
        months = months_in(fact.head_name)
        wanted = asked.months or (3 if period and period.quarter else 0)
        return (
            _is_of_measure(fact, asked.measure),
            sum(weight for word, weight in weights.items() if not heads.isdisjoint(word.forms)),
            not (wanted and months) or wanted == months,
            not heads.isdisjoint(_TOTAL),
            -len(unasked),
        )

    return max(facts, key=rate, default=None)
