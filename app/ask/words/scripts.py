"""The script that a text is written in, and with it its language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from app.core.writing.languages import tell_languages

SCRIPTS = {
    "LATIN": ("de", "en", "es", "ro", "tr", "vi"), "CYRILLIC": ("ru",), "GREEK": ("el",), "ARABIC": ("ar",),
    "DEVANAGARI": ("hi",), "CJK": ("zh",), "HIRAGANA": ("zh",), "KATAKANA": ("zh",), "THAI": ("th",),
}  # fmt: skip
"""Twelve widespread languages by their scripts, which are told by the first word of their letters' names in
Unicode."""

KANA = ("HIRAGANA", "KATAKANA")

LOOKED_AT = 1000
"""Characters of a text that tell its language."""

ENOUGH_FOR_SCRIPT = 100
"""Characters of a text that tell its script: mixed texts name things of another script in passing."""


def main_script(text: str) -> str:
    """Return the script that most letters of a text's beginning are of, "" if it has none."""
    return _most_used(_count_scripts(text[:ENOUGH_FOR_SCRIPT]))


@lru_cache(256)
def tell_script_and_language(text: str) -> tuple[str, str]:
    """Return the script that most letters of a text are of, as in ``SCRIPTS``, and the language (ISO 639-1):
    "" where it is not told."""
    looked_at = text[:LOOKED_AT]
    scripts = _count_scripts(looked_at)
    if not scripts:
        return "", ""
    script = _most_used(scripts)
    alone = SCRIPTS.get(script, ())
    # Chinese letters among kana are Japanese, which none of the twelve languages is.
    usual = alone[0] if len(alone) == 1 and not any(each in scripts for each in KANA) else ""
    return script, tell_languages(looked_at).of_script(script.lower()) or usual


def _count_scripts(text: str) -> Counter[str]:
    """Return how many letters of a text each script has."""
    return Counter(map(_script, filter(str.isalpha, text)))


def _most_used(scripts: Counter[str]) -> str:
    return max(scripts, key=lambda each: scripts[each], default="")


@lru_cache(1 << 12)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]
