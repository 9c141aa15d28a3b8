"""Whether the text of an answer holds a known answer: its numbers, and enough of its words.

The rules are rough. Numbers agree within half a percent, or as they round to the known one's decimals, in
thousands, millions or percent alike and without their sign. Of the words of content a short answer needs
all, a longer one half; "yes" and "no" count where they are all of the answer. A list that is written as one,
``['a', 'b']``, needs all of its items.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from app.core.process.patterns import defer_regex

TOLERANCE = 0.005
"""Share by which two numbers may differ that are the same: a report rounds to three digits."""

FEW = 6
"""Words up to which all of an answer must be held."""

UNIT = 3
"""Words beside a number that only say its unit."""

LONG_SHARE = 0.5
"""Share of a longer answer's words that must be held."""

SCALES = (1.0, 1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9)
PERCENTS = (100.0, 0.01)
"""Factors between two ways to write one number; the latter where one of them has decimals."""

_SCALE_WORDS = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "millions": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "billions": 1e9, "bn": 1e9, "b": 1e9,
}  # fmt: skip
_NUMBER = defer_regex(
    r"(?<![\w.])[-−(]?\s?[$€£¥]?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>thousand|millions?|mn|billions?|bn|[kmb](?!\w))\b)?",
    re.IGNORECASE,
)
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_WORDLESS = """
    a an the of to in on at for and or by with from as is are was were be been it its this that these those
    has have had do does did not no yes their his her they we our which who what when where how than then also
    into over under per about there will would can could should may might
"""
_SAYS_NOTHING = frozenset(_WORDLESS.split())


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    decimals: int
    scale: float


def holds_all(answers: Sequence[str], text: str) -> bool:
    """Return whether a text holds all parts of a known answer."""
    return all(_holds(part, text) for answer in answers for part in _list_parts(answer))


def _list_parts(answer: str) -> list[str]:
    answer = answer.strip()
    if answer.startswith("[") and answer.endswith("]"):
        try:
            return [str(part) for part in ast.literal_eval(answer)]
        except (ValueError, SyntaxError):
            return [answer]
    return [answer]


def _holds(answer: str, text: str) -> bool:
    numbers, shown = _read_numbers(answer), _read_numbers(text)
    # Numbers first and all of them: an answer with a wrong one is wrong, whatever its words are.
    if not all(any(_are_same(number, other) for other in shown) for number in numbers):
        return False
    words = {_stem(word) for word in _read_words(answer)}
    if not words:
        said = _fold(answer).strip(" .")
        return said in re.findall(r"\w+", _fold(text)) if said in ("yes", "no") else bool(numbers)
    # "3.5 million euros" is held by "€3.5m": its unit may be written in any way.
    if numbers and len(words) <= UNIT:
        return True
    held = len(words & {_stem(word) for word in _read_words(text)})
    return held == len(words) if len(words) <= FEW else held >= LONG_SHARE * len(words)


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def _read_words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", _fold(text)) if word not in _SAYS_NOTHING]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= UNIT:
            return word[: -len(ending)]
    return word


def _read_numbers(text: str) -> list[_Number]:
    found = []
    for match in _NUMBER.finditer(_fold(text)):
        digits = match["digits"].replace(",", "")
        scale = _SCALE_WORDS.get((match["scale"] or "").lower(), 1.0)
        found.append(_Number(float(digits), len(digits.partition(".")[2]), scale))
    return found


def _are_same(known: _Number, shown: _Number) -> bool:
    exact = known.decimals or shown.decimals
    for scaled, factor in product({known.value, known.value * known.scale}, SCALES + PERCENTS * bool(exact)):
        for value in {shown.value * factor, shown.value * shown.scale * factor}:
            near = abs(scaled - value) <= TOLERANCE * abs(scaled)
            # Not of shares: 0.4 rounds to 0, and would agree with everything small.
            rounds = factor in SCALES and scaled >= 1
            if near or (rounds and round(value, known.decimals) == round(scaled, known.decimals)):
                return True
    return False
