"""Parts of pages, a block or a paragraph over several, which knows its boxes when it is cut."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from app.core.geometry import Box, around
from app.core.page import Block, BlockKind, Cell, Page
from app.core.passage import Span
from app.core.process.patterns import defer_regex
from app.core.writing.line_ends import ends_with_dash, is_cut, written_words
from app.pages.captions import caption_of, is_caption, is_note, says_continued
from app.pages.cell_names import sections_by_row
from app.pages.facts import title_of, unit_of
from app.pages.links import word_places
from app.pages.table_forms import markdown_cell

UNFINISHED = 40
"""Characters of a paragraph that may go on in the next block; a shorter one is a label. A fifth less or more
changes none of 46 pages."""

LONGEST_LIST = 4000
"""Characters of a list that is one passage: more than a chunk holds. A fifth less or more changes none of 46
pages."""

LETTERS_OF_TOKEN, DIGITS_OF_TOKEN = 8, 3
"""That one word piece covers, as estimated: see ``tokens_of``, where the two were chosen together. A fifth
less or more changes 34 and 22, 12 and 3 of 46 pages."""

_TOKEN = defer_regex(r"([A-Za-z]+)|(\d+)|([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])|([^\W\d_]+)|[^\w\s]|_")

_SENTENCE_END = defer_regex(r"""[.!?…]["'”’)\]]*\s+(?=["'“‘(\[•]*[A-Z0-9•])|[。！？；]["”’」』）]*\s*|\n""")

_ABBREVIATION = defer_regex(
    r"\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|al|cf|e\.g|i\.e|approx|figs?|eq|sec|nos?|vol|pp?|eds?|"
    r"inc|ltd|co|corp|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)


class PlacedWord(NamedTuple):
    """A word of a passage: where it begins in the text, the page, the block's number on it, the box."""

    start: int
    page: int
    block: int
    box: Box


@dataclass(frozen=True, slots=True)
class Passage:
    """A block's text, or that of a paragraph which runs over several.

    A table is Markdown, a line for each row: the first ``header`` characters are its header. One that
    ``continues`` the table before lacks the rows that say its header again. ``caption`` names the table that
    this is, with its unit, or is a note to; a caption ``leads`` to the table below it. ``sections`` are where
    rows in a section begin, and the parts of the text that name it, outermost first.
    """

    kind: BlockKind
    level: int
    text: str
    places: tuple[PlacedWord, ...]
    header: int = 0
    caption: str = ""
    continues: bool = False
    leads: bool = False
    sections: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = ()

    def sections_of(self, start: int) -> tuple[tuple[int, int], ...]:
        """Return the parts of the text that name the sections in which the row stands that begins here."""
        place = bisect_left(self.sections, start, key=lambda section: section[0])
        row = self.sections[place] if place < len(self.sections) else (-1, ())
        return row[1] if row[0] == start else ()

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield a box for each block that this part of the text stands in."""
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
    """Yield what stands on the pages, in order; paragraphs that go on in the next block are one passage,
    and so are the items of a list."""
    held: Passage | None = None
    for page in pages:
        for number, block in enumerate(page.blocks):
            if _only_says_again(page, number):
                continue
            passage = _passage(page, number, block)
            if not passage.text.strip():
                continue
            if held and (joined := _as_one(held, passage)):
                held = joined
                continue
            if held:
                yield held
            held = passage
    if held:
        yield held


def cuts(passage: Passage, most: int) -> Iterator[tuple[int, int]]:
    """Return (start, end) of parts of at most ``most`` tokens: a row, an item, a sentence, or less."""
    by_line = passage.kind in (BlockKind.TABLE, BlockKind.ITEM)
    ends = _row_ends(passage.text, passage.header) if by_line else _sentence_ends(passage.text)
    start = 0
    for end in chain(ends, [len(passage.text)]):
        if end > start:
            yield from _cut_range(passage.text, start, end, most)
        start = end


def tokens_of(text: str) -> int:
    """Return the word pieces that BERT's vocabulary makes of a text, without a tokenizer: on English
    reports 0.93 to 1.18 times their number (5th and 95th percentile of paragraphs)."""
    total = 0
    for latin, digits, wide, other in _TOKEN.findall(text):
        if latin:
            total += 1 + (len(latin) - 1) // LETTERS_OF_TOKEN
        elif digits:
            total += (len(digits) + DIGITS_OF_TOKEN - 1) // DIGITS_OF_TOKEN
        else:
            total += len(wide or other) or 1
    return total


def _passage(page: Page, number: int, block: Block) -> Passage:
    if block.kind is BlockKind.TABLE and block.cells:
        return _table(page, number, block)
    text, words = block.text, page.words[slice(*block.words)]
    starts = word_places(text, words)
    places = [
        PlacedWord(start, page.number, number, word.box)
        for (start, _), word in zip(starts, words, strict=True)
    ]
    passage = Passage(block.kind, block.level, text, _place_words(places, page, number, block))
    following = page.blocks[number + 1 : number + 2]
    leads = is_caption(block) and bool(following) and following[0].kind is BlockKind.TABLE
    return replace(passage, caption=_caption_of_note(page, number), leads=leads)


def _caption_of_note(page: Page, number: int) -> str:
    """Return the caption of the table that a block, or those above it, are notes to."""
    while number and is_note(page.blocks[number]):
        number -= 1
        if page.blocks[number].kind is BlockKind.TABLE:
            return caption_of(page.blocks, number)
    return ""


def _place_words(places: list[PlacedWord], page: Page, number: int, block: Block) -> tuple[PlacedWord, ...]:
    return tuple(places) or (PlacedWord(0, page.number, number, block.box),)


def _table(page: Page, number: int, block: Block) -> Passage:
    """Return a line for each row, without columns that hold no word and without a header that was said
    before."""
    said = block.continues.repeated_rows if block.continues else 0
    headers = 0 if block.continues else max(1, block.header_rows)
    # Empty columns come from rules that part nothing; each would cost a token in every row.
    columns = sorted({cell.column for cell in block.cells if cell.text.strip()})
    # Words stand in the order of the cells: one pass gives each part of a cell its box.
    words = iter(page.words[slice(*block.words)])
    places: list[PlacedWord] = []
    text, header = "", 0
    lines: dict[int, tuple[int, int]] = {}
    for row, cells in _cells_by_row(block):
        line = "|"
        for column in columns:
            cell = cells.get(column)
            line += " "
            for part in cell.text.split() if cell else ():
                word = next(words, None)
                if word and row >= said:
                    places.append(PlacedWord(len(text) + len(line), page.number, number, word.box))
                line += markdown_cell(part) + " "
            line += "|"
        # Its words are taken from the iterator all the same, so that the next row has its own.
        if row < said:
            continue
        lines[row] = len(text), len(text) + len(line) + 1
        text += line + "\n"
        if row == headers - 1:
            text += "|" + "-|" * len(columns) + "\n"
            header = len(text)
    return Passage(
        block.kind,
        0,
        text.rstrip("\n"),
        _place_words(places, page, number, block),
        header,
        _name_with_unit(page, number),
        bool(block.continues),
        sections=tuple(_sections(block, lines)),
    )


def _name_with_unit(page: Page, number: int) -> str:
    """Return a table's caption, or its title, with what its figures are counted in: "Balance sheets (In
    millions)". It names each part of the table."""
    title = title_of(page, number)
    unit = unit_of(page, number).short
    return f"{title} ({unit})" if unit and unit.casefold() not in title.casefold() else title


def _sections(
    block: Block, lines: Mapping[int, tuple[int, int]]
) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """Yield where each row in a section begins, and the lines of text that name its sections."""
    sections = sections_by_row(block)
    for row, (start, _) in lines.items():
        if named := tuple(lines[each] for each in sections.get(row, ()) if each in lines):
            yield start, named


def _cells_by_row(block: Block) -> Iterator[tuple[int, dict[int, Cell]]]:
    rows: dict[int, dict[int, Cell]] = {}
    for cell in block.cells:
        rows.setdefault(cell.row, {})[cell.column] = cell
    yield from sorted(rows.items())


def _only_says_again(page: Page, number: int) -> bool:
    """Return whether a block above a table that goes on says no more than that it does."""
    rest = page.blocks[number + 1 : number + 3]
    carried = any(block.continues for block in rest)
    return carried and (says_continued(page.blocks[number]) or is_caption(page.blocks[number]))


def _as_one(one: Passage, other: Passage) -> Passage | None:
    if _goes_on(one, other):
        text = one.text.rstrip()
        if not ends_with_dash(text):
            return _join_passages(one, f"{text} ", other)
        written = written_words(f"{one.text} {other.text}".split())
        return _join_passages(one, text[:-1] if is_cut(text, other.text, written) else text, other)
    if one.kind is other.kind is BlockKind.ITEM and len(one.text) + len(other.text) <= LONGEST_LIST:
        return _join_passages(one, one.text.rstrip() + "\n", other)
    return None


def _goes_on(one: Passage, other: Passage) -> bool:
    """Return whether a paragraph breaks off in the middle of a sentence and the next block carries it on."""
    if other.kind is not BlockKind.TEXT or one.kind not in (BlockKind.TEXT, BlockKind.ITEM):
        return False
    # Three blocks are no paragraph over a page's end, but a list or a column of labels.
    if len({place[1:3] for place in one.places}) > 2:
        return False
    end = one.text.rstrip()
    # A small letter at the beginning, because in all scripts with capitals a new paragraph begins with one.
    return len(end) >= UNFINISHED and (end[-1].isalnum() or end[-1] in ",-") and other.text[:1].islower()


def _join_passages(one: Passage, text: str, other: Passage) -> Passage:
    """Both, given the text of the first as it stands before that of the second."""
    moved = tuple(place._replace(start=place.start + len(text)) for place in other.places)
    return Passage(one.kind, one.level, text + other.text, one.places + moved)


def _row_ends(text: str, header: int) -> Iterator[int]:
    """Return where rows end; the header is one."""
    return (match.end() for match in re.finditer("\n", text) if match.end() >= header)


def _sentence_ends(text: str) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[max(0, match.start() - 10) : match.start() + 1]):
            yield match.end()


def _cut_range(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield parts of at most ``most`` tokens, between words where there are any."""
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
