"""Going on without the embedding model, by words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import NotSetUp, RateLimited, Unavailable
from app.core.passage import Vector
from app.core.ports import Embedder

NOTE = "The embedding model cannot be used now: this was found by its words alone, not by its meaning."
QUOTED = "The chat model cannot be used now: the answer is quoted from the documents instead."


@dataclass(frozen=True, slots=True)
class ByWords:
    """An embedder that reads nothing, in place of one that is down: everything is compared by its words."""

    embedder: Embedder

    @property
    def model(self) -> str:
        """The name of the one that is down."""
        return self.embedder.model

    @property
    def dimensions(self) -> int:
        """Length of the vectors of the one that is down."""
        return self.embedder.dimensions

    @property
    def unrelated(self) -> float:
        """That of the one that is down."""
        return self.embedder.unrelated

    def reads(self, text: str) -> bool:
        """Nothing."""
        return False

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        """Raises ``Unavailable``."""
        raise Unavailable(NOTE, "embedding model")

    def query(self, text: str) -> Vector:
        """Raises ``Unavailable``."""
        raise Unavailable(NOTE, "embedding model")

    def check(self) -> None:
        """Raises ``Unavailable``."""
        raise Unavailable(NOTE, "embedding model")


def asked(question: str, embedder: Embedder) -> tuple[Vector | None, str]:
    """The question's vector, and "" or why there is none where there should be one.

    Raises ``NotSetUp``: what only a change of the settings mends is not passed over.
    """
    if not embedder.reads(question):
        return None, ""
    try:
        return embedder.query(question), ""
    except (Unavailable, RateLimited) as error:
        if isinstance(error, NotSetUp):
            raise
        return None, NOTE
