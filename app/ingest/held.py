"""How many pages may be in memory together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from app.core.page import Page

HELD_WORDS = 100_000
"""The most words of pages that are held together: 30 MB, since a word takes 300 bytes or more. A book's page
has 500 words and the densest list 5,000; a hostile page of 2 kB has 120,000."""


def is_too_much(held: Iterable[Page], page: Page) -> bool:
    """Return whether a page has more words than may be held beside those of the pages that are held."""
    return sum(each.all_words for each in held) + page.all_words > HELD_WORDS


def look_ahead(pages: Iterable[Page], most: int) -> tuple[Sequence[Page], Iterator[Page]]:
    """Return the first pages, at least one if there is one and at most ``most``, fewer where they are full of
    words; and an iterator over all pages, these included."""
    rest = iter(pages)
    first: list[Page] = []
    for page in rest:
        if first and is_too_much(first, page):
            return first, chain(first, [page], rest)
        first.append(page)
        if len(first) == most:
            break
    return first, chain(first, rest)
