"""What reading does to letters, and a quote may put right or share: a closed table, and nothing beside it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import NamedTuple

from app.ask.proof.confusable_words import CONFUSABLE
from app.ask.proof.signs import ACCENTS, FEWEST_LETTERS, POINTS, TWINS, bare, is_mixed
from app.ask.proof.turning_words import (
    word_set,
)
from app.core.process.patterns import defer_regex

_PAIRS = frozenset(
    frozenset(pair)
    for pair in (
        ("m", "rn"),
        ("w", "vv"),
        ("d", "cl"),
        ("I", "l"),
        ("1", "l"),
        ("1", "I"),
        ("1", "i"),
        ("0", "o"),
        ("0", "O"),
        ("æ", "ae"),
        ("œ", "oe"),
        ("Æ", "AE"),
        ("Œ", "OE"),
        ("ß", "SS"),
        ("ẞ", "SS"),
        ("Æ", "Ae"),
        ("Œ", "Oe"),
    )
)
"""Letters that are taken for each other."""


_LIGATURES = word_set("æ œ Æ Œ ß ẞ")


_OTHER_IN_CAPITALS = word_set("us it who aids ai ms pm am id or in as is no on so at an me he she")
"""Words that are others in capitals."""

_OTHER_CAPITALISED = word_set("may march august polish turkey china")
"""Words that are others with a capital."""

_UNIT = defer_regex(
    r"[yzafpnuµmcdhkMGTPEZY]?(?:g|m|s|A|K|V|W|J|N|Pa|Hz|l|L|B|b|bit|Wh|eV|mol|cd|T|H|F|C|S|Bq|Sv|Gy|Ω)|k|M|G"
)
"""Units, most of which a capital makes another of."""

SURE_NAME = 8
"""Letters of a capitalised word from which on one letter makes no other name of it."""


class Pair(NamedTuple):
    """The same signs as they stand in the text and in a quote, and the words that they are of."""

    text: str
    quote: str
    text_word: str
    quote_word: str


def is_damage(pair: Pair, *, capitals: bool, apart: bool) -> bool:
    """Return whether two signs with one skeleton differ by damage alone.

    ``capitals`` if all of the text or all of the quote is in capitals, ``apart`` if accents stand alone in
    one of them: which letter they are of is then not asked.
    """
    one, other = pair.text, pair.quote
    forms = [(one, other), (_drop_accents(one), _drop_accents(other))] if apart else [(one, other)]
    return any(
        text == quote
        or _is_case(text, quote, pair, capitals=capitals)
        or _is_pointing(text, quote)
        or _looks_alike(text, quote, pair)
        for text, quote in forms
    )


def _looks_alike(text: str, quote: str, pair: Pair) -> bool:
    if frozenset((text, quote)) in _PAIRS:
        return bool({text, quote} & _LIGATURES) or is_no_other_word(pair.text_word, pair.quote_word)
    return _latin(text, pair.text_word) == _latin(quote, pair.quote_word)


def _drop_accents(text: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", text) if not _is_accent(part)).replace(
        "ı", "i"
    )


def _is_accent(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"


def are_apart(asides: str) -> bool:
    """Return whether there is an accent that stands alone among signs, or what may be one."""
    return any(sign in ACCENTS or _is_accent(sign) or sign == UNKNOWN for sign in asides)


def _latin(text: str, word: str) -> str:
    return "".join(TWINS.get(c, c) for c in text) if is_mixed(word) else text


def _is_pointing(one: str, other: str) -> bool:
    """Return whether one of them has no vowels and the other the same letters."""
    return POINTS.sub("", one) == POINTS.sub("", other) and (
        one == POINTS.sub("", one) or other == POINTS.sub("", other)
    )


def _is_case(one: str, other: str, pair: Pair, *, capitals: bool) -> bool:
    lower, upper = (one, other) if other.isupper() else (other, one)
    if not (upper.isupper() and lower.islower()):
        return False
    same = lower.upper() == upper or upper.lower() == lower or upper.casefold() == lower.casefold()
    # Greek capitals drop their accents: Όμιλος is ΟΜΙΛΟΣ.
    if not same and capitals and is_greek(lower):
        same = bare(lower).upper() == bare(upper)
    # Turkish: neither upper() nor casefold() joins these, which other languages take for one letter.
    if not same and {lower, upper} in ({"ı", "I"}, {"i", "İ"}):
        same = True
    return same and (capitals or not _is_other_by_case(pair.text_word, pair.quote_word))


def is_greek(text: str) -> bool:
    """Return whether a text is Greek, whose capitals have no accents."""
    return any("\u0370" <= character <= "\u03ff" or "\u1f00" <= character <= "\u1fff" for character in text)


def _is_other_by_case(one: str, other: str) -> bool:
    """Return whether a word is another one, or another unit, in capitals."""
    here, there = _only_letters(one), _only_letters(other)
    if here.lower() in _OTHER_CAPITALISED:
        return True
    if here.lower() in _OTHER_IN_CAPITALS:
        return here.isupper() != there.isupper()
    return bool(_UNIT.fullmatch(here) and _UNIT.fullmatch(there))


def _only_letters(word: str) -> str:
    return "".join(filter(str.isalpha, word))


def have_same_accents(one: str, other: str) -> bool:
    """Return whether two texts have the same accents, drawn apart or not; a quotation mark may look like
    one, and what a file does not tell may be one."""
    left, right = _marks(one), _marks(other)
    # Counted, not in order: where accents are drawn apart they come before or behind their letters.
    differing = ((left - right) + (right - left)).total()
    return differing <= sum(sign in _LIKE_QUOTES or sign == UNKNOWN for sign in one + other)


def have_same_points(one: str, other: str) -> bool:
    """Return whether two texts have the same vowel points, or one has none."""
    left, right = "".join(POINTS.findall(one)), "".join(POINTS.findall(other))
    return not left or not right or left == right


def _marks(text: str) -> Counter[str]:
    composed = "".join(ACCENTS.get(each, each) for each in unicodedata.normalize("NFD", text))
    return Counter(each for each in composed if _is_accent(each) and each != _DOT)


UNKNOWN = "\ufffd"
"""A character whose meaning the file does not tell."""

_DOT = "\u0307"
"""Of a Turkish capital I."""

_LIKE_QUOTES = "´`"


def is_no_other_word(one: str, other: str) -> bool:
    """Return whether letters that look alike make no other word or name of a word."""
    bare = _only_letters(one), _only_letters(other)
    figures = any(map(str.isdigit, one + other))
    # Of a short word one letter is much, and most that it could be are words; a capital I is told from an l
    # by no reader.
    if min(map(len, bare)) < FEWEST_LETTERS - figures and "I" not in one + other:
        return False
    # "modem" and "modern" look alike and are both words: such a quote says something else.
    if frozenset(map(str.lower, bare)) in CONFUSABLE or frozenset(bare) in (
        {"AI", "Al"},
        {"ln", "In"},
        {"III", "Ill"},
    ):
        return False
    # At the beginning "cl" and "d" make more pairs of words than can be listed: clear and dear.
    if bare[0][:1].lower() != bare[1][:1].lower() and {bare[0][:1].lower(), bare[1][:1].lower()} == {
        "c",
        "d",
    }:
        return False
    # A short name with one other letter is another person or place; of a long one it is misreading.
    name = bare[0][:1].isupper() and "I" not in (bare[0] + bare[1])
    return not name or min(map(len, bare)) >= SURE_NAME
