"""Which pages are scans, with and without a layer of text, and what stands on them besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Page, Route
from app.pdf.lacks import ONLY_STAMPED, XFA_FORM
from tests.support.readers import read_pages

WIDTH, HEIGHT = 600, 800
LINE = "The maximum operating temperature of the Meridian pump is 85 degrees Celsius and no more"
Draw = Callable[[Canvas], None]


@lru_cache
def _paper(shade: int = 250) -> bytes:
    """A sheet with forty lines of print, as a scanner gives it."""
    picture = Image.new("L", (WIDTH, HEIGHT), shade)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(11)
    for line in range(40):
        pen.text((50, 70 + 16 * line), LINE, fill=20, font=font)
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def draw_sheet(canvas: Canvas, box: tuple[float, ...] = (0, 0, WIDTH, HEIGHT), shade: int = 250) -> None:
    canvas.drawImage(ImageReader(BytesIO(_paper(shade))), *box)


def stamped(*texts: tuple[float, float, str], box: tuple[float, ...] = (0, 0, WIDTH, HEIGHT)) -> Draw:
    def draw(canvas: Canvas) -> None:
        draw_sheet(canvas, box)
        canvas.setFont("Helvetica", 8)
        for x, y, text in texts:
            canvas.drawString(x, y, text)

    return draw


def page_of(path: Path, draw: Draw) -> Page:
    canvas = Canvas(str(path / "page.pdf"), pagesize=(WIDTH, HEIGHT), invariant=1)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(path / "page.pdf", [1])
    return page


def _scanner_app(canvas: Canvas) -> None:
    draw_sheet(canvas)
    canvas.roundRect(440, 8, 18, 14, 3, fill=1)
    canvas.circle(449, 15, 4, fill=1)
    canvas.drawString(470, 12, "Scanned with CamScanner")


def _clerk(canvas: Canvas) -> None:
    draw_sheet(canvas)
    canvas.rect(180, 400, 260, 60)
    canvas.drawString(190, 440, "RECEIVED by the Office of the Clerk")
    canvas.drawString(190, 420, "12 March 2021")


def _strips(canvas: Canvas) -> None:
    for strip in range(10):
        draw_sheet(canvas, (0, 80 * strip, WIDTH, 80))
    canvas.drawString(40, 10, "Digitized by the Library of the University from the original in its archive")


def _yellowed(canvas: Canvas) -> None:
    draw_sheet(canvas, shade=215)
    canvas.drawString(40, 10, "Approved for release 2013/05/02 : CIA-RDP85T00875R001100090064-0 and so on")


STAMPS: dict[str, Draw] = {
    "court": stamped(
        (40, 785, "Case 1:20-cv-01234-ABC  Document 45-3  Filed 03/12/2021  Page 3 of 20  PageID #: 12")
    ),
    "numbers": stamped(
        (40, 20, "CONFIDENTIAL - ATTORNEYS' EYES ONLY, produced under the order"), (450, 8, "LIT-000012")
    ),
    "fax": stamped(
        (20, 788, "03/12/2021 14:22  FROM: +49 30 1234567 ACME BERLIN   TO: +1 212 555 0100   P. 003/017")
    ),
    "signed": stamped(
        (20, 788, "Envelope ID: 3C4D5E6F-1234-4ABC-9DEF-0123456789AB"),
        (100, 120, "Erika Muster"),
        (300, 120, "12 March 2021"),
    ),
    "archive": stamped(
        (90, 20, "This content downloaded from 192.168.1.1 on Fri, 12 Mar 2021 14:22:11 UTC"),
        (90, 780, "The Journal of Meridian Studies, Vol. 12, No. 3 (Autumn 1962), pp. 221-240"),
        box=(60, 60, WIDTH - 110, HEIGHT - 120),
    ),
    "scanner app": _scanner_app,
    "clerk": _clerk,
    "strips": _strips,
    "yellowed": _yellowed,
}


@pytest.mark.parametrize("kind", STAMPS)
def test_a_scan_with_stamps_and_lines_at_its_edges_needs_ocr(tmp_path: Path, kind: str) -> None:
    page = page_of(tmp_path, STAMPS[kind])
    assert (page.route, page.notes, page.verdict.scanned) == (Route.NEEDS_OCR, (ONLY_STAMPED,), True)


def _set_title(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 30)
    canvas.drawString(60, 500, "Annual Report 2021")
    canvas.setFont("Helvetica", 14)
    for line in range(4):
        canvas.drawString(60, 450 - 20 * line, "Growing together with our customers in all markets")


@pytest.mark.parametrize("darker", [1, 2])
def test_a_title_on_a_photograph_is_no_scan(tmp_path: Path, darker: int) -> None:
    noise = Image.effect_noise((300, 400), 90).filter(ImageFilter.GaussianBlur(6))
    photograph = ImageReader(noise.point(lambda value: value // darker))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(photograph, 0, 0, WIDTH, HEIGHT)
        _set_title(canvas)

    assert page_of(tmp_path, draw).route is Route.TEXT_AND_PICTURES


def test_a_short_letter_on_tinted_paper_is_no_scan(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 245)), 0, 0, WIDTH, HEIGHT)
        _set_title(canvas)

    assert not page_of(tmp_path, draw).needs_ocr


def _write_lines(canvas: Canvas, mode: int = 0) -> None:
    text = canvas.beginText(50, HEIGHT - 80)
    text.setFont("Helvetica", 9)
    text.setTextRenderMode(mode)
    text.textLines([LINE] * 40)
    canvas.drawText(text)


def _under(canvas: Canvas) -> None:
    _write_lines(canvas)
    draw_sheet(canvas)


def _unpainted_with_shapes(canvas: Canvas) -> None:
    draw_sheet(canvas)
    _write_lines(canvas, 3)
    for number in range(20):
        canvas.circle(100 + 10 * number, 30, 3)


def _transparent(canvas: Canvas) -> None:
    draw_sheet(canvas)
    canvas.setFillAlpha(0)
    _write_lines(canvas)


def _painted_over(canvas: Canvas) -> None:
    pictured = Image.new("L", (2 * WIDTH, 2 * HEIGHT), 245)
    pen, font = ImageDraw.Draw(pictured), ImageFont.load_default(20)
    rows = range(80, 700, 20)
    for row in rows:
        pen.text((100, 2 * row), LINE[:40], fill=20, font=font, anchor="ls")
    canvas.drawImage(ImageReader(pictured), 0, 0, WIDTH, HEIGHT)
    canvas.setFont("Helvetica", 10)
    width = pen.textlength(LINE[:40], font=font) / 2
    for row in rows:
        text = canvas.beginText(50, HEIGHT - row)
        text.setHorizScale(100 * width / canvas.stringWidth(LINE[:40], "Helvetica", 10))
        text.textLine(LINE[:40])
        canvas.drawText(text)


def _stamped_layer(canvas: Canvas) -> None:
    _under(canvas)
    canvas.drawString(
        40, 785, "Case 1:20-cv-01234-ABC  Document 45-3  Filed 03/12/2021  Page 3 of 20  PageID #: 12"
    )


@pytest.mark.parametrize(
    "draw", [_under, _unpainted_with_shapes, _transparent, _painted_over, _stamped_layer]
)
def test_a_layer_of_text_under_or_over_a_scan_is_read_and_the_page_a_scan(tmp_path: Path, draw: Draw) -> None:
    page = page_of(tmp_path, draw)
    assert (page.route, page.verdict.scanned, page.hidden) == (Route.TEXT_LAYER, True, ())
    assert LINE[:40] in page.text


def test_a_drawing_that_is_too_intricate_to_be_looked_at_is_design_heavy(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.moveTo(0, 0)
        for number in range(31_000):
            path.lineTo(number % 600, number % 797)
        canvas.drawPath(path)
        _write_lines(canvas)

    verdict = page_of(tmp_path, draw).verdict
    assert verdict.design_heavy
    assert "more intricate than is looked at" in verdict.reasons[-1]


def write_pdf(path: Path, catalog: str, *objects: str) -> Path:
    """A file of one page that says "Please wait", whose catalogue has these entries."""
    stream = "BT /F1 11 Tf 72 740 Td (Please wait) Tj ET"
    parts = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        *objects,
    ]
    content = "%PDF-1.7\n"
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{part}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    content += (
        f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{rows}"
        f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF"
    )
    path.write_text(content)
    return path


def _attach(names: Sequence[str]) -> tuple[str, list[str]]:
    listed = " ".join(f"({name}) << /Type /Filespec /F ({name}) /EF << /F 5 0 R >> >>" for name in names)
    return f"/Names << /EmbeddedFiles << /Names [{listed}] >> >>", [
        "<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream"
    ]


def test_attached_files_are_named_on_the_first_page(tmp_path: Path) -> None:
    catalog, objects = _attach(["annex.pdf", "data.xlsx"])
    (page,) = read_pages(write_pdf(tmp_path / "held.pdf", catalog, *objects), [1])
    assert page.notes == (
        "The file holds 2 attached files, which are not read with its pages: annex.pdf, data.xlsx.",
    )


def test_an_attached_file_is_named_without_what_disguises_it(tmp_path: Path) -> None:
    catalog, objects = _attach(["a.pdf"])
    catalog = catalog.replace("/F (a.pdf)", "/UF <FEFF 0061 202E 0066 009B 0064>")
    (page,) = read_pages(write_pdf(tmp_path / "held.pdf", catalog, *objects), [1])
    assert page.notes == ("The file holds 1 attached file, which is not read with its pages: afd.",)


def test_a_form_that_one_program_shows_says_that_it_was_not_read(tmp_path: Path) -> None:
    form = "<< /Length 11 >>\nstream\n<xdp:xdp/> \nendstream"
    catalog = "/AcroForm << /XFA 5 0 R /Fields [] >> /NeedsRendering true"
    (page,) = read_pages(write_pdf(tmp_path / "form.pdf", catalog, form), [1])
    assert page.notes == (XFA_FORM,)
