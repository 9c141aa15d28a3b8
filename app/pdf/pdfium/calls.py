"""The functions of pdfium that are called hundreds of times for a page, taking addresses as plain integers.

pypdfium2's own make an object of every pointer, and fill a structure for every answer; these write into
arrays, so that one ``map`` asks for all of a page.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import count, repeat
from typing import Any

ADDRESS = ctypes.c_void_p
NUMBER = ctypes.c_int

LONGEST_NAME = 128
"""Bytes of a font's name, with the zero that ends it."""

Sides = tuple[float, float, float, float]
"""Left, bottom, right and top in user space."""


class TextCalls:
    """What is asked about the characters of a text page; each takes the addresses and places to ask for."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        self._loose_box = plain(raw.FPDFText_GetLooseCharBox, NUMBER, ADDRESS, NUMBER, ADDRESS)
        self._origin = plain(raw.FPDFText_GetCharOrigin, NUMBER, ADDRESS, NUMBER, ADDRESS, ADDRESS)
        self._map_error = plain(raw.FPDFText_HasUnicodeMapError, NUMBER, ADDRESS, NUMBER)
        self._unicode = plain(raw.FPDFText_GetUnicode, ctypes.c_uint, ADDRESS, NUMBER)
        self._text_object = plain(raw.FPDFText_GetTextObject, ADDRESS, ADDRESS, NUMBER)
        self._matrix = plain(raw.FPDFText_GetMatrix, NUMBER, ADDRESS, NUMBER, ADDRESS)
        self._font_size = plain(raw.FPDFText_GetFontSize, ctypes.c_double, ADDRESS, NUMBER)
        self._font = plain(raw.FPDFTextObj_GetFont, ADDRESS, ADDRESS)
        self._font_name = plain(
            raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, ADDRESS, ADDRESS, ctypes.c_size_t
        )
        self._font_flags = plain(raw.FPDFFont_GetFlags, NUMBER, ADDRESS)
        self._render_mode = plain(raw.FPDFTextObj_GetTextRenderMode, NUMBER, ADDRESS)

    def loose_boxes(self, text_page: int, places: Sequence[int]) -> list[Sides]:
        """The boxes of the characters at these places; zeros where there is none."""
        found = (ctypes.c_float * (4 * len(places)))()
        start = ctypes.addressof(found)
        _ask(self._loose_box, repeat(text_page), places, count(start, 16))
        sides = list(found)  # FS_RECTF: left, top, right, bottom
        return list(zip(sides[0::4], sides[3::4], sides[2::4], sides[1::4], strict=True))

    def origins(self, text_page: int, places: Sequence[int]) -> list[tuple[float, float]]:
        """Where the pen stands, on the baseline, for the characters at these places."""
        found = (ctypes.c_double * (2 * len(places)))()
        start = ctypes.addressof(found)
        _ask(self._origin, repeat(text_page), places, count(start, 16), count(start + 8, 16))
        return list(zip(found[0::2], found[1::2], strict=True))

    def codes(self, text_page: int, number: int) -> list[int]:
        """What pdfium says that each of the first characters of a page is."""
        return list(map(self._unicode, repeat(text_page), range(number)))

    def unmapped(self, text_page: int, places: Sequence[int]) -> list[bool]:
        """Whether the font does not say what the characters at these places mean."""
        return [answer == 1 for answer in map(self._map_error, repeat(text_page), places)]

    def text_objects(self, text_page: int, places: Sequence[int]) -> list[int | None]:
        """The addresses of the text objects that the characters at these places belong to."""
        return list(map(self._text_object, repeat(text_page), places))

    def settings(self, text_page: int, places: Sequence[int]) -> list[tuple[float, ...]]:
        """For each place the font's size and the a, b, c and d of the text's matrix."""
        found = (ctypes.c_float * (6 * len(places)))()
        _ask(self._matrix, repeat(text_page), places, count(ctypes.addressof(found), 24))
        sizes = map(self._font_size, repeat(text_page), places)
        return list(zip(sizes, *(found[entry::6] for entry in range(4)), strict=True))

    def fonts(self, text_objects: Iterable[int | None]) -> list[int | None]:
        """The addresses of the fonts of these text objects."""
        return list(map(self._font, text_objects))

    def font(self, address: int | None) -> tuple[str, int]:
        """A font's name, as far as it is not too long, and its flags (ISO 32000-1, table 123)."""
        name = ctypes.create_string_buffer(LONGEST_NAME)
        self._font_name(address, ctypes.addressof(name), LONGEST_NAME)
        return name.value.decode("utf-8", "replace"), max(self._font_flags(address), 0)

    def render_modes(self, text_objects: Iterable[int | None]) -> list[int]:
        """How these text objects are painted (ISO 32000-1, table 106)."""
        return list(map(self._render_mode, text_objects))


