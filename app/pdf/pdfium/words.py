"""Characters to words: what pdfium says of a page's text, in its content stream's order.

The letters are gathered by the compiled library (``native/source/words.c``); here stand its thresholds, and
what needs Python's tables of Unicode.
"""

from __future__ import annotations

import ctypes
import re
import struct
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, pairwise, repeat
from typing import Any, NamedTuple

from app.core.geometry import Box
from app.pdf.native.library import DoubtRules, Library, WordRules, frame_numbers, library
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.styles import FILL_THEN_STROKE, NOT_PAINTED, Style, font_of
from app.pdf.pdfium.tex import COMBINING, composed, meanings

MOST_CHARACTERS = 400_000
"""Of one page that are read: a page of the densest type holds 20,000, and memory has an end."""

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

SMALLER, RAISED = 0.87, 0.1
"""The size of a note's number against its word's, and how far above that it ends, in sizes of the word."""

HYPHENS = re.compile("[\2\ufffe\u00ad]")
"""What pdfium puts for a hyphen that ends a line, and the soft hyphen, which shows where it is drawn."""

LAM_ALEF = re.compile("[\u0622\u0623\u0625\u0627]\u0644")

NOTHING = "\0"
"""Stands for a character that shows nothing."""

EXPONENTS = str.maketrans("0123456789-\u2212\u2013", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
"""Those of ten: 10⁶ is not 106. Other figures that stand raised on letters stay as they are."""

SOFT_HYPHEN = "\u00ad"
SYMBOL_BULLETS = frozenset("\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf06e\uf071\uf0a8")  # of Symbol and Wingdings

BEYOND_UTF16 = re.compile("[\U00010000-\U0010ffff]")
LIGATURES = re.compile("[\ufb00-\ufb06]")  # ff fi fl ffi ffl st: other compatibility forms carry meaning
UNLIKE_ITS_LETTERS = re.compile(f"[{NOTHING}{SOFT_HYPHEN}\ufb00-\ufb06]")
RIGHT_TO_LEFT = re.compile(
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
    """The words of a page, and a doubt for each; no doubts where there are none."""

    words: list[PlacedWord]
    doubts: list[Doubt]


def read_words(text_page: Any, page: Any, frame: Frame, rulings: Sequence[Upright]) -> Found:
    """The words of a pdfium text page of this page, those that no reader sees among them.

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
        return _Reading(compiled, found).words(raw_text(text_page), rulings, doubts)
    finally:
        compiled.doubts_free(doubts)
        compiled.words_free(found)


class _Reading:
    def __init__(self, compiled: Library, words: Any) -> None:
        self._compiled = compiled
        self._words = words
        self._fonts: dict[int, tuple[str, bool]] = {}

    def words(self, raw: str, rulings: Sequence[Upright], doubts: int) -> Found:
        shown = as_shown(self._meant(raw))
        lines = array("d", chain.from_iterable(rulings))
        address, _ = lines.buffer_info()
        _done(
            self._compiled.words_read(self._words, _codes(shown), len(shown), address, len(rulings), doubts)
        )
        if not self._words[0].word_count:
            return Found([], [])
        # Columns all along: a loop over the words would take longer than pdfium and the library do.
        columns = zip(*self._found("words", WORD, "word_count"), strict=True)
        starts, ends, numbers, joins, x0, top, x1, bottom, flags, _, objects = columns
        if self._words[0].twice_count or self._words[0].raised_count:
            shown = self._told_apart(shown)
        texts = list(map(shown.__getitem__, map(slice, starts, ends)))
        if UNLIKE_ITS_LETTERS.search(shown):
            texts = list(map(spelled, texts))
        boxes: Iterable[Box] = map(_NEW, repeat(Box), zip(x0, top, x1, bottom, strict=True))
        styles: Iterable[Style] = map(self._styles().__getitem__, numbers)
        if self._words[0].joins:
            texts, boxes, styles = _join_parts(texts, boxes, styles, joins)
            lasts = [not joined for joined in [*joins[1:], 0]]
            flags, objects = tuple(compress(flags, lasts)), tuple(compress(objects, lasts))
        if self._words[0].accents:
            texts = list(map(composed, texts))
        fields = zip(texts, boxes, styles, range(len(texts)), strict=True)
        words = list(map(_NEW, repeat(PlacedWord), fields))
        return Found(words, list(map(Doubt, flags, objects)) if self._words[0].doubtful else [])

    def _told_apart(self, shown: str) -> str:
        """The text without the letters that were drawn before, and with exponents of their own letters."""
        letters = list(shown)
        for (place,) in self._found("twice", PLACE, "twice_count"):
            letters[place] = NOTHING
        for (place,) in self._found("raised", PLACE, "raised_count"):
            letters[place] = letters[place].translate(EXPONENTS)
        return "".join(letters)

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


def _done(answer: int) -> None:
    if answer < 0:
        raise MemoryError


def spelled(text: str) -> str:
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
    return HYPHENS.sub(lambda found: _hyphen(text_page, found.start()), text)


def _lam_alef(text_page: Any, found: re.Match[str]) -> str:
    """The two letters of a ligature in their order: pdfium turns them round with the rest of their word."""
    from pypdfium2 import raw as pdfium

    places = [(ctypes.c_double(), ctypes.c_double()) for _ in range(2)]
    for at, (x, y) in enumerate(places, start=found.start()):
        pdfium.FPDFText_GetCharOrigin(text_page, at, x, y)
    (x, y), (next_x, next_y) = places
    is_one_glyph = x.value == next_x.value and y.value == next_y.value
    return found[0][::-1] if is_one_glyph else found[0]


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
