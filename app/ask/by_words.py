"""Fallback to keywords while the embedding model is unavailable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import NotSetUp, RateLimited, Unavailable
from app.core.passage import Vector
from app.core.ports import Embedder

NOTE = "The embedding model cannot be used now: this was found by its words alone, not by its meaning."
QUOTED = "The chat model cannot be used now: the answer is quoted from the documents instead."


@dataclass(frozen=True, slots=True)
class ByWords:
    """An embedder that embeds nothing, in place of one that is unavailable: everything is compared by its
    words."""

    embedder: Embedder

    @property
    def model(self) -> str:
        """The name of the unavailable model."""
        return self.embedder.model

    @property
    def dimensions(self) -> int:
        """The length of the vectors of the unavailable model."""
        return self.embedder.dimensions

    @property
    def unrelated(self) -> float:
        """The limit of the unavailable model."""
        return self.embedder.unrelated

    @property
    def unrelated_in(self) -> Mapping[str, float]:
        """The limits of the unavailable model by language."""
        return self.embedder.unrelated_in

    def reads(self, text: str) -> bool:
        """Return false for every text."""
        return False

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        """Raise ``Unavailable``."""
        raise Unavailable(NOTE, "embedding model")

    def query(self, text: str) -> Vector:
        """Raise ``Unavailable``."""
        raise Unavailable(NOTE, "embedding model")

    def check(self) -> None:
        """Raise ``Unavailable``."""
        raise Unavailable(NOTE, "embedding model")


def embed_question(question: str, embedder: Embedder) -> tuple[Vector | None, str]:
    """Return the question's vector, and "" or the reason why there is none.

    Raises ``NotSetUp``: only a change of the settings helps, so that it is not hidden.
    """
    if not embedder.reads(question):
        return None, ""
    try:
        return embedder.query(question), ""
    except (Unavailable, RateLimited) as error:
        if isinstance(error, NotSetUp):
            raise
        return None, NOTE
