"""Where a word ends though pdfium sees no space: at a gap between two pieces of text, and before a note."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import read_pages

FONT = "Times-Roman"


def words_of(folder: Path, pieces: list[tuple[str, float, float, float]]) -> list[str]:
    """The words of a row of pieces, each written apart: text, gap before it, type size, rise."""
    canvas = Canvas(str(folder / "page.pdf"), pagesize=(600, 800), invariant=1)
    x = 50.0
    for text, gap, size, rise in pieces:
        canvas.setFont(FONT, size)
        canvas.drawString(x + gap, 700 + rise, text)
        x += gap + stringWidth(text, FONT, size)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(folder / "page.pdf", [1])
    return [word.text for word in page.words]


def test_a_gap_between_pieces_of_text_is_a_space(tmp_path: Path) -> None:
    assert words_of(tmp_path, [("courts", 0, 12, 0), ("final", 2.2, 12, 0)]) == ["courts", "final"]


@pytest.mark.parametrize("gap", [0.0, 0.6, 1.2])
def test_a_word_written_in_pieces_is_one(tmp_path: Path, gap: float) -> None:
    assert words_of(tmp_path, [("courts", 0, 12, 0), ("final", gap, 12, 0)]) == ["courtsfinal"]


def test_letters_that_are_spaced_out_are_one_word(tmp_path: Path) -> None:
    assert words_of(tmp_path, [(letter, 1.7, 12, 0) for letter in "MEMO"]) == ["MEMO"]


@pytest.mark.parametrize("rise", [3.0, 4.5])
def test_the_number_of_a_note_is_no_part_of_its_word(tmp_path: Path, rise: float) -> None:
    assert words_of(tmp_path, [("superconductor", 0, 12, 0), ("31", 0, 8, rise)]) == ["superconductor", "31"]


@pytest.mark.parametrize(("word", "small"), [("x", "2"), ("km", "2"), ("word", "n"), ("SHARK", "2")])
def test_an_exponent_stays_with_what_it_stands_on(tmp_path: Path, word: str, small: str) -> None:
    assert words_of(tmp_path, [(word, 0, 12, 0), (small, 0, 8, 4)]) == [word + small]


def test_an_exponent_stays_with_a_letter_that_slants_away_from_it(tmp_path: Path) -> None:
    assert words_of(tmp_path, [("S", 0, 12, 0), ("1", 1.7, 8, 4)]) == ["S1"]


def test_an_index_stays_with_its_word(tmp_path: Path) -> None:
    assert words_of(tmp_path, [("carbon", 0, 12, 0), ("14", 0, 8, -3)]) == ["carbon14"]


@pytest.mark.parametrize(
    ("base", "small", "read"),
    [
        ("10", "6", ["10⁶"]),
        ("10", "12", ["10¹²"]),
        ("10", "-3", ["10⁻³"]),
        ("1,250", "3", ["1,250", "3"]),
        ("48", "2", ["48", "2"]),
        ("2.10", "4", ["2.10", "4"]),
        ("1910", "1", ["1910", "1"]),
        ("310", "12", ["310", "12"]),
        ("99.5", "1", ["99.5", "1"]),
    ],
)
def test_a_raised_figure_is_no_part_of_the_number_below_it(
    tmp_path: Path, base: str, small: str, read: list[str]
) -> None:
    assert words_of(tmp_path, [(base, 0, 12, 0), (small, 0, 8, 4)]) == read


def content_words(path: Path, content: str) -> list[str]:
    (page,) = read_pages(raw_pdf(path / "raw.pdf", [], content=content), [1])
    return [word.text for word in page.words]


@pytest.mark.parametrize("before", ["Verzweifl", "Grippeinfl", "of", "a", "Dif"])
def test_a_space_that_the_pen_goes_back_over_is_none(tmp_path: Path, before: str) -> None:
    content = f"BT /F1 12 Tf 72 700 Td [({before}) ( ) 278 (ung) ( nahe)] TJ ET"
    assert content_words(tmp_path, content) == [f"{before}ung", "nahe"]


@pytest.mark.parametrize("back", [0, 60, 120])
def test_a_space_that_is_only_narrow_is_one(tmp_path: Path, back: int) -> None:
    content = f"BT /F1 12 Tf 72 700 Td [(one) ( ) {back} (two)] TJ ET"
    assert content_words(tmp_path, content) == ["one", "two"]


@pytest.mark.parametrize(
    ("size", "matrix"),
    [
        ("-12", "-1 0 0 -1 72 700"),
        ("-12", "-1 0 0 -1 200 300"),
        ("-8", "-2 0 0 -2 72 500"),
        ("-1", "-12 0 0 -12 72 700"),
        ("-24", "-.5 0 0 -.5 72 700"),
        ("-1", "-30 0 0 -30 100 400"),
        ("-0.5", "-20 0 0 -20 72 700"),
        ("12", "1 0 0 1 72 700"),
        ("1", "12 0 0 12 72 700"),
        ("-100", "-.1 0 0 -.1 72 700"),
    ],
)
def test_a_negative_size_turns_letters_round(tmp_path: Path, size: str, matrix: str) -> None:
    content = f"BT /F1 {size} Tf {matrix} Tm (One line of text) Tj ET"
    (page,) = read_pages(raw_pdf(tmp_path / "raw.pdf", [], content=content), [1])
    assert [block.text for block in page.blocks] == ["One line of text"]


@pytest.mark.parametrize(("across", "down"), [(0.5, 0.5), (1.2, -1.0), (0, 0.8), (-0.7, 0), (0.3, 0)])
def test_letters_with_their_shadows_are_read_once(tmp_path: Path, across: float, down: float) -> None:
    content, x = "", 72.0
    for letter in "Municipality":
        for shift in ((0, 0), (across, down)):
            content += f"BT /F1 16 Tf {x + shift[0]} {700 + shift[1]} Td ({letter}) Tj ET "
        x += stringWidth(letter, "Helvetica", 16)
    assert content_words(tmp_path, content) == ["Municipality"]


@pytest.mark.parametrize("word", ["bookkeeper", "aaa", "skill", "00011", "WWW"])
def test_letters_that_follow_themselves_are_all_read(tmp_path: Path, word: str) -> None:
    content, x = "", 72.0
    for letter in word:
        content += f"BT /F1 16 Tf {x} 700 Td ({letter}) Tj ET "
        x += stringWidth(letter, "Helvetica", 16)
    assert content_words(tmp_path, content) == [word]
