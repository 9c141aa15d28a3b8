"""The median, without ``statistics``: that imports random numbers and fractions, too, which takes every
process that reads PDFs some milliseconds."""

from __future__ import annotations

from collections.abc import Iterable


def find_median(values: Iterable[float]) -> float:
    """Return the value in the middle of these, or the mean of two. Raises ``IndexError`` where there
    is none."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
