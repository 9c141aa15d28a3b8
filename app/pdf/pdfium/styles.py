"""How words are set: size, weight, direction and font, read once for each text object."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.pdf.pdfium.calls import text_calls
from app.pdf.pdfium.frame import Frame, Matrix

BOLD_NAME = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|[-,]bd|medi(?!um)", re.IGNORECASE)
FORCE_BOLD = 1 << 18  # ISO 32000-1, table 123
FILL_THEN_STROKE = 2  # a text rendering mode that fakes a bold face
NOT_PAINTED = 3  # another


class Style(NamedTuple):
    """How a word is set: size in points as displayed, and the way it runs in quarter turns clockwise.
    ``hidden`` text is not painted: the layer of text under a scan."""

    size: float
    bold: bool
    direction: int
    slanted: bool
    font: str
    hidden: bool = False


class Styles:
    """The styles of a page's characters."""

    def __init__(self, text_page: int, frame: Frame) -> None:
        self._text_page = text_page
        self._frame = frame
        self._by_object: dict[int | None, Style] = {}
        self._by_setting: dict[tuple[Any, ...], Style] = {}
        self._fonts: dict[int | None, tuple[str, bool]] = {}

    def of(self, places: Sequence[int]) -> list[Style]:
        """The styles of the characters at these places."""
        known = self._by_object
        objects = text_calls().text_objects(self._text_page, places)
        unknown = {each: place for each, place in zip(objects, places, strict=True) if each not in known}
        if unknown:
            self._read(unknown)
        return [known[each] for each in objects]

    def _read(self, objects: dict[int | None, int]) -> None:
        """Read the styles of text objects, given a place in each."""
        calls = text_calls()
        settings = calls.settings(self._text_page, list(objects.values()))
        parts = zip(objects, settings, calls.fonts(objects), calls.render_modes(objects), strict=True)
        for text_object, setting, font, mode in parts:
            key = (setting, font, mode)
            if key not in self._by_setting:
                self._by_setting[key] = self._style(setting, font, mode)
            self._by_object[text_object] = self._by_setting[key]

    def _style(self, setting: tuple[float, ...], font: int | None, mode: int) -> Style:
        size, a, b, c, d = setting
        matrix = Matrix(a, b, c, d, 0, 0).then(self._frame.matrix)
        direction, slanted = matrix.direction()
        name, bold = self._font(font)
        displayed = round(size * math.sqrt(matrix.c**2 + matrix.d**2), 2)
        bold = bold or mode == FILL_THEN_STROKE
        return Style(displayed, bold, direction, slanted, name, mode == NOT_PAINTED)

    def _font(self, address: int | None) -> tuple[str, bool]:
        if address not in self._fonts:
            self._fonts[address] = font_of(address)
        return self._fonts[address]


def font_of(address: int | None) -> tuple[str, bool]:
    """The name of a font of pdfium's, and whether it is bold by itself."""
    name, flags = text_calls().font(address)
    return name, _is_bold_name(name) or bool(flags & FORCE_BOLD)


@lru_cache(maxsize=256)
def _is_bold_name(name: str) -> bool:
    return bool(BOLD_NAME.search(name))
