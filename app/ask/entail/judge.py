"""A claim is judged by what its quotes say: proven, only quoted, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.ask.entail.amounts import SCALES
from app.ask.entail.derive import Effort, Lead, derivable, same
from app.ask.entail.letters import is_assembled, is_letters, is_turned, lacking, plain
from app.ask.entail.lexicon import Lexicon, languages_of, lexicon, said_words
from app.ask.entail.reading import read
from app.ask.entail.said import Evidence, TableCell
from app.ask.entail.term import Kind, Term
from app.ask.marks import JOINER
from app.core.answer import Support
from app.core.process.patterns import defer_regex

MOST_PARTS = 4
"""Parts of a claim that may be carried by different sentences."""

LONGEST_NAME = 3
"""Terms of a subject of which a second thing is said."""

_ANSWER = defer_regex(
    r"^(?:(yes|ja|oui|sí|sì|sim|ano|да)|no|nein|nee|non|não|ne|нет)\s*[,.:;!—–-]\s*", re.IGNORECASE
)
_ACCOUNTED = defer_regex(r"^\(([\d.,]+)\)")
_INVISIBLE = defer_regex(f"[{JOINER}\u200b\u200c\u200d\ufeff\u00ad]")


class Judgement(NamedTuple):
    """How a claim is supported, and why it is not proven: see ``Claim``."""

    status: Support
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def judge(claim: str, given: Sequence[Evidence]) -> Judgement:
    """Return whether the quotes that were found carry a claim, and if not, which of its words they lack
    (``missing``) and which of theirs, that turn what is said, it leaves out (``left_out``)."""
    said = _INVISIBLE.sub("", claim).strip()
    if is_letters(said):
        return _judged_letters(said, given)
    languages = languages_of(" ".join([said, *(each.sentence for each in given)]))
    judged = [_Case(said, given, lexicon(language)).judgement() for language in languages]
    # A short text may be read in several languages: it is proven only if it is in each.
    return next((each for each in judged if each.status is not Support.PROVEN), judged[0])


def _verbatim(claim: str, given: Evidence) -> bool:
    """Return whether the claim is the whole sentence, letter for letter."""
    standing = " ".join(filter(None, (given.lead, given.sentence)))
    said = _letters(claim)
    return bool(said) and said in (_letters(given.sentence) if not given.lead else "", _letters(standing))


def _letters(text: str) -> str:
    return "".join(text.split()).strip(".,;:!…。！\"'“”‘’«»").lower()


def _judged_letters(claim: str, given: Sequence[Evidence]) -> Judgement:
    for each in given:
        standing = each.quote if each.short else f"{each.lead}{each.sentence}"
        if is_turned(each.heading, claim):
            continue
        if _verbatim(claim, each) or is_assembled(claim, standing, "" if each.short else each.above):
            return Judgement(Support.PROVEN)
    everything = "\n".join(each.quote if each.short else f"{each.lead}{each.sentence}" for each in given)
    missing = lacking(claim, everything, "\n".join(each.above for each in given))
    nothing = sum(map(len, missing)) >= len(plain(claim))
    return Judgement(Support.UNSUPPORTED if nothing else Support.QUOTED, tuple(missing))


class _Case:
    """A claim and its evidence, read."""

    def __init__(self, claim: str, given: Sequence[Evidence], words: Lexicon) -> None:
        self.given, self.words = given, words
        self.effort = Effort()
        self.claim = self._drop_yes_or_no(claim)
        self.sentences = [self._read_terms(each) for each in given]
        self.above = [read(each.above, words) for each in given]
        self.verbatim = any(_verbatim(claim, each) and not self._turned_above(each) for each in given)

    def _drop_yes_or_no(self, claim: str) -> list[Term]:
        """Return the claim without a "Yes" before a sentence without a negation, and a "No" before one
        with it."""
        found = _ANSWER.match(claim)
        if not found:
            return read(claim, self.words)
        rest = read(claim[found.end() :], self.words)
        negated = any(term.key == "o.not" for term in rest)
        return rest if negated == (found[1] is None) else read(claim, self.words)

    def _turned_above(self, given: Evidence) -> bool:
        """Return whether the heading turns what stands below it, and the claim does not say so."""
        return any(not any(same(turn, term) for term in self.claim) for turn in self._heading_turns(given))

    def _read_terms(self, given: Evidence) -> list[Term]:
        if given.short:
            return read(given.quote, self.words)
        return read(" ".join(filter(None, (given.lead, given.sentence))), self.words)

    def judgement(self) -> Judgement:
        if self.verbatim:
            return Judgement(Support.PROVEN)
        missing = [term for term in self.claim if not self._stands(term)]
        in_cells = any(each.cells for each in self.given)  # where a head may say "in millions"
        if (not missing or in_cells) and self.claim and self._is_carried(self.claim, None, MOST_PARTS):
            return Judgement(Support.PROVEN)
        if len(missing) == len(self.claim):
            return Judgement(Support.UNSUPPORTED, _texts(missing))
        return Judgement(Support.QUOTED, _texts(missing), () if missing else self._left_out())

    def _stands(self, term: Term) -> bool:
        sentences = [
            *self.sentences,
            *(read(f"{c.label} {c.head} {c.value}", self.words) for e in self.given for c in e.cells),
        ]
        above = [] if term.kind is Kind.OPERATOR else self.above
        return any(same(term, other) for terms in (*sentences, *above) for other in terms)

    def _left_out(self) -> tuple[str, ...]:
        """Operators and the like of the sentences, and of the heading above, that the claim does not say."""
        turning = [
            t
            for terms in self.sentences
            for t in terms
            if t.keep or (t.kind is Kind.OPERATOR and t.key != "o.than")
        ]
        turning += [t for each in self.given for t in self._heading_turns(each)]
        return _texts([term for term in turning if not any(same(term, other) for other in self.claim)])

    # -- parts ----------------------------------------------------------------------------------------------

    def _is_carried(self, claim: Sequence[Term], lead: Lead | None, parts: int) -> bool:
        """Return whether one of the sentences says it, or each of the claim's parts is said by one."""
        if any(self._says(place, claim, lead) for place in range(len(self.given))):
            return True
        if parts == 1:
            return False
        for at in range(1, len(claim)):
            if {"and", ";", ",", "but"} & set(claim[at].before):
                known = frozenset(term.key for term in claim[:at])
                rest = claim[at:]
                follows = Lead(subject=True, known=known)
                if self._is_carried(claim[:at], lead, 1) and (
                    self._is_carried(rest, Lead(known=frozenset()), parts - 1)
                    or self._is_carried(rest, follows, parts - 1)
                    or any(self._is_carried(whole, lead, 1) for whole in _with_subject(claim, at))
                ):
                    return True
        return False

    def _says(self, place: int, claim: Sequence[Term], lead: Lead | None) -> bool:
        given, sentence = self.given[place], self.sentences[place]
        if given.cells and any(self._cell_says(cell, given, claim) for cell in given.cells):
            return True
        if self._turned_above(given):
            return False
        if derivable(claim, sentence, self.words.language, lead, self.effort):
            return True
        if given.short:
            return False
        rest, lent = self._without_lent(claim, sentence, self.above[place])
        return bool(lent and rest) and derivable(
            rest, sentence, self.words.language, replace(lead or Lead(), named=True), self.effort
        )

    def _heading_turns(self, given: Evidence) -> list[Term]:
        """Return what turns in the heading right above: "Not covered"."""
        keys = ("o.not", "o.except", "o.without", "o.if", "o.unless", "o.question")
        words = said_words(self.words.language).get("heading", ())
        said = read(given.heading, self.words)
        return [term for term in said if term.key in keys or term.text.lower() in words]

    def _without_lent(
        self, claim: Sequence[Term], sentence: Sequence[Term], above: Sequence[Term]
    ) -> tuple[list[Term], bool]:
        """Return the claim without words that only the headings have; what stood before them stands before
        the next."""
        kept: list[Term] = []
        lent = False
        for term in claim:
            if term.kind is Kind.OPERATOR or any(same(term, other) for other in sentence):
                kept.append(term)
            elif any(same(term, other) for other in above):
                lent = True
            else:
                return [], False
        return kept, lent

    def _cell_says(self, cell: TableCell, given: Evidence, claim: Sequence[Term]) -> bool:
        """Return whether the claim says a cell's value and its label, and besides at most its head and
        what stands above."""
        return any(
            self._value_says(value, cell, given, claim)
            for value in (
                cell.value,
                *(f"{cell.value} {scale}" for scale in _scales(cell.label, cell.head, given.above)),
            )
        )

    def _value_says(self, said: str, cell: TableCell, given: Evidence, claim: Sequence[Term]) -> bool:
        value = read(_ACCOUNTED.sub(r"-\1", said), self.words)
        label, head = read(cell.label, self.words), read(cell.head, self.words)
        above = [term for term in read(given.above, self.words) if term.kind is not Kind.OPERATOR]
        spare = [*value, *label, *head]
        if not all(any(same(term, other) for other in (*spare, *above)) for term in claim):
            return False
        turning = [term for term in spare if term.kind is Kind.OPERATOR or term.keep]
        # Of label and head a claim may name a part, but of the value, and what turns it, all.
        needed = [*value, *turning]
        # Without a word of its label a value could be that of any row.
        named = any(same(term, other) for term in label for other in claim)
        return (
            bool(value) and (named or not label) and all(any(same(n, term) for term in claim) for n in needed)
        )


def _with_subject(claim: Sequence[Term], at: int) -> Iterator[list[Term]]:
    """Yield what a claim says behind an "and" of the subject that it begins with: "and is …", "and has …"."""
    said = set(claim[at].before) & {"be", "has"}
    if not said:
        return
    second = [replace(claim[at], before=tuple(said)), *claim[at + 1 :]]
    for length in range(1, min(LONGEST_NAME, at) + 1):
        if length == 1 or not claim[length - 1].before:
            yield [*claim[:length], *second]


def _scales(*texts: str) -> list[str]:
    """Return the scale words of a table's head or title: "in millions"."""
    return [
        word
        for text in texts
        for word in text.lower().replace("(", " ").replace(")", " ").split()
        if word in SCALES
    ]


def _texts(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.text for term in terms))
