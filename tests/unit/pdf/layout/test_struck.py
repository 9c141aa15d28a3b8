"""Words that are struck out are apart from the text; lines that pass elsewhere are none of their business."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.page import Page, WhyHidden
from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import read_pages

TEXT = (
    "BT /F1 11 Tf 72 700 Td (The fee is 500 euros a year.) Tj ET "
    "BT /F1 11 Tf 72 680 Td (It is 650 euros.) Tj ET "
)
"""The first line runs from 72 to 209 points and stands at 700; its middle is at 703."""


def page_of(path: Path, content: str, more: str = "", objects: tuple[str, ...] = ()) -> Page:
    (page,) = read_pages(raw_pdf(path / "page.pdf", objects, content=content, page=more), [1])
    return page


def struck(page: Page) -> str:
    return " ".join(word.text for word in page.hidden if word.why is WhyHidden.STRUCK_OUT)


ALL = "The fee is 500 euros a year."


@pytest.mark.parametrize(
    ("drawn", "gone"),
    [
        ("0.8 w 72 703 m 205 703 l S", ALL),
        ("0.5 w 70 703.5 m 211 703.5 l S", ALL),
        ("72 702.6 137 0.9 re f", ALL),
        ("1 0 0 RG 1 w 72 703 m 209 703 l S", ALL),
        ("0.6 w 72 702 m 209 702 l S 72 704 m 209 704 l S", ALL),
        ("0.7 w 123 703 m 142 703 l S", "500"),
        ("0.7 w 123 703 m 172 703 l S", "500 euros"),
        ("72 703 19 0.6 re 94 703 15.5 0.6 re 112 703 8 0.6 re f", "The fee is"),
        ("72 702.7 35 .7 re f 107 702.7 34.7 .7 re f", "The fee is 500"),
        ("0.5 w 60 690 160 25 re S 0.8 w 72 703 m 209 703 l S", ALL),
        ("0.8 w 72 683 m 150 683 l S", "It is 650 euros."),
        ("q 1 0 0 1 0 0 cm 0.8 w 184 703 m 209 703 l S Q", "year."),
    ],
)
def test_words_that_a_line_strikes_out_are_apart(tmp_path: Path, drawn: str, gone: str) -> None:
    page = page_of(tmp_path, TEXT + drawn)
    assert struck(page) == gone
    assert gone not in page.text
    assert any("struck out" in note for note in page.notes)


@pytest.mark.parametrize(
    "drawn",
    [
        "0.6 w 72 698.5 m 209 698.5 l S",  # underlined
        "0.6 w 72 711 m 209 711 l S",  # below the line above
        "0.5 w 20 703 m 580 703 l S",  # a chart's grid
        "0.5 w 40 703 m 115 703 l S",  # begins before the words
        "0.5 w 100 690 m 100 720 l S",  # upright
        "0.5 w 72 695 m 209 695 l S 72 715 m 209 715 l S",  # the rules of a table
        "0.5 w 60 690 160 25 re S",  # a frame
        "72 696 137 14 re f",  # shading
        "72 703 137 14 re f",  # shading whose edge passes through
        "16 w 72 703 m 209 703 l S",  # a line so broad that it is shading
        "0.5 w 209 703 m 260 703 l S",  # a leader
    ],
)
def test_other_lines_strike_nothing_out(tmp_path: Path, drawn: str) -> None:
    page = page_of(tmp_path, f"q 0.9 g {drawn} Q {TEXT}")
    assert struck(page) == ""
    assert ALL in page.text


def test_what_an_annotation_strikes_out_is_apart_and_told_with_it(tmp_path: Path) -> None:
    note = (
        "<< /Type /Annot /Subtype /StrikeOut /Rect [122 697 173 710] /Contents (old) /T (Ada) "
        "/QuadPoints [122 710 173 710 122 697 173 697] >>"
    )
    page = page_of(tmp_path, TEXT, "/Annots [10 0 R]", (note,))
    assert struck(page) == "500 euros"
    assert [(each.kind, each.covers) for each in page.annotations] == [("strikeout", "500 euros")]
    assert "The fee is a year." in page.text
