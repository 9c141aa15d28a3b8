"""Whether a quote parts a number from what belongs to it: a bound, a sign, the rest of it, its unit."""

from __future__ import annotations

from collections.abc import Sequence

from app.ask.proof.cut_away import DASHES, LIGHT_WORDS, WORD_END, Quote, Side, is_cut, join_words
from app.ask.proof.turning import bare_word, is_number
from app.ask.proof.turning_words import (
    EVERYWHERE,
    NUMERALS,
    UNSPACED_AFTER,
    UNSPACED_BEFORE,
    word_set,
)
from app.core.process.patterns import defer_regex

TAIL = 3
"""Last words of a quote among which a number is bound by what follows."""

UNSPACED_NEAR = 6
"""Characters of scripts without word spaces that count as near."""

LONGEST_PHRASE = 4
"""Words of a bound."""

LEADING_DIGITS = 3
"""Digits at most before the first gap of a number that is written in thousands, such as 1 250 or 999 000."""

_YEAR = defer_regex(r"(?:1[5-9]|20|21)\d\d")
_THOUSANDS = defer_regex(r"\d{3}(?:[.,]\d+)?\W*$")

_CONNECTING = word_set("""
    and or to through till und oder bis et ou à y o a e en of tot och eller nebo až lub i и или до ή
    έως in out von sur su z из
""")
"""Words between two numbers of a range."""


def cuts_number(quote: Quote, before: Side, behind: Side) -> bool:
    """Return whether a bound, sign or part of a number is cut away from it."""
    first, last = quote.word(quote.first), quote.word(quote.last - 1)
    if is_number(first) and _is_bound(quote, before.clause, first):
        return True
    if is_number(last) and WORD_END.search(last) and _goes_on(quote, behind.clause, last):
        return True
    # Not the last word alone: in "40 kg or more" the unit stands between the number and its bound.
    tail = [quote.word(at) for at in range(max(quote.first, quote.last - TAIL), quote.last)]
    if not any(map(is_number, tail)):
        return _is_bound_unspaced(quote, behind.clause)
    return _begins_with(
        behind.clause, [language.after for language in quote.languages], long=not is_number(last)
    ) or (_is_bound_unspaced(quote, behind.clause))


def _is_bound(quote: Quote, clause: Sequence[str], first: str) -> bool:
    if not clause:
        return False
    nearest = clause[0]
    if nearest in DASHES:
        return len(clause) > 1 and is_number(clause[1])
    # As the first word of its paragraph such a sign is a bullet: "- 12 pumps".
    if nearest.strip("\"'“‘([") in EVERYWHERE and quote.first - 1 != quote.head.first:
        return True
    if is_number(nearest) and _one_number(quote, quote.first, nearest, first):
        return True
    if bare_word(nearest) in _CONNECTING and len(clause) > 1 and is_number(clause[1]):
        return True
    phrases = [language.before for language in quote.languages]
    words = [bare_word(word) for word in clause[:LONGEST_PHRASE]][::-1]
    known = any(
        tuple(words[at:]) in each and not (at == len(words) - 1 and words[at] in _CONNECTING)
        for at in range(len(words))
        for each in phrases
    )
    return known or bool(UNSPACED_BEFORE.search(join_words(clause[:UNSPACED_NEAR][::-1])))


def _one_number(quote: Quote, second: int, one: str, other: str) -> bool:
    """Return whether two numbers side by side are one: 1 250, twenty five, 12 1/2."""
    if is_cut(one) or is_cut(other):
        return one[:1] in NUMERALS and other[:1] in NUMERALS
    digits = any(map(str.isdigit, one)), any(map(str.isdigit, other))
    # "1 250" is one number if no more than thousands follow; "2019 250" are two.
    if digits == (True, True):
        short = one.strip("([\"'$€£").isdigit() and len(one.strip("([\"'$€£")) <= LEADING_DIGITS
        return (short and bool(_THOUSANDS.match(other))) or "/" in other or not quote.text.apart(second)
    return True


def _goes_on(quote: Quote, clause: Sequence[str], last: str) -> bool:
    """Return whether a number that ends a quote goes on behind it."""
    if not clause:
        return False
    nearest = clause[0]
    if nearest.strip("\"'([.,;") in EVERYWHERE or nearest[:1] in "%‰½¼¾⅓⅔":
        return True
    if is_number(nearest) and _one_number(quote, quote.last, last, nearest):
        return True
    return bare_word(nearest) in _CONNECTING and len(clause) > 1 and is_number(clause[1])


def _begins_with(clause: Sequence[str], phrases: Sequence[frozenset[tuple[str, ...]]], *, long: bool) -> bool:
    words = [bare_word(word) for word in clause[:LONGEST_PHRASE]]
    return any(
        tuple(words[:count]) in each and not (count == 1 and (long or words[0] in _CONNECTING))
        for count in range(1, len(words) + 1)
        for each in phrases
    )


def _is_bound_unspaced(quote: Quote, clause: Sequence[str]) -> bool:
    said = join_words(
        [quote.word(at) for at in range(max(quote.first, quote.last - UNSPACED_NEAR), quote.last)]
    )
    return (
        any(character.isdigit() or character in NUMERALS for character in said)
        and bool(clause)
        and is_cut(clause[0])
        and bool(UNSPACED_AFTER.match(join_words(clause[:UNSPACED_NEAR])))
    )


def leaves_unit(quote: Quote, before: Side, behind: Side) -> bool:
    """Return whether a number and what it counts or measures are parted."""
    last = quote.word(quote.last - 1)
    cut = behind.clause[:1]
    if (
        is_number(last)
        and WORD_END.search(last)
        and cut
        and not is_cut(cut[0])
        and not _YEAR.fullmatch(bare_word(last))
    ):
        return bare_word(cut[0]) not in LIGHT_WORDS
    counted = before.clause[:1]
    # Scripts without word spaces have counters behind their numbers, which bounds look after.
    if not counted or is_cut(counted[0]) or is_cut(quote.word(quote.first)):
        return False
    first = bare_word(quote.word(quote.first))
    number = bare_word(counted[0])
    if is_number(number) and is_number(first):
        return True
    return is_number(number) and not _YEAR.fullmatch(number) and first not in LIGHT_WORDS
