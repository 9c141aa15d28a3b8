"""Boxes and columns that look like tables: cards of a page, with lines and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import BlockKind
from app.pdf.page import open_pdf, read_page

TITLES = ("Planting", "Care", "Advice", "Hours", "Tools", "Prices", "People", "Paths", "Ponds")
TEXTS = (
    ("We look after your garden", "all year and tell you what", "grows best in it."),
    ("Our people know every tree", "by its name and come", "when you call."),
    ("Ask for a quote today and", "hear from us within the", "next two days."),
)
LEFT, WIDE, HIGH = 60, 158, 90


def draw_cards(path: Path, columns: int, rows: int, *, lines: bool, apart: float, bold: bool) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 842))
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        x, top = LEFT + column * WIDE, 780 - row * HIGH
        if lines:
            canvas.rect(x + apart, top - HIGH + apart, WIDE - 2 * apart, HIGH - 2 * apart)
        canvas.setFont("Helvetica-Bold" if bold else "Helvetica", 11 if bold else 14)
        canvas.drawString(x + 12, top - 22, TITLES[number])
        canvas.setFont("Helvetica", 9)
        for below, line in enumerate(TEXTS[number % 3]):
            canvas.drawString(x + 12, top - 38 - 11 * below, line)
    canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("bold", [True, False])
@pytest.mark.parametrize(("lines", "apart"), [(False, 0.0), (True, 6.0), (True, 0.0)])
@pytest.mark.parametrize(("columns", "rows"), [(2, 2), (3, 2), (3, 3)])
def test_cards_are_headings_and_paragraphs_and_no_table(
    columns: int, rows: int, lines: bool, apart: float, bold: bool, tmp_path: Path
) -> None:
    path = draw_cards(tmp_path / "cards.pdf", columns, rows, lines=lines, apart=apart, bold=bold)
    with open_pdf(path) as document:
        blocks = read_page(document, 1).blocks
    assert [block.kind for block in blocks] == [BlockKind.HEADING, BlockKind.TEXT] * (columns * rows)
    assert {" ".join(text) for text in TEXTS} == {b.text for b in blocks if b.kind is BlockKind.TEXT}
