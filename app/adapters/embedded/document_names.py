"""What documents are known by and shown by, inside a transaction that writes."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence

from app.core.document import Document, Source
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.names import base, free, shortest

_OF_LIVING = "FROM documents WHERE tenant = ? AND tombstoned_at IS NULL"


def find(connection: sqlite3.Connection, tenant: str, text: str) -> str:
    """Return the id of the document of this source, path or name, in this order; "" for none."""
    # A source is one document's own, and a name only the shortest end of a path that tells it apart today.
    for column in ("source", "path", "name"):
        row = connection.execute(f"SELECT id {_OF_LIVING} AND {column} = ?", (tenant, text)).fetchone()
        if row:
            return str(row["id"])
    return ""


def begin(connection: sqlite3.Connection, tenant: str, source: Source, tags: Sequence[str]) -> str:
    """Return the id of a new document. One whose source or path is another's gets a name that tells it
    apart."""
    path = free(source.path, lambda name: bool(find(connection, tenant, name)))
    key = source.key if not find(connection, tenant, source.key) else path
    document_id = new_id("doc")
    connection.execute("INSERT INTO tenants (tenant) VALUES (?) ON CONFLICT DO NOTHING", (tenant,))
    connection.execute(
        """
        INSERT INTO documents (id, tenant, name, source, path, base, tags, wanted, created_at)
        VALUES (:id, :tenant, :path, :key, :path, base(:path), :tags, 1, :now)
        """,
        {
            "id": document_id,
            "tenant": tenant,
            "key": key,
            "path": path,
            "tags": json.dumps(list(dict.fromkeys(tags)), ensure_ascii=False),
            "now": time.time(),
        },
    )
    settle(connection, tenant, [base(path)])
    return document_id


def move(connection: sqlite3.Connection, document: Document, source: Source) -> None:
    """Have a document known by another source, and shown by the end of another path. Raises ``Conflict`` if
    another document has one of them."""
    try:
        connection.execute(
            "UPDATE documents SET source = ?1, path = ?2, base = base(?2) WHERE id = ?3",
            (source.key, source.path, document.id),
        )
    except sqlite3.IntegrityError as error:
        raise Conflict("Another document has this name.") from error
    settle(connection, document.tenant, {base(document.path), base(source.path)})


def settle(connection: sqlite3.Connection, tenant: str, bases: Iterable[str]) -> None:
    """Name documents whose paths end alike by the shortest ends that tell them apart."""
    for each in bases:
        rows = connection.execute(
            f"SELECT id, path, name {_OF_LIVING} AND base = ?", (tenant, each)
        ).fetchall()
        names = shortest({row["id"]: row["path"] for row in rows})
        connection.executemany(
            "UPDATE documents SET name = ? WHERE id = ?",
            [(names[row["id"]], row["id"]) for row in rows if names[row["id"]] != row["name"]],
        )
