"""Words by the compiled library, the same as those of ``app.ingest.words``."""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from app.core.model import Box
from app.ingest import words
from app.ingest.calls import address_of
from app.ingest.frame import Frame
from app.ingest.native.library import Library, WordRules, frame_numbers, library
from app.ingest.styles import FILL_THEN_STROKE, NOT_PAINTED, Style, font_of
from app.ingest.tex import COMBINING, composed, meanings
from app.ingest.words import SAMPLED, UNLIKE_ITS_LETTERS, PlacedWord, Ruling, as_shown, raw_text, spelled

RULES = WordRules(
    tallest=words.TALLEST,
    ascent=words.ASCENT,
    descent=words.DESCENT,
    touching=words.TOUCHING,
    overlap=words.OVERLAP,
    shared_row=words.SHARED_ROW,
    level=words.LEVEL,
    widest=words.WIDEST,
    space=words.SPACE,
    spread=words.SPREAD,
    smaller=words.SMALLER,
    raised=words.RAISED,
    accents="".join(COMBINING),
)
WORD = struct.Struct("@4i4d")
STYLE = struct.Struct("@dP4i")

Part = tuple[Any, ...]
"""Start, end, style, whether it joins the one before, and the sides."""


def read_words(text_page: Any, frame: Frame, rulings: Sequence[Ruling]) -> list[PlacedWord]:
    """What ``app.ingest.words.read_words`` gives. The library must be there."""
    compiled = library()
    assert compiled
    found = compiled.words_begin(compiled.pdfium, address_of(text_page), frame_numbers(frame), RULES)
    if not found:
        raise MemoryError
    try:
        return _Reading(compiled, found).words(raw_text(text_page), rulings)
    finally:
        compiled.words_free(found)


class _Reading:
    def __init__(self, compiled: Library, words: Any) -> None:
        self._compiled = compiled
        self._words = words
        self._fonts: dict[int | None, tuple[str, bool]] = {}

    def words(self, raw: str, rulings: Sequence[Ruling]) -> list[PlacedWord]:
        shown = as_shown(self._meant(raw))
        lines = array("d", chain.from_iterable(rulings))
        address, _ = lines.buffer_info()
        _done(self._compiled.words_read(self._words, _codes(shown), len(shown), address, len(rulings)))
        parts = list(self._found("words", WORD, self._words[0].word_count))
        texts = [shown[part[0] : part[1]] for part in parts]
        if UNLIKE_ITS_LETTERS.search(shown):
            texts = list(map(spelled, texts))
        if self._words[0].joins:
            parts, texts = _joined(parts, texts)
        if self._words[0].accents:
            texts = list(map(composed, texts))
        styles = self._styles()
        new = tuple.__new__  # what a named tuple calls, in Python, for each one
        return [
            new(PlacedWord, (text, new(Box, (x0, top, x1, bottom)), styles[style], order))
            for order, (text, (_, _, style, _, x0, top, x1, bottom)) in enumerate(
                zip(texts, parts, strict=True)
            )
        ]

    def _meant(self, raw: str) -> str:
        """The text with what the letters of TeX's mathematical fonts stand for."""
        _done(self._compiled.words_sample(self._words, _codes(raw), len(raw), SAMPLED))
        if not any(meanings(style.font) for style in self._styles()):
            return raw
        numbers = (ctypes.c_int32 * len(raw))()
        _done(self._compiled.words_styles(self._words, len(raw), numbers))
        meant = [meanings(style.font) for style in self._styles()]
        return "".join(
            [meant[number].get(letter, letter) for letter, number in zip(raw, numbers, strict=True)]
        )

    def _styles(self) -> list[Style]:
        found = self._found("styles", STYLE, self._words[0].style_count)
        return [self._style(*fields) for fields in found]

    def _style(self, size: float, font: int, mode: int, direction: int, slanted: int, _unused: int) -> Style:
        if font not in self._fonts:
            self._fonts[font] = font_of(font)
        name, bold = self._fonts[font]
        bold = bold or mode == FILL_THEN_STROKE
        return Style(size, bold, direction, bool(slanted), name, mode == NOT_PAINTED)

    def _found(self, field: str, form: struct.Struct, count: int) -> Iterator[tuple[Any, ...]]:
        address = getattr(self._words[0], field)
        return form.iter_unpack(ctypes.string_at(address, count * form.size) if count else b"")


def _joined(parts: list[Part], texts: list[str]) -> tuple[list[Part], list[str]]:
    """Each part that joins the word before it as one with that."""
    whole: list[Part] = []
    spelling: list[str] = []
    for part, text in zip(parts, texts, strict=True):
        if part[3]:
            whole[-1] = part
            spelling[-1] += text
        else:
            whole.append(part)
            spelling.append(text)
    return whole, spelling


def _codes(text: str) -> bytes:
    return text.encode("utf-32-le", "surrogatepass")


def _done(answer: int) -> None:
    if answer:
        raise MemoryError
