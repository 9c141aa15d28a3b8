"""What TeX sets in its own way: mathematical fonts with codes of their own, and accents before their letters.

A font that does not say what its codes mean comes out as letters. Only what it never means is put right: a
digit in the symbol font is no digit.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SYMBOLS = dict(zip("01238;9hijkfgbcdepqrs", "′∞∈∋∀∅∃⟨⟩|‖{}⌊⌋⌈⌉√∐∇∫", strict=True))
EXTENSIONS = dict(zip("PQRSTXYZpqrs", "∑∏∫∪∩∑∏∫√√√√", strict=True)) | dict(
    zip("0123456789:;<=>@ABChino", "⎛⎞⎡⎤⎣⎦⎢⎥⎧⎫⎩⎭⎨⎬⎪⎝⎠⎜⎟[]{}", strict=True)
)
LETTERS = dict(zip("\"#$%&'!", "εϑϖϱςϕω", strict=True)) | dict(
    zip(map(chr, range(0x0B, 0x20)), "αβγδϵζηθικλμνξπρστυϕχ", strict=True)
)

FONTS = re.compile(r"(?:^|\+)(CMSY|CMBSY|CMEX|CMMI|CMMIB)\d*$")
MEANINGS = {"CMSY": SYMBOLS, "CMBSY": SYMBOLS, "CMEX": EXTENSIONS, "CMMI": LETTERS, "CMMIB": LETTERS}


@lru_cache(maxsize=256)
def meanings(font: str) -> dict[str, str]:
    """What stands for what in the font of this name; empty for all but TeX's mathematical ones."""
    found = FONTS.search(font)
    return MEANINGS[found[1]] if found else {}


COMBINING = dict(
    zip("¨´ˆ˜ˇ˚˘¯˝¸", "\u0308\u0301\u0302\u0303\u030c\u030a\u0306\u0304\u030b\u0327", strict=True)
)
ACCENTED = re.compile(rf"(?<![/.:])([{''.join(COMBINING)}])([^\W\d_])")  # in an address it is a tilde
AFTER_GREEK = re.compile(rf"([α-ωΑ-Ω])([{''.join(COMBINING)}])")
DOTLESS = {"\u0131": "i", "\u0237": "j"}


def composed(text: str) -> str:
    """The text with accents on the letters that they stand before, where there is such a letter, and on the
    Greek ones that they stand after."""
    text = ACCENTED.sub(_accented, text)
    return AFTER_GREEK.sub(lambda found: found[1] + COMBINING[found[2]], text)


def _accented(found: re.Match[str]) -> str:
    accent, letter = found.groups()
    one = unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + COMBINING[accent])
    return one if len(one) == 1 or "α" <= letter.lower() <= "ω" else found[0]
