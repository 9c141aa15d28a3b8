"""Questions that compare two rows: the ratio of one to another, its share in it, by how much it is more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.ask.figures.asked import Asked, Operation, read_question
from app.ask.figures.choose import Chosen, choose_figures
from app.ask.figures.periods import periods_in, without_periods
from app.ask.figures.rows import Row
from app.ask.proof.cite import PassageSource
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
    asked: Asked, said: str, sources: Sequence[PassageSource], rows: Sequence[Row]
) -> tuple[Operation, list[Chosen]] | None:
    """Return what is to be computed of two rows that a question names, and a figure of each for the same
    period; ``None`` where it names no two, or one of them is not there."""
    for operation, pattern in _PATTERNS:
        found = pattern.search(said)
        if found is None:
            continue
        parts = [_plain_operand(found[name]) for name in ("part", "whole")]
        if not all(without_periods(part).strip(" ,.?") for part in parts):
            continue  # between 2018 and 2019: two periods of one row
        chosen = [_choose_one(part, asked, sources, rows) for part in parts]
        one, other = chosen
        if one and other and one.fact.cell != other.fact.cell and _are_of_one_period(one, other):
            return operation, [one, other]
    return None


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
        percent=False,
        wants_figure=True,
        names=asked.names,
    )
    chosen = choose_figures(part, sources, rows)
    return chosen[0] if len(chosen) == 1 else None


def _are_of_one_period(one: Chosen, other: Chosen) -> bool:
    mine, its = periods_in(one.fact.head_name), periods_in(other.fact.head_name)
    same_document = one.document_id == other.document_id
    return same_document and (not mine or not its or any(a.agrees(b) for a in mine for b in its))
