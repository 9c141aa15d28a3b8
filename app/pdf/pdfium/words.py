"""Characters to words: what pdfium says of a page's text, in its content stream's order."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import eq
from typing import Any, NamedTuple

from app.core.geometry import Box
from app.pdf.pdfium.calls import Sides, address_of, text_calls
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.styles import Style, Styles
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
"""Every so many runs of letters the font is asked for: formulas have many of them."""

LEVEL = 0.3
"""In heights of a letter: what the ends of a word that stands on one line may differ by."""

WIDEST = 0.8
"""In heights, for each letter: in a wider word there may be a jump."""

SPACE = 0.13
"""In ems: a gap between two text objects that stands for a space, where pdfium saw none."""

SPREAD = 3.0
"""So many times as wide as the gap before it such a gap must be: letters may be spaced out."""

SMALLER, RAISED = 0.87, 0.1
"""The size of a note's number against its word's, and how far above that it ends, in sizes of the word."""

HYPHENS = re.compile("[\2\ufffe]")
"""What pdfium puts for a hyphen that ends a line."""

NOTHING = "\0"
"""Stands for a character that shows nothing."""

SOFT_HYPHEN = "\u00ad"
SYMBOL_BULLETS = frozenset("\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf06e\uf071\uf0a8")  # of Symbol and Wingdings

STARTS = re.compile(r"\S+")
RUN = re.compile(f"[^ {NOTHING}](?:[^ ]*[^ {NOTHING}])?")
BEYOND_UTF16 = re.compile("[\U00010000-\U0010ffff]")
LIGATURES = re.compile("[\ufb00-\ufb06]")  # ff fi fl ffi ffl st: other compatibility forms carry meaning
UNLIKE_ITS_LETTERS = re.compile(f"[{NOTHING}{SOFT_HYPHEN}\ufb00-\ufb06]")
SPELT = re.compile(
    "[0-9A-Za-z\u00c0-\u058f]"
)  # scripts whose words are parted by spaces and their letters by none
BEFORE_SPACE = re.compile("[0-9A-Za-z\u00c0-\u058f.,;:)]")
NUMBERED = re.compile("[a-z\u00df-\u00ff]{3}[0-9]")
RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

Ruling = tuple[float, float, float]
"""A vertical ruling line: x, top, bottom."""


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
    text_object: int | None
    style: Style


Span = tuple[int, int]
"""Half-open, of a page's characters."""


def read_words(text_page: Any, frame: Frame, rulings: Sequence[Ruling]) -> list[PlacedWord]:
    """The visible words of a pdfium text page.

    A word ends at white space, at a jump to another line, and where one of the vertical ``rulings``
    (x, top, bottom; sorted) passes between two of its letters: cells may stand closer than a space.
    """
    return _Reading(text_page, frame, rulings).words()


