"""What a quote says where it stands: with its sentence, its list's lead, its headings, its row and heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from app.ask.proof.around import around_quote
from app.ask.proof.cite import PassageSource
from app.ask.proof.passage_text import PassageText, Ranges
from app.ask.sentences import ends_sentence
from app.core.answer import Proof
from app.core.page import Block, BlockKind
from app.core.writing.unspaced import is_unspaced

FEWEST_WORDS = 4
"""A shorter quote carries only what it says itself: a value or a cell."""

FEWEST_LETTERS = 6
"""The same limit in scripts without word spaces."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A value of a table with its row's label and its column's head."""

    label: str
    head: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a quote has to say: the ``sentence`` it stands in, with the ``lead`` of its list; the ``heading``
    right above; ``above``, all headings and the document's title; the ``cells`` of a table's row. A ``short``
    quote carries nothing but itself."""

    quote: str
    sentence: str
    lead: str = ""
    heading: str = ""
    above: str = ""
    cells: tuple[TableCell, ...] = ()
    short: bool = False


def evidence(source: PassageSource, proof: Proof, ranges: Ranges) -> list[Evidence]:
    """Return what the quote at these ranges of words says: one for each sentence that it touches."""
    text, chunk = source.text, source.hit.chunk
    first, last = ranges[0][0], ranges[-1][1]
    # A page's own blocks know the heading; a passage that begins in the middle of a section brings it
    # along.
    heading = _heading(text, first) or (chunk.headings[-1] if chunk.headings else "")
    above = " . ".join(dict.fromkeys(filter(None, (source.hit.title, *chunk.headings, heading))))
    around = around_quote(text, ranges)
    # A fuzzy quote may lack signs in between: it is taken from its first word to its last.
    inside = ranges if proof is Proof.EXACT else ((first, last),)
    quote = " ".join(text.text_between(*each) for each in inside)
    standing = (*around.before, *inside, *around.after)
    part = text.parts[text.part_index(first)]
    if part.row >= 0 and part.block is not None:
        whole = " ".join(text.text_between(*each) for each in standing)
        return [_row(part.block, text, first, last, whole, above)]
    lead = " ".join(text.text_between(*each) for each in around.lead)
    bare = Evidence(quote, "", lead, heading, above, short=_is_short(text, first, last))
    return list(_standing(bare, text, standing, inside))


def _standing(bare: Evidence, text: PassageText, spans: Ranges, inside: Ranges) -> Iterator[Evidence]:
    """Yield what each sentence at these ranges of words says. A heading that a quote begins with, or runs
    over, ends where its block ends: what follows stands below it, with its quoted words in front or
    without."""
    runs = [
        (is_heading, tuple(each))
        for is_heading, each in groupby(
            _by_block(text, spans),
            key=lambda each: text.parts[text.part_index(each[0])].kind is BlockKind.HEADING,
        )
    ]
    in_front = ""
    for at, (is_heading, run) in enumerate(runs):
        if is_heading and at + 1 < len(runs):
            part = text.parts[text.part_index(run[-1][0])]
            heading = text.text_between(part.first, part.last)
            bare = replace(bare, lead="", heading=heading, above=f"{bare.above} . {heading}".lstrip(" ."))
            in_front = _words_in_quotes(text, run, inside)
            continue
        for sentence in _sentences(" ".join(text.text_between(*each) for each in run)):
            yield replace(bare, sentence=sentence)
            # "Warranty: two years" reads with its heading or without: either may be what a claim says.
            if in_front:
                yield replace(bare, sentence=sentence, lead=in_front)
            in_front = ""


def _by_block(text: PassageText, spans: Ranges) -> Iterator[tuple[int, int]]:
    """Yield the ranges of words, cut where a block ends."""
    for start, last in spans:
        first = start
        while first < last:
            end = min(last, text.parts[text.part_index(first)].last)
            yield first, end
            first = end


def _words_in_quotes(text: PassageText, run: Ranges, inside: Ranges) -> str:
    """Return those words of these ranges that a quote has."""
    common = ((max(first, begin), min(last, end)) for first, last in run for begin, end in inside)
    return " ".join(text.text_between(*each) for each in common if each[0] < each[1])


def _is_short(text: PassageText, first: int, last: int) -> bool:
    words = [word.text for word in text.whole(range(first, last))]
    letters = sum(map(is_unspaced, "".join(words)))
    return letters < FEWEST_LETTERS if letters else len(words) < FEWEST_WORDS


def _sentences(text: str) -> Iterator[str]:
    words = text.split()
    start = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if not following or ends_sentence(word, following, first=at == start):
            yield " ".join(words[start : at + 1])
            start = at + 1


def _heading(text: PassageText, word: int) -> str:
    """Return the nearest heading above a word on its page, "" if there is none."""
    at = text.part_index(word)
    page = text.parts[at].page
    above = (part for part in text.parts[:at][::-1] if part.page == page and part.kind is BlockKind.HEADING)
    part = next(above, None)
    return text.text_between(part.first, part.last) if part else ""


def _row(block: Block, text: PassageText, first: int, last: int, whole: str, above: str) -> Evidence:
    """Return the cells that a quote touches, each with its row's label and its column's head."""
    parts = [part for part in text.parts if part.block is block]
    filled = [cell for cell in block.cells if cell.text.split()]
    heads, rows = _heads(block), block.rows
    cells: list[TableCell] = []
    for part, cell in zip(parts, filled, strict=False):
        # The first filled cell: sections are indented by an empty column in many tables.
        label = next((text for text in rows[cell.row] if text), "")
        touched = part.first < last and part.last > first and cell.row >= max(1, block.header_rows)
        if touched and cell.text is not label:
            cells.append(TableCell(label, heads[cell.column], cell.text))
    return Evidence(text.text_between(first, last), whole, above=f"{above} . {heads[0]}", cells=tuple(cells))


def _heads(block: Block) -> list[str]:
    """Return the head of each column; of a table without any, its first row."""
    # A table whose heads were not told has them in its first row nearly always.
    last = max(1, block.header_rows)
    heads: list[list[str]] = [[] for _ in block.rows[0]]
    for cell in block.cells:
        if cell.row < last:
            for column in range(cell.column, min(len(heads), cell.column + cell.column_span)):
                heads[column].append(cell.text)
    return [" ".join(filter(None, parts)) for parts in heads]
