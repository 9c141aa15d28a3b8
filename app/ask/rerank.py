"""The order of the passages that were found."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.model import Hit


def rerank(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, best first."""
    return sorted(hits, key=lambda hit: -hit.score)
