"""A page as it was read, and the facts about a file that are known before.

Page numbers are 1-based; lengths are PDF points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from app.core.geometry import Box, Word


class BlockKind(StrEnum):
    """The kind of a block."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    TABLE = "table"
    FIGURE = "figure"


class Furniture(StrEnum):
    """The kind of a block that repeats at the edge of the pages and does not belong to the text."""

    HEADER = "header"
    FOOTER = "footer"
    MARGIN = "margin"
    PAGE_NUMBER = "page_number"


class Cell(NamedTuple):
    """A cell of a table: ``row`` and ``column``, from 0, are those of its top left corner, and the spans
    are the numbers of rows and columns that it covers. ``box`` is its area: between the ruling lines or,
    without them, its share of row and column; a label's begins where its words do, which tells how deep it is
    indented."""

    row: int
    column: int
    text: str
    box: Box
    row_span: int = 1
    column_span: int = 1
    header: bool = False


def rows_of(cells: Iterable[Cell]) -> tuple[tuple[str, ...], ...]:
    """Return the texts of cells, row by row, all of the same length; "" if a cell is empty or covered by
    another."""
    placed = {(cell.row, cell.column): cell for cell in cells}
    height = max((cell.row + cell.row_span for cell in placed.values()), default=0)
    width = max((cell.column + cell.column_span for cell in placed.values()), default=0)
    found = [[""] * width for _ in range(height)]
    for (row, column), cell in placed.items():
        found[row][column] = cell.text
    return tuple(map(tuple, found))


class TableLink(NamedTuple):
    """The part of a table on the page before: its page (1-based), its index among that page's tables, from
    0, and the number of first rows of the later part that repeat the header."""

    page: int
    table: int
    repeated_rows: int = 0


class CarriedHeads(NamedTuple):
    """The heads of a table over several pages, for a part that does not say them again: the page (1-based)
    that they stand on, and their cells."""

    page: int
    cells: tuple[Cell, ...]


class SaysOfTable(NamedTuple):
    """What a block's text says of a table near it: the table that it ``names``, as a caption does ("table 3",
    in lower case; "" if none), and whether it reads as a ``note`` below a table, or as a remark that a table
    is ``continued``. Its position and kind decide whether it is one (``pages/captions``)."""

    names: str = ""
    note: bool = False
    continued: bool = False


SAYS_NOTHING = SaysOfTable()


@dataclass(frozen=True, slots=True)
class Block:
    """A unit of a page's text: a heading, a paragraph, a list item, a table or a figure.

    ``words`` is the half-open slice of ``Page.words`` that the block consists of, cell by cell for a table
    (empty for a figure); ``level`` is 1–6 for a heading, the depth (1–6) for a list item, else 0;
    ``cells`` are a table's, row by row; ``image`` is the key of a figure in the file store; ``continues``
    is the part of the table on the page before, which only the whole document tells (``pages/continued``),
    and ``heads_before`` are the heads that it is read under where it has none of its own;
    ``size`` is the font size in points of most of its letters, 0 if it is not known; ``furniture`` means
    that it repeats from page to page and is in no passage; ``of_table`` is what its text says of a table near
    it.
    """

    kind: BlockKind
    box: Box
    words: tuple[int, int] = (0, 0)
    text: str = ""
    level: int = 0
    cells: tuple[Cell, ...] = ()
    image: str | None = None
    continues: TableLink | None = None
    heads_before: CarriedHeads | None = None
    size: float = 0.0
    furniture: Furniture | None = None
    of_table: SaysOfTable = SAYS_NOTHING

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells of a table as text, row by row, all of the same length."""
        return rows_of(self.cells)

    @property
    def header_rows(self) -> int:
        """The number of first rows of a table that are its header; heads further down are within it."""
        heads = {
            row for cell in self.cells if cell.header for row in range(cell.row, cell.row + cell.row_span)
        }
        return next(row for row in count() if row not in heads)


@dataclass(frozen=True, slots=True)
class Link:
    """The target of a link on a part of a page: ``uri`` as the file has it, or ``page`` (1-based) of the
    document itself. ``text`` is the text that it covers, ``words`` their half-open slice of
    ``Page.words``."""

    box: Box
    text: str = ""
    words: tuple[int, int] = (0, 0)
    uri: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of a page. ``kind`` is PDF's word for it, such as "note", "highlight" or "free_text";
    ``covers`` is the text that it marks."""

    kind: str
    box: Box
    text: str = ""
    author: str = ""
    covers: str = ""


