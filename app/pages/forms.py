"""Pages as the JSON and Markdown that ``kb extract`` and the HTTP API give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

from app.core.cell_value import Value
from app.core.page import Annotation, Block, BlockKind, Cell, Outline, Page
from app.pages import pages_file
from app.pages.cell_names import NamedCell, name_cells
from app.pages.continued import may_be_linked
from app.pages.facts import unit_of
from app.pages.links import link_text
from app.pages.markdown import on_one_line, quote_text
from app.pages.table_forms import table_html, table_markdown
from app.pages.text import running_text, without_bullet


class PageForm(StrEnum):
    """The format of a page: a line of a checkpoint, or an output format."""

    STORED = "stored"
    JSON = "json"
    MARKDOWN = "markdown"


def render_page(page: Page, form: PageForm) -> bytes:
    """Return a page in a format: JSON on one line, or Markdown that ends with an empty line.

    The text is UTF-8; half a surrogate pair, which a PDF's text may hold, becomes a question mark. Raises
    ``ValueError`` if a number is not finite.
    """
    if form is PageForm.STORED:
        return pages_file.encode(page).encode()
    if form is PageForm.MARKDOWN:
        text = page_markdown(page).rstrip() + "\n\n"
    else:
        text = json.dumps(page_json(page), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


UNLINKED = b"\xff"
"""Begins a page that is passed on as it is stored, as no UTF-8 does: tables may go on from page to page,
and a scan is yet to be read."""


def pass_on(page: Page, form: PageForm) -> bytes:
    """Return a page as its process answers it: rendered, unless it must first be linked with its
    neighbours or read by OCR."""
    # Rendered where it was read, most pages need no second parse in the process that asked.
    if form is PageForm.STORED or not (page.needs_ocr or may_be_linked(page)):
        return render_page(page, form)
    words = page.words if page.links else ()  # links are shown at the words that they cover
    return UNLINKED + render_page(replace(page, words=words), PageForm.STORED)


def write_document(outline: Outline, pages: Iterable[str], form: PageForm) -> Iterator[str]:
    """Yield a document of rendered pages, piece by piece: memory does not grow with their number."""
    if form is PageForm.MARKDOWN:
        yield from pages
        return
    # Without its last brace: the pages go into the same object, one by one.
    opening = json.dumps(outline_json(outline), ensure_ascii=False)[:-1] + ',"pages":['
    for page in pages:
        yield f"{opening}\n{page}"
        opening = ","
    yield "\n]}\n" if opening == "," else f"{opening}]}}\n"


def outline_json(outline: Outline) -> dict[str, Any]:
    """Return an outline as JSON: its title, and bookmarks with level, page and height on the page."""
    return {"title": outline.title, "outline": [asdict(bookmark) for bookmark in outline.bookmarks]}


def page_json(page: Page) -> dict[str, Any]:
    """Return a page as JSON: text, tables (rows of texts) and blocks with their boxes and cells, without
    words."""
    return {
        "number": page.number,
        "label": page.label,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "text": page.text,
        "tables": [[list(row) for row in block.rows] for block in page.blocks if block.cells],
        "blocks": [_block_json(page, at) for at in range(len(page.blocks))],
        "route": page.route.value,
        "design_heavy": page.verdict.design_heavy,
        "scanned": page.verdict.scanned,
        "reasons": list(page.verdict.reasons),
        "signals": page.verdict.signals,
        "links": [
            {"box": list(each.box), "text": each.text, "uri": each.uri, "page": each.page}
            for each in page.links
        ],
        "annotations": [asdict(each) | {"box": list(each.box)} for each in page.annotations],
        "fields": [asdict(each) | {"box": list(each.box), "kind": each.kind.value} for each in page.fields],
        "hidden": [{"text": each.text, "box": list(each.box), "why": each.why.value} for each in page.hidden],
        "needs_ocr": page.needs_ocr,
        "unreadable": page.unreadable,
        "recognition": asdict(page.recognition) if page.recognition else None,
        "notes": list(page.notes),
        "error": page.error,
    }


def _block_json(page: Page, at: int) -> dict[str, Any]:
    block = page.blocks[at]
    shown: dict[str, Any] = {"kind": block.kind.value, "box": list(block.box), "text": block.text}
    if block.level:
        shown["level"] = block.level
    if block.size:
        shown["size"] = block.size
    if block.furniture:
        shown["furniture"] = block.furniture.value
    if block.cells:
        shown |= table_json(page, at)
    return shown


def table_json(page: Page, at: int) -> dict[str, Any]:
    """Return the fields that only the table block at this place has: cells with their boxes, names and
    values, its HTML, and the part that it continues."""
    block = page.blocks[at]
    named = name_cells(block, unit_of(page, at))
    places = {each.cell: place for place, each in enumerate(named)}
    shown: dict[str, Any] = {
        "cells": [_cell_json(each, places) for each in named],
        "html": table_html(block, named),
    }
    if block.continues:
        shown["continues"] = block.continues._asdict()
    return shown


def _cell_json(named: NamedCell, places: Mapping[Cell, int]) -> dict[str, Any]:
    value = named.value
    namers = (*named.over, *named.beside)
    return named.cell._asdict() | {
        "box": list(named.cell.box),
        "heads": list(named.heads),
        "row_path": list(named.row_path),
        "named_by": [places[cell] for cell in namers if cell in places],
        "value": _value_json(value) if value else None,
    }


def _value_json(value: Value) -> dict[str, Any]:
    # Written out: ``asdict`` copies each field deeply, and a page of figures has a thousand values.
    return {
        "kind": value.kind.value,
        "number": value.number,
        "currency": value.currency,
        "scale": value.scale,
    }


def page_markdown(page: Page) -> str:
    """Return a page as Markdown: headings with their levels, tables, and links on the text that they
    cover, without furniture. A page that was not read says why.

    All text of the document is escaped: only the program's own lines begin with ``> Page`` or ``>
    Error:``.
    """
    if page.error:
        return f"> Page {page.number}: {on_one_line(page.error)}"
    parts = [(block.kind, _block_markdown(page, block)) for block in page.blocks if not block.furniture]
    parts += [(BlockKind.TEXT, _annotation_markdown(each)) for each in page.annotations]
    parts += [(BlockKind.TEXT, f"> Page {page.number}: {on_one_line(note)}") for note in page.notes]
    return running_text((kind, part) for kind, part in parts if part)


def _block_markdown(page: Page, block: Block) -> str:
    if block.kind is BlockKind.TABLE:
        return table_markdown(block)
    if block.kind is BlockKind.HEADING:
        return f"{'#' * block.level} {' '.join(link_text(page, block).split())}"
    if block.kind is BlockKind.ITEM:
        return _item_markdown(block, link_text(page, block))
    return link_text(page, block)


def _annotation_markdown(annotation: Annotation) -> str:
    """Return an annotation as a quoted paragraph. Free text is part of the page's own text instead."""
    said = annotation.text.strip() or annotation.covers
    # What neither says nor covers anything, such as a drawn circle, has no text to show.
    if annotation.kind == "free_text" or not said:
        return ""
    author = f" ({annotation.author})" if annotation.author else ""
    marked = f" “{annotation.covers}”" if annotation.text.strip() and annotation.covers else ""
    kind = annotation.kind.replace("_", " ").capitalize()
    return quote_text(f"{kind}{author}{marked}: {said}")


def _item_markdown(block: Block, text: str) -> str:
    """Return a list item below its marker, indented by three spaces, which is enough under "1." and under
    "-"."""
    indent = "   " * (block.level - 1)
    text = without_bullet(text)
    marked = text if re.match(r"\d+[.)] ", text) else f"- {text}"
    return indent + marked
