"""Pages as they were read, and reports on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field

from app.api import examples
from app.api.schemas.base import Box, Given, with_example
from app.api.schemas.documents import Bookmark, Version
from app.api.schemas.server import Problem
from app.core import document as core_document
from app.core import keys
from app.core import page as core_page
from app.pages import report
from app.pages.forms import page_json, table_json

RouteName = Literal[
    "text", "text_and_pictures", "pictures", "text_layer", "ocr", "needs_ocr", "empty", "failed"
]
"""How a page was read: by its text, also as a picture, only as a picture, by the layer of text that a scan
brings, by OCR; or why it was not."""


class Value(Given):
    """What a table's cell says."""

    kind: Literal["number", "percent", "date", "text", "nil"] = Field(
        description="`date` is a date or a period; `nil` a dash or another mark for nothing."
    )
    number: float | None = Field(
        description="The number as it is printed, negative if it stands in brackets; null if there is none."
    )
    currency: str = Field(description='The sign that is printed in the cell or its column, "" if none is.')
    scale: int = Field(
        description='What the number is to be multiplied by, as heads and labels say ("in millions"); else 1.'
    )


class Cell(Given):
    """A cell of a table, with what a person would call it and what it says."""

    row: int = Field(description="The row of its top left corner, from 0.")
    column: int = Field(
        description="The column of its top left corner, from 0 at the left; at the right in a table "
        "whose words run to the left."
    )
    text: str
    box: Box
    row_span: int = Field(description="The number of rows that it covers.")
    column_span: int = Field(description="The number of columns that it covers.")
    header: bool = Field(description="Whether it is a head: it names the columns that it covers, below it.")
    heads: list[str] = Field(
        default_factory=list,
        description="The texts of the heads over it, top first; those of the page before where the table "
        "goes on without heads. A head has none.",
    )
    row_path: list[str] = Field(
        default_factory=list,
        description="The sections that its row stands in and the labels of the row, outermost first; a "
        "label has those outside of it.",
    )
    named_by: list[int] = Field(
        default_factory=list,
        description="The indexes among the table's cells of those heads, then of those labels, without heads "
        "that stand on the page before.",
    )
    value: Value | None = Field(
        default=None, description="What it says, as a typed value; null for a head or an empty cell."
    )


class TableLink(Given):
    """The part of a table on the page before: its page, its index among that page's tables, from 0, and the
    number of first rows of the later part that repeat the header."""

    page: int
    table: int
    repeated_rows: int


class Block(Given):
    """A heading, paragraph, list item, table or figure with its box. ``level`` is 1–6 for a heading, the
    depth for a list item, else 0; ``rows`` are the texts of a table, ``cells`` its cells and ``html`` the
    table as HTML, with its text escaped; ``continues`` names the part of the table on the page before;
    ``image`` is the URL of a figure's picture; ``size`` is the font size in points, 0 if it is not known;
    ``furniture`` means that the block repeats from page to page and is in no passage."""

    kind: Literal["heading", "text", "item", "table", "figure"]
    box: Box
    text: str
    level: int = 0
    rows: list[list[str]] = Field(default_factory=list)
    cells: list[Cell] = Field(default_factory=list)
    html: str | None = None
    continues: TableLink | None = None
    image: str | None = None
    size: float = 0.0
    furniture: Literal["header", "footer", "margin", "page_number"] | None = None


class Link(Given):
    """The target of a link on a part of a page: a URL as the file has it, which may be of any scheme, or a
    page of the document. `text` is the text that it covers."""

    box: Box
    text: str
    uri: str
    page: int | None


class Annotation(Given):
    """An annotation: `kind` is PDF's word for it, such as `note` or `highlight`; `covers` is the text that it
    marks."""

    kind: str
    box: Box
    text: str
    author: str
    covers: str


class FormField(Given):
    """A form field as it is filled in; a check box has `checked`. The value of a password field is never
    given."""

    kind: Literal["text", "checkbox", "radio", "choice", "signature"]
    name: str
    box: Box
    value: str
    checked: bool | None


class Recognition(Given):
    """How OCR read a page: the ``engine``, the ``confidence`` (0–1, ``null`` if the engine gives none), and
    whether its words have boxes (``placed``); otherwise their boxes are that of the whole picture."""

    engine: str
    confidence: float | None
    placed: bool


class HiddenWord(Given):
    """A word in the file that no reader of the page sees, or that is struck out, and why; it is in no text,
    passage or quote."""

    text: str
    box: Box
    why: Literal[
        "layer_off",
        "clipped",
        "covered",
        "no_contrast",
        "transparent",
        "not_painted",
        "too_small",
        "off_page",
        "struck_out",
    ]


