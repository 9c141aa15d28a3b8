"""Mends what can be made again from what is left; what takes time is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from app.core import keys
from app.core.document import Document, Version, VersionId
from app.core.errors import NotFound
from app.core.job import Job, JobKind, Run
from app.ingest.run import Ingest
from app.pages import outline_file
from app.use_cases import description_file
from app.use_cases.description_file import Description
from app.use_cases.findings import Finding, Mend


@dataclass(frozen=True, slots=True)
class Repair:
    """Repairs over the stores of one program."""

    ingest: Ingest

    def all(self, findings: Iterable[Finding]) -> int:
        """Mend what can be mended, each thing once; how many findings that is about."""
        mended, done = 0, set[tuple[Mend, str, str, int]]()
        for finding in findings:
            what = finding.mend, finding.tenant, finding.document_id, finding.version
            if finding.repairable:
                mended += 1
                if what not in done:
                    done.add(what)
                    with suppress(NotFound):  # deleted meanwhile
                        self._mend(finding)
        return mended

    def _mend(self, finding: Finding) -> None:
        version_id = VersionId(finding.tenant, finding.document_id, finding.version)
        document = version_id[:2]
        delete_again = Job(JobKind.DELETE, Run(VersionId(*document, 0), 0))
        actions: dict[Mend, Callable[[], object]] = {
            Mend.REINDEX: lambda: self.read(version_id, anew=False),
            Mend.READ_AGAIN: lambda: self.read(version_id, anew=True),
            Mend.DELETE_FILES: lambda: self.ingest.files.delete(keys.document_prefix(*document)),
            Mend.DELETE_PASSAGES: lambda: self.ingest.index.delete(*document),
            Mend.DELETE_OUTDATED: lambda: self.ingest.stored.drop_outdated(version_id),
            Mend.DELETE_AGAIN: lambda: self.ingest.jobs.send(delete_again),
            Mend.GO_ON: lambda: self.read(version_id, anew=False),
            Mend.ANSWER_FROM: lambda: self.answer_from_newest(*document),
            Mend.NEW_INDEX: self.ingest.index.renew,
            Mend.KEYWORDS: self.ingest.index.rebuild_keywords,
            Mend.OUTLINE: lambda: self._read_outline(version_id),
            Mend.DESCRIPTION: lambda: self.describe(version_id),
        }
        actions[finding.mend]()

    def read(self, version_id: VersionId, *, anew: bool) -> None:
        """Queue a run of a version: one that goes on from what is read, or reads everything ``anew``."""
        run = self.ingest.documents.restart(version_id, anew=anew)
        self.ingest.jobs.send(Job(JobKind.PLAN, run))

    def answer_from_newest(self, tenant: str, document_id: str) -> None:
        """Have the newest version answer that was read, with its passages in the index."""
        versions = self.ingest.documents.versions(tenant, document_id)
        for version in versions:
            if version.status.kept:
                self.ingest.documents.answer_from(version.id)
                self.read(version.id, anew=False)
                return

    def describe(self, version_id: VersionId) -> None:
        """Keep a version's name and tags beside its file."""
        document = self.ingest.documents.get(version_id.tenant, version_id.document_id)
        self.keep_description(document, self.ingest.documents.version(version_id))

    def keep_description(self, document: Document, version: Version) -> None:
        """Keep the name and tags of a version beside its file, as these values have them."""
        key = keys.description(version.id)
        self.ingest.files.put(key, description_file.encode(Description.of(document, version)))

    def _read_outline(self, version_id: VersionId) -> None:
        run = Run(version_id, self.ingest.documents.version(version_id).run)
        with self.ingest.files.local(self.ingest.source(run)) as path:
            outline = self.ingest.reader.outline(path)
        self.ingest.files.put(keys.outline(version_id), outline_file.encode(outline).encode())
