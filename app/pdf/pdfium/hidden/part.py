"""Words that no reader sees: on a layer that is off, outside their clip, under what was drawn later, of the
colour of their ground, transparent, not painted, too small or off the page.

The compiled library says which words are in doubt (``native/source/doubts.c``). Of most of these a picture
decides: the page is drawn with and without them, and what makes no difference is not seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from app.core.page import HiddenWord, WhyHidden
from app.pdf.pdfium.drawing import Drawing
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.hidden.flags import (
    BESIDE,
    CERTAIN,
    CLEAR,
    CLIPPED,
    COVERED,
    FAINT,
    IN_FORM,
    LOOKED_AT,
    MARKED,
    OVER_IMAGE,
    TINY,
    UNPAINTED,
)
from app.pdf.pdfium.hidden.layers import read_layers
from app.pdf.pdfium.hidden.pictures import Pictures
from app.pdf.pdfium.words import Doubt, Found, PlacedWord
from app.pdf.verdict import MOST_STAMPED, SCAN_SHARE, STAMPED

MOST_PIXELS, MOST_PATHS = 12_000_000, 20_000
"""Of a page's images and drawing: beyond, drawing it would take seconds, and words in doubt stay."""

SMALL_IMAGES = 400_000
"""Pixels of a page's images up to which words on one are looked at: text on a picture is nearly always seen,
and to draw a photograph takes as long as reading ten pages."""

MOSTLY_LAYER = 4
"""Characters in the layer of text of a scan for each one that is set on it as a stamp or at the edges."""


class Parted(NamedTuple):
    """The words of a page that a reader sees, and those that none does."""

    words: list[PlacedWord]
    hidden: tuple[HiddenWord, ...] = ()


def part_hidden(page: Any, frame: Frame, drawing: Drawing, found: Found) -> Parted:
    """Part the words of a pypdfium2 page into those that are seen and those that are not. Text that lies
    under or over the picture of a scan, or over outlines of its letters, is seen; that of a scan has a hidden
    style, also where it is painted over the same words of the picture."""
    parted = _part(page, frame, drawing, found)
    if _may_lie_over_scan(drawing, parted.words) and Pictures(page, frame, parted.words).show_words():
        return parted._replace(words=[_as_layer(word) for word in parted.words])
    return parted


def _part(page: Any, frame: Frame, drawing: Drawing, found: Found) -> Parted:
    if not found.doubts:
        return Parted(found.words)
    words, doubts = found.words, found.doubts
    is_scan = _is_scan(drawing, found)
    # The text layer of a scan is transparent on purpose: it is what the picture shows.
    reasons = _certain(doubts, layer=CLEAR if is_scan else 0)
    looked_at = MARKED | FAINT if is_scan else LOOKED_AT
    if looked_at & reduce(or_, (doubt.flags for doubt in doubts)) & (MARKED | IN_FORM):
        layers = read_layers(page)
        looked_at &= ~((0 if layers.off else MARKED) | (0 if layers.off and layers.forms else IN_FORM))
    # Photographs take long to draw, and text on them is nearly always meant to be seen.
    if drawing.pixels > SMALL_IMAGES:
        looked_at &= ~OVER_IMAGE
    asked = [at for at, each in enumerate(doubts) if at not in reasons and each.flags & looked_at]
    asked = [at for at in asked if not doubts[at].flags & UNPAINTED]
    unpainted = [at for at, each in enumerate(doubts) if at not in reasons and each.flags & UNPAINTED]
    if is_scan:
        # A scan's own text is unpainted by design: the picture shows it.
        unpainted = []
    # Drawing is all that can tell, and a page that takes seconds to draw keeps its words.
    if (asked or unpainted) and drawing.pixels <= MOST_PIXELS and drawing.paths <= MOST_PATHS:
        reasons |= Pictures(page, frame, words, doubts).unseen(asked, unpainted)
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
