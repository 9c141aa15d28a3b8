"""The compiled reader gives what the plain one gives, and is built for every machine that it is to run on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import reportlab
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument
from reportlab.lib.colors import toColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.core.geometry import Box
from app.core.page import Page
from app.pdf.engine import PLAIN, compiled, engine
from app.pdf.native.compile import LIBRARY, LINUX_ARM, LINUX_X86, compile_reader, version
from app.pdf.native.library import load
from app.pdf.page import opened, read_page
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord

SENTENCE = "A line of words that stands where it was put, with 12.5 % more."


VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
PICTURE = Path(__file__).parents[4] / "docs" / "images" / "answer.png"


def read_twice(path: Path, number: int = 1) -> tuple[Page, Page]:
    """A page as the plain and as the compiled reader give it."""
    other = compiled()
    assert other
    with opened(path) as document:
        return read_page(document, number, by=PLAIN), read_page(document, number, by=other)


def plain_text(canvas: Canvas) -> None:
    for row in range(20):
        canvas.drawString(50, 700 - 14 * row, SENTENCE)


def turned_text(canvas: Canvas) -> None:
    for turn in (0, 30, 45, 90, 180, 270):
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.drawString(40, 0, SENTENCE)
        canvas.restoreState()


def indexes_and_exponents(canvas: Canvas) -> None:
    text = canvas.beginText(50, 700)
    for word in ("water H", "2", "O and x", "n", " grow"):
        small = word in ("2", "n")
        text.setFont("Helvetica", 7 if small else 11)
        text.setRise({"2": -3, "n": 4}.get(word, 0))
        text.textOut(word)
    canvas.drawText(text)


def accents_before_letters(canvas: Canvas) -> None:
    canvas.drawString(50, 700, "Poincar´e, Erd˝os and na¨ive words")
    canvas.drawString(50, 680, "caf")
    canvas.drawString(66, 680, "´")
    canvas.drawString(66, 680, "e is here")


def words_in_pieces(canvas: Canvas) -> None:
    canvas.setFont("Times-Roman", 12)
    for x, y, text in ((50, 700, "courts"), (82.5, 700, "final"), (50, 680, "courts"), (81, 680, "final")):
        canvas.drawString(x, y, text)
    for number, letter in enumerate("summary"):
        canvas.drawString(50 + 8 * number, 660, letter)
    text = canvas.beginText(50, 640)
    for word, size, rise in (("words", 11, 0), ("31", 7, 4), (" and x", 11, 0), ("2", 7, 4)):
        text.setFont("Times-Roman", size)
        text.setRise(rise)
        text.textOut(word)
    canvas.drawText(text)


def other_scripts(canvas: Canvas) -> None:
    canvas.setFont("Unicode", 11)
    canvas.drawString(50, 700, "שלום עולם and \u0645\u0631\u062d\u0628\u0627")
    canvas.drawString(50, 680, "e\ufb03cient \ufb01ndings, hy\u00adphen\u00ad and \u03b1\u0301")
    canvas.drawString(50, 660, "beyond \U0001d465 and no\u200bspace")


def crowded_cells(canvas: Canvas) -> None:
    canvas.grid([50, 90, 130, 170], [600, 620, 640, 660])
    for row in range(3):
        canvas.drawString(51, 605 + 20 * row, "abcdefgh1234567890mnopq")


def forms_in_forms(canvas: Canvas) -> None:
    canvas.beginForm("inner")
    canvas.rect(0, 0, 50, 30, fill=1)
    canvas.drawString(5, 40, "inside")
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.rotate(90)
    canvas.scale(2, 0.5)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(200, 300)
    canvas.doForm("outer")
    canvas.doForm("inner")


def all_kinds_of_paths(canvas: Canvas) -> None:
    canvas.setFillColor(toColor("orange"))
    canvas.circle(200, 200, 80, fill=1)
    canvas.linearGradient(300, 300, 400, 400, [toColor("red"), toColor("blue")])
    path = canvas.beginPath()
    path.moveTo(10, 10)
    path.lineTo(110, 10.2)
    path.lineTo(110, 200)
    path.lineTo(70, 90)
    path.close()
    canvas.drawPath(path, fill=1)
    canvas.drawInlineImage(str(PICTURE), 20, 500, 300, 200)


DRAWN = (
    plain_text,
    turned_text,
    indexes_and_exponents,
    accents_before_letters,
    words_in_pieces,
    other_scripts,
    crowded_cells,
    forms_in_forms,
    all_kinds_of_paths,
)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_a_made_page_is_the_same(tmp_path: Path, draw: Callable[[Canvas], None], rotation: int) -> None:
    canvas = Canvas(str(tmp_path / "page.pdf"), pagesize=(800, 800))
    pdfmetrics.registerFont(TTFont("Unicode", str(VERA)))
    canvas.setPageRotation(rotation)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    plain, fast = read_twice(tmp_path / "page.pdf")
    assert plain == fast
    assert plain.words or plain.verdict.signals["paths"]


PLACE, LENGTH = st.integers(0, 60).map(float), st.integers(0, 40).map(float)


@given(st.lists(st.tuples(PLACE, PLACE, LENGTH, st.booleans()), max_size=40), st.sampled_from([3.0, 9.0]))
def test_the_cells_of_any_lines_are_the_same(
    lines: list[tuple[float, float, float, bool]], reach: float
) -> None:
    rulings = [
        Ruling(x, y, x, y + length) if upright else Ruling(x, y, x + length, y)
        for x, y, length, upright in lines
    ]
    other = compiled()
    assert other
    assert other.read_cells(rulings, reach) == PLAIN.read_cells(rulings, reach)


@given(st.lists(st.tuples(PLACE, PLACE, LENGTH, LENGTH), max_size=40), st.sampled_from([0.65, 0.9]))
def test_the_rows_of_any_words_are_the_same(
    boxes: list[tuple[float, float, float, float]], gap: float
) -> None:
    style = Style(10.0, False, 0, False, "Helvetica")
    words = [
        PlacedWord("word", Box(x, y, x + width, y + height), style, order)
        for order, (x, y, width, height) in enumerate(boxes)
    ]
    other = compiled()
    assert other
    assert other.read_rows(words, gap) == PLAIN.read_rows(words, gap)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_real_pages_are_the_same(corpus: Path) -> None:
    paths = sorted(path for kind in ("text", "tables", "design") for path in (corpus / kind).rglob("*.pdf"))
    for path in paths[::6]:
        with PdfDocument(path) as document:
            middle = (len(document) + 1) // 2
        plain, fast = read_twice(path, middle)
        assert plain == fast, path


@pytest.mark.parametrize("target", [LINUX_X86, LINUX_ARM])
@pytest.mark.timeout(300)
def test_it_is_built_for_amazon_linux_2(tmp_path: Path, target: str) -> None:
    library = tmp_path / "reading.so"
    compile_reader(target, library)
    needed = re.findall(rb"GLIBC_2\.(\d+)", library.read_bytes())
    assert needed
    assert max(map(int, needed)) <= 26


def test_this_environment_has_it() -> None:
    assert engine().name == "compiled"


def test_a_library_of_other_sources_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    content, sources = LIBRARY.read_bytes(), version()
    assert sources
    older = tmp_path / "older.so"
    older.write_bytes(content.replace(sources.encode(), sources[::-1].encode()))
    assert load(older) is None
    silent = tmp_path / "silent.so"
    silent.write_bytes(content.replace(b"reading_version", b"reading_nothing"))
    assert load(silent) is None
    assert [record.getMessage().count("of other sources") for record in caplog.records] == [1, 1]


def test_without_a_library_the_plain_reader_does(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load(tmp_path / "reading.so") is None
    assert not caplog.records
