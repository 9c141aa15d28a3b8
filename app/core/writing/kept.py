"""What was found out about words, kept for the next text that has them.

A search looks at fifty passages, and most of their words are those of the passages before. Words are what
stands between two spaces: nothing that is done with letters reaches over one (Unicode composes no letter with
a space), so that a text is the sum of its words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

MOST_KEPT = 1 << 14
"""Words, in some 5 MB: the passages of five reports have as many."""

LONGEST_KEPT = 40
"""Letters of a word that is kept. A text without spaces has long ones, each its own: a hostile file could
fill the memory with them."""


class Kept(dict[str, Result]):
    """What a function returns for words, by the word. For many threads at once."""

    def __init__(self, find: Callable[[str], Result]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Result:
        found = self._find(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[word] = found
        return found
