"""Characters to words: what pdfium says of a page's text, in its content stream's order.

The letters are gathered by the compiled library (``native/source/words.c``); here stand its thresholds, and
what needs Python's tables of Unicode.
"""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, pairwise, repeat
from operator import ne
from typing import Any, NamedTuple

from app.core.geometry import Box
from app.core.process.patterns import defer_regex
from app.pdf.fonts.misread import DOUBTFUL, PageFonts
from app.pdf.native.library import DoubtRules, Library, WordRules, frame_numbers, library
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.characters import (
    NOTHING,
    UNLIKE_ITS_LETTERS,
    as_shown,
    is_one_glyph,
    letters_of,
    raw_text,
)
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.styles import FILL_THEN_STROKE, NOT_PAINTED, Style, font_of
from app.pdf.pdfium.tex import COMBINING, compose_accents, meanings

TALLEST = 1.5
"""In ems: some fonts declare letters that are five times as high as a line, and lines would run together."""

ASCENT, DESCENT = 0.9, 0.25
"""In ems, from the baseline: the height of a common letter's box."""

TOUCHING, OVERLAP = 0.15, -0.5
"""In ems: the gap before an index or an exponent, wider behind a slanted letter; one may stand below the
other."""

SHARED_ROW = 0.4
"""Of the lower box's height: what an index or an exponent shares with its letter."""

SAMPLED = 4
"""The interval, in runs of letters, at which the font is asked for: formulas have many of them."""

LEVEL = 0.3
"""In heights of a letter: what the ends of a word that stands on one line may differ by."""

WIDEST = 0.8
"""In heights, for each letter: in a wider word there may be a jump."""

SPACE = 0.13
"""In ems: a gap between two text objects that stands for a space, where pdfium saw none."""

SPREAD = 3.0
"""So many times as wide as the gap before it such a gap must be: letters may be spaced out."""

SHADOW = 0.12
"""In ems: how far from a letter its shadow is drawn. A narrow letter and its double stand twice as far
apart."""

CLOSE = 0.05
"""In ems: the gap between two letters of one word that a ruling passes through; in cells of their own they
stand further apart."""

SMALLER, RAISED = 0.87, 0.1
"""The size of a note's number against its word's, and how far above that it ends, in sizes of the word."""

LIGATURE_PAIRS = (("fi", "ﬁ"), ("fl", "ﬂ"))
"""What pdfium makes of one letter, two."""

