"""The characters of a page as pdfium gives them, one for each place of its text, and what they show."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from array import array
from typing import Any

from app.core.process.patterns import defer_regex
from app.pdf.native.library import library
from app.pdf.pdfium.calls import address_of

MOST_CHARACTERS = 400_000
"""Of one page that are read: a page of the densest type holds 20,000, and memory has an end."""

HYPHENS = defer_regex("[\2\ufffe\u00ad]")
"""What pdfium puts for a hyphen that ends a line, and the soft hyphen, which shows where it is drawn."""

LAM_ALEF = defer_regex("[\u0622\u0623\u0625\u0627]\u0644")

RUN_TO_THE_LEFT = defer_regex(
    "[\u0591-\u05ea\u0610-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u074f\ufb1d-\ufdff\ufe70-\ufefc]{2,}"
)
"""Letters of scripts that run to the left, and their marks."""

NOTHING = "\0"
"""Stands for a character that shows nothing."""

SOFT_HYPHEN = "\u00ad"
SYMBOL_BULLETS = frozenset("\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf06e\uf071\uf0a8")  # of Symbol and Wingdings

BEYOND_UTF16 = defer_regex("[\U00010000-\U0010ffff]")
LIGATURES = defer_regex("[\ufb00-\ufb06]")  # ff fi fl ffi ffl st: other compatibility forms carry meaning
UNLIKE_ITS_LETTERS = defer_regex(f"[{NOTHING}{SOFT_HYPHEN}\ufb00-\ufb06]")


def letters_of(text: str) -> str:
    """The letters of a word; a soft hyphen shows only where it ends it."""
    if not UNLIKE_ITS_LETTERS.search(text):
        return text
    text = LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.replace(NOTHING, ""))
    shown = text.replace(SOFT_HYPHEN, "")
    return shown + "-" if shown and text.endswith(SOFT_HYPHEN) else shown


def raw_text(text_page: Any) -> str:
    """What pdfium says that the characters of a text page are, one for each.

    pdfium counts in UTF-16: a character beyond it is followed by ``NOTHING``.
    """
    from pypdfium2 import raw as pdfium

    count = min(max(pdfium.FPDFText_CountChars(text_page), 0), MOST_CHARACTERS)
    buffer = (ctypes.c_ushort * (count + 1))()
    units = memoryview(buffer).cast("B")
    if pdfium.FPDFText_GetText(text_page, 0, count, buffer) != count + 1:  # it leaves out what has no code
        found = _all_codes(text_page, count)
        units = memoryview(array("H", [min(code, 0xFFFD) for code in found])).cast("B")
    text = bytes(units[: 2 * count]).decode("utf-16-le", "surrogatepass")
    if len(text) < count:
        text = BEYOND_UTF16.sub(lambda found: found[0] + NOTHING, text)
    if LAM_ALEF.search(text):
        text = LAM_ALEF.sub(lambda found: _lam_alef(text_page, found), text)
    if RUN_TO_THE_LEFT.search(text):
        text = RUN_TO_THE_LEFT.sub(lambda found: _from_right(text_page, found), text)
    return HYPHENS.sub(lambda found: _hyphen(text_page, found.start()), text)


def _lam_alef(text_page: Any, found: re.Match[str]) -> str:
    """The two letters of a ligature in their order: pdfium turns them round with the rest of their word."""
    return found[0][::-1] if is_one_glyph(text_page, found.start()) else found[0]


def _from_right(text_page: Any, found: re.Match[str]) -> str:
    """Letters that run to the left in the order in which they are read: pdfium turns words round whichever
    way they were written. The letters of one glyph keep their order."""
    from pypdfium2 import raw as pdfium

    first, last = (_origin(text_page, place) for place in (found.start(), found.end() - 1))
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, found.start(), matrix)
    ahead = (last[0] - first[0]) * matrix.a + (last[1] - first[1]) * matrix.b
    if ahead <= 0:
        return found[0]
    glyphs: list[str] = []
    for place, letter in enumerate(found[0], start=found.start()):
        if glyphs and is_one_glyph(text_page, place - 1):
            glyphs[-1] += letter
        else:
            glyphs.append(letter)
    return "".join(reversed(glyphs))


def is_one_glyph(text_page: Any, place: int) -> bool:
    """Whether two letters are those of one glyph: they stand at one point."""
    return _origin(text_page, place) == _origin(text_page, place + 1)


def _origin(text_page: Any, place: int) -> tuple[float, float]:
    """Where a character's glyph is set, in the page's own points."""
    from pypdfium2 import raw as pdfium

    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, place, x, y)
    return x.value, y.value


def _all_codes(text_page: Any, count: int) -> array[int]:
    """What pdfium says that each of the first characters of a text page is, asked one by one."""
    compiled = library()
    found = array("I", bytes(4 * count))
    compiled.words_codes(compiled.pdfium, address_of(text_page), count, found.buffer_info()[0])
    return found


def _hyphen(text_page: Any, place: int) -> str:
    from pypdfium2 import raw as pdfium

    return "-" if pdfium.FPDFText_IsHyphen(text_page, place) == 1 or _has_ink(text_page, place) else NOTHING


def _has_ink(text_page: Any, place: int) -> bool:
    """Whether a glyph that may be a soft hyphen is drawn."""
    from pypdfium2 import raw as pdfium

    if pdfium.FPDFText_GetUnicode(text_page, place) != ord(SOFT_HYPHEN):
        return False
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    found = pdfium.FPDFText_GetCharBox(text_page, place, left, right, bottom, top)
    return bool(found) and right.value > left.value and top.value > bottom.value


class _Shown(dict[int, str]):
    """What a code point shows, worked out once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            shown = "\ufffd"
        elif character.isspace() or character == "\u200b":
            shown = " "
        elif character in SYMBOL_BULLETS:
            shown = "•"
        elif unicodedata.category(character) in ("Cc", "Cf", "Cn") and character != SOFT_HYPHEN:
            shown = NOTHING
        else:
            shown = character
        self[code] = shown
        return shown


_SHOWN = _Shown()


def as_shown(text: str) -> str:
    """What characters show, one for each: a space for all that is white, ``NOTHING`` for what is not seen."""
    for character in set(text):
        if (shown := _SHOWN[ord(character)]) != character:
            text = text.replace(character, shown)
    return text
