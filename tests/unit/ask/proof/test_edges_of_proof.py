"""Thresholds of what a quote may leave out around it and between its parts: just within, and just beyond."""

from __future__ import annotations

import pytest

from app.ask.proof.cite import PassageSource, cite
from app.core.answer import Proof
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page
from app.core.passage import Chunk, Hit
from tests.support.edges import Edge

HEIGHT = 10.0
"""Points of a line."""


def proof_of(quote: str, text: str, gap: float = 3.0) -> Proof:
    """The proof of a quote in a line of text with this gap between words, in points."""
    words: list[Word] = []
    x = 50.0
    for each in text.split():
        words.append(Word(each, Box(x, 50, x + 5 * len(each), 50 + HEIGHT)))
        x += 5 * len(each) + gap
    block = Block(BlockKind.TEXT, Box(0, 0, 9000, 842), (0, len(words)), text)
    page = Page(1, 9000, 842, words=tuple(words), blocks=(block,))
    hit = Hit(Chunk("chunk", "local", "doc", 1, 0, BlockKind.TEXT, ""), 1.0)
    return cite(1, quote, [PassageSource(hit, lambda _: [page])]).proof


def others(count: float) -> str:
    return " ".join(["zubak"] * int(count))


def is_denied_from_words_away(count: float) -> bool:
    text = f"The supplier has not {others(count)} paid the whole fee."
    return proof_of("paid the whole fee", text) is Proof.MISSING


def is_a_mere_case_from_words_away(count: float) -> bool:
    text = f"The fee is due if {others(count)} paid the whole fee."
    return proof_of("paid the whole fee", text) is Proof.MISSING


def is_bound_from_words_behind_its_number(count: float) -> bool:
    rest = others(count)
    return (
        proof_of(f"the pump takes 40 {rest}", f"Here the pump takes 40 {rest} or more of it.")
        is Proof.MISSING
    )


def leaves_out_words(count: float) -> bool:
    text = f"The pump is here {others(count)} and the seal is blue."
    return proof_of("The pump is here … and the seal is blue.", text) is not Proof.MISSING


def is_in_parts_of_words(count: float) -> bool:
    part = " ".join(["The", "pump"][-int(count) :])
    return proof_of(f"{part} … the seal is blue.", "The pump and the seal is blue.") is not Proof.MISSING


def reads_as_one_number_with_a_gap_of(heights: float) -> bool:
    return proof_of("costs 1250 euros", "It costs 1 250 euros", gap=heights * HEIGHT) is not Proof.MISSING


EDGES = [
    Edge("edges.NEAR", is_denied_from_words_away, 2, 3),
    Edge("edges.ADJACENT", is_a_mere_case_from_words_away, 1, 2),
    Edge("bounds.TAIL", is_bound_from_words_behind_its_number, 2, 3),
    Edge("cite.LONGEST_OMISSION", leaves_out_words, 60, 61),
    Edge("cite.SHORTEST_PART", is_in_parts_of_words, 2, 1),
    Edge("passage_text.CLOSE", reads_as_one_number_with_a_gap_of, 0.11, 0.13),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
