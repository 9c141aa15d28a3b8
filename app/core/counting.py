"""Counts of things in sentences."""

from __future__ import annotations


def format_count(count: int, noun: str) -> str:
    """Return the number with its noun: ``1 page``, ``2 pages``, ``1,200 pages``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
