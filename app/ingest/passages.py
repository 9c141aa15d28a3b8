"""Passages on their way into the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.core.document import Stage
from app.core.job import Run
from app.core.passage import Chunk
from app.core.ports import DocumentStore, Embedder, Index

BATCH = 64
"""Chunks that are put or embedded together: small enough for progress that moves and memory that does not."""


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of a run in the index."""

    documents: DocumentStore
    index: Index
    embedder: Embedder

    def put(self, tenant: str, chunks: Iterable[Chunk], *, staged: bool = False) -> list[str]:
        """Make chunks findable by keyword, or have them wait where they are ``staged``; their ids."""
        ids: list[str] = []
        left = iter(chunks)
        while batch := list(islice(left, BATCH)):
            self.index.put(tenant, batch, staged=staged)
            ids += _ids(batch)
        return ids

    def embed(self, run: Run, total: int, *, most_tokens: int) -> int:
        """Give a vector to the chunks that have none, each of at most so many tokens; how many those were.
        What an interrupted run embedded, and what another version of the document has, is counted as done."""
        self.index.copy_vectors(run.version)
        # Asked of the index, not counted by the run: it alone knows what a killed worker had embedded.
        left = self.index.unembedded_count(run.version)
        embedded = start = 0
        self._note(run, total, total - left)
        while chunks := self.index.list_unembedded(run.version, limit=BATCH, start=start):
            start = chunks[-1].ordinal  # and not those before again, whose number grows
            texts = [chunk.indexed_text for chunk in chunks]
            vectors = self.embedder.documents(texts, most_tokens=most_tokens)
            self.index.set_vectors(run.tenant, dict(zip(_ids(chunks), vectors, strict=True)))
            embedded += len(chunks)
            self._note(run, total, total - max(0, left - embedded))
        self._note(run, total, total)
        return embedded

    def _note(self, run: Run, total: int, done: int) -> None:
        self.documents.progress(run, Stage.EMBED, chunks=total, chunks_done=max(0, done))


def _ids(chunks: Sequence[Chunk]) -> list[str]:
    return [chunk.id for chunk in chunks]