class DrawingCalls:
    """What is asked about page objects, by their addresses."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        self._count = plain(raw.FPDFPage_CountObjects, NUMBER, ADDRESS)
        self._object = plain(raw.FPDFPage_GetObject, ADDRESS, ADDRESS, NUMBER)
        self._form_count = plain(raw.FPDFFormObj_CountObjects, NUMBER, ADDRESS)
        self._form_object = plain(raw.FPDFFormObj_GetObject, ADDRESS, ADDRESS, ctypes.c_ulong)
        self._kind = plain(raw.FPDFPageObj_GetType, NUMBER, ADDRESS)
        self._matrix = plain(raw.FPDFPageObj_GetMatrix, NUMBER, ADDRESS, ADDRESS)
        self._bounds = plain(raw.FPDFPageObj_GetBounds, NUMBER, ADDRESS, *(ADDRESS,) * 4)
        self._pixel_size = plain(raw.FPDFImageObj_GetImagePixelSize, NUMBER, ADDRESS, ADDRESS, ADDRESS)
        self._fill = plain(raw.FPDFPageObj_GetFillColor, NUMBER, ADDRESS, *(ADDRESS,) * 4)
        self._draw_mode = plain(raw.FPDFPath_GetDrawMode, NUMBER, ADDRESS, ADDRESS, ADDRESS)
        self._segment_count = plain(raw.FPDFPath_CountSegments, NUMBER, ADDRESS)
        self._segment = plain(raw.FPDFPath_GetPathSegment, ADDRESS, ADDRESS, NUMBER)
        self._segment_kind = plain(raw.FPDFPathSegment_GetType, NUMBER, ADDRESS)
        self._segment_closes = plain(raw.FPDFPathSegment_GetClose, NUMBER, ADDRESS)
        self._point = plain(raw.FPDFPathSegment_GetPoint, NUMBER, ADDRESS, ADDRESS, ADDRESS)
        self._floats = (ctypes.c_float * 6)()
        self._numbers = (ctypes.c_uint * 4)()
        self._six = ctypes.addressof(self._floats)
        self._four = tuple(range(ctypes.addressof(self._numbers), ctypes.addressof(self._numbers) + 16, 4))

    def on_page(self, page: int, most: int) -> list[tuple[int, int]]:
        """Address and kind of a page's first objects."""
        objects = map(self._object, repeat(page), range(min(self._count(page), most)))
        return [(each, self._kind(each)) for each in objects if each]

    def in_form(self, form: int, most: int) -> list[tuple[int, int]]:
        """Address and kind of the first objects of a form."""
        objects = map(self._form_object, repeat(form), range(min(self._form_count(form), most)))
        return [(each, self._kind(each)) for each in objects if each]

    def matrix(self, drawn: int) -> list[float]:
        """The six entries of an object's matrix."""
        self._floats[:] = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
        self._matrix(drawn, self._six)
        return self._floats[:]

    def bounds(self, drawn: int) -> Sides | None:
        """The box around an object, in the space that it is drawn in."""
        sides = range(self._six, self._six + 16, 4)
        if not self._bounds(drawn, *sides):
            return None
        left, bottom, right, top = self._floats[:4]
        return left, bottom, right, top

    def image_pixels(self, image: int) -> int:
        """The number of an image's own pixels, 0 where it does not say."""
        self._numbers[:2] = [0, 0]
        self._pixel_size(image, *self._four[:2])
        return self._numbers[0] * self._numbers[1]

    def fill_colour(self, drawn: int) -> tuple[int, int, int, int] | None:
        """Red, green, blue and opacity, each 0–255."""
        if not self._fill(drawn, *self._four):
            return None
        red, green, blue, alpha = self._numbers[:]
        return red, green, blue, alpha

    def painted(self, path: int) -> tuple[bool, bool]:
        """Whether a path is filled, and whether it is stroked."""
        self._numbers[:2] = [0, 0]
        self._draw_mode(path, *self._four[:2])
        return bool(self._numbers[0]), bool(self._numbers[1])

    def segment_count(self, path: int) -> int:
        """The segments of a path, -1 where they cannot be read."""
        return int(self._segment_count(path))

    def segments(self, path: int, number: int) -> list[tuple[int, float, float, int]]:
        """Kind, x, y and whether it closes its subpath, of each segment of a path."""
        found = (ctypes.c_float * (2 * number))()
        start = ctypes.addressof(found)
        handles = list(map(self._segment, repeat(path), range(number)))
        _ask(self._point, handles, count(start, 8), count(start + 4, 8))
        kinds, closes = map(self._segment_kind, handles), map(self._segment_closes, handles)
        return list(zip(kinds, found[0::2], found[1::2], closes, strict=True))


def _ask(function: Callable[..., Any], *arguments: Iterable[Any]) -> None:
    deque(map(function, *arguments), maxlen=0)


def plain(function: Any, answer: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium's that takes and gives these types, pointers as integers."""
    found = ctypes.cast(function, ctypes.c_void_p).value
    assert found
    return ctypes.CFUNCTYPE(answer, *arguments)(found)


@lru_cache(maxsize=1)
def text_calls() -> TextCalls:
    """The one set there is."""
    return TextCalls()


@lru_cache(maxsize=1)
def drawing_calls() -> DrawingCalls:
    """The one set there is: it answers through its own memory, and is for one thread."""
    return DrawingCalls()


def address_of(pointer: Any) -> int:
    """The address that a pypdfium2 pointer holds, 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
