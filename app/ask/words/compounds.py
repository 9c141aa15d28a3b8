"""Words that German puts together, found by their parts."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

SHORTEST = 8
"""Letters of a word that is taken apart."""

HEAD = 4
"""Letters of the part before the last one, without what joins it."""

_JOINTS = ("es", "en", "er", "s", "n", "")
_ENDINGS = ("", "en", "es", "er", "e", "n", "s", "ern")


@lru_cache(1 << 15)
def split_compound(word: str) -> tuple[str, ...]:
    """Return the parts of a small-letter word, as ``("verfassung", "gericht")``; ``()`` for a simple one.

    The last part is one that is known, the longest there is; what stands before it is taken apart again.
    """
    if len(word) < SHORTEST or not word.isalpha():
        return ()
    for at in range(HEAD, len(word) - 2):
        tail, head = word[at:], word[:at]
        # From the left: the first tail that is known is the longest. Short tails end many simple words.
        if _is_part(tail) and len(head) >= HEAD + (len(tail) < 4):
            return (*(split_compound(head) or (_without_joint(head),)), tail)
    return ()


def _is_part(tail: str) -> bool:
    return any(tail.removesuffix(ending) in _parts() for ending in _ENDINGS if tail.endswith(ending))


def _without_joint(head: str) -> str:
    for joint in _JOINTS:
        if head.endswith(joint) and head.removesuffix(joint) in _parts():
            return head.removesuffix(joint)
    # What joins after these endings is always an s.
    return head[:-1] if head.endswith(("ungs", "heits", "keits", "schafts", "ions", "täts")) else head


@cache
def _parts() -> frozenset[str]:
    lines = Path(__file__).with_name("german_parts.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word.replace("ß", "ss") for line in lines if line[0] != "#" for word in line.split())
