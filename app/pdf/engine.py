"""Which reader asks pdfium about a page: the compiled one where it was built, else the plain one.

Both give the same words, drawings, cells and rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.pdf.pdfium import drawing, words
from app.pdf.pdfium.drawing import Drawing
from app.pdf.pdfium.frame import Frame
from app.pdf.pdfium.words import PlacedWord, Ruling
from app.pdf.tables import crossings, rows
from app.pdf.tables.rows import Row


class Engine(NamedTuple):
    """A reader of pdfium's pages and of its text pages, and of what lines and words make."""

    name: str
    read_drawing: Callable[[Any, Frame], Drawing]
    read_words: Callable[[Any, Frame, Sequence[Ruling]], list[PlacedWord]]
    read_cells: crossings.ReadCells
    read_rows: Callable[[Sequence[PlacedWord], float], list[Row]]


PLAIN = Engine("plain", drawing.read_drawing, words.read_words, crossings.read_cells, rows.read_rows)


def compiled() -> Engine | None:
    """The compiled reader, ``None`` where there is none for this machine."""
    from app.pdf.native import crossings, drawing, library, rows, words

    if not library.library():
        return None
    return Engine("compiled", drawing.read_drawing, words.read_words, crossings.read_cells, rows.read_rows)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The one to use."""
    return compiled() or PLAIN
