"""What was recognised in a picture of a page becomes its words, blocks and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from math import cos, radians, sin

from app.core.geometry import Box, Word, around
from app.core.page import Block, BlockKind, Page, Picture, Recognition
from app.core.ports import ReadLine, ReadPicture
from app.ingest.lookalikes import Mended, mend_digits, mend_figures, mended_notes
from app.pages.captions import mark_near_tables
from app.pages.text import running_text
from app.pdf.lacks import LACKING
from app.pdf.layout.blocks import arrange
from app.pdf.layout.median import find_median
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.legibility import UNREADABLE
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables.find import find_tables
from app.pdf.tables.ruled import find_grids
from app.pdf.verdict import percent

UNSURE = 0.8
"""A mean confidence below which a person is told: handwriting, faint copies."""

TYPE_SIZE = 0.75
"""The font size relative to the height of a line's box: the engine leaves a margin around the letters."""

ONE_SIZE = 1.35
"""Lines that differ from the usual height by less are of one size: boxes are not as exact as type."""

REACH = 4.0
"""Points that a line in a picture may stop short of another: scanners leave gaps where lines meet."""

NO_TEXT = "OCR found no text on this page."


def apply_recognition(page: Page, picture: Picture, read: ReadPicture, engine: str) -> Page:
    """Return the page with the text that was recognised in its picture, and its own words where they say the
    same better: stamps, dates, what is filled in."""
    found = [line for line in read.lines if line.text.strip()]
    placed = all(line.box for line in found)
    figures = [block for block in page.blocks if block.kind is BlockKind.FIGURE]
    recognition = Recognition(engine, _confidence(found), placed)
    notes = [note for note in page.notes if note not in LACKING]
    if not found:
        return replace(page, needs_ocr=False, notes=(*notes, NO_TEXT), recognition=recognition)
    if recognition.confidence is not None and recognition.confidence < UNSURE:
        notes.append(f"OCR is not sure of this page ({percent(recognition.confidence)}).")
    if placed:
        words, blocks, mended = _arrange(page, picture, replace(read, lines=tuple(found)))
        notes += mended
    else:
        words, blocks = _list_lines(page, read.lines)
    return replace(
        page,
        text=running_text((block.kind, block.text) for block in blocks),
        words=tuple(words),
        blocks=(*mark_near_tables(blocks), *figures),
        needs_ocr=False,
        notes=tuple(notes),
        unreadable=0.0,
        recognition=recognition,
    )


def _confidence(lines: Sequence[ReadLine]) -> float | None:
    """Return the mean over the characters, ``None`` where a line has none."""
    weights = [(len(line.text), line.confidence) for line in lines if line.confidence is not None]
    # A mean over some of the lines would say that the page is sure where nothing is known of the rest.
    if not weights or len(weights) < len(lines):
        return None
    return round(sum(weight * sure for weight, sure in weights) / sum(weight for weight, _ in weights), 4)


# -- with places --------------------------------------------------------------------------------------------


def _arrange(page: Page, picture: Picture, read: ReadPicture) -> tuple[list[Word], list[Block], list[str]]:
    """Return the words and blocks of the page, and notes on figures that were mended."""
    scaled = _scaling(page, picture)
    mended: Mended = []
    words = mend_digits(_merge(_own_words(page, read.angle), _words_of_lines(read.lines, scaled)), mended)
    rulings = [Ruling(*scaled(rule)) for rule in read.rules]
    shades = [scaled(shade) for shade in read.shades]
    tables = find_tables(words, rulings, find_grids(rulings, reach=REACH), shades)
    tables = mend_figures(tables, mended)
    notes = mended_notes(mended)
    arranged, blocks = arrange(words, tables)
    if not read.angle:
        return arranged, blocks, notes
    back = _turning(page, -read.angle)
    return (
        [word._replace(box=back(word.box)) for word in arranged],
        [_turn_block(block, back) for block in blocks],
        notes,
    )


def _scaling(page: Page, picture: Picture) -> Callable[[Box], Box]:
    """What makes pixels of a picture points of its page."""
    across, down = page.width / picture.width, page.height / picture.height
    return lambda box: Box(
        *(round(side * by, 2) for side, by in zip(box, (across, down, across, down), strict=True))
    )


