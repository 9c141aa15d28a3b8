"""A small model phrases the sentences that code has chosen, and code proves each of its sentences.

What is not proven is never shown. Which sentence of the documents carries one of the model's is found by
code: the model does not cite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from app.ask.claims import cite_with_evidence, order_sources
from app.ask.entail.judge import judge
from app.ask.entail.said import Evidence
from app.ask.fence import Fence
from app.ask.generated import is_refusal
from app.ask.marks import inert, remove_marks
from app.ask.prompts import prompt_text
from app.ask.proof.cite import PassageSource
from app.ask.question.wanted import can_answer, wanted_of, without_asking
from app.ask.quotes import MOST_QUOTES, choose, show_in_context
from app.ask.replies import Meter
from app.ask.sentences import ends_sentence
from app.ask.words.terms import content_forms
from app.core.answer import Answer, AnswerKind, Citation, Claim, Proof, Support
from app.core.costs.tokens import tokens_of
from app.core.errors import RateLimited, Unavailable
from app.core.ports import ChatModel, Embedder, Prompt
from app.core.process.closing import closed_after
from app.core.process.patterns import defer_regex

EVIDENCE_TOKENS = 400
"""Estimated tokens of the lines that the model gets: a core of a laptop reads some thirty a second."""

MOST_LINES, NEAR_BEST = 8, 0.4
"""Lines that the model may get, and the share of the best one's score that each has: more, and weaker ones,
than are quoted without a model, as it can tell which of them answers."""

REPLY_TOKENS = 120
MOST_SENTENCES = 3

TRIES = 2
"""The second time it is asked to keep to the words."""

MOST_JOINED = 4
"""Lines of which two together may carry a sentence."""

AGAIN = "That is not what the lines say. Answer again: copy the words and numbers of one line that answers."

FEWEST_WORDS = 3
"""Words of content that a sentence has at least, one of them the question's. Less ("2.34%") says nothing that
could be proven: any line that happens to have it would carry it."""

SPOKEN_OF = 0.5
"""Share of the question's words that a line has which is shown in place of a bare figure or name. Chosen on
replies to questions about a court: "Six" and the place of its building stood in lines on other things."""

LONGEST_REPLY = 2_000
"""Characters of a reply that are read: four times what it may have, for a server that knows no limit."""

_OWN_MARK = defer_regex(
    r"(?:\s*\[(?:lines?\s*)?\d{1,2}(?:\s*,\s*\d{1,2})*\]|\s*\(lines?\s*\d{1,2}\))+(?=[.!?\s]*$)",
    re.IGNORECASE,
)
"""At the end alone, and no bare number in round brackets, which may be a negative figure or a clause."""

_LEAD = defer_regex(r"^(?:[-*•–]+|\d{1,2}[.)]|answer\s*:)\s+", re.IGNORECASE)
_WIDE_STOP = defer_regex(r"(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of the documents that the model gets: its words, how it is shown to the model, its citation,
    and what it has to say."""

    words: str
    shown: str
    citation: Citation
    says: tuple[Evidence, ...]


def phrase_answer(
    question: str,
    asked: str,
    sources: Sequence[PassageSource],
    embedder: Embedder,
    chat: ChatModel,
    claims: list[Claim] | None = None,
) -> Iterator[str | Citation | Answer]:
    """Yield one to three sentences, each proven, with their citations; last the answer, without text where
    the model wrote nothing that is, and of the kind ``closest`` where it says that no line answers. If it
    only repeats lines, or points to them, these come first, and the others that would be quoted follow.

    ``asked`` is the question in words that need no conversation. ``claims`` gets the sentences as they come.
    A model that fails before anything is proven raises what it raises.
    """
    lines = _choose_lines(asked, sources, embedder)
    proven = _Proven(asked, lines, [] if claims is None else claims)
    tokens_in = tokens_out = 0
    refused = False
    turns: list[tuple[str, str]] = [("user", _ask(question, asked, lines))]
    for _ in range(TRIES if lines else 0):
        reply = ""
        deltas = chat.stream(Prompt(prompt_text("phrase"), tuple(turns)), max_tokens=REPLY_TOKENS)
        with closed_after(deltas):
            meter = Meter(deltas)
            try:
                for sentence in _cut_sentences(meter):
                    reply += sentence
                    # The rest is read too: a process that is left in the middle has to load its model anew.
                    if len(proven.claims) < MOST_SENTENCES:
                        yield from proven.show(_clean(sentence))
            except (Unavailable, RateLimited):
                # What is shown is proven and whole sentences: it stands without the rest.
                if not proven.claims:
                    raise
        tokens_in, tokens_out = tokens_in + meter.tokens_in, tokens_out + meter.tokens_out
        # Only at once: when it is asked again, it takes anything back.
        refused = len(turns) == 1 and is_refusal(reply)
        if proven.claims or is_refusal(reply):
            break
        turns += [("assistant", reply.strip()), ("user", AGAIN)]
    kind = AnswerKind.CLOSEST if refused and not proven.claims else AnswerKind.GENERATED
    if proven.has_only_lines:
        kind = AnswerKind.QUOTES
        quoted = {sentence.text for _, sentence in choose(asked, sources, embedder)}
        for line in (each for each in lines if each.words in quoted):
            if len(proven.claims) < MOST_QUOTES:
                yield from proven.add(remove_marks(line.words), (line,), "\n\n")
    yield Answer(
        kind=kind,
        text=proven.text,
        claims=tuple(proven.claims),
        citations=tuple(proven.citations),
        model=chat.model,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
    )


