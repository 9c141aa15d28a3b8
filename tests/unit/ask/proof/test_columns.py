"""Cells of several lines in a table that was read with a row for each line."""

from __future__ import annotations

import pytest

from app.ask.proof.cite import PassageSource, cite
from app.core.answer import Proof
from app.core.geometry import Box, Word, around
from app.core.page import Block, BlockKind, Cell, Page
from app.core.passage import Chunk, Hit

TRIAL = (
    ("Pump", "Objectives:", "Grown in the"),
    ("", "To test the effect of", "open field and"),
    ("", "heat on the seal.", "watered daily."),
)
DOWN = "Objectives: To test the effect of heat on the seal."


def table(*rows: tuple[str, ...], pitch: float = 12.0) -> Page:
    """A page with a table of these rows, ``pitch`` points from one to the next, in type of 10 points."""
    words: list[Word] = []
    cells: list[Cell] = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            x, top = 50.0 + 160 * column, 50.0 + pitch * row
            placed: list[Word] = []
            for word in text.split():
                placed.append(Word(word, Box(x, top, x + 5 * len(word), top + 10)))
                x += 5 * len(word) + 3
            words += placed
            cells.append(Cell(row, column, text, around(word.box for word in placed or words)))
    block = Block(BlockKind.TABLE, Box(0, 0, 595, 842), (0, len(words)), cells=tuple(cells))
    return Page(1, 595, 842, words=tuple(words), blocks=(block,))


def source_of(page: Page) -> PassageSource:
    hit = Hit(Chunk("chunk", "local", "doc", 1, 0, BlockKind.TEXT, ""), 1.0, document_name="trials.pdf")
    return PassageSource(hit, lambda _: [page])


def proof(quote: str, *rows: tuple[str, ...], pitch: float = 12.0) -> Proof:
    return cite(1, quote, [source_of(table(*rows, pitch=pitch))]).proof


def test_a_cell_whose_lines_were_read_as_rows_is_fuzzy_and_shows_where_it_was_cut() -> None:
    citation = cite(1, DOWN, [source_of(table(*TRIAL))])
    assert citation.proof is Proof.FUZZY
    assert citation.found == "Objectives: … To test the effect of … heat on the seal."
    assert [len(place.boxes) for place in citation.places] == [3]
    assert proof("Grown in the open field and watered daily.", *TRIAL) is Proof.FUZZY


@pytest.mark.parametrize(
    "quote",
    [
        "Objectives: To test the effect of cold on the seal.",
        "Objectives: To test the effect of the seal.",
        "Objectives: heat on the seal.",
        "Objectives: To test the effect of heat on the seal. Grown in the open field and watered daily.",
        "To test the effect of heat on the seal.",
        "Objectives: To test the effect of heat on",
        "Grown in the To test the effect of heat on the seal.",
    ],
)
def test_another_or_a_lost_word_or_line_another_cells_and_half_a_sentence_are_missing(quote: str) -> None:
    assert proof(quote, *TRIAL) is Proof.MISSING


def test_rows_with_labels_of_their_own_or_far_apart_are_no_lines_of_a_cell() -> None:
    labelled = (TRIAL[0], ("Valve", *TRIAL[1][1:]), ("Tap", *TRIAL[2][1:]))
    assert proof(DOWN, *labelled) is Proof.MISSING
    assert proof(DOWN, *TRIAL, pitch=24.0) is Proof.MISSING


def test_labels_do_not_read_down() -> None:
    rows = (("Heat is", "yes"), ("on the rise.", "yes"), ("Cold", "yes"))
    assert proof("Heat is on the rise.", *rows) is Proof.MISSING


def test_a_word_that_turns_what_is_said_is_not_skipped() -> None:
    rows = (TRIAL[0], ("", "To test the effect of", "field, not"), TRIAL[2])
    assert proof(DOWN, *rows) is Proof.MISSING


def test_what_may_be_the_rest_of_what_stands_above_it_is_missing() -> None:
    assert proof(DOWN, ("Seal", "They did not share the", "Sown in"), *TRIAL) is Proof.MISSING
    assert proof(DOWN, ("Seal", "It failed.", "Sown in"), *TRIAL) is Proof.FUZZY
