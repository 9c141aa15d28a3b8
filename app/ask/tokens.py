"""Words as they are compared: lower case, without punctuation around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_EDGES = "\"'()[]{}<>.,;:!?*•…-"
_NUMBER_EDGES = "\"'[]{}.,;:!?*•…"
_ACCOUNTED = re.compile(r"\([$€£]?[\d.,]+%?\)")


class Token(NamedTuple):
    """A word to compare, and the half-open range of the text's words that it is written with."""

    text: str
    first: int
    last: int


def tokens(words: Sequence[str]) -> list[Token]:
    """Spelled words as they are compared: lower case, no punctuation around, line ends mended."""
    found: list[Token] = []
    joined = False
    for place, word in enumerate(words):
        if joined and word[:1].islower():
            found[-1] = Token(found[-1].text + _bare(word), found[-1].first, place + 1)
        elif bare := _bare(word):
            found.append(Token(bare, place, place + 1))
        joined = bool(found) and len(word) > 1 and word[-1] == "-" and word[-2].isalpha()
    return found


@lru_cache(maxsize=16384)
def _bare(word: str) -> str:
    lower = word.lower()
    if not any(character.isdigit() for character in lower):
        return lower.strip(_EDGES).replace("-", "")
    edged = lower.strip(_NUMBER_EDGES)
    return edged if _ACCOUNTED.fullmatch(edged) else edged.strip("()" + _NUMBER_EDGES)
