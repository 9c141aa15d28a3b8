"""Passages that are found, and the searches that find them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from app.core.geometry import Box
from app.core.page import BlockKind
from app.core.page_numbers import show_page


class Span(NamedTuple):
    """Where a part of a chunk stands: a page (1-based), a box on it, and the PDF's own name for the page,
    such as iv or A-3, "" where it has none or the same."""

    page: int
    box: Box
    label: str = ""

    def holds(self, page: int, box: Box) -> bool:
        """Return whether the middle of a box on a page stands in it."""
        return self.page == page and self.box.holds(box.middle)


def encode_spans(spans: Iterable[Span]) -> str:
    """Return spans as JSON, the form in which indexes keep them: the page, four edges, and a label if any."""
    kept = ([span.page, *span.box, *([span.label] if span.label else [])] for span in spans)
    return json.dumps(list(kept), separators=(",", ":"))


def decode_spans(kept: str) -> tuple[Span, ...]:
    """Return the spans that ``encode_spans`` made this of."""
    return tuple(Span(page, Box(*edges[:4]), *edges[4:]) for page, *edges in json.loads(kept))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is found and quoted as one. ``id`` derives from its content and place.

    ``headings`` is the path of headings above it, outermost first; ``context`` the line put before the text
    when it is indexed (document title, headings); ``spans`` its boxes in reading order.
    """

    id: str
    tenant: str
    document_id: str
    version: int
    ordinal: int
    kind: BlockKind
    text: str
    headings: tuple[str, ...] = ()
    context: str = ""
    spans: tuple[Span, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages that the chunk stands on, ascending."""
        return tuple(sorted({span.page for span in self.spans}))

    @property
    def page_labels(self) -> tuple[str, ...]:
        """The PDF's own names for these pages, in their order, "" where a page has none or the same."""
        labels = {span.page: span.label for span in self.spans}
        return tuple(labels[page] for page in self.pages)

    @property
    def pages_shown(self) -> str:
        """The pages for a person, with the PDF's own names for them: ``12 (iv), 13``."""
        return ", ".join(map(show_page, self.pages, self.page_labels))

    @property
    def indexed_text(self) -> str:
        """What is embedded and matched by keyword: the context line, then the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


Vector: TypeAlias = list[float]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """A search: ``alpha`` weighs vectors (1) against keywords (0) after each is scaled to 0–1.

    ``vector`` is ``None`` for keywords alone. ``document_ids`` and ``tags`` narrow it; empty means all.
    """

    tenant: str
    text: str
    vector: Vector | None = None
    alpha: float = 0.7
    limit: int = 10
    document_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a search found. ``score`` is 0–1, comparable within one search only.

    ``similarity`` is the cosine of the question and the chunk as the index gives it, and on one scale for all
    models (``ask/likeness``) after the read path, which fills in ``document_name``, ``title`` and
    ``short_title``, too. It is ``None`` where the chunk was found by keyword before its vector was there.
    """

    chunk: Chunk
    score: float
    similarity: float | None = None
    document_name: str = ""
    title: str = ""
    short_title: str = ""

    @property
    def called(self) -> str:
        """What its document is called, by its file and by itself."""
        return f"{self.document_name} {self.title}"

    @property
    def about(self) -> str:
        """What its document is called, and the headings that the passage stands under."""
        return f"{self.called} {self.chunk.context}"


FROM_OTHER_PAGES = "No passage stands on {}: this is from other pages."


class Found(NamedTuple):
    """What a search gave: passages, best first, and in ``note`` a sentence on what it went without, "" for
    nothing. Where the question names pages and the passages are those of them, ``asked`` is the question
    without these, which may leave nothing; else ``None``. ``nowhere`` are the pages that it names where no
    passage stands on them, "" where one does. The passages of an ``overview`` say what documents are about,
    in reading order, document by document. Those of documents that are ``compared`` come
    document by document, too; it is what they are compared by, "" for all that they are."""

    hits: list[Hit]
    note: str = ""
    asked: str | None = None
    nowhere: str = ""
    overview: bool = False
    compared: str | None = None

    @property
    def told(self) -> str:
        """What whoever reads the passages must know: what the search went without, and which pages that the
        question names it found nothing on."""
        pages = FROM_OTHER_PAGES.format(self.nowhere) if self.nowhere and self.hits else ""
        return " ".join(filter(None, (self.note, pages)))
