"""Keyword and vector search in one SQLite file.

Keywords: FTS5 over terms of every language (``app/ask/words``), ranked by BM25 over the tenant's own
passages. Vectors: float16 in the file,
float32 in memory, compared one by one, which is exact and needs no extension that SQLite would have to load.
The two are joined by relative scores: each scaled to 0–1 over its own candidates, then weighed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.embedded.search.chunk_rows import chunk_of, values
from app.adapters.embedded.search.copies import find_copies
from app.adapters.embedded.search.keywords import Keywords
from app.adapters.embedded.search.matrix import Matrix, TenantVectors
from app.adapters.embedded.search.schema import (
    INDEX_SCHEMA,
    TENANT_SPAN,
    add_words,
    create_words,
    merge_words,
    remove_words,
    renew_words,
    without_words,
)
from app.adapters.embedded.sqlite.database import Database
from app.adapters.fusion import CANDIDATES, fuse_rankings, scale_scores
from app.adapters.index_model import IndexModel
from app.core.document import VersionId
from app.core.errors import Damaged, ModelChanged
from app.core.passage import Chunk, Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.core.passage import IndexQuery, Vector

MERGED_PAGES = 2000
"""Pages of the full-text table that are merged while others wait: a quarter of a second."""

LEGS = 2
"""Searches whose vectors are compared at the same time: more would wait for memory anyway."""

REMEDY = "`kb fsck --repair` rebuilds it from the stored pages of the documents."

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


class SqliteIndex:
    """The index in the file at ``path``, for vectors of one model. Several processes may use it at once."""

    def __init__(self, path: Path, *, model: str, dimensions: int) -> None:
        self._model, self._dimensions = model, dimensions
        self._database = Database(path, INDEX_SCHEMA, remedy=REMEDY)
        self._keywords = Keywords()
        self._vectors: dict[int, TenantVectors] = {}
        self._lock = threading.Lock()
        self._legs = ThreadPoolExecutor(LEGS, "vectors")

    def close(self) -> None:
        """Close the file."""
        self._legs.shutdown()
        self._database.close()

    # -- written ------------------------------------------------------------------------------------------

    def put(self, tenant: str, chunks: Sequence[Chunk], *, staged: bool = False) -> None:
        """Make chunks findable by keyword at once; one with a known id is replaced and keeps its vector.

        New ones that are ``staged`` are found by no search until they are published."""
        named = (
            "NOT staged AND id IN (SELECT value FROM json_each(?))",
            json.dumps([chunk.id for chunk in chunks]),
        )
        with self._database.write() as connection:
            number, used = _tenant(connection, tenant)
            # Before the rows change: the full-text table holds no text, so that a deletion must give the old
            # words.
            remove_words(connection, number, *named)
            connection.executemany(
                _PUT,
                (
                    {"position": used + n, "tenant": number, "staged": staged, **values(chunk)}
                    for n, chunk in enumerate(chunks, 1)
                ),
            )
            add_words(connection, number, *named)
            _show_vectors(connection, number, *named)
            connection.execute("UPDATE tenants SET used = ? WHERE number = ?", (used + len(chunks), number))

    def set_vectors(self, tenant: str, vectors: Mapping[str, Vector]) -> None:
        """Give chunks their vectors, by chunk id; unknown ids are passed over.

        The first vectors fix the model and its dimensions; raises ``ModelChanged`` for others.
        """
        import numpy as np

        halves = {key: np.asarray(vector, np.dtype("<f2")).tobytes() for key, vector in vectors.items()}
        # A server may change its model under the same name; half of an index would then be of each.
        if any(len(half) != 2 * self._dimensions for half in halves.values()):
            raise ModelChanged(f"The model {self._model} gave vectors of another length than it announced.")
        with self._database.write() as connection:
            self._check_model(connection)
            self._claim(connection)
            number, _ = _tenant(connection, tenant)
            connection.execute("UPDATE tenants SET added = added + 1 WHERE number = ?", (number,))
            connection.executemany(
                """
                INSERT OR REPLACE INTO vectors (position, tenant, batch, vector)
                SELECT chunks.position, number, IIF(staged, 0, added), ?
                FROM chunks JOIN tenants ON number = chunks.tenant
                WHERE chunks.tenant = ? AND id = ?
                """,
                ((half, number, key) for key, half in halves.items()),
            )

    def copy_vectors(self, version_id: VersionId) -> int:
        """Give chunks of a version that lack a vector the one that another version of the document has for
        the same text; how many those are."""
        tenant, document_id, number = version_id
        with self._database.write() as connection:
            owner, _ = _tenant(connection, tenant)
            length = self._vector_bytes(connection)
            copies = find_copies(connection, owner, document_id, number, length)
            if copies:
                connection.execute("UPDATE tenants SET added = added + 1 WHERE number = ?", (owner,))
            connection.executemany(
                """
                INSERT OR REPLACE INTO vectors (position, tenant, batch, vector)
                SELECT chunks.position, number, IIF(staged, 0, added), vector
                FROM chunks JOIN tenants ON number = chunks.tenant JOIN vectors ON vectors.position = ?2
                WHERE chunks.position = ?1
                """,
                copies,
            )
            return len(copies)

    def publish(
        self,
        version_id: VersionId,
        chunk_ids: Iterable[str],
        *,
        instead_of: Iterable[int] = (),
    ) -> int:
        """Have these chunks of the version found, and no other of it, nor any of the versions ``instead_of``
        which it answers; the number of those removed. A search sees all of it or nothing."""
        tenant, document_id, number = version_id
        ids = json.dumps(list(chunk_ids))
        with self._database.write() as connection:
            if (owner := _number(connection, tenant)) is None:
                return 0
            _show(connection, owner, document_id, number, ids)
            return _remove(
                connection,
                owner,
                """
                document_id = ? AND (
                    version IN (SELECT value FROM json_each(?))
                    OR version = ? AND id NOT IN (SELECT value FROM json_each(?))
                )
                """,
                (document_id, json.dumps(list(instead_of)), number, ids),
            )

    def withdraw(self, version_id: VersionId) -> int:
        """Remove the chunks of a version that are staged; how many there were."""
        tenant, document_id, number = version_id
        return self._remove(tenant, "staged AND document_id = ? AND version = ?", (document_id, number))

    def retag(self, tenant: str, document_id: str, tags: Sequence[str]) -> None:
        """Replace the tags on a document's chunks."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE chunks SET tags = ? WHERE tenant = (SELECT number FROM tenants WHERE name = ?) "
                "AND document_id = ?",
                (json.dumps(list(tags)), tenant, document_id),
            )

    def delete(self, tenant: str, document_id: str, version: int | None = None) -> int:
        """Remove all chunks of a document, or of one of its versions, with their words; how many there
        were."""
        where = "document_id = ? AND (? IS NULL OR version = ?)"
        removed = self._remove(tenant, where, (document_id, version, version))
        self._scrub(tenant)
        return removed

    def _remove(self, tenant: str, where: str, values: Sequence[object]) -> int:
        with self._database.write() as connection:
            number = _number(connection, tenant)
            return 0 if number is None else _remove(connection, number, where, values)

    def _scrub(self, tenant: str) -> None:
        """Leave no deleted word in the full-text table: it notes a deletion beside the word, and drops both
        when it is merged, which is done in steps so that others can write between them."""
        with self._database.read() as connection:
            number = _number(connection, tenant)
        left, pages = number is not None, -MERGED_PAGES
        while left and number is not None:
            with self._database.write() as connection:
                left, pages = merge_words(connection, number, pages), MERGED_PAGES
        self._database.scrub()

    def reset(self, model: str, dimensions: int) -> None:
        """Forget every vector and take those of this model from now on; keywords stay."""
        with self._database.write() as connection:
            _forget_vectors(connection, IndexModel(model, dimensions))
        with self._lock:
            self._model, self._dimensions = model, dimensions
            self._vectors.clear()

    # -- read ---------------------------------------------------------------------------------------------

    def list_unembedded(self, version_id: VersionId, limit: int, *, start: int = 0) -> list[Chunk]:
        """Return up to ``limit`` chunks that have no vector, in order, from the ordinal ``start`` on."""
        tenant, document_id, number = version_id
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT * FROM chunks
                WHERE tenant = (SELECT number FROM tenants WHERE name = ?)
                  AND document_id = ? AND version = ? AND ordinal >= ?
                  AND NOT EXISTS (
                    SELECT 1 FROM vectors WHERE vectors.position = chunks.position
                      AND length(vector) = ? AND vector <> zeroblob(length(vector))
                  )
                ORDER BY ordinal, id LIMIT ?
                """,
                (tenant, document_id, number, start, self._vector_bytes(connection), limit),
            )
            return [chunk_of(tenant, row) for row in rows]

    def unembedded_count(self, version_id: VersionId) -> int:
        """Return how many chunks have no vector."""
        tenant, document_id, number = version_id
        with self._database.read() as connection:
            found = connection.execute(
                """
                SELECT COUNT(*) FROM chunks LEFT JOIN vectors
                  ON vectors.position = chunks.position
                  AND length(vector) = ? AND vector <> zeroblob(length(vector))
                WHERE chunks.tenant = (SELECT number FROM tenants WHERE name = ?)
                  AND document_id = ? AND version = ? AND vectors.position IS NULL
                """,
                (self._vector_bytes(connection), tenant, document_id, number),
            )
            return int(found.fetchone()[0])

    def chunk_ids(self, version_id: VersionId) -> list[str]:
        """Return the ids of all chunks of a version that are not staged."""
        tenant, document_id, number = version_id
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM chunks WHERE tenant = (SELECT number FROM tenants WHERE name = ?) "
                "AND document_id = ? AND version = ? AND NOT staged",
                (tenant, document_id, number),
            )
            return [row[0] for row in rows]

    def count(self, tenant: str, document_id: str | None = None) -> int:
        """Return the number of chunks that are not staged, of one document or of all."""
        with self._database.read() as connection:
            return int(
                connection.execute(
                    "SELECT COUNT(*) FROM chunks WHERE tenant = (SELECT number FROM tenants WHERE name = ?) "
                    "AND (? IS NULL OR document_id = ?) AND NOT staged",
                    (tenant, document_id, document_id),
                ).fetchone()[0]
            )

    def document_ids(self, tenant: str) -> set[str]:
        """Return the documents that have chunks."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT DISTINCT document_id FROM chunks "
                "WHERE tenant = (SELECT number FROM tenants WHERE name = ?)",
                (tenant,),
            )
            return {row[0] for row in rows}

    def faults(self) -> list[str]:
        """Return what is wrong with the full-text tables. Raises ``Damaged`` if the file is."""
        if whole := self._database.faults():
            raise Damaged(f"{whole[0]} {REMEDY}", "index")
        with self._database.write() as connection:  # FTS5 checks a table by an insert
            return [
                fault for name, number in _tenants(connection) if (fault := _fault(connection, name, number))
            ]

    def rebuild_keywords(self) -> None:
        """Make the full-text tables anew."""
        with self._database.write() as connection:
            for _, number in _tenants(connection):
                renew_words(connection, number)
        self._keywords = Keywords()

    def renew(self) -> None:
        """Begin with an empty file; the damaged one stays beside it."""
        self._database.set_aside()
        with self._lock:
            self._vectors.clear()
        self._keywords = Keywords()

    def check(self) -> None:
        """Raise ``Unavailable`` if the index cannot be used, ``ModelChanged`` if it holds vectors of another
        model or dimension than the embedder's."""
        self._database.check()
        with self._database.read() as connection:
            self._check_model(connection)

    def search(self, query: IndexQuery) -> list[Hit]:
        """Return the best chunks, best first: keyword and vector scores each scaled to 0–1 and weighed by
        ``alpha``.

        A chunk that waits for its vector is judged by its keywords alone. Raises ``ModelChanged`` if the
        vectors in the index are not of the query's model.
        """
        with self._database.read() as connection:
            number = _number(connection, query.tenant)
            if number is None or query.limit < 1:
                return []
            return self._search(connection, number, query)

    @property
    def has_former_vectors(self) -> bool:
        """Whether its vectors are of a model that the program no longer has: words alone find passages until
        they are embedded anew."""
        with self._database.read() as connection:
            return self._own.replaces(_model(connection))

    def _search(self, connection: sqlite3.Connection, tenant: int, query: IndexQuery) -> list[Hit]:
        depth = max(CANDIDATES, query.limit)
        allowed = _filter_positions(connection, tenant, query)
        if query.vector is None or self._own.replaces(_model(connection)):
            by_keyword = scale_scores(self._keywords.best(connection, tenant, query.text, allowed, depth))
            return _hits(connection, query, by_keyword, by_keyword, {})
        self._check_model(connection)
        matrix = self._of(tenant).current(connection)
        # Neither leg holds the interpreter's lock: side by side they take as long as the slower one.
        cosines = self._legs.submit(matrix.similarities, query.vector)
        by_keyword = scale_scores(self._keywords.best(connection, tenant, query.text, allowed, depth))
        similarity, nearest = _nearest(matrix, cosines.result(), allowed, depth, by_keyword)
        scores = fuse_rankings(scale_scores(nearest), by_keyword, query.alpha, similarity)
        return _hits(connection, query, scores, by_keyword, similarity)

    def _vector_bytes(self, connection: sqlite3.Connection) -> int:
        """Return the bytes of each vector in the file. One of another length is damaged, and is treated as
        missing, and so is each one of a former model."""
        known = _model(connection)
        if self._own.replaces(known):
            return -1
        return 2 * (known.dimensions if known else self._dimensions)

    def _of(self, tenant: int) -> TenantVectors:
        with self._lock:
            if tenant not in self._vectors:
                self._vectors[tenant] = TenantVectors(tenant, self._dimensions)
            return self._vectors[tenant]

    def _check_model(self, connection: sqlite3.Connection) -> None:
        self._own.check(_model(connection))

    def _claim(self, connection: sqlite3.Connection) -> None:
        """Note this model if there is none yet, or a former one, whose vectors go."""
        found = _model(connection)
        if found is None or self._own.replaces(found):
            _forget_vectors(connection, self._own)

    @property
    def _own(self) -> IndexModel:
        return IndexModel(self._model, self._dimensions)