class FieldKind(StrEnum):
    """The kind of a form field."""

    TEXT = "text"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    CHOICE = "choice"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class FormField:
    """A form field as it is filled in. ``value`` is "" if it is empty; a check box has ``checked`` and, if
    it is checked, the name of that state as ``value``. The value of a password field is never read."""

    kind: FieldKind
    name: str
    box: Box
    value: str = ""
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a page is design-heavy, with the measured signals and the reasons in words. A ``scanned``
    page, an image of paper, is design-heavy, too."""

    design_heavy: bool = False
    reasons: tuple[str, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    scanned: bool = False


class WhyHidden(StrEnum):
    """Why no reader sees a word: it is on a layer that is off, outside its clipping path, under something
    that was drawn later, of the colour of its ground, transparent, not painted, too small, or off the
    page; or that a reader sees it struck out."""

    LAYER_OFF = "layer_off"
    CLIPPED = "clipped"
    COVERED = "covered"
    NO_CONTRAST = "no_contrast"
    TRANSPARENT = "transparent"
    NOT_PAINTED = "not_painted"
    TOO_SMALL = "too_small"
    OFF_PAGE = "off_page"
    STRUCK_OUT = "struck_out"


class HiddenWord(NamedTuple):
    """A word in the file that no reader of the page sees, or that is struck out: in no text, passage or
    quote."""

    text: str
    box: Box
    why: WhyHidden


class Route(StrEnum):
    """How a page was read: from its text, with a picture besides, from the text layer of a scan, or by
    OCR; or why it was not read."""

    TEXT = "text"
    TEXT_AND_PICTURES = "text_and_pictures"
    PICTURES = "pictures"
    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    NEEDS_OCR = "needs_ocr"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Recognition:
    """How OCR read a page: the ``engine``, the ``confidence`` (0–1, ``None`` if the engine gives none),
    and whether its words have boxes (``placed``); if not, each has the box of the whole picture."""

    engine: str
    confidence: float | None = None
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read.

    ``number`` is 1-based; ``label`` is the PDF's own name for the page, such as iv or A-3, "" where it has
    none or the same; ``width`` and ``height`` are points as displayed; ``words`` stand in reading order,
    block by block. ``error`` says why the page could not be read, ``needs_ocr`` that it shows an image where
    text is to be expected, ``notes`` what was skipped and why. ``unreadable`` is the share of its characters
    whose meaning the file does not tell; ``recognition`` says where OCR read it; ``hidden`` are words that no
    reader sees, in the content stream's order.
    """

    number: int
    width: float
    height: float
    rotation: int = 0
    text: str = ""
    words: tuple[Word, ...] = ()
    blocks: tuple[Block, ...] = ()
    verdict: Verdict = field(default_factory=Verdict)
    error: str | None = None
    needs_ocr: bool = False
    notes: tuple[str, ...] = ()
    unreadable: float = 0.0
    recognition: Recognition | None = None
    links: tuple[Link, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    fields: tuple[FormField, ...] = ()
    hidden: tuple[HiddenWord, ...] = ()
    label: str = ""

    @property
    def all_words(self) -> int:
        """The number of its words, those that no reader sees too: what it takes in memory goes by them."""
        return len(self.words) + len(self.hidden)

    @property
    def carries_on(self) -> bool:
        """Whether a table of the page before goes on here."""
        return any(block.continues for block in self.blocks)

    @property
    def route(self) -> Route:
        """Which way the page took."""
        if self.error:
            return Route.FAILED
        if self.recognition:
            return Route.OCR
        if self.needs_ocr:
            return Route.NEEDS_OCR
        if not self.text:
            return Route.PICTURES if self.verdict.design_heavy else Route.EMPTY
        if self.verdict.scanned:
            return Route.TEXT_LAYER
        return Route.TEXT_AND_PICTURES if self.verdict.design_heavy else Route.TEXT


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a PDF's own outline. ``level`` counts from 1; ``page`` is 1-based, ``None`` where it leads
    to no page of the file; ``top`` is in points from that page's top edge, ``None`` where it is not said."""

    title: str
    level: int
    page: int | None = None
    top: float | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What opening a PDF tells before any page is read: page count, title ("" if it has none) and bookmarks
    in reading order; ``cut`` says that there are more of them than are kept. ``labels`` are the PDF's own
    names for its pages, in order, "" where one has none or the same; empty where none has."""

    pages: int
    title: str = ""
    encrypted: bool = False
    bookmarks: tuple[Bookmark, ...] = ()
    cut: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image with its size in pixels; ``box`` is where it stands on its page, if it is a part."""

    page: int
    content: bytes
    media_type: str
    width: int
    height: int
    box: Box | None = None
