"""A tenant's vectors in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedded.search.index import SqliteIndex
from app.adapters.embedded.search.matrix import READ_TOGETHER, Matrix, TenantVectors
from app.adapters.embedded.search.schema import INDEX_SCHEMA
from app.adapters.embedded.sqlite.database import Database
from app.core.document import VersionId
from app.core.passage import Chunk
from tests.support.chunks import chunk, unit

EAST, NORTH = unit(1, 0), unit(0, 1)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SqliteIndex]:
    index = SqliteIndex(tmp_path / "index.sqlite3", model="m", dimensions=2)
    yield index
    index.close()


@pytest.fixture
def database(tmp_path: Path, index: SqliteIndex) -> Iterator[Database]:
    database = Database(tmp_path / "index.sqlite3", INDEX_SCHEMA)
    yield database
    database.close()


def embedded(index: SqliteIndex, count: int, first: int = 0) -> list[Chunk]:
    chunks = [chunk(f"Part {n}", ordinal=n, document_id=f"doc_{n % 2}") for n in range(first, first + count)]
    index.put("us", chunks)
    index.set_vectors("us", {each.id: EAST for each in chunks})
    return chunks


def current(vectors: TenantVectors, database: Database) -> Matrix:
    with database.read() as connection:
        return vectors.current(connection)


def test_rows_are_added_replaced_and_dropped_as_the_file_changes(
    index: SqliteIndex, database: Database
) -> None:
    vectors = TenantVectors(1, 2)
    index.put("us", [])
    assert len(current(vectors, database).positions) == 0
    chunks = embedded(index, 10)
    assert current(vectors, database).similarities(EAST).tolist() == [1.0] * 10
    index.set_vectors("us", {chunks[3].id: NORTH})
    matrix = current(vectors, database)
    assert sorted(matrix.similarities(EAST).tolist()) == [0.0] + [1.0] * 9
    assert len(set(matrix.positions.tolist())) == 10
    index.delete("us", "doc_0")
    matrix = current(vectors, database)
    assert len(matrix.positions) == 5
    assert sorted(matrix.similarities(NORTH).tolist()) == [0.0] * 4 + [1.0]


def test_a_matrix_that_was_handed_out_never_changes(index: SqliteIndex, database: Database) -> None:
    vectors = TenantVectors(1, 2)
    embedded(index, 10)
    before = current(vectors, database)
    positions, rows = before.positions.copy(), before.vectors.copy()
    for first in range(10, 100, 10):
        embedded(index, 10, first)
        current(vectors, database)
    index.delete("us", "doc_1")
    assert len(current(vectors, database).positions) == 50
    assert (before.positions == positions).all()
    assert (before.vectors == rows).all()


def test_more_vectors_than_are_read_together_all_arrive(index: SqliteIndex, database: Database) -> None:
    embedded(index, READ_TOGETHER + 10)
    matrix = current(TenantVectors(1, 2), database)
    assert len(set(matrix.positions.tolist())) == READ_TOGETHER + 10
    assert matrix.vectors.shape == (READ_TOGETHER + 10, 2)


def test_a_new_reader_and_one_that_kept_up_agree(index: SqliteIndex, database: Database) -> None:
    kept_up = TenantVectors(1, 2)
    chunks = embedded(index, 20)
    current(kept_up, database)
    index.publish(VersionId("us", "doc_0", 1), [chunks[0].id])
    index.set_vectors("us", {chunks[1].id: NORTH})
    embedded(index, 5, 20)
    one, other = current(kept_up, database), current(TenantVectors(1, 2), database)
    rows = [
        dict(zip(matrix.positions.tolist(), map(tuple, matrix.vectors.tolist()), strict=True))
        for matrix in (one, other)
    ]
    assert rows[0] == rows[1]
