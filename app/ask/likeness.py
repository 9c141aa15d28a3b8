"""How alike two texts are, on one scale for every embedding model."""

from __future__ import annotations

from collections.abc import Sequence

from app.ask.words.scripts import main_script, tell_script_and_language
from app.core.ports import Embedder


def likeness(cosine: float, embedder: Embedder, question: str, text: str) -> float:
    """1 for the same meaning, about 0 for texts that have nothing to do with each other.

    Some models give even those a cosine of 0.7, and more in some languages: what counts is how far above it
    a pair is.
    """
    unrelated = _cosine_of_unrelated(embedder, question, text)
    return (cosine - unrelated) / (1 - unrelated)


def _cosine_of_unrelated(embedder: Embedder, question: str, text: str) -> float:
    """Return the cosine of texts that have nothing to do with each other, as these two are written."""
    _, language = tell_script_and_language(question)
    # Of two languages the vectors lie further apart than of one. To tell the script is enough, and cheap.
    if language in embedder.unrelated_in and main_script(text) == main_script(question):
        return embedder.unrelated_in[language]
    return embedder.unrelated


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))
