"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from app.ask.question.wanted import without_asking
from app.ask.words.terms import Word, asked_words, standing_words
from app.core.passage import Hit
from app.core.writing.unspaced import is_unspaced

ENOUGH = 0.42
"""Least evidence of a passage: its cosine with the question plus ``HELD`` for holding all words of it.

Measured with MiniLM: 77 of 77 answerable questions on business reports have as much, and 2 of 41 foreign
ones ("What is the currency of Japan?"). Alone, the cosine is 0.25 to 0.83 for answerable ones, low where a
short question meets a passage about many things, and up to 0.41 for foreign ones, where the words are not.
"""

HELD = 0.2

WAITING = 0.6
"""Share of the question's words that a passage must hold that has no vector to compare."""

PAIRED = 0.5
"""The same share for a question in a script without word spaces: bigrams across the end of a word are no
words."""

FIRST = 3
"""Passages that are the closest ones."""

ABSENT, MOSTLY_ABSENT = 0.15, 0.33
"""Shares of the question's words that stand nowhere in the documents, from which on sentences are only the
closest, and nothing is quoted. Of 41 answerable questions over a library one had such a word, of eleven; of
24 that have no answer there eight, of two to six ("How loud is the smell of a rose?")."""

FAINT = 0.15
"""Cosine below which a passage without a single word of the question has nothing to do with it."""


class Absence(Enum):
    """How much of a question stands nowhere in what was searched: too little to matter, so much that the
    passages found come close at best, or so much that they are about something else."""

    NONE = "none"
    SOME = "some"
    MOST = "most"


def tell_absence(question: str, missing: Sequence[str]) -> Absence:
    """Return how much of a question is ``missing``: words of it that no passage has."""
    share = len(missing) / (len(_words_asked(question)) or 1)
    if share < ABSENT:
        return Absence.NONE
    return Absence.SOME if share < MOSTLY_ABSENT else Absence.MOST


def is_worth_reading(question: str, hits: Sequence[Hit]) -> bool:
    """Return whether to ask a model that writes: it says itself when passages do not answer, and knows
    better than numbers that differ from one embedding model to another."""
    asked = _words_asked(question)
    return any(
        hit.similarity is None or hit.similarity >= FAINT or _share_of_words(asked, hit) > 0 for hit in hits
    )


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Return whether one of the hits is evidence enough to answer the question from."""
    asked = _words_asked(question)
    return any(_supports(asked, hit) for hit in hits)


def hold_all_words(question: str, hits: Sequence[Hit]) -> bool:
    """Return whether one of the first passages has every word that the question asks with."""
    asked = _words_asked(question)
    return bool(asked) and any(_share_of_words(asked, hit) == 1 for hit in hits[:FIRST])


def _words_asked(question: str) -> list[Word]:
    return asked_words(without_asking(question))


def _share_of_words(asked: Sequence[Word], hit: Hit) -> float:
    """Return the share of the words that a passage has."""
    # With its headings: what a section is about often stands in them alone.
    return len(standing_words(asked, hit.chunk.indexed_text)) / (len(asked) or 1)


def _supports(asked: Sequence[Word], hit: Hit) -> bool:
    held = _share_of_words(asked, hit)
    # No cosine to add to: of a text that the model does not read, or while the model is down.
    if hit.similarity is None:
        paired = any(is_unspaced(word.written[0]) for word in asked)
        return held >= (PAIRED if paired else WAITING)
    return hit.similarity + HELD * held >= ENOUGH
