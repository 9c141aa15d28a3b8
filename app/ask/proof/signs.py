"""Words as signs, and what is left of a sign when all that reading damages is taken away.

Where two skeletons differ, the words do. Where they agree, ``damage`` says whether the signs differ only by
what reading does.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from app.ask.proof.spelling import INVISIBLE, SAME_SIGNS, plain
from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced


class Sign(NamedTuple):
    """A letter, number or symbol of the word with this place; ``aside`` if reading may lose or gain it:
    punctuation, a hyphen, an accent that stands alone."""

    text: str
    skeleton: str
    word: int
    aside: bool = False


ACCENTS = {
    "´": "\u0301",
    "ˊ": "\u0301",
    "`": "\u0300",
    "ˋ": "\u0300",
    "¨": "\u0308",
    "^": "\u0302",
    "ˆ": "\u0302",
    "~": "\u0303",
    "˜": "\u0303",
    "¯": "\u0304",
    "ˉ": "\u0304",
    "˘": "\u0306",
    "˙": "\u0307",
    "˚": "\u030a",
    "˝": "\u030b",
    "ˇ": "\u030c",
    "¸": "\u0327",
    "˛": "\u0328",
}
"""Accents that stand alone, and the ones that combine."""

POINTS = defer_regex(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0655\u0657-\u065f\u0670]"
)
"""Vowels and the like of Arabic and Hebrew: most texts are written without."""

_STRETCH = "\u0640"
"""Arabic's: it makes a word longer, and says nothing."""

QUOTES = "\"'“”„‟‘’‚‛″′`´ʼ«»‹›「」『』《》〈〉"
MINUS = "−"
HYPHENS = "-‐‑‒–—―﹣－⁃"
STOPS = ".!;:。！；：｡"
SOFT = ",()[]{}（）［］【】、，·・*†‡¶•◦▪‣●○■□|_…\ufffd"

_NUMBER = defer_regex(r"[.,]?\d+(?:[.,:/'’]\d+)*")
_CHANGED = str.maketrans(dict.fromkeys(INVISIBLE, "") | SAME_SIGNS)
_OVERLAID = defer_regex("(\u0338)([=<>∈≡≤≥])")
"""A stroke in front of the sign that it goes through: "not equal"."""

_ENCLOSED = defer_regex(r"[\"'“‘]*([(\[])[$€£¥]?[-−]?[\d.,]+%?([)\]])[\"'”’.,;:!?]*")

_DIGIT_IN_WORD = defer_regex(r"[^\W\d_]+[01][^\W\d_]+")
"""A word with a figure for a letter: "c0mpany"."""

FEWEST_LETTERS = 4
"""Letters of a word with a figure, and of one in which letters are taken for others that look like them."""

_ALIKE = {
    "m": "rn",
    "w": "vv",
    "d": "cl",
    "i": "l",
    "0": "o",
    "1": "l",
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
    "ς": "σ",
}
"""What the skeleton has for letters that look like others."""

