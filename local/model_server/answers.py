"""Replies to this program's prompts without a model that writes: sentences of the passages, quoted.

What it is asked, and how a quote is written, stands in ``app/ask/prompts``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.ask.likeness import cosine, likeness
from app.ask.question.standalone import complete_question
from app.ask.words.terms import Word, asked_words, standing_words, word_forms
from app.core.ports import Embedder

NOT_FOUND = "NOT FOUND"

MOST_QUOTES = 3
MOST_EMBEDDED = 48
"""Sentences that are compared by meaning: those with the most of the question's words."""

FEWEST_WORDS, MOST_WORDS = 4, 40
"""The range of words of a quote."""

LEAST = 0.35
NEAR_BEST = 0.85
"""Score of a sentence that is quoted, and its share of the best one's."""

MEANING, WORDS = 0.6, 0.4

_PASSAGES = re.compile(
    r"<passages-(?P<nonce>\w+)>\n(?P<inside>.*)\n</passages-(?P=nonce)>\s*"
    r"(?:<meaning-(?P=nonce)>\n(?P<meant>.*)\n</meaning-(?P=nonce)>\s*)?Question: (?P<question>.*)",
    re.DOTALL,
)
_FOLLOW_UP = re.compile(
    r"<conversation-(?P<nonce>\w+)>\n(?P<inside>.*)\n</conversation-(?P=nonce)>\s*"
    r"Last question: (?P<question>.*)",
    re.DOTALL,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"“(])|(?<=[。！？])|\n{2,}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a prompt."""

    number: int
    text: str


def reply(messages: Sequence[Mapping[str, str]], embedder: Embedder) -> str:
    """Return the answer to the last message: quotes from its passages, a question made whole, or NOT
    FOUND."""
    # The instructions before it are the same in every call: only the last message says what is wanted.
    asked = messages[-1]["content"] if messages else ""
    if found := _PASSAGES.search(asked):
        question = (found["meant"] or found["question"]).strip()
        return _quoting(question, passages(found["inside"], found["nonce"]), embedder)
    if found := _FOLLOW_UP.search(asked):
        return complete_question(found["question"].strip(), _questions(found["inside"], found["nonce"]))
    return NOT_FOUND


def _questions(inside: str, nonce: str) -> list[str]:
    """Return what the reader asked in a conversation between a prompt's marks."""
    return re.findall(rf'<turn-{nonce} by="user">\n(.*?)\n</turn-{nonce}>', inside, re.DOTALL)


def passages(inside: str, nonce: str) -> list[Passage]:
    """Return the passages between a prompt's marks."""
    one = re.compile(rf'<passage-{nonce} number="(\d+)"[^>]*>\n(.*?)\n</passage-{nonce}>', re.DOTALL)
    return [Passage(int(number), text) for number, text in one.findall(inside)]


def _quoting(question: str, given: Sequence[Passage], embedder: Embedder) -> str:
    candidates = [
        Passage(passage.number, sentence)
        for passage in given
        for sentence in _sentences(passage.text)
        # A heading or a single figure quoted alone would prove nothing.
        if len(word_forms(sentence)) >= FEWEST_WORDS
    ]
    chosen = _best(question, candidates, embedder)
    return "\n".join(f'{each.text} [[{each.number}: "{each.text}"]]' for each in chosen) or NOT_FOUND


def _sentences(text: str) -> list[str]:
    """Return sentences on one line each, the first words of long ones."""
    whole = (" ".join(part.split()) for part in _SENTENCE.split(text))
    return [" ".join(part.split()[:MOST_WORDS]) for part in whole if "[[" not in part and "]]" not in part]


def _best(question: str, candidates: Sequence[Passage], embedder: Embedder) -> list[Passage]:
    asked = asked_words(question)
    by_words = {each: _share_of_words(asked, each.text) for each in candidates}
    # Words choose first: to embed every sentence of every passage would take seconds.
    near = sorted(by_words, key=lambda each: -by_words[each])[:MOST_EMBEDDED]
    if not near:
        return []
    scores = _scores(question, near, by_words, embedder) if embedder.reads(question) else by_words
    least = max(LEAST, NEAR_BEST * max(scores.values()))
    best = sorted((each for each in near if scores[each] >= least), key=lambda each: -scores[each])
    # Overlapping passages hold the same sentence: it is quoted once, from the better of them.
    return list({each.text: each for each in reversed(best[:MOST_QUOTES])}.values())[::-1]


def _scores(
    question: str, near: Sequence[Passage], by_words: Mapping[Passage, float], embedder: Embedder
) -> Mapping[Passage, float]:
    wanted = embedder.query(question)
    vectors = embedder.documents([each.text for each in near])
    return {
        each: MEANING * likeness(cosine(wanted, vector), embedder, question, each.text)
        + WORDS * by_words[each]
        for each, vector in zip(near, vectors, strict=True)
    }


def _share_of_words(asked: Sequence[Word], text: str) -> float:
    """Return the share of the question's words that a sentence has."""
    return len(standing_words(asked, text)) / max(1, len(asked))
