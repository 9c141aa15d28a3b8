"""A model's reply as it is shown: its sentences, their citations, and whether these prove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.ask.entail.judge import Judgement, judge
from app.ask.entail.said import Evidence, evidence
from app.ask.marks import JOINER, STATUS_MARKS, inert
from app.ask.proof.cite import PassageSource, cite, prove
from app.ask.replies import Quote
from app.ask.sentences import ends_sentence
from app.core.answer import Citation, Claim, Proof, Support
from app.core.process.patterns import defer_regex

_NO_MARK = defer_regex(rf"\[{JOINER}[\d\s,]*\]")
_LIST_MARK = defer_regex(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_WIDE_STOP = defer_regex(r"[。！？][”’）」』]*$")
_STOPS = " \t\n.,;:!?…。！？"
_CLOSING = "。！？”’）」』"
_AND_SO_ON = frozenset(("etc.", "usw.", "ecc.", "itd.", "enz."))
"""Abbreviations that may end a sentence: what follows with a capital is another one."""


class Draft:
    """An answer in the making. What it gives out, put together, is ``text``."""

    def __init__(self, sources: Sequence[PassageSource], claims: list[Claim] | None = None) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self.claims: list[Claim] = [] if claims is None else claims
        self._sources = sources
        self._numbers: dict[Quote, int] = {}
        self._evidence: dict[int, list[Evidence]] = {}  # of the quote that a citation names
        self._sentence = ""  # the one in the making, without marks
        self._marks: list[int] = []  # the citations right behind it
        self._gap = ""  # space and punctuation that wait for what comes behind them

    def write(self, text: str) -> Iterator[str]:
        """Add text; the pieces to show, a mark behind each sentence that is not proven among them."""
        begun = len(self.text)
        for character in inert(text, self.text + self._gap):
            # Space and stops wait until it is known whether a mark comes before them.
            held = character.isspace() or (self._marks and not character.isalnum())
            if held:
                self._gap += character
                continue
            if self._ends(character):
                self._settle()
            self._sentence += (self._gap if self._sentence else self._gap.lstrip(_STOPS)) + character
            self.text += self._gap + character
            self._gap = ""
        yield from filter(None, [self.text[begun:]])

    def quote(self, quote: Quote) -> Iterator[str | Citation]:
        """Add a quote: its citation, if it is a new one, then its mark."""
        number = self._numbers.get(quote)
        if number is None:
            number = self._numbers[quote] = len(self.citations) + 1
            yield self._cite_quote(number, quote)
        self._marks.append(number)
        held = self._gap.strip()
        self._gap = ""
        mark = f"{held} [{number}]" if self.text else f"[{number}]"
        self.text += mark
        yield mark

    def end(self) -> Iterator[str]:
        """Return the rest to show, after the last piece of text."""
        begun = len(self.text)
        self._settle()
        self.text += self._gap.rstrip()
        yield from filter(None, [self.text[begun:]])

    def _cite_quote(self, number: int, quote: Quote) -> Citation:
        ordered = order_sources(self._sources, quote.passage)
        citation, self._evidence[number] = cite_with_evidence(number, quote.words, ordered)
        self.citations.append(citation)
        return citation

    def _ends(self, following: str) -> bool:
        """Return whether the sentence is complete where another character follows: each is a claim, and
        the quotes behind it carry that one alone."""
        if self._marks or "\n" in self._gap:
            return True
        if not self._gap:
            return bool(_WIDE_STOP.search(self._sentence)) and following not in _CLOSING
        words = self._sentence.split()
        if not words:
            return False
        if words[-1].lower() in _AND_SO_ON:
            return not following.islower()
        return ends_sentence(words[-1], following, first=len(words) == 1)

    def _settle(self) -> None:
        """Judge the sentence, and mark it if it is not proven."""
        said = _LIST_MARK.sub("", self._sentence.strip(), count=1)
        if any(map(str.isalnum, _NO_MARK.sub("", said))):
            claim = Claim(said, tuple(dict.fromkeys(self._marks)), *self._judge_claim(said))
            self.claims.append(claim)
            if mark := STATUS_MARKS[claim.status]:
                self.text += f" {mark}"
        self._sentence, self._marks = "", []

    def _judge_claim(self, said: str) -> Judgement:
        cited = [self.citations[number - 1] for number in self._marks]
        # One quote that is not in the source is enough: the model made up what it rests on.
        if not cited or any(citation.proof is Proof.MISSING for citation in cited):
            return Judgement(Support.UNSUPPORTED)
        return judge(said, [each for number in self._marks for each in self._evidence[number]])


def cite_with_evidence(
    number: int, words: str, ordered: Sequence[PassageSource]
) -> tuple[Citation, list[Evidence]]:
    """Return the citation of a quote, looked for in the sources in this order, and what the quote has to say:
    nothing if it is missing."""
    citation = cite(number, words, ordered)
    if citation.proof is Proof.MISSING:
        return citation, []
    found = next((source, proof) for source in ordered if (proof := prove(citation.quote, source)))
    return citation, evidence(found[0], *found[1])


def order_sources(sources: Sequence[PassageSource], passage: int) -> list[PassageSource]:
    """Return all sources, the passage with this number (from 1) first, if there is one."""
    if not 1 <= passage <= len(sources):
        return list(sources)
    # Models number wrongly: a quote is looked for in the others, too.
    named = sources[passage - 1]
    return [named, *(source for source in sources if source is not named)]
