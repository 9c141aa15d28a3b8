"""Characters to words: what pdfium says of a page's text, in its content stream's order."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.core.model import Box
from app.ingest.frame import Frame, Matrix

MOST_CHARACTERS = 400_000
"""Of one page that are read: a page of the densest type holds 20,000, and memory has an end."""

HYPHEN_CODES = (0x2, 0xFFFE)  # what pdfium puts for a hyphen that ends a line
TALLEST = 1.5
"""In ems: some fonts declare letters that are five times as high as a line, and lines would run together."""

SOFT_HYPHEN = "\u00ad"
SYMBOL_BULLETS = frozenset("\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf06e\uf071\uf0a8")  # of Symbol and Wingdings
BOLD_NAME = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|[-,]bd|medi(?!um)", re.IGNORECASE)
FORCE_BOLD = 1 << 18  # ISO 32000-1, table 123
FILL_THEN_STROKE = 2  # a text rendering mode that fakes a bold face


class Style(NamedTuple):
    """How a word is set: size in points as displayed, and the way it runs in quarter turns clockwise."""

    size: float
    bold: bool
    direction: int
    slanted: bool
    font: str


class PlacedWord(NamedTuple):
    """A word as it stands on the displayed page. ``order`` is its place in the content stream."""

    text: str
    box: Box
    style: Style
    order: int


class _Glyph(NamedTuple):
    place: int
    text: str
    box: Box


def read_words(
    text_page: Any, frame: Frame, rulings: Sequence[tuple[float, float, float]]
) -> list[PlacedWord]:
    """The visible words of a pdfium text page.

    A word ends at white space, at a jump to another line, and where one of the vertical ``rulings``
    (x, top, bottom; sorted) passes between two of its letters: cells may stand closer than a space.
    """
    styles = _Styles(text_page, frame)
    words: list[PlacedWord] = []
    for glyphs in _runs(text_page, frame, styles):
        for part in _cut(glyphs, rulings):
            text, box, style = _spelling(part), _around(part), styles.of(part[0].place)
            if _height(box, style) > TALLEST * style.size:
                box = _inked(part, text_page, frame) or box
            if text and frame.shows(box):
                words.append(PlacedWord(text, box, style, len(words)))
    return words


def _height(box: Box, style: Style) -> float:
    seen = upright(box, style.direction)
    return seen.bottom - seen.top


def _inked(glyphs: Sequence[_Glyph], text_page: Any, frame: Frame) -> Box | None:
    """The box around what the letters blacken, ``None`` where that is nothing."""
    from pypdfium2 import raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    boxes = [
        frame.matrix.box(left.value, bottom.value, right.value, top.value)
        for glyph in glyphs
        if pdfium.FPDFText_GetCharBox(text_page, glyph.place, left, right, bottom, top)
    ]
    inked = [box for box in boxes if box.x0 < box.x1 and box.top < box.bottom]
    return _rounded(inked) if inked else None


def _runs(text_page: Any, frame: Frame, styles: _Styles) -> Iterator[list[_Glyph]]:
    run: list[_Glyph] = []
    style: Style | None = None  # of the run's first letter
    for glyph in _glyphs(text_page, frame):
        if run and (glyph is None or style is None or _jumps(run[-1], glyph, style)):
            yield run
            run = []
        if glyph:
            style = style if run else styles.of(glyph.place)
            run.append(glyph)
    if run:
        yield run


def _glyphs(text_page: Any, frame: Frame) -> Iterator[_Glyph | None]:
    """Each visible character with its box; ``None`` for white space."""
    from pypdfium2 import raw as pdfium

    bounds, matrix = pdfium.FS_RECTF(), frame.matrix
    for index in range(min(pdfium.FPDFText_CountChars(text_page), MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in HYPHEN_CODES:
            text = "-" if pdfium.FPDFText_IsHyphen(text_page, index) == 1 else ""
        else:
            text = _shown(code)
        if text == " ":
            yield None
        elif text and pdfium.FPDFText_GetLooseCharBox(text_page, index, bounds):
            box = matrix.box(bounds.left, bounds.bottom, bounds.right, bounds.top)
            yield _Glyph(index, text, box)


@lru_cache(maxsize=4096)
def _shown(code: int) -> str:
    """What a code point stands for: itself, a ligature's letters, " " for white space, "" for nothing."""
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    character = chr(code)
    if character.isspace() or character == "\u200b":
        return " "
    if "\ufb00" <= character <= "\ufb06":  # ff fi fl ffi ffl st: other compatibility forms carry meaning
        return unicodedata.normalize("NFKC", character)
    if character in SYMBOL_BULLETS:
        return "•"
    invisible = unicodedata.category(character) in ("Cc", "Cf", "Cn")
    return "" if invisible and character != SOFT_HYPHEN else character


