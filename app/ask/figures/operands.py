"""Questions that compare two rows: the ratio of one to another, its share in it, by how much it is more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.ask.figures.asked import Asked, Measure, Operation, read_question
from app.ask.figures.choose import Chosen, choose_figures
from app.ask.figures.periods import periods_in, without_periods
from app.ask.figures.rows import Row
from app.ask.proof.cite import PassageSource
from app.ask.words.terms import terms
from app.core.cell_value import ValueKind
from app.core.process.patterns import defer_regex

_SHARE = r"(?:percent(?:age)?|%|proportion|share|fraction|portion)"
_MADE_OF = r"(?:is|was|are|were|does|did|do|comes?|came|relates?|consists?|consisted)"
_PAIRS = (
    (Operation.RATIO, r"\bratio (?:of|between) (?P<part>.+?) (?:to|and) (?P<whole>.+)"),
    (
        Operation.SHARE,
        rf"\b{_SHARE} (?:constitution|composition|contribution|share|part) of (?P<part>.+?)"
        r" (?:among|in|to|of|within) (?P<whole>.+)",
    ),
    (Operation.SHARE, rf"(?P<part>.+?),? (?:\w+ )?as an? {_SHARE} of (?P<whole>.+)"),
    (Operation.SHARE, rf"\b(?:what|which) {_SHARE} of (?P<whole>.+?) {_MADE_OF} (?P<part>.+)"),
    (Operation.LESS, r"\bdifference (?:in .+? )?between (?P<part>.+?) and (?P<whole>.+)"),
    (
        Operation.LESS,
        r"\bhow much (?:more|less|higher|lower|larger|greater|smaller) (?:is|was|were|are|did) (?P<part>.+?)"
        r" than (?P<whole>.+)",
    ),
    (Operation.SUM, r"\bsum of (?P<part>.+?) and (?P<whole>.+)"),
)
_PATTERNS = tuple((operation, defer_regex(pattern, re.IGNORECASE)) for operation, pattern in _PAIRS)
"""How a question names two rows, the ways that say more first."""

_LEAD = defer_regex(r"(?i)^\W*(?:what|which|how much)\b(?: (?:is|was|were|are|would be))?(?: the)?\s*")


def choose_pair(
    asked: Asked, sources: Sequence[PassageSource], rows: Sequence[Row]
) -> tuple[Operation, list[Chosen]] | None:
    """Return what is to be computed of two rows that a question names, and a figure of each for the same
    period; ``None`` where it names no two, or one of them is not there."""
    for operation, pattern in _PATTERNS:
        found = pattern.search(asked.said)
        if found is None:
            continue
        parts = [_plain_operand(found[name]) for name in ("part", "whole")]
        if not all(without_periods(part).strip(" ,.?") for part in parts):
            continue  # between 2018 and 2019: two periods of one row
        if operation is Operation.SHARE and (printed := _choose_printed(asked, sources, rows)):
            return Operation.NONE, printed
        one, other = _choose_both(parts[0], parts[1], asked, sources, rows)
        if one and other and one.fact.cell != other.fact.cell and _are_of_one_period(one, other):
            return operation, [one, other]
    return None


def _choose_printed(asked: Asked, sources: Sequence[PassageSource], rows: Sequence[Row]) -> list[Chosen]:
    """Return shares that a table prints itself, whose row and heads say of what: "Percentage of sales"."""
    one_row = replace(asked, operation=Operation.NONE, measure=Measure.PERCENT)
    chosen = choose_figures(one_row, sources, rows)
    facts = [each.fact for each in chosen]
    said = [set(terms(f"{fact.row_name} {fact.head_name}")) for fact in facts]
    all_said = all(not names.isdisjoint(word.forms) for names in said for word in asked.telling)
    return chosen if all_said and all(fact.value.kind is ValueKind.PERCENT for fact in facts) else []


def _choose_both(
    part: str, whole: str, asked: Asked, sources: Sequence[PassageSource], rows: Sequence[Row]
) -> tuple[Chosen | None, Chosen | None]:
    """Return the figures of two rows, of one table where one has both: what is printed together can be
    compared, and another table may be of a part or in another unit."""
    one, other = (_choose_one(said, asked, sources, rows) for said in (part, whole))
    if not one or not other or _table(one) == _table(other):
        return one, other
    beside_one = _choose_one(whole, asked, sources, _rows_of(_table(one), rows))
    beside_other = None if beside_one else _choose_one(part, asked, sources, _rows_of(_table(other), rows))
    return beside_other or one, beside_one or other


def _table(chosen: Chosen) -> tuple[str, int, int]:
    return chosen.document_id, chosen.fact.page, chosen.fact.table


def _rows_of(table: tuple[str, int, int], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if (row.document_id, row.table.page, row.table.number) == table]


def _plain_operand(text: str) -> str:
    return _LEAD.sub("", text).strip(" ,.?")


def _choose_one(
    said: str, asked: Asked, sources: Sequence[PassageSource], rows: Sequence[Row]
) -> Chosen | None:
    part = replace(
        read_question(f"What is {said}?"),
        periods=asked.periods or periods_in(said),
        months=asked.months,
        operation=Operation.NONE,
        series=False,
        measure=Measure.AMOUNT,
        wants_figure=True,
        names=asked.names,
    )
    chosen = choose_figures(part, sources, rows)
    return chosen[0] if len(chosen) == 1 else None


def _are_of_one_period(one: Chosen, other: Chosen) -> bool:
    mine, its = periods_in(one.fact.head_name), periods_in(other.fact.head_name)
    same_document = one.document_id == other.document_id
    return same_document and (not mine or not its or any(a.agrees(b) for a in mine for b in its))
