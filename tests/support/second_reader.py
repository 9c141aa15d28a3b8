"""What MuPDF says of a PDF: the reader that checks ours, which is pdfium."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.geometry import Box

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True)
class Glyph:
    """A visible character and its middle, in points from the top left corner of the page as displayed."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class SeenPage:
    """A page as MuPDF reads it. ``blocks`` are its paragraphs with their line breaks."""

    number: int
    rotation: int
    glyphs: tuple[Glyph, ...]
    blocks: tuple[str, ...]
    block_boxes: tuple[Box, ...]

    def inside(self, boxes: Sequence[Box]) -> list[Glyph]:
        """The characters whose middle lies in the boxes, box by box, each once."""
        found: dict[int, Glyph] = {}
        for box in boxes:
            for place, glyph in enumerate(self.glyphs):
                if box.x0 <= glyph.x <= box.x1 and box.top <= glyph.y <= box.bottom:
                    found.setdefault(place, glyph)
        return list(found.values())

    def sentences(self, fewest: int = 6, most: int = 45) -> Iterator[str]:
        """Whole sentences of its paragraphs, as they stand there with line breaks and hyphens."""
        for block in self.blocks:
            for sentence in SENTENCE.split(block):
                if fewest <= len(sentence.split()) <= most and re.search(r"[.!?]$", sentence.strip()):
                    yield sentence.strip()

    @property
    def in_two_columns(self) -> bool:
        """Whether paragraphs stand side by side in two halves of the page, several on each side."""
        long = [box for box, text in zip(self.block_boxes, self.blocks, strict=True) if len(text) > 150]
        middle = (min(b.x0 for b in long) + max(b.x1 for b in long)) / 2 if long else 0
        left = [box for box in long if box.x1 <= middle + 5]
        right = [box for box in long if box.x0 >= middle - 5]
        beside = [(a, b) for a in left for b in right if a.top < b.bottom and b.top < a.bottom]
        return len(left) >= 2 and len(right) >= 2 and bool(beside)


def seen_pages(path: Path, numbers: Sequence[int]) -> list[SeenPage]:
    """The pages with these numbers, from 1."""
    import pymupdf

    with pymupdf.open(path) as document:
        return [_seen(document[number - 1], number) for number in numbers]


def page_count(path: Path) -> int:
    """0 for a file that MuPDF cannot read."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        with pymupdf.open(path) as document:
            return 0 if document.needs_pass else len(document)
    except pymupdf.FileDataError:
        return 0


def overprinted(glyphs: Sequence[Glyph]) -> bool:
    """Whether letters stand upon each other, as where a figure's clipped text lies under a paragraph; accents
    that are drawn apart stand upon theirs everywhere."""
    letters = sorted((glyph.x, glyph.y) for glyph in glyphs if _is_letter(glyph.text))
    return any(
        abs(one[0] - other[0]) < 0.6 and abs(one[1] - other[1]) < 1
        for place, one in enumerate(letters)
        for other in letters[place + 1 : place + 4]
    )


def _is_letter(text: str) -> bool:
    return text.isalnum() and unicodedata.category(text[0]) != "Lm"


def _seen(page: Any, number: int) -> SeenPage:
    import pymupdf

    flags = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE
    turn = page.rotation_matrix
    raw = page.get_text("rawdict", flags=flags)
    glyphs = []
    blocks, boxes = [], []
    for block in raw["blocks"]:
        lines = []
        for line in block.get("lines", ()):
            characters = [c for span in line["spans"] for c in span["chars"]]
            lines.append("".join(c["c"] for c in characters))
            for c in characters:
                box = pymupdf.Rect(c["bbox"]) * turn
                if not c["c"].isspace():
                    glyphs.append(Glyph(c["c"], (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
        blocks.append("\n".join(lines))
        box = pymupdf.Rect(block["bbox"]) * turn
        boxes.append(Box(box.x0, box.y0, box.x1, box.y1))
    return SeenPage(number, page.rotation, tuple(glyphs), tuple(blocks), tuple(boxes))
