"""A chunk as an object in Weaviate, and back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from app.ask.words.terms import terms
from app.core.page import BlockKind
from app.core.passage import Chunk, decode_spans, encode_spans
from app.core.process.patterns import defer_regex

Values: TypeAlias = dict[str, str | int | list[str]]

CHUNK = ["document_id", "version", "ordinal", "kind", "tags", "headings", "spans", "context", "text"]
"""The properties that a chunk is made from."""

_CHUNK_ID = defer_regex(r"[0-9a-f]{32}")


def uuids(chunk_ids: Iterable[str]) -> list[uuid.UUID]:
    """Return the objects of chunks; what is no chunk's id has none."""
    return [uuid.UUID(hex=each) for each in chunk_ids if _CHUNK_ID.fullmatch(each)]


def values(chunk: Chunk, *, staged: bool = False) -> Values:
    """Return the properties that hold a chunk, with the terms by which it is found. One that is ``staged``
    has its version's number below zero, which no search asks for."""
    return {
        "document_id": chunk.document_id,
        "version": -chunk.version if staged else chunk.version,
        "ordinal": chunk.ordinal,
        "kind": chunk.kind.value,
        "tags": list(chunk.tags),
        "headings": json.dumps(chunk.headings),
        "spans": encode_spans(chunk.spans),
        "context": chunk.context,
        "text": chunk.text,
        "words": " ".join(terms(chunk.indexed_text)),
    }


def chunk_of(tenant: str, object_id: uuid.UUID, found: Mapping[str, Any]) -> Chunk:
    """Return the chunk of an object."""
    return Chunk(
        id=object_id.hex,
        tenant=tenant,
        document_id=found["document_id"],
        # Below zero where it is staged: see `values`.
        version=abs(int(found["version"])),
        ordinal=int(found["ordinal"]),
        kind=BlockKind(found["kind"]),
        text=found["text"],
        headings=tuple(json.loads(found["headings"])),
        context=found["context"],
        spans=decode_spans(found["spans"]),
        # Weaviate gives an empty list back as null.
        tags=tuple(found["tags"] or ()),
    )
