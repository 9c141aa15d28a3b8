"""What is quoted says something of its own."""

from __future__ import annotations

from dataclasses import replace

from app.adapters.embedded.models import E5
from app.ask.by_words import ByWords
from app.ask.proof.cite import PassageSource
from app.ask.quotes import choose
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page
from app.core.passage import Hit, Span
from tests.support.chunks import chunk


def source(*lines: str, title: str) -> PassageSource:
    words: list[Word] = []
    blocks = []
    for row, line in enumerate(lines):
        top = 100.0 + 40 * row
        start = len(words)
        words += [
            Word(word, Box(50 + 40 * n, top, 85 + 40 * n, top + 10)) for n, word in enumerate(line.split())
        ]
        blocks.append(
            Block(BlockKind.TEXT, Box(50, top, 500, top + 10), text=line, words=(start, len(words)))
        )
    page = Page(1, 600.0, 800.0, words=tuple(words), blocks=tuple(blocks))
    found = replace(chunk("\n".join(lines)), spans=(Span(1, Box(0, 0, 600, 800)),))
    return PassageSource(Hit(found, 0.9, document_name="2023 Q1 alba.pdf", title=title), lambda _: [page])


def test_a_running_title_with_its_page_number_answers_nothing() -> None:
    said = "Alba bought back shares for 3 million euros."
    report = source("Alba Corp. | Q1 2023 Form 10-Q | 11", said, title="Alba Corp. — Form 10-Q")
    found = choose("What does Alba Corp. Form 10-Q say of shares bought back?", [report], ByWords(E5()))
    assert found
    assert [sentence.text for _, sentence in found] == [said]
