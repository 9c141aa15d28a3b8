"""Facts that stand in running headers and footers alone are in a passage, once for a run of pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from app.ingest.chunk import chunks
from tests.support.readers import read_pages

PAGES = 6
BODY = "The pump is stored in a dry room and is looked after by trained staff who know its parts."

Draw = Callable[[Canvas, int], None]


def body(canvas: Canvas, number: int, lines: int = 18, left: float = 72) -> None:
    canvas.setFont("Helvetica", 10)
    for line in range(lines):
        canvas.drawString(left, 700 - 16 * line, f"{BODY[: 60 + line]} {number * 31 + line}.")


def report(canvas: Canvas, number: int) -> None:
    canvas.drawString(72, 810, "Quarterly report   Doc. No. QR-2024-117   Rev. C")
    body(canvas, number)
    canvas.drawString(280, 30, f"Page {number} of {PAGES}")


def invoice(canvas: Canvas, number: int) -> None:
    canvas.drawString(72, 800, "Example Trading Ltd · VAT EE100175783")
    canvas.drawString(
        72, 760, f"Invoice INV-{2200 + 7 * number} for {('Dora', 'Ede', 'Flora')[number % 3]} Engel"
    )
    body(canvas, number, 6)
    canvas.drawString(72, 400, f"Total due: {300 + 11 * number}.90 EUR")


def certificate(canvas: Canvas, number: int) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 810, "Nordic Calibration AS, accredited laboratory")
    canvas.drawString(
        72, 720, f"Certificate {4000 + 13 * number}: gauge {'ABCDEF'[number - 1]}{number * number}"
    )
    body(canvas, number, 5)
    canvas.drawString(72, 40, "Accreditation K-0815")


def lab_report(canvas: Canvas, number: int) -> None:
    canvas.drawString(72, 815, "Patient: Jane Example   Born 4 May 1961   Sample 77-1204")
    body(canvas, number, 8)
    canvas.drawString(72, 500, f"Haemoglobin {11 + number % 3}.{number} g/dl")
    canvas.drawString(500, 25, f"{number}/{PAGES}")


def slides(canvas: Canvas, number: int) -> None:
    canvas.setPageSize(landscape(A4))
    canvas.setFont("Helvetica", 28)
    canvas.drawString(60, 500, f"Topic {'ABCDEF'[number - 1]}")
    canvas.setFont("Helvetica", 16)
    for line in range(4):
        canvas.drawString(80, 420 - 40 * line, f"Point {line} about the topic of slide {number * 3 + line}")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(60, 20, f"Contoso strategy day, Lund, 12 March 2024    {number}")


def court_paper(canvas: Canvas, number: int) -> None:
    canvas.drawString(72, 815, "Case 3:21-cv-01234-ABC   Document 57   Filed 06/30/22")
    canvas.setFont("Helvetica", 10)
    for line in range(25):
        canvas.drawString(40, 740 - 26 * line, str(line + 1))
        canvas.drawString(72, 740 - 26 * line, f"{BODY[: 60 + line]} {number * 31 + line}.")


def procedure(canvas: Canvas, number: int) -> None:
    for place, text in enumerate(("SOP-0042", "Revision 7", "Effective 12 March 2024", "Owner: A. Bauer")):
        canvas.drawString(72 + 120 * place, 812, text)
    body(canvas, number)


def manuscript(canvas: Canvas, number: int) -> None:
    canvas.drawString(72, 815, "Under embargo by Aurora Institute")
    body(canvas, number)
    canvas.drawString(290, 30, f"- {number} -")


def letter(canvas: Canvas, number: int) -> None:
    body(canvas, number, 20)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 40, "Harbour Bank plc  IBAN XX952200221002101883  claims@harbour.example")


def batch_of_two(canvas: Canvas, number: int) -> None:
    canvas.drawString(
        72, 812, "Drawing D-100, sheet set north" if number <= 3 else "Drawing D-250, sheet set south"
    )
    body(canvas, number)


def scan_with_fax_header(canvas: Canvas, number: int) -> None:
    canvas.drawString(20, 830, f"JUN-30-2022 14:0{number} From: Miller & Sons 555-0137 P. {number}/{PAGES}")
    body(canvas, number)


KINDS: dict[str, tuple[Draw, tuple[str, ...]]] = {
    "a report": (report, ("QR-2024-117", "Rev. C")),
    "invoices": (invoice, ("EE100175783", *[f"{300 + 11 * n}.90 EUR" for n in range(1, 7)], "INV-2242")),
    "certificates": (
        certificate,
        ("Nordic Calibration", "K-0815", *[f"Certificate {4000 + 13 * n}" for n in range(1, 7)]),
    ),
    "a laboratory's report": (
        lab_report,
        ("Jane Example", "77-1204", "4 May 1961", *[f"{11 + n % 3}.{n} g/dl" for n in range(1, 7)]),
    ),
    "slides": (slides, ("Contoso strategy day", "12 March 2024", "Topic F")),
    "a court's paper": (court_paper, ("3:21-cv-01234", "06/30/22")),
    "a procedure": (procedure, ("SOP-0042", "Revision 7", "12 March 2024", "A. Bauer")),
    "a manuscript": (manuscript, ("Aurora Institute",)),
    "a letter": (letter, ("XX952200221002101883", "claims@harbour.example")),
    "two documents in one": (batch_of_two, ("D-100", "D-250")),
    "a fax": (scan_with_fax_header, ("Miller & Sons",)),
}


def drawn(path: Path, draw: Draw) -> Path:
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for number in range(1, PAGES + 1):
        canvas.setFont("Helvetica", 9)
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_margin_alone_says_is_in_one_passage(tmp_path: Path, kind: str) -> None:
    draw, facts = KINDS[kind]
    pages = read_pages(drawn(tmp_path / "kind.pdf", draw), range(1, PAGES + 1))
    made = chunks(pages, tenant="us", document_id="doc_1", version=1, title="", tags=())
    texts = " ".join(" ".join(chunk.text.split()) for chunk in made)
    assert {fact: texts.count(fact) for fact in facts} == dict.fromkeys(facts, 1)
