"""How words are set: size, weight, direction and font, read once for each text object."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from app.ingest.calls import address_of, calls
from app.ingest.frame import Frame, Matrix

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


class Styles:
    """The styles of a page's characters."""

    def __init__(self, text_page: Any, frame: Frame) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._text_page = text_page
        self._address = address_of(text_page)
        self._frame = frame
        self._entries = raw.FS_MATRIX()
        self._by_object: dict[int | None, Style] = {}
        self._by_setting: dict[tuple[float, ...], tuple[float, int, bool]] = {}
        self._fonts: dict[int, tuple[str, bool]] = {}

    def of(self, places: Sequence[int]) -> list[Style]:
        """The styles of the characters at these places."""
        known = self._by_object
        objects = calls().text_objects(self._address, places)
        for place, text_object in zip(places, objects, strict=True):
            if text_object not in known:
                known[text_object] = self._read(place)
        return [known[text_object] for text_object in objects]

    def _read(self, place: int) -> Style:
        text_object = self._raw.FPDFText_GetTextObject(self._text_page, place)
        entries = self._entries
        self._raw.FPDFText_GetMatrix(self._text_page, place, entries)
        size = self._raw.FPDFText_GetFontSize(self._text_page, place)
        setting = size, entries.a, entries.b, entries.c, entries.d
        if setting not in self._by_setting:
            self._by_setting[setting] = self._displayed(*setting)
        name, bold = self._font(text_object)
        if self._raw.FPDFTextObj_GetTextRenderMode(text_object) == FILL_THEN_STROKE:
            bold = True
        size, direction, slanted = self._by_setting[setting]
        return Style(size, bold, direction, slanted, name)

    def _displayed(self, size: float, a: float, b: float, c: float, d: float) -> tuple[float, int, bool]:
        """Size, direction and slant on the displayed page."""
        matrix = Matrix(a, b, c, d, 0, 0).then(self._frame.matrix)
        direction, slanted = matrix.direction()
        return round(size * (matrix.c**2 + matrix.d**2) ** 0.5, 2), direction, slanted

    def _font(self, text_object: Any) -> tuple[str, bool]:
        font = self._raw.FPDFTextObj_GetFont(text_object)
        key = address_of(font)
        if key not in self._fonts:
            buffer = ctypes.create_string_buffer(128)
            self._raw.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
            name = buffer.value.decode("utf-8", "replace")
            bold = bool(BOLD_NAME.search(name)) or bool(
                max(self._raw.FPDFFont_GetFlags(font), 0) & FORCE_BOLD
            )
            self._fonts[key] = name, bold
        return self._fonts[key]
