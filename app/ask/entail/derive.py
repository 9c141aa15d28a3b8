"""Whether a claim follows from a sentence by leaving out and rearranging alone.

The terms of the claim must stand in the sentence in the claim's order, each with its preposition and its
voice; what lies between may be left out where that turns nothing: a phrase that hangs on a preposition, a
relative clause, what stands in brackets. A claim is first put into all orders that say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from app.ask.entail.term import Kind, Term
from app.ask.entail.variants import LONGEST_FRONT, forms, is_time, variants

_BOUNDARIES = frozenset((",", ";", ":", "(", ")", "but"))
_STARTERS = _BOUNDARIES | {"and", "[", "]"}
_ENDS = _BOUNDARIES | {"and"}
_NEVER_LOST = frozenset(("o.if", "o.unless", "o.except", "o.only", "o.without", "o.almost", "o.rarely"))
"""Operators that count wherever they stand in the sentence."""

_NEGATING = frozenset(("o.not", "o.few"))
_GENERAL = frozenset(("o.all", "o.any", "o.most", "o.both"))

_SOFT = frozenset(("o.because", "o.since"))
"""Operators whose phrase may be lost: what is said holds without them."""

_VERB_FINAL = ("de", "nl")
_VERB_REACH = 6
"""Terms that may stand between "is" and the participle where the verb stands last."""

_WITHOUT_ARTICLES = ("cs", "ru")

MOST_ORDERS = 4_000
"""Pairs of an order of the claim and one of a sentence that are compared."""

MOST_FORMS = 40
"""Orders of one sentence."""

LONGEST_SUBJECT = 5
"""Terms that a pronoun may stand for."""

FEWEST_CASES = 2
"""Words whose endings differ: one may be a verb's."""

SHORTEST_CLAUSE = 3
"""Terms before an "and" that are a clause of their own."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What may be left out before the first term: the ``subject`` that a pronoun stands for; with ``known``,
    only one of these terms. ``named`` says that the claim has a name that is not the sentence's: then none of
    its own may be left out."""

    subject: bool = False
    known: frozenset[str] | None = None
    named: bool = False


class Effort:
    """How many orders may still be compared: a claim of many parts has more of them than is worth trying."""

    def __init__(self, most: int = MOST_ORDERS) -> None:
        self.left = most

    def spent(self) -> bool:
        """Take one of them; whether none was left."""
        self.left -= 1
        return self.left < 0


def derivable(
    claim: Sequence[Term], sentence: Sequence[Term], language: str, lead: Lead | None, effort: Effort
) -> bool:
    """Return whether the sentence says all that the claim does, as far as is found within the effort."""
    # Most sentences lack a term of the claim: they are settled before any order is made.
    if not claim or not _may_match(claim, sentence):
        return False
    if language in _WITHOUT_ARTICLES and _cases_differ(claim, sentence):
        return False
    lead = lead or Lead(subject=claim[0].before[:1] == ("pro",))
    # A list, because each order of the claim is compared with all of them.
    sources = list(islice(forms(sentence, language), MOST_FORMS))
    for said in variants(claim, language):
        for source in sources:
            if effort.spent():
                return False
            if _Search(said, source, lead, language).exists():
                return True
    return False


def _may_match(claim: Sequence[Term], sentence: Sequence[Term]) -> bool:
    return all(any(same(term, other) for other in sentence) for term in claim)


def _cases_differ(claim: Sequence[Term], sentence: Sequence[Term]) -> bool:
    """Return whether several words have other endings than in the sentence: where endings tell who does it
    to whom, it may be others."""
    words = [term for term in claim if term.kind is Kind.WORD and not term.governor]
    forms = {term.text.lower() for term in sentence}
    # Without articles endings tell the subject from the object, and this reading drops endings: it must not
    # guess.
    return sum(term.text.lower() not in forms for term in words) >= FEWEST_CASES


