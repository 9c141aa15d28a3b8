"""A model's reply as it is shown: its claims, their marks, and whether each is proven."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.ask.cite import Source, cite
from app.ask.marks import JOINER, unmarked
from app.ask.numbers import numbers
from app.ask.replies import Quote
from app.ask.sentences import ends_sentence
from app.core.model import Citation, Claim, Proof

_WORD = re.compile(r"\S*?[。！？]+[”’）」』]*|\S+")
"""White space parts words, and so does a full-width stop, behind which there is none."""
_NO_MARK = re.compile(rf"\[{JOINER}[\d\s,]*\]")
_LIST_MARK = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")


class Draft:
    """An answer in the making. What it gives out, put together, is ``text``."""

    def __init__(self, question: str, sources: Sequence[Source]) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self._question = question
        self._sources = sources
        self._numbers: dict[Quote, int] = {}
        self._contexts: dict[int, str] = {}  # of the passage that a citation names
        self._parts: list[tuple[str, list[int]]] = [("", [])]  # text, and the citations right behind it

    def write(self, text: str) -> str:
        """Add text; the piece to show."""
        shown = unmarked(text)
        if self._parts[-1][1] and any(character.isalnum() for character in shown):
            self._parts.append(("", []))
        said, marks = self._parts[-1]
        self._parts[-1] = (said if marks else said + shown), marks
        self.text += shown
        return shown

    def quote(self, quote: Quote) -> Iterator[str | Citation]:
        """Add a quote: its citation, if it is a new one, then its mark."""
        number = self._numbers.get(quote)
        if number is None:
            number = self._numbers[quote] = len(self.citations) + 1
            ordered = self._ordered(quote.passage)
            self.citations.append(cite(number, quote.words, ordered))
            self._contexts[number] = _context(ordered[0])
            yield self.citations[-1]
        self._parts[-1][1].append(number)
        mark = f"[{number}]" if self.text[-1:].isspace() or not self.text else f" [{number}]"
        self.text += mark
        yield mark

    def _ordered(self, passage: int) -> list[Source]:
        """All sources, the passage that the model named first."""
        if not 1 <= passage <= len(self._sources):
            return list(self._sources)
        named = self._sources[passage - 1]
        return [named, *(source for source in self._sources if source is not named)]

    def claims(self) -> tuple[Claim, ...]:
        """Each sentence is a claim; the quotes behind a sentence carry that one alone."""
        found: list[Claim] = []
        for text, marks in self._parts:
            *uncited, last = _sentences(text) or [""]
            found += [Claim(sentence, (), False) for sentence in uncited]
            if last:
                found.append(Claim(last, tuple(dict.fromkeys(marks)), self._proven(last, marks)))
        return tuple(found)

    def _proven(self, claim: str, marks: Sequence[int]) -> bool:
        """Whether all quotes were found, and every number of the claim stands in them, in what is above them,
        or in the question."""
        cited = [self.citations[number - 1] for number in marks]
        if not cited or any(citation.proof is Proof.MISSING for citation in cited):
            return False
        carried = [self._question, *(f"{each.quote} {each.found}" for each in cited)]
        carried += [self._contexts[number] for number in marks]
        return numbers(claim) <= numbers(" ".join(carried))


def _context(source: Source) -> str:
    """What stands above a passage: its headings, and a table's first row."""
    chunk = source.hit.chunk
    return " ".join((source.hit.title, chunk.context, *chunk.headings, chunk.text.partition("\n")[0]))


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for written in text.splitlines():
        start: int | None = None
        line = _LIST_MARK.sub("", written.strip(), count=1)
        spans = [match.span() for match in _WORD.finditer(line)]
        for place, (first, last) in enumerate(spans):
            begin = first if start is None else start
            following = line[slice(*spans[place + 1])] if place + 1 < len(spans) else ""
            if not following or ends_sentence(line[first:last], following, first=begin == first):
                found.append(line[begin:last])
                start = None
            else:
                start = begin
    return [sentence for sentence in found if any(map(str.isalnum, _NO_MARK.sub("", sentence)))]
