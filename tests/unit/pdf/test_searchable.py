"""Copies of scans in which the words that OCR read are found and marked where the picture shows them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pypdfium2
import pytest
from pypdfium2 import raw as pdfium

from app.core.geometry import Box
from app.pdf.reader import Reader
from tests.support.pdfs import FACTS, scan
from tests.support.readers import read_pages

WORDS = [
    ("Pump", Box(72.0, 70.0, 130.0, 90.0)),
    ("№7–Größe", Box(140.0, 70.0, 260.0, 90.0)),
    ("東京都", Box(72.0, 120.0, 132.0, 140.0)),
    ("€1,250", Box(300.0, 400.0, 360.0, 411.0)),
]

SAME = 0.6
"""Points."""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader(memory_bytes=900 << 20, page_seconds=20.0)
    yield made
    made.close()


def turned(path: Path, degrees: int, crop: tuple[float, float, float, float] | None) -> Path:
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        page.set_rotation(degrees)
        if crop:
            page.set_cropbox(*crop)
        target = path.with_name(f"turned-{degrees}.pdf")
        document.save(target)
    return target


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30.0, 40.0, 580.0, 760.0)])
def test_words_stand_in_their_boxes_on_the_page_as_it_is_displayed(
    tmp_path: Path, reader: Reader, degrees: int, crop: tuple[float, float, float, float] | None
) -> None:
    path = turned(scan(tmp_path / "scan.pdf", [FACTS[:1]], dpi=40), degrees, crop)
    before = path.read_bytes()
    copy = tmp_path / "copy.pdf"
    reader.save_searchable(path, [(1, WORDS)], copy)
    assert path.read_bytes() == before
    with pymupdf.open(copy) as document:
        assert {word[4] for word in document[0].get_text("words")} == {word for word, _ in WORDS}
    (page,) = read_pages(copy, [1])
    assert {word.text for word in page.words} == {word for word, _ in WORDS}
    for word in page.words:
        assert word.box == pytest.approx(dict(WORDS)[word.text], abs=SAME)


def test_the_copy_looks_as_the_original(tmp_path: Path, reader: Reader) -> None:
    path, copy = scan(tmp_path / "scan.pdf", [FACTS[:1]], dpi=40), tmp_path / "copy.pdf"
    reader.save_searchable(path, [(1, WORDS)], copy)
    with pymupdf.open(path) as one, pymupdf.open(copy) as other:
        assert one[0].get_pixmap().samples == other[0].get_pixmap().samples
    for file in (path, copy):
        with pypdfium2.PdfDocument(file) as document:
            assert len(list(document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))) == 1


@pytest.mark.parametrize("wanted", ["pump", "größe", "東京都", "1,250", "Pump №7"])
def test_a_viewer_finds_and_marks_what_is_searched(tmp_path: Path, reader: Reader, wanted: str) -> None:
    copy = tmp_path / "copy.pdf"
    reader.save_searchable(scan(tmp_path / "scan.pdf", [FACTS[:1]], dpi=40), [(1, WORDS)], copy)
    with pypdfium2.PdfDocument(copy) as document:  # the viewer of Chromium is pdfium
        found = document[0].get_textpage().search(wanted).get_next()
    assert found is not None
    assert found[1] >= len(wanted)


def test_where_a_page_has_text_of_its_own_nothing_is_added(tmp_path: Path, reader: Reader) -> None:
    path, copy = scan(tmp_path / "scan.pdf", [FACTS[:1]], dpi=40), tmp_path / "copy.pdf"
    with pymupdf.open(path) as document:
        document[0].wrap_contents()
        document[0].insert_text((74, 88), "PUMP", fontsize=20)
        document.save(tmp_path / "stamped.pdf")
    reader.save_searchable(tmp_path / "stamped.pdf", [(1, WORDS)], copy)
    with pymupdf.open(copy) as document:
        words = [word[4] for word in document[0].get_text("words")]
    assert sorted(words) == sorted(["PUMP", *(word for word, _ in WORDS[1:])])


def test_letters_of_right_to_left_scripts_come_back_in_their_order(tmp_path: Path, reader: Reader) -> None:
    copy = tmp_path / "copy.pdf"
    words = [("שלום", Box(72.0, 70.0, 130.0, 90.0))]
    reader.save_searchable(scan(tmp_path / "scan.pdf", [FACTS[:1]], dpi=40), [(1, words)], copy)
    with pymupdf.open(copy) as document:
        assert document[0].get_text().strip() == "שלום"


def test_the_font_paints_nothing_and_every_letter_is_half_as_wide_as_high(
    tmp_path: Path, reader: Reader
) -> None:
    copy = tmp_path / "copy.pdf"
    reader.save_searchable(scan(tmp_path / "scan.pdf", [FACTS[:1]], dpi=40), [(1, WORDS)], copy)
    with pypdfium2.PdfDocument(copy) as document:
        (text, *_) = document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
        assert pdfium.FPDFTextObj_GetTextRenderMode(text.raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        font, width = pdfium.FPDFTextObj_GetFont(text.raw), ctypes.c_float()
        assert pdfium.FPDFFont_GetIsEmbedded(font) == 1
        assert pdfium.FPDFFont_GetGlyphWidth(font, 1, 10.0, width)
    assert width.value == pytest.approx(5.0)
