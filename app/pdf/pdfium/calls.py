"""Functions of pdfium that are called often for a page, taking addresses as plain integers.

pypdfium2's own make an object of every pointer, and fill a structure for every answer. What is asked for each
letter or line is asked by the compiled library (``app.pdf.native``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

ADDRESS = ctypes.c_void_p
NUMBER = ctypes.c_int

LONGEST_NAME = 128
"""Bytes of a font's name, with the zero that ends it."""


class TextCalls:
    """What is asked about the characters of a text page and their fonts."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        self._map_error = plain(raw.FPDFText_HasUnicodeMapError, NUMBER, ADDRESS, NUMBER)
        self._font_name = plain(
            raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, ADDRESS, ADDRESS, ctypes.c_size_t
        )
        self._font_flags = plain(raw.FPDFFont_GetFlags, NUMBER, ADDRESS)

    def are_unmapped(self, text_page: int, places: Sequence[int]) -> list[bool]:
        """Return whether the font does not say what the characters at these places mean."""
        return [answer == 1 for answer in map(self._map_error, repeat(text_page), places)]

    def font(self, address: int | None) -> tuple[str, int]:
        """Return a font's name, as far as it is not too long, and its flags (ISO 32000-1, table 123)."""
        name = ctypes.create_string_buffer(LONGEST_NAME)
        self._font_name(address, ctypes.addressof(name), LONGEST_NAME)
        # pdfium gives -1 where it cannot tell.
        return name.value.decode("utf-8", "replace"), max(self._font_flags(address), 0)


def plain(function: Any, answer: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of pdfium's that takes and gives these types, pointers as integers."""
    found = ctypes.cast(function, ctypes.c_void_p).value
    assert found
    return ctypes.CFUNCTYPE(answer, *arguments)(found)


@lru_cache(maxsize=1)
def text_calls() -> TextCalls:
    """Return the one set there is."""
    return TextCalls()


def address_of(pointer: Any) -> int:
    """Return the address that a pypdfium2 pointer holds, 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
