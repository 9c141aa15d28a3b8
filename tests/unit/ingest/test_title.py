"""What a document is called where its file does not say."""

from __future__ import annotations

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Page
from app.ingest.title import document_title


def heading(text: str, size: float, level: int, top: float) -> Block:
    return Block(BlockKind.HEADING, Box(60, top, 400, top + size), text=text, size=size, level=level)


def test_the_largest_heading_is_the_title_whatever_number_another_has() -> None:
    blocks = heading("1 Introduction", 12, 1, 200), heading("Pumps in winter", 17, 2, 60)
    assert document_title("", Page(1, 600, 800, blocks=blocks), "a.pdf") == "Pumps in winter"


def test_without_sizes_the_highest_level_is_the_title() -> None:
    blocks = heading("Storage", 0, 3, 200), heading("Pumps in winter", 0, 1, 300)
    assert document_title("", Page(1, 600, 800, blocks=blocks), "a.pdf") == "Pumps in winter"


def test_a_title_of_the_file_s_own_comes_first() -> None:
    page = Page(1, 600, 800, blocks=(heading("Storage", 20, 1, 60),))
    assert document_title("Pump manual", page, "a.pdf") == "Pump manual"
