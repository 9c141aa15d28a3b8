"""Words as they are compared: lower case, without punctuation around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from app.ask.spelling import spelled
from app.core.unspaced import is_unspaced

_NUMBER_EDGES = "\"'[]{}.,;:!?*•…"
_ACCOUNTED = re.compile(r"\([$€£]?[\d.,]+%?\)")


class Token(NamedTuple):
    """A word to compare, and the half-open range of the text's words that it is written with."""

    text: str
    first: int
    last: int


def tokens(words: Sequence[str]) -> list[Token]:
    """Words as they are compared, line ends mended; those without a letter or digit are left out."""
    found: list[Token] = []
    cut = ""  # the letter before a hyphen at the last word's end
    for place, word in enumerate(words):
        if cut and word[0].isalpha() and word[0].isupper() == cut.isupper():
            found[-1] = Token(found[-1].text + bare(word), found[-1].first, place + 1)
        elif text := bare(word):
            found.append(Token(text, place, place + 1))
        cut = word[-2] if found and len(word) > 1 and word[-1] in "-‐\u00ad" and word[-2].isalpha() else ""
    return found


@lru_cache(maxsize=16384)
def bare(word: str) -> str:
    """A word in lower case: its letters without accents, or a number with its sign and unit; a letter of a
    script without spaces with its marks."""
    if is_unspaced(word[:1]):
        return "".join(filter(str.isalnum, word[:1])) and unicodedata.normalize("NFKC", word)
    plain = unicodedata.normalize("NFD", word.lower())
    if not any(character.isdigit() for character in plain):
        return "".join(filter(str.isalpha, spelled(plain)))
    edged = spelled("".join(c for c in plain if not unicodedata.combining(c))).strip(_NUMBER_EDGES)
    return edged if _ACCOUNTED.fullmatch(edged) else edged.strip("()" + _NUMBER_EDGES)