class _Proven:
    """The sentences that are shown. What it gives out, put together, is ``text``."""

    def __init__(self, question: str, lines: Sequence[_Line], claims: list[Claim]) -> None:
        self.text = ""
        self.claims = claims
        self.citations: list[Citation] = []
        self._words = content_forms(without_asking(question))
        self._wanted = wanted_of(question)
        self._lines = lines
        self._numbers: dict[_Line, int] = {}

    @property
    def has_only_lines(self) -> bool:
        """Whether there are sentences, and all are lines of the documents as they stand."""
        lines = {remove_marks(line.words).rstrip(".") for line in self._lines}
        return bool(self.claims) and all(claim.text.rstrip(".") in lines for claim in self.claims)

    def show(self, said: str) -> Iterator[str | Citation]:
        """Yield a sentence with its citations if lines carry it; nothing if not, or if it has been said, or
        as long as there is none with what the question asks for."""
        if not said or is_refusal(said):
            return
        if not self.claims and not can_answer(self._wanted, said):
            return
        words = content_forms(said)
        whole = len(words) >= FEWEST_WORDS and bool(words & self._words)
        carrying = _find_carrying(said, self._lines) if whole else ()
        if not carrying and (meant := _find_meant(said, self._words, self._lines)):
            said, carrying = remove_marks(meant.words), (meant,)
        if carrying:
            yield from self.add(said, carrying, " ")

    def add(self, said: str, carrying: Sequence[_Line], between: str) -> Iterator[str | Citation]:
        """Yield a sentence that lines carry, behind what parts it from the one before; nothing if it has been
        said."""
        if any(claim.text == said for claim in self.claims):
            return
        for line in carrying:
            if line not in self._numbers:
                self._numbers[line] = len(self.citations) + 1
                self.citations.append(replace(line.citation, number=self._numbers[line]))
                yield self.citations[-1]
        numbers = tuple(self._numbers[line] for line in carrying)
        self.claims.append(Claim(said, numbers, Support.PROVEN))
        marks = " ".join(f"[{number}]" for number in numbers)
        piece = f"{between if self.text else ''}{inert(said, self.text)} {marks}"
        self.text += piece
        yield piece


def _choose_lines(question: str, sources: Sequence[PassageSource], embedder: Embedder) -> list[_Line]:
    """Return the sentences and rows that answer best, as many as the model gets. One that cannot be found
    again as it stands is left out: nothing could be proven by it."""
    lines: list[_Line] = []
    left = EVIDENCE_TOKENS
    for rank, sentence in choose(question, sources, embedder, most=MOST_LINES, near_best=NEAR_BEST):
        shown = show_in_context(sentence)
        left -= tokens_of(shown)
        if left < 0 and lines:
            break
        ordered = order_sources(sources, rank + 1)
        citation, says = cite_with_evidence(1, sentence.text, ordered)
        if citation.proof is Proof.EXACT:
            lines.append(_Line(sentence.text, shown, citation, tuple(says)))
    return lines


def _ask(question: str, asked: str, lines: Sequence[_Line]) -> str:
    fence = Fence()
    parts = [
        fence.block("lines", "\n".join(f"- {line.shown}" for line in lines)),
        # Inside: it was written from the conversation, which documents may speak through.
        fence.block("meaning", asked) if asked != question else "",
        f"Question: {question}",
    ]
    return "\n\n".join(filter(None, parts))


def _cut_sentences(pieces: Meter) -> Iterator[str]:
    """Yield each sentence of a reply as soon as the next one begins, with what stands around it."""
    held = ""
    read = 0
    for piece in pieces:
        held += piece
        read += len(piece)
        if read > LONGEST_REPLY:
            break
        while (end := _end_of_sentence(held)) is not None:
            yield held[:end]
            held = held[end:]
    yield from (part for part in _WIDE_STOP.split(held) if part)


def _end_of_sentence(text: str) -> int | None:
    """Return where the first sentence ends that something follows, ``None`` if there is none."""
    words = list(re.finditer(r"\S+", text))
    for at, (word, following) in enumerate(pairwise(words)):
        between = text[word.end() : following.start()]
        if "\n" in between or ends_sentence(word[0], following[0], first=at == 0):
            return following.start()
    return None


def _clean(sentence: str) -> str:
    """Return a sentence without marks of a list or of lines, which the model sets as it likes."""
    return _LEAD.sub("", _OWN_MARK.sub("", sentence).strip().strip('"“”`*')).strip()


def _find_carrying(said: str, lines: Sequence[_Line]) -> tuple[_Line, ...]:
    """Return the line that carries a sentence, or two that do so together; none where none do."""
    # Those first that have most of its words: they are the likeliest, and the others need not be judged.
    words = content_forms(said)
    nearest = sorted(lines, key=lambda line: -len(words & content_forms(line.shown)))
    # Of one document: a sentence about two of them reads as if both halves were of the same company.
    pairs = (
        (one, other)
        for one, other in combinations(nearest[:MOST_JOINED], 2)
        if one.citation.document_id == other.citation.document_id
    )
    for group in (*((line,) for line in nearest), *pairs):
        if judge(said, [each for line in group for each in line.says]).status is Support.PROVEN:
            return group
    return ()


def _find_meant(said: str, asked: set[str], lines: Sequence[_Line]) -> _Line | None:
    """Return the first line that has every word of what the model wrote, which is then shown in its place:
    small models like to answer "2.4%", and leave out what a sentence says besides.

    The line has to speak of what is ``asked``, words of the question, too: "Six" stands in many.
    """
    words = content_forms(said)
    return next(
        (
            line
            for line in lines
            if words
            and words <= content_forms(line.shown)
            and len(asked & content_forms(line.words)) >= SPOKEN_OF * len(asked)
        ),
        None,
    )