EXPONENTS = str.maketrans("0123456789-\u2212\u2013", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
"""Those of ten: 10⁶ is not 106. Other figures that stand raised on letters stay as they are."""

RIGHT_TO_LEFT = defer_regex(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

RULES = WordRules(
    tallest=TALLEST,
    ascent=ASCENT,
    descent=DESCENT,
    touching=TOUCHING,
    overlap=OVERLAP,
    shared_row=SHARED_ROW,
    level=LEVEL,
    widest=WIDEST,
    space=SPACE,
    spread=SPREAD,
    smaller=SMALLER,
    raised=RAISED,
    shadow=SHADOW,
    close=CLOSE,
    accents="".join(COMBINING),
)
FAINT = 0.08
"""Opacity below which it is looked whether text is seen at all."""

PALE = 90
"""Sum of the differences in red, green and blue (0–255 each) from what lies beneath, up to which it is looked
whether text is seen at all."""

SMALLEST_COVER = 3.0
"""Points each way: what is smaller covers no word."""

SHOWN_SHARE = 0.3
"""Of a word's box: with less within its clipping path no word is read."""

TINY = 2.0
"""Points: type that is smaller, and whose letters are, is read by nobody; dense maps have 3."""

MOST_OBJECTS, MOST_COVERS, DEEPEST_FORM = 60_000, 4_000, 12
"""That are looked at for what keeps text from being seen."""

DOUBT_RULES = DoubtRules(
    faint=FAINT,
    pale=PALE,
    smallest_cover=SMALLEST_COVER,
    shown_share=SHOWN_SHARE,
    tiny=TINY,
    objects=MOST_OBJECTS,
    covers=MOST_COVERS,
    depth=DEEPEST_FORM,
)
WORD = struct.Struct("@4i4diiP")
"""``Word`` of ``words.c``: start, end, style, joins, box, doubts, nothing, text object."""

PLACE = struct.Struct("@i")

STYLE = struct.Struct("@dP4i")
"""``Style`` of ``words.c``: size, font, mode, direction, slanted, and what fills it up."""

_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one: a page has thousands."""

Upright = tuple[float, float, float]
"""A vertical ruling line: x, top, bottom."""


class PlacedWord(NamedTuple):
    """A word as it stands on the displayed page. ``order`` is its place in the content stream."""

    text: str
    box: Box
    style: Style
    order: int


class Doubt(NamedTuple):
    """What may keep a reader from seeing a word: flags of ``doubts.h``, and the address of its text
    object."""

    flags: int
    text_object: int


class Found(NamedTuple):
    """The words of a page, and a doubt for each; no doubts where there are none. ``corrected`` is how many
    letters are what their fonts say, and not what pdfium does."""

    words: list[PlacedWord]
    doubts: list[Doubt]
    corrected: int = 0


def read_words(
    text_page: Any, page: Any, frame: Frame, rulings: Sequence[Upright], fonts: PageFonts | None = None
) -> Found:
    """The words of a pdfium text page of this page, those that no reader sees among them; with ``fonts``,
    letters that pdfium takes for others are what their fonts say.

    A word ends at white space, at a jump to another line, and where one of the vertical ``rulings``
    (x, top, bottom; sorted) passes between two of its letters: cells may stand closer than a space.
    """
    compiled = library()
    found = compiled.words_begin(compiled.pdfium, address_of(text_page), frame_numbers(frame), RULES)
    if not found:
        raise MemoryError
    doubts = compiled.doubts_read(
        compiled.pdfium, address_of(page), frame_numbers(frame), ctypes.byref(DOUBT_RULES)
    )
    try:
        if not doubts:
            raise MemoryError
        return _WordReader(compiled, found, text_page, fonts).words(raw_text(text_page), rulings, doubts)
    finally:
        compiled.doubts_free(doubts)
        compiled.words_free(found)


class _WordReader:
    def __init__(self, compiled: Library, words: Any, text_page: Any, fonts: PageFonts | None) -> None:
        self._compiled = compiled
        self._words = words
        self._text_page = text_page
        self._page_fonts = fonts
        self._corrected = 0
        self._fonts: dict[int, tuple[str, bool]] = {}

    def words(self, raw: str, rulings: Sequence[Upright], doubts: int) -> Found:
        shown = as_shown(self._correct_misread(raw))
        lines = array("d", chain.from_iterable(rulings))
        address, _ = lines.buffer_info()
        _check_memory(
            self._compiled.words_read(self._words, _codes(shown), len(shown), address, len(rulings), doubts)
        )
        if not self._words[0].word_count:
            return Found([], [])
        # Columns all along: a loop over the words would take longer than pdfium and the library do.
        columns = zip(*self._fields_of("words", WORD, "word_count"), strict=True)
        starts, ends, numbers, joins, x0, top, x1, bottom, flags, _, objects = columns
        if self._words[0].twice_count or self._words[0].raised_count:
            shown = self._told_apart(shown)
        texts = list(map(shown.__getitem__, map(slice, starts, ends)))
        # One search over the page saves a call for each word: few pages have such letters.
        if UNLIKE_ITS_LETTERS.search(shown):
            texts = list(map(letters_of, texts))
        boxes: Iterable[Box] = map(_NEW, repeat(Box), zip(x0, top, x1, bottom, strict=True))
        styles: Iterable[Style] = map(self._styles().__getitem__, numbers)
        if self._words[0].joins:
            texts, boxes, styles = _join_parts(texts, boxes, styles, joins)
            lasts = [not joined for joined in [*joins[1:], 0]]
            flags, objects = tuple(compress(flags, lasts)), tuple(compress(objects, lasts))
        if self._words[0].accents:
            texts = list(map(compose_accents, texts))
        fields = zip(texts, boxes, styles, range(len(texts)), strict=True)
        words = list(map(_NEW, repeat(PlacedWord), fields))
        doubtful = self._words[0].doubtful
        return Found(words, list(map(Doubt, flags, objects)) if doubtful else [], self._corrected)

    def _told_apart(self, shown: str) -> str:
        """The text without the letters that were drawn before, and with exponents of their own letters."""
        letters = list(shown)
        for (place,) in self._fields_of("twice", PLACE, "twice_count"):
            letters[place] = NOTHING
        for (place,) in self._fields_of("raised", PLACE, "raised_count"):
            letters[place] = letters[place].translate(EXPONENTS)
        return "".join(letters)

    def _correct_misread(self, raw: str) -> str:
        """The text with what letters stand for that pdfium takes for others."""
        misread = self._misread_fonts(raw)
        _check_memory(self._compiled.words_sample(self._words, _codes(raw), len(raw), SAMPLED))
        if not misread and not any(map(meanings, self._names())):
            return raw
        parts = self._parts_by_style(raw)
        by_font = {font: self._corrections(raw, parts, font) for font in misread}
        fonts = [font for _, font, *_ in self._fields_of("styles", STYLE, "style_count")]
        meant = [by_font.get(font) or meanings(name) for font, name in zip(fonts, self._names(), strict=True)]
        tables = [{ord(taken): letter for taken, letter in each.items()} for each in meant]
        put = "".join(
            [self._put(raw[s:e], s, meant[n], tables[n]) if tables[n] else raw[s:e] for s, e, n in parts]
        )
        self._corrected = sum(map(ne, raw, put)) if any(by_font.values()) else 0
        return put

    def _misread_fonts(self, raw: str) -> set[int]:
        """The addresses of the fonts that may show other letters than pdfium says."""
        if self._page_fonts is None or not (doubtful := list(DOUBTFUL.finditer(raw))):
            return set()
        codes = [found for found in doubtful if found[0] < " "]
        misread: set[int] = set()
        # Control codes first: a font that has them need not be asked for its other letters.
        for places in (codes, [found for found in doubtful if found[0] >= " "]):
            if not places:
                continue
            # Blanks elsewhere keep the places, and the library asks only for the fonts of what is left.
            alone = [" "] * len(raw)
            for found in places:
                alone[found.start() : found.end()] = found[0]
            _check_memory(self._compiled.words_sample(self._words, _codes("".join(alone)), len(raw), 1))
            fonts = {font for _, font, *_ in self._fields_of("styles", STYLE, "style_count")} - misread
            letters = set("".join([found[0] for found in places]))
            misread |= {font for font in fonts if self._page_fonts.may_misread(font, letters)}
        return misread

    def _parts_by_style(self, raw: str) -> list[tuple[int, int, int]]:
        """Where the style of the letters changes: start, end, number of the style."""
        places, numbers = (array("i", bytes(4 * len(raw))) for _ in range(2))
        starts = places.buffer_info()[0], numbers.buffer_info()[0]
        changes = self._compiled.words_styles(self._words, len(raw), *starts)
        _check_memory(changes)
        ends = pairwise([*places[:changes], len(raw)])
        return [(start, end, number) for (start, end), number in zip(ends, numbers[:changes], strict=True)]

    def _corrections(self, raw: str, parts: Sequence[tuple[int, int, int]], font: int) -> dict[str, str]:
        assert self._page_fonts is not None
        fonts = [each for _, each, *_ in self._fields_of("styles", STYLE, "style_count")]
        letters = set("".join(raw[start:end] for start, end, number in parts if fonts[number] == font))
        return self._page_fonts.corrections(font, letters)

    def _put(self, text: str, start: int, meant: Mapping[str, str], table: Mapping[int, str]) -> str:
        """A part of the text, from a place on, with what its letters stand for, one for each."""
        for pair, ligature in LIGATURE_PAIRS:
            letter = meant.get(ligature)
            at = text.find(pair) if letter else -1
            while letter and at >= 0:
                if is_one_glyph(self._text_page, start + at):
                    # pdfium gives two letters for one glyph: the second becomes nothing, so that places stay.
                    text = text[:at] + letter + NOTHING + text[at + len(pair) :]
                at = text.find(pair, at + 1)
        return text.translate(table)

    def _names(self) -> list[str]:
        """The name of each style's font."""
        return [self._font(font)[0] for _, font, *_ in self._fields_of("styles", STYLE, "style_count")]

    def _styles(self) -> list[Style]:
        return [self._style(*fields) for fields in self._fields_of("styles", STYLE, "style_count")]

    def _style(self, size: float, font: int, mode: int, direction: int, slanted: int, _unused: int) -> Style:
        name, bold = self._font(font)
        bold = bold or mode == FILL_THEN_STROKE
        return Style(size, bold, direction, bool(slanted), name, mode == NOT_PAINTED)

    def _font(self, address: int) -> tuple[str, bool]:
        if address not in self._fonts:
            self._fonts[address] = font_of(address)
        return self._fonts[address]

    def _fields_of(self, field: str, form: struct.Struct, count: str) -> Iterator[tuple[Any, ...]]:
        """The fields of each of a list's structures."""
        words = self._words[0]
        address, length = getattr(words, field), getattr(words, count) * form.size
        return form.iter_unpack(ctypes.string_at(address, length) if length else b"")


def _join_parts(
    texts: Iterable[str], boxes: Iterable[Box], styles: Iterable[Style], joins: Sequence[int]
) -> tuple[list[str], list[Box], list[Style]]:
    """Each part that joins the word before it as one with that; the last has the box and the style."""
    spelling = list(texts)
    for place in reversed([place for place, joined in enumerate(joins) if joined]):
        spelling[place - 1] += spelling[place]
    begins = [not joined for joined in joins]
    ends = [*begins[1:], True]
    return list(compress(spelling, begins)), list(compress(boxes, ends)), list(compress(styles, ends))


def _codes(text: str) -> bytes:
    return text.encode("utf-32-le", "surrogatepass")


def _check_memory(answer: int) -> None:
    if answer < 0:
        raise MemoryError


def upright(box: Box, direction: int) -> Box:
    """A box as seen by a reader who turns the page so that text of this direction runs to the right.

    The origin is the page's corner, so coordinates may be negative; only their order matters.
    """
    x0, top, x1, bottom = box
    if direction == 1:
        return Box(top, -x1, bottom, -x0)
    if direction == 2:
        return Box(-x1, -bottom, -x0, -top)
    if direction == 3:
        return Box(-bottom, x0, -top, x1)
    return box
