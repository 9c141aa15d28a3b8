"""What is read from a page: its words where they stand, in reading order, as headings, text and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from reportlab.lib.colors import toColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Page
from app.pdf.lacks import NEEDS_OCR
from tests.support.readers import read_pages

SIZE = (600, 800)
LEFT = (
    "The left column begins with this line",
    "and goes on with a second line of its",
    "own, then a third that is as long, and",
    "a fourth line that ends the paragraph",
    "which is about nothing in particular.",
)
RIGHT = (
    "Here the right column has its first line",
    "with other words, and its second line as",
    "well, a third for good measure, a fourth",
    "so that both are of one height, and the",
    "fifth and last one ends the whole page.",
)


def page_of(path: Path, *draw: Callable[[Canvas], None], size: tuple[float, float] = SIZE) -> Page:
    """A page as it is read that these functions drew on."""
    canvas = Canvas(str(path / "page.pdf"), pagesize=size, invariant=1)
    for each in draw:
        each(canvas)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(path / "page.pdf", [1])
    return page


def lines(
    x: float, y: float, texts: Sequence[str], font: str = "Helvetica", size: float = 11, pitch: float = 13
) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for number, text in enumerate(texts):
            canvas.drawString(x, y - pitch * number, text)

    return draw


def grid(xs: Sequence[float], ys: Sequence[float]) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.grid(list(xs), list(ys))


def kinds(page: Page) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in page.blocks]


def tables(page: Page) -> list[Block]:
    return [block for block in page.blocks if block.kind is BlockKind.TABLE]


# -- words --------------------------------------------------------------------------------------------------


def test_a_word_has_its_box_from_the_top_left_corner(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines(100, 700, ["one two"], size=20))
    one, two = page.words
    assert (one.text, two.text) == ("one", "two")
    assert one.box.x0 == pytest.approx(100, abs=2)
    assert two.box.x0 == pytest.approx(100 + pdfmetrics.stringWidth("one ", "Helvetica", 20), abs=2)
    assert one.box.top < 800 - 700 < one.box.bottom  # the baseline runs through it
    assert one.box.bottom - one.box.top < 30


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_is_read_as_it_is_displayed(tmp_path: Path, rotation: int) -> None:
    """reportlab turns the paper too, so that the displayed page has the same size each time."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        lines(150, 400, ["word"], size=10)(canvas)

    page = page_of(tmp_path, draw)
    (word,) = page.words
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
    expected = {0: (162, 397), 90: (403, 162), 180: (438, 403), 270: (197, 639)}[rotation]
    assert (x, y) == pytest.approx(expected, abs=4)
    assert (page.width, page.height, page.rotation) == (*SIZE, rotation)


def test_text_that_is_turned_on_the_page_is_read_along_its_direction(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 100)
        canvas.rotate(90)
        lines(0, 0, ["turned by a quarter", "and a second line"])(canvas)

    assert page_of(tmp_path, draw).text == "turned by a quarter and a second line"


