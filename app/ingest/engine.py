"""Which reader asks pdfium about a page: the compiled one where it was built, else the plain one.

Both give the same words and the same drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.ingest import drawing, words
from app.ingest.drawing import Drawing
from app.ingest.frame import Frame
from app.ingest.words import PlacedWord, Ruling


class Engine(NamedTuple):
    """A reader of pdfium's pages and of its text pages."""

    name: str
    read_drawing: Callable[[Any, Frame], Drawing]
    read_words: Callable[[Any, Frame, Sequence[Ruling]], list[PlacedWord]]


PLAIN = Engine("plain", drawing.read_drawing, words.read_words)


def compiled() -> Engine | None:
    """The compiled reader, ``None`` where there is none for this machine."""
    from app.ingest.native import drawing, library, words

    return Engine("compiled", drawing.read_drawing, words.read_words) if library.library() else None


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The one to use."""
    return compiled() or PLAIN
