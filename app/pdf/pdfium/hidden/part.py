"""Words that no reader sees: on a layer that is off, outside their clip, under what was drawn later, of the
colour of their ground, transparent, not painted, too small or off the page.

The compiled library says which words are in doubt (``native/source/doubts.c``). Of most of these a picture
decides: the page is drawn with and without them, and what makes no difference is not seen.
"""

from __future__ import annotations

import ctypes
import mmap
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

from app.core.geometry import Box, around
from app.core.page import HiddenWord, WhyHidden
from app.pdf.native.library import library
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.drawing import Drawing
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.words import Doubt, Found, PlacedWord
from app.pdf.verdict import MOST_STAMPED, SCAN_SHARE, STAMPED

(
    MARKED,
    COVERED,
    PALE,
    FAINT,
    IN_FORM,
    UNPAINTED,
    CLIPPED,
    CLEAR,
    BESIDE,
    TINY,
    OVER_IMAGE,
) = (1 << bit for bit in range(11))
"""Flags of ``doubts.h``."""

CERTAIN = (
    (BESIDE, WhyHidden.OFF_PAGE),
    (CLEAR, WhyHidden.TRANSPARENT),
    (CLIPPED, WhyHidden.CLIPPED),
    (TINY, WhyHidden.TOO_SMALL),
)
"""What needs no picture."""

SHOWN_BY_PICTURE = (
    (MARKED, WhyHidden.LAYER_OFF),
    (COVERED, WhyHidden.COVERED),
    (FAINT, WhyHidden.TRANSPARENT),
    (PALE, WhyHidden.NO_CONTRAST),
    (OVER_IMAGE, WhyHidden.NO_CONTRAST),
    (IN_FORM, WhyHidden.LAYER_OFF),
)
LOOKED_AT = MARKED | COVERED | FAINT | PALE | OVER_IMAGE | IN_FORM

SCALE = 1.5
"""Pixels a point of the picture: the strokes of a letter of 6 points are half a pixel wide."""

MOST_DRAWN = 4_000_000
"""Pixels of the picture; a larger page is drawn smaller."""

MOST_PIXELS, MOST_PATHS = 12_000_000, 20_000
"""Of a page's images and drawing: beyond, drawing it would take seconds, and words in doubt stay."""

SMALL_IMAGES = 400_000
"""Pixels of a page's images up to which words on one are looked at: text on a picture is nearly always seen,
and to draw a photograph takes as long as reading ten pages."""

SEEN = 36
"""Sum of the differences in red, green and blue (0–255 each) that makes a pixel of a letter seen: letters of
#f2f2f2 on white paper differ by 39 where they are thickest."""

SEEN_SHARE = 0.015
"""Of the pixels within a word's box: the thinnest letters cover a tenth."""

MARGIN = 0.2
"""Of a word's height: what is left out above and below, where lines overlap and rulings run."""

UNDER_PAINTED = 0.3
"""Of an unpainted word's box: if painted words cover more, the ink there is theirs."""

AGREEMENT = 0.35
"""Correlation between the letters of a word that is covered and the brightness of what covers it from which
that shows the word itself, as a picture or as outlines; photographs have a tenth."""

STRONG, STRONG_SHARE, UNEVEN_SHARE = 250, 0.05, 0.6
"""Pixels of a letter differ so much (red, green and blue summed) from their ground; they are at least so
large a share of a word's box, and with their soft edges at most so large a one: of a photograph nearly all
differ."""

SAMPLES, SHOWN = 40, 0.8
"""Words on a picture over the whole page that are looked at, and the share of them that it shows itself where
they are its layer of text."""

MOSTLY_LAYER = 4
"""Characters in the layer of text of a scan for each one that is set on it as a stamp or at the edges."""

MOST_TAKEN = 5_000
"""Objects of a page that are taken away to see what is under them."""

MOST_GROUPS = 4
"""Of words that stand over one another, each drawn alone; those beyond stay."""

CELL = 3.0
"""Points: words that share a cell stand over one another."""

