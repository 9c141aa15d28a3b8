"""The front door: every use case by its subject, for whichever face asks.

Each takes the tenant and never leaves it; those of conversations take the person, too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from app.core import limits
from app.core.ports import ChatModels, PageImager, TenantRows
from app.core.process.turnstile import Turnstile
from app.ingest.run import Ingest
from app.use_cases.archives import Archives
from app.use_cases.attached import AttachedFiles
from app.use_cases.export import Exporter, ExportSource, Wire
from app.use_cases.extraction import EXTRACTING, Extractions
from app.use_cases.library import Library
from app.use_cases.maintenance import Maintenance
from app.use_cases.questions import Questions
from app.use_cases.searched import Searched
from app.use_cases.tenant_backup import TenantBackup
from app.use_cases.upkeep import Upkeep
from app.use_cases.uploads import Uploads
from app.use_cases.watch import Lookout, Watch


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """The use cases. Faces call these and nothing below them."""

    uploads: Uploads
    library: Library
    questions: Questions
    extraction: Extractions
    upkeep: Upkeep
    maintenance: Maintenance
    exporter: Exporter
    archives: Archives

    @classmethod
    def over(
        cls,
        steps: Ingest,
        *,
        imager: PageImager,
        chats: ChatModels,
        rows: TenantRows,
        wire: Wire,
        upload_bytes: int,
        extracts: int,
        attached: bool = True,
        with_reserve: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> KnowledgeBase:
        """Return the use cases over the stores of ``steps``.

        ``imager`` draws for requests. ``upload_bytes`` is the size that a file may have and ``extracts`` the
        number of files that are read at a time without being kept; ``attached`` says whether PDFs that are
        attached to a document become documents, too. ``with_reserve`` gives a delete room on a
        full disk.
        """
        files, documents, index = steps.files, steps.documents, steps.index
        watch = Watch(files, documents, index, steps.stored)
        library = Library(steps, imager, watch)
        exporter = Exporter(
            files, documents, ExportSource(library.content, library.outline, library.pages), wire
        )
        maintenance = Maintenance(steps)
        archives = Archives(
            files,
            steps.jobs,
            exporter,
            TenantBackup(files, rows),
            limits.ARCHIVE_BYTES,
            limits.ARCHIVE_SECONDS,
        )
        uploads = Uploads(steps, upload_bytes, archives, with_reserve)
        upkeep = Upkeep(
            steps,
            imager,
            chats,
            uploads,
            maintenance,
            archives,
            Lookout(watch),
            AttachedFiles(uploads, off=not attached),
        )
        return cls(
            uploads,
            library,
            Questions(
                documents,
                steps.conversations,
                index,
                steps.embedder,
                chats,
                steps.stored,
                watch,
                Searched(documents, index),
            ),
            Extractions(
                steps.reader, steps.ocr, steps.max_pages, upload_bytes, Turnstile(extracts, EXTRACTING)
            ),
            upkeep,
            maintenance,
            exporter,
            archives,
        )
