"""What a PDF calls its pages: iv, A-3."""

from __future__ import annotations

import ctypes
from typing import Any

from app.core.names import shown_text

LONGEST = 40
"""Characters; a longer name is none that a reader would look for."""


def read_label(document: Any, number: int) -> str:
    """Return the name that a pypdfium2 document gives to a page (1-based), "" where it gives none, or no
    other than its number (ISO 32000-1, 12.4.2)."""
    from pypdfium2 import raw as pdfium

    size = pdfium.FPDF_GetPageLabel(document, number - 1, None, 0)
    if not 2 < size <= 2 * LONGEST + 2:  # two bytes a character, with the zero that ends it
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetPageLabel(document, number - 1, buffer, size)
    said = buffer.raw[: size - 2].decode("utf-16-le", "replace")
    # It stands in the program's own lines: marks of direction and of a terminal would write those anew.
    label = shown_text(" ".join(said.split()))
    return "" if label == str(number) else label