LAYERED = re.compile(rb"/OC[\s/]*\d+\s+\d+\s+R|/OC\s*<<")
"""A form, an image or an annotation that belongs to a layer, as it stands in a file: no such dictionary is
compressed or encrypted but an annotation's."""

SWITCHED_OFF = re.compile(
    rb"/OFF\s*(?:\[\s*\d|\d)|/BaseState\s*/(?:OFF|Unchanged)|/(?:All|Any)Off|/VE\s*[\[\d]|/ViewState\s*/OFF"
)
"""What may keep a layer from being shown (ISO 32000-1, 8.11)."""

PACKED = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
"""Begins dictionaries that are compressed together."""

MOST_UNPACKED = 20_000_000
"""Bytes of such dictionaries that are looked through; with more, layers may be off."""


class Parted(NamedTuple):
    """The words of a page that a reader sees, and those that none does."""

    words: list[PlacedWord]
    hidden: tuple[HiddenWord, ...] = ()


def part_hidden(page: Any, frame: Frame, drawing: Drawing, found: Found) -> Parted:
    """Part the words of a pypdfium2 page into those that are seen and those that are not. Text that lies
    under or over the picture of a scan, or over outlines of its letters, is seen; that of a scan has a hidden
    style, also where it is painted over the same words of the picture."""
    parted = _part(page, frame, drawing, found)
    if _may_lie_over_scan(drawing, parted.words) and _Pictures(page, frame, parted.words).show_words():
        return parted._replace(words=[_as_layer(word) for word in parted.words])
    return parted


def _part(page: Any, frame: Frame, drawing: Drawing, found: Found) -> Parted:
    if not found.doubts:
        return Parted(found.words)
    words, doubts = found.words, found.doubts
    is_scan = _is_scan(drawing, found)
    reasons = _certain(doubts, layer=CLEAR if is_scan else 0)
    looked_at = MARKED | FAINT if is_scan else LOOKED_AT
    if looked_at & reduce(or_, (doubt.flags for doubt in doubts)) & (MARKED | IN_FORM):
        layers = _layers(page)
        looked_at &= ~((0 if layers.off else MARKED) | (0 if layers.off and layers.forms else IN_FORM))
    if drawing.pixels > SMALL_IMAGES:
        looked_at &= ~OVER_IMAGE
    asked = [at for at, each in enumerate(doubts) if at not in reasons and each.flags & looked_at]
    asked = [at for at in asked if not doubts[at].flags & UNPAINTED]
    unpainted = [at for at, each in enumerate(doubts) if at not in reasons and each.flags & UNPAINTED]
    if is_scan:
        unpainted = []
    if (asked or unpainted) and drawing.pixels <= MOST_PIXELS and drawing.paths <= MOST_PATHS:
        reasons |= _Pictures(page, frame, words, doubts).unseen(asked, unpainted)
    return _part_words(words, doubts, reasons, is_scan=is_scan)


def part_off_page(found: Found) -> Parted:
    """The words of a page, and those that stand off it, which are the only ones that are hidden."""
    off = {at: WhyHidden.OFF_PAGE for at, doubt in enumerate(found.doubts) if doubt.flags & BESIDE}
    return _part_words(found.words, found.doubts, off, is_scan=False) if off else Parted(found.words)


WHY = {
    WhyHidden.LAYER_OFF: "on a layer that is off",
    WhyHidden.CLIPPED: "outside the area in which they are drawn",
    WhyHidden.COVERED: "under something that covers them; they are still in the file, whoever covered them",
    WhyHidden.NO_CONTRAST: "of the colour of what lies beneath",
    WhyHidden.TRANSPARENT: "transparent",
    WhyHidden.NOT_PAINTED: "not painted",
    WhyHidden.TOO_SMALL: "smaller than can be read",
}
"""For a person. Legibility tells what stands off the page."""

STRUCK = "struck out: what is struck out is left out of the text."


def hidden_notes(hidden: Sequence[HiddenWord]) -> list[str]:
    """Return a sentence for each reason why words are hidden, with their number."""
    counts = Counter(word.why for word in hidden)
    notes = [_note(counts[why], said) for why, said in WHY.items() if counts[why]]
    if struck := counts[WhyHidden.STRUCK_OUT]:
        notes.append(f"{struck:,} words are {STRUCK}" if struck > 1 else f"A word is {STRUCK}")
    return notes


