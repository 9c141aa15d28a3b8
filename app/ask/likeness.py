"""How alike two texts are, on one scale for every embedding model."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.ports import Embedder


def likeness(cosine: float, embedder: Embedder) -> float:
    """1 for the same meaning, about 0 for texts that have nothing to do with each other.

    Some models give even those a cosine of 0.7: what counts is how far above it a pair is.
    """
    return (cosine - embedder.unrelated) / (1 - embedder.unrelated)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))
