"""PDFs that are attached to a document become documents of their own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from app.core.document import Document, IfExists, Source
from app.core.errors import BadRequest, NotFound
from app.core.job import Run
from app.core.names import document_name
from app.core.process import temporary
from app.pdf.pdfium.enclosed import AttachedPdf
from app.use_cases.uploads import Uploads

log = logging.getLogger(__name__)

MOST_DEEP = 2
"""Files in files: an attached PDF's own attached PDFs are taken out, and theirs are not."""


@dataclass(frozen=True, slots=True)
class AttachedFiles:
    """Takes attached PDFs out of a document whose file was opened, unless that is ``off``.

    Each is known by its document and its name, as in a folder (``report.pdf/annex.pdf``): a document that
    comes again brings the next versions of its attached ones. Content that is known makes no second document,
    so that a file which holds itself ends there.
    """

    uploads: Uploads
    off: bool = False

    def take_out(self, run: Run) -> None:
        """Queue the PDFs that are attached to a run's file. A second time does no harm."""
        if self.off:
            return
        try:
            parent = self.uploads.steps.documents.get(run.tenant, run.document_id)
            version = self.uploads.steps.documents.version(run.version)
        except NotFound:  # deleted meanwhile
            return
        # Without pages its file could not be opened, and what it holds could not either.
        if not version.pages or self._depth(parent) >= MOST_DEEP:
            return
        try:
            with (
                self.uploads.steps.files.local(self.uploads.steps.source(run)) as path,
                temporary.folder() as folder,
            ):
                found = self.uploads.steps.reader.save_attached(path, Path(folder), self.uploads.most_bytes)
                for each in _named_apart(found):
                    self._ingest(parent, each, Path(folder))
        except BadRequest as error:
            log.warning("Files attached to %s are not ingested: %s", parent.id, error.message)

    def _ingest(self, parent: Document, attached: AttachedPdf, folder: Path) -> None:
        if not attached.file:
            log.warning("A file attached to %s is not ingested: %s", parent.id, attached.why)
            return
        source = Source(f"{parent.source}/{attached.name}", f"{parent.path}/{attached.name}")
        try:
            with (folder / attached.file).open("rb") as file:
                # By the usual way in: an attached file has the same limits and the same checks as one that
                # is uploaded.
                self.uploads.upload(parent.tenant, source, file, if_exists=IfExists.VERSION, tags=parent.tags)
        except BadRequest as error:
            log.warning("A file attached to %s is not ingested: %s", parent.id, error.message)

    def _depth(self, document: Document) -> int:
        """Return how many documents a document was attached in."""
        depth, tenant, source = 0, document.tenant, document.source
        while depth < MOST_DEEP and "/" in source:
            source = source.rpartition("/")[0]
            holder = self.uploads.steps.documents.find(tenant, source)
            if not holder or self.uploads.steps.documents.get(tenant, holder).source != source:
                return depth
            depth += 1
        return depth


def _named_apart(found: list[AttachedPdf]) -> list[AttachedPdf]:
    """Return attached files with names that are names of files and differ from each other."""
    given: set[str] = set()
    named = []
    for number, each in enumerate(found, 1):
        try:
            name = document_name(each.name).replace("/", "_")
        except BadRequest:
            name = f"file {number}.pdf"
        while name in given:
            name = f"{number} {name}"
        given.add(name)
        named.append(each._replace(name=name))
    return named
