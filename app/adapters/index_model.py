"""The embedding model that an index belongs to."""

from __future__ import annotations

from typing import NamedTuple

from app.core.errors import ModelChanged

FORMER = ("all-MiniLM-L6-v2-int8",)
"""Models that earlier versions of the program had and this one has not. No question can be compared with
their vectors any more: those count as missing."""


class IndexModel(NamedTuple):
    """A model's name and the length of its vectors."""

    name: str
    dimensions: int

    def replaces(self, found: IndexModel | None) -> bool:
        """Return whether the index has the vectors of a former model, which this one takes the place of."""
        return found is not None and found != self and found.name in FORMER

    def check(self, found: IndexModel | None) -> None:
        """Raise ``ModelChanged`` if the index has the vectors of another model than this, the embedder's,
        and that is no former one."""
        # Not the length alone: vectors of two models may be as long, and compare to nothing.
        if found and found != self and not self.replaces(found):
            raise ModelChanged(
                f"The index holds vectors of {found.name} ({found.dimensions} dimensions), but the embedding "
                f"model is now {self.name} ({self.dimensions}). `kb reindex` (or POST "
                "/v1/maintenance/reindex) embeds all documents again; or go back to the former model."
            )
