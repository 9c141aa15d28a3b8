"""Words that run to the left are read in their order, in lines, in cells and among words that do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.core.page import Page
from tests.support.readers import read_pages

SHALOM, OLAM, TOV = "שלום", "עולם", "טוב"
HEBREW = {letter: code for code, letter in enumerate("אבגדהוזחטיךכלםמןנסעףפץצקרשת", start=0x80)}


FIGURES = re.compile(r"\d[\d.,:/]*")


def _turn(found: re.Match[str]) -> str:
    return found[0][::-1]


def page_of(folder: Path, *rows: str) -> Page:
    """A page with these words as they stand from left to right, the letters of each as they are read."""
    shown = []
    for number, row in enumerate(rows):
        words = [
            FIGURES.sub(_turn, word[::-1]) if HEBREW.keys() & set(word) else word for word in row.split()
        ]
        codes = bytes(HEBREW.get(letter, ord(letter)) for letter in " ".join(words))
        shown.append(b"1 0 0 1 50 %d Tm <%s> Tj" % (700 - 12 * number, codes.hex().encode()))
    (folder / "page.pdf").write_bytes(pdf(b"BT /F 10 Tf %s ET" % b" ".join(shown)))
    (page,) = read_pages(folder / "page.pdf", [1])
    return page


def pdf(content: bytes) -> bytes:
    """A PDF of one page whose font has ASCII, and Hebrew behind it."""
    meanings = b"\n".join(b"<%02X> <%04X>" % (code, ord(letter)) for letter, code in HEBREW.items())
    cmap = (
        b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange "
        b"%d beginbfchar %s endbfchar" % (len(HEBREW), meanings)
    )
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources <</Font <</F 5 0 R>>>>>>",
        b"<</Length %d>> stream\n%s\nendstream" % (len(content), content),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R /FirstChar 32 /LastChar 255 "
        b"/Widths [%s]>>" % (b"500 " * 224),
        b"<</Length %d>> stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    written = b"%PDF-1.4\n"
    offsets = []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        written
        + b"xref\n0 7\n0000000000 65535 f \n%strailer <</Size 7 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            len(written),
        )
    )


@pytest.mark.parametrize(
    ("stand", "read"),
    [
        (f"{TOV} {OLAM} {SHALOM}", f"{SHALOM} {OLAM} {TOV}"),
        (f"{OLAM} 1434 {SHALOM}", f"{SHALOM} 1434 {OLAM}"),
        (f"A line with {OLAM} {SHALOM} in it", f"A line with {SHALOM} {OLAM} in it"),
        (f"{TOV} the word {OLAM} {SHALOM}", f"{SHALOM} {OLAM} the word {TOV}"),
        ("one two", "one two"),
        (f"{OLAM} כ-30 {SHALOM}", f"{SHALOM} כ-30 {OLAM}"),
        (f"1995 {TOV} {OLAM}", f"{OLAM} {TOV} 1995"),
        (f"03-5051051 {OLAM}", f"{OLAM} 03-5051051"),
        (f"{OLAM} {SHALOM}:", f"{SHALOM}: {OLAM}"),
        (f"{OLAM} 12.50 {SHALOM}", f"{SHALOM} 12.50 {OLAM}"),
        (f"{OLAM} 5% {TOV}", f"{TOV} 5% {OLAM}"),
        (f"{OLAM} AB-12 {SHALOM}", f"{SHALOM} AB-12 {OLAM}"),
        (f"{OLAM} ISO-9001 {SHALOM}", f"{SHALOM} ISO-9001 {OLAM}"),
        (f"{OLAM} v2.10 {SHALOM}", f"{SHALOM} v2.10 {OLAM}"),
        (f"{OLAM} 12-AB {SHALOM}", f"{SHALOM} 12-AB {OLAM}"),
        (f"{OLAM} 5kg {SHALOM}", f"{SHALOM} 5kg {OLAM}"),
        (f"{OLAM} e-mail AB-CD-12 {SHALOM}", f"{SHALOM} e-mail AB-CD-12 {OLAM}"),
        (f"A line with AB-12 {OLAM} {SHALOM} in it", f"A line with AB-12 {SHALOM} {OLAM} in it"),
        (f"{TOV} 12/03/2024 {OLAM} {SHALOM}", f"{SHALOM} {OLAM} 12/03/2024 {TOV}"),
    ],
)
def test_words_that_run_to_the_left_are_read_from_the_right(tmp_path: Path, stand: str, read: str) -> None:
    page = page_of(tmp_path, stand)
    assert page.text == read
    assert " ".join(word.text for word in page.words) == read


def test_lines_that_run_to_the_left_are_one_paragraph(tmp_path: Path) -> None:
    page = page_of(tmp_path, f"{OLAM} {TOV} {SHALOM}", f"{SHALOM} {OLAM} {TOV}")
    assert [block.text for block in page.blocks] == [f"{SHALOM} {TOV} {OLAM} {TOV} {OLAM} {SHALOM}"]