def _note(count: int, said: str) -> str:
    return f"{count:,} words are not shown: {said}." if count > 1 else f"A word is not shown: {said}."


def _certain(doubts: Sequence[Doubt], *, layer: int = 0) -> dict[int, WhyHidden]:
    """Why the words at these places are hidden, where no picture is needed to tell; words with a flag of
    ``layer`` are the text of a scan."""
    return {
        at: next(why for flag, why in CERTAIN if doubt.flags & flag)
        for at, doubt in enumerate(doubts)
        if doubt.flags & (BESIDE | CLEAR | CLIPPED | TINY) & ~layer
    }


def _is_scan(drawing: Drawing, found: Found) -> bool:
    """Whether an image covers the page, and hardly a word is set on it: others are its text layer."""
    if drawing.imaged < SCAN_SHARE:
        return False
    set_on_it = _count_letters(found, UNPAINTED | COVERED | CLEAR | BESIDE)
    if set_on_it <= STAMPED:
        return True
    layer = _count_letters(found, BESIDE) - set_on_it
    return set_on_it <= MOST_STAMPED and layer >= MOSTLY_LAYER * set_on_it


def _count_letters(found: Found, without: int) -> int:
    """The characters of the words without any of these flags."""
    pairs = zip(found.words, found.doubts, strict=True)
    return sum(len(word.text) for word, doubt in pairs if not doubt.flags & without)


def _may_lie_over_scan(drawing: Drawing, words: Sequence[PlacedWord]) -> bool:
    """Whether much text is painted where an image covers the page, as some programs set what they recognised
    in it."""
    if drawing.imaged < SCAN_SHARE or drawing.pixels > MOST_PIXELS or drawing.paths > MOST_PATHS:
        return False
    return sum(len(word.text) for word in words if not word.style.hidden) > MOST_STAMPED


def _as_layer(word: PlacedWord) -> PlacedWord:
    return word._replace(style=word.style._replace(hidden=True))


def _part_words(
    words: Sequence[PlacedWord], doubts: Sequence[Doubt], reasons: dict[int, WhyHidden], *, is_scan: bool
) -> Parted:
    seen: list[PlacedWord] = []
    hidden: list[HiddenWord] = []
    for at, word in enumerate(words):
        if why := reasons.get(at):
            hidden.append(HiddenWord(word.text, word.box, why))
            continue
        layered = _as_layer(word) if is_scan and doubts[at].flags & (COVERED | CLEAR) else word
        seen.append(layered._replace(order=len(seen)))
    return Parted(seen, tuple(hidden))


class _Layers(NamedTuple):
    """What a file says of layers: whether ``any`` may be off, and whether ``forms`` may be of layers."""

    off: bool
    forms: bool


def _layers(page: Any) -> _Layers:
    source = page.pdf._input  # pypdfium2 has no other way to the file
    return _layers_of(Path(source)) if isinstance(source, (str, Path)) else _Layers(off=True, forms=True)


@lru_cache(maxsize=4)
def _layers_of(path: Path) -> _Layers:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _Layers(_may_be_off(content), LAYERED.search(content) is not None)
    except (OSError, ValueError):
        return _Layers(off=True, forms=True)


def _may_be_off(content: mmap.mmap) -> bool:
    if SWITCHED_OFF.search(content):
        return True
    left = MOST_UNPACKED
    for found in PACKED.finditer(content):
        try:
            unpacked = zlib.decompressobj().decompress(content[found.end() : found.end() + left], left)
        except zlib.error:  # encrypted, or packed in another way
            return True
        left -= len(unpacked)
        if left <= 0 or SWITCHED_OFF.search(unpacked):
            return True
    return False


