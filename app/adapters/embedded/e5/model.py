"""The loaded model: a text's pieces, and the vector of pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.adapters.embedded.e5.graph import GIVEN
from app.adapters.embedded.e5.pieces import PieceTable, Splitter
from app.adapters.embedded.e5.weights import Weights

if TYPE_CHECKING:
    from app.core.passage import Vector

BEGIN, END = 0, 2
"""The pieces around each text."""


class Loaded:
    """The weights' table of pieces, which stays on disk, and the graph of the layers behind it."""

    def __init__(self, weights: Weights, session: Any) -> None:
        self._weights, self._session = weights, session
        self._splitter = Splitter(PieceTable.of(weights.pieces(), weights.unknown))
        shape = weights.shape
        types = weights.tensor("emb.type", shape.types, shape.width)
        self._positions = weights.tensor("emb.pos", shape.positions, shape.width) + types[0]

    def pieces(self, text: str, most: int | None = None) -> list[int]:
        """Return the ids of a text's pieces, as many as the model reads or ``most``, between its two
        marks."""
        read = self._weights.shape.positions - 2
        return [BEGIN, *self._splitter.split(text)[: min(read, most or read)], END]

    def vector(self, pieces: list[int]) -> Vector:
        """Return the unit vector of pieces."""
        import numpy as np

        rows = self._weights.rows("emb.word", pieces, self._weights.shape.width)
        (last,) = self._session.run(None, {GIVEN: (rows + self._positions[: len(pieces)])[None]})
        mean = last[0].mean(axis=0)
        vector: Vector = (mean / np.linalg.norm(mean)).tolist()
        return vector

    def shrink(self) -> None:
        """Free the memory between the layers, which the session else keeps for the longest text there was."""
        import numpy as np
        import onnxruntime

        options = onnxruntime.RunOptions()
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        # It is freed at the end of a run: the shortest there is.
        self._session.run(None, {GIVEN: np.zeros((1, 1, self._weights.shape.width), np.float32)}, options)