def same(claimed: Term, said: Term) -> bool:
    """Return whether a term of a claim is one of a sentence; of a date it may say a part."""
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

    def __init__(self, claim: Sequence[Term], sentence: Sequence[Term], lead: Lead, language: str) -> None:
        self.claim, self.sentence, self.lead = claim, sentence, lead
        self.language = language
        self.dead: set[tuple[int, int]] = set()

    def exists(self) -> bool:
        return self._from(0, -1)

    def _from(self, nth: int, last: int) -> bool:
        if nth == len(self.claim):
            return self._may_end(last)
        # What could not be met from here once cannot be later: without this the search doubles with each term
        # that stands twice.
        if (nth, last) in self.dead:
            return False
        for at in range(last + 1, len(self.sentence)):
            if (
                same(self.claim[nth], self.sentence[at])
                and self._fits(nth, at)
                and (self._may_skip(last, at, nth) if last >= 0 else self._may_begin(at))
                and self._from(nth + 1, at)
            ):
                return True
        self.dead.add((nth, last))
        return False

    # -- one term -------------------------------------------------------------------------------------------

    def _fits(self, nth: int, at: int) -> bool:
        return self._governed_alike(nth, at) and self._same_voice(nth, at) and self._same_case(nth, at)

    def _same_case(self, nth: int, at: int) -> bool:
        """Return whether the articles, where they tell who does it to whom, are the same."""
        claimed, said = self.claim[nth], self.sentence[at]
        if self.language != "de" or claimed.governor or not (claimed.article and said.article):
            return True
        return claimed.article == said.article

    def _governed_alike(self, nth: int, at: int) -> bool:
        claimed, said = self.claim[nth].governor, self.sentence[at].governor
        # A value alone ("36 months") may answer though the sentence has a preposition before it ("for 36
        # months").
        if claimed == said or (nth == 0 and not claimed and self._is_value(at)):
            return True
        if not said:
            # In "for new members" the preposition reaches "members" over "new".
            return not self.sentence[at].before and _run_governor(self.sentence, at) == claimed
        if not claimed and self.language == "es" and said == "p.to":
            return True  # "a" stands before a person who is no more than the object
        if not claimed:
            return nth > 0 and not self.claim[nth].before and _run_governor(self.claim, nth) == said
        return False

    def _same_voice(self, nth: int, at: int) -> bool:
        """Return whether both are active or both passive: "was paid" is not "paid"."""
        claimed, said = self.claim[nth], self.sentence[at]
        exempt = claimed.kind is Kind.NUMBER or (claimed.kind is Kind.OPERATOR and claimed.key != "o.not")
        if exempt or (nth == 0 and not self.lead.subject):
            return True
        reach = _VERB_REACH if self.language in _VERB_FINAL else 0
        # In German and Dutch the participle stands at the end, far from its "wird".
        passive = any("be" in term.before for term in self.sentence[max(0, at - reach) : at + 1])
        active = not any("be" in term.before for term in self.claim[max(0, nth - reach) : nth + 1])
        return passive is not active or (passive and "rel" in said.before and "rel" not in claimed.before)

    def _is_value(self, at: int) -> bool:
        """Return whether the claim is no sentence, but a value that stands at a term."""
        first, words = self.claim[0], [term for term in self.claim[1:] if term.kind is not Kind.NUMBER]
        return first.kind is Kind.NUMBER and len(words) <= 1 and not any("be" in t.before for t in self.claim)

    # -- what is left out -----------------------------------------------------------------------------------

    def _may_begin(self, at: int) -> bool:
        lost, first = self.sentence[:at], self.sentence[at]
        if not lost or (self.lead.known is None and self._is_predicate(at)):
            return not any(_turns(term) for term in lost)
        # "It is denied that …": the sentence does not say what stands behind "that".
        if any(_never_lost(term) for term in lost) or "that" in first.before:
            return False
        operators = [term for term in lost if term.kind is Kind.OPERATOR and term.key != "o.because"]
        # It turns what follows it, which is what the claim begins with.
        if lost[-1].kind is Kind.OPERATOR:
            return False
        clause = len(lost) >= SHORTEST_CLAUSE and any("be" in t.before or t.kind is Kind.NUMBER for t in lost)
        whole = "and" in first.before and clause and not any("that" in term.before for term in lost)
        if operators and not whole and not {";", "but"} & set(first.before):
            return False
        # "In Bavaria, …" says where something holds, which must not be lost; "in 2019, …" may be.
        narrows = bool(lost[0].governor) and not any(map(is_time, lost))
        return (
            bool(_BOUNDARIES & set(first.before) and not narrows)
            or not _without_loose(lost)
            or (not self.lead.named and _is_name_before(lost, first))
            or _is_front(lost)
            or (self.lead.subject and self._may_be_subject(lost))
            or (whole and self.lead.known is None)
        )

    def _may_be_subject(self, lost: Sequence[Term]) -> bool:
        # A second part of a claim has the subject of the first: another one must not slip in.
        if self.lead.known is not None and not all(term.key in self.lead.known for term in lost):
            return False
        parted = any((_STARTERS - {"and"} | {"and", "be"}) & set(term.before) for term in lost[1:])
        return len(lost) <= LONGEST_SUBJECT and not parted

    def _is_predicate(self, at: int) -> bool:
        """Return whether the claim is only the value that the sentence gives: "36 months"."""
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

    def _may_skip(self, last: int, at: int, nth: int) -> bool:
        lost, following = self.sentence[last + 1 : at], self.sentence[at]
        if not lost:
            return self._joined_alike(nth, at)
        if any(_never_lost(term) for term in lost) or not self._operators_apart(last, at):
            return False
        lost = _without_loose(lost)
        if not lost or _stands_in_brackets(lost, following) or self._is_first_of_two(last, at, nth):
            return True
        named = self.lead.named and any(term.name for term in lost)
        # "A discount for members" without "for members" says more than the sentence does.
        if named or self._narrows(last, at) or _is_for(lost):
            return False
        if (
            self.language in _WITHOUT_ARTICLES
            and len(lost) == 1
            and lost[0].kind is Kind.WORD
            and "be" in following.before
        ):
            return True  # "the period of the pump is", where "of the" is an ending
        return _is_phrase(lost, following, self.claim[nth])

    def _narrows(self, last: int, at: int) -> bool:
        """Return whether what is lost from ``last`` to ``at`` narrows a negation or an "all" down: without
        it, more would be said. A negation reaches to the end of its part of the sentence, an "all" over
        its noun."""
        reach = self.sentence[: last + 1]
        start = max((n for n, term in enumerate(reach) if _BOUNDARIES & set(term.before)), default=0)
        if any(term.key in _NEGATING or term.narrow for term in reach[start:]):
            return True
        # Three terms: "all", an adjective and the noun.
        near = reach[max(start, last - 2) :]
        return at < len(self.sentence) and any(term.key in _GENERAL for term in near)

    def _is_first_of_two(self, last: int, at: int, nth: int) -> bool:
        """Return whether what is lost is the first of two things that are said of the subject before it."""
        lost, following = self.sentence[last + 1 : at], self.sentence[at]
        subject = last == nth - 1 and not any("be" in term.before for term in self.sentence[: last + 1])
        joined = following.before == ("and",) or set(following.before) == {"and", "be"}
        alone = not any({"and", "rel", "that", "but"} & set(term.before) for term in lost)
        plain = not any(term.kind is Kind.OPERATOR or "p.to" in term.governor for term in lost)
        return (
            subject and joined and alone and plain and "and" not in self.claim[nth].before and len(lost) > 1
        )

    def _joined_alike(self, nth: int, at: int) -> bool:
        claimed, said = set(self.claim[nth].before), set(self.sentence[at].before)
        if "and" in claimed and not {"and", ",", ";"} & said:
            return False
        return not ("and" in said and not {"and", ",", ";"} & claimed)

    def _operators_apart(self, last: int, at: int) -> bool:
        """Return whether operators among what is left out stand in a part of the sentence of their own."""
        places = [n for n in range(last + 1, at) if self.sentence[n].kind is Kind.OPERATOR]
        if places[:1] == [last + 1] and self.sentence[last + 1].key in _SOFT and at > last + 2:
            places = places[1:]
        for nth in places:
            before = any(_BOUNDARIES & set(t.before) for t in self.sentence[last + 1 : nth + 1])
            behind = any(_BOUNDARIES & set(t.before) for t in self.sentence[nth + 1 : at + 1])
            if not (before and behind):
                return False
        return True

    def _may_end(self, last: int) -> bool:
        lost = self.sentence[last + 1 :]
        if not lost:
            return True
        # Of "A or B" neither is said.
        if any(_never_lost(term) for term in lost) or lost[0].key == "o.or":
            return False
        for nth, term in enumerate(lost):
            # "approved by all members": who did it turns nothing of what was done.
            with_actor = term.governor == "p.by" and term.key in _GENERAL
            if term.kind is Kind.OPERATOR and not with_actor and (nth or term.key not in _SOFT):
                apart = any(_ENDS & set(t.before) for t in lost[: nth + 1])
                contrast = any("but" in t.before for t in lost[: nth + 1]) and term.key == "o.not"
                if not apart or contrast or nth + 1 == len(lost):
                    return False
        lost = _without_loose(lost)
        if not lost:
            return True
        apart = bool(_ENDS & set(lost[0].before))
        if not apart and lost[0].key not in _SOFT and self._narrows(last, len(self.sentence)):
            return False
        return _starts_phrase(lost[0]) and not _is_for(lost)