def _model(connection: sqlite3.Connection) -> IndexModel | None:
    row = connection.execute("SELECT name, dimensions FROM model").fetchone()
    return IndexModel(row["name"], row["dimensions"]) if row else None


def _forget_vectors(connection: sqlite3.Connection, model: IndexModel) -> None:
    """Drop every vector, and take those of this model from now on."""
    connection.execute("DELETE FROM vectors")
    connection.execute("DELETE FROM model")
    connection.execute("INSERT INTO model VALUES (?, ?)", model)
    connection.execute("UPDATE tenants SET removed = removed + 1")


def _number(connection: sqlite3.Connection, tenant: str) -> int | None:
    row = connection.execute("SELECT number FROM tenants WHERE name = ?", (tenant,)).fetchone()
    return row["number"] if row else None


def _show(connection: sqlite3.Connection, tenant: int, document_id: str, version: int, ids: str) -> None:
    """Have search find those chunks of a version that are staged; ``ids`` is a JSON array."""
    rows = connection.execute(
        "SELECT position FROM chunks WHERE tenant = ? AND document_id = ? AND version = ? AND staged "
        "AND id IN (SELECT value FROM json_each(?))",
        (tenant, document_id, version, ids),
    )
    named = "position IN (SELECT value FROM json_each(?))", json.dumps([row[0] for row in rows])
    connection.execute(f"UPDATE chunks SET staged = 0 WHERE {named[0]}", named[1:])  # noqa: S608
    add_words(connection, tenant, *named)
    _show_vectors(connection, tenant, *named)


