"""The parts of a sentence that are compared: words, numbers and operators."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a term is: a word that says something, a number, or an operator that turns what is said."""

    WORD = "word"
    NUMBER = "number"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a sentence that must be carried.

    ``key`` is what is compared, ``text`` as it is written; ``before`` the markers (``lexicon.MARKERS``, a
    preposition's class, punctuation) since the term before; ``governor`` the preposition right before it.
    ``keep`` may not be lost, ``loose`` may; what follows a ``narrow`` one says for whom or where it holds.
    ``name`` is written with a capital inside a sentence; ``article`` is the word before it that tells its
    case.
    """

    kind: Kind
    key: str
    text: str
    before: tuple[str, ...] = ()
    governor: str = ""
    keep: bool = False
    loose: bool = False
    name: bool = False
    narrow: bool = False
    article: str = ""
    date: tuple[str, str, str] | None = None  # day, month, year, each "" where it is not said
