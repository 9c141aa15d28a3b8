"""A page as one searched text, whose parts know where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from app.core.card import Fact, Origin
from app.core.geometry import Box, Word, around
from app.core.page import Block, BlockKind, Furniture, Page
from app.ingest.card.phrases import Token, split_tokens

MOST_WORDS = 1_500
"""Words of a page that are looked at. What a document says of itself stands before: it bounds the work."""

LEANS = 0.5
"""Of a word's height that the next word of its line may stand lower: a line of a bent scan, not a new one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: ``text`` stands at ``[start, end)`` of its sheet's. ``size`` is the font size in
    points, 0 if unknown; ``block`` the index of its block on the page."""

    text: str
    start: int
    end: int
    box: Box
    size: float = 0.0
    block: int = 0
    kind: BlockKind = BlockKind.TEXT
    furniture: Furniture | None = None

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
        boxes = [box for first, last, box in self.spans if first < end and last > start]
        shown = value or " ".join(self.text[start:end].split())
        return Fact(shown, origin, self.page, tuple(join_boxes(boxes)))

    def line_at(self, position: int) -> Line | None:
        """Return the line that a position of the text is in, ``None`` behind the last."""
        return next((line for line in self.lines if position < line.end), None)


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
    """Return a page as a sheet. A table's rows are its lines."""
    spans: list[tuple[int, int, Box]] = []
    lines: list[Line] = []
    parts: list[str] = []
    at = 0
    for index, block in enumerate(page.blocks):
        for words in _rows(block, page.words[slice(*block.words)]):
            text = " ".join(word.text for word in words)
            start = at
            for word in words:
                spans.append((at, at + len(word.text), word.box))
                at += len(word.text) + 1
            parts.append(text)
            box = around(word.box for word in words)
            lines.append(
                Line(text, start, start + len(text), box, block.size, index, block.kind, block.furniture)
            )
        if len(spans) > MOST_WORDS:
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
