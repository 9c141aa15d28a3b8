"""What of a page's text could not be read, and what a person is told about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pypdfium2 import raw as pdfium
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Page, Route
from app.pdf.lacks import GARBLED, NEEDS_OCR, ONLY_STAMPED
from app.pdf.page import TOO_INTRICATE, open_pdf
from app.pdf.pdfium.characters import MOST_CHARACTERS
from app.pdf.pdfium.legibility import read_legibility
from tests.support.pdfs import manual, scan
from tests.support.readers import read_pages

SENTENCE = "The maximum operating temperature of the Meridian pump is 85 degrees Celsius."


def page_of(path: Path, draw: Callable[[Canvas], None]) -> Page:
    canvas = Canvas(str(path / "page.pdf"), pagesize=(600, 800), invariant=1)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(path / "page.pdf", [1])
    return page


def private(count: int) -> Callable[[Canvas], None]:
    """A sentence, and after it so many characters of a font that gives them no meaning."""

    def draw(canvas: Canvas) -> None:
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
        canvas.setFont("Vera", 8)
        canvas.drawString(50, 700, SENTENCE)
        canvas.drawString(50, 600, "".join(chr(0xE100 + n % 90) for n in range(count)))

    return draw


def test_a_page_of_plain_text_has_nothing_to_note(tmp_path: Path) -> None:
    (page,) = read_pages(manual(tmp_path / "pump.pdf", 1), [1])
    assert (page.route, page.unreadable, page.notes) == (Route.TEXT, 0.0, ())


def test_characters_without_a_meaning_are_counted_and_told(tmp_path: Path) -> None:
    page = page_of(tmp_path, private(20))
    letters = len(SENTENCE.replace(" ", ""))
    assert abs(page.unreadable - 20 / (letters + 20)) < 0.001
    assert "23 % of the characters cannot be read" in page.notes[0]
    assert (page.route, page.needs_ocr) == (Route.TEXT, False)


def test_a_page_of_characters_without_a_meaning_needs_ocr(tmp_path: Path) -> None:
    page = page_of(tmp_path, private(400))
    assert page.unreadable > 0.8
    assert page.notes[0] == GARBLED
    assert page.route is Route.NEEDS_OCR


def test_text_beside_the_page_is_left_out_and_told(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 700, SENTENCE)
        canvas.drawString(700, 400, "what nobody sees " * 5)

    page = page_of(tmp_path, draw)
    assert page.text == SENTENCE
    assert page.notes == ("70 characters stand beside the visible page and were left out.",)


def test_a_page_of_too_many_characters_is_cut_and_says_so(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "page.pdf"), pagesize=(600, 800), invariant=1)
    canvas.setFont("Courier", 1)
    for line in range(410):
        canvas.drawString(10, 780 - 1.5 * line, "abcdefghi " * 100)
    canvas.showPage()
    canvas.save()
    with open_pdf(tmp_path / "page.pdf") as document, closing(document[0]) as page:
        text_page = pdfium.FPDFText_LoadPage(page.raw)
        found = read_legibility(text_page, page.raw)
        pdfium.FPDFText_ClosePage(text_page)
    assert found.cut == found.characters - MOST_CHARACTERS > 5_000
    assert found.notes()[0].endswith(f"{found.cut:,} of its {found.characters:,} characters were not read.")


def test_a_drawing_beyond_the_limits_is_told(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.moveTo(0, 0)
        for n in range(31_000):
            path.lineTo(n % 600, n % 797)
        canvas.drawPath(path)
        canvas.drawString(50, 700, SENTENCE)

    assert TOO_INTRICATE in page_of(tmp_path, draw).notes


def test_a_scan_needs_ocr_even_where_a_number_is_stamped_on_it(tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.pdf", [[SENTENCE]])
    stamped = scan(tmp_path / "stamped.pdf", [[SENTENCE]], stamp="ABC-000123")
    (page,), (other,) = read_pages(path, [1]), read_pages(stamped, [1])
    assert (page.route, page.notes) == (Route.NEEDS_OCR, (NEEDS_OCR,))
    assert (other.route, other.notes, other.text) == (Route.NEEDS_OCR, (ONLY_STAMPED,), "ABC-000123")


def test_a_page_of_letters_drawn_as_shapes_needs_ocr(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for n in range(60):
            canvas.circle(50 + 8 * n, 700, 3)

    assert page_of(tmp_path, draw).route is Route.NEEDS_OCR
