"""What a block says of the table near it: its name, a note to it, or that it goes on."""

from __future__ import annotations

import pytest

from app.core.geometry import Box
from app.core.page import Block, BlockKind
from app.pages.captions import is_caption, is_note, mark_near_tables, says_continued

BOX = Box(0, 0, 9, 9)


def marked(text: str, kind: BlockKind = BlockKind.TEXT) -> Block:
    (block,) = mark_near_tables([Block(kind, BOX, text=text)])
    return block


@pytest.mark.parametrize("text", ["Table 3. Pumps", "Tabelle A: Pumpen", "  表 2 泵", "TAB. IV"])
def test_a_caption_names_its_table(text: str) -> None:
    assert is_caption(marked(text))
    assert is_caption(marked(text, BlockKind.HEADING))
    assert not is_caption(marked(text, BlockKind.ITEM))


def test_a_caption_is_no_longer_than_400_characters() -> None:
    assert is_caption(marked("Table 3. ".ljust(400, "x")))
    assert not is_caption(marked("Table 3. ".ljust(401, "x")))


def test_word_that_a_table_goes_on_is_no_longer_than_100_characters_or_a_caption() -> None:
    assert says_continued(marked("x" * 90 + " continued"))
    assert not says_continued(marked("x" * 91 + " continued"))
    assert says_continued(marked("Table 3 " + "x" * 92 + " continued"))


@pytest.mark.parametrize("text", ["* without tax", "a) estimated", "Source: the maker", "¹ from 2020"])
def test_a_note_is_told_by_its_beginning(text: str) -> None:
    assert is_note(marked(text))
    assert is_note(marked(text + " and more" * 100))
    assert not is_note(marked(text, BlockKind.HEADING))


def test_what_furniture_was_before_it_became_text_does_not_matter() -> None:
    (block,) = mark_near_tables([Block(BlockKind.ITEM, BOX, text="* without tax")])
    assert block.of_table.note


def test_tables_and_figures_say_nothing() -> None:
    for kind in (BlockKind.TABLE, BlockKind.FIGURE):
        assert not marked("Table 3 continued", kind).of_table.names
