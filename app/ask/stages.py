"""The stages of an answer that can be left out, to measure what each is worth."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """A part of the way from a question to its answer."""

    VECTORS = "vectors"
    TABLES = "tables"
    FIGURES = "figures"
    GATE = "gate"