def test_boxes_count_from_the_corner_of_a_cropped_page_and_what_is_cut_off_is_left_out(
    tmp_path: Path,
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((50, 100, 450, 700))
        lines(100, 600, ["shown"], size=10)(canvas)
        lines(100, 750, ["hidden"], size=10)(canvas)

    page = page_of(tmp_path, draw)
    assert (page.width, page.height) == (400, 600)
    assert [word.text for word in page.words] == ["shown"]
    assert page.words[0].box.x0 == pytest.approx(50, abs=1)
    assert page.words[0].box.bottom == pytest.approx(102, abs=2)


def test_a_word_that_a_hyphen_cuts_is_whole_in_the_text(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, lines(100, 700, ["The docu-", "ments of the well-", "Known state-of-the-", "art firm"])
    )
    assert page.text == "The documents of the well-Known state-of-the-art firm"


@pytest.fixture(scope="module")
def unicode_font() -> str:
    import reportlab

    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Vera", str(folder / "Vera.ttf")))
    return "Vera"


def test_ligatures_are_their_letters(tmp_path: Path, unicode_font: str) -> None:
    page = page_of(tmp_path, lines(100, 700, ["of\ufb01ce \ufb02ow"], font=unicode_font))
    assert [word.text for word in page.words] == ["office", "flow"]


def test_a_soft_hyphen_shows_where_it_is_drawn(tmp_path: Path, unicode_font: str) -> None:
    page = page_of(tmp_path, lines(100, 700, ["sof\u00adtly bro\u00ad", "ken"], font=unicode_font))
    assert page.text == "sof-tly broken"


def test_words_hold_no_character_that_cannot_be_shown(corpus: Path) -> None:
    for path in sorted((corpus / "text").glob("docbank_0[0-3]*.pdf")):
        for page in read_pages(path, [1]):
            joined = "".join(word.text for word in page.words)
            assert not re.search(r"[\x00-\x20\x7f\ud800-\udfff\ufb00-\ufb06\u00ad\ufffe]", joined), path.name


# -- reading order ------------------------------------------------------------------------------------------


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines(50, 700, LEFT), lines(320, 700, RIGHT))
    assert page.text == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_two_columns_that_were_written_row_by_row_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [
        draw
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for draw in (lines(50, 700 - 13 * n, [left]), lines(320, 700 - 13 * n, [right]))
    ]
    assert page_of(tmp_path, *rows).text == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_a_title_that_was_written_last_is_read_first(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, lines(50, 700, LEFT), lines(320, 700, RIGHT), lines(50, 750, ["A title over both"], size=24)
    )
    assert kinds(page)[0] == (BlockKind.HEADING, 1, "A title over both")


def test_a_paragraph_that_was_written_from_below_is_read_from_above(tmp_path: Path) -> None:
    upwards = [lines(50, 700 - 13 * n, [LEFT[n]]) for n in reversed(range(5))]
    assert page_of(tmp_path, *upwards).text == " ".join(LEFT)


def test_the_words_of_a_block_are_its_slice_of_the_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines(50, 700, LEFT), lines(320, 700, RIGHT))
    for block in page.blocks:
        words = page.words[slice(*block.words)]
        assert " ".join(word.text for word in words) == block.text
        assert all(_within(word.box, block.box) for word in words)
    assert sum(end - start for start, end in (block.words for block in page.blocks)) == len(page.words)


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.x0 <= inner.x0
        and outer.top <= inner.top
        and inner.x1 <= outer.x1
        and inner.bottom <= outer.bottom
    )


# -- blocks -------------------------------------------------------------------------------------------------


def test_headings_are_told_by_size_and_by_bold_type(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        lines(50, 750, ["Annual Report"], size=24),
        lines(50, 700, ["2.1 Results"], font="Helvetica-Bold"),
        lines(50, 680, LEFT),
    )
    assert kinds(page) == [
        (BlockKind.HEADING, 1, "Annual Report"),
        (BlockKind.HEADING, 2, "2.1 Results"),
        (BlockKind.TEXT, 0, " ".join(LEFT)),
    ]


def test_a_bold_sentence_is_no_heading(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, lines(50, 700, ["This is important."], font="Helvetica-Bold"), lines(50, 650, LEFT)
    )
    assert [block.kind for block in page.blocks] == [BlockKind.TEXT, BlockKind.TEXT]


def test_a_wide_gap_parts_paragraphs(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines(50, 700, LEFT), lines(50, 600, RIGHT))
    assert [block.text for block in page.blocks] == [" ".join(LEFT), " ".join(RIGHT)]


def test_list_items_keep_lines_of_their_own(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines(50, 700, ["- first item", "- second item", "- third item"]))
    assert page.text == "- first item\n- second item\n- third item"


# -- tables -------------------------------------------------------------------------------------------------


def test_a_ruled_table_is_its_rows(tmp_path: Path) -> None:
    def cells(canvas: Canvas) -> None:
        for row, texts in enumerate([("Part", "Price"), ("Pump", "1,200"), ("Valve", "80")]):
            for column, text in enumerate(texts):
                canvas.drawString(105 + 100 * column, 685 - 20 * row, text)

    page = page_of(tmp_path, grid([100, 200, 300], [640, 660, 680, 700]), cells, lines(100, 600, LEFT))
    (table,) = tables(page)
    assert table.rows == (("Part", "Price"), ("Pump", "1,200"), ("Valve", "80"))
    assert table.box == pytest.approx(Box(100, 100, 300, 160), abs=1)
    assert "Pump" not in page.blocks[-1].text


