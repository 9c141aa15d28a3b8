"""A page as one searched text, whose parts know where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from app.core.card import Fact, Origin
from app.core.geometry import Box, Word, around
from app.core.page import Block, BlockKind, Furniture, Page
from app.ingest.card.phrases import Token, split_tokens

MOST_WORDS = 1_500
"""Words of a page that are looked at. What a document says of itself stands before: it bounds the work."""

LONGEST_WORD = 100
"""Characters of a word that are looked at: patterns that go back within a word would take an hour for one of
a hundred thousand."""

LEANS = 0.5
"""Of a word's height that the next word of its line may stand lower: a line of a bent scan, not a new one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: ``text`` stands at ``[start, end)`` of its sheet's. ``size`` is the font size in
    points, 0 if unknown; ``block`` the index of its block on the page; ``words`` how many it has."""

    text: str
    start: int
    end: int
    box: Box
    size: float = 0.0
    block: int = 0
    kind: BlockKind = BlockKind.TEXT
    furniture: Furniture | None = None
    words: int = 0

    @property
    def is_heading(self) -> bool:
        """Whether it is set as a heading."""
        return self.kind is BlockKind.HEADING


@dataclass(frozen=True)
class Sheet:
    """A page's ``text``, line by line, with the box of each word: ``spans`` has where each begins and
    ends."""

    page: int
    width: float
    height: float
    text: str
    lines: tuple[Line, ...]
    spans: tuple[tuple[int, int, Box], ...] = field(repr=False, default=())
    fields: int = 0

    @cached_property
    def plain(self) -> str:
        """The text in small letters, which needs as many characters as the text where that is possible."""
        lowered = self.text.lower()
        return lowered if len(lowered) == len(self.text) else self.text

    @cached_property
    def tokens(self) -> list[Token]:
        """The words of the text as phrases are compared."""
        return split_tokens(self.text)

    def fact(self, start: int, end: int, value: str = "", origin: Origin = Origin.PAGE) -> Fact:
        """Return what stands at ``[start, end)`` of the text as a fact, with its place; ``value`` where it is
        written in another way."""
        first = bisect_right(self.spans, start, key=lambda span: span[1])
        behind = bisect_left(self.spans, end, key=lambda span: span[0])
        boxes = [box for _, _, box in self.spans[first:behind]]
        shown = value or " ".join(self.text[start:end].split())
        return Fact(shown, origin, self.page, tuple(join_boxes(boxes)))

    def line_at(self, position: int) -> Line | None:
        """Return the line that a position of the text is in, ``None`` behind the last."""
        index = bisect_right(self.lines, position, key=lambda line: line.end)
        return self.lines[index] if index < len(self.lines) else None


def join_boxes(boxes: Iterable[Box]) -> Iterator[Box]:
    """Yield one box for each line that the boxes of words stand in."""
    row: list[Box] = []
    for box in boxes:
        if row and _is_lower(row[-1], box):
            yield around(row)
            row = []
        row.append(box)
    if row:
        yield around(row)


def read_sheet(page: Page) -> Sheet:
    """Return the first ``MOST_WORDS`` words of a page as a sheet. A table's rows are its lines."""
    spans: list[tuple[int, int, Box]] = []
    lines: list[Line] = []
    parts: list[str] = []
    at = 0
    for index, block in enumerate(page.blocks):
        first, last = block.words
        for words in _rows(block, page.words[first : min(last, first + MOST_WORDS - len(spans))]):
            texts = [word.text[:LONGEST_WORD] for word in words]
            text = " ".join(texts)
            start = at
            for word, shown in zip(words, texts, strict=True):
                spans.append((at, at + len(shown), word.box))
                at += len(shown) + 1
            parts.append(text)
            box = around(word.box for word in words)
            end = start + len(text)
            lines.append(
                Line(text, start, end, box, block.size, index, block.kind, block.furniture, len(words))
            )
        if len(spans) >= MOST_WORDS:
            break
    text = "\n".join(parts)
    return Sheet(
        page.number, page.width, page.height, text, tuple(lines), tuple(spans), fields=len(page.fields)
    )


def _rows(block: Block, words: tuple[Word, ...]) -> Iterator[list[Word]]:
    # What is turned by a quarter, such as a stamp up the margin, has one word below the other.
    if len(words) > 1 and block.box.height > block.box.width * len(words) and block.size < block.box.height:
        yield list(words)
        return
    row: list[Word] = []
    for word in words:
        if row and _is_lower(row[-1].box, word.box):
            yield row
            row = []
        row.append(word)
    if row:
        yield row


def _is_lower(before: Box, after: Box) -> bool:
    """Return whether a word begins a new line after the word before it."""
    return (after.top > before.top + LEANS * before.height and after.x0 < before.x1) or after.x1 < before.x0
