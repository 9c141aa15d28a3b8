"""Headings are told by type, number and the file's own outline."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import BlockKind, Page
from app.pdf.layout.headings import number_depth
from tests.support.readers import read_pages
from tests.support.unspaced import unspaced

PROSE = [
    "The pump is to be stored in a dry room, and its shaft is turned by hand once",
    "a month. Before it is put into service the bearings are filled with new grease,",
    "and the direction of rotation is checked with the coupling taken off the shaft.",
]


class Sheet:
    """A page to write lines on, from the top."""

    def __init__(self, path: Path) -> None:
        self.canvas = Canvas(str(path), pagesize=(600, 800), invariant=1)
        self.path = path
        self.y = 760.0

    def write(
        self, *lines: str, size: float = 10, bold: bool = False, x: float = 60, gap: float = 12
    ) -> None:
        self.y -= gap
        for line in lines:
            self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
            self.canvas.drawString(60, self.y, line)
            self.y -= 1.2 * size

    def named(self, title: str, level: int) -> None:
        """An entry of the outline that leads to where the next line will stand."""
        self.canvas.bookmarkHorizontal(title, 0, self.y)
        self.canvas.addOutlineEntry(title, title, level=level)

    def pages(self) -> list[Page]:
        self.canvas.showPage()
        self.canvas.save()
        return list(read_pages(self.path, [1]))


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path / "a.pdf")


def headings(page: Page) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in page.blocks if block.kind is BlockKind.HEADING]


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("2 Method", 1),
        ("2. Method", 1),
        ("2.1 Method", 2),
        ("2.1. Method", 2),
        ("10.2.14 Details", 3),
        ("A.2 Proofs", 2),
        ("IV. Results", 1),
        ("Chapter 3: Care", 1),
        ("Appendix B", 0),
        ("Section 1.A Name", 2),
        ("§ 4 Kündigung", 0),
        ("A pump for all", 0),
        ("I am a heading", 0),
        ("2024 in figures", 0),
        ("3,000 pumps", 0),
        ("Method", 0),
    ],
)
def test_the_depth_of_a_heading_is_that_of_its_number(text: str, depth: int) -> None:
    assert number_depth(text) == depth


def test_numbered_headings_have_the_level_of_their_number(sheet: Sheet) -> None:
    sheet.write("2 Method", size=14)
    sheet.write(*PROSE)
    sheet.write("2.1 Data", bold=True)
    sheet.write(*PROSE)
    sheet.write("2.1.1 Sources", bold=True)
    sheet.write(*PROSE)
    assert headings(sheet.pages()[0]) == [(1, "2 Method"), (2, "2.1 Data"), (3, "2.1.1 Sources")]


def test_a_line_that_the_outline_names_is_a_heading_of_its_level(sheet: Sheet) -> None:
    sheet.named("Storage", 0)
    sheet.write("1. STORAGE")
    sheet.write(*PROSE)
    sheet.named("Turning the shaft", 1)
    sheet.write("Turning the shaft", gap=0)
    sheet.write(*PROSE, gap=0)
    page = sheet.pages()[0]
    assert headings(page) == [(1, "1. STORAGE"), (2, "Turning the shaft")]
    assert [block.text for block in page.blocks if block.kind is BlockKind.TEXT] == [" ".join(PROSE)] * 2


def test_a_heading_that_wraps_is_found_by_its_whole_title(sheet: Sheet) -> None:
    sheet.named("How the pump is stored in winter and turned", 0)
    sheet.write("How the pump is stored", "in winter and turned")
    sheet.write(*PROSE)
    assert headings(sheet.pages()[0]) == [(1, "How the pump is stored in winter and turned")]


def test_an_entry_that_stands_on_another_page_names_no_line_here(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.write("Storage")
    sheet.write(*PROSE)
    sheet.canvas.showPage()
    sheet.named("Storage", 0)
    assert headings(sheet.pages()[0]) == []


def test_an_outline_names_the_heading_and_not_the_running_header(sheet: Sheet) -> None:
    sheet.named("Storage", 0)
    sheet.write("Storage", size=8)
    sheet.write("Storage", size=16, gap=30)
    sheet.write(*PROSE)
    page = sheet.pages()[0]
    assert [(block.kind, block.level) for block in page.blocks][:2] == [
        (BlockKind.TEXT, 0),
        (BlockKind.HEADING, 1),
    ]


def test_a_paragraph_that_begins_in_bold_is_no_heading(sheet: Sheet) -> None:
    sheet.canvas.setFont("Helvetica-Bold", 10)
    sheet.canvas.drawString(60, 700, "Danger of serious injury from rotating parts:")
    sheet.canvas.setFont("Helvetica", 10)
    sheet.canvas.drawString(290, 700, "stop the pump first")
    sheet.y = 690
    sheet.write(*PROSE)
    assert headings(sheet.pages()[0]) == []


def test_an_item_in_large_or_bold_type_is_no_heading(sheet: Sheet) -> None:
    sheet.write("• Switch it off", bold=True)
    sheet.write("• Wait for a minute", size=14)
    sheet.write(*PROSE)
    assert headings(sheet.pages()[0]) == []


def test_a_short_paragraph_of_chinese_is_no_heading(tmp_path: Path) -> None:
    path = unspaced(tmp_path / "page.pdf", ["安装时不得用手搬运。泵的净重为四十一公斤，额定功率为三千瓦"])
    (page,) = read_pages(path, [1])
    assert [block.kind for block in page.blocks] == [BlockKind.TEXT]
