"""Scripts without word spaces: Chinese and Japanese, Thai and related ones.

Nothing here knows their words. Text is split between any two characters, and searched for by character
bigrams.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from app.core.process.patterns import defer_regex

_LETTERS = (
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"  # Chinese and Japanese
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"  # Thai, Lao
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"  # Burmese, Khmer
)
_MARKS = (
    "\u3099\u309a\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
    "\u17b4-\u17d3"
)
"""Vowels, tones and the like: they belong to the letter before."""

_SIGNS = (
    "\u3001-\u3003\u3008-\u3020\u3030\u303d\u30a0\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
"""Full-width punctuation."""

_PIECE = defer_regex(f"[{_LETTERS}{_SIGNS}][{_MARKS}]*|[^{_LETTERS}{_SIGNS}]+")
_UNSPACED = defer_regex(f"[{_LETTERS}{_SIGNS}{_MARKS}]")
_RUN = defer_regex(f"[{_LETTERS}][{_LETTERS}{_MARKS}]*")
_MARK = defer_regex(f"[{_MARKS}]")


def is_unspaced(character: str) -> bool:
    """Return whether it is a letter, mark or full-width sign of a script without word spaces."""
    return _UNSPACED.match(character) is not None


def pieces(word: str) -> Sequence[str]:
    """Return the parts of a word: letters of such scripts one by one, each with its marks, and the text
    between them."""
    return (word,) if word.isascii() else _PIECE.findall(word)


def joins_without_space(before: str, following: str) -> bool:
    """Return whether two texts, the second on the next line, are joined without a space."""
    return is_unspaced(before[-1:]) and is_unspaced(following[:1])


def expand_text(text: str) -> str:
    """Return the text with each run of such letters replaced by its single letters and bigrams, separated
    by spaces, for the index."""
    return text if text.isascii() else _RUN.sub(lambda run: f" {' '.join(_letters_and_pairs(run[0]))} ", text)


def expand_query(text: str) -> str:
    """Return the text with each run of such letters replaced by its bigrams, or by its only letter, for a
    query."""
    return text if text.isascii() else _RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", text)


def _letters_and_pairs(run: str) -> list[str]:
    letters = _bare(run)
    found = [letters[at : at + length] for at in range(len(letters)) for length in (1, 2)]
    return found[:-1]  # the last letter has no other behind it


def _pairs(run: str) -> list[str]:
    letters = _bare(run)
    return [letters[at : at + 2] for at in range(max(1, len(letters) - 1))]


def _bare(run: str) -> str:
    """Return the letters of a run without marks: SQLite's tokenizer splits words at marks."""
    return _MARK.sub("", unicodedata.normalize("NFKC", run))