TWINS = dict(
    zip(
        "аеорсхуіјѕԁԛԝһАВЕКМНОРСТХІЈЅαονρικυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcxyijsdqwhABEKMHOPCTXIJSaovpikuABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters of other alphabets that look like Latin ones: such a word was read by eye."""

_WITH_NUMBERS = "~^*·・|_"
"""Signs that are none of reading's where numbers stand beside them."""


_LOST_TH = defer_regex(r"[T*](e|is|ese|ose|at|us|ere|eir|ey|em|en|ereby|erefore|rough)([.,;:]?)")
"""Words whose ligature of T and h is read as a T, or as the code that it has."""

_NO_LIGATURE = ("Ten", "Trough")
"""Such words as they are."""


class Signs:
    """Words as signs."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.signs: list[Sign] = []
        numbers = [any(map(str.isdigit, word)) for word in words]
        for place, word in enumerate(words):
            # A sign beside a number may change its value; beside words it is ink.
            near = any(numbers[max(0, place - 1) : place + 2])
            self.signs += (Sign(*sign[:2], place, sign[2]) for sign in _signs(word, near))

    @cached_property
    def skeleton(self) -> str:
        """What is left of all words without what reading damages."""
        return "".join(sign.skeleton for sign in self.signs)

    @cached_property
    def starts(self) -> list[int]:
        """Where each sign begins in the skeleton, and its length."""
        return list(accumulate((len(sign.skeleton) for sign in self.signs), initial=0))

    def at(self, place: int) -> int:
        """Return the sign that a place in the skeleton belongs to."""
        return bisect_right(self.starts, place) - 1

    def places(self, first: int, last: int) -> frozenset[int]:
        """Return where the signs of a half-open range begin in the skeleton, from the first one."""
        return frozenset(
            self.starts[n] - self.starts[first] for n in range(first, last) if not self.signs[n].aside
        )


_Cut = tuple[str, str, bool]


@lru_cache(maxsize=16384)
def _signs(word: str, near_number: bool) -> tuple[_Cut, ...]:
    if (found := _LOST_TH.fullmatch(word)) and word not in _NO_LIGATURE:
        word = f"Th{found[1]}{found[2]}"
    # Most words are, and no normalization changes them.
    if word.isascii():
        return tuple(_cut_word(word, near_number))
    # Files draw the stroke first; Unicode composes it with the sign before it only.
    overlaid = _OVERLAID.sub(r"\2\1", word)
    composed = "".join(map(plain, unicodedata.normalize("NFC", overlaid))).translate(_CHANGED)
    return tuple(_cut_word(composed, near_number))


def _cut_word(word: str, near_number: bool) -> Iterator[_Cut]:
    if not any(map(str.isdigit, word)) or _reads_as_word(word):
        alone = near_number and not any(map(str.isalpha, word))
        yield from _letters(word, bound=alone)
        return
    enclosed = bool(_ENCLOSED.fullmatch(word))
    at = 0
    for number in _NUMBER.finditer(word):
        yield from _letters(word[at : number.start()], bound=True, enclosed=enclosed, behind=at > 0)
        # Between marks that no text has: 12 must not be found inside 312 or 12.5.
        yield number[0], f"\x01{number[0]}\x02", False
        at = number.end()
    yield from _letters(word[at:], bound=True, enclosed=enclosed, behind=at > 0)


def _reads_as_word(word: str) -> bool:
    bare = word.strip(QUOTES + STOPS + SOFT + "?")
    letters = sum(map(str.isalpha, bare))
    return letters >= FEWEST_LETTERS and bool(_DIGIT_IN_WORD.fullmatch(bare)) and bare[1:].islower()


def _letters(text: str, *, bound: bool, enclosed: bool = False, behind: bool = False) -> Iterator[_Cut]:
    """Yield the signs of what is no number; ``bound`` if some belong to one, ``behind`` if it stands
    behind one."""
    mixed = is_mixed(text)
    for at, character in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if character == MINUS:
            yield "-", "-", False
        elif character in HYPHENS:
            inner = after.isalpha() and (before.isalpha() or (behind and at == 0))
            # In a word a hyphen may be the end of a line; before a number it is a minus.
            loose = inner or not bound
            yield "-", "" if loose else "-", loose
        elif (character in "()[]" and enclosed) or (character in _WITH_NUMBERS and bound):
            yield character, character, False
        elif _is_aside(character):
            yield character, "", True
        else:
            yield character, _skeleton(TWINS.get(character, character) if mixed else character), False


def _is_aside(character: str) -> bool:
    loose = QUOTES + STOPS + SOFT + _STRETCH
    return character in loose or character in ACCENTS or not _skeleton(character)


def is_mixed(word: str) -> bool:
    """Return whether a word has Latin letters and others that look like such."""
    return not word.isascii() and any("a" <= c.lower() <= "z" for c in word) and any(c in TWINS for c in word)


@lru_cache(maxsize=8192)
def _skeleton(character: str) -> str:
    if is_unspaced(character):
        return unicodedata.normalize("NFKC", character)
    # A capital I looks like an l, and so do the i's of Turkish, of which it is a case.
    if character in "ıİI":
        return "l"
    return "".join(_ALIKE.get(each, each) for each in bare(character).casefold())


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """Return the letters without accents, vowels and the like."""
    parts = unicodedata.normalize("NFD", text)
    return POINTS.sub("", "".join(part for part in parts if not "\u0300" <= part <= "\u036f"))
