"""Terms that belong together made one: a number with its scale, a currency behind it, the parts of a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.ask.entail.amounts import SCALES, apply_scale
from app.ask.entail.term import Kind, Term
from app.ask.entail.units import CURRENCIES

_BOUNDS = ("o.min", "o.max")


def apply_scales(terms: Sequence[Term], language: str) -> list[Term]:
    """Return numbers multiplied by the scale behind them, and a currency before its number behind it."""
    found: list[Term] = []
    for term in terms:
        last = found[-1] if found else None
        if last and last.kind is Kind.NUMBER and term.text.lower() in SCALES and not term.before:
            found[-1] = replace(
                last, key=apply_scale(last.key, term.text.lower()), text=f"{last.text} {term.text}"
            )
        elif (
            last and last.kind is Kind.NUMBER and term.key in _BOUNDS and " " in term.text and not term.before
        ):
            found[-1:] = [
                replace(term, before=last.before, governor=last.governor),
                _bare(last),
            ]  # "12 or more"
        elif last and term.kind is Kind.NUMBER and last.text.lower() in CURRENCIES and not term.before:
            found[-1] = replace(term, before=last.before, governor=last.governor)
            found.append(_bare(last))
        else:
            found.append(term)
    return _currency_last(found)


def _bare(term: Term) -> Term:
    return replace(term, before=(), governor="")


def _currency_last(terms: list[Term]) -> list[Term]:
    """As in "$ 1.2 million": the scale came behind the currency that was moved."""
    found: list[Term] = []
    for term in terms:
        scale = term.text.lower() in SCALES and not term.before and len(found) > 1
        if scale and found[-1].text.lower() in CURRENCIES and found[-2].kind is Kind.NUMBER:
            found[-2] = replace(found[-2], key=apply_scale(found[-2].key, term.text.lower()))
        else:
            found.append(term)
    return found


def join_dates(terms: Sequence[Term]) -> list[Term]:
    """Return the terms with each day, month and year that stand together as one."""
    found: list[Term] = []
    at = 0
    while at < len(terms):
        term = terms[at]
        if not (term.date and term.key.startswith("month ")):
            found.append(term)
            at += 1
            continue
        month, first, text, at = term.date[1], term, term.text, at + 1
        day = year = ""
        if found and _is_day(found[-1]) and set(term.before) <= {"p.of", "light", "def"}:
            first = found.pop()
            day, text = first.key.lstrip("#"), f"{first.text} {text}"
        elif at < len(terms) and _is_day(terms[at]) and set(terms[at].before) <= {"def"}:
            day, text, at = terms[at].key.lstrip("#"), f"{text} {terms[at].text}", at + 1
        if at < len(terms) and _is_year(terms[at]) and set(terms[at].before) <= {",", "p.of"}:
            year, text, at = terms[at].key, f"{text} {terms[at].text}", at + 1
        found.append(replace(first, key=f"{day}/{month}/{year}", text=text, date=(day, month, year)))
    return found


def _is_day(term: Term) -> bool:
    bare = term.key.lstrip("#")
    return term.kind is Kind.NUMBER and term.date is None and bare.isdigit() and 1 <= int(bare) <= 31


def _is_year(term: Term) -> bool:
    return term.kind is Kind.NUMBER and term.key.isdigit() and len(term.key) == 4