def _is_phrase(lost: Sequence[Term], following: Term, claimed: Term) -> bool:
    """Return whether what is lost before a term hangs together, and on nothing behind it."""
    joints = set(following.before)
    if _is_name_before(lost, following) or (len(lost) == 1 and is_time(lost[0]) and joints):
        return True
    if not _starts_phrase(lost[0]) or any({"and", "but"} & set(term.before) for term in lost):
        return False
    numbers = any(term.kind is Kind.NUMBER for term in (*lost, following))
    if not joints and (numbers or claimed.governor):
        return False  # "of preferred shares" is not "of shares"
    parted = any(_BOUNDARIES & set(term.before) for term in lost[1:])
    if "," in lost[0].before or parted:
        return bool(joints & (_BOUNDARIES if parted else _ENDS))
    joined = {"and", ","} & set(claimed.before)
    return "and" not in {*joints, *claimed.before} or ("and" in joints and bool(joined))


def _is_name_before(lost: Sequence[Term], following: Term) -> bool:
    """Return whether what is lost is the name of a thing right before the word for it: "the Meridian
    pump"."""
    named = all(term.name for term in lost) and not following.name
    return named and not following.before and following.kind is Kind.WORD


def _is_front(lost: Sequence[Term]) -> bool:
    """Return whether what is lost is a phrase in front: "in 2019"."""
    alone = all(not term.before or term.governor for term in lost[1:])
    return bool(lost[0].governor) and alone and len(lost) <= LONGEST_FRONT and any(map(is_time, lost))


def _without_loose(lost: Sequence[Term]) -> Sequence[Term]:
    """Return what is lost without words at its beginning that may be."""
    while lost and lost[0].loose and not lost[0].before:
        lost = lost[1:]
    return lost


def _never_lost(term: Term) -> bool:
    return term.keep or term.key in _NEVER_LOST


def _turns(term: Term) -> bool:
    return term.kind is Kind.OPERATOR or term.keep


def _starts_phrase(term: Term) -> bool:
    if {"rel", "that"} & set(term.before) and "," not in term.before:
        return False  # "members who pay late"
    return bool(_STARTERS & set(term.before)) or bool(term.governor) or term.key in _SOFT


def _is_for(lost: Sequence[Term]) -> bool:
    """Return whether what is lost says whom or what something is for: without it, more would be said."""
    return "p.for" in lost[0].governor and not any(term.kind is Kind.NUMBER for term in lost)


def _stands_in_brackets(lost: Sequence[Term], following: Term) -> bool:
    return "(" in lost[0].before and ")" in following.before


def _run_governor(terms: Sequence[Term], at: int) -> str:
    """Return the preposition before the words that a term stands in, with nothing between them."""
    while at > 0 and not terms[at].before:
        at -= 1
    return terms[at].governor