def test_cells_that_stand_closer_than_a_space_are_apart(tmp_path: Path) -> None:
    def cells(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for row, (left, right) in enumerate([("Total", "12"), ("Sum", "34")]):
            canvas.drawRightString(149.5, 685 - 20 * row, left)
            canvas.drawString(150.5, 685 - 20 * row, right)

    page = page_of(tmp_path, grid([100, 150, 200], [660, 680, 700]), cells)
    assert tables(page)[0].rows == (("Total", "12"), ("Sum", "34"))


def test_rows_without_lines_between_are_rows(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        grid([100, 200, 300], [600, 680, 700]),
        lines(105, 685, ["Model"]),
        lines(205, 685, ["Size"]),
        lines(105, 665, ["R1", "R2", "R3", "R4"]),
        lines(205, 665, ["12", "34", "56", "78"]),
    )
    assert tables(page)[0].rows == (
        ("Model", "Size"),
        ("R1", "12"),
        ("R2", "34"),
        ("R3", "56"),
        ("R4", "78"),
    )


def test_wrapped_text_in_a_cell_is_one_cell(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        grid([100, 200, 300], [600, 680, 700]),
        lines(105, 685, ["Name"]),
        lines(205, 685, ["Use"]),
        lines(105, 665, ["R1"]),
        lines(205, 665, ["for all that", "is to be kept", "in one place"]),
    )
    assert tables(page)[0].rows[1] == ("R1", "for all that is to be kept in one place")


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    page = page_of(tmp_path, grid([40, 400], [600, 720]), lines(50, 700, LEFT))
    assert tables(page) == []
    assert page.text == " ".join(LEFT)


# -- what a page is like ------------------------------------------------------------------------------------


def picture(x: float, y: float, width: float, height: float) -> Callable[[Canvas], None]:
    buffer = BytesIO()
    Image.effect_noise((60, 60), 80).convert("RGB").save(buffer, "PNG")
    return lambda canvas: canvas.drawImage(ImageReader(buffer), x, y, width, height)


def test_an_image_without_text_needs_ocr(tmp_path: Path) -> None:
    page = page_of(tmp_path, picture(0, 0, 600, 800))
    assert page.needs_ocr
    assert page.notes == (NEEDS_OCR,)
    assert page.verdict.scanned
    assert page.verdict.reasons == ("a scan: an image covers 100 % of the page",)


def test_a_page_with_nothing_on_it_is_only_empty(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert (page.text, page.words, page.needs_ocr, page.error) == ("", (), False, None)


def test_running_text_is_plain(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines(50, 700, LEFT), lines(320, 700, RIGHT))
    assert not page.verdict.design_heavy
    assert page.verdict.signals["images"] == 0


def _coloured(canvas: Canvas) -> None:
    canvas.setFillColor(toColor("navy"))
    canvas.rect(0, 300, 600, 500, stroke=0, fill=1)


def _bubbles(canvas: Canvas) -> None:
    for n in range(20):
        canvas.circle(50 + 25 * n, 400, 10)


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (picture(0, 400, 600, 400), "images cover 50 %"),
        (_coloured, "coloured areas cover 62 %"),
        (_bubbles, "20 drawn shapes"),
    ],
)
def test_a_design_heavy_page_says_why(tmp_path: Path, draw: Callable[[Canvas], None], reason: str) -> None:
    page = page_of(tmp_path, draw, lines(50, 200, ["A few words"]))
    assert page.verdict.design_heavy
    assert reason in page.verdict.reasons[0]


def _pasted(colour: str, size: tuple[int, int] = (60, 80)) -> ImageReader:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return ImageReader(buffer)


def test_an_image_in_colour_over_the_page_is_no_scan(tmp_path: Path) -> None:
    page = page_of(tmp_path, lambda canvas: canvas.drawImage(_pasted("orange"), 0, 0, 600, 800))
    assert (page.verdict.design_heavy, page.verdict.scanned) == (True, False)


