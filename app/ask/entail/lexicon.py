"""The function words of a language, and what each does to a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.core.process.patterns import defer_regex

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "cs", "ru")

MARKERS = ("light", "pro", "be", "def", "rel", "that", "and", "but", "has")
"""Classes of words that say nothing by themselves, but show how the words around them hang together."""

APART = ("small", "tens", "ordinal", "number", "inverted", "heading")
"""Classes of other uses: number words (see ``amounts``), verbs whose standing first makes a condition, and
words of a heading that turn what stands below it."""

_LETTERS = frozenset("bcdfghjlmnpqrstxz")
"""What is left of many words, such as "pump's": they tell no language."""

_WORD = defer_regex(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases of a language (lower case words) and the class of each; ``longest`` is the most words of one.

    Classes are those of ``MARKERS``; ``p.…`` for prepositions of one meaning; ``o.…`` for operators, which
    turn what is said: negations, bounds, modals, quantifiers, conditions; ``keep`` for words that may not be
    lost, such as "former"; ``loose`` for those that may, such as "period"; ``narrow`` for words such as
    "allowed", of which what follows says for whom or where; and ``month``.
    """

    language: str
    classes: dict[tuple[str, ...], str]
    longest: int

    def find(self, words: Sequence[str], at: int) -> tuple[str, int]:
        """Return the class of the longest phrase that begins at a word, and its length; ("", 0) if there
        is none."""
        for length in range(min(self.longest, len(words) - at), 0, -1):
            if found := self.classes.get(tuple(words[at : at + length])):
                return found, length
        return "", 0


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language; without any phrase for one that is not known ("")."""
    classes = {
        tuple(phrase.split()): name
        for name, phrases in said_words(language).items()
        if name not in APART
        for phrase in phrases
    }
    return Lexicon(language, classes, max(map(len, classes), default=0))


@cache
def said_words(language: str) -> dict[str, tuple[str, ...]]:
    """Return the phrases of each class of a language's file, in order."""
    content = (files("app.ask.entail") / f"words/{language}.txt").read_text("utf-8") if language else ""
    lines = (line.partition(":") for line in content.splitlines())
    return {name: tuple(filter(None, map(str.strip, phrases.split(",")))) for name, _, phrases in lines}


@cache
def _marking(language: str) -> frozenset[str]:
    """Return single words by which a language is known."""
    # Words of content, which neighbouring languages write alike: "april", "provisional".
    unsaid = ("month", "keep", "loose", "narrow")
    found = lexicon(language).classes.items()
    return frozenset(
        phrase[0]
        for phrase, name in found
        if len(phrase) == 1 and name not in unsaid and phrase[0] not in _LETTERS
    )


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages with the most function words in a text, ("",) where none has any."""
    words = _WORD.findall(text.lower())
    counts = {language: sum(word in _marking(language) for word in words) for language in LANGUAGES}
    most = max(counts.values())
    if most:
        return tuple(language for language, count in counts.items() if count == most)
    # A name with a number, mostly: English decides nothing there but what is a decimal point.
    return ("en",) if text.isascii() else ("",)
