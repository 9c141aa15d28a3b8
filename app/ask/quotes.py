"""An answer without a model that writes: the sentences that answer best, quoted as they stand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.ask.figures.periods import says_more_than_when
from app.ask.likeness import cosine, likeness
from app.ask.marks import remove_marks
from app.ask.proof.cite import PassageSource, cite
from app.ask.question.bars import barring_words, has_all, is_of, owner_words
from app.ask.question.wanted import can_answer, wanted_of, wants_list, without_asking
from app.ask.sentences import Sentence, sentences
from app.ask.words.terms import Word, asked_words, content_forms, standing_words, word_forms
from app.core.answer import Answer, AnswerKind, Citation, Claim, Proof, Support
from app.core.ports import Embedder

MOST_SOURCES = 6
"""Passages that sentences are taken from."""

MOST_EMBEDDED = 16
"""Sentences that are compared by meaning, the best by words: of 74 questions with known answers as many were
answered as with 40, in less than half of the time."""

SENTENCE_TOKENS = 96
"""Tokens of a sentence that are compared: of a list what leads to it and its first points."""

MOST_QUOTES = 4
MOST_CLOSEST = 2

CLOSEST = "Nothing here answers that for sure. The closest passages:"
NOWHERE = "Nowhere in what was searched:"
APART = "No passage that was found names:"
MOST_NAMED = 3
FROM_PAGES = "From the pages that the question names:"
FEWEST_WORDS = 4

LEAST = 0.3
"""Score of a sentence that says something about the question."""

NEAR_BEST = 0.65
"""Share of the best score that a further sentence must have."""

SAME = 0.7
"""Share of words that two sentences have in common which say the same."""

MEANING, WORDS, RANK = 0.75, 0.25, 0.02
"""Weights of a sentence's similarity, of the question's words in it, and of each place of its passage in the
order found. Of 74 questions, half of those of two sets, 40 are answered so, and 35 with 0.6 and 0.4."""


@dataclass(slots=True)
class _Candidate:
    sentence: Sentence
    passage: str
    rank: int  # of its passage, from 0
    score: float = 0.0


def quote_sentences(
    question: str, sources: Sequence[PassageSource], embedder: Embedder
) -> Iterator[str | Citation | Answer]:
    """Yield the best sentences of the best passages, each with its citation; last the answer, without
    claims where nothing fits."""
    chosen = choose(question, sources, embedder)
    yield from _quote_each(chosen, sources, AnswerKind.QUOTES)


def quote_closest(
    question: str,
    sources: Sequence[PassageSource],
    embedder: Embedder,
    missing: Sequence[str] = (),
    apart: Sequence[str] = (),
) -> Iterator[str | Citation | Answer]:
    """Yield the sentences that come closest, as such; last the answer, without text where there are none. A
    question with no word but the pages that it names left out is answered from these. Words that are
    ``missing`` in the documents are named first, else names whose words stand ``apart`` in all passages."""
    lead = CLOSEST if asked_words(without_asking(question)) else FROM_PAGES
    if missing:
        lead = f"{NOWHERE} {', '.join(f'“{word}”' for word in missing[:MOST_NAMED])}. {lead}"
    elif apart:
        lead = f"{APART} {', '.join(f'“{name}”' for name in apart[:MOST_NAMED])}. {lead}"
    chosen = choose(question, sources, embedder, least=0.0)[:MOST_CLOSEST]
    yield from _quote_each(chosen, sources, AnswerKind.CLOSEST, f"{lead}\n\n")


def _quote_each(
    chosen: Sequence[tuple[int, Sentence]], sources: Sequence[PassageSource], kind: AnswerKind, lead: str = ""
) -> Iterator[str | Citation | Answer]:
    """Yield each sentence with its citation, behind the words that lead to them; last the answer."""
    text = ""
    claims: list[Claim] = []
    citations: list[Citation] = []
    for rank, sentence in chosen:
        ordered = [sources[rank], *sources[:rank], *sources[rank + 1 :]]
        citation = cite(len(citations) + 1, sentence.text, ordered)
        # A sentence that was put together wrongly is dropped, not shown with a weaker proof: there are
        # others.
        if citation.proof is not Proof.EXACT:
            continue
        citations.append(citation)
        shown = remove_marks(sentence.text)
        before = "\n\n" if text else lead
        piece = f"{before}{shown} [{citation.number}]"
        claims.append(Claim(shown, (citation.number,), Support.PROVEN))
        text += piece
        yield citation
        yield piece
    yield Answer(kind, text, tuple(claims), tuple(citations))


def choose(
    question: str,
    sources: Sequence[PassageSource],
    embedder: Embedder,
    *,
    least: float = LEAST,
    most: int = MOST_QUOTES,
    near_best: float = NEAR_BEST,
) -> list[tuple[int, Sentence]]:
    """Return up to ``most`` sentences that score ``least`` or more, and ``near_best`` of the best score, and
    the place of their source, the most relevant first."""
    near = sources[:MOST_SOURCES]
    candidates = _candidates(near, question) if least else _candidates(near)
    asked = asked_words(without_asking(question))
    weights = _weights(asked, candidates)
    for candidate in candidates:
        candidate.score = _overlap(weights, candidate) - RANK * candidate.rank
    candidates = sorted(candidates, key=lambda candidate: -candidate.score)[:MOST_EMBEDDED]
    _compare(question, candidates, weights, embedder)
    return [(each.rank, each.sentence) for each in _best(candidates, least, most, near_best)]


def _candidates(sources: Sequence[PassageSource], question: str = "") -> list[_Candidate]:
    """Return the sentences of the sources: of those that have the question's names and numbers the ones
    with something of the kind that it asks for."""
    barring, wanted, lists = barring_words(question), wanted_of(question), wants_list(question)
    owners = owner_words(question)
    found: dict[str, _Candidate] = {}
    for rank, source in enumerate(sources):
        if not has_all(source, barring, question):
            continue
        for sentence in sentences(source.text.pages, source.hit.chunk.spans, whole_lists=lists):
            # A row of two cells says something; three words of running text are a fragment.
            fewest = 2 if sentence.row else FEWEST_WORDS
            says = len(word_forms(sentence.text)) >= fewest and says_more_than_when(sentence.text)
            says = says and not _is_running_title(sentence.text, source.about)
            of_whom = is_of(source, f"{sentence.context} {sentence.text}", owners)
            if says and of_whom and can_answer(wanted, sentence.text):
                found.setdefault(sentence.text, _Candidate(sentence, source.hit.chunk.indexed_text, rank))
    return list(found.values())


def _is_running_title(sentence: str, about: Collection[str]) -> bool:
    """Return whether a sentence has a page's number and nothing else that the document is not called:
    "Alba Corp. | Q1 2023 Form 10-Q | 11"."""
    more = [form for form in content_forms(sentence) if form not in about]
    return bool(more) and all(form.isdigit() for form in more)


def _weights(asked: Sequence[Word], candidates: Sequence[_Candidate]) -> dict[Word, float]:
    """Return how much each word of the question tells, by how few of the sentences have it; they add up to
    1."""
    having: Counter[Word] = Counter()
    for candidate in candidates:
        having.update(standing_words(asked, candidate.sentence.text, candidate.passage))
    # Among the candidates, not in all documents: what each of them says does not help to choose.
    count = len(candidates) + 1
    raw = {word: math.log(1 + count / (1 + having[word])) for word in asked}
    total = sum(raw.values()) or 1.0
    return {word: weight / total for word, weight in raw.items()}


def _overlap(weights: Mapping[Word, float], candidate: _Candidate) -> float:
    sentence, passage = candidate.sentence, candidate.passage
    inside = standing_words(weights, sentence.text, passage)
    above = standing_words(weights, sentence.context, passage) - inside
    # Half: a heading is about more than this sentence.
    return sum(weights[word] for word in inside) + 0.5 * sum(weights[word] for word in above)


def _compare(
    question: str, candidates: Sequence[_Candidate], weights: Mapping[Word, float], embedder: Embedder
) -> None:
    """Give each candidate its score by meaning and words; by words alone what the embedder does not read."""
    if not embedder.reads(question):
        return
    wanted = embedder.query(question)
    # With the heading: "36 months" alone is near to no question.
    texts = [show_in_context(candidate.sentence) for candidate in candidates]
    for candidate, vector in zip(
        candidates, embedder.documents(texts, most_tokens=SENTENCE_TOKENS), strict=True
    ):
        candidate.score = (
            MEANING * likeness(cosine(wanted, vector), embedder, question, candidate.sentence.text)
            + WORDS * _overlap(weights, candidate)
            - RANK * candidate.rank
        )


def show_in_context(sentence: Sentence) -> str:
    """Return a sentence behind its heading, or a row behind its table's first one."""
    return f"{sentence.context}: {sentence.text}" if sentence.context else sentence.text


def _best(candidates: Sequence[_Candidate], least: float, most: int, near_best: float) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    ordered = sorted(candidates, key=lambda candidate: -candidate.score)
    for candidate in ordered:
        if candidate.score < max(least, near_best * ordered[0].score) or len(chosen) == most:
            break
        if not any(_same(candidate.sentence.text, other.sentence.text) for other in chosen):
            chosen.append(candidate)
    return chosen


def _same(one: str, other: str) -> bool:
    left, right = content_forms(one), content_forms(other)
    return len(left & right) >= SAME * max(1, min(len(left), len(right)))
