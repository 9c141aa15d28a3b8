"""What the stores disagree about after crashes and restores, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.core import keys
from app.core.errors import NotFound
from app.core.model import Document, Job, JobKind, Run, Status
from app.core.ports import DocumentStore, FileStore, Index, JobQueue


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement. ``repairable`` is false where content is lost: only an upload brings it back."""

    code: str
    tenant: str
    document_id: str
    message: str
    repairable: bool = True


@dataclass(frozen=True, slots=True)
class Consistency:
    """Compares the stores of one program."""

    files: FileStore
    documents: DocumentStore
    index: Index
    jobs: JobQueue

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, tenant by tenant."""
        for tenant in self.documents.tenants():
            known = {document.id: document for document in self._all(tenant)}
            hidden = set(self.documents.tombstoned(tenant))
            for document_id in sorted(hidden):
                yield Finding("half_deleted", tenant, document_id, "A delete was interrupted.")
            for document_id in sorted(self._with_files(tenant) - known.keys() - hidden):
                yield Finding("orphan_files", tenant, document_id, "Files without a document.")
            for document_id in sorted(self.index.document_ids(tenant) - known.keys() - hidden):
                yield Finding("orphan_passages", tenant, document_id, "Passages without a document.")
            for document in known.values():
                yield from self._document(document)

    def _document(self, document: Document) -> Iterator[Finding]:
        place = document.tenant, document.id
        for version in self.documents.versions(*place):
            original = keys.original(*place, version.number)
            if version.status is not Status.UPLOADING and self.files.size(original) is None:
                message = f"The file of version {version.number} of {document.name} is gone: upload it again."
                yield Finding("file_missing", *place, message, repairable=False)
            elif version.status in (Status.QUEUED, Status.RUNNING):
                message = f"Version {version.number} of {document.name} has not ended."
                yield Finding("unfinished", *place, message)
        if document.searchable and document.latest.chunks and not self.index.count(*place):
            yield Finding("passages_missing", *place, f"The passages of {document.name} are gone.")

    def repair(self, finding: Finding) -> None:
        """Mend one finding; what is to be read again is queued."""
        place = finding.tenant, finding.document_id
        if finding.code == "orphan_files":
            self.files.delete(keys.document_prefix(*place))
        elif finding.code == "orphan_passages":
            self.index.delete(*place)
        elif finding.code == "half_deleted":
            self.jobs.send(Job(JobKind.DELETE, Run(*place, 0, 0)))
        elif finding.repairable:
            self._read_again(*place)

    def _read_again(self, tenant: str, document_id: str) -> None:
        try:
            latest = self.documents.get(tenant, document_id).latest
        except NotFound:
            return
        self.jobs.send(Job(JobKind.PLAN, self.documents.restart(tenant, document_id, latest.number)))

    def _with_files(self, tenant: str) -> set[str]:
        return {key.split("/", 2)[1] for key in self.files.keys(f"{tenant}/")}

    def _all(self, tenant: str) -> Iterator[Document]:
        cursor = None
        while True:
            listing = self.documents.listing(tenant, cursor=cursor, limit=100)
            yield from listing.items
            cursor = listing.cursor
            if cursor is None:
                return
