"""Parts of pages, a block or a paragraph over several, which knows its boxes when it is cut."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from app.core.model import Block, BlockKind, Box, Page, Span, around

UNFINISHED = 40
"""Characters of a paragraph that may go on in the next block; a shorter one is a label."""

_TOKEN = re.compile(r"([A-Za-z]+)|(\d+)|([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])|([^\W\d_]+)|[^\w\s]|_")

_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*\s+(?=["'“‘(\[•]*[A-Z0-9•])|[。！？]["”’」』）]*\s*|\n""")

_ABBREVIATION = re.compile(
    r"\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|al|cf|e\.g|i\.e|approx|figs?|eq|sec|nos?|vol|pp?|eds?|"
    r"inc|ltd|co|corp|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)

_CUT_WORD = re.compile(r"[^\W\d]-$")


class Place(NamedTuple):
    """A word of a passage: where it begins in the text, the page, the block's number on it, the box."""

    start: int
    page: int
    block: int
    box: Box


@dataclass(frozen=True, slots=True)
class Passage:
    """A block's text, or that of a paragraph which runs over several; a table has a line for each row."""

    kind: BlockKind
    level: int
    text: str
    places: tuple[Place, ...]

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """A box for each block that this part of the text stands in."""
        first = bisect_left(self.places, start, key=lambda place: place.start)
        last = bisect_left(self.places, end, key=lambda place: place.start)
        # A part of a very long word stands where the word begins.
        inside = self.places[first:last] or self.places[max(0, first - 1) :][:1]
        boxes: dict[tuple[int, int], list[Box]] = {}
        for place in inside:
            boxes.setdefault((place.page, place.block), []).append(place.box)
        for (page, _), found in boxes.items():
            yield Span(page, around(found))


def passages(pages: Iterable[Page]) -> Iterator[Passage]:
    """What stands on the pages, in order; paragraphs that go on in the next block are one passage."""
    held: Passage | None = None
    for page in pages:
        for number, block in enumerate(page.blocks):
            passage = _passage(page, number, block)
            if not passage.text.strip():
                continue
            if held and _goes_on(held, passage):
                held = _joined(held, passage)
                continue
            if held:
                yield held
            held = passage
    if held:
        yield held


def cuts(passage: Passage, most: int) -> Iterator[tuple[int, int]]:
    """(start, end) of parts of at most ``most`` tokens: a row, a sentence, or less where one has more."""
    ends = _row_ends(passage.text) if passage.kind is BlockKind.TABLE else _sentence_ends(passage.text)
    start = 0
    for end in chain(ends, [len(passage.text)]):
        if end > start:
            yield from _cut(passage.text, start, end, most)
        start = end


def tokens_of(text: str) -> int:
    """The word pieces that BERT's vocabulary makes of a text, without a tokenizer: on English reports 0.93
    to 1.18 times their number (5th and 95th percentile of paragraphs)."""
    total = 0
    for latin, digits, wide, other in _TOKEN.findall(text):
        if latin:
            total += 1 + (len(latin) - 1) // 8
        elif digits:
            total += (len(digits) + 2) // 3
        else:
            total += len(wide or other) or 1
    return total


def _passage(page: Page, number: int, block: Block) -> Passage:
    text = _table_text(block) if block.kind is BlockKind.TABLE and block.rows else block.text
    words = page.words[slice(*block.words)]
    places: list[Place] = []
    cursor = 0
    for word in words:
        # The text lacks the hyphens of words that a line's end cut; a table's has bars between cells.
        found = next(
            (
                (at, len(form))
                for form in (word.text, word.text[:-1])
                if form and (at := text.find(form, cursor, cursor + len(form) + 40)) >= 0
            ),
            (cursor, 0),
        )
        places.append(Place(found[0], page.number, number, word.box))
        cursor = sum(found)
    return Passage(
        block.kind, block.level, text, tuple(places) or (Place(0, page.number, number, block.box),)
    )


def _table_text(block: Block) -> str:
    """A line for each row; columns without a word are left out."""
    columns = [column for column in zip(*_even(block.rows), strict=True) if any(map(str.strip, column))]
    return "\n".join(" | ".join(" ".join(cell.split()) for cell in row) for row in zip(*columns, strict=True))


def _even(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    width = max(map(len, rows))
    return [(*row, *[""] * (width - len(row))) for row in rows]


def _goes_on(one: Passage, other: Passage) -> bool:
    """Whether a paragraph breaks off in the middle of a sentence and the next block carries it on."""
    if not one.kind is other.kind is BlockKind.TEXT or len({place[1:3] for place in one.places}) > 2:
        return False
    end = one.text.rstrip()
    return len(end) >= UNFINISHED and (end[-1].isalnum() or end[-1] in ",-") and other.text[:1].islower()


def _joined(one: Passage, other: Passage) -> Passage:
    text = one.text.rstrip()
    text = text[:-1] if _CUT_WORD.search(text) else f"{text} "
    moved = tuple(place._replace(start=place.start + len(text)) for place in other.places)
    return Passage(one.kind, one.level, text + other.text, one.places + moved)


def _row_ends(text: str) -> Iterator[int]:
    return (match.end() for match in re.finditer("\n", text))


def _sentence_ends(text: str) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[max(0, match.start() - 10) : match.start() + 1]):
            yield match.end()


def _cut(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Parts of at most ``most`` tokens, between words where there are any."""
    if tokens_of(text[start:end]) <= most:
        yield start, end
        return
    begin, used = start, 0
    for match in re.finditer(rf"\S{{1,{most}}}\s*", text[start:end]):
        tokens = tokens_of(match[0])
        if used and used + tokens > most:
            yield begin, start + match.start()
            begin, used = start + match.start(), 0
        used += tokens
    yield begin, end
