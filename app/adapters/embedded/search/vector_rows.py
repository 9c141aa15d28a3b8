"""The vectors of passages as rows, and the model that made them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from app.adapters.index_model import IndexModel

_STORE = """
    INSERT OR REPLACE INTO vectors (position, tenant, batch, vector)
    SELECT chunks.position, number, IIF(staged, 0, added), ?
    FROM chunks JOIN tenants ON number = chunks.tenant
    WHERE chunks.tenant = ? AND id = ?
"""

_COPY = """
    INSERT OR REPLACE INTO vectors (position, tenant, batch, vector)
    SELECT chunks.position, number, IIF(staged, 0, added), vector
    FROM chunks JOIN tenants ON number = chunks.tenant JOIN vectors ON vectors.position = ?2
    WHERE chunks.position = ?1
"""


def model_of(connection: sqlite3.Connection) -> IndexModel | None:
    """Return the model whose vectors the file holds, ``None`` before the first."""
    row = connection.execute("SELECT name, dimensions FROM model").fetchone()
    return IndexModel(row["name"], row["dimensions"]) if row else None


def forget_vectors(connection: sqlite3.Connection, model: IndexModel) -> None:
    """Drop every vector, and take those of this model from now on."""
    connection.execute("DELETE FROM vectors")
    connection.execute("DELETE FROM model")
    connection.execute("INSERT INTO model VALUES (?, ?)", model)
    connection.execute("UPDATE tenants SET removed = removed + 1")


def store_vectors(connection: sqlite3.Connection, tenant: int, halves: Mapping[str, bytes]) -> None:
    """Give chunks their vectors, by chunk id, each as the bytes of float16; unknown ids are passed over."""
    _begin_batch(connection, tenant)
    connection.executemany(_STORE, ((half, tenant, key) for key, half in halves.items()))


def copy_vectors(connection: sqlite3.Connection, tenant: int, copies: Sequence[tuple[int, int]]) -> None:
    """Give chunks the vectors of others, by the positions of both."""
    if copies:
        _begin_batch(connection, tenant)
    connection.executemany(_COPY, copies)


def _begin_batch(connection: sqlite3.Connection, tenant: int) -> None:
    # Every process reads the batches that it has not seen at its next search, and no row twice.
    connection.execute("UPDATE tenants SET added = added + 1 WHERE number = ?", (tenant,))


def show_vectors(connection: sqlite3.Connection, tenant: int, where: str, *values: object) -> None:
    """Have every process read the vectors of those chunks that were staged when they came."""
    shown = connection.execute(
        "UPDATE vectors SET batch = (SELECT added + 1 FROM tenants WHERE number = tenant) "  # noqa: S608
        f"WHERE batch = 0 AND position IN (SELECT position FROM chunks WHERE tenant = {tenant} AND {where})",
        values,
    ).rowcount
    if shown:
        _begin_batch(connection, tenant)
