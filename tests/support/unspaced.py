"""PDFs in Chinese and Japanese, in fonts that every reader has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SIZE, LEFT, TOP = 12.0, 60.0, 80.0
LETTERS = 26
"""Of a line, each ``SIZE`` points wide."""

CHINESE = "STSong-Light"
JAPANESE = "HeiseiMin-W3"


def unspaced(path: Path, paragraphs: Sequence[str], font: str = CHINESE) -> Path:
    """A page of paragraphs whose lines are full: sentences begin and end inside them."""
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    top = TOP
    for paragraph in paragraphs:
        canvas.setFont(font, SIZE)
        for at in range(0, len(paragraph), LETTERS):
            canvas.drawString(LEFT, 842 - top, paragraph[at : at + LETTERS])
            top += 1.4 * SIZE
        top += SIZE
    canvas.save()
    return path
