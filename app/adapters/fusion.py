"""Two rankings made one: relative scores, each scaled to 0–1 over its own candidates, then weighed."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TypeVar

Key = TypeVar("Key")

CANDIDATES = 100
"""Each ranking gives this many at least: the scale of its scores depends on it."""


def scale_scores(scores: Mapping[Key, float]) -> dict[Key, float]:
    """Scores (higher is better) scaled so that the worst is 0 and the best 1; equal ones are all 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    # Equal scores as 1, not 0: a single hit by a rare word is the best there is.
    return {key: (value - low) / (high - low) if high > low else 1.0 for key, value in scores.items()}


def fuse_rankings(
    by_vector: Mapping[Key, float],
    by_keyword: Mapping[Key, float],
    alpha: float,
    embedded: Container[Key],
) -> dict[Key, float]:
    """Return the score of everything in either ranking (both scaled); ``alpha`` weighs vectors (1) against
    keywords (0). What is not ``embedded`` yet is judged by its keywords alone."""
    return {
        key: alpha * by_vector.get(key, 0.0) + (1 - alpha) * by_keyword.get(key, 0.0)
        if key in embedded
        else by_keyword[key]
        for key in by_vector.keys() | by_keyword.keys()
    }
