"""Tables of scans: words with places, lines and dashes that are seen in the picture, misread figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.adapters.embedded.children import ocr_drawing
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page, Picture
from app.core.ports import ReadLine, ReadPicture
from app.ingest.recognised import apply_recognition

PAGE = Page(1, 600.0, 800.0, needs_ocr=True)
PICTURE = Picture(1, b"", "image/jpeg", 1200, 1600)
HEADS = ("June 25, 2022", "June 26, 2021")
ROWS = (
    ("Products", "63,355", "63,948"),
    ("Services", "19,604", "17,486"),
    ("Total net sales", "82,959", "81,434"),
    ("Research and development", "6,797", "5,717"),
)


def line(text: str, left: float, top: float) -> ReadLine:
    words, x = [], left
    for word in text.split():
        words.append((word, Box(x, top + 4, x + 11 * len(word), top + 24)))
        x += 11 * len(word) + 8
    return ReadLine(text, Box(left, top, x - 8, top + 28), 0.99, tuple(words))


def right(text: str, edge: float, top: float) -> ReadLine:
    return line(text, edge - 11 * len(text), top)


def statement(rows: tuple[tuple[str, ...], ...] = ROWS, **drawn: Any) -> ReadPicture:
    lines = [right(head, edge, 300) for head, edge in zip(HEADS, (800, 1100), strict=True)]
    for number, (label, *figures) in enumerate(rows):
        top = 340 + 34 * number
        lines.append(line(label, 100, top))
        lines += [right(figure, edge, top) for figure, edge in zip(figures, (800, 1100), strict=True)]
    return ReadPicture(tuple(lines), **drawn)


def table_of(page: Page) -> Block:
    (table,) = [block for block in page.blocks if block.kind is BlockKind.TABLE]
    return table


def test_a_statement_of_a_scan_is_a_table_with_heads() -> None:
    table = table_of(apply_recognition(PAGE, PICTURE, statement(), "engine"))
    assert table.header_rows == 1
    assert table.rows == (("", *HEADS), *ROWS)


def test_a_head_over_two_columns_is_one_though_ocr_leaves_a_wide_blank_in_it() -> None:
    places = ("Carrying", 824, 912), ("value", 922, 977), ("at", 982, 1004)
    words = tuple((word, Box(x0, 264, x1, 284)) for word, x0, x1 in places)
    head = ReadLine("Carrying value at", Box(820, 260, 1008, 288), 0.99, words)
    read = statement(rules=(Box(734, 292, 1100, 292),))
    table = table_of(
        apply_recognition(PAGE, PICTURE, ReadPicture((head, *read.lines), rules=read.rules), "engine")
    )
    assert table.rows[0] == ("", "Carrying value at", "")
    assert table.cells[1].column_span == 2


def test_a_grid_that_is_seen_in_the_picture_tells_the_cells_of_words() -> None:
    texts = (("Part", "Where"), ("Pump", "Hall two"), ("Valve", "Cellar"))
    lines = [
        line(text, 120 + 400 * column, 310 + 60 * row)
        for row, texts_of_row in enumerate(texts)
        for column, text in enumerate(texts_of_row)
    ]
    rules = [Box(100, top, 900, top) for top in (300, 360, 420, 480)]
    rules += [Box(x, 300, x, 480) for x in (100, 500, 900)]
    page = apply_recognition(PAGE, PICTURE, ReadPicture(tuple(lines), rules=tuple(rules)), "engine")
    assert table_of(page).rows == texts


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("63.948", "63,948"),
        ("17,4B6", "17,486"),
        ("(8l,434", "(81,434)"),
        ("5,7I7", "5,717"),
        ("81,434)", "(81,434)"),
    ],
)
def test_a_misread_figure_is_mended_where_its_column_leaves_one_reading(read: str, meant: str) -> None:
    rows = (*ROWS[:2], ("Other", "1,234", read), *ROWS[2:])
    page = apply_recognition(PAGE, PICTURE, statement(rows), "engine")
    assert table_of(page).rows[3] == ("Other", "1,234", meant)
    assert f"“{read}”" in page.notes[0]
    assert f"as “{meant}”" in page.notes[0]
    assert meant in {word.text for word in page.words}


@pytest.mark.parametrize("read", ["n/a", "B", "12.5", "see note"])
def test_what_has_more_readings_or_is_no_figure_stays(read: str) -> None:
    page = apply_recognition(
        PAGE, PICTURE, statement((*ROWS[:2], ("Other", "1,234", read), *ROWS[2:])), "engine"
    )
    assert read in page.text
    assert page.notes == ()


def test_words_of_a_turned_page_stand_where_they_are_in_the_picture() -> None:
    level = apply_recognition(PAGE, PICTURE, statement(), "engine")
    turned = apply_recognition(PAGE, PICTURE, statement(angle=0.5), "engine")
    assert table_of(turned).rows == table_of(level).rows
    first, last = turned.words[0], turned.words[-1]
    assert first.text == level.words[0].text
    # Half a degree anticlockwise made it upright: on the page the right end hangs lower.
    assert turned.words[1].box.top > level.words[1].box.top
    assert last.box.width == pytest.approx(level.words[-1].box.width, abs=0.02)


def test_words_that_the_page_has_itself_take_the_place_of_what_was_read_there() -> None:
    stamp = Word("LIT-000012", Box(500.0, 780.0, 560.0, 792.0))
    stamped = Page(1, 600.0, 800.0, needs_ocr=True, text="LIT-000012", words=(stamp,))
    read = ReadPicture((line("The pump runs hot", 100, 200), line("L1T-0OOO12", 1004, 1562)))
    page = apply_recognition(stamped, PICTURE, read, "engine")
    assert page.text == "The pump runs hot\n\nLIT-000012"


# -- what is seen in a picture ------------------------------------------------------------------------------


def sheet() -> Any:
    """A white sheet with rows of marks as words have, a ruled line and a grey band."""
    image = np.full((1600, 1200), 245, np.uint8)
    image[700:740, 100:1100] = 225
    for top in range(200, 1200, 40):
        for left in range(120, 1000, 30):
            image[top : top + 14, left : left + 4] = 30
            image[top + 6 : top + 9, left : left + 14] = 30
    image[1300:1303, 100:1100] = 40
    image[1400:1402, 600:616] = 40
    return image


@pytest.mark.parametrize("leans", [-1.3, -0.4, 0.0, 0.5, 2.0])
def test_a_picture_says_how_far_it_is_turned(leans: float) -> None:
    leaning = ocr_drawing.turn(sheet(), -leans)
    assert ocr_drawing.find_angle(leaning) == pytest.approx(leans, abs=0.1)


def test_lines_bands_and_dashes_are_seen_in_a_picture() -> None:
    drawn = ocr_drawing.read_drawing(sheet())
    assert [round(x0 / 10) for x0, top, x1, bottom in drawn.rules if x1 - x0 > 900] == [10]
    (band,) = drawn.shades
    assert all(abs(side - want) < 8 for side, want in zip(band, (100, 700, 1100, 740), strict=True))
    assert any(abs(x0 - 600) < 3 and abs(top - 1400) < 3 for x0, top, _, _ in drawn.dashes)


def test_a_line_with_gaps_is_one() -> None:
    image = sheet()
    for gap in range(200, 1000, 150):
        image[1300:1303, gap : gap + 6] = 245
    rules = [(x0, x1) for x0, top, x1, _ in ocr_drawing.read_drawing(image).rules if abs(top - 1301.5) < 3]
    ((x0, x1),) = rules
    assert (x0, x1) == pytest.approx((100, 1100), abs=2)
