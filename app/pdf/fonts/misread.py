"""Letters that pdfium takes for others, though the font says which they are: its codes lead to glyphs that
have other names, or its map to Unicode is written in a way that pdfium does not read."""

from __future__ import annotations

import ctypes
import re
import threading
import zlib
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from app.core.process.patterns import defer_regex
from app.pdf.alone import OutOfTime, limit_computing, page_alone
from app.pdf.fonts.dictionaries import DeclaredFont, declared_fonts
from app.pdf.fonts.truetype import letters_by_code
from app.pdf.pdfium.calls import text_calls

DOUBTFUL = defer_regex(
    r"[^\x00-\x7f“”‘’–—•…©®°§]"
    r"|(?<=[^\W\d_])[!\"#$%&*+<=>?@\\^`{|}~]+(?=[^\W\d_])"
    r"|[!-/:-@\[-`{-~]{4,}"
    r"|[\1\3-\10\16-\37]"
)
"""What may stand for another letter: one that is not ASCII, a sign between letters, words of signs."""

LARGEST_FONT = 3_000_000
"""Bytes of an embedded font that is looked into."""

SECONDS = 1.0
"""Of computing in which the fonts of a page are read from its file."""

MISREAD = 0.5
"""Share of a font's letters on a page that its map does not know as text: beyond, pdfium did not read it."""


LIGATURES = dict(zip(("ff", "fi", "fl", "ffi", "ffl"), "ﬀﬁﬂﬃﬄ", strict=True))
"""Texts of one code that are one letter: each place of the text holds one."""

CODED_NAME = defer_regex(r"G(?P<hex>[0-9A-Fa-f]{2})|[cC](?P<decimal>\d{2,4})")
"""A name that some programs make of a letter's code: G41 and c65 are an A."""


TEX = defer_regex(r"(?:^|\+)(?:CM|LM|MS[AB]M|EU[FRS]|ST|[prt]+x)", re.IGNORECASE)
"""Fonts of formulas, whose codes pdfium gives where they name no letter: ``tex.py`` knows what they mean."""

_Key = tuple[int, str]
"""Of a font: the digest of its file, and its name without the tag of its subset."""

_KNOWN: WeakKeyDictionary[Any, dict[_Key, DeclaredFont | None]] = WeakKeyDictionary()
"""The fonts of open documents that were read before: their pages share them."""


class PageFonts:
    """The fonts of a page of an open pypdfium2 document; ``number`` is the page's, from 1."""

    def __init__(self, document: Any, number: int) -> None:
        self._document = document
        self._number = number

    def may_misread(self, font: int, letters: set[str]) -> bool:
        """Return whether a font, by its address, shows another glyph for one of these letters, or one of
        them is a code."""
        shown = letters_by_code_of(font_file(font))
        if any(shown.get(_macintosh_code(letter), letter) != letter for letter in letters):
            return True
        # Only now the font's name: to ask pdfium for it is dearer than to look at the letters.
        return min(letters) < " " and not TEX.search(text_calls().font(font)[0])

    def corrections(self, font: int, letters: set[str]) -> dict[str, str]:
        """Return what the letters of a font, as pdfium gives them, are, as far as they are others;
        ``letters`` are those that the page shows in it."""
        file = font_file(font)
        name, _ = text_calls().font(font)
        declared = self._declared_font((zlib.crc32(file) if file else 0, _without_tag(name)))
        if declared is None:
            return {}
        # A map to Unicode says what is meant; names of glyphs and the font's own tables say only what is
        # drawn.
        if declared.meanings:
            return _letters_of_map(declared, letters)
        if declared.differences:
            return _letters_of_names(declared.differences)
        return _letters_without_encoding(letters_by_code_of(file)) if declared.codec == "" else {}

    def _declared_font(self, key: _Key) -> DeclaredFont | None:
        """What the PDF says of a font; ``None`` where its page cannot be read so."""
        known = _KNOWN.setdefault(self._document, {})
        if key not in known:
            # Before it is read: a file that cannot be read is not tried again for each of its fonts.
            known[key] = None
            known.update(((font.digest, _without_tag(font.name)), font) for font in self._read_declared())
        return known[key]

    def _read_declared(self) -> list[DeclaredFont]:
        if threading.current_thread() is not threading.main_thread():
            return []  # only there can it be stopped
        try:
            with limit_computing(SECONDS):
                return declared_fonts(page_alone(self._document, self._number))
        except (OutOfTime, Exception, MemoryError):  # then pdfium's letters are all there is
            return []


