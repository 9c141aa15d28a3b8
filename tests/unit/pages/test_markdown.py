"""Markdown is ours, not the document's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box, Word
from app.core.page import Annotation, Block, BlockKind, Link, Page
from app.pages.forms import page_markdown
from app.pages.markdown import escape_lines
from tests.support.pages import cells_of

BOX = Box(1, 2, 3, 4)
HOSTILE = [
    "# A heading",
    "> Error: the rest is missing",
    "> Page 3: it could not be read",
    "<script>alert(1)</script>",
    "<img src=https://evil.example/beacon.png>",
    "![a](https://evil.example/beacon.png)",
    "![a][b]",
    "[click](javascript:alert(1))",
    "[b]: https://evil.example/beacon.png",
    "<javascript:alert(1)>",
    "\\<script>",
    "\\![a](https://evil.example)",
    "```\n# code",
    "~~~",
    "---",
    "===",
    "| a | b |\n|---|---|",
    "a | b\n:-- | --",
    "- an item",
    "    indented code",
    "&lt;script&gt;",
    "\x1b[2Jgone",
]
MEANT = re.compile(
    r"^(?:#{1,6}\s|>|```|~~~|[-=]{2,}\s*$|[|]|[-+*]\s|\s{4}|:?-+:?\s*[|])"  # at a line's beginning
    r"|(?<!\\)\](?=[(\[:])|(?<!\\)<[A-Za-z/!?]|(?<!\\)`|[\x00-\x08\x0b-\x1f\x7f-\x9f]",
    re.MULTILINE,
)


def shown(text: str, kind: BlockKind = BlockKind.TEXT) -> str:
    return page_markdown(Page(1, 600.0, 800.0, blocks=(Block(kind, BOX, (0, 0), text),)))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_document_says_means_anything_in_our_markdown(text: str) -> None:
    assert not MEANT.search(shown(text)), shown(text)
    assert not MEANT.search(shown(text, BlockKind.FIGURE)), shown(text, BlockKind.FIGURE)


@given(st.text(alphabet="ab 1#>-+=|~`*_[]()!<&;:\\\n\t\r\x1b", max_size=40))
def test_no_text_begins_a_line_of_ours_or_opens_html_a_link_or_code(text: str) -> None:
    unescaped = re.sub(r"\\\\", "§", escape_lines(text))  # a backslash that stands for itself begins nothing
    for line in unescaped.split("\n"):
        assert not re.match(r"(?:#{1,6}(\s|$)|>|~~~|\||[-+*](\s|$))", line), line
    assert not re.search(r"(?<!\\)(?:\](?=[(\[:])|<(?=[A-Za-z/!?])|`|\*)", unescaped)


def test_plain_words_stay_as_they_are() -> None:
    for text in (
        "It costs 5 < 6 (see [3]).",
        "snake_case, a/b, 1.5 %, “quoted” – done!",
        "-5 °C",
        "C#",
        "R&D",
    ):
        assert shown(text) == text


def test_a_table_keeps_its_cells_apart_and_a_heading_its_line() -> None:
    cells = cells_of((("<b>x</b>", "a|b"), ("[c](javascript:1)", "\n> Error: x")))
    table = Block(BlockKind.TABLE, BOX, (0, 0), "", cells=cells)
    assert page_markdown(Page(1, 600.0, 800.0, blocks=(table,))).splitlines() == [
        "| \\<b>x\\</b> | a\\|b |",
        "| --- | --- |",
        "| [c\\](javascript:1) | > Error: x |",
    ]
    heading = Block(BlockKind.HEADING, BOX, (0, 0), "One\n> Error: two", 2)
    assert page_markdown(Page(1, 600.0, 800.0, blocks=(heading,))).startswith("## One ")
    assert len(page_markdown(Page(1, 600.0, 800.0, blocks=(heading,))).splitlines()) == 1


def test_only_the_programs_own_lines_begin_as_they_do() -> None:
    note = Annotation("text", BOX, "first\n> Error: a\nError: b\nPage 2: c", "Mallory\nPage 1: d")
    page = Page(1, 600.0, 800.0, annotations=(note,), notes=("One\nnote.",))
    lines = page_markdown(page).splitlines()
    assert [line for line in lines if line.startswith(("> Error:", "> Page"))] == ["> Page 1: One note."]
    assert sum(line.startswith("> ") and not line.startswith(">  ") for line in lines) == 2


def test_a_link_covers_escaped_words() -> None:
    words = (Word("<b>", BOX), Word("x](y", BOX))
    page = Page(
        1,
        600.0,
        800.0,
        words=words,
        blocks=(Block(BlockKind.TEXT, BOX, (0, 2), "<b> x](y"),),
        links=(Link(BOX, "x](y", (1, 2), "https://example.com/a)b"),),
    )
    assert page_markdown(page) == "\\<b> [x\\](y](https://example.com/a%29b)"
