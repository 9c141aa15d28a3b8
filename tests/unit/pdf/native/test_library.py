"""What the compiled reader gives, for which machines it is built, and what is said where it is not there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
import reportlab
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.colors import toColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.core.geometry import Box, Word
from app.core.page import Page
from app.pdf.native.compile import (
    LIBRARY,
    LINUX_ARM,
    LINUX_X86,
    NoTarget,
    compile_reader,
    target_for,
    version,
)
from app.pdf.native.library import Library, NotBuilt
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.crossings import TOLERANCE, find_cells
from app.pdf.tables.rows import LOWEST, middle, read_rows
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual
from tests.support.readers import read_pages

SENTENCE = "A line of words that stands where it was put, with 12.5 % more."
TURNED = "A line of words that is turned"


VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
ROOT = Path(__file__).parents[4]
PICTURE = ROOT / "docs" / "images" / "answer.png"

SIDE = 800
"""Points, of a page."""


def plain_text(canvas: Canvas) -> None:
    for row in range(20):
        canvas.drawString(50, 700 - 14 * row, SENTENCE)


def turned_text(canvas: Canvas) -> None:
    for turn in (0, 30, 45, 90, 180, 270):
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.drawString(40, 0, TURNED)
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
        x = 51.0
        for cell in ("abcdef", "gh1234", "567890", "mnopq"):  # each written for itself, and no blank between
            canvas.drawString(x, 605 + 20 * row, cell)
            x += canvas.stringWidth(cell)


def forms_in_forms(canvas: Canvas) -> None:
    canvas.beginForm("inner")
    canvas.rect(0, 0, 50, 30, fill=1)
    canvas.drawString(5, 40, "inside")
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.translate(100, 0)  # a form is clipped to its box
    canvas.rotate(90)
    canvas.scale(2, 0.5)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(100, 300)
    canvas.doForm("outer")
    canvas.translate(100, 0)
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


def made(path: Path, draw: Callable[[Canvas], None], rotation: int = 0) -> Page:
    """A page of 800 by 800 points that is drawn so, and displayed turned by so many degrees."""
    canvas = Canvas(str(path / f"{rotation}.pdf"), pagesize=(SIDE, SIDE), invariant=1)
    pdfmetrics.registerFont(TTFont("Unicode", str(VERA)))
    canvas.setPageRotation(rotation)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(path / f"{rotation}.pdf", [1])
    return page


@pytest.mark.parametrize(
    ("draw", "read"),
    [
        (plain_text, " ".join([SENTENCE] * 20)),
        (indexes_and_exponents, "water H2O and xn grow"),
        (accents_before_letters, "Poincar\u00e9, Erd\u25a0os and na\u00efve words caf\u00e9 is here"),
        (words_in_pieces, "courts final courts final s u mma r y words 31 and x2"),
        (other_scripts, "and ecient findings, hy-phen- and beyond and nospace"),
        (crowded_cells, " ".join(["abcdef gh1234 567890 mnopq"] * 3)),
        (forms_in_forms, "inside inside"),
        (all_kinds_of_paths, ""),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_the_words_of_a_page(tmp_path: Path, draw: Callable[[Canvas], None], read: str) -> None:
    """The fonts have neither Hebrew letters nor \ufb03, which are left out; \u0151 has a box in its place."""
    assert " ".join(word.text for word in made(tmp_path, draw).words) == read


def test_text_of_every_direction_is_read(tmp_path: Path) -> None:
    found = Counter(word.text for word in made(tmp_path, turned_text).words)
    assert found == Counter(TURNED.split() * 6)


@pytest.mark.parametrize(
    "draw", [plain_text, forms_in_forms, all_kinds_of_paths], ids=lambda draw: draw.__name__
)
def test_a_page_that_is_displayed_turned_has_the_same_words_and_drawing_where_it_shows_them(
    tmp_path: Path, draw: Callable[[Canvas], None]
) -> None:
    page = made(tmp_path, draw)
    shares = {name: page.verdict.signals[name] for name in ("image_share", "coloured_share")}
    for turns in (1, 2, 3):
        turned = made(tmp_path, draw, 90 * turns)
        assert {name: turned.verdict.signals[name] for name in shares} == pytest.approx(shares, abs=0.02)
        pairs = zip(sorted(page.words), sorted(_turn_back(turned.words, turns)), strict=True)
        for word, (text, box) in pairs:
            assert word.text == text
            assert word.box == pytest.approx(box, abs=0.2)


def _turn_back(words: Sequence[Word], turns: int) -> list[Word]:
    """The words of a page that is displayed turned clockwise, where they stand on the upright one."""
    found = []
    for text, box in words:
        x0, top, x1, bottom = box
        for _ in range(turns):  # a quarter back
            x0, top, x1, bottom = top, SIDE - x1, bottom, SIDE - x0
        found.append(Word(text, Box(x0, top, x1, bottom)))
    return found


PLACE, LENGTH = st.integers(0, 60).map(float), st.integers(0, 40).map(float)


@given(st.lists(st.tuples(PLACE, PLACE, LENGTH, st.booleans()), max_size=40), st.sampled_from([3.0, 9.0]))
def test_any_lines_make_cells_in_order_one_at_each_corner(
    lines: list[tuple[float, float, float, bool]], reach: float
) -> None:
    rulings = [
        Ruling(x, y, x, y + length) if upright else Ruling(x, y, x + length, y)
        for x, y, length, upright in lines
    ]
    cells = find_cells(rulings, reach)
    corners = [(cell.x0, cell.top) for cell in cells]
    assert corners == sorted(set(corners))
    assert all(cell.x0 < cell.x1 and cell.top < cell.bottom for cell in cells)


@given(
    st.lists(st.integers(4, 30), min_size=2, max_size=8), st.lists(st.integers(4, 30), min_size=2, max_size=8)
)
def test_a_grid_of_lines_is_its_cells_from_left_to_right(widths: list[int], heights: list[int]) -> None:
    xs, ys = ([0.0, *map(float, accumulate(each))] for each in (widths, heights))
    rulings = [Ruling(x, 0, x, ys[-1]) for x in xs] + [Ruling(0, y, xs[-1], y) for y in ys]
    found = find_cells(rulings, TOLERANCE)
    assert found == [Box(x0, y0, x1, y1) for x0, x1 in pairwise(xs) for y0, y1 in pairwise(ys)]


def test_a_line_that_stops_short_by_more_than_the_reach_closes_no_cell() -> None:
    frame = [Ruling(0, 0, 100, 0), Ruling(0, 50, 100, 50), Ruling(0, 0, 0, 50), Ruling(100, 0, 100, 50)]
    assert len(find_cells([*frame, Ruling(50, 2, 50, 48)], 3.0)) == 2
    assert find_cells([*frame, Ruling(50, 4, 50, 46)], 3.0) == [Box(0, 0, 100, 50)]
    assert len(find_cells([*frame, Ruling(50, 4, 50, 46)], 9.0)) == 2


@given(st.lists(st.tuples(PLACE, PLACE, LENGTH, LENGTH), max_size=40), st.sampled_from([0.65, 0.9]))
def test_rows_hold_every_word_once_from_left_to_right_and_are_cut_at_wide_gaps(
    boxes: list[tuple[float, float, float, float]], gap: float
) -> None:
    style = Style(10.0, False, 0, False, "Helvetica")
    words = [
        PlacedWord("word", Box(x, y, x + width, y + height), style, order)
        for order, (x, y, width, height) in enumerate(boxes)
    ]
    rows = read_rows(words, gap)
    found = [word for row in rows for piece in row.pieces for word in piece.words]
    assert sorted(word.order for word in found) == [word.order for word in words]
    for row in rows:
        inside = [word.box for piece in row.pieces for word in piece.words]
        heights = sorted(box.bottom - box.top for box in inside)
        assert [box.x0 for box in inside] == sorted(box.x0 for box in inside)
        assert (row.top, row.bottom) == (min(b.top for b in inside), max(b.bottom for b in inside))
        assert row.height == heights[len(heights) // 2]
        for left, right in pairwise(row.pieces):
            assert right.x0 - left.x1 > gap * max(LOWEST, row.height)
    starts = [min(middle(word) for piece in row.pieces for word in piece.words) for row in rows]
    assert starts == sorted(starts)


@pytest.mark.parametrize("target", [LINUX_X86, LINUX_ARM])
def test_it_is_built_for_amazon_linux_2(tmp_path: Path, target: str) -> None:
    library = tmp_path / "reading.so"
    compile_reader(target, library)
    needed = re.findall(rb"GLIBC_2\.(\d+)", library.read_bytes())
    assert needed
    assert max(map(int, needed)) <= 26


def test_a_machine_that_it_is_not_compiled_for_is_told_so() -> None:
    assert target_for("Linux", "aarch64") == LINUX_ARM
    with pytest.raises(NoTarget, match="not compiled for Plan9 mips, only for Linux x86_64"):
        target_for("Plan9", "mips")


def test_a_library_of_other_sources_is_not_used(tmp_path: Path) -> None:
    content, sources = LIBRARY.read_bytes(), version()
    assert sources
    older = tmp_path / "older.so"
    older.write_bytes(content.replace(sources.encode(), sources[::-1].encode()))
    with pytest.raises(NotBuilt, match="of other sources; install the program again"):
        Library(older)
    silent = tmp_path / "silent.so"
    silent.write_bytes(content.replace(b"reading_version", b"reading_nothing"))
    with pytest.raises(NotBuilt, match="cannot be loaded; install the program again"):
        Library(silent)


@pytest.mark.parametrize("is_stale", [False, True])
@pytest.mark.parametrize("command", ["extract", "ingest", "serve"])
def test_without_a_library_of_its_sources_a_command_says_what_to_do(
    tmp_path: Path, command: str, is_stale: bool
) -> None:
    program = tmp_path / "program"
    left_out = shutil.ignore_patterns(LIBRARY.name, "ui", "__pycache__")
    shutil.copytree(ROOT / "app", program / "app", ignore=left_out)
    if is_stale:
        content = LIBRARY.read_bytes().replace(str(version()).encode(), b"0" * 64)
        (program / LIBRARY.relative_to(ROOT)).write_bytes(content)
    pdf = manual(tmp_path / "pump.pdf", 1)
    environment = {"PYTHONPATH": str(program), "PATH": os.environ["PATH"]}
    call = [sys.executable, "-P", "-m", "app.cli", "--data", str(tmp_path / "data"), command, str(pdf)]
    ended = subprocess.run(
        call, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
    )
    assert ended.returncode != 0
    assert "The compiled reader of PDFs is missing or of another version: install the program again." in (
        ended.stderr
    )
    assert "Traceback" not in ended.stderr
    assert "Knowledge Base is at" not in ended.stdout
