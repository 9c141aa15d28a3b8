"""The functions of pdfium that are called hundreds of times for a page, taking addresses as plain integers.

pypdfium2's own make an object of every pointer, and fill a structure for every answer; these write into
arrays, so that one ``map`` asks for all of a page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

Sides = tuple[float, float, float, float]
"""Left, bottom, right and top in user space."""


class Calls:
    """Functions with the names that pdfium gives them, and what asks them many times over."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        address, number = ctypes.c_void_p, ctypes.c_int
        self._loose_box = _plain(raw.FPDFText_GetLooseCharBox, number, address, number, address)
        self._tight_box = _plain(raw.FPDFText_GetCharBox, number, address, number, *(address,) * 4)
        self._unicode = _plain(raw.FPDFText_GetUnicode, ctypes.c_uint, address, number)
        self._text_object = _plain(raw.FPDFText_GetTextObject, address, address, number)

    def loose_boxes(self, text_page: int, places: Sequence[int]) -> list[Sides]:
        """The (left, bottom, right, top) of the characters at these places, in user space; zeros where
        there is none."""
        count = len(places)
        found = (ctypes.c_float * (4 * count))()
        start = ctypes.addressof(found)
        list(map(self._loose_box, repeat(text_page), places, range(start, start + 16 * count, 16)))
        sides = list(found)  # FS_RECTF: left, top, right, bottom
        return list(zip(sides[0::4], sides[3::4], sides[2::4], sides[1::4], strict=True))

    def tight_boxes(self, text_page: int, places: Sequence[int]) -> list[Sides]:
        """As ``loose_boxes``, around what the characters blacken."""
        count = len(places)
        found = (ctypes.c_double * (4 * count))()
        start, end = ctypes.addressof(found), ctypes.addressof(found) + 32 * count
        left, right, bottom, top = (range(start + 8 * side, end, 32) for side in range(4))
        list(map(self._tight_box, repeat(text_page), places, left, right, bottom, top))
        sides = list(found)
        return list(zip(sides[0::4], sides[2::4], sides[1::4], sides[3::4], strict=True))

    def codes(self, text_page: int, count: int) -> list[int]:
        """What pdfium says that each of the first characters of a page is."""
        return list(map(self._unicode, repeat(text_page), range(count)))

    def text_objects(self, text_page: int, places: Sequence[int]) -> list[int | None]:
        """The addresses of the text objects that the characters at these places belong to."""
        return list(map(self._text_object, repeat(text_page), places))


def _plain(function: Any, answer: Any, *arguments: Any) -> Callable[..., Any]:
    found = ctypes.cast(function, ctypes.c_void_p).value
    assert found
    return ctypes.CFUNCTYPE(answer, *arguments)(found)


@lru_cache(maxsize=1)
def calls() -> Calls:
    """The one set there is."""
    return Calls()


def address_of(pointer: Any) -> int:
    """The address that a pypdfium2 pointer holds, 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
