"""Words as they are meant: drawn once, with their accents, spelled together where letters stand apart."""

from __future__ import annotations

import pytest

from app.core.geometry import Box
from app.pdf.pdfium.mended import mend_words
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord

STYLE = Style(10.0, False, 0, False, "Helvetica")
WIDTH = 6.0


def row(*pieces: tuple[str, float], top: float = 100.0) -> list[PlacedWord]:
    """Words at these places across, each letter as wide as another."""
    return [
        PlacedWord(text, Box(x, top, x + WIDTH * len(text), top + 10), STYLE, order)
        for order, (text, x) in enumerate(pieces)
    ]


def spaced(text: str, gap: float = 2.8) -> list[PlacedWord]:
    """Each letter a word, with so many points between them, and three times as many for a space."""
    pieces, x = [], 50.0
    for letter in text:
        if letter == " ":
            x += 2 * gap
            continue
        pieces.append((letter, x))
        x += WIDTH + gap
    return row(*pieces)


def texts(words: list[PlacedWord]) -> list[str]:
    mended = mend_words([word._replace(order=order) for order, word in enumerate(words)])
    assert [word.order for word in mended] == list(range(len(mended)))
    return [word.text for word in mended]


@pytest.mark.parametrize(
    "title",
    ["CONTRACT OF SALE", "CONTRACT", "INVOICE", "Vertrag über Strom", "ANNUAL REPORT", "MINUTES OF MEETING"],
)
def test_letters_that_are_set_apart_spell_words(title: str) -> None:
    assert texts(spaced(title)) == title.split()


@pytest.mark.parametrize("letters", ["ABCDEF", "MEMO", "a1b2c3", "123456"])
def test_options_and_figures_that_stand_apart_stay_apart(letters: str) -> None:
    assert texts(spaced(letters)) == list(letters)


def test_columns_of_single_letters_stay_apart() -> None:
    assert texts(spaced("XYWZQP", gap=40)) == list("XYWZQP")


@pytest.mark.parametrize("label", ["合計", "氏名", "住所", "備考欄", "電話番号"])
def test_the_letters_of_a_label_are_one_word(label: str) -> None:
    assert texts(spaced(label, gap=8)) == [label]


@pytest.mark.parametrize("heads", ["月火水", "一二三", "年月", "甲乙丙丁戊己"])
def test_days_numbers_and_long_rows_are_no_labels(heads: str) -> None:
    assert texts(spaced(heads, gap=8)) == list(heads)


@pytest.mark.parametrize(
    ("word", "accent", "at", "read"),
    [
        ("Mundler", "¨", 1, "Mündler"),
        ("Oguz", "˘", 1, "Oğuz"),
        ("Schonherr", "¨", 3, "Schönherr"),
        ("Muller", "¨", 1, "Müller"),
        ("cafe", "´", 3, "café"),
        ("Zurich", "¨", 1, "Zürich"),
    ],
)
def test_an_accent_that_is_drawn_apart_stands_on_its_letter(
    word: str, accent: str, at: int, read: str
) -> None:
    assert texts(row((word, 50.0), ("and", 200.0), (accent, 50.0 + WIDTH * at))) == [read, "and"]


def test_an_accent_above_nothing_stays() -> None:
    assert texts(row(("word", 50.0), ("¨", 200.0))) == ["word", "¨"]


@pytest.mark.parametrize(("across", "down"), [(0, 0), (0.5, 0.5), (1.2, 0), (0, -1.0), (-1.4, 1.4)])
def test_a_word_and_its_shadow_are_one(across: float, down: float) -> None:
    shadow = row(("Total", 50.0 + across), top=100 + down)
    assert texts([*row(("Total", 50.0), ("due", 90.0)), *shadow]) == ["Total", "due"]


@pytest.mark.parametrize(("across", "down"), [(40, 0), (0, 12), (6, 0), (3, 0)])
def test_the_same_word_in_another_place_is_read_again(across: float, down: float) -> None:
    again = row(("Total", 50.0 + across), top=100 + down)
    assert texts([*row(("Total", 50.0)), *again]) == ["Total", "Total"]