class _Reading:
    def __init__(self, text_page: Any, frame: Frame, rulings: Sequence[Ruling]) -> None:
        self._text_page = text_page
        self._address = address_of(text_page)
        self._frame = frame
        self._corner = frame.matrix.e, frame.matrix.f
        self._rulings = rulings
        self._styles = Styles(self._address, frame)
        self._shown = as_shown(self._meant(raw_text(text_page, text_calls().codes)))
        self._accents = any(accent in self._shown for accent in COMBINING)
        self._plain = not UNLIKE_ITS_LETTERS.search(self._shown)
        self._left_to_right = not RIGHT_TO_LEFT.search(self._shown)

    def _meant(self, raw: str) -> str:
        """The text with what the letters of TeX's mathematical fonts stand for."""
        samples = self._styles.of([match.start() for match in STARTS.finditer(raw)][::SAMPLED])
        if not any(meanings(font) for font in {style.font for style in samples}):
            return raw
        styles = self._styles.of(range(len(raw)))
        each = zip(raw, styles, strict=True)
        return "".join([meanings(style.font).get(letter, letter) for letter, style in each])

    def words(self) -> list[PlacedWord]:
        found: list[PlacedWord] = []
        end = 0
        for (start, stop), box, style in self._placed():
            text = self._shown[start:stop] if self._plain else spelled(self._shown[start:stop])
            if _height(box, style.direction) > TALLEST * style.size:
                box = self._on_baseline(start, box, style)  # noqa: PLW2901
            if not text or not self._frame.shows(box):
                continue
            word = PlacedWord(text, box, style, len(found))
            joins = start - end == 2 or (start - end == 1 and self._accents)
            if joins and found and self._parted_in_vain(end, start) and self._go_on(found[-1], word, start):
                found[-1] = _one(found[-1], word)
            else:
                found.append(word)
            end = stop
        if self._accents:
            return [word._replace(text=composed(word.text)) for word in found]
        return found

    def _parted_in_vain(self, end: int, start: int) -> bool:
        """Whether nothing but pdfium's own white space parts two words: it takes a raised or lowered letter
        for another line, and an accent for a word."""
        from pypdfium2 import raw as pdfium

        shifted = start - end == 2
        accent = self._shown[end - 1] in COMBINING or self._shown[start] in COMBINING
        return (shifted or accent) and pdfium.FPDFText_IsGenerated(self._text_page, end) == 1

    def _go_on(self, last: PlacedWord, word: PlacedWord, start: int) -> bool:
        number = self._shown[start - 5 : start - 2] + self._shown[start]
        return _touches(last, word) and not (NUMBERED.fullmatch(number) and _is_raised(last, word))

    def _placed(self) -> Iterator[tuple[Span, Box, Style]]:
        spans = [match.span() for match in RUN.finditer(self._shown)]
        starts = [start for start, _ in spans]
        firsts = text_calls().loose_boxes(self._address, starts)
        ends = [end - 1 for _, end in spans]
        lasts = text_calls().loose_boxes(self._address, ends)
        in_one = map(eq, *(text_calls().text_objects(self._address, places) for places in (starts, ends)))
        each = zip(spans, firsts, lasts, self._styles.of(starts), in_one, strict=True)
        for span, first, last, style, written_at_once in each:
            if written_at_once and (box := self._whole(span, first, last)):
                yield span, box, style
            else:
                yield from self._parts(span, style)

    def _whole(self, span: Span, first: Sides, last: Sides) -> Box | None:
        """The box of a run that is one word beyond doubt: its ends stand on one line, no further apart than
        its letters are wide; else ``None``."""
        (left, bottom, right, top), (left2, bottom2, right2, top2) = first, last
        height, width = top - bottom, right - left
        slack = WIDEST * (span[1] - span[0])
        level = (
            abs(bottom - bottom2) + abs(top - top2) <= LEVEL * height and abs(right2 - left) <= slack * height
        )
        if not level and (
            abs(left - left2) + abs(right - right2) > LEVEL * width or abs(bottom2 - top) > slack * width
        ):
            return None
        if not self._left_to_right and RIGHT_TO_LEFT.search(self._shown, *span):
            return None
        left, right = left if left < left2 else left2, right if right > right2 else right2
        bottom, top = bottom if bottom < bottom2 else bottom2, top if top > top2 else top2
        if self._frame.rotation == 0:
            x, y = self._corner
            x0, y0, x1, y1 = left + x, y - top, right + x, y - bottom
        else:
            x0, y0, x1, y1 = self._frame.matrix.box(left, bottom, right, top)
        box = Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))
        return None if self._rulings and _cuts(box, self._rulings) else box

    def _parts(self, span: Span, style: Style) -> Iterator[tuple[Span, Box, Style]]:
        """The words of a run, with a look at every letter."""
        for run in self._unbroken(self._glyphs(span), style):
            for part in _cut(run, self._rulings):
                start, end = part[0].place, part[-1].place + 1
                yield (start, end), _rounded([glyph.box for glyph in part]), self._styles.of([start])[0]

    def _glyphs(self, span: Span) -> list[_Glyph]:
        """The characters of a run that show and have a box."""
        places = [place for place in range(*span) if self._shown[place] != NOTHING]
        sides = text_calls().loose_boxes(self._address, places)
        objects = text_calls().text_objects(self._address, places)
        box = self._frame.matrix.box
        return [
            _Glyph(place, self._shown[place], box(*each), text_object, style)
            for place, each, text_object, style in zip(
                places, sides, objects, self._styles.of(places), strict=True
            )
            if any(each)
        ]

    def _unbroken(self, glyphs: Sequence[_Glyph], style: Style) -> Iterator[list[_Glyph]]:
        run: list[_Glyph] = []
        for glyph in glyphs:
            if run and (_jumps(run[-1], glyph, style) or self._ends(run, glyph)):
                yield run
                run, style = [], glyph.style
            run.append(glyph)
        if run:
            yield run

    def _ends(self, run: Sequence[_Glyph], glyph: _Glyph) -> bool:
        """Whether a word ends before a letter that was written apart: there is room for a space, or it is the
        number of a note."""
        last = run[-1]
        if glyph.text_object == last.text_object or glyph.style.slanted:
            return False
        if NUMBERED.fullmatch(self._shown[glyph.place - 3 : glyph.place + 1]) and _is_raised(last, glyph):
            return True
        if not (BEFORE_SPACE.match(last.text) and SPELT.match(glyph.text) and len(run) > 1):
            return False
        gap = _gap(last, glyph)
        em = max(last.style.size, glyph.style.size)
        return SPACE * em <= gap and SPREAD * _gap(run[-2], last) <= gap

    def _on_baseline(self, place: int, box: Box, style: Style) -> Box:
        """The box of a word whose letters claim far more height than their size is."""
        (x, y) = self._frame.matrix.point(*text_calls().origins(self._address, [place])[0])
        up, down = ASCENT * style.size, DESCENT * style.size
        if style.direction % 2:
            left, right = (down, up) if style.direction == 1 else (up, down)
            return box._replace(x0=round(x - left, 2), x1=round(x + right, 2))
        top, bottom = (up, down) if style.direction == 0 else (down, up)
        return box._replace(top=round(y - top, 2), bottom=round(y + bottom, 2))


