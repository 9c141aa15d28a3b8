"""A tenant's vectors in memory, kept up with what this and other processes write."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.adapters.embedded.search.schema import TENANT_SPAN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.core.passage import Vector

READ_TOGETHER = 4096
"""Vectors in memory twice while they are read."""

SPARE = 1.5
"""Room is made for this many times the vectors there are, so that adding does not copy each time."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Unit vectors, one a row, and the positions that they belong to, in no order. Never changed."""

    positions: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def similarities(self, vector: Vector) -> NDArray[np.float32]:
        """Return the cosine of each row with a unit vector."""
        import numpy as np

        result: NDArray[np.float32] = self.vectors @ np.asarray(vector, dtype=np.float32)
        return result


def find_nearest(
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


class TenantVectors:
    """The matrix of one tenant, brought up to date at each search. Safe to use from several threads."""

    def __init__(self, number: int, dimensions: int) -> None:
        import numpy as np

        self._number = number
        self._lock = threading.Lock()
        self._seen = (0, 0)
        self._matrix = Matrix(np.empty(0, np.int64), np.empty((0, dimensions), np.float32))
        self._room = self._matrix  # the same rows, then spare ones that no matrix shows yet

    def current(self, connection: sqlite3.Connection) -> Matrix:
        """Return the vectors as the connection sees them, or newer."""
        with self._lock:
            added, removed = connection.execute(
                "SELECT added, removed FROM tenants WHERE number = ?", (self._number,)
            ).fetchone()
            if removed > self._seen[1]:
                self._drop_missing(connection)
            if added > self._seen[0]:
                self._add_batches(connection)
            self._seen = max(added, self._seen[0]), max(removed, self._seen[1])
            return self._matrix

    def _drop_missing(self, connection: sqlite3.Connection) -> None:
        import numpy as np

        first = self._number * TENANT_SPAN
        present = connection.execute(
            "SELECT position FROM vectors WHERE position BETWEEN ? AND ?", (first, first + TENANT_SPAN - 1)
        )
        there = np.fromiter((row[0] for row in present), np.int64)
        self._keep(np.isin(self._matrix.positions, there))

    def _add_batches(self, connection: sqlite3.Connection) -> None:
        import numpy as np

        rows = connection.execute(
            "SELECT position, vector FROM vectors WHERE tenant = ? AND batch > ? AND length(vector) = ?",
            (self._number, self._seen[0], 2 * self._matrix.vectors.shape[1]),
        )
        while some := rows.fetchmany(READ_TOGETHER):
            positions = np.array([row[0] for row in some], np.int64)
            vectors = np.frombuffer(b"".join(row[1] for row in some), np.dtype("<f2"))
            replaced = np.isin(self._matrix.positions, positions)
            if replaced.any():
                self._keep(~replaced)
            self._append(positions, vectors.reshape(len(some), -1))

    def _keep(self, rows: NDArray[np.bool_]) -> None:
        self._matrix = Matrix(self._matrix.positions[rows], self._matrix.vectors[rows])
        self._room = self._matrix

    def _append(self, positions: NDArray[np.int64], vectors: NDArray[Any]) -> None:
        start, end = len(self._matrix.positions), len(self._matrix.positions) + len(positions)
        if end > len(self._room.positions):
            self._room = _grow_matrix(self._matrix, int(end * SPARE))
        # Rows after `start` are in no matrix that was handed out, so nobody reads what is written here.
        self._room.positions[start:end] = positions
        self._room.vectors[start:end] = vectors
        self._matrix = Matrix(self._room.positions[:end], self._room.vectors[:end])


def _grow_matrix(matrix: Matrix, rows: int) -> Matrix:
    import numpy as np

    positions = np.empty(rows, np.int64)
    vectors = np.empty((rows, matrix.vectors.shape[1]), np.float32)
    positions[: len(matrix.positions)] = matrix.positions
    vectors[: len(matrix.positions)] = matrix.vectors
    return Matrix(positions, vectors)