def _letters_of_map(declared: DeclaredFont, letters: set[str]) -> dict[str, str]:
    """What a map to Unicode means that pdfium did not read: then its letters are codes."""
    meanings = declared.meanings or {}
    texts = set("".join(meanings.values()))
    seen = letters - {" "}
    # pdfium has read the map: what it gives are texts of it.
    if sum(letter not in texts for letter in seen) <= MISREAD * len(seen):
        return {}
    codec = "mac_roman" if declared.codec == "" else declared.codec or "cp1252"
    found = {}
    for code, text in meanings.items():
        # What pdfium gives for a code without a meaning: its letter in the font's encoding.
        letter = bytes([code]).decode(codec, "replace") if code < 256 else chr(min(code, 0xFFFF))
        found[letter] = LIGATURES.get(text, text[:1])
    return found


def _without_tag(name: str) -> str:
    """The name of a font without the six letters that tell its subset."""
    return name.rpartition("+")[2]


def _letters_of_names(differences: dict[int, str]) -> dict[str, str]:
    """What glyphs show whose names pdfium does not know: it takes their codes for letters."""
    letters = {code: letter for code, name in differences.items() if (letter := letter_of_name(name))}
    return {chr(code): letter for code, letter in letters.items() if chr(code) != letter}


def letter_of_name(name: str) -> str:
    """Return the letter of a glyph whose name is in no list: a code, or letters of a list joined by low
    lines; "" where its name is known, or says nothing."""
    if found := CODED_NAME.fullmatch(name):
        code = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
        # The codes of Latin-1 that are letters or signs: the others control, or are a blank.
        return chr(code) if 32 < code < 127 or 160 < code < 256 else ""
    if "_" not in name:
        return ""
    from pdfminer.encodingdb import name2unicode

    try:
        text = "".join(map(name2unicode, name.partition(".")[0].split("_")))
    except (KeyError, ValueError):
        return ""
    return LIGATURES.get(text, "")


def _letters_without_encoding(by_code: dict[int, str]) -> dict[str, str]:
    """What the glyphs of a font without an encoding show: pdfium takes its codes for the Macintosh's."""
    # ASCII is the same in both.
    pairs = ((bytes([code]).decode("mac_roman"), letter) for code, letter in by_code.items() if code >= 128)
    return {taken: letter for taken, letter in pairs if taken != letter}


def _macintosh_code(letter: str) -> int:
    try:
        return letter.encode("mac_roman")[0]
    except UnicodeEncodeError:
        return -1


@lru_cache(maxsize=64)
def letters_by_code_of(font: bytes) -> dict[int, str]:
    """Return what each code of a font's file shows, worked out once."""
    return letters_by_code(font)


def font_file(font: int) -> bytes:
    """Return the file that is embedded for a font of pdfium's, by its address; empty where there is none, or
    where it is large."""
    from pypdfium2 import raw as pdfium

    handle = ctypes.cast(ctypes.c_void_p(font), pdfium.FPDF_FONT)
    length = ctypes.c_size_t()
    # A font of the system shows what its name says.
    if not font or not pdfium.FPDFFont_GetIsEmbedded(handle):
        return b""
    if not pdfium.FPDFFont_GetFontData(handle, None, 0, length) or length.value > LARGEST_FONT:
        return b""
    content = ctypes.create_string_buffer(length.value)
    data = ctypes.cast(content, ctypes.POINTER(ctypes.c_uint8))
    pdfium.FPDFFont_GetFontData(handle, data, length.value, length)
    return content.raw
