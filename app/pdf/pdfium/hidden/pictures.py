"""Pictures of a page, drawn with and without words: what makes no difference is not seen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from app.core.geometry import Box, around
from app.core.page import WhyHidden
from app.pdf.native.library import library
from app.pdf.pdfium.calls import address_of
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.hidden.flags import COVERED, SHOWN_BY_PICTURE, UNPAINTED
from app.pdf.pdfium.words import Doubt, PlacedWord

SCALE = 1.5
"""Pixels a point of the picture: the strokes of a letter of 6 points are half a pixel wide."""

MOST_DRAWN = 4_000_000
"""Pixels of the picture; a larger page is drawn smaller."""

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

MOST_TAKEN = 5_000
"""Objects of a page that are taken away to see what is under them."""

MOST_GROUPS = 4
"""Of words that stand over one another, each drawn alone; those beyond stay."""

CELL = 3.0
"""Points: words that share a cell stand over one another."""


class Pictures:
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
        # A picture that shows the words itself covers them without hiding anything: scans and outlined
        # type.
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
            # Taken away together, two words over one another would hide which of them made the difference.
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
