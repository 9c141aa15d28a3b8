"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from app.ask.gate import observe_evidence, weigh_evidence
from app.ask.question.wanted import without_asking
from app.ask.words.scripts import tell_script_and_language
from app.ask.words.terms import Word, asked_words, standing_words
from app.core.passage import Hit
from app.core.writing.unspaced import is_unspaced

WAITING = 0.6
"""Share of the question's words that a passage must hold that has no vector to compare."""

ENOUGH_TRANSLATED = 0.26
"""Likeness of a passage in another language than the question that is enough. Of 400 questions of XQuAD in
five languages, asked of its paragraphs in English, the nearest passage has as much for .63 of those with an
answer there, and for .23 of the others, in the half that it was chosen on; for .70 and .09 in the other
half."""

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
    """Return whether the hits are evidence enough to answer the question from: by the gate that was learnt,
    or by the words of one that has no vector to compare."""
    asked = _words_asked(question)
    if any(_supports_by_words(asked, hit) for hit in hits if hit.similarity is None):
        return True
    compared = [hit for hit in hits if hit.similarity is not None]
    if any((hit.similarity or 0.0) >= ENOUGH_TRANSLATED for hit in compared if is_foreign(question, hit)):
        return True
    return bool(compared) and weigh_evidence(observe_evidence(question, asked, compared)) > 0


def is_foreign(question: str, hit: Hit) -> bool:
    """Return whether a passage is in another language than the question, and so has none of its words."""
    (script, language), (other_script, other) = map(tell_script_and_language, (question, hit.chunk.text))
    if not script or not other_script:
        return False
    return script != other_script or bool(language and other and language != other)


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


def _supports_by_words(asked: Sequence[Word], hit: Hit) -> bool:
    paired = any(is_unspaced(word.written[0]) for word in asked)
    return _share_of_words(asked, hit) >= (PAIRED if paired else WAITING)