class _Pictures:
    """Pictures of the part of a page where words are in doubt."""

    def __init__(
        self, page: Any, frame: Frame, words: Sequence[PlacedWord], doubts: Sequence[Doubt] = ()
    ) -> None:
        self._page = page.raw
        self._frame = frame
        self._words = words
        self._doubts = doubts
        self._scale = 1.0
        self._left = self._top = self._width = self._height = 0

    def _frame_words(self, places: Sequence[int]) -> None:
        """Draw no more from now on than what is around the words at these places."""
        box = self._frame.clip(around(self._words[at].box for at in places))
        area = max(box.width * box.height, 1.0)
        self._scale = SCALE * min(1.0, (MOST_DRAWN / (SCALE * SCALE * area)) ** 0.5)
        self._left, self._top = int(box.x0 * self._scale), int(box.top * self._scale)
        self._width = max(1, int(box.x1 * self._scale) + 2 - self._left)
        self._height = max(1, int(box.bottom * self._scale) + 2 - self._top)

    def unseen(self, asked: Sequence[int], unpainted: Sequence[int]) -> dict[int, WhyHidden]:
        """Why the words at these places are hidden, those that are."""
        self._frame_words([*asked, *unpainted])
        whole = self._draw()
        if whole is None:
            return {}
        found = dict.fromkeys(self._without_ink(unpainted, whole), WhyHidden.NOT_PAINTED)
        for group in self._groups(asked):
            without = self._draw_without({self._doubts[at].text_object for at in group})
            if without is None:
                break
            for at in group:
                if not self._is_seen(at, whole, without):
                    flags = self._doubts[at].flags
                    found[at] = next(why for flag, why in SHOWN_BY_PICTURE if flags & flag)
        for at in self._shown_by_covers([at for at in found if self._doubts[at].flags & COVERED]):
            del found[at]
        return found

    def show_words(self) -> bool:
        """Whether what is drawn on the page besides text shows most of its words."""
        sample = range(0, len(self._words), max(1, len(self._words) // SAMPLES))
        self._frame_words(sample)
        texts = set(_objects(self._page, text=True))
        return len(self._shown_without(texts, texts, sample)) >= SHOWN * len(sample)

    def _shown_by_covers(self, places: Sequence[int]) -> list[int]:
        """The places of words under a picture or outlines that show the same words."""
        if not places:
            return []
        own = {self._doubts[at].text_object for at in places}
        return self._shown_without(own, {doubt.text_object for doubt in self._doubts}, places)

    def _shown_without(self, own: set[int], texts: set[int], places: Sequence[int]) -> list[int]:
        """The places of words that the page shows without the objects ``texts``, their ``own`` among them."""
        covers = set(_objects(self._page, text=False))
        with_words, without = self._draw_without(covers), self._draw_without(covers | own)
        shown = self._draw_without(texts)
        if with_words is None or without is None or shown is None:
            return []
        drawn = with_words, without, shown, self._width
        return [
            at
            for at in places
            if library().pixels_agreement(*drawn, *self._pixels(at)) >= AGREEMENT
            or self._shows_letters(at, shown)
        ]

    def _shows_letters(self, at: int, shown: bytes) -> bool:
        """Whether dark letters, or light ones, stand on an even ground where a word is."""
        left, top, right, bottom = sides = self._pixels(at)
        area = (right - left) * (bottom - top)
        uneven, strong = (
            library().pixels_uneven(shown, self._width, *sides, least) if area > 0 else 0
            for least in (SEEN, STRONG)
        )
        return bool(strong > STRONG_SHARE * area and uneven < UNEVEN_SHARE * area)

    def _draw(self) -> Any:
        """The pixels, four bytes each: blue, green, red, nothing."""
        from pypdfium2 import raw as pdfium

        bitmap = pdfium.FPDFBitmap_CreateEx(self._width, self._height, pdfium.FPDFBitmap_BGRx, None, 0)
        if not bitmap:
            return None
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, self._width, self._height, 0xFFFFFFFF)
            size = (round(side * self._scale) for side in (self._frame.width, self._frame.height))
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, -self._left, -self._top, *size, 0, 0)
            length = pdfium.FPDFBitmap_GetStride(bitmap) * self._height  # four bytes a pixel leave no gap
            return ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), length)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def _draw_without(self, objects: set[int]) -> Any:
        from pypdfium2 import raw as pdfium

        handles = [ctypes.cast(ctypes.c_void_p(each), pdfium.FPDF_PAGEOBJECT) for each in objects]
        for handle in handles:
            pdfium.FPDFPageObj_SetIsActive(handle, False)
        try:
            return self._draw()
        finally:
            for handle in handles:
                pdfium.FPDFPageObj_SetIsActive(handle, True)

    def _groups(self, asked: Sequence[int]) -> Iterator[list[int]]:
        """The places in groups of which no two text objects stand over one another."""
        of_objects: dict[int, list[int]] = {}
        for at in asked:
            of_objects.setdefault(self._doubts[at].text_object, []).append(at)
        groups: list[tuple[set[tuple[int, int]], list[int]]] = []
        for places in of_objects.values():
            cells = {cell for at in places for cell in _cells(self._core(at))}
            group = next((each for each in groups if each[0].isdisjoint(cells)), None)
            if group is None:
                if len(groups) == MOST_GROUPS:
                    continue
                group = (set(), [])
                groups.append(group)
            group[0].update(cells)
            group[1].extend(places)
        return (places for _, places in groups)

    def _core(self, at: int) -> Box:
        """A word's box without what its neighbours may reach into."""
        x0, top, x1, bottom = self._words[at].box
        if self._words[at].style.direction % 2:
            across, down = MARGIN * (x1 - x0), 0.0
        else:
            across, down = 0.0, MARGIN * (bottom - top)
        return Box(x0 + across, top + down, x1 - across, bottom - down)

    def _pixels(self, at: int) -> tuple[int, int, int, int]:
        x0, top, x1, bottom = (side * self._scale for side in self._core(at))
        left, right = (min(max(int(x) - self._left, 0), self._width) for x in (x0, x1 + 1))
        high, low = (min(max(int(y) - self._top, 0), self._height) for y in (top, bottom + 1))
        return left, high, right, low

    def _is_seen(self, at: int, whole: bytes, without: bytes) -> bool:
        left, top, right, bottom = sides = self._pixels(at)
        changed = library().pixels_changed(whole, without, self._width, *sides, SEEN)
        return bool(changed > SEEN_SHARE * (right - left) * (bottom - top))

    def _without_ink(self, places: Sequence[int], whole: bytes) -> list[int]:
        """The places of words of which nothing is drawn where they stand, but words that are painted."""
        if not places:
            return []
        painted = {
            cell
            for at, doubt in enumerate(self._doubts)
            if not doubt.flags & UNPAINTED
            for cell in _cells(self._core(at))
        }
        return [at for at in places if not self._has_ink(at, whole) or _is_under(self._core(at), painted)]

    def _has_ink(self, at: int, whole: bytes) -> bool:
        left, top, right, bottom = sides = self._pixels(at)
        if left >= right or top >= bottom:
            return False
        uneven = library().pixels_uneven(whole, self._width, *sides, SEEN)
        return bool(uneven > SEEN_SHARE * (right - left) * (bottom - top))


def _objects(page: Any, *, text: bool) -> Iterator[int]:
    """The addresses of a pdfium page's objects that are text, or that are none, those within its forms too,
    up to a limit."""
    from pypdfium2 import raw as pdfium

    left = MOST_TAKEN
    holders: list[tuple[Any, Any, Any]] = [(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)]
    while holders and left > 0:
        holder, count, get = holders.pop()
        for index in range(count(holder)):
            item = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM and len(holders) < MOST_TAKEN:
                holders.append((item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject))
            elif (kind == pdfium.FPDF_PAGEOBJ_TEXT) == text and kind != pdfium.FPDF_PAGEOBJ_FORM and left > 0:
                left -= 1
                yield address_of(item)


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    x0, top, x1, bottom = (int(side / CELL) for side in box)
    return ((x, y) for x in range(x0, x1 + 1) for y in range(top, bottom + 1))


def _is_under(box: Box, painted: set[tuple[int, int]]) -> bool:
    cells = list(_cells(box))
    return sum(cell in painted for cell in cells) > UNDER_PAINTED * len(cells)
