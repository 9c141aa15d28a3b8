"""Splits text into the pieces that a unigram model finds most probable (Kudo 2018, SentencePiece).

Libraries that do so keep the 250,000 pieces of this model in 61 MB (sentencepiece) or 293 MB (tokenizers) and
take a second of computing to load them. Here a piece is found by a hash of its letters in a sorted array of 2
MB that is made in a tenth of a second. The tests compare both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.adapters.embedded.e5.weights import Pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 16
"""Letters of the longest piece."""

FACTOR = 0x9E3779B97F4A7C15
"""Of the polynomial hash: an odd number without a pattern (2^64 over the golden ratio). Its 64 bits tell all
pieces apart, which is checked when the table is made; that letters which are no piece have the hash of one is
as likely as 250,000 in 2^64."""

LENGTH_AT = 59
"""The bits of a hash from which on a piece's length is mixed in, so that those of two lengths differ."""

SPACE = "▁"
"""Stands for a space, which belongs to the word behind it."""

MOST_KEPT, LONGEST_KEPT = 20_000, 40
"""Words whose pieces are kept, in 4 MB or so, and the letters of the longest: texts without spaces have long
ones, each its own."""

UNKNOWN_COSTS = 10.0
"""How much less probable than the rarest piece a letter is that no piece has: SentencePiece's
``kUnkPenalty``."""


@dataclass(frozen=True, slots=True)
class PieceTable:
    """The pieces by the hashes of their letters, sorted. ``unknown`` is the piece for letters of none."""

    hashes: NDArray[np.uint64]
    ids: NDArray[np.int64]
    scores: NDArray[np.float32]
    unknown: int
    unknown_score: float

    @classmethod
    def of(cls, pieces: Pieces, unknown: int) -> PieceTable:
        """Return the table of pieces. Raises ``ValueError`` if two of them have one hash."""
        import numpy as np

        ids = np.flatnonzero(pieces.scores < 0)  # the others are marks, which no text becomes
        starts, lengths = pieces.starts[ids], pieces.lengths[ids]
        hashes = np.zeros(len(ids), np.uint64)
        for at in range(LONGEST):
            longer = np.flatnonzero(lengths > at)
            hashes[longer] = hashes[longer] * np.uint64(FACTOR) + pieces.letters[starts[longer] + at]
        hashes ^= lengths.astype(np.uint64) << np.uint64(LENGTH_AT)
        order = np.argsort(hashes)
        if not np.all(np.diff(np.take(hashes, order))):
            raise ValueError("two pieces have one hash")
        scores = pieces.scores[ids[order]]
        lowest = float(scores.min())
        return cls(np.take(hashes, order), ids[order], scores, unknown, lowest - UNKNOWN_COSTS)


class Splitter:
    """Splits texts, and keeps the pieces of words that it has seen: no piece goes over a space."""

    def __init__(self, table: PieceTable) -> None:
        self._table = table
        self._kept: dict[str, tuple[int, ...]] = {}

    def split(self, text: str) -> list[int]:
        """Return the ids of a text's pieces."""
        words = [SPACE + word for word in unicodedata.normalize("NFKC", text).split()]
        found = {word: self._kept.get(word) for word in words}
        new = [word for word, pieces in found.items() if pieces is None]
        if new:
            split = dict(zip(new, self._split(new), strict=True))
            found |= split
            if len(self._kept) > MOST_KEPT:
                self._kept = {}
            self._kept |= {word: pieces for word, pieces in split.items() if len(word) <= LONGEST_KEPT}
        return [piece for word in words for piece in found[word] or ()]

    def _split(self, words: list[str]) -> Iterator[tuple[int, ...]]:
        letters = "".join(words)
        candidates, at = _candidates(letters, self._table), 0
        for word in words:
            yield _most_probable(candidates[at : at + len(word)], self._table)
            at += len(word)


def _candidates(letters: str, table: PieceTable) -> list[list[tuple[int, int, float]]]:
    """Return for each letter the pieces that begin there: length, id, score."""
    import numpy as np

    found = list[list[tuple[int, int, float]]]([] for _ in letters)
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    hashes: NDArray[np.uint64] = np.zeros(len(codes), np.uint64)
    factor = np.uint64(FACTOR)
    for length in range(1, min(LONGEST, len(codes)) + 1):
        hashes = hashes[: len(codes) - length + 1] * factor + codes[length - 1 :]
        keys = hashes ^ np.uint64(length << LENGTH_AT)
        rows = np.minimum(np.searchsorted(table.hashes, keys), len(table.hashes) - 1)
        begins = np.flatnonzero(table.hashes[rows] == keys)
        rows = rows[begins]
        for at, piece, score in zip(
            begins.tolist(), table.ids[rows].tolist(), table.scores[rows].tolist(), strict=True
        ):
            found[at].append((length, piece, score))
    return found


def _most_probable(candidates: list[list[tuple[int, int, float]]], table: PieceTable) -> tuple[int, ...]:
    """Return the ids of the pieces on the most probable way through a word (Viterbi 1967)."""
    best = [0.0] + [float("-inf")] * len(candidates)
    came = [(0, table.unknown)] * (len(candidates) + 1)
    for at, found in enumerate(candidates):
        if not found or found[0][0] > 1:
            found.append((1, table.unknown, table.unknown_score))
        for length, piece, score in found:
            if best[at] + score > best[at + length]:
                best[at + length] = best[at] + score
                came[at + length] = at, piece
    ids, at = list[int](), len(candidates)
    while at:
        at, piece = came[at]
        if piece != table.unknown or not ids or ids[-1] != table.unknown:  # unknown ones in a row are one
            ids.append(piece)
    return tuple(ids[::-1])