def _turning(page: Page, angle: float) -> Callable[[Box], Box]:
    """What turns boxes around the page's middle, anticlockwise by so many degrees: the middle of each goes
    where it belongs, and its sides stay upright."""
    sine, cosine = sin(radians(angle)), cos(radians(angle))
    middle_x, middle_y = page.width / 2, page.height / 2

    def turn(box: Box) -> Box:
        x, y = box.middle_x - middle_x, box.middle_y - middle_y
        across, down = x * cosine + y * sine - x, y * cosine - x * sine - y
        return Box(
            round(box.x0 + across, 2),
            round(box.top + down, 2),
            round(box.x1 + across, 2),
            round(box.bottom + down, 2),
        )

    return turn


def _turn_block(block: Block, turn: Callable[[Box], Box]) -> Block:
    cells = tuple(cell._replace(box=turn(cell.box)) for cell in block.cells)
    corners = (block.box._replace(x1=block.box.x0), block.box._replace(x0=block.box.x1))
    return replace(block, box=around(map(turn, corners)), cells=cells)


def _words_of_lines(lines: Sequence[ReadLine], scaled: Callable[[Box], Box]) -> Iterator[list[PlacedWord]]:
    """Yield the words of each line; all lines have boxes."""
    boxes = [scaled(line.box) for line in lines if line.box]
    # Boxes of lines without ascenders are lower: taken as sizes they would make headings and body of one
    # paragraph.
    usual = find_median(box.height for box in boxes)
    for line, box in zip(lines, boxes, strict=True):
        height = usual if usual / ONE_SIZE < box.height < usual * ONE_SIZE else box.height
        style = Style(round(TYPE_SIZE * height, 2), False, 0, False, "")
        words = [(text, scaled(part)) for text, part in line.words] or _share(line.text, box)
        yield [PlacedWord(text, part, style, 0) for text, part in words]


def _share(text: str, box: Box) -> Iterator[tuple[str, Box]]:
    """Yield a line's words, each with its share of the line's width by the number of its letters."""
    text = " ".join(text.split())
    step = box.width / len(text)
    at = 0
    for word in text.split():
        start, end = box.x0 + step * at, box.x0 + step * (at + len(word))
        yield word, Box(round(start, 2), round(box.top, 2), round(end, 2), round(box.bottom, 2))
        at += len(word) + 1


def _own_words(page: Page, angle: float) -> list[PlacedWord]:
    """The words that the page has by itself, on the page turned upright; none where their letters have no
    meaning."""
    if page.unreadable >= UNREADABLE:
        return []
    turn = _turning(page, angle)
    return [
        PlacedWord(word.text, turn(word.box), Style(round(word.box.height, 2), False, 0, False, ""), 0)
        for word in page.words
    ]


def _merge(own: Sequence[PlacedWord], lines: Iterable[Sequence[PlacedWord]]) -> list[PlacedWord]:
    """Words that the page has itself with the recognised ones that stand elsewhere, line by line from top to
    bottom."""
    read = [
        [word for word in line if not any(each.box.holds(word.box.middle) for each in own)] for line in lines
    ]
    found = sorted([*([word] for word in own), *filter(None, read)], key=lambda line: line[0].box.top)
    return [word._replace(order=order) for order, word in enumerate(chain.from_iterable(found))]


# -- without places -----------------------------------------------------------------------------------------


def _list_lines(page: Page, lines: Sequence[ReadLine]) -> tuple[list[Word], list[Block]]:
    """Return lines without boxes as paragraphs, which empty lines part; each word's box is the whole page."""
    whole = Box(0.0, 0.0, page.width, page.height)
    words: list[Word] = []
    blocks: list[Block] = []
    for filled, paragraph in groupby(lines, key=lambda line: bool(line.text.strip())):
        if filled:
            text = " ".join(word for line in paragraph for word in line.text.split())
            start = len(words)
            words += [Word(word, whole) for word in text.split()]
            blocks.append(Block(BlockKind.TEXT, whole, (start, len(words)), text))
    return words, blocks
