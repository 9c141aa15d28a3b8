"""The orders of words that say the same: a phrase in front or behind, active and passive, "A is B" and "B
is A"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from app.ask.entail.term import Kind, Term

_AGENT = {"de": "p.of"}
"""The preposition of who acts in the passive, where it is not ``p.by``."""

_VERB_FINAL = ("de", "nl")

_CONNECTING = frozenset(
    ("o.if", "o.unless", "o.because", "o.before", "o.after", "o.since", "o.until", "o.within", "o.without")
)
"""Operators that begin a clause or a phrase."""

_EXTREME = ("o.max", "o.min")
_MODALS = frozenset(("o.must", "o.may", "o.should", "o.will", "o.would", "o.might"))

LONGEST_FRONT = 4
"""Terms of a phrase in front that is put elsewhere."""

LONGEST_OWNED = 3
"""Terms that an owner's name may stand before."""


def variants(claim: Sequence[Term], language: str) -> Iterator[list[Term]]:
    """Yield the claim in the orders that say the same: as it is written first, and the likeliest before
    those that are many."""
    owned = list(owners(list(claim)))
    turned = [order for each in owned for order in _rotate_phrases(each)]
    yield from turned
    for each in owned:
        yield from _move_per_phrase(each)
        yield from _swap_sides(each)
    for order in turned:
        for active in islice(voices(order, language), 1, None):
            yield from _rotate_phrases(active)
    for each in owned:
        yield from _move_front_phrase(each, verb_second=language in _VERB_FINAL)
    if language in _VERB_FINAL:
        for order in turned:
            yield from _verb_moved(order)


def forms(sentence: Sequence[Term], language: str) -> Iterator[list[Term]]:
    """Yield a source's sentence in the orders that a claim is compared with."""
    for owned in owners(list(sentence)):
        for straightened in straight(owned, language):
            yield from voices(straightened, language)


def voices(terms: Sequence[Term], language: str) -> Iterator[list[Term]]:
    """Yield a sentence as it is, and in the active voice if it is in the passive and says who acts: with
    each phrase behind the one that acts belonging to it, or not."""
    yield list(terms)
    by = _AGENT.get(language, "p.by")
    # Not at the first term: a question has no subject before its verb that could suffer anything.
    verb = next((n for n, term in enumerate(terms) if "be" in term.before and n), None)
    if verb is None:
        return
    agent = next((n for n in range(verb, len(terms)) if terms[n].governor == by), None)
    if agent is None:
        return
    for end in range(agent + 1, len(terms) + 1):
        yield from _active(terms, verb, agent, end)


def straight(sentence: list[Term], language: str) -> Iterator[list[Term]]:
    """Yield a sentence as it is, and where verbs stand second, with its front phrase behind subject and
    verb."""
    yield sentence
    if language not in _VERB_FINAL or not _begins_phrase(sentence[0]):
        return
    for length in range(1, min(LONGEST_FRONT, len(sentence) - 2) + 1):
        front, verb, rest = sentence[:length], sentence[length], sentence[length + 1 :]
        for subject in range(1, LONGEST_OWNED + 1):
            yield [*rest[:subject], verb, *front, *rest[subject:]]


def _active(terms: Sequence[Term], verb: int, agent: int, end: int) -> Iterator[list[Term]]:
    """Yield the active voice, where the verb begins at a place and the one that acts is named from
    ``agent`` to ``end``."""
    operators = verb
    while operators > 1 and terms[operators - 1].kind is Kind.OPERATOR:
        operators -= 1
    acting = _bare(terms[agent:end])
    if agent == verb:  # the verb stands last
        if end < len(terms):
            suffering = _without_cases(terms[:operators])
            yield [*acting, *terms[operators:verb], *_bare(terms[-1:]), *suffering, *terms[end:-1]]
        return
    said = verb
    while said < agent and terms[said].kind is Kind.OPERATOR:
        said += 1
    said = min(_run_end(terms, said), agent) if said < agent else agent
    verbs = [*terms[operators:verb], *_bare(terms[verb:said])]
    yield [*acting, *verbs, *_without_cases(terms[:operators]), *terms[said:agent], *terms[end:]]


def _run_end(terms: Sequence[Term], start: int) -> int:
    """Return the end of the terms from ``start`` on with nothing between them."""
    end = start + 1
    while end < len(terms) and not terms[end].before:
        end += 1
    return end


def _without_cases(terms: Sequence[Term]) -> list[Term]:
    return [replace(term, article="") for term in terms]


def _bare(terms: Sequence[Term]) -> list[Term]:
    """Return the terms without what stands before the first."""
    return [replace(terms[0], before=(), governor="", article=""), *terms[1:]] if terms else []


