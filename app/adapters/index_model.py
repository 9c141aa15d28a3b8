"""The embedding model that an index belongs to."""

from __future__ import annotations

from typing import NamedTuple

from app.core.errors import ModelChanged


class IndexModel(NamedTuple):
    """A model's name and the length of its vectors."""

    name: str
    dimensions: int

    def check(self, found: IndexModel | None) -> None:
        """Raise ``ModelChanged`` if the index has the vectors of another model than this, the embedder's."""
        if found and found != self:
            raise ModelChanged(
                f"The index holds vectors of {found.name} ({found.dimensions} dimensions), but the embedding "
                f"model is now {self.name} ({self.dimensions}). `kb reindex` (or POST "
                "/v1/maintenance/reindex) embeds all documents again; or go back to the former model."
            )
