"""A chunk as a row of the index, and back."""

from __future__ import annotations

import json
import sqlite3

from app.core.page import BlockKind
from app.core.passage import Chunk, decode_spans, encode_spans


def values(chunk: Chunk) -> dict[str, str | int]:
    """Return the values of the columns that hold a chunk."""
    return {
        "id": chunk.id,
        "document_id": chunk.document_id,
        "version": chunk.version,
        "ordinal": chunk.ordinal,
        "kind": chunk.kind.value,
        "tags": json.dumps(chunk.tags),
        "headings": json.dumps(chunk.headings),
        "spans": encode_spans(chunk.spans),
        "context": chunk.context,
        "text": chunk.text,
    }


def chunk_of(tenant: str, row: sqlite3.Row) -> Chunk:
    """Return the chunk of a row."""
    return Chunk(
        id=row["id"],
        tenant=tenant,
        document_id=row["document_id"],
        version=row["version"],
        ordinal=row["ordinal"],
        kind=BlockKind(row["kind"]),
        text=row["text"],
        headings=tuple(json.loads(row["headings"])),
        context=row["context"],
        spans=decode_spans(row["spans"]),
        tags=tuple(json.loads(row["tags"])),
    )
