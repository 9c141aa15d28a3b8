"""Chunks and vectors made for one test."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.core.geometry import Box
from app.core.ids import derived_id
from app.core.page import BlockKind
from app.core.passage import Chunk, Span, Vector


def chunk(
    text: str,
    *,
    tenant: str = "us",
    document_id: str = "doc_1",
    version: int = 1,
    ordinal: int = 0,
    context: str = "",
    pages: Sequence[int] = (1,),
    labels: Sequence[str] = (),
    tags: Sequence[str] = (),
    chunk_id: str | None = None,
) -> Chunk:
    """A chunk with this text; its id derives from the text and its place unless one is given. ``labels`` are
    the PDF's own names for its pages."""
    named = dict(zip(pages, labels, strict=False))
    return Chunk(
        id=chunk_id or derived_id(tenant, document_id, version, ordinal, text),
        tenant=tenant,
        document_id=document_id,
        version=version,
        ordinal=ordinal,
        kind=BlockKind.TEXT,
        text=text,
        headings=("Chapter",),
        context=context,
        spans=tuple(Span(page, Box(72.0, 100.5, 300.25, 120.0), named.get(page, "")) for page in pages),
        tags=tuple(tags),
    )


def unit(*components: float) -> Vector:
    """A vector scaled to length 1."""
    length = math.sqrt(sum(component**2 for component in components))
    return [component / length for component in components]
