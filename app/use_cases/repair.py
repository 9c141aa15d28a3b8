"""Mends what can be made again from what is left; what takes time is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from app.core import keys
from app.core.document import Document, Status, Version
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
        place = finding.tenant, finding.document_id, finding.version
        actions: dict[Mend, Callable[[], object]] = {
            Mend.REINDEX: lambda: self.read(*place, anew=False),
            Mend.READ_AGAIN: lambda: self.read(*place, anew=True),
            Mend.DELETE_FILES: lambda: self.ingest.files.delete(keys.document_prefix(*place[:2])),
            Mend.DELETE_PASSAGES: lambda: self.ingest.index.delete(*place[:2]),
            Mend.DELETE_OUTDATED: lambda: self.ingest.stored.drop_outdated(*place),
            Mend.DELETE_AGAIN: lambda: self.ingest.jobs.send(Job(JobKind.DELETE, Run(*place[:2], 0, 0))),
            Mend.GO_ON: lambda: self.read(*place, anew=False),
            Mend.ANSWER_FROM: lambda: self.answer_from_newest(*place[:2]),
            Mend.NEW_INDEX: self.ingest.index.renew,
            Mend.KEYWORDS: self.ingest.index.rebuild_keywords,
            Mend.OUTLINE: lambda: self._read_outline(*place),
            Mend.DESCRIPTION: lambda: self.describe(*place),
        }
        actions[finding.mend]()

    def read(self, tenant: str, document_id: str, number: int, *, anew: bool) -> None:
        """Queue a run of a version: one that goes on from what is read, or reads everything ``anew``."""
        run = self.ingest.documents.restart(tenant, document_id, number, anew=anew)
        self.ingest.jobs.send(Job(JobKind.PLAN, run))

    def answer_from_newest(self, tenant: str, document_id: str) -> None:
        """Have the newest version answer that was read, with its passages in the index."""
        versions = self.ingest.documents.versions(tenant, document_id)
        for version in versions:
            if version.status in (Status.READY, Status.PARTIAL):
                self.ingest.documents.answer_from(tenant, document_id, version.number)
                self.read(tenant, document_id, version.number, anew=False)
                return

    def describe(self, tenant: str, document_id: str, number: int) -> None:
        """Keep a version's name and tags beside its file."""
        document = self.ingest.documents.get(tenant, document_id)
        self.keep_description(document, self.ingest.documents.version(tenant, document_id, number))

    def keep_description(self, document: Document, version: Version) -> None:
        """The same of what is known already."""
        key = keys.description(document.tenant, document.id, version.number)
        self.ingest.files.put(key, description_file.encode(Description.of(document, version)))

    def _read_outline(self, tenant: str, document_id: str, number: int) -> None:
        place = tenant, document_id, number
        run = Run(*place, self.ingest.documents.version(*place).run)
        with self.ingest.files.local(self.ingest.source(run)) as path:
            outline = self.ingest.reader.outline(path)
        self.ingest.files.put(keys.outline(*place), outline_file.encode(outline).encode())