def spelled(text: str) -> str:
    """The letters of a word; a soft hyphen shows only where it ends it."""
    if not UNLIKE_ITS_LETTERS.search(text):
        return text
    text = LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.replace(NOTHING, ""))
    shown = text.replace(SOFT_HYPHEN, "")
    return shown + "-" if shown and text.endswith(SOFT_HYPHEN) else shown


def raw_text(text_page: Any, codes: Callable[[int, int], Iterable[int]]) -> str:
    """What pdfium says that its characters are, one for each; ``codes`` asks for each of the first of a text
    page, given its address.

    pdfium counts in UTF-16: a character beyond it is followed by ``NOTHING``.
    """
    from pypdfium2 import raw as pdfium

    count = min(max(pdfium.FPDFText_CountChars(text_page), 0), MOST_CHARACTERS)
    buffer = (ctypes.c_ushort * (count + 1))()
    units = memoryview(buffer).cast("B")
    if pdfium.FPDFText_GetText(text_page, 0, count, buffer) != count + 1:  # it leaves out what has no code
        found = codes(address_of(text_page), count)
        units = memoryview(array("H", [code if code < 0xFFFD else 0xFFFD for code in found])).cast("B")
    text = bytes(units[: 2 * count]).decode("utf-16-le", "surrogatepass")
    if len(text) < count:
        text = BEYOND_UTF16.sub(lambda found: found[0] + NOTHING, text)
    return HYPHENS.sub(lambda found: _hyphen(text_page, found.start()), text)


def _hyphen(text_page: Any, place: int) -> str:
    from pypdfium2 import raw as pdfium

    return "-" if pdfium.FPDFText_IsHyphen(text_page, place) == 1 else NOTHING


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


def _is_raised(last: PlacedWord | _Glyph, mark: PlacedWord | _Glyph) -> bool:
    """Whether what follows is smaller, and ends higher up."""
    size, direction = last.style.size, last.style.direction
    foot, other_foot = upright(last.box, direction).bottom, upright(mark.box, direction).bottom
    return mark.style.size < SMALLER * size and other_foot < foot - RAISED * size


def _gap(last: _Glyph, glyph: _Glyph) -> float:
    direction = last.style.direction
    return upright(glyph.box, direction).x0 - upright(last.box, direction).x1


def _touches(last: PlacedWord, word: PlacedWord) -> bool:
    """Whether a word stands on the row of the last, with no room for a space between."""
    if word.style.direction != last.style.direction or word.style.slanted:
        return False
    one, other = upright(last.box, last.style.direction), upright(word.box, word.style.direction)
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    em = max(last.style.size, word.style.size)
    low = shared >= SHARED_ROW * min(one.bottom - one.top, other.bottom - other.top)
    return low and OVERLAP * em <= other.x0 - one.x1 <= TOUCHING * em


def _one(last: PlacedWord, word: PlacedWord) -> PlacedWord:
    style = max(last.style, word.style, key=lambda style: style.size)
    return PlacedWord(last.text + word.text, _rounded([last.box, word.box]), style, last.order)


def _height(box: Box, direction: int) -> float:
    return box.x1 - box.x0 if direction % 2 else box.bottom - box.top


def _jumps(last: _Glyph, glyph: _Glyph, style: Style) -> bool:
    """Whether the pen moved to another line or place between two characters, though no space says so."""
    if style.slanted or RIGHT_TO_LEFT.match(glyph.text):
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


def _cuts(box: Box, rulings: Sequence[Ruling]) -> list[float]:
    """Where vertical rulings pass through a box."""
    first, last = bisect_left(rulings, (box.x0 + 1,)), bisect_right(rulings, (box.x1 - 1,))
    middle = (box.top + box.bottom) / 2
    return [x for x, top, bottom in rulings[first:last] if top <= middle <= bottom]


def _cut(glyphs: list[_Glyph], rulings: Sequence[Ruling]) -> Iterator[list[_Glyph]]:
    start = 0
    for x in _cuts(_rounded([glyph.box for glyph in glyphs]), rulings):
        end = next((i for i, g in enumerate(glyphs) if (g.box.x0 + g.box.x1) / 2 > x), len(glyphs))
        if start < end < len(glyphs):
            yield glyphs[start:end]
            start = end
    yield glyphs[start:]


def _rounded(boxes: Sequence[Box]) -> Box:
    """The box around these, to hundredths of a point."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(round(min(x0s), 2), round(min(tops), 2), round(max(x1s), 2), round(max(bottoms), 2))
