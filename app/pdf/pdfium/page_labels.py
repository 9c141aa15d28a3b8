"""What a PDF calls its pages: iv, A-3."""

from __future__ import annotations

import ctypes
from typing import Any

from app.core.names import shown_text

LONGEST = 40
"""Characters; a longer name is none that a reader would look for."""

MOST = 10_000
"""Pages whose names are read when a file is opened: 15 ms of CPU."""


def read_labels(document: Any) -> tuple[str, ...]:
    """Return the names that a pypdfium2 document gives to its pages, in order, "" where it gives none; empty
    where it names none."""
    labels = tuple(read_label(document, number) for number in range(1, min(len(document), MOST) + 1))
    return labels if any(labels) else ()


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
