"""The orders of words that say the same: a phrase in front or behind, active and passive, "A is B" and "B
is A"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from app.ask.entail.reading import Kind, Term

_AGENT = {"de": "p.of"}
"""The preposition of who acts in the passive, where it is not ``p.by``."""

_VERB_FINAL = ("de", "nl")

LONGEST_OWNED = 3
"""Terms that an owner's name may stand before."""


def variants(claim: Sequence[Term], language: str) -> Iterator[list[Term]]:
    """The claim in the orders that say the same, as it is written first."""
    for owned in _owned(list(claim)):
        for turned in _rotated(owned):
            yield turned
            if language in _VERB_FINAL:
                yield from _verb_moved(turned)
            for active in islice(voices(turned, language), 1, None):
                yield from _rotated(active)
        yield from _swapped(owned)


def voices(terms: Sequence[Term], language: str) -> Iterator[list[Term]]:
    """A sentence as it is, and in the active voice if it is in the passive and says who acts."""
    yield list(terms)
    by = _AGENT.get(language, "p.by")
    verb = next((n for n, term in enumerate(terms) if "be" in term.before and n), None)
    if verb is None:
        return
    agent = next((n for n in range(verb, len(terms)) if terms[n].governor == by), None)
    if agent is None:
        return
    end = _run_end(terms, agent)
    operators = verb
    while operators > 1 and terms[operators - 1].kind is Kind.OPERATOR:
        operators -= 1
    acting = _bare(terms[agent:end])
    if agent == verb:  # the verb stands last
        if end == len(terms):
            return
        yield [*acting, *terms[operators:verb], *_bare(terms[-1:]), *terms[:operators], *terms[end:-1]]
        return
    said = verb
    while said < agent and (terms[said].kind is Kind.OPERATOR or (said > verb and not terms[said].before)):
        said += 1
    said = _run_end(terms, said) if said == verb or terms[said - 1].kind is Kind.OPERATOR else said
    said = min(said, agent)
    verbs = [*terms[operators:verb], *_bare(terms[verb:said])]
    yield [*acting, *verbs, *terms[:operators], *terms[said:agent], *terms[end:]]


def _run_end(terms: Sequence[Term], start: int) -> int:
    """The end of the terms from ``start`` on with nothing between them."""
    end = start + 1
    while end < len(terms) and not terms[end].before:
        end += 1
    return end


def _bare(terms: Sequence[Term]) -> list[Term]:
    """The terms without what stands before the first."""
    return [replace(terms[0], before=(), governor=""), *terms[1:]] if terms else []


def _rotated(claim: list[Term]) -> Iterator[list[Term]]:
    """With a phrase that hangs on a preposition moved from the front to the end, or from the end to the
    front."""
    yield claim
    for at in range(1, len(claim)):
        if claim[at].governor or claim[0].governor:
            yield [*claim[at:], *claim[:at]]


def _verb_moved(claim: list[Term]) -> Iterator[list[Term]]:
    """German and Dutch verbs stand second, or last; nouns keep their order."""
    for at, term in enumerate(claim):
        verb = term.kind is Kind.WORD and term.text[:1].islower() and not term.governor
        if verb and "def" not in term.before and "light" not in term.before:
            rest = [*claim[:at], *claim[at + 1 :]]
            for place in range(len(rest) + 1):
                if place != at:
                    yield [*rest[:place], term, *rest[place:]]


def _owned(claim: list[Term]) -> Iterator[list[Term]]:
    """With "the pump's warranty period" as "the warranty period of the pump"."""
    yield claim
    yield from _having(claim)
    for at, term in enumerate(claim):
        if "'s" not in term.before or at == 0:
            continue
        start = at - 1
        while start > 0 and not claim[start].before:
            start -= 1
        owner = claim[start:at]
        first = replace(owner[0], before=("p.of",), governor="p.of")
        for length in range(1, LONGEST_OWNED + 1):
            own = claim[at : at + length]
            if len(own) == length:
                head = replace(own[0], before=owner[0].before, governor=owner[0].governor)
                yield [*claim[:start], head, *own[1:], first, *owner[1:], *claim[at + length :]]


def _having(claim: list[Term]) -> Iterator[list[Term]]:
    """With "the pump has a warranty of a year" as "the warranty of the pump is a year"."""
    at = next((n for n, term in enumerate(claim) if n and "has" in term.before), None)
    if at is None:
        return
    of = next((n for n in range(at + 1, len(claim)) if claim[n].governor == "p.of"), None)
    if of is None or claim[of].kind is not Kind.NUMBER:
        return
    first = replace(claim[0], before=("p.of", *claim[0].before), governor="p.of")
    value = replace(claim[of], before=("be",), governor="")
    yield [*_bare(claim[at:of]), first, *claim[1:at], value, *claim[of + 1 :]]


def _swapped(claim: list[Term]) -> Iterator[list[Term]]:
    """With the sides of an "is" exchanged, where one is definite and the other a name or a number."""
    places = [n for n, term in enumerate(claim) if "be" in term.before and n]
    if len(places) != 1 or any(term.kind is Kind.OPERATOR for term in claim):
        return
    left, right = claim[: places[0]], claim[places[0] :]
    sides = ((left, right), (right, left))
    if any("def" in one[0].before and _is_name(other[0]) for one, other in sides):
        before = tuple(mark for mark in right[0].before if mark != "be")
        first = replace(right[0], before=before)
        yield [first, *right[1:], replace(left[0], before=("be", *left[0].before)), *left[1:]]


def _is_name(term: Term) -> bool:
    return term.kind is Kind.NUMBER or term.text[:1].isupper()