class Page(Given):
    """A page as it was read. ``label`` is the PDF's own name for it, such as iv or A-3, "" where it has none
    or the same; ``route`` says how it was read, ``error`` why it could not be, ``needs_ocr`` that it seems to
    have text that could not be read, ``notes`` what was skipped and why. ``unreadable`` is the share (0–1) of
    characters that the file maps to no Unicode character; ``recognition`` is present if OCR read the page."""

    model_config = with_example(examples.PAGE)

    number: int
    label: str = ""
    width: float
    height: float
    rotation: int
    text: str
    tables: list[list[list[str]]]
    blocks: list[Block]
    route: RouteName
    design_heavy: bool
    scanned: bool
    reasons: list[str]
    signals: dict[str, float]
    links: list[Link] = Field(default_factory=list)
    annotations: list[Annotation] = Field(default_factory=list)
    fields: list[FormField] = Field(default_factory=list)
    hidden: list[HiddenWord] = Field(default_factory=list)
    needs_ocr: bool
    unreadable: float
    recognition: Recognition | None
    notes: list[str]
    error: str | None

    @classmethod
    def of(cls, page: core_page.Page, document_id: str, version: int) -> Page:
        """Return a page on the wire, with URLs of its pictures."""
        blocks = [
            Block(
                **(table_json(page, at) if block.cells else {}),
                kind=block.kind.value,
                box=block.box,
                text=block.text,
                level=block.level,
                rows=[list(row) for row in block.rows],
                size=block.size,
                furniture=block.furniture.value if block.furniture else None,
                image=_figure_address(block.image, document_id, version) if block.image else None,
            )
            for at, block in enumerate(page.blocks)
        ]
        return cls(**(page_json(page) | {"blocks": blocks}))


def _figure_address(key: str, document_id: str, version: int) -> str:
    place = f"/v1/documents/{document_id}/figures/{key.rpartition('/')[2]}"
    return f"{place}?version={version}&run={keys.run_of(key)}"


class Pages(Given):
    """What was read of a PDF that is not stored: its title, outline and pages. ``error`` is at the end if
    reading stopped before it."""

    model_config = with_example(
        {"title": "Meridian pump manual", "outline": examples.BOOKMARKS, "pages": [examples.PAGE]}
    )

    title: str
    outline: list[Bookmark]
    pages: list[Page]
    error: Problem | None = None


class PageReport(Given):
    """How one page was read, in counts: ``images`` are on it, and ``figures`` of them have pictures. It has
    the reasons for being design-heavy and the measured signals; ``notes`` say what was skipped and why,
    ``hidden`` how many words no reader sees, by reason; ``label`` is the PDF's own name for the page, such as
    iv or A-3, "" where it has none or the same."""

    number: int
    route: RouteName
    characters: int
    words: int
    tables: int
    images: int
    figures: int
    design_heavy: bool
    scanned: bool
    reasons: list[str]
    signals: dict[str, float]
    needs_ocr: bool
    unreadable: float
    recognition: Recognition | None
    notes: list[str]
    error: str | None
    hidden: dict[str, int] = Field(default_factory=dict)
    label: str = ""


class Totals(Given):
    """Sums over the pages read so far; ``design_heavy`` and the fields after it count pages. ``routes``
    counts pages by route, ``unreadable`` is the share (0–1) of all characters that the file maps to no
    Unicode character; ``hidden`` counts words that no reader sees, by reason."""

    pages: int
    characters: int
    words: int
    tables: int
    images: int
    figures: int
    design_heavy: int
    scanned: int
    needs_ocr: int
    with_notes: int
    failed: int
    routes: dict[str, int]
    unreadable: float
    hidden: dict[str, int] = Field(default_factory=dict)


class Report(Given):
    """What was read of a version. ``totals`` comes last, or ``error`` instead of it if reading stopped."""

    model_config = with_example(examples.REPORT)

    document_id: str
    version: Version
    pages: list[PageReport]
    totals: Totals | None = None
    error: Problem | None = None

    @classmethod
    def of(
        cls,
        document_id: str,
        version: core_document.Version,
        items: Iterable[report.PageReport | report.Totals],
    ) -> Report:
        """Return the whole report of a version on the wire."""
        pages, totals = list[PageReport](), None
        for item in items:
            if isinstance(item, report.Totals):
                totals = Totals(**item.json())
            else:
                pages.append(PageReport(**asdict(item)))
        return cls(document_id=document_id, version=Version.of(version), pages=pages, totals=totals)

    @classmethod
    def head(cls, document_id: str, version: core_document.Version) -> dict[str, Any]:
        """Return the fields before the pages, for a streamed report."""
        return {"document_id": document_id, "version": Version.of(version).model_dump(mode="json")}
