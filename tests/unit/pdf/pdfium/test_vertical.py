"""Japanese and Chinese text that is set in columns, from the right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import read_pages

SIZE, RIGHT, TOP = 12.0, 500.0, 700.0
COLUMNS = ("契約の期間は二年とする。", "賃料は月額八万円とする。", "支払は毎月末までに行う。")

SQUARE = "1000 0 50 -100 950 850 d1 50 -100 900 950 re f"

Letter = tuple[str, float, float]
"""What is drawn at once, x and y."""


def page_of(path: Path, letters: list[Letter], size: float = SIZE) -> str:
    """The text of a page that shows each of these as wide as a letter, in a font of squares."""
    used = sorted({letter for text, _, _ in letters for letter in text})
    codes = {letter: f"{code:02x}" for code, letter in enumerate(used)}
    shown = "\n".join(
        f"{1 / len(text)} 0 0 1 {x} {y} Tm <{''.join(codes[letter] for letter in text)}> Tj"
        for text, x, y in letters
    )
    entry = "/Resources << /Font << /J 10 0 R >> >>"
    pdf = raw_pdf(path / "page.pdf", font_of(codes), content=f"BT /J {size} Tf\n{shown}\nET", page=entry)
    (page,) = read_pages(pdf, [1])
    return page.text


def font_of(codes: dict[str, str]) -> list[str]:
    """A font of squares with what they mean, from object 10 on."""
    count = len(codes)
    meant = "\n".join(f"<{code}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items())
    meanings = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <ff> "
        f"endcodespacerange\n{count} beginbfchar\n{meant}\nendbfchar\nendcmap end end"
    )
    names = " ".join(f"/s{code}" for code in codes.values())
    procedures = " ".join(f"/s{code} 11 0 R" for code in codes.values())
    return [
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 -120 1000 880] /FontMatrix [0.001 0 0 0.001 0 0] "
        f"/FirstChar 0 /LastChar {count - 1} /Widths [{'1000 ' * count}] /Resources << >> /ToUnicode 12 0 R "
        f"/Encoding << /Type /Encoding /Differences [0 {names}] >> /CharProcs << {procedures} >> >>",
        f"<< /Length {len(SQUARE)} >>\nstream\n{SQUARE}\nendstream",
        f"<< /Length {len(meanings)} >>\nstream\n{meanings}\nendstream",
    ]


def columns(texts: tuple[str, ...], apart: float, step: float = 1.0, size: float = SIZE) -> list[Letter]:
    """The letters of columns that stand so many sizes apart."""
    return [
        (letter, RIGHT - number * apart * size, TOP - row * step * size)
        for number, text in enumerate(texts)
        for row, letter in enumerate(text)
    ]


@pytest.mark.parametrize(
    ("apart", "step", "size"),
    [
        (1.05, 1.0, 12.0),
        (1.2, 1.0, 12.0),
        (1.5, 1.0, 9.0),
        (1.5, 1.1, 12.0),
        (2.0, 1.0, 7.0),
        (2.0, 1.25, 12.0),
        (3.0, 1.0, 12.0),
        (5.0, 1.0, 12.0),
        (9.0, 1.0, 14.0),
        (12.0, 1.2, 12.0),
    ],
)
def test_columns_are_read_from_the_right_at_any_distance(
    tmp_path: Path, apart: float, step: float, size: float
) -> None:
    text = page_of(tmp_path, columns(COLUMNS, apart, step, size), size)
    assert "".join(text.split()) == "".join(COLUMNS)


def test_figures_that_are_set_across_a_column_stay_in_their_place(tmp_path: Path) -> None:
    column = ["平", "成", "12", "年", "三", "月"]
    letters = [(text, RIGHT, TOP - row * SIZE) for row, text in enumerate(column)]
    assert "平成12年三月" in page_of(tmp_path, letters)


def test_signs_that_are_drawn_for_columns_are_the_usual_ones(tmp_path: Path) -> None:
    assert "（甲）は「乙」に払う。" in page_of(tmp_path, columns(("︵甲︶は﹁乙﹂に払う︒",), 1.5))


def test_rows_whose_cells_are_single_letters_stay_rows(tmp_path: Path) -> None:
    rows = [("月", "雨"), ("火", "晴"), ("水", "曇"), ("木", "雪")]
    letters = [
        (letter, 80 + 90.0 * column, TOP - 2 * SIZE * row)
        for row, cells in enumerate(rows)
        for column, letter in enumerate(cells)
    ]
    assert "".join(page_of(tmp_path, letters).split()).replace("|", "") == "月雨火晴水曇木雪"


def test_spaced_labels_above_one_another_stay_across(tmp_path: Path) -> None:
    letters = [
        (letter, 72 + 2 * SIZE * at, TOP - 1.3 * SIZE * row)
        for row, label in enumerate(("氏名", "住所", "電話", "番号"))
        for at, letter in enumerate(label)
    ]
    text = page_of(tmp_path, letters)
    assert all(label in text for label in ("氏名", "住所", "電話", "番号"))
