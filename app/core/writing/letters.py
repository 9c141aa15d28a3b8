"""Letters made alike: what one word may be written with in several ways is written in one."""

from __future__ import annotations

import unicodedata

from app.core.process.patterns import defer_regex

_DROPPED = dict.fromkeys(
    letter
    for first, last in (
        (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFEFF, 0xFEFF),  # nothing seen
        (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6DC),  # Arabic vowels
        (0x6DF, 0x6E8), (0x6EA, 0x6ED),
        (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5), (0x5C7, 0x5C7),  # Hebrew vowels
        (0x93C, 0x93C), (0x9BC, 0x9BC),  # the dot below letters of India
    )
    for letter in range(first, last + 1)
)  # fmt: skip
_SAME = str.maketrans(
    # Forms of alef, yeh, kaf and heh; yo; chandrabindu; sigma at a word's end.
    "أإآٱىیئؤکۀہёँς",
    "اااايييوكههеंσ",
)
_ALIKE = str.maketrans(
    {"ة": "ه", "ı": "i", "đ": "d", "ð": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)
_ACCENTED = defer_regex("(?<=[a-zıα-ωа-я])[\u0300-\u036f]+")
_SHORT_I = "и\u0306"
_DIGIT = defer_regex(r"(?![0-9])\d")

WORD = (
    # A letter or digit and the marks on it, and whole the scripts of India, whose vowels are marks.
    "(?:[^\\W_]|[\u0900-\u0963\u0966-\u0dff])"
    "(?:[^\\W_]|[\u0300-\u036f\u0483-\u0487\u0711\u0730-\u074a\u0900-\u0963\u0966-\u0dff\u0f71-\u0f84])*"
)
"""A pattern for a run of letters and digits with their marks."""

_WORD = defer_regex(WORD)


def fold_letters(text: str) -> str:
    """Return the text in small letters, one form of each: full width as half width, ß as ss, ё as е, ς as σ,
    alef without hamza, digits of every script as 0 to 9, without the vowels of Arabic and Hebrew. Accents
    stay, in their composed form."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i")
    folded = unicodedata.normalize("NFC", folded.translate(_DROPPED).translate(_SAME))
    return _DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), folded)


def without_accents(word: str) -> str:
    """Return a folded word without the accents of Latin, Greek and Cyrillic letters, and with the letters
    made alike that a stemmer tells apart (ı, ø, teh marbuta); й stays."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word.translate(_ALIKE)).replace(_SHORT_I, "\0")
    return unicodedata.normalize("NFC", _ACCENTED.sub("", apart).replace("\0", _SHORT_I))


def split_words(text: str) -> list[str]:
    """Return runs of letters and digits with their marks, in order."""
    return _WORD.findall(text)
