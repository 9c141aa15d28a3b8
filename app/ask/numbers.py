"""The numbers that a text names, however they are written."""

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_MORE = "seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

VALUES = {word: n for n, word in enumerate(f"{_SMALL} {_MORE}".split())} | {
    word: 10 * n for n, word in enumerate(_TENS.split(), 2)
}
"""English number words up to ninety."""

_TEN = "|".join(_TENS.split())
_ONE = "|".join(_SMALL.split()[1:10])
_COMPOUND = re.compile(rf"\b({_TEN})[- ]({_ONE})\b")
_WORD = re.compile(r"[a-z]+")
_DIGITS = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")


def numbers(text: str) -> frozenset[str]:
    """The numbers in a text as plain digits: "1,200.50" is "1200.5", "thirty-six" is "36"."""
    lower = text.lower()
    found = {_plain(digits) for digits in _DIGITS.findall(lower)}
    found |= {str(VALUES[ten] + VALUES[one]) for ten, one in _COMPOUND.findall(lower)}
    return frozenset(found | {str(VALUES[word]) for word in _WORD.findall(lower) if word in VALUES})


def _plain(digits: str) -> str:
    whole = re.sub(r"[,'’\u00a0\u202f](?=\d{3}(?!\d))", "", digits).lstrip("0") or "0"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
