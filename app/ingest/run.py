"""The write path: a stored PDF becomes pages, chunks and vectors, in steps that can die anywhere.

plan → one ``read`` for each page range, at the same time → ``assemble``. Each step checks what is done
already, so a job that is delivered again, after a crash or by the queue's own doing, does no harm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from app.core import keys, telemetry
from app.core.errors import BadRequest, NotFound, TooLarge
from app.core.model import (
    Block,
    BlockKind,
    Chunk,
    Document,
    Job,
    JobKind,
    Page,
    Reason,
    Run,
    Stage,
    Status,
    Version,
)
from app.core.ports import DocumentStore, Embedder, FileStore, Index, JobQueue, PageImager, Picture
from app.ingest import outline_file, pages_file
from app.ingest.chunk import chunks
from app.ingest.furniture import WINDOW, marked
from app.ingest.levels import levelled
from app.ingest.ocr import Ocr
from app.ingest.reader import Reader
from app.ingest.title import document_title, title_and_name
from app.ingest.unread import why_unread

BATCH = 64
"""Chunks that are put or embedded together: small enough for progress that moves and memory that does not."""

PICTURED = 8
"""Pages whose images are in memory together."""

PAGE_IMAGE_DPI = 150


@dataclass(frozen=True, slots=True)
class Ingest:
    """The steps of the write path and the ports that they need."""

    files: FileStore
    documents: DocumentStore
    jobs: JobQueue
    index: Index
    embedder: Embedder
    imager: PageImager
    reader: Reader
    ocr: Ocr
    range_pages: int
    max_pages: int

    def run(self, job: Job) -> None:
        """Do one job. A file that cannot be ingested ends its version as ``failed``; whatever else is raised
        may be tried again."""
        if job.kind is JobKind.DELETE:
            self.erase(job.run.tenant, job.run.document_id)
            return
        try:
            version = self.documents.version(job.run.tenant, job.run.document_id, job.run.version)
            if version.status.ended or version.run != job.run.number:
                return
            self._step(job, version)
        except NotFound:
            # The document was deleted meanwhile: leave nothing of it behind.
            self._sweep_if_gone(job.run)
        except BadRequest as error:
            self.documents.finish(job.run, Status.FAILED, Reason(error.code, error.message))

    def give_up(self, job: Job, message: str) -> None:
        """End the version of a job that failed too often."""
        if job.kind is not JobKind.DELETE:
            self.documents.finish(job.run, Status.FAILED, Reason("gave_up", message))

    def _step(self, job: Job, version: Version) -> None:
        if job.kind is JobKind.PLAN:
            self.plan(job.run, version)
        elif job.kind is JobKind.RANGE:
            self.read(job.run, version, job.range)
        else:
            self.assemble(job.run, version)

    # -- plan ---------------------------------------------------------------------------------------------

    def plan(self, run: Run, version: Version) -> None:
        """Open the file, cut it into page ranges and queue those that are not read yet."""
        if not version.ranges:
            with self.files.local(self.source(run)) as path:
                if not self._unlocked(run):
                    _check_content(path, version.sha256)
                outline = self.reader.outline(path)
            if outline.pages > self.max_pages:
                raise TooLarge(f"The PDF has {outline.pages:,} pages; the limit is {self.max_pages:,}.")
            content = outline_file.encode(outline).encode()
            self.files.put(keys.outline(run.tenant, run.document_id, run.version), content)
            version = self.documents.plan(run, page_ranges(outline.pages, self.range_pages))
        self._queue_rest(run, version)

    def _queue_rest(self, run: Run, version: Version) -> None:
        waiting = [i for i in range(len(version.ranges)) if i not in version.ranges_done]
        for index in waiting:
            self.jobs.send(Job(JobKind.RANGE, run, index))
        if not waiting:
            self.jobs.send(Job(JobKind.ASSEMBLE, run))

    def source(self, run: Run) -> str:
        """The key of the file to read: the copy without encryption where there is one."""
        place = run.tenant, run.document_id, run.version
        return keys.unlocked(*place) if self._unlocked(run) else keys.original(*place)

    def _unlocked(self, run: Run) -> bool:
        return self.files.size(keys.unlocked(run.tenant, run.document_id, run.version)) is not None

    # -- read ---------------------------------------------------------------------------------------------

    def read(self, run: Run, version: Version, index: int) -> None:
        """Read one page range, checkpoint it and let keyword search answer from it at once."""
        checkpoint = keys.page_range(run.tenant, run.document_id, run.version, index)
        if self.files.size(checkpoint) is None:
            first, last = version.ranges[index]
            with self.files.local(self.source(run)) as path:
                with telemetry.timed("extract") as found:
                    before = max(1, min(first, last + 1 - WINDOW))  # a short range tells too little alone
                    read = self.ocr.pages(path, self.reader.pages(path, range(before, last + 1)))
                    pages = [page for page in levelled(marked(read)) if page.number >= first]
                    found.update(_counts(pages))
                if first == 1:
                    self._name(run, self.reader.outline(path).title, pages)
            with telemetry.timed("picture"):
                pages = self._picture(run, pages)
            self.files.put(checkpoint, pages_file.dump(pages))
        else:
            pages = list(pages_file.load(self.files.get(checkpoint)))
        self._show_early(run, pages)
        version = self.documents.finish_range(run, index, [page.number for page in pages if unread(page)])
        if len(version.ranges_done) == len(version.ranges):
            self.jobs.send(Job(JobKind.ASSEMBLE, run))

    def _name(self, run: Run, metadata_title: str, pages: Sequence[Page]) -> None:
        document = self.documents.get(run.tenant, run.document_id)
        title = document_title(metadata_title, pages[0] if pages else None, document.name)
        self.documents.update(run.tenant, run.document_id, title=title)

    def _picture(self, run: Run, pages: Sequence[Page]) -> list[Page]:
        """Store images of design-heavy pages and of the figures on them; the pages with those figures."""
        numbers = [page.number for page in pages if page.verdict.design_heavy and not page.error]
        if not numbers:
            return list(pages)
        source = self.source(run)
        place = run.tenant, run.document_id, run.version
        notes: dict[int, str] = {}
        figures: dict[int, list[Block]] = {}
        try:
            for start in range(0, len(numbers), PICTURED):
                batch = numbers[start : start + PICTURED]
                for image in self.imager.render(source, batch, dpi=PAGE_IMAGE_DPI):
                    self.files.put(keys.page_image(*place, image.page, PAGE_IMAGE_DPI), image.content)
                for image in self.imager.figures(source, batch):
                    found = figures.setdefault(image.page, [])
                    found.append(self._figure(place, image, len(found)))
        except BadRequest as error:  # the text is worth having without its pictures
            notes = dict.fromkeys(numbers, f"The page's pictures could not be made: {error.message}")
        return [
            replace(
                page,
                blocks=(*page.blocks, *figures.get(page.number, ())),
                notes=(*page.notes, *([notes[page.number]] if page.number in notes else [])),
            )
            for page in pages
        ]

    def _figure(self, place: tuple[str, str, int], image: Picture, number: int) -> Block:
        key = keys.figure(*place, image.page, number, image.media_type.removeprefix("image/"))
        self.files.put(key, image.content)
        if image.box is None:
            raise BadRequest("A figure came without its place on the page.")
        return Block(BlockKind.FIGURE, image.box, image=key)

    def _show_early(self, run: Run, pages: Sequence[Page]) -> None:
        """Index a range's chunks before the whole is assembled, unless an older version answers."""
        document = self.documents.get(run.tenant, run.document_id)
        if document.searchable not in (0, run.version):
            return
        self.index.put(run.tenant, list(self._chunks(run, document, pages)))
        self.documents.update(run.tenant, run.document_id, searchable=run.version)

    # -- assemble -----------------------------------------------------------------------------------------

    def assemble(self, run: Run, version: Version) -> None:
        """Chunk the whole document, embed it, make it the version that answers, and end the run."""
        document = self.documents.get(run.tenant, run.document_id)
        if document.searchable <= run.version:
            self.documents.progress(run, Stage.CHUNK)
            with telemetry.timed("chunk") as found:
                chunk_ids = self._put_chunks(run, document, version)
                found["chunks"] = len(chunk_ids)
            if document.searchable == run.version:  # nothing older answers: drop the early chunks first
                self.index.publish(run.tenant, run.document_id, run.version, chunk_ids)
            with telemetry.timed("embed") as found:
                embedded = self._embed(run, len(chunk_ids))
                found.update(cache_misses=embedded, cache_hits=max(0, len(chunk_ids) - embedded))
            answering = self.documents.update(run.tenant, run.document_id, searchable=run.version).searchable
            overtaken = answering > run.version  # a newer version was published meanwhile
            self.index.publish(run.tenant, run.document_id, run.version, [] if overtaken else chunk_ids)
        reason = why_unread(self.pages(run, version), version.pages)
        none_read = len(version.failed_pages) == version.pages
        failed = none_read and reason is not None and reason.code != "needs_ocr"
        self.documents.finish(
            run, Status.FAILED if failed else Status.PARTIAL if reason else Status.READY, reason
        )

    def pages(self, run: Run, version: Version) -> Iterator[Page]:
        """All pages of a version from its checkpoints, one range in memory at a time."""
        for index in range(len(version.ranges)):
            content = self.files.get(keys.page_range(run.tenant, run.document_id, run.version, index))
            yield from pages_file.load(content)

    def _put_chunks(self, run: Run, document: Document, version: Version) -> list[str]:
        chunk_ids: list[str] = []
        stream = self._chunks(run, document, self.pages(run, version))
        while batch := list(islice(stream, BATCH)):
            self.index.put(run.tenant, batch)
            chunk_ids += [chunk.id for chunk in batch]
        return chunk_ids

    def _embed(self, run: Run, total: int) -> int:
        """Give a vector to the chunks that have none; how many those were."""
        place = run.tenant, run.document_id, run.version
        left = self.index.unembedded(*place, limit=BATCH)
        done = 0
        self.documents.progress(run, Stage.EMBED, chunks=total, chunks_done=0)
        while left:
            vectors = self.embedder.documents([chunk.indexed_text for chunk in left])
            self.index.set_vectors(run.tenant, dict(zip((chunk.id for chunk in left), vectors, strict=True)))
            done += len(left)
            self.documents.progress(run, Stage.EMBED, chunks=total, chunks_done=min(done, total))
            left = self.index.unembedded(*place, limit=BATCH)
        return done

    def _chunks(self, run: Run, document: Document, pages: Iterable[Page]) -> Iterator[Chunk]:
        return chunks(
            pages,
            tenant=run.tenant,
            document_id=run.document_id,
            version=run.version,
            title=title_and_name(document.title, document.name),
            tags=document.tags,
        )

    # -- delete -------------------------------------------------------------------------------------------

    def erase(self, tenant: str, document_id: str) -> tuple[int, int, int, int]:
        """Remove what a tombstoned document left: (versions, files, chunks, bytes). Nothing is no error."""
        chunk_count = self.index.delete(tenant, document_id)
        self.files.delete(keys.outputs_prefix(tenant, document_id))
        file_count, size = self.files.delete(keys.document_prefix(tenant, document_id))
        return self.documents.purge(tenant, document_id), file_count, chunk_count, size

    def _sweep_if_gone(self, run: Run) -> None:
        try:
            self.documents.get(run.tenant, run.document_id)
        except NotFound:
            self.erase(run.tenant, run.document_id)


def _counts(pages: Sequence[Page]) -> dict[str, float]:
    return {
        "pages": len(pages),
        "unread_pages": sum(map(unread, pages)),
        "design_heavy_pages": sum(page.verdict.design_heavy for page in pages),
    }


def unread(page: Page) -> bool:
    """Whether there is something on the page that could not be read."""
    return page.error is not None or page.needs_ocr


def page_ranges(pages: int, size: int) -> list[tuple[int, int]]:
    """(first, last) of each range of at most ``size`` pages, 1-based and inclusive."""
    return [(first, min(first + size - 1, pages)) for first in range(1, pages + 1, size)]


def _check_content(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BadRequest("The file that arrived is not the one that was announced: its sha256 differs.")
