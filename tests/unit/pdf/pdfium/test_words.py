"""Where a word ends though pdfium sees no space: at a gap between two pieces of text, and before a note."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

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


@pytest.mark.parametrize(
    ("word", "small"), [("x", "2"), ("km", "2"), ("10", "6"), ("word", "n"), ("SHARK", "2")]
)
def test_an_exponent_stays_with_what_it_stands_on(tmp_path: Path, word: str, small: str) -> None:
    assert words_of(tmp_path, [(word, 0, 12, 0), (small, 0, 8, 4)]) == [word + small]


def test_an_exponent_stays_with_a_letter_that_slants_away_from_it(tmp_path: Path) -> None:
    assert words_of(tmp_path, [("S", 0, 12, 0), ("1", 1.7, 8, 4)]) == ["S1"]


def test_an_index_stays_with_its_word(tmp_path: Path) -> None:
    assert words_of(tmp_path, [("carbon", 0, 12, 0), ("14", 0, 8, -3)]) == ["carbon14"]
