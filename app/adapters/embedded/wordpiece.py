"""BERT's uncased WordPiece: text to the ids of word pieces.

As Google's BERT defines it (https://github.com/google-research/bert, ``tokenization.py``): clean, space out
Chinese characters and punctuation, strip accents, lower; then the longest piece that fits, from the left.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

MAX_WORD = 100
"""A longer word is one unknown piece."""

CACHED_WORDS = 1 << 16

_CHINESE = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
"""The blocks that BERT takes for Chinese: it leaves out U+2B820–2B91F."""


class WordPiece:
    """A tokenizer over a vocabulary file, one piece a line; the line's number is the piece's id."""

    def __init__(self, vocabulary: Path) -> None:
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        self._ids = {piece: number for number, piece in enumerate(lines) if piece}
        self._unknown = [self._ids["[UNK]"]]
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._word = lru_cache(CACHED_WORDS)(self._pieces)

    def encode(self, text: str, limit: int) -> list[int]:
        """Return the ids between those of [CLS] and [SEP], cut so that all are at most ``limit``."""
        ids = [self._start]
        for word in words(text):
            ids += self._word(word)
            if len(ids) >= limit:
                break
        return [*ids[: limit - 1], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > MAX_WORD:
            return self._unknown
        ids, start = [], 0
        while start < len(word):
            end, mark = len(word), "##" if start else ""
            while end > start and mark + word[start:end] not in self._ids:
                end -= 1
            if end == start:
                return self._unknown
            ids.append(self._ids[mark + word[start:end]])
            start = end
        return ids


def words(text: str) -> list[str]:
    """Return the words of a text as BERT sees them: lower case, without accents, each punctuation mark
    alone."""
    # Composed characters are taken apart first, so that one table from character to characters does the rest.
    apart = text if text.isascii() else unicodedata.normalize("NFD", text)
    return [word for word in apart.translate(_TABLE).split(" ") if word]


class _Table(dict[int, str]):
    """A table that computes the replacement of each character when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _becomes(code)
        return self[code]


_TABLE = _Table()


def _becomes(code: int) -> str:
    character = chr(code)
    category = unicodedata.category(character)
    if character in "\t\n\r" or category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Mn", "Cc", "Cf", "Co") or character == "\ufffd":
        return ""
    ascii_symbol = code < 128 and not character.isalnum()
    if ascii_symbol or category.startswith("P") or any(low <= code <= high for low, high in _CHINESE):
        return f" {character} "
    return character.lower()
