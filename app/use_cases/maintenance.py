"""Upkeep of a whole tenant as jobs: what an administrator starts, and the queue sees through."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from app.ask.model_languages import TriedEmbedder, unread_languages
from app.core import keys
from app.core.counting import format_count
from app.core.document import Document, VersionId
from app.core.errors import FileMissing, ModelChanged, NotFound
from app.core.job import Job, JobKind, Run
from app.ingest.run import Ingest
from app.ingest.title import name_passages
from app.use_cases.consistency import Consistency
from app.use_cases.findings import Finding
from app.use_cases.repair import Repair

log = logging.getLogger(__name__)

LOOKED_AT = 8
"""Passages of a document that tell its languages."""

KINDS = (JobKind.REINDEX, JobKind.CHECK, JobKind.REPAIR)


@dataclass(frozen=True, slots=True)
class State:
    """The progress of a tenant's maintenance. ``running`` counts documents at work, ``passages`` those in
    the index and ``expected`` those that should be; ``findings`` are those of the last check or repair, which
    ended at ``checked_at`` (UTC seconds since 1970); both are ``None`` before any."""

    documents: int
    running: int
    passages: int
    expected: int
    findings: list[dict[str, object]] | None
    checked_at: float | None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Upkeep over the stores of one program."""

    ingest: Ingest

    def begin(self, kind: JobKind, tenant: str) -> None:
        """Queue a tenant's upkeep."""
        self.ingest.jobs.send(Job(kind, Run(VersionId(tenant, "", 0), 0)))

    def run(self, job: Job) -> None:
        """Do what ``begin`` has queued: it queues each document that there is something to do for."""
        if job.kind is JobKind.REINDEX:
            self.reindex(job.run.tenant)
        elif job.kind is JobKind.CHECK:
            self.check(job.run.tenant)
        else:
            self.repair(job.run.tenant)

    def state(self, tenant: str) -> State:
        """Return the progress of maintenance."""
        findings, checked_at = self._report(tenant)
        running = {run.version for run in self.ingest.documents.list_unfinished() if run.tenant == tenant}
        return State(
            documents=self.ingest.documents.usage(tenant).documents,
            running=len(running),
            passages=self.ingest.index.count(tenant),
            expected=self.ingest.documents.passages(tenant),
            findings=findings,
            checked_at=checked_at,
        )

    # -- reindexing ---------------------------------------------------------------------------------------

    def reindex(self, tenant: str) -> int:
        """Queue a tenant's documents whose passages are not all in the index with their vectors, or are
        called as the document no longer is; how many.

        Where the vectors are another model's, those go first, and every tenant's documents are queued.
        """
        self.try_model()
        if self.has_other_vectors():
            self.ingest.index.reset(self.ingest.embedder.model, self.ingest.embedder.dimensions)
            for other in self.ingest.documents.tenants():
                if other != tenant:
                    self.begin(JobKind.REINDEX, other)
        if unread := self.unread_documents(tenant):
            log.warning("%s", unread)
        repair, queued = Repair(self.ingest), 0
        for document in self.list_left(tenant):
            repair.read(VersionId(tenant, document.id, document.searchable), anew=False)
            queued += 1
        return queued

    def try_model(self) -> None:
        """Find out which languages the embedding model reads, where that is not known beforehand. Raises
        ``Unavailable``, so that a wrong key or dimension shows before any vector is dropped."""
        self.ingest.embedder.query("check")
        if isinstance(self.ingest.embedder, TriedEmbedder):
            self.ingest.embedder.try_languages()

    def unread_documents(self, tenant: str) -> str:
        """Return a warning of documents that are to be embedded, and are in languages which the embedding
        model does not read; "" for none."""
        found: Counter[str] = Counter()
        for document in self.list_left(tenant):
            version = VersionId(tenant, document.id, document.searchable)
            texts = [chunk.text for chunk in self.ingest.index.list_unembedded(version, LOOKED_AT)]
            found.update(unread_languages(self.ingest.embedder, texts))
        if not found:
            return ""
        each = ", ".join(
            f"{language} ({format_count(count, 'document')})" for language, count in found.items()
        )
        return f"{self.ingest.embedder.model} does not read {each}: only their words find what is in them."

    def has_other_vectors(self) -> bool:
        """Return whether the index holds the vectors of another model than the embedder's."""
        try:
            self.ingest.index.check()
        except ModelChanged:
            return True
        return False

    def list_left(self, tenant: str) -> Iterator[Document]:
        """Return the documents whose answering version is being worked on, lacks passages or vectors, or has
        passages that are called as the document no longer is."""
        return (each for each in self._checks.all_documents(tenant) if self._is_left(each))

    def _is_left(self, document: Document) -> bool:
        if not document.searchable:
            return False
        version_id = VersionId(document.tenant, document.id, document.searchable)
        try:
            version = self.ingest.documents.version(version_id)
        except NotFound:  # a repair's business
            return False
        return (
            not version.status.ended
            # Its passages are from before it had a card, was corrected or was renamed.
            or document.indexed_as != name_passages(document)
            or self.ingest.index.count(document.tenant, document.id) < version.chunks
            or self.ingest.index.unembedded_count(version_id) > 0
        )

    # -- checking and repairing ---------------------------------------------------------------------------

    @property
    def _checks(self) -> Consistency:
        return Consistency(self.ingest, quick=True)

    def check(self, tenant: str) -> list[Finding]:
        """Compare sizes and counts of a tenant's documents, and keep what was found."""
        findings = list(self._checks.of_tenant(tenant))
        report = {"checked_at": time.time(), "findings": [asdict(finding) for finding in findings]}
        content = json.dumps(report, ensure_ascii=False)
        self.ingest.files.put(keys.maintenance_report(tenant), content.encode())
        return findings

    def repair(self, tenant: str) -> None:
        """Check a tenant's documents, and mend what can be."""
        Repair(self.ingest).all(self.check(tenant))

    def _report(self, tenant: str) -> tuple[list[dict[str, object]] | None, float | None]:
        try:
            report = json.loads(self.ingest.files.get(keys.maintenance_report(tenant)))
        except (FileMissing, ValueError):
            return None, None
        # Older reports are a list of the findings.
        return (report, None) if isinstance(report, list) else (report["findings"], report["checked_at"])
