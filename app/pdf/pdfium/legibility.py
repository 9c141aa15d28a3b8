"""How much of a page's text could be read: what was cut, stands beside the page, or has no known meaning."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from app.core.process.patterns import defer_regex
from app.pdf.pdfium.calls import address_of, text_calls
from app.pdf.pdfium.characters import MOST_CHARACTERS, SYMBOL_BULLETS
from app.pdf.verdict import percent

UNKNOWN = defer_regex("[\ufffd\ue000-\uf8ff\0\1\3-\x08\x0e-\x1f]")
"""Replacement characters, private use and control codes; 2 stands for a hyphen."""

SAMPLES = 64
"""Characters that are asked for a mapping to Unicode: each answer costs as much as reading ten characters."""

MOSTLY = 0.5
"""Of the samples: a page with fewer unmapped ones sets symbols, whose codes are what they mean as a rule."""

UNREADABLE_NOTE = 0.05
"""Share from which a person is told: a page of formulas has less."""

UNREADABLE = 0.5
"""Share from which the page is not taken to be read."""

COMMON_WORDS = """
    the of and to in is for that with on are by as be this or from at not an it was
    de la le les et des du en un une que pour par dans est sur el los las del con por se
    di il che della per non sono dei der die das und von den zu mit ist im auf dem ein eine
    van het een voor niet te aan os da do em para não uma com na nie się jest och att som på og til det
"""
COMMONEST = frozenset(COMMON_WORDS.split())
"""The commonest words of languages in Latin script: they make up a quarter or more of running text."""

COMMON_SHARE, FEWEST_COMMON = 0.06, 8
"""Share of the words, and number of them, that are such where the codes of letters are the letters, whatever
their fonts say; in text of other codes hardly any happens to be one."""

FEW = 20
"""Characters beside the page or unpainted that are not worth a word: crop marks, file names."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """Of a page's characters other than white space: how many there are, how many were ``cut`` for their
    number and how many stand ``beside`` the page; ``unreadable`` is a share, 0–1."""

    characters: int = 0
    cut: int = 0
    beside: int = 0
    unreadable: float = 0.0

    def notes(self) -> list[str]:
        """What a person is to know, a sentence each."""
        found = []
        if self.cut:
            found.append(
                f"The page was cut: {self.cut:,} of its {self.characters:,} characters were not read."
            )
        if self.beside >= FEW:
            found.append(f"{self.beside:,} characters stand beside the visible page and were left out.")
        if self.unreadable >= UNREADABLE_NOTE:
            share = percent(self.unreadable)
            found.append(f"{share} of the characters cannot be read: their font does not say what they mean.")
        return found


def read_legibility(text_page: Any, page: Any, corrected: int = 0) -> Legibility:
    """The legibility of a pdfium text page of this page; ``corrected`` of its letters were read in another
    way."""
    from pypdfium2 import raw as pdfium

    count = max(pdfium.FPDFText_CountChars(text_page), 0)
    read = min(count, MOST_CHARACTERS)
    if not read:
        return Legibility()
    buffer = (ctypes.c_ushort * (read + 1))()
    given = max(pdfium.FPDFText_GetText(text_page, 0, read, buffer) - 1, 0)
    text = _decode(buffer, given)
    seen, codeless = _letters(text), read - given  # what has no code at all is not given
    unknown = sum(found not in SYMBOL_BULLETS for found in UNKNOWN.findall(text)) + codeless
    all_letters = max(1, seen + codeless)
    # A font may lack a map though its codes are the letters: then the text itself reads as a language.
    unmapped = 0.0 if _is_language(text) else _unmapped_share(text_page, read)
    unreadable = max(unknown / all_letters, unmapped)
    return Legibility(
        characters=count,
        cut=count - read,
        beside=max(0, seen - _visible_letters(text_page, page, read)) if count == read else 0,
        unreadable=round(min(1.0, max(0.0, unreadable - corrected / all_letters)), 4),
    )


def _is_language(text: str) -> bool:
    """Whether text is made of words of a language, as far as its commonest words tell."""
    words = text.casefold().split()
    common = sum(map(COMMONEST.__contains__, words))
    return common >= max(FEWEST_COMMON, COMMON_SHARE * len(words))


def _decode(buffer: Any, length: int) -> str:
    return bytes(memoryview(buffer).cast("B"))[: 2 * length].decode("utf-16-le", "replace")


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _visible_letters(text_page: Any, page: Any, most: int) -> int:
    """The letters that stand on the visible page."""
    from pypdfium2 import raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    sides = box.left, box.top, box.right, box.bottom
    buffer = (ctypes.c_ushort * (2 * most + 2))()
    given = pdfium.FPDFText_GetBoundedText(text_page, *sides, buffer, len(buffer))
    return _letters(_decode(buffer, given).rstrip("\0"))


def _unmapped_share(text_page: Any, count: int) -> float:
    """The share of characters that pdfium has no mapping for, 0 where it is less than ``MOSTLY``."""
    places = range(0, count, max(1, count // SAMPLES))
    # Spread over the page: fonts change from part to part of it.
    share = sum(text_calls().are_unmapped(address_of(text_page), places)) / len(places)
    return share if share >= MOSTLY else 0.0
