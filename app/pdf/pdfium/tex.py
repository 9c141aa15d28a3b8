"""What TeX sets in its own way: mathematical fonts with codes of their own, and accents beside their letters.

A font that does not say what its codes mean comes out as letters. Only what it never means is put right: a
digit in the symbol font is no digit.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.core.process.patterns import defer_regex

SLASH = "\u0338"
"""Set before a relation, it negates it."""

SYMBOLS = dict(zip("01238;9hijkfgbcdepqrs", "′∞∈∋∀∅∃⟨⟩|‖{}⌊⌋⌈⌉√∐∇∫", strict=True)) | dict(
    zip("!#$%&,:<=>?@[]^_`almotuvwxyz456", f"→↓↔↗↘⇔¬ℜℑ⊤⊥ℵ∪⊎∧∨⊢⊣↕⇕≀⊔⊓⊑⊒§†‡△▽{SLASH}", strict=True)
)
EXTENSIONS = (
    dict(zip("PQRSTXYZpqrs", "∑∏∫∪∩∑∏∫√√√√", strict=True))
    | dict(zip("0123456789:;<=>@ABChino", "⎛⎞⎡⎤⎣⎦⎢⎥⎧⎫⎩⎭⎨⎬⎪⎝⎠⎜⎟[]{}", strict=True))
    | dict(zip("bcdefg", "ˆˆˆ˜˜˜", strict=True))
    | dict(zip(map(chr, range(0x10, 0x1E)), "()()[]⌊⌋⌈⌉{}⟨⟩", strict=True))
)
LETTERS = dict(zip("\"#$%&'!`:;?[]{|}", "εϑϖϱςϕωℓ.,⋆♭♯ıȷ℘", strict=True)) | dict(
    zip(map(chr, range(0x0B, 0x20)), "αβγδϵζηθικλμνξπρστυϕχ", strict=True)
)

FONTS = defer_regex(
    r"(?:^|\+)(?:(?P<symbols>CMB?SY|[tp]xsy|LMMathSymbols)|(?P<extensions>CMEX|[tp]xex|LMMathExtension)"
    r"|(?P<letters>CMMIB?|LMMathItalic))\d*(?:-Regular)?$"
)
MEANINGS = {"symbols": SYMBOLS, "extensions": EXTENSIONS, "letters": LETTERS}


@lru_cache(maxsize=256)
def meanings(font: str) -> dict[str, str]:
    """Return what stands for what in the font of this name; empty for all but TeX's mathematical ones."""
    found = FONTS.search(font)
    return MEANINGS[found.lastgroup or ""] if found else {}


COMBINING = dict(
    zip("¨´ˆ˜ˇ˚˘¯˝¸˙", "\u0308\u0301\u0302\u0303\u030c\u030a\u0306\u0304\u030b\u0327\u0307", strict=True)
) | {SLASH: SLASH}
MATHEMATICAL = "ˆ˜¯˙"
"""Stand over any letter; the others are also apostrophes and degrees."""

LETTER = r"[^\W\d_]"
ACCENTED = defer_regex(rf"(?<![/.:])({LETTER}?)([{''.join(COMBINING)}])({LETTER}?)")  # in an address: a tilde
NEGATED = defer_regex(f"{SLASH}([^\\w\\s])")
GREEK = defer_regex("[α-ωΑ-Ω]")
DOTLESS = {"\u0131": "i", "\u0237": "j"}


def compose_accents(text: str) -> str:
    """Return the text with accents on their letters: TeX sets them before those of words, and mathematics
    behind theirs. A letter that has a form of its own with the accent takes it first."""
    if text.isascii():
        return text
    text = NEGATED.sub(lambda found: unicodedata.normalize("NFC", found[1] + SLASH), text)
    return ACCENTED.sub(_put_accent, text)


def _put_accent(found: re.Match[str]) -> str:
    before, accent, after = found.groups()
    one = _compose(after, accent)
    if len(one) == 1 and after:
        return before + one
    if accent not in MATHEMATICAL and not GREEK.match(before or after):
        return found[0]
    return _compose(before, accent) + after if before else one if after else accent


def _compose(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + COMBINING[accent])