def _show_vectors(connection: sqlite3.Connection, tenant: int, where: str, *values: object) -> None:
    """Have every process read the vectors of those chunks that were staged when they came."""
    shown = connection.execute(
        "UPDATE vectors SET batch = (SELECT added + 1 FROM tenants WHERE number = tenant) "  # noqa: S608
        f"WHERE batch = 0 AND position IN (SELECT position FROM chunks WHERE tenant = {tenant} AND {where})",
        values,
    ).rowcount
    if shown:
        connection.execute("UPDATE tenants SET added = added + 1 WHERE number = ?", (tenant,))


def _remove(connection: sqlite3.Connection, tenant: int, where: str, values: Sequence[object]) -> int:
    remove_words(connection, tenant, f"NOT staged AND {where}", *values)
    removed = connection.execute(
        f"DELETE FROM chunks WHERE tenant = {tenant} AND {where}",  # noqa: S608
        values,
    ).rowcount
    if removed:
        connection.execute("UPDATE tenants SET removed = removed + 1 WHERE number = ?", (tenant,))
    return removed


def _tenants(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    return [(row["name"], row["number"]) for row in connection.execute("SELECT name, number FROM tenants")]


def _fault(connection: sqlite3.Connection, name: str, number: int) -> str:
    try:
        without = without_words(connection, number)
    except sqlite3.DatabaseError:
        return f"The full-text table of tenant {name} is damaged or gone."
    return f"Words find all passages of tenant {name} but {without:,}." if without else ""


def _tenant(connection: sqlite3.Connection, name: str) -> tuple[int, int]:
    """Return a tenant's number and its last used position, made if it is new."""
    is_new = connection.execute("INSERT OR IGNORE INTO tenants (name) VALUES (?)", (name,)).rowcount
    number, used = connection.execute("SELECT number, used FROM tenants WHERE name = ?", (name,)).fetchone()
    if is_new:
        create_words(connection, number)
    return number, used or number * TENANT_SPAN


def _filter_positions(connection: sqlite3.Connection, tenant: int, query: IndexQuery) -> list[int] | None:
    """Return the positions that the query's documents and tags leave, ``None`` for all."""
    if not query.document_ids and not query.tags:
        return None
    rows = connection.execute(_ALLOWED, (tenant, json.dumps(query.document_ids), json.dumps(query.tags)))
    return [row[0] for row in rows]


def _nearest(
    matrix: Matrix,
    cosines: NDArray[np.float32],
    allowed: list[int] | None,
    depth: int,
    also: Iterable[int],
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the cosines of the ``depth`` nearest positions and of ``also``, and those of the nearest
    alone."""
    import numpy as np

    rows: NDArray[np.intp] = (
        np.arange(len(cosines)) if allowed is None else np.flatnonzero(np.isin(matrix.positions, allowed))
    )
    # Not sorted: finding the nearest takes one pass, and only these are sorted when the rankings are fused.
    if len(rows) > depth:
        rows = rows[np.argpartition(-cosines[rows], depth)[:depth]]
    others = np.flatnonzero(np.isin(matrix.positions, list(also)))
    nearest = dict(zip(matrix.positions[rows].tolist(), cosines[rows].tolist(), strict=True))
    known = dict(zip(matrix.positions[others].tolist(), cosines[others].tolist(), strict=True))
    return known | nearest, nearest


def _hits(
    connection: sqlite3.Connection,
    query: IndexQuery,
    scores: Mapping[int, float],
    by_keyword: Mapping[int, float],
    similarity: Mapping[int, float],
) -> list[Hit]:
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
