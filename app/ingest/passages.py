"""Passages on their way into the index, and back out of it where a run fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from app.core import keys
from app.core.errors import FileMissing
from app.core.model import Chunk, Run, Stage, Version
from app.core.ports import DocumentStore, Embedder, FileStore, Index

BATCH = 64
"""Chunks that are put or embedded together: small enough for progress that moves and memory that does not."""


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of a run in the index."""

    files: FileStore
    documents: DocumentStore
    index: Index
    embedder: Embedder

    def put(self, tenant: str, chunks: Iterable[Chunk]) -> list[str]:
        """Make chunks findable by keyword; their ids."""
        ids: list[str] = []
        left = iter(chunks)
        while batch := list(islice(left, BATCH)):
            self.index.put(tenant, batch)
            ids += _ids(batch)
        return ids

    def embed(self, run: Run, total: int) -> int:
        """Give a vector to the chunks that have none; how many those were. What an interrupted run embedded
        is counted as done."""
        place = run[:3]
        left = self.index.unembedded_count(*place)
        embedded = 0
        self._note(run, total, total - left)
        while chunks := self.index.unembedded(*place, limit=BATCH):
            vectors = self.embedder.documents([chunk.indexed_text for chunk in chunks])
            self.index.set_vectors(run.tenant, dict(zip(_ids(chunks), vectors, strict=True)))
            embedded += len(chunks)
            self._note(run, total, total - max(0, left - embedded))
        self._note(run, total, total)
        return embedded

    def _note(self, run: Run, total: int, done: int) -> None:
        self.documents.progress(run, Stage.EMBED, chunks=total, chunks_done=max(0, done))

    def remember(self, run: Run, version: Version) -> None:
        """Note which passages answer now, before those of this run come beside them."""
        key = keys.passages_before(*run[:3], version.folder)
        if self.files.size(key) is None:
            self.files.put(key, "\n".join(self.index.chunk_ids(*run[:3])).encode())

    def forget(self, run: Run, version: Version) -> None:
        """From now on there is no way back to the passages that were remembered."""
        self.files.delete(keys.passages_before(*run[:3], version.folder))

    def restore(self, run: Run, version: Version) -> None:
        """Remove the passages that came beside those that were remembered; nothing where none were."""
        with suppress(FileMissing):
            before = self.files.get(keys.passages_before(*run[:3], version.folder))
            self.index.publish(*run[:3], before.decode().split())


def _ids(chunks: Sequence[Chunk]) -> list[str]:
    return [chunk.id for chunk in chunks]
