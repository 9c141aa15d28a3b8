"""A PDF's own outline is read as its tree, whatever the file makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Bookmark, Outline
from app.pages import outline_file
from app.pdf.pdfium.bookmarks import DEEPEST, MOST
from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import open_outline


def entries(path: Path) -> list[tuple[str, int, int | None]]:
    return [(each.title, each.level, each.page) for each in open_outline(path).bookmarks]


def test_bookmarks_have_title_level_page_and_height(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(600, 800))
    canvas.bookmarkHorizontal("one", 0, 700)
    canvas.addOutlineEntry("1 Über Pumpen", "one", level=0)
    canvas.showPage()
    canvas.bookmarkPage("two")
    canvas.addOutlineEntry("1.1 Parts", "two", level=1)
    canvas.bookmarkPage("three")
    canvas.addOutlineEntry("2 Care", "three", level=0)
    canvas.showPage()
    canvas.save()
    assert open_outline(tmp_path / "a.pdf").bookmarks == (
        Bookmark("1 Über Pumpen", 1, 1, 100.0),
        Bookmark("1.1 Parts", 2, 2, None),
        Bookmark("2 Care", 1, 2, None),
    )


def test_a_file_without_an_outline_has_none(tmp_path: Path) -> None:
    assert open_outline(raw_pdf(tmp_path / "a.pdf", [])) == Outline(1)


def test_an_entry_that_leads_nowhere_is_kept_without_a_page(tmp_path: Path) -> None:
    tree = ["<< /First 11 0 R >>", "<< /Title (Elsewhere) /A << /S /URI /URI (https://example.com) >> >>"]
    assert entries(raw_pdf(tmp_path / "a.pdf", tree, catalog="/Outlines 10 0 R")) == [("Elsewhere", 1, None)]


def test_a_height_that_is_not_on_the_page_is_left_out(tmp_path: Path) -> None:
    tree = ["<< /First 11 0 R >>", "<< /Title (Above) /Dest [3 0 R /XYZ 0 9999 0] >>"]
    (above,) = open_outline(raw_pdf(tmp_path / "a.pdf", tree, catalog="/Outlines 10 0 R")).bookmarks
    assert above == Bookmark("Above", 1, 1, None)


@pytest.mark.parametrize("next_one", [11, 12, 10])
def test_entries_that_lead_in_a_ring_are_read_once(tmp_path: Path, next_one: int) -> None:
    tree = [
        "<< /First 11 0 R >>",
        "<< /Title (One) /Next 12 0 R /First 11 0 R >>",
        f"<< /Title (Two) /Next {next_one} 0 R /First 10 0 R >>",
    ]
    found = entries(raw_pdf(tmp_path / "a.pdf", tree, catalog="/Outlines 10 0 R"))
    assert [title for title, _, _ in found] == ["One", "Two"]


def test_a_very_deep_outline_is_read_so_far_and_no_further(tmp_path: Path) -> None:
    tree = ["<< /First 11 0 R >>"]
    tree += [f"<< /Title (Level {n}) /First {n + 11} 0 R >>" for n in range(1, 3000)]
    found = entries(raw_pdf(tmp_path / "a.pdf", tree, catalog="/Outlines 10 0 R"))
    assert [level for _, level, _ in found] == list(range(1, DEEPEST + 1))


def test_an_outline_without_end_is_cut_and_says_so(tmp_path: Path) -> None:
    tree = ["<< /First 11 0 R >>"]
    tree += [f"<< /Title (Entry {n}) /Next {n + 11} 0 R /Dest [3 0 R /Fit] >>" for n in range(1, 3 * MOST)]
    path = raw_pdf(tmp_path / "a.pdf", tree, catalog="/Outlines 10 0 R")
    outline = open_outline(path)
    assert (len(outline.bookmarks), outline.cut) == (MOST, True)


def test_a_title_is_one_line_of_what_can_be_shown(tmp_path: Path) -> None:
    tree = [
        "<< /First 11 0 R >>",
        "<< /Title (A\\nlong\\000er   title) /Next 12 0 R >>",
        f"<< /Title ({'x' * 9000}) >>",
    ]
    first, second = entries(raw_pdf(tmp_path / "a.pdf", tree, catalog="/Outlines 10 0 R"))
    assert first[0] == "A long er title"
    assert second[0] == "x" * 500


def test_an_outline_is_the_same_when_it_is_read_again() -> None:
    outline = Outline(3, "Pumps", True, (Bookmark("One", 1, 2, 3.5), Bookmark("Two", 2)), True)
    assert outline_file.decode(outline_file.encode(outline)) == outline
