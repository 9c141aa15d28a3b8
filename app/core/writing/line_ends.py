"""Hyphens at the ends of lines: those that cut a word go, those that are part of one stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from app.core.process.patterns import defer_regex

HYPHENS = "-‐"

DASHES = "-‐–"
"""No space belongs behind one that ends a line and a word."""

SIGNS = ".,;:!?()[]\"'“”„’"
"""Around words."""

LONGEST_LETTER = 1
"""Letters before a hyphen that are no cut syllable: n-butane, e-mail, x-ray."""

FIRST_PARTS = frozenset(
    [
        "air",
        "built",
        "closed",
        "cost",
        "cross",
        "data",
        "day",
        "double",
        "down",
        "early",
        "ever",
        "far",
        "fire",
        "first",
        "five",
        "follow",
        "follow-up",
        "four",
        "full",
        "half",
        "hand",
        "hard",
        "high",
        "high-end",
        "hour",
        "land",
        "large",
        "late",
        "left",
        "long",
        "low",
        "mid",
        "month",
        "much",
        "near",
        "never",
        "newly",
        "non",
        "open",
        "ready",
        "real",
        "right",
        "risk",
        "sea",
        "second",
        "self",
        "semi",
        "short",
        "single",
        "six",
        "small",
        "soft",
        "state",
        "sun",
        "tax",
        "ten",
        "third",
        "three",
        "time",
        "two",
        "ultra",
        "user",
        "value",
        "water",
        "week",
        "well",
        "wind",
        "year",
    ]
)
"""Before a hyphen that English writes; syllables that also begin other words are not among them."""

SECOND_PARTS = frozenset(
    [
        "adjusted",
        "approved",
        "assessed",
        "associated",
        "aware",
        "based",
        "built",
        "certified",
        "coated",
        "compliant",
        "consuming",
        "contained",
        "controlled",
        "cooled",
        "defined",
        "dependent",
        "driven",
        "effective",
        "efficient",
        "employed",
        "established",
        "evident",
        "explanatory",
        "free",
        "frequency",
        "friendly",
        "funded",
        "independent",
        "induced",
        "intensive",
        "known",
        "labeled",
        "labelled",
        "lasting",
        "linked",
        "mediated",
        "minded",
        "month",
        "neutral",
        "operated",
        "oriented",
        "owned",
        "performance",
        "poor",
        "powered",
        "pressure",
        "quality",
        "ranging",
        "reaching",
        "related",
        "reported",
        "resistant",
        "resolution",
        "rich",
        "saving",
        "scale",
        "sensitive",
        "shaped",
        "sized",
        "specific",
        "speed",
        "sufficient",
        "temperature",
        "term",
        "threatening",
        "tight",
        "treated",
        "voltage",
        "weighted",
        "year",
    ]
)
"""Behind a hyphen that English writes; what also ends words written as one is not among them."""

ADDRESS = defer_regex(r"@|://|\bwww\.", re.IGNORECASE)
LAST_WORD = defer_regex(r"(\S+)[-‐]$")
FIRST_WORD = defer_regex(r"\S+")
LETTERS = defer_regex(r"[^\W\d_]+")


def written_words(texts: Iterable[str]) -> frozenset[str]:
    """Return words in lower case, without the signs around them."""
    return frozenset(text.lower().strip(SIGNS) for text in texts)


def ends_with_dash(last: str) -> bool:
    """Return whether a line ends with a dash that stands on a word: what follows stands on the dash."""
    return last[-1:] in DASHES and last[-2:-1].isalnum()


def is_cut(last: str, following: str, written: Collection[str]) -> bool:
    """Return whether the dash that ends a line only cuts a word, and is none of its letters; the arguments
    are those of ``keeps_hyphen``."""
    may_cut = last[-1:] in HYPHENS and last[-2:-1].isalpha() and following[:1].islower()
    return may_cut and not keeps_hyphen(last, following, written)


def keeps_hyphen(last: str, following: str, written: Collection[str]) -> bool:
    """Return whether the hyphen that ends a line is one of the word's own, given the text of the line, that
    of the next, and the words (in lower case) that the page writes elsewhere."""
    before, after = LAST_WORD.search(last), FIRST_WORD.match(following)
    if not before or not after:
        return False
    first, second = before[1], after[0]
    # A hyphen in an address is never one that a line break set.
    if ADDRESS.search(first + second):
        return True
    # Before a figure, as in COVID-19, nothing is cut.
    if not (rest := LETTERS.match(second)):
        return True
    return _is_compound(first, (LETTERS.findall(first) or [""])[-1].lower(), rest[0].lower(), written)


def _is_compound(first: str, syllable: str, end: str, written: Collection[str]) -> bool:
    """Return whether a hyphen belongs between the last letters of a word and the first of the next line."""
    # The page itself knows best: how it writes the word in the middle of a line decides before any list.
    if f"{syllable}-{end}" in written:
        return True
    if syllable + end in written:
        return False
    chained = "-" in first.strip("-")  # AB-X200, state-of-the-
    return chained or len(syllable) <= LONGEST_LETTER or syllable in FIRST_PARTS or end in SECOND_PARTS
