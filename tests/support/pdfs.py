"""PDFs made for one test: small, real, and with known words in known places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

FACTS = (
    "The warranty period of the Meridian pump is thirty-six months from delivery.",
    "Spare parts for the Meridian pump are kept in stock for twelve years.",
    "The maximum operating temperature of the Meridian pump is 85 degrees Celsius.",
    "Every Meridian pump leaves the factory in Lund after a pressure test at 16 bar.",
    "The Meridian pump weighs 41 kilograms without its mounting frame.",
)

FILLER = (
    "Maintenance is carried out by trained personnel who follow the written instructions of this manual.",
    "Before any work begins the supply is switched off and secured against being switched on again.",
    "Gaskets are replaced whenever a flange has been opened, and the bolts are tightened crosswise.",
    "Readings are noted in the service log together with the date and the name of the technician.",
)


LABELS = ((0, "ROMAN_LOWER", None), (2, "ARABIC", None), (3, "ARABIC", "A-"))
"""The first page, from 0, of each series of names in a manual that is labelled."""


def manual(
    path: Path, pages: int = 3, *, password: str | None = None, first_fact: int = 0, labelled: bool = False
) -> Path:
    """A manual about the Meridian pump: on page n the fact n stands between filler, under a heading
    that the outline names. If it is ``labelled`` its pages are called i, ii, 1, A-1, A-2 and so on."""
    canvas = Canvas(
        str(path), pagesize=A4, encrypt=StandardEncryption(password) if password else None, invariant=1
    )
    canvas.setTitle("Meridian pump manual")
    for first, style, prefix in LABELS if labelled else ():
        canvas.addPageLabel(first, style, 1, prefix)
    for number in range(pages):
        canvas.bookmarkPage(f"chapter {number + 1}")
        canvas.addOutlineEntry(f"{number + 1}. Chapter {number + 1}", f"chapter {number + 1}")
        fact = FACTS[(number + first_fact) % len(FACTS)]
        write_page(canvas, f"{number + 1}. Chapter {number + 1}", [FILLER[number % 4], fact, *FILLER])
    canvas.save()
    return path


def annual_report(path: Path, year: int, million: int) -> Path:
    """An annual report of Meridian."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setFont("Helvetica-Bold", 26)
    canvas.drawString(72, 700, "Meridian Pumps Inc.")
    canvas.drawString(72, 660, f"Annual Report {year}")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 620, f"For the fiscal year ended December 31, {year}")
    canvas.showPage()
    write_page(
        canvas,
        "Results of the year",
        [
            f"The revenue from pumps was {million} million dollars in the year {year}.",
            "Costs of energy rose, and the number of people who work for the company did not change.",
        ],
    )
    canvas.save()
    return path


def write_page(canvas: Canvas, heading: str, sentences: Sequence[str]) -> None:
    """One page: a heading, then a paragraph for each sentence."""
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, 770, heading)
    canvas.setFont("Helvetica", 11)
    for line, sentence in enumerate(sentences):
        words, top = sentence.split(), 735 - 45 * line
        half = len(words) // 2
        canvas.drawString(72, top, " ".join(words[:half]))
        canvas.drawString(72, top - 14, " ".join(words[half:]))
    canvas.showPage()


def scan(path: Path, pages: Sequence[Sequence[str]], *, stamp: str = "", dpi: int = 150) -> Path:
    """A scan: each page is nothing but a picture of these lines of text, with a ``stamp`` of real text."""
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader

    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    font = ImageFont.load_default(12 * dpi / 72)
    for texts in pages:
        picture = Image.new("L", (round(A4[0] * dpi / 72), round(A4[1] * dpi / 72)), 250)
        draw = ImageDraw.Draw(picture)
        for number, text in enumerate(texts):
            draw.text((72 * dpi / 72, (72 + 30 * number) * dpi / 72), text, fill=20, font=font)
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.drawString(450, 20, stamp)
        canvas.showPage()
    canvas.save()
    return path
