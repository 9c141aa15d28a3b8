"""Words as keyword search compares them: without endings and accents.

As FTS5's ``porter unicode61 remove_diacritics 2`` gives them (but for some words with letters like ß, whose
endings it leaves or takes otherwise), for an index whose own tokenizer has no stems.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 100
"""Characters of a word that are compared."""

_ACCENTS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")


def stems(words: Iterable[str]) -> list[str]:
    """Return the stem of each word (lower case), in the order given."""
    return [_stem(word[:LONGEST]) for word in words]


@lru_cache(1 << 16)
def _stem(word: str) -> str:
    from snowballstemmer import stemmer

    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", word)))
    return str(stemmer("porter").stemWord(plain))  # a new one each time: threads must not share it
