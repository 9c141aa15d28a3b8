"""The passages of a tenant as rows: put, shown, filtered, found and removed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.adapters.embedded.search.chunk_rows import chunk_of, values
from app.adapters.embedded.search.schema import add_words, remove_words
from app.adapters.embedded.search.vector_rows import show_vectors
from app.core.passage import Chunk, Hit

if TYPE_CHECKING:
    from app.core.passage import IndexQuery

_PUT = """
    INSERT INTO chunks (
        position, tenant, id, document_id, version, ordinal, kind, tags, headings, spans, context, text,
        staged
    ) VALUES (
        :position, :tenant, :id, :document_id, :version, :ordinal, :kind, :tags, :headings, :spans, :context,
        :text, :staged
    ) ON CONFLICT (tenant, id) DO UPDATE SET
        document_id = :document_id, version = :version, ordinal = :ordinal, kind = :kind, tags = :tags,
        headings = :headings, spans = :spans, context = :context, text = :text, staged = staged AND :staged
"""

_ALLOWED = """
    SELECT position FROM chunks
    WHERE tenant = ?1
      AND (?2 = '[]' OR document_id IN (SELECT value FROM json_each(?2)))
      AND (?3 = '[]' OR EXISTS (
        SELECT 1 FROM json_each(chunks.tags) AS tag
        WHERE tag.value IN (SELECT value FROM json_each(?3))))
"""


def put_chunks(
    connection: sqlite3.Connection, tenant: int, used: int, chunks: Sequence[Chunk], *, staged: bool
) -> None:
    """Store chunks at the positions behind ``used``; one with a known id is replaced where it stands, and is
    not staged if it was shown."""
    named = (
        "NOT staged AND id IN (SELECT value FROM json_each(?))",
        json.dumps([chunk.id for chunk in chunks]),
    )
    # Before the rows change: the full-text table holds no text, so that a deletion must give the old words.
    remove_words(connection, tenant, *named)
    connection.executemany(
        _PUT,
        (
            {"position": used + n, "tenant": tenant, "staged": staged, **values(chunk)}
            for n, chunk in enumerate(chunks, 1)
        ),
    )
    add_words(connection, tenant, *named)
    show_vectors(connection, tenant, *named)
    connection.execute("UPDATE tenants SET used = ? WHERE number = ?", (used + len(chunks), tenant))


def show_staged(
    connection: sqlite3.Connection, tenant: int, document_id: str, version: int, ids: str
) -> None:
    """Have search find those chunks of a version that are staged; ``ids`` is a JSON array."""
    rows = connection.execute(
        "SELECT position FROM chunks WHERE tenant = ? AND document_id = ? AND version = ? AND staged "
        "AND id IN (SELECT value FROM json_each(?))",
        (tenant, document_id, version, ids),
    )
    named = "position IN (SELECT value FROM json_each(?))", json.dumps([row[0] for row in rows])
    connection.execute(f"UPDATE chunks SET staged = 0 WHERE {named[0]}", named[1:])  # noqa: S608
    add_words(connection, tenant, *named)
    show_vectors(connection, tenant, *named)


def remove_chunks(connection: sqlite3.Connection, tenant: int, where: str, values: Sequence[object]) -> int:
    """Remove the chunks that fit ``where``, with their words; how many there were."""
    remove_words(connection, tenant, f"NOT staged AND {where}", *values)
    removed = connection.execute(
        f"DELETE FROM chunks WHERE tenant = {tenant} AND {where}",  # noqa: S608
        values,
    ).rowcount
    if removed:
        connection.execute("UPDATE tenants SET removed = removed + 1 WHERE number = ?", (tenant,))
    return removed


def filter_positions(connection: sqlite3.Connection, tenant: int, query: IndexQuery) -> list[int] | None:
    """Return the positions that the query's documents and tags leave, ``None`` for all."""
    if not query.document_ids and not query.tags:
        return None
    rows = connection.execute(_ALLOWED, (tenant, json.dumps(query.document_ids), json.dumps(query.tags)))
    return [row[0] for row in rows]


def make_hits(
    connection: sqlite3.Connection,
    query: IndexQuery,
    scores: Mapping[int, float],
    by_keyword: Mapping[int, float],
    similarity: Mapping[int, float],
) -> list[Hit]:
    """Return the best positions' chunks, best first, with their scores."""
    best = sorted(scores, key=lambda position: (-scores[position], position))[: query.limit]
    rows = connection.execute(
        "SELECT * FROM chunks WHERE position IN (SELECT value FROM json_each(?))", (json.dumps(best),)
    )
    found = {row["position"]: chunk_of(query.tenant, row) for row in rows}
    # Memory may be ahead of this connection: a position that it does not see yet is left out.
    return [
        Hit(found[position], scores[position], similarity.get(position))
        for position in best
        if position in found
    ]
