"""Words by the compiled library, the same as those of ``app.pdf.pdfium.words``."""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, pairwise, repeat
from typing import Any

from app.core.geometry import Box
from app.pdf.native.library import Library, WordRules, frame_numbers, library
from app.pdf.pdfium import words
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.styles import FILL_THEN_STROKE, NOT_PAINTED, Style, font_of
from app.pdf.pdfium.tex import COMBINING, composed, meanings
from app.pdf.pdfium.words import SAMPLED, UNLIKE_ITS_LETTERS, PlacedWord, Ruling, as_shown, raw_text, spelled

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

_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one."""


def read_words(text_page: Any, frame: Frame, rulings: Sequence[Ruling]) -> list[PlacedWord]:
    """What ``app.pdf.pdfium.words.read_words`` gives. The library must be there."""
    compiled = library()
    assert compiled
    found = compiled.words_begin(compiled.pdfium, address_of(text_page), frame_numbers(frame), RULES)
    if not found:
        raise MemoryError
    try:
        return _Reading(compiled, found).words(raw_text(text_page, _all_codes), rulings)
    finally:
        compiled.words_free(found)


class _Reading:
    def __init__(self, compiled: Library, words: Any) -> None:
        self._compiled = compiled
        self._words = words
        self._fonts: dict[int, tuple[str, bool]] = {}

    def words(self, raw: str, rulings: Sequence[Ruling]) -> list[PlacedWord]:
        shown = as_shown(self._meant(raw))
        lines = array("d", chain.from_iterable(rulings))
        address, _ = lines.buffer_info()
        _done(self._compiled.words_read(self._words, _codes(shown), len(shown), address, len(rulings)))
        if not self._words[0].word_count:
            return []
        # Columns all along: a loop over the words would take longer than pdfium and the library do.
        starts, ends, numbers, joins, *sides = zip(*self._found("words", WORD, "word_count"), strict=True)
        texts = list(map(shown.__getitem__, map(slice, starts, ends)))
        if UNLIKE_ITS_LETTERS.search(shown):
            texts = list(map(spelled, texts))
        boxes: Iterable[Box] = map(_NEW, repeat(Box), zip(*sides, strict=True))
        styles: Iterable[Style] = map(self._styles().__getitem__, numbers)
        if self._words[0].joins:
            texts, boxes, styles = _joined(texts, boxes, styles, joins)
        if self._words[0].accents:
            texts = list(map(composed, texts))
        fields = zip(texts, boxes, styles, range(len(texts)), strict=True)
        return list(map(_NEW, repeat(PlacedWord), fields))

    def _meant(self, raw: str) -> str:
        """The text with what the letters of TeX's mathematical fonts stand for."""
        _done(self._compiled.words_sample(self._words, _codes(raw), len(raw), SAMPLED))
        if not any(map(meanings, self._names())):
            return raw
        places, numbers = (array("i", bytes(4 * len(raw))) for _ in range(2))
        starts = places.buffer_info()[0], numbers.buffer_info()[0]
        changes = self._compiled.words_styles(self._words, len(raw), *starts)
        _done(changes)
        meant = [str.maketrans(meanings(name)) for name in self._names()]
        parts = zip(pairwise([*places[:changes], len(raw)]), numbers[:changes], strict=True)
        return "".join(
            [
                raw[start:end].translate(meant[number]) if meant[number] else raw[start:end]
                for (start, end), number in parts
            ]
        )

    def _names(self) -> list[str]:
        """The name of each style's font."""
        return [self._font(font)[0] for _, font, *_ in self._found("styles", STYLE, "style_count")]

    def _styles(self) -> list[Style]:
        return [self._style(*fields) for fields in self._found("styles", STYLE, "style_count")]

    def _style(self, size: float, font: int, mode: int, direction: int, slanted: int, _unused: int) -> Style:
        name, bold = self._font(font)
        bold = bold or mode == FILL_THEN_STROKE
        return Style(size, bold, direction, bool(slanted), name, mode == NOT_PAINTED)

    def _font(self, address: int) -> tuple[str, bool]:
        if address not in self._fonts:
            self._fonts[address] = font_of(address)
        return self._fonts[address]

    def _found(self, field: str, form: struct.Struct, count: str) -> Iterator[tuple[Any, ...]]:
        """The fields of each of a list's structures."""
        words = self._words[0]
        address, length = getattr(words, field), getattr(words, count) * form.size
        return form.iter_unpack(ctypes.string_at(address, length) if length else b"")


def _joined(
    texts: Iterable[str], boxes: Iterable[Box], styles: Iterable[Style], joins: Sequence[int]
) -> tuple[list[str], list[Box], list[Style]]:
    """Each part that joins the word before it as one with that; the last has the box and the style."""
    spelling = list(texts)
    for place in reversed([place for place, joined in enumerate(joins) if joined]):
        spelling[place - 1] += spelling[place]
    begins = [not joined for joined in joins]
    ends = [*begins[1:], True]
    return list(compress(spelling, begins)), list(compress(boxes, ends)), list(compress(styles, ends))


def _all_codes(text_page: int, count: int) -> array[int]:
    compiled = library()
    assert compiled
    found = array("I", bytes(4 * count))
    compiled.words_codes(compiled.pdfium, text_page, count, found.buffer_info()[0])
    return found


def _codes(text: str) -> bytes:
    return text.encode("utf-32-le", "surrogatepass")


def _done(answer: int) -> None:
    if answer < 0:
        raise MemoryError
