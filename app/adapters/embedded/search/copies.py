"""Vectors that another version of a document has for the same text."""

from __future__ import annotations

import hashlib
import sqlite3

# Of what is not `of_version`, as of what is, by the third value. A vector of another length is damaged.
_TEXTS = """
    SELECT chunks.position, context, text FROM chunks LEFT JOIN vectors
      ON vectors.position = chunks.position AND length(vector) = ? AND vector <> zeroblob(length(vector))
    WHERE chunks.tenant = ? AND document_id = ? AND (version = ?) = ? AND (vector IS NOT NULL) <> ?
"""


def find_copies(
    connection: sqlite3.Connection, tenant: int, document_id: str, version: int, vector_bytes: int
) -> list[tuple[int, int]]:
    """Return the positions of chunks of a version that lack a vector, each with that of a chunk of another
    version which has one and is indexed by the same text."""
    asked = vector_bytes, tenant, document_id, version
    lacking = connection.execute(_TEXTS, (*asked, True, True)).fetchall()
    if not lacking:
        return []
    known = {_digest(row): row["position"] for row in connection.execute(_TEXTS, (*asked, False, False))}
    return [(row["position"], known[key]) for row in lacking if (key := _digest(row)) in known]


def _digest(row: sqlite3.Row) -> bytes:
    """Return what stands for a text in memory, which has not the room for all of a long document."""
    return hashlib.sha256(f"{row['context']}\n{row['text']}".encode(errors="surrogatepass")).digest()
