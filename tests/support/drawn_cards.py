"""Documents of few lines whose cards are made: drawn as PDFs, or as pages where no font has their letters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.core.card import Card
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Outline, Page
from app.ingest.card.make import make_card
from tests.support.readers import open_outline, read_pages


def card_of(folder: Path, *pages: Sequence[tuple[float, str]], name: str = "a.pdf", title: str = "") -> Card:
    """The card of a PDF whose pages have these lines, each of a size in points."""
    path = folder / "made.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        top = 800.0
        for size, text in lines:
            top -= 2.2 * size
            canvas.setFont("Helvetica", size)
            canvas.drawString(60, top, text)
        canvas.showPage()
    canvas.save()
    return make_card(list(read_pages(path, range(1, len(pages) + 1))), open_outline(path), name)


def sized(text: str) -> list[tuple[float, str]]:
    """The lines of a text with their sizes: 10 points, and 4 more for each "!" that a line begins with."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return [(10 + 4 * (len(line) - len(line.lstrip("!"))), line.lstrip("!")) for line in lines]


def page_of_lines(lines: Sequence[tuple[float, str]]) -> Page:
    """A page as it would be read, in letters that no font of the tests has."""
    words: list[Word] = []
    blocks: list[Block] = []
    top = 50.0
    for size, line in lines:
        first, left = len(words), 60.0
        for word in line.split():
            words.append(Word(word, Box(left, top, left + 0.5 * size * len(word), top + size)))
            left += 0.5 * size * len(word) + 3
        kind = BlockKind.HEADING if size > 10 else BlockKind.TEXT
        box = Box(60, top, left, top + size)
        blocks.append(Block(kind, box, (first, len(words)), line, level=int(size > 10), size=size))
        top += 1.5 * size
    text = "\n".join(line for _, line in lines)
    return Page(1, 600, 800, text=text, words=tuple(words), blocks=tuple(blocks))


def card_of_page(text: str) -> Card:
    """The card of a document of one such page."""
    return make_card([page_of_lines(sized(text))], Outline(1), "a.pdf")
