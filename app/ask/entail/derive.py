"""Whether a claim follows from a sentence by leaving out and rearranging alone.

The terms of the claim must stand in the sentence in the claim's order, each with its preposition and its
voice; what lies between may be left out where that turns nothing: a phrase that hangs on a preposition, a
relative clause, what stands in brackets. A claim is first put into all orders that say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.ask.entail.reading import Kind, Term
from app.ask.entail.variants import variants, voices

_BOUNDARIES = frozenset((",", ";", ":", "(", ")", "but"))
_STARTERS = _BOUNDARIES | {"rel", "that", "and", "[", "]"}
_ENDS = _BOUNDARIES | {"and"}
_NEVER_LOST = frozenset(
    ("o.if", "o.unless", "o.except", "o.only", "o.without", "o.almost", "o.rarely", "o.because")
)
"""Operators that count wherever they stand in the sentence."""

LONGEST_SUBJECT = 5
"""Terms that a pronoun may stand for."""

SHORTEST_CLAUSE = 3
"""Terms before an "and" that are a clause of their own."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What may be left out before the first term: the ``subject`` that a pronoun stands for; with ``known``,
    only one of these terms."""

    subject: bool = False
    known: frozenset[str] | None = None


def derivable(
    claim: Sequence[Term], sentence: Sequence[Term], language: str, lead: Lead | None = None
) -> bool:
    """Whether the sentence says all that the claim does."""
    if not claim:
        return False
    lead = lead or Lead(subject=claim[0].before[:1] == ("pro",))
    return any(
        _Search(said, source, lead).found()
        for said in variants(claim, language)
        for source in voices(sentence, language)
        if _may_match(said, source)
    )


def _may_match(claim: Sequence[Term], sentence: Sequence[Term]) -> bool:
    return all(any(same(term, other) for other in sentence) for term in claim)


def same(claimed: Term, said: Term) -> bool:
    """Whether a term of a claim is one of a sentence; of a date it may say a part."""
    if claimed.kind is not said.kind:
        return False
    if claimed.key == said.key:
        return True
    if said.date is None:
        return False
    if claimed.date is None:
        return claimed.key == said.date[2]
    return all(one in ("", other) for one, other in zip(claimed.date, said.date, strict=True))


class _Search:
    """A way through the sentence on which each term of the claim is met."""

    def __init__(self, claim: Sequence[Term], sentence: Sequence[Term], lead: Lead) -> None:
        self.claim, self.sentence, self.lead = claim, sentence, lead
        self.dead: set[tuple[int, int]] = set()

    def found(self) -> bool:
        return self._from(0, -1)

    def _from(self, place: int, last: int) -> bool:
        if place == len(self.claim):
            return self._may_end(last)
        if (place, last) in self.dead:
            return False
        for at in range(last + 1, len(self.sentence)):
            if (
                same(self.claim[place], self.sentence[at])
                and self._fits(place, at, last)
                and (self._may_skip(last, at, place) if last >= 0 else self._may_begin(at))
                and self._from(place + 1, at)
            ):
                return True
        self.dead.add((place, last))
        return False

    # -- one term -------------------------------------------------------------------------------------------

    def _fits(self, place: int, at: int, last: int) -> bool:
        claimed, said = self.claim[place], self.sentence[at]
        return self._governed_alike(place, at) and self._same_voice(place, claimed, said)

    def _governed_alike(self, place: int, at: int) -> bool:
        claimed, said = self.claim[place].governor, self.sentence[at].governor
        if claimed == said or (place == 0 and not claimed and self._is_value(at)):
            return True
        if not said:
            return not self.sentence[at].before and _run_governor(self.sentence, at) == claimed
        if not claimed:
            return place > 0 and not self.claim[place].before and _run_governor(self.claim, place) == said
        return False

    def _same_voice(self, place: int, claimed: Term, said: Term) -> bool:
        """Whether both are active or both passive: "was paid" is not "paid"."""
        if claimed.kind is Kind.NUMBER or (place == 0 and not self.lead.subject):
            return True
        passive, active = "be" in said.before, "be" not in claimed.before
        return passive is not active or (passive and "rel" in said.before and "rel" not in claimed.before)

    def _is_value(self, at: int) -> bool:
        """Whether the claim is no sentence, but a value that stands at a place."""
        first, words = self.claim[0], [term for term in self.claim[1:] if term.kind is not Kind.NUMBER]
        return first.kind is Kind.NUMBER and len(words) <= 1 and not any("be" in t.before for t in self.claim)

    # -- what is left out -----------------------------------------------------------------------------------

    def _may_begin(self, at: int) -> bool:
        lost, first = self.sentence[:at], self.sentence[at]
        if not lost or self._is_predicate(at):
            return not any(_turns(term) for term in lost)
        if any(_never_lost(term) for term in lost) or "that" in first.before:
            return False
        if any(term.kind is Kind.OPERATOR for term in lost) and not {";", "but"} & set(first.before):
            return False
        clause = len(lost) >= SHORTEST_CLAUSE and any("be" in t.before or t.kind is Kind.NUMBER for t in lost)
        return (
            bool(_BOUNDARIES & set(first.before))
            or not _without_loose(lost)
            or _is_name_before(lost, first)
            or (self.lead.subject and self._may_be_subject(lost))
            or ("and" in first.before and clause and self.lead.known is None)
        )

    def _may_be_subject(self, lost: Sequence[Term]) -> bool:
        if self.lead.known is not None and not all(term.key in self.lead.known for term in lost):
            return False
        parted = any((_STARTERS - {"and"} | {"and", "be"}) & set(term.before) for term in lost[1:])
        return len(lost) <= LONGEST_SUBJECT and not parted

    def _is_predicate(self, at: int) -> bool:
        """Whether the claim is only the value that the sentence gives: "36 months"."""
        if self._is_value(at):
            return True
        bare = not any({"be", "pro"} & set(term.before) for term in self.claim)
        here = self.sentence[at : at + len(self.claim)]
        contiguous = [t.key for t in here] == [t.key for t in self.claim]
        return (
            bare
            and contiguous
            and "be" in self.sentence[at].before
            and self.claim[0].kind is not Kind.OPERATOR
        )

    def _may_skip(self, last: int, at: int, place: int) -> bool:
        lost, following = self.sentence[last + 1 : at], self.sentence[at]
        if not lost:
            return self._joined_alike(place, at)
        if any(_never_lost(term) for term in lost) or not self._operators_apart(last, at):
            return False
        lost = _without_loose(lost)
        return not lost or _bracketed(lost, following) or _is_phrase(lost, following, self.claim[place])

    def _joined_alike(self, place: int, at: int) -> bool:
        claimed, said = set(self.claim[place].before), set(self.sentence[at].before)
        if "and" in claimed and not {"and", ",", ";"} & said:
            return False
        return not ("and" in said and not {"and", ",", ";"} & claimed)

    def _operators_apart(self, last: int, at: int) -> bool:
        """Whether operators among what is left out stand in a part of the sentence of their own."""
        places = [n for n in range(last + 1, at) if self.sentence[n].kind is Kind.OPERATOR]
        for place in places:
            before = any(_BOUNDARIES & set(t.before) for t in self.sentence[last + 1 : place + 1])
            behind = any(_BOUNDARIES & set(t.before) for t in self.sentence[place + 1 : at + 1])
            if not (before and behind):
                return False
        return True

    def _may_end(self, last: int) -> bool:
        lost = self.sentence[last + 1 :]
        if not lost:
            return True
        if any(_never_lost(term) for term in lost) or lost[0].key == "o.or":
            return False
        for place, term in enumerate(lost):
            if term.kind is Kind.OPERATOR:
                apart = any(_BOUNDARIES & set(t.before) for t in lost[: place + 1])
                contrast = any("but" in t.before for t in lost[: place + 1]) and term.key == "o.not"
                if not apart or contrast or place + 1 == len(lost):
                    return False
        lost = _without_loose(lost)
        return not lost or _starts_phrase(lost[0])


def _is_phrase(lost: Sequence[Term], following: Term, claimed: Term) -> bool:
    """Whether what is lost before a term hangs together, and on nothing behind it."""
    joints = set(following.before)
    if any({"and", "but"} & set(term.before) for term in lost):
        return False
    if _is_name_before(lost, following):
        return True
    numbers = any(term.kind is Kind.NUMBER for term in (*lost, following))
    if not _starts_phrase(lost[0]) or (numbers and not joints):
        return False
    if "," in lost[0].before:
        return bool(joints & _ENDS)
    return "and" not in {*joints, *claimed.before} or (
        "and" in joints and {"and", ","} & set(claimed.before) != set()
    )


def _is_name_before(lost: Sequence[Term], following: Term) -> bool:
    """Whether what is lost is the name of a thing right before the word for it: "the Meridian pump"."""
    named = all(term.name for term in lost) and not following.name
    return named and not following.before and following.kind is Kind.WORD


def _without_loose(lost: Sequence[Term]) -> Sequence[Term]:
    """What is lost without words at its beginning that may be."""
    while lost and lost[0].loose and not lost[0].before:
        lost = lost[1:]
    return lost


def _never_lost(term: Term) -> bool:
    return term.keep or term.key in _NEVER_LOST


def _turns(term: Term) -> bool:
    return term.kind is Kind.OPERATOR or term.keep


def _starts_phrase(term: Term) -> bool:
    return bool(_STARTERS & set(term.before)) or bool(term.governor)


def _bracketed(lost: Sequence[Term], following: Term) -> bool:
    return "(" in lost[0].before and ")" in following.before


def _run_governor(terms: Sequence[Term], at: int) -> str:
    """The preposition before the words that a term stands in, with nothing between them."""
    while at > 0 and not terms[at].before:
        at -= 1
    return terms[at].governor
