"""Headings of one type have one level."""

from __future__ import annotations

from dataclasses import replace

from app.core.page import Block
from app.ingest.levels import set_levels
from tests.support.pages import heading, page, text


def sized(words: str, level: int, size: float) -> Block:
    return replace(heading(words, level), size=size)


def levels(*blocks: Block) -> dict[str, int]:
    """By text; each block on a page of its own."""
    pages = set_levels(page(number, block) for number, block in enumerate(blocks, 1))
    return {block.text: block.level for each in pages for block in each.blocks}


def test_a_heading_without_a_number_stands_beside_numbered_ones_of_its_size() -> None:
    found = levels(
        sized("Abstract", 3, 12), sized("7 Conclusion", 1, 12), text("It is."), sized("References", 3, 12.04)
    )
    assert found == {"Abstract": 3, "7 Conclusion": 1, "It is.": 0, "References": 1}


def test_another_size_or_numbers_of_several_depths_tell_nothing() -> None:
    assert levels(sized("7 Conclusion", 1, 14), sized("Data", 3, 12))["Data"] == 3
    mixed = (sized("7 Conclusion", 1, 12), sized("7.1 Costs", 2, 12), sized("References", 3, 12))
    assert levels(*mixed)["References"] == 3


def test_bold_lines_in_the_text_stay_under_their_section() -> None:
    assert levels(sized("7 Conclusion", 1, 10), sized("Note", 4, 10))["Note"] == 4
