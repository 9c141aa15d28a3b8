"""Sentences that nobody wrote: the end of one block and the beginning of a later one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import groupby

from app.ask.proof.passage_text import PassageText

LAST, FIRST = 5, 6
"""Words of the block that is left, and of the one that is gone on with."""


def splices(text: PassageText, count: int, chosen: random.Random) -> Iterator[str]:
    """Up to ``count`` of them with at least one block between.

    What stands on the pages as well, as in a form that says the same thing in each line, is none.
    """
    blocks = [
        (parts[0].first, parts[-1].last)
        for parts in (
            list(group) for _, group in groupby(text.parts, key=lambda part: (part.page, id(part.block)))
        )
    ]
    said = _letters(text.text_between(0, len(text.words)))
    long = [n for n, (first, last) in enumerate(blocks) if last - first >= FIRST]
    pairs = [(one, other) for one in long for other in long if other > one + 1]
    for one, other in chosen.sample(pairs, min(count, len(pairs))):
        end, begin = blocks[one][1], blocks[other][0]
        splice = f"{text.text_between(end - LAST, end)} {text.text_between(begin, begin + FIRST)}"
        if _letters(splice) not in said:
            yield splice


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
