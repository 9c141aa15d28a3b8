"""Keyword and vector search in one SQLite file.

Keywords: FTS5 over terms of every language (``app/ask/words``), ranked by BM25 over the tenant's own
passages. Vectors: float16 in the file, float32 in memory, compared one by one, which is exact and needs no
extension that SQLite would have to load.
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

from app.adapters.embedded.search.chunk_rows import chunk_of
from app.adapters.embedded.search.copies import find_copies
from app.adapters.embedded.search.keywords import Keywords
from app.adapters.embedded.search.matrix import TenantVectors, find_nearest
from app.adapters.embedded.search.passage_rows import (
    filter_positions,
    make_hits,
    put_chunks,
    remove_chunks,
    show_staged,
)
from app.adapters.embedded.search.schema import INDEX_SCHEMA, merge_words, renew_words
from app.adapters.embedded.search.tenants import all_tenants, find_fault, find_number, number_tenant
from app.adapters.embedded.search.vector_rows import (
    copy_vectors,
    forget_vectors,
    model_of,
    store_vectors,
)
from app.adapters.embedded.sqlite.database import Database
from app.adapters.fusion import CANDIDATES, fuse_rankings, scale_scores
from app.adapters.index_model import IndexModel
from app.core.document import VersionId
from app.core.errors import Damaged, ModelChanged
from app.core.passage import Chunk, Hit

if TYPE_CHECKING:
    from app.core.passage import IndexQuery, Vector

MERGED_PAGES = 2000
"""Pages of the full-text table that are merged while others wait: a quarter of a second."""

LEGS = 2
"""Searches whose vectors are compared at the same time: more would wait for memory anyway."""

REMEDY = "`kb fsck --repair` rebuilds it from the stored pages of the documents."


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
        with self._database.write() as connection:
            number, used = number_tenant(connection, tenant)
            put_chunks(connection, number, used, chunks, staged=staged)

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
            number, _ = number_tenant(connection, tenant)
            store_vectors(connection, number, halves)

    def copy_vectors(self, version_id: VersionId) -> int:
        """Give chunks of a version that lack a vector the one that another version of the document has for
        the same text; how many those are."""
        tenant, document_id, number = version_id
        with self._database.write() as connection:
            owner, _ = number_tenant(connection, tenant)
            length = self._vector_bytes(connection)
            copies = find_copies(connection, owner, document_id, number, length)
            copy_vectors(connection, owner, copies)
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
            if (owner := find_number(connection, tenant)) is None:
                return 0
            show_staged(connection, owner, document_id, number, ids)
            return remove_chunks(
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
            number = find_number(connection, tenant)
            return 0 if number is None else remove_chunks(connection, number, where, values)

    def _scrub(self, tenant: str) -> None:
        """Leave no deleted word in the full-text table: it notes a deletion beside the word, and drops both
        when it is merged, which is done in steps so that others can write between them."""
        with self._database.read() as connection:
            number = find_number(connection, tenant)
        left, pages = number is not None, -MERGED_PAGES
        while left and number is not None:
            with self._database.write() as connection:
                left, pages = merge_words(connection, number, pages), MERGED_PAGES
        self._database.scrub()

    def reset(self, model: str, dimensions: int) -> None:
        """Forget every vector and take those of this model from now on; keywords stay."""
        with self._database.write() as connection:
            forget_vectors(connection, IndexModel(model, dimensions))
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
                fault
                for name, number in all_tenants(connection)
                if (fault := find_fault(connection, name, number))
            ]

    def rebuild_keywords(self) -> None:
        """Make the full-text tables anew."""
        with self._database.write() as connection:
            for _, number in all_tenants(connection):
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
            number = find_number(connection, query.tenant)
            if number is None or query.limit < 1:
                return []
            return self._search(connection, number, query)

    @property
    def has_former_vectors(self) -> bool:
        """Whether its vectors are of a model that the program no longer has: words alone find passages until
        they are embedded anew."""
        with self._database.read() as connection:
            return self._own.replaces(model_of(connection))

    def _search(self, connection: sqlite3.Connection, tenant: int, query: IndexQuery) -> list[Hit]:
        depth = max(CANDIDATES, query.limit)
        allowed = filter_positions(connection, tenant, query)
        if query.vector is None or self._own.replaces(model_of(connection)):
            by_keyword = scale_scores(self._keywords.best(connection, tenant, query.text, allowed, depth))
            return make_hits(connection, query, by_keyword, by_keyword, {})
        self._check_model(connection)
        matrix = self._of(tenant).current(connection)
        # Neither leg holds the interpreter's lock: side by side they take as long as the slower one.
        cosines = self._legs.submit(matrix.similarities, query.vector)
        by_keyword = scale_scores(self._keywords.best(connection, tenant, query.text, allowed, depth))
        similarity, nearest = find_nearest(matrix, cosines.result(), allowed, depth, by_keyword)
        scores = fuse_rankings(scale_scores(nearest), by_keyword, query.alpha, similarity)
        return make_hits(connection, query, scores, by_keyword, similarity)

    def _vector_bytes(self, connection: sqlite3.Connection) -> int:
        """Return the bytes of each vector in the file. One of another length is damaged, and is treated as
        missing, and so is each one of a former model."""
        known = model_of(connection)
        if self._own.replaces(known):
            return -1
        return 2 * (known.dimensions if known else self._dimensions)

    def _of(self, tenant: int) -> TenantVectors:
        with self._lock:
            if tenant not in self._vectors:
                self._vectors[tenant] = TenantVectors(tenant, self._dimensions)
            return self._vectors[tenant]

    def _check_model(self, connection: sqlite3.Connection) -> None:
        self._own.check(model_of(connection))

    def _claim(self, connection: sqlite3.Connection) -> None:
        """Note this model if there is none yet, or a former one, whose vectors go."""
        found = model_of(connection)
        if found is None or self._own.replaces(found):
            forget_vectors(connection, self._own)

    @property
    def _own(self) -> IndexModel:
        return IndexModel(self._model, self._dimensions)
