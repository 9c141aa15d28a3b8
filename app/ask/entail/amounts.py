"""Numbers as they are compared: "1,200.50", "thirty-six", "XXXVI" and "1.2 million" by their values."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from itertools import product

from app.ask.entail.lexicon import said_words
from app.core.process.patterns import defer_regex

_GROUPED = defer_regex(r"\d{1,3}(?:([.,'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_DECIMAL_POINT = ("en", "")
_ROMAN = defer_regex(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}

_SCALE_WORDS = """
    2: hundred, hundert, honderd
    3: thousand, thousands, tausend, tsd, mille, mil, mila, duizend, tisíc, тысяч, тысячи
    3: тыс
    6: million, millions, mio, mn, mln, millionen, millón, millones, milione, milioni
    6: milhão, milhões, miljoen, milion, milionu, milionů, миллион, миллиона, миллионов, млн
    9: billion, billions, bn, mrd, milliarde, milliarden, milliard, milliards, miliardo, miliardi
    9: miljard, miliarda, miliardy, miliard, миллиард, миллиарда, миллиардов, млрд
    12: trillion, trillions, bio
"""

SCALES = {
    word: int(power)
    for power, _, words in (line.strip().partition(": ") for line in _SCALE_WORDS.strip().splitlines())
    for word in words.split(", ")
}
"""Words that multiply the number before them by a power of ten, and that power."""

ORDINAL = defer_regex(r"(\d+)(?:st|nd|rd|th|er|ème|e|º|ª|ste|de)")


def value(digits: str, language: str) -> str:
    """Return the value of a number in figures: what parts its thousands is told from its decimal mark."""
    grouped = _GROUPED.fullmatch(digits)
    if grouped:
        mark, rest = grouped[1], digits.replace(grouped[1], "")
        single = digits.count(mark) == 1 and not re.search(r"[.,]", rest)
        point = "." if language in _DECIMAL_POINT else ","
        # "1.200" alone is a decimal number in English and a thousand two hundred in German.
        if not (single and mark == point):
            return _plain(rest.replace(",", "."))
    if digits.count(".") + digits.count(",") > 1:
        return digits  # a date, a version, a section
    return _plain(digits.replace(",", "."))


def apply_scale(number: str, word: str) -> str:
    """Return a value multiplied by a scale word, such as million."""
    try:
        return _plain(str(Decimal(number).scaleb(SCALES[word])))
    except ArithmeticError:
        return number


def _plain(digits: str) -> str:
    try:
        found = format(Decimal(digits).normalize(), "f")
    except ArithmeticError:
        return digits
    return found


@cache
def number_words(language: str) -> dict[str, int]:
    """Number words of a language below a hundred, and some above."""
    words = said_words(language)
    small, tens = words.get("small", ()), words.get("tens", ())
    ones = dict(zip(small, range(1, 20), strict=False))
    found = ones | {word: 10 * n for n, word in enumerate(tens, 2)}
    found |= {word: int(n) for word, _, n in (each.partition(" = ") for each in words.get("number", ()))}
    for (ten, word), one in product([*enumerate(tens, 2)], [*ones][:9]):
        for form in _join_digits(word, one, language):
            found[form] = 10 * ten + ones[one]
    # "_" stands in the lists where a word means something else as well: "un", "uno", "secondo".
    found.pop("_", None)
    return found


def _join_digits(ten: str, one: str, language: str) -> list[str]:
    if "_" in (ten, one):
        return []
    if language == "de":
        # einundzwanzig: the one in front, without its s.
        return [f"{one.removesuffix('s') if one == 'eins' else one}und{ten}"]
    if language == "nl":
        # eenentwintig, but tweeëntwintig.
        return [f"{one}{'ën' if one.endswith('e') else 'en'}{ten}"]
    if language == "it":
        # ventuno and ventotto lose a vowel, ventitré gains an accent.
        return [f"{ten[:-1] if one[0] in 'uo' else ten}{'tré' if one == 'tre' else one}"]
    if language in ("es", "pt"):
        return [f"{ten} {'y' if language == 'es' else 'e'} {one}"]
    return [f"{ten.removesuffix('s') if '-' in ten else ten}-{one}", f"{ten} {one}"]


@cache
def ordinals(language: str) -> dict[str, int]:
    """Return the first ordinals of a language, in the forms that they take."""
    found: dict[str, int] = {}
    for n, word in enumerate(said_words(language).get("ordinal", ()), 1):
        forms = {word}
        if language == "de":
            forms |= {word + ending for ending in ("n", "r", "s", "m")}
        elif language in ("es", "it", "pt"):
            forms |= {word[:-1] + ending for ending in ("a", "i", "e", "os", "as")}
        elif language == "fr":
            forms |= {"première"} if n == 1 else set()
        found |= dict.fromkeys(forms, n)
    found.pop("_", None)
    return found


@lru_cache(4096)
def roman(word: str) -> int:
    """Return the value of a Roman numeral of two letters or more, in capitals; 0 if it is none."""
    # One letter is a pronoun, a grade or an initial more often than a number.
    if len(word) < 2 or not _ROMAN.fullmatch(word):
        return 0
    values = [_ROMAN_VALUES[letter] for letter in word]
    return sum(-one if one < next_ else one for one, next_ in zip(values, [*values[1:], 0], strict=True))
