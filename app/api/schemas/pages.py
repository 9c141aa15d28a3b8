"""Pages as they were read, and what is to be known about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field

from app.api import examples
from app.api.schemas.base import Box, Given, shown
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


class Cell(Given):
    """A table's cell: ``row`` and ``column``, from 0, are its top left place; the spans say how many rows and
    columns it covers."""

    row: int
    column: int
    text: str
    box: Box
    row_span: int
    column_span: int
    header: bool


class TableLink(Given):
    """The part of a table on the page before: its place among that page's tables, from 0. So many first
    rows of the part that goes on say the header again."""

    page: int
    table: int
    repeated_rows: int


class Block(Given):
    """A heading, paragraph, item of a list, table or figure with its box. ``level`` is 1–6 for a heading and
    for an item, by how deep it stands, else 0; ``rows`` are the texts of a table, ``cells`` its cells and
    ``html`` both as HTML, with its text escaped; ``continues`` names the part on the page before where the
    table began earlier; ``image`` is where a figure's picture is; ``size`` is the type's in points, 0 where
    it is not known; ``furniture`` says that it recurs from page to page and no passage holds it."""

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
    """Where a click on a part of a page leads: an address as the file has it, which may be of any kind, or a
    page of the document itself. `text` is what it covers."""

    box: Box
    text: str
    uri: str
    page: int | None


class Annotation(Given):
    """What a reader added to a page: `kind` is PDF's word for it, such as `note` or `highlight`; `covers` is
    the text that it marks."""

    kind: str
    box: Box
    text: str
    author: str
    covers: str


class FormField(Given):
    """A field of a form as it is filled in; a box that can be ticked has `checked`. The value of a password
    is never given."""

    kind: Literal["text", "checkbox", "radio", "choice", "signature"]
    name: str
    box: Box
    value: str
    checked: bool | None


class Recognition(Given):
    """How OCR read a page: by which ``engine``, with what ``confidence`` (0–1, ``null`` where it gives none),
    and whether its words are ``placed``; if not, their boxes are the whole picture's."""

    engine: str
    confidence: float | None
    placed: bool


class Page(Given):
    """A page as it was read. ``route`` says how, ``error`` why it could not be, ``needs_ocr`` that it shows
    an image where text is to be expected, ``notes`` what was skipped and why. ``unreadable`` is the share of
    characters (0–1) whose meaning the file does not tell; ``recognition`` is there where OCR read it."""

    model_config = shown(examples.PAGE)

    number: int
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
    needs_ocr: bool
    unreadable: float
    recognition: Recognition | None
    notes: list[str]
    error: str | None

    @classmethod
    def of(cls, page: core_page.Page, document_id: str, version: int) -> Page:
        """A page on the wire, with addresses of its pictures."""
        blocks = [
            Block(
                **(table_json(block) if block.cells else {}),
                kind=block.kind.value,
                box=block.box,
                text=block.text,
                level=block.level,
                rows=[list(row) for row in block.rows],
                size=block.size,
                furniture=block.furniture.value if block.furniture else None,
                image=_figure_address(block.image, document_id, version) if block.image else None,
            )
            for block in page.blocks
        ]
        return cls(**(page_json(page) | {"blocks": blocks}))


def _figure_address(key: str, document_id: str, version: int) -> str:
    place = f"/v1/documents/{document_id}/figures/{key.rpartition('/')[2]}"
    return f"{place}?version={version}&run={keys.run_of(key)}"


class Pages(Given):
    """What was read of a PDF that was not kept: its own title and outline, and pages. ``error`` stands at
    the end where reading stopped before it."""

    model_config = shown(
        {"title": "Meridian pump manual", "outline": examples.BOOKMARKS, "pages": [examples.PAGE]}
    )

    title: str
    outline: list[Bookmark]
    pages: list[Page]
    error: Problem | None = None


class PageReport(Given):
    """How one page was read and what of it, in counts: ``images`` stand on it, of ``figures`` pictures were
    made. Why it is design-heavy and the signals that were measured; what was skipped and why (``notes``)."""

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


class Totals(Given):
    """Sums over the pages read so far; ``design_heavy`` and those after it count pages. ``routes`` are pages
    by route, ``unreadable`` is the share (0–1) of all characters whose meaning the file does not tell."""

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


class Report(Given):
    """What was read of a version. ``totals`` comes last; ``error`` in its place where reading stopped."""

    model_config = shown(examples.REPORT)

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
        """The report of a version on the wire, all of it at once."""
        pages, totals = list[PageReport](), None
        for item in items:
            if isinstance(item, report.Totals):
                totals = Totals(**item.json())
            else:
                pages.append(PageReport(**asdict(item)))
        return cls(document_id=document_id, version=Version.of(version), pages=pages, totals=totals)

    @classmethod
    def head(cls, document_id: str, version: core_document.Version) -> dict[str, Any]:
        """What goes before its pages where they are sent one by one."""
        return {"document_id": document_id, "version": Version.of(version).model_dump(mode="json")}