def _jumps(last: _Glyph, glyph: _Glyph, style: Style) -> bool:
    """Whether the pen moved to another line or place between two characters, though no space says so."""
    if style.slanted or _right_to_left(glyph.text):
        return False
    before, after = upright(last.box, style.direction), upright(glyph.box, style.direction)
    height = max(before.bottom - before.top, after.bottom - after.top, 1.0)
    shift = abs(before.top + before.bottom - after.top - after.bottom) / 2
    return (
        shift > 0.9 * height  # past any superscript
        or after.x0 < before.x0 - 0.5 * height  # past any accent that is set after its letter
        or after.x0 - before.x1 > height
    )


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


def _right_to_left(text: str) -> bool:
    return unicodedata.bidirectional(text[0]) in ("R", "AL")


def _cut(glyphs: list[_Glyph], rulings: Sequence[tuple[float, float, float]]) -> Iterator[list[_Glyph]]:
    box = _around(glyphs)
    first, last = bisect_left(rulings, (box.x0 + 1,)), bisect_right(rulings, (box.x1 - 1,))
    middle = (box.top + box.bottom) / 2
    cuts = [x for x, top, bottom in rulings[first:last] if top <= middle <= bottom]
    start = 0
    for x in cuts:
        end = next((i for i, g in enumerate(glyphs) if (g.box.x0 + g.box.x1) / 2 > x), len(glyphs))
        if start < end < len(glyphs):
            yield glyphs[start:end]
            start = end
    yield glyphs[start:]


def _around(glyphs: Sequence[_Glyph]) -> Box:
    return _rounded([glyph.box for glyph in glyphs])


def _rounded(boxes: Sequence[Box]) -> Box:
    """The box around these, to hundredths of a point."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(round(min(x0s), 2), round(min(tops), 2), round(max(x1s), 2), round(max(bottoms), 2))


def _spelling(glyphs: Sequence[_Glyph]) -> str:
    """The letters; a soft hyphen shows only where it ends the word."""
    text = "".join(glyph.text for glyph in glyphs)
    shown = text.replace(SOFT_HYPHEN, "")
    return shown + "-" if shown and text.endswith(SOFT_HYPHEN) else shown


class _Styles:
    """The styles of a page's characters, read once for each text object."""

    def __init__(self, text_page: Any, frame: Frame) -> None:
        self._text_page = text_page
        self._frame = frame
        self._by_object: dict[int | None, Style] = {}
        self._fonts: dict[int | None, tuple[str, bool]] = {}

    def of(self, index: int) -> Style:
        from pypdfium2 import raw as pdfium

        text_object = pdfium.FPDFText_GetTextObject(self._text_page, index)
        key = ctypes.cast(text_object, ctypes.c_void_p).value
        if key not in self._by_object:
            self._by_object[key] = self._read(index, text_object)
        return self._by_object[key]

    def _read(self, index: int, text_object: Any) -> Style:
        from pypdfium2 import raw as pdfium

        entries = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text_page, index, entries)
        matrix = Matrix(entries.a, entries.b, entries.c, entries.d, 0, 0).then(self._frame.matrix)
        size = pdfium.FPDFText_GetFontSize(self._text_page, index) * (matrix.c**2 + matrix.d**2) ** 0.5
        name, bold = self._font(text_object)
        if pdfium.FPDFTextObj_GetTextRenderMode(text_object) == FILL_THEN_STROKE:
            bold = True
        direction, slanted = matrix.direction()
        return Style(round(size, 2), bold, direction, slanted, name)

    def _font(self, text_object: Any) -> tuple[str, bool]:
        from pypdfium2 import raw as pdfium

        font = pdfium.FPDFTextObj_GetFont(text_object)
        key = ctypes.cast(font, ctypes.c_void_p).value
        if key not in self._fonts:
            buffer = ctypes.create_string_buffer(128)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
            name = buffer.value.decode("utf-8", "replace")
            bold = bool(BOLD_NAME.search(name)) or bool(max(pdfium.FPDFFont_GetFlags(font), 0) & FORCE_BOLD)
            self._fonts[key] = name, bold
        return self._fonts[key]
