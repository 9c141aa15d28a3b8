"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.model import Hit

SIMILAR = 0.3
"""Cosine of the question and the nearest passage from which on there may be an answer."""


def is_enough(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the hits are evidence enough to answer the question from."""
    return any(hit.similarity is None or hit.similarity >= SIMILAR for hit in hits)