def _rotate_phrases(claim: list[Term]) -> Iterator[list[Term]]:
    """With a phrase or a clause moved from the front to the end, or from the end to the front."""
    yield claim
    for at in range(1, len(claim)):
        if _begins_phrase(claim[at]) or _begins_phrase(claim[0]):
            yield [*claim[at:], *claim[:at]]


def _move_front_phrase(claim: list[Term], *, verb_second: bool) -> Iterator[list[Term]]:
    """With a phrase from the front put anywhere, and the verb that came before the subject behind it; or with
    a time from the end."""
    for at in range(max(1, len(claim) - LONGEST_FRONT), len(claim)):
        if _begins_phrase(claim[at]) and any(map(is_time, claim[at:])):
            for place in range(1, at):
                yield [*claim[:place], *claim[at:], *claim[place:at]]
    if not claim or not _begins_phrase(claim[0]):
        return
    for length in range(1, LONGEST_FRONT + 1):
        rest = claim[length:]
        orders = [
            rest,
            *([*rest[1:at], rest[0], *rest[at:]] for at in range(2, min(len(rest), LONGEST_FRONT) + 1)),
        ]
        for order in orders if verb_second else orders[:1]:
            for place in range(1, len(order) + 1):
                yield [*order[:place], *claim[:length], *order[place:]]


def _move_per_phrase(claim: list[Term]) -> Iterator[list[Term]]:
    """With "the price per person is 20 euros" as "the price is 20 euros per person"."""
    value = next(
        (n for n, term in enumerate(claim) if "be" in term.before and term.kind is Kind.NUMBER), None
    )
    if value is None:
        return
    for at in range(1, value):
        if claim[at].governor not in ("", "p.of"):
            yield [*claim[:at], *claim[value:], *claim[at:value]]


def _begins_phrase(term: Term) -> bool:
    return bool(term.governor) or term.key in _CONNECTING or is_time(term)


def is_time(term: Term) -> bool:
    """Return whether it is a date or a year."""
    year = term.kind is Kind.NUMBER and len(term.key) == len("2019") and term.key.isdigit()
    return term.date is not None or year


def _verb_moved(claim: list[Term]) -> Iterator[list[Term]]:
    """German and Dutch verbs stand second, or last; nouns keep their order."""
    for at, term in enumerate(claim):
        verb = term.key in _MODALS or (term.kind is Kind.WORD and term.text[:1].islower())
        verb = verb and not term.governor
        if verb and "def" not in term.before and "light" not in term.before:
            rest = [*claim[:at], *claim[at + 1 :]]
            for place in range(len(rest) + 1):
                if place != at:
                    yield [*rest[:place], term, *rest[place:]]


def owners(claim: list[Term]) -> Iterator[list[Term]]:
    """With "the pump's warranty period" as "the warranty period of the pump"."""
    yield claim
    yield from _having(claim)
    for at, term in enumerate(claim):
        if "'s" not in term.before or at == 0:
            continue
        start = at - 1
        while start > 0 and not claim[start].before and claim[start - 1].text[:1].isupper():
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
    # A value only: "has a list of members" does not say that the list is members.
    if of is None or claim[of].kind is not Kind.NUMBER or claim[of].before != ("p.of",):
        return
    first = replace(claim[0], before=("p.of", *claim[0].before), governor="p.of", article="")
    value = replace(claim[of], before=("be",), governor="")
    yield [*_bare(claim[at:of]), first, *claim[1:at], value, *claim[of + 1 :]]


def _swap_sides(claim: list[Term]) -> Iterator[list[Term]]:
    """With the sides of an "is" exchanged, where one is definite and the other a name or a number."""
    places = [n for n, term in enumerate(claim) if "be" in term.before and n]
    # With two of them it is not told which one joins the sides.
    if len(places) != 1:
        return
    left, right = claim[: places[0]], claim[places[0] :]
    for end in (n for n in range(1, len(right) + 1) if n == len(right) or _begins_phrase(right[n])):
        yield from _sides(left, right[:end], right[end:])


def _sides(left: list[Term], right: list[Term], rest: list[Term]) -> Iterator[list[Term]]:
    # An operator turns what follows it: moved to the other side it would turn something else.
    if any(term.kind is Kind.OPERATOR and term.key not in _EXTREME for term in (*left, *right)):
        return
    sides = ((left, right), (right, left))
    # "The capital is Prague" may be turned around, "a pump is a machine" may not.
    if any("def" in one[0].before and _is_name(other[0]) for one, other in sides):
        before = tuple(mark for mark in right[0].before if mark != "be")
        first = replace(right[0], before=before)
        yield [first, *right[1:], replace(left[0], before=("be", *left[0].before)), *left[1:], *rest]


def _is_name(term: Term) -> bool:
    return term.kind is Kind.NUMBER or term.text[:1].isupper()
