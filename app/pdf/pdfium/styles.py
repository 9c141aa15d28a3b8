"""How words are set: size, weight, direction and font."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from app.core.process.patterns import defer_regex
from app.pdf.pdfium.calls import text_calls

BOLD_NAME = defer_regex(r"bold|black|heavy|demi|cmbx|sfbx|[-,]bd|medi(?!um)", re.IGNORECASE)
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


def font_of(address: int | None) -> tuple[str, bool]:
    """Return the name of a font of pdfium's, and whether it is bold by itself."""
    name, flags = text_calls().font(address)
    return name, _is_bold_name(name) or bool(flags & FORCE_BOLD)


@lru_cache(maxsize=256)
def _is_bold_name(name: str) -> bool:
    return bool(BOLD_NAME.search(name))
