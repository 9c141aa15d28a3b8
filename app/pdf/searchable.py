"""A copy of a scanned PDF in which the words that OCR read can be found and marked, where the picture shows
them.

Each word is text that is not painted (render mode 3) over its picture, in a font of its own. Pages keep
all that they have; where a page has text of its own, nothing is added.
"""

from __future__ import annotations

import ctypes
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

from app.core.geometry import Box
from app.pdf.fonts.unseen import (
    ASCENT,
    DESCENT,
    MOST_CODES,
    UNITS,
    WIDE,
    make_font,
    make_glyph_map,
    make_unicode_map,
)
from app.pdf.pdfium.frame import Matrix, page_frame

HEIGHT = (ASCENT - DESCENT) / UNITS
BELOW = -DESCENT / UNITS
WIDTH = WIDE / UNITS

PageWords: TypeAlias = tuple[int, Sequence[tuple[str, Box]]]
"""A page's number (1-based) and words, each with its box on the page as it is displayed."""


def write_words(pages: Iterable[PageWords], path: Path) -> None:
    """Write words for ``save_searchable``, a page a line."""
    with path.open("w", encoding="utf-8") as file:
        for page in pages:
            file.write(json.dumps(page, ensure_ascii=False) + "\n")


def save_searchable(document: Any, words: Path, target: Path, renew: Callable[[], None]) -> None:
    """Save a copy of an open pypdfium2 document with the words of a file that ``write_words`` wrote.
    ``renew`` is called before each page: to a page its own time."""
    # Of all pages first: one font serves the whole file, and its map must be whole when it is loaded.
    letters = sorted({letter for _, found in _read(words) for word, _ in found for letter in word})
    codes = {letter: code for code, letter in enumerate(letters[:MOST_CODES], 1)}
    font = _load_font(document, list(codes))
    for number, found in _read(words):
        renew()
        with closing(document[number - 1]) as page:
            _add_words(document, page, font, codes, found)
    renew()
    document.save(target)


def _read(words: Path) -> Iterator[PageWords]:
    with words.open(encoding="utf-8") as file:
        for line in file:
            number, found = json.loads(line)
            yield number, [(word, Box(*sides)) for word, sides in found]


def _load_font(document: Any, letters: Sequence[str]) -> Any:
    from pypdfium2 import raw as pdfium

    font, glyphs = make_font(), make_glyph_map(len(letters))
    return pdfium.FPDFText_LoadCidType2Font(
        document.raw, _bytes(font), len(font), make_unicode_map(letters) + b"\0", _bytes(glyphs), len(glyphs)
    )


def _bytes(content: bytes) -> Any:
    return (ctypes.c_uint8 * len(content)).from_buffer_copy(content)


def _add_words(
    document: Any, page: Any, font: Any, codes: dict[str, int], words: Sequence[tuple[str, Box]]
) -> None:
    from pypdfium2 import raw as pdfium

    # Words stand as a reader sees the page; what is inserted is placed before the page is turned and cropped.
    back = _inverse(page_frame(page.raw).matrix)
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    try:
        missing = [(word, box) for word, box in words if not _has_text(text_page, back, box)]
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    for word, box in missing:
        # A letter beyond the font's codes is left out: the rest of its word can still be found.
        numbers = [codes[letter] for letter in _as_shown(word) if letter in codes]
        if not numbers or box.width <= 0 or box.height <= 0:
            continue
        size = box.height / HEIGHT
        text = pdfium.FPDFPageObj_CreateTextObj(document.raw, font, size)
        pdfium.FPDFText_SetCharcodes(text, (ctypes.c_uint32 * len(numbers))(*numbers), len(numbers))
        pdfium.FPDFTextObj_SetTextRenderMode(text, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
        # One width for all letters, as the font has no shapes: a search marks the box, whatever stands in it.
        stretch = box.width / (WIDTH * size * len(numbers))
        x, y = back.point(box.x0, box.bottom - BELOW * size)
        across, down = (stretch * back.a, stretch * back.b), (-back.c, -back.d)
        pdfium.FPDFPageObj_SetMatrix(text, pdfium.FS_MATRIX(*across, *down, x, y))
        pdfium.FPDFPage_InsertObject(page.raw, text)
    if missing:
        # Only for pages that gained a word: it writes the whole content anew, which a page without need not
        # risk.
        pdfium.FPDFPage_GenerateContent(page.raw)


def _has_text(text_page: Any, back: Matrix, box: Box) -> bool:
    """Return whether a letter of the page stands in the middle of a word's box, or as near as its own are to
    each other."""
    from pypdfium2 import raw as pdfium

    near = min(box.width, box.height)
    return bool(pdfium.FPDFText_GetCharIndexAtPos(text_page, *back.point(*box.middle), near, near) >= 0)


def _as_shown(word: str) -> str:
    """Return a word's letters from left to right: viewers turn those of Hebrew and Arabic around again."""
    strong = next((kind for kind in map(unicodedata.bidirectional, word) if kind in ("L", "R", "AL")), "L")
    return word if strong == "L" else word[::-1]


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    by = a * d - b * c
    return Matrix(d / by, -b / by, -c / by, a / by, (c * f - d * e) / by, (b * e - a * f) / by)
