"""What the lines of a page are: headings, items of lists, or running text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.core.page import BlockKind
from app.pdf.layout.headings import Told, level_of, match_outline
from app.pdf.layout.lines import Line
from app.pdf.layout.lists import Depths, cut, is_bullet, item_starts, markers_of
from app.pdf.pdfium.bookmarks import Entry


class Piece(NamedTuple):
    """Lines that are one block: an item's, those that the outline names, or neither's."""

    lines: list[Line]
    item: bool = False
    told: Told | None = None


class Roles:
    """The roles of a page's lines, in reading order; ``body`` is the type size of most of its letters."""

    def __init__(self, parts: Sequence[Sequence[Line]], body: float, entries: Sequence[Entry]) -> None:
        self._body = body
        self._told = match_outline(parts, entries)
        # Over all parts at once: a list may go on in the next column.
        self._starts = item_starts(parts)
        self._depths = Depths()

    def pieces(self, lines: list[Line]) -> Iterator[Piece]:
        """A paragraph's lines, cut where a heading or an item begins and ends."""
        for told, part in self._split_at_titles(lines):
            if told:
                yield Piece(part, told=told)
            elif self._starts:
                yield from (Piece(piece, item) for item, piece in cut(part, self._starts))
            else:
                yield Piece(part)

    def _split_at_titles(self, lines: list[Line]) -> Iterator[tuple[Told | None, list[Line]]]:
        start = 0
        for at, line in enumerate(lines):
            if (told := self._told.get(id(line))) and at >= start:
                if at > start:
                    yield None, lines[start:at]
                start = at + told.lines
                yield told, lines[at:start]
        if start < len(lines):
            yield None, lines[start:]

    def kind(self, piece: Piece, text: str) -> tuple[BlockKind, int]:
        """Return what a piece is, and its level; to be asked in reading order."""
        kind, level = self._kind(piece, text)
        # Text between two lists ends the first: its indents say nothing of the second.
        if kind is not BlockKind.ITEM:
            self._depths.end()
        return kind, level

    def _kind(self, piece: Piece, text: str) -> tuple[BlockKind, int]:
        if piece.told:
            return BlockKind.HEADING, piece.told.level
        # A bullet is an item whatever its type; a number may begin a heading as well.
        bullet = piece.item and any(map(is_bullet, markers_of(piece.lines[0])))
        level = 0 if bullet else level_of(piece.lines, text, self._body)
        if level:
            return BlockKind.HEADING, level
        if piece.item:
            return BlockKind.ITEM, self._depths.of(piece.lines[0].box.x0)
        return BlockKind.TEXT, 0
