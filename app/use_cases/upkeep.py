"""What keeps the program going: jobs, what was lost on its way to the queue, the state of its parts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from app.core.document import Usage, VersionId
from app.core.errors import KnowledgeBaseError, NotFound
from app.core.job import STEPS, Job, JobKind, Run
from app.core.ports import (
    ChatModels,
    PageImager,
)
from app.ingest import deaths
from app.ingest.run import Ingest
from app.use_cases.archives import KINDS as ARCHIVES
from app.use_cases.archives import LOST_SECONDS, Archives
from app.use_cases.attached import AttachedFiles
from app.use_cases.maintenance import KINDS, Maintenance
from app.use_cases.uploads import Uploads
from app.use_cases.watch import Lookout

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What keeps the program going: jobs, what was lost on its way to the queue, the state of its parts."""

    steps: Ingest
    imager: PageImager
    chats: ChatModels
    uploads: Uploads
    maintenance: Maintenance
    archives: Archives
    lookout: Lookout
    attached: AttachedFiles

    def usage(self, tenant: str) -> Usage:
        """Return what a tenant stores and what its questions cost."""
        held, asked = self.steps.documents.usage(tenant), self.steps.conversations.usage(tenant)
        return Usage(
            documents=held.documents,
            versions=held.versions,
            pages=held.pages,
            bytes=held.bytes,
            chunks=self.steps.index.count(tenant),
            conversations=asked.conversations,
            questions=asked.questions,
            tokens_in=asked.tokens_in,
            tokens_out=asked.tokens_out,
        )

    def tenants(self) -> list[str]:
        """Return every tenant that has or had a document."""
        return self.steps.documents.tenants()

    def check_stores(self) -> None:
        """Raise ``Unavailable``, ``NotSetUp`` or ``ModelChanged`` if documents or their index cannot be used,
        or no PDF can be read: each would be tried again and again."""
        self.steps.reader.check()
        self.steps.documents.check()
        self.steps.index.check()

    def ready(self) -> dict[str, str]:
        """Return each dependency with "ok", or the reason why it cannot be used."""
        parts: dict[str, Callable[[], None]] = {
            "files": self.steps.files.check,
            "documents": self.steps.documents.check,
            "conversations": self.steps.conversations.check,
            "jobs": self.steps.jobs.check,
            "index": self.steps.index.check,
            "reader": self.steps.reader.check,
            "embedding model": self.steps.embedder.check,
            "image processor": self.imager.check,
        }
        if chat := self.chats.find_chosen():
            parts["chat model"] = chat.check
        if recogniser := self.steps.ocr.recogniser:
            parts["OCR"] = recogniser.check
        states = {name: _state(check) for name, check in parts.items()}
        return states | {name: state for name, state in self.lookout.parts().items() if state != "ok"}

    def run_job(self, job: Job) -> None:
        """Do a step of the write path, or of a tenant's upkeep."""
        if job.kind in STEPS:
            self.steps.run(job)
            if job.kind is JobKind.PLAN:
                self.attached.take_out(job.run)
            return
        with self.steps.deaths.count_death(job) as may_begin:
            if may_begin:
                self._run_upkeep(job)
            else:
                log.error("Job %s: given up, since each time its process was ended.", job.id)
                self.give_up(job, deaths.REASON.message)

    def _run_upkeep(self, job: Job) -> None:
        if job.kind in KINDS:
            self.maintenance.run(job)
        elif job.kind in ARCHIVES:
            self.archives.run(job)
        else:
            self.steps.run(job)

    def give_up(self, job: Job, message: str) -> None:
        """End what a job that failed too often was for. Upkeep may be started again."""
        if job.kind in ARCHIVES:
            self.archives.give_up(job, message)
        elif job.kind not in KINDS:
            self.steps.give_up(job, message)

    def count_kept(self, job: Job) -> int:
        """Return how much of a job's work is kept before it has ended, 0 for what was deleted meanwhile."""
        if job.kind not in STEPS:
            return 0
        with suppress(NotFound):
            return self.steps.count_kept(job)
        return 0

    def resume(self) -> int:
        """Queue every run that has not ended, for a start after a crash; a second time does no harm."""
        self.archives.expire()
        runs = self.steps.documents.list_unfinished()
        for run in runs:
            self.steps.jobs.send(Job(JobKind.PLAN, run))
        # Deletes that were interrupted are hidden documents: they are finished at the start.
        for tenant in self.steps.documents.tenants():
            for document_id in self.steps.documents.list_tombstoned(tenant):
                self.steps.jobs.send(Job(JobKind.DELETE, Run(VersionId(tenant, document_id, 0), 0)))
        return len(runs)

    def sweep(self) -> int:
        """Queue again the runs that were lost on their way to the queue, how many those were; and end what
        was announced and never came.

        While the queue is busy any run may be in it: then it is only one without a change for a day.
        """
        self.uploads.expire()
        self.archives.expire()
        # With an empty queue nobody works on a run that has not ended: all are queued again.
        if self.steps.jobs.idle():
            return self.resume()
        lost = [run for run in self.steps.documents.list_unfinished() if self._is_lost(run)]
        for run in lost:
            self.steps.jobs.send(Job(JobKind.PLAN, run))
        return len(lost)

    def _is_lost(self, run: Run) -> bool:
        with suppress(NotFound):  # deleted meanwhile
            return self.steps.documents.version(run.version).updated_at < time.time() - LOST_SECONDS
        return False


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except KnowledgeBaseError as error:
        return error.message
    return "ok"