def test_a_scan_with_a_layer_of_text_is_read_and_still_a_scan(tmp_path: Path) -> None:
    def layer(canvas: Canvas) -> None:
        text = canvas.beginText(50, 700)
        text.setTextRenderMode(3)
        text.textLines(LEFT)
        canvas.drawText(text)

    page = page_of(tmp_path, picture(0, 0, 600, 800), layer)
    assert (page.verdict.scanned, page.needs_ocr) == (True, False)
    assert LEFT[0] in page.text


def test_what_lies_hidden_under_white_is_no_reason(tmp_path: Path) -> None:
    def covered(canvas: Canvas) -> None:
        _coloured(canvas)
        canvas.setFillColor(toColor("white"))
        canvas.rect(0, 0, 600, 800, stroke=0, fill=1)
        canvas.setFillColor(toColor("black"))

    page = page_of(tmp_path, covered, lines(50, 700, LEFT))
    assert page.verdict.signals["coloured_share"] > 0.5
    assert not page.verdict.design_heavy


def test_small_charts_beside_running_text_are_seen(tmp_path: Path) -> None:
    def bars(canvas: Canvas) -> None:
        canvas.setFillColor(toColor("seagreen"))
        for n in range(12):
            canvas.rect(60 + 38 * n, 60, 30, 60 + 10 * n, stroke=0, fill=1)

    page = page_of(tmp_path, lines(50, 760, LEFT * 8), bars)
    assert page.verdict.design_heavy
    assert page.verdict.signals["drawn_share"] > 0.08


def test_a_ruled_table_is_not_design_heavy(tmp_path: Path) -> None:
    page = page_of(tmp_path, grid(range(50, 550, 20), range(100, 700, 20)), lines(55, 685, ["1"]))
    assert not page.verdict.design_heavy


# -- against another library --------------------------------------------------------------------------------

SAMPLED = [
    *[
        (f"text/jats_{name}.pdf", page)
        for name in ("PMC1397864", "PMC5884149", "PMC6200556")
        for page in (1, 3)
    ],
    *[(f"text/docbank_{number}.pdf", 1) for number in ("001", "005", "007", "012", "060", "080")],
    ("text/cesko_derisking_handbook.pdf", 10),
    ("tables/icdar_eu-001.pdf", 1),
    ("tables/tabula_argentina_diputados_voting_record.pdf", 1),
    ("qa/azure_employee_handbook.pdf", 3),
]


def test_words_and_boxes_are_those_of_another_library(corpus: Path) -> None:
    """Of pdfplumber's words in letters 97 % are found, with the same text, within 2 points."""
    total = found = 0
    for name, number in SAMPLED:
        with pdfplumber.open(corpus / name) as document:
            theirs = document.pages[number - 1].extract_words(use_text_flow=True, x_tolerance_ratio=0.15)
        (page,) = read_pages(corpus / name, [number])
        ours: dict[str, list[Box]] = {}
        for word in page.words:
            ours.setdefault(word.text, []).append(word.box)
        words = [word for word in theirs if re.fullmatch(r"[A-Za-z]{3,}[.,]?", word["text"])]
        total += len(words)
        found += sum(any(_same(box, word) for box in ours.get(word["text"], ())) for word in words)
    assert total > 4000
    assert found / total >= 0.97


def _same(box: Box, word: dict[str, float]) -> bool:
    middle, theirs = (box.top + box.bottom) / 2, (word["top"] + word["bottom"]) / 2
    return max(abs(box.x0 - word["x0"]), abs(box.x1 - word["x1"]), abs(middle - theirs)) <= 2


@pytest.mark.parametrize(
    ("font", "written"),
    [
        ("STSong-Light", ["离心泵的保修期为自交货之日起三十六个月，制造商负责免费更", "换有缺陷的零件。"]),
        (
            "HeiseiMin-W3",
            ["ポンプの保証期間は三十六か月で、製造者が欠陥の", "ある部品を交換する。"],
        ),
    ],
)
def test_lines_of_chinese_and_japanese_are_joined_without_a_space(
    tmp_path: Path, font: str, written: list[str]
) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    page = page_of(tmp_path, lines(60, 700, written, font=font))
    assert page.text == "".join(written)
