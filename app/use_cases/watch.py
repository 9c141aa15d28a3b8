"""Whether what the stores keep together is there: what a readiness check asks again and again, and a question
before it says that nothing was found.

It counts only. What exactly is lost, ``consistency`` tells.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from app.core.counting import format_count
from app.core.document import Document, VersionId, every
from app.core.errors import DocumentsLost, IndexMissing, KnowledgeBaseError
from app.core.ports import DocumentStore, FileStore, Index
from app.pages.stored_pages import StoredPages

LOOK_SECONDS = 15.0
"""How long the result of a check is cached: readiness checks come every few seconds, from several clients."""

TENANTS_TOGETHER = 50
"""Tenants that are counted at one look; the others have their turn at the next ones."""

DOCUMENTS_TOGETHER = 50
"""Documents whose checkpoints are looked for at one look, the newest of each tenant: for every one there are
two questions to the file store."""

NAMED = 3
"""Documents that a message names."""

MENDED = "`kb fsck --repair` (or POST /v1/maintenance/repair) reads them again."
BACK = "`kb reindex` (or POST /v1/maintenance/reindex) brings them back."


@dataclass(frozen=True, slots=True)
class Watch:
    """Compares counts of the stores of one program."""

    files: FileStore
    documents: DocumentStore
    index: Index
    stored: StoredPages

    def check_tenant(self, tenant: str, document_ids: Sequence[str] = ()) -> None:
        """Raise ``IndexMissing`` if passages that these documents (all, if none is named) answer from are
        not in the index, ``DocumentsLost`` if the database knows none of a tenant's files."""
        self.check_documents(tenant)
        # Two counts answer for all documents; only where they differ is one looked for by name.
        if not document_ids and not self.is_short(tenant):
            return
        if names := [document.name for document in self._missing(tenant, document_ids)]:
            shown = ", ".join(names[:NAMED]) + (" and others" if len(names) > NAMED else "")
            raise IndexMissing(
                f"Passages of {format_count(len(names), 'document')} ({shown}) are not in the index: {BACK}",
                "index",
            )

    def check_documents(self, tenant: str) -> None:
        """Raise ``DocumentsLost`` if there are files of a tenant that the database never heard of."""
        # The database first: its answer is one read, and listing files is a request to the store.
        if tenant not in self.documents.tenants() and self._has_files(f"{tenant}/"):
            raise documents_lost()

    def is_short(self, tenant: str) -> bool:
        """Return whether the index has fewer passages of a tenant than its documents answer from."""
        return self.index.count(tenant) < self.documents.passages(tenant)

    def missing(self, tenant: str, documents: Sequence[Document]) -> set[str]:
        """Return the ids of those of the documents whose passages are not all in the index; none where
        that cannot be told now."""
        try:
            if not self.is_short(tenant):
                return set()
            return {document.id for document in documents if self._is_missing(tenant, document)}
        except KnowledgeBaseError:
            return set()

    def _missing(self, tenant: str, document_ids: Sequence[str]) -> Iterator[Document]:
        chosen = self.documents.many(tenant, document_ids).values() if document_ids else self._all(tenant)
        return (document for document in chosen if self._is_missing(tenant, document))

    def _is_missing(self, tenant: str, document: Document) -> bool:
        if not document.searchable:
            return False
        version = document.latest
        if version.number != document.searchable:
            version = self.documents.version(VersionId(tenant, document.id, document.searchable))
        # One that is being read has fewer passages than it will have: that is no loss.
        is_whole = version.status.kept
        return is_whole and self.index.count(tenant, document.id) < version.chunks

    def _all(self, tenant: str) -> Iterator[Document]:
        return every(partial(self.documents.listing, tenant, limit=100))

    def has_lost_pages(self, tenant: str, most: int) -> bool:
        """Return whether the first or last checkpoint of one of its ``most`` newest documents is gone."""
        return any(map(self._has_lost_pages, self.documents.listing(tenant, limit=most).items))

    def _has_lost_pages(self, document: Document) -> bool:
        version = document.latest
        if version.number != document.searchable or not version.shown.done:
            return False
        # Not each range: what loses files (a restored bucket, a deleted folder) seldom leaves the first and
        # the last.
        ends = {min(version.shown.done), max(version.shown.done)}
        keys = (self.stored.key(version, version.shown, index) for index in ends)
        return any(self.files.size(key) is None for key in keys)

    def is_without_documents(self) -> bool:
        """Return whether there are files of documents, and the database never heard of any."""
        return not self.documents.tenants() and self._has_files("")

    def _has_files(self, prefix: str) -> bool:
        return any(_is_of_a_document(key) for key in self.files.keys(prefix))


def documents_lost() -> DocumentsLost:
    """Return the error, with the command that repairs it."""
    return DocumentsLost(
        "The file store has documents' files, but the database has no documents: bring a backup back with "
        "`kb restore`, or rebuild the documents with `kb fsck --rebuild`.",
        "documents",
    )


def _is_of_a_document(key: str) -> bool:
    parts = key.split("/")
    # Tenant, document, version, name; a store that was just made holds marks of its own under `_`.
    return len(parts) > 3 and not key.startswith("_") and parts[2].isdigit()


class Lookout:
    """The cached result of a watch for readiness checks, renewed when it is older than ``LOOK_SECONDS``."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._lock = threading.Lock()
        # So that the first check looks, also in the first seconds of the machine's clock.
        self._looked_at = -LOOK_SECONDS
        self._short: set[str] = set()
        self._without_pages: set[str] = set()
        self._next = 0
        self._found: dict[str, str] = {}

    def parts(self) -> dict[str, str]:
        """Gives "ok", or what is lost, of the "passages" and "pages", and of "documents" that are lost."""
        with self._lock:
            if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                self._found = self._look()
                self._looked_at = time.monotonic()
            return self._found

    def _look(self) -> dict[str, str]:
        try:
            if self.watch.is_without_documents():
                return {"documents": documents_lost().message, "passages": "ok"}
            tenants = self.watch.documents.tenants()
            self._count(tenants)
        except KnowledgeBaseError:  # the part at fault says so itself
            return {}
        return {
            "passages": _tell_state(self._short, tenants, f"not in the index (index_missing): {BACK}"),
            "pages": _tell_state(
                self._without_pages, tenants, f"gone from the file store (pages_lost): {MENDED}"
            ),
        }

    def _count(self, tenants: Sequence[str]) -> None:
        if not tenants:
            self._short.clear()
            self._without_pages.clear()
            return
        # In turn, so that a check takes as long with a thousand tenants as with fifty.
        turn = [tenants[(self._next + n) % len(tenants)] for n in range(min(TENANTS_TOGETHER, len(tenants)))]
        self._next = (self._next + len(turn)) % len(tenants)
        most = max(1, DOCUMENTS_TOGETHER // len(turn))
        for tenant in turn:
            _note(self._short, tenant, self.watch.is_short(tenant))
            _note(self._without_pages, tenant, self.watch.has_lost_pages(tenant, most))


def _note(those: set[str], tenant: str, holds: bool) -> None:
    (those.add if holds else those.discard)(tenant)


def _tell_state(those: set[str], tenants: Sequence[str], what: str) -> str:
    if not those:
        return "ok"
    whose = f" of {len(those)} of {len(tenants)} tenants" if len(tenants) > 1 else ""
    return f"What was made of documents{whose} is {what}"
