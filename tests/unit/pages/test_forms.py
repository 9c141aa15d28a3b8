"""A page as JSON and as Markdown."""

from __future__ import annotations

import json
from dataclasses import replace

from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Cell, Link, Page, Verdict
from app.pages import pages_file
from app.pages.forms import UNLINKED, PageForm, page_json, page_markdown, pass_on
from tests.support.pages import cells_of

BOX = Box(1, 2, 3, 4)
PAGE = Page(
    7,
    600.0,
    800.0,
    text="Results\n\nPart | Price",
    words=(Word("Results", BOX),),
    blocks=(
        Block(BlockKind.HEADING, BOX, (0, 1), "Results", 2),
        Block(
            BlockKind.TABLE, BOX, (1, 1), "Part | Price", cells=cells_of((("Part", "Price"), ("a|b", "1")))
        ),
        Block(BlockKind.TEXT, BOX, (1, 1), "Some text."),
        Block(BlockKind.FIGURE, BOX, image="a/b.png"),
    ),
    verdict=Verdict(True, ("images cover 50 % of the page",), {"images": 1.0}),
    notes=("A picture was left out.",),
)


def test_json_holds_text_tables_and_blocks() -> None:
    shown = json.loads(json.dumps(page_json(PAGE)))
    assert (shown["number"], shown["text"]) == (7, "Results\n\nPart | Price")
    assert shown["tables"] == [[["Part", "Price"], ["a|b", "1"]]]
    assert shown["blocks"][0] == {"kind": "heading", "level": 2, "box": [1, 2, 3, 4], "text": "Results"}
    assert shown["design_heavy"] is True
    assert shown["reasons"] == ["images cover 50 % of the page"]


def test_markdown_has_headings_tables_text_and_notes() -> None:
    assert page_markdown(PAGE) == (
        "## Results\n\n| Part | Price |\n| --- | --- |\n| a\\|b | 1 |\n\nSome text.\n\n"
        "> Page 7: A picture was left out."
    )


def test_a_page_that_could_not_be_read_says_so_in_markdown() -> None:
    assert page_markdown(Page(3, 0.0, 0.0, error="It takes too long.")) == "> Page 3: It takes too long."


def test_a_page_is_passed_on_rendered_unless_it_may_go_on_with_its_neighbours() -> None:
    text = replace(PAGE, blocks=PAGE.blocks[2:3])
    assert json.loads(pass_on(text, PageForm.JSON)) == page_json(text)
    assert pass_on(text, PageForm.MARKDOWN) == b"Some text.\n\n> Page 7: A picture was left out.\n\n"
    low = replace(PAGE, blocks=(replace(PAGE.blocks[1], box=Box(1, 500, 3, 700)),))
    handed_on = pass_on(low, PageForm.JSON)
    assert pages_file.decode(handed_on.removeprefix(UNLINKED)) == replace(low, words=())


def test_a_page_with_a_table_keeps_its_links_on_the_way_to_markdown() -> None:
    words = (Word("Read", BOX), Word("this", BOX))
    table = Block(BlockKind.TABLE, BOX, text="a | b", cells=(Cell(0, 0, "a", BOX), Cell(0, 1, "b", BOX)))
    page = Page(
        1,
        600.0,
        800.0,
        words=words,
        blocks=(Block(BlockKind.TEXT, BOX, (0, 2), "Read this"), table),
        links=(Link(BOX, "this", (1, 2), "https://example.com"),),
    )
    passed = pass_on(page, PageForm.MARKDOWN)
    assert passed.startswith(UNLINKED)
    kept = pages_file.decode(passed.removeprefix(UNLINKED))
    assert page_markdown(kept).startswith("Read [this](https://example.com)")
