"""Phrases of many languages, found in a text by its words and not by one long pattern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from app.core.process.patterns import defer_regex
from app.core.writing.kept import Kept
from app.core.writing.letters import WORD, fold_letters, without_accents
from app.ingest.card.tables import read_table

JOINING = frozenset(("de", "nl", "sv", "da", "no", "fi", "hu"))
"""Languages that write a compound in one word: a "Stromliefervertrag" is a contract."""

SHORTEST_HEAD = 6
"""Letters of the last part of a compound by which it is known."""

_WORD = defer_regex(WORD)
_NO_SPACES = defer_regex("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one: the first pages have thousands of words."""


class Token(NamedTuple):
    """A word with its letters made alike, and where it stands."""

    word: str
    start: int
    end: int


class FoundPhrase(NamedTuple):
    """A phrase in a text: what it stands for, its language, where it is, and how many words it has."""

    means: str
    language: str
    start: int
    end: int
    words: int
    phrase: str


def fold_word(word: str) -> str:
    """Return a word as phrases are compared: small, without accents, one form of each letter."""
    return without_accents(fold_letters(word))


_FOLDED = Kept(fold_word)


def split_tokens(text: str) -> list[Token]:
    """Return the words of a text."""
    # Of most texts: the letters keep their places, and are made alike in one call.
    if text.isascii():
        folded = text.lower()
        spans = (each.span() for each in _WORD.finditer(text))
        return [_NEW(Token, (folded[start:end], start, end)) for start, end in spans]
    return [Token(_FOLDED[each[0]], each.start(), each.end()) for each in _WORD.finditer(text)]


class Phrases:
    """Phrases by what they mean and their language."""

    def __init__(self, meanings: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._starting: dict[str, list[tuple[tuple[str, ...], str, str, str]]] = defaultdict(list)
        self._heads: dict[str, tuple[str, str]] = {}
        self._inside: dict[str, tuple[str, str]] = {}
        for means, languages in meanings.items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    self._add(means, language, phrase)
        self._head_lengths = sorted({len(head) for head in self._heads}, reverse=True)
        for listed in self._starting.values():
            listed.sort(key=lambda each: -len(each[0]))

    def _add(self, means: str, language: str, phrase: str) -> None:
        if _NO_SPACES.search(phrase):
            self._inside.setdefault(phrase, (means, language))
            return
        words = tuple(token.word for token in split_tokens(phrase))
        self._starting[words[0]].append((words, means, language, phrase))
        if language in JOINING and len(words) == 1 and len(words[0]) >= SHORTEST_HEAD:
            self._heads.setdefault(words[0], (means, language))

    def find(self, text: str, tokens: list[Token] | None = None) -> Iterator[FoundPhrase]:
        """Yield the phrases of a text, at each place the longest; ``tokens`` are its words where they are
        known already."""
        if not text.isascii():
            yield from self._find_inside(text)
        known = split_tokens(text) if tokens is None else tokens
        words = [token.word for token in known]
        covered = 0
        for at, token in enumerate(known):
            if at < covered:
                continue
            for phrase, means, language, written in self._starting.get(token.word, ()):
                if tuple(words[at : at + len(phrase)]) == phrase:
                    covered = at + len(phrase)
                    end = known[covered - 1].end
                    yield FoundPhrase(means, language, token.start, end, len(phrase), written)
                    break
            else:
                if len(token.word) > SHORTEST_HEAD and (compound := self._find_head(token)):
                    yield compound

    def _find_head(self, token: Token) -> FoundPhrase | None:
        longest = len(token.word) - 2
        for length in self._head_lengths:
            if length <= longest and (found := self._heads.get(token.word[-length:])):
                return FoundPhrase(*found, token.start, token.end, 1, token.word[-length:])
        return None

    def _find_inside(self, text: str) -> Iterator[FoundPhrase]:
        if not _NO_SPACES.search(text):
            return
        for phrase, (means, language) in self._inside.items():
            at = text.find(phrase)
            if at >= 0:
                yield FoundPhrase(means, language, at, at + len(phrase), 1, phrase)


@cache
def read_phrases(name: str, part: str = "") -> Phrases:
    """Return the phrases of a table, of one ``part`` of each entry where entries have several."""
    table: Mapping[str, Any] = read_table(name)
    return Phrases({means: entry.get(part, {}) if part else entry for means, entry in table.items()})
