"""A page is read in bounded time, whatever its words are."""

from __future__ import annotations

import pytest

from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Outline, Page
from app.ingest.card.make import make_card
from app.ingest.card.sheet import LONGEST_WORD, MOST_WORDS, read_sheet
from app.ingest.card.titles import clean_metadata


def page_of(words: list[str]) -> Page:
    """A page of one block, ten words a line."""
    placed = []
    for number, word in enumerate(words):
        left, top = 60 + 50 * (number % 10), 50 + number // 10
        placed.append(Word(word, Box(left, top, left + 45, top + 10)))
    block = Block(BlockKind.TEXT, Box(60, 50, 600, 700), (0, len(placed)), " ".join(words), size=10)
    return Page(1, 600, 800, text=" ".join(words), words=tuple(placed), blocks=(block,))


def test_of_a_block_with_many_words_the_first_are_looked_at() -> None:
    sheet = read_sheet(page_of(["word"] * 50_000))
    assert len(sheet.spans) == MOST_WORDS
    assert sum(line.words for line in sheet.lines) == MOST_WORDS


def test_of_a_long_word_its_beginning_is_looked_at() -> None:
    sheet = read_sheet(page_of(["a" * 16_000, "pump"]))
    assert sheet.text == "a" * LONGEST_WORD + " pump"
    assert [box.x0 for box in sheet.fact(LONGEST_WORD + 1, LONGEST_WORD + 5).boxes] == [110]


def test_a_place_is_found_by_its_line_and_words() -> None:
    sheet = read_sheet(page_of([f"w{number}" for number in range(35)]))
    for start, end, box in sheet.spans:
        assert sheet.fact(start, end).boxes == (box,)
        line = sheet.line_at(start)
        assert line
        assert line.start <= start < line.end
    assert sheet.line_at(len(sheet.text)) is None
    both = sheet.fact(sheet.spans[8][0], sheet.spans[11][1])
    assert (both.value, len(both.boxes)) == ("w8 w9 w10 w11", 2)


@pytest.mark.parametrize(
    "words",
    [
        ["•"] * 50_000,
        ["A-" * 2_000] * 200,
        ["a.a+" * 4_000] * 200,
        ["(" * 16_000] * 2_000,
        ["isbn(" * 3_000] * 2_000,
        ["ISBN 978-3-16-148410-0"] * 50_000,
        ["1.1.2020;" * 2_000] * 2_000,
    ],
    ids=["signs", "joined", "address", "brackets", "open", "numbers", "dates"],
)
def test_a_page_made_to_hold_up_its_reading_has_a_card(words: list[str]) -> None:
    assert make_card([page_of(words)], Outline(1), "pump care.pdf").title


@pytest.mark.parametrize("part", ["-", "-v1", ".", " v1 "])
def test_a_title_of_the_metadata_of_any_length_is_looked_through_at_once(part: str) -> None:
    assert clean_metadata(part * 300_000 + "x") == ""
