"""The write path: a stored PDF becomes pages, chunks and vectors, in steps that can die anywhere.

plan → one ``read`` for each page range, at the same time → ``assemble``. Where pages need OCR, what has text
answers by then; they are read next, range by range (``scans``), and the whole is assembled again.

Each step checks what is done already, so a job that is delivered again, after a crash or by the queue's own
doing, does no harm. What a run reads is in a separate folder: what answered before goes on to until the run
has ended well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from app.core import keys, telemetry
from app.core.card import Card
from app.core.counting import format_count
from app.core.document import (
    NOTHING_SPENT,
    Document,
    Reason,
    Receipt,
    Scans,
    Spent,
    Stage,
    Status,
    Version,
    VersionId,
)
from app.core.errors import BadRequest, FileMissing, NotFound, PagesLost, TooLarge, Unavailable
from app.core.job import Job, JobKind, Run
from app.core.page import Page
from app.core.passage import Chunk
from app.core.ports import ConversationStore, DocumentStore, Embedder, FileStore, Index, JobQueue, PageImager
from app.core.rules import identity
from app.core.rules.card_rows import bound_card
from app.ingest import deaths
from app.ingest.card.make import FIRST_PAGES, make_card
from app.ingest.chunk import chunks
from app.ingest.deaths import Deaths
from app.ingest.furniture import WINDOW, mark_furniture
from app.ingest.held import look_ahead
from app.ingest.levels import set_levels
from app.ingest.ocr import Ocr
from app.ingest.passages import Passages
from app.ingest.pictures import Pictures
from app.ingest.scans import ScanReading
from app.ingest.title import name_passages
from app.ingest.unread import Unread
from app.pages import outline_file, pages_file
from app.pages.stored_pages import StoredPages
from app.pdf.budget import Allowance
from app.pdf.reader import Reader

FILE_GONE = Reason(
    "file_missing",
    "The document's file is gone from the file store: upload it again, and it is read from there.",
)

NOTHING_SEARCHABLE = Reason(
    "nothing_searchable",
    "The pages have words, but no passage could be made of them: no search finds the document. "
    "Its pages can be read as they are.",
)


@dataclass(frozen=True, slots=True)
class Ingest:
    """The steps of the write path and the ports that they need."""

    files: FileStore
    documents: DocumentStore
    conversations: ConversationStore
    jobs: JobQueue
    index: Index
    embedder: Embedder
    imager: PageImager
    reader: Reader
    ocr: Ocr
    range_pages: int
    max_pages: int
    deaths: Deaths

    @property
    def stored(self) -> StoredPages:
        """The pages of versions."""
        return StoredPages(self.files, self.documents)

    @property
    def _scans(self) -> ScanReading:
        return ScanReading(self.ocr, self.stored, self.documents)

    @property
    def _passages(self) -> Passages:
        return Passages(self.documents, self.index, self.embedder)

    def run(self, job: Job) -> None:
        """Do one job. A file that cannot be ingested, or is gone, ends its version as ``failed``; whatever
        else is raised may be tried again."""
        run = job.run
        if job.kind is JobKind.DELETE:
            if not run.version.number:
                self.erase(run.tenant, run.document_id)
            elif not self._is_there(run):
                self.erase_version(run.version)
            return
        try:
            version = self.documents.version(run.version)
            if version.status.ended or version.run != run.number:
                return
            state = _state(job, version)
            # A file that ends its process each time would otherwise be tried until the queue gives it up,
            # hours later.
            with self.deaths.count_death(job, state) as may_begin:
                if may_begin:
                    self._step(job, version)
                else:
                    self._fail(run, deaths.REASON)
        except FileMissing:
            if not self._swept(run):
                self._fail(run, FILE_GONE)
        except NotFound:
            # What is not found of a document that is there is a fault: it is tried again, and ends.
            if not self._swept(run):
                raise
        except BadRequest as error:
            self._fail(run, Reason(error.code, error.message))

    def give_up(self, job: Job, message: str) -> None:
        """End the version of a job that failed too often."""
        if job.kind is JobKind.DELETE:
            return
        try:
            self._fail(job.run, Reason("gave_up", message))
        except NotFound:
            if not self._swept(job.run):
                raise

    def count_kept(self, job: Job) -> int:
        """Return how much of a job's work is kept before it has ended: recognised pages of a range, or
        passages with their vectors."""
        version = self.documents.version(job.run.version)
        if job.kind is JobKind.ASSEMBLE:
            return version.chunks_done
        if job.kind is not JobKind.SCANS or job.range >= len(version.ranges):
            return 0
        # Only what this range gave: two ranges of a document may be read at the same time.
        first, last = version.ranges[job.range]
        ours = {keys.recognised_page(job.run.version, page) for page in range(first, last + 1)}
        return sum(key in ours for key in self.files.keys(keys.recognised_prefix(job.run.version)))

    def _step(self, job: Job, version: Version) -> None:
        if job.kind is JobKind.PLAN:
            self.plan(job.run, version)
        elif job.kind is JobKind.RANGE:
            self.read(job.run, version, job.range)
        elif job.kind is JobKind.SCANS:
            self.read_scans(job.run, version, job.range)
        else:
            self.assemble(job.run, version)

    def _fail(self, run: Run, reason: Reason) -> None:
        """End a run as ``failed``. What answered before goes on to, with the passages that it had."""
        version = self.documents.version(run.version)
        if version.status.ended or version.run != run.number:
            return
        self.index.withdraw(run.version)
        self.documents.finish(run, Status.FAILED, reason)
        self.stored.drop_outdated(run.version)

    def _swept(self, run: Run) -> bool:
        """Return whether the document or version is not there any more: then nothing of it is left behind."""
        try:
            self.documents.get(run.tenant, run.document_id)
        except NotFound:
            self.erase(run.tenant, run.document_id)
            return True
        try:
            self.documents.version(run.version)
        except NotFound:
            self.erase_version(run.version)
            return True
        return False

    # -- plan ---------------------------------------------------------------------------------------------

    def plan(self, run: Run, version: Version) -> None:
        """Open the file, cut it into page ranges and queue those that are not read yet. A run that has taken
        over what another read goes on from there."""
        ranges: Sequence[tuple[int, int]] = version.ranges
        if not ranges:
            with self.files.local(self.source(run)) as path:
                # The copy without encryption has other bytes than those that were announced.
                if not self._is_unlocked(run):
                    _check_content(path, version.sha256)
                outline = self.reader.outline(path)
            if outline.pages > self.max_pages:
                raise TooLarge(
                    f"The PDF has {format_count(outline.pages, 'page')}; the limit is {self.max_pages:,}."
                )
            self.files.put(keys.outline(run.version), outline_file.encode(outline).encode())
            ranges = page_ranges(outline.pages, self.range_pages)
        self._queue_rest(run, self.documents.plan(run, ranges))

    def _queue_rest(self, run: Run, version: Version) -> None:
        waiting = [i for i in range(len(version.ranges)) if i not in version.ranges_done]
        self._queue_ranges(run, waiting)
        if not waiting:
            self.jobs.send(Job(JobKind.ASSEMBLE, run))

    def _queue_ranges(self, run: Run, indexes: Iterable[int]) -> None:
        for index in indexes:
            self.jobs.send(Job(JobKind.RANGE, run, index))

    def source(self, run: Run) -> str:
        """Return the key of the file to read: the copy without encryption where there is one."""
        return keys.unlocked_copy(run.version) if self._is_unlocked(run) else keys.original(run.version)

    def _is_unlocked(self, run: Run) -> bool:
        return self.files.size(keys.unlocked_copy(run.version)) is not None

    # -- read ---------------------------------------------------------------------------------------------

    def read(self, run: Run, version: Version, index: int) -> None:
        """Read one page range, checkpoint it and let keyword search answer from it at once, unless something
        answers already."""
        if not 0 <= index < len(version.ranges):
            raise NotFound("The page range does not exist.")
        # Jobs are delivered at least once: what a dead worker had read is taken, not read and paid for again.
        found = self._load_checkpoint(run, version, index) or self._read_range(run, version, index)
        if found.early:
            self._passages.put(run.tenant, found.early)
            self.documents.update(run.tenant, run.document_id, searchable=run.version.number)
        after = self.documents.finish_range(run, index, found.unread, found.spent)
        # Asked of the store after this range was written: of two workers that end together one sees all, or
        # both, and assembling twice is harmless.
        if len(after.ranges_done) == len(after.ranges):
            self.jobs.send(Job(JobKind.ASSEMBLE, run))

    def _load_checkpoint(self, run: Run, version: Version, index: int) -> _Found | None:
        """Return what a range's checkpoint holds, ``None`` if there is none, or a damaged one."""
        try:
            return self._looked_through(run, version, self.stored.range(version, version.current, index))
        except PagesLost:
            return None

    def _read_range(self, run: Run, version: Version, index: int) -> _Found:
        """Read a range's pages and checkpoint them, one page in memory after the other."""
        key = self.stored.key(version, version.current, index)
        source = self.source(run)
        pictures = Pictures(self.files, self.imager)
        first, last = version.ranges[index]
        allowance = self.reader.budget.allowance(
            last - first + 1, of_pages=version.pages, spent=version.spent
        )
        with self.files.local(source) as path, TemporaryFile() as file:
            with telemetry.time_stage("extract") as figures:
                # Generators all the way: a page is dropped before the next is read, so that memory does not
                # grow with the range.
                read = self._pages_of(path, version, index, allowance)
                pages = pictures.add_figures(run, version.folder, source, read, allowance)
                written = _write_pages(_count_pages(pages, figures), file)
                found = self._looked_through(run, version, written)
            # Put in one piece when all of it is read: a half-written checkpoint would be taken for a whole
            # one.
            file.seek(0)
            self.files.put(key, file)
        if index in version.ranges_done and self.files.size(key) is None:
            raise Unavailable("The file store lost a file that was just written.", part="file store")
        return replace(found, spent=allowance.spent)

    def _pages_of(self, path: Path, version: Version, index: int, allowance: Allowance) -> Iterator[Page]:
        """Return a range's pages as they are read, with what recurs marked and headings at their levels."""
        first, last = version.ranges[index]
        before = max(1, min(first, last + 1 - WINDOW))  # a short range tells too little alone
        read = self.reader.pages(path, range(before, last + 1), allowance=allowance)
        return (page for page in set_levels(mark_furniture(read)) if page.number >= first)

    def _looked_through(self, run: Run, version: Version, pages: Iterator[Page]) -> _Found:
        """Return the pages that could not be read, and the chunks that may answer before the whole is
        assembled."""
        missed: list[int] = []
        looked_at = _note_unread(pages, missed)
        document = self.documents.get(run.tenant, run.document_id)
        early: list[Chunk] = []
        if not self._has_answers(run, version, document):
            # They are taken out for the card and put back, because a generator cannot be read twice.
            first, looked_at = look_ahead(looked_at, FIRST_PAGES)
            # Later ranges are read at the same time, and must not take it from pages in the middle.
            if first[0].number == 1 and (card := self._read_card(run, document, first)):
                number = run.version.number
                document = self.documents.update(run.tenant, run.document_id, card=card, card_of=number)
            most = self.reader.budget.most_passages(self.range_pages)
            early += islice(self._chunks(run, document, looked_at), most)
        # Also where nothing answers early: reading is what writes the checkpoint and counts what failed.
        for _ in looked_at:
            pass
        return _Found(missed, early)

    def _read_card(self, run: Run, document: Document, first: Sequence[Page]) -> Card | None:
        """Return what a document's first pages say that it is, ``None`` where its card says that already."""
        try:
            outline = outline_file.decode(self.files.get(keys.outline(run.version)))
        except FileMissing:
            with self.files.local(self.source(run)) as path:
                outline = self.reader.outline(path)
        # As it is kept: what passages are called by it is what is compared when they are indexed again.
        card = bound_card(make_card(first, outline, document.name))
        return None if card == document.read else card

    # -- scans --------------------------------------------------------------------------------------------

    def read_scans(self, run: Run, version: Version, index: int) -> None:
        """Have OCR read the pages of a range that need it, replace its checkpoint, and let keyword search
        answer from it at once, unless something else answers."""
        if version.scans.left_of(index):
            try:
                found = self._recognise_range(run, version, index)
            except PagesLost:
                self._queue_ranges(run, [index])
                return
            if found.early:
                self._passages.put(run.tenant, found.early)
                self.documents.update(run.tenant, run.document_id, searchable=run.version.number)
            version = self.documents.note_scans(run, index, 0, found.unread)
        if not version.scans.left:
            self.jobs.send(Job(JobKind.ASSEMBLE, run))

    def _recognise_range(self, run: Run, version: Version, index: int) -> _Found:
        with self.files.local(self.source(run)) as path, TemporaryFile() as file:
            with telemetry.time_stage("ocr") as figures:
                pages = self._scans.pages(run, path, version, index)
                found = self._looked_through(run, version, _write_pages(_count_pages(pages, figures), file))
            file.seek(0)
            self.files.put(self.stored.key(version, version.current, index), file)
        return found

    def _begin_scans(self, run: Run, scans: Scans) -> None:
        self.documents.count_scans(run, scans, Stage.OCR)
        self._queue_scans(run, scans)

    def _queue_scans(self, run: Run, scans: Scans) -> None:
        for index, _ in scans.left:
            self.jobs.send(Job(JobKind.SCANS, run, index))

    # -- assemble -----------------------------------------------------------------------------------------

    def assemble(self, run: Run, version: Version) -> None:
        """Chunk the whole document, embed it, make it what answers, and end the run; or have OCR read pages
        that need it before it ends. Pages whose checkpoint is lost are read again first."""
        if version.scans.left:  # delivered again
            self._queue_scans(run, version.scans)
            return
        try:
            self._assemble(run, version)
        except PagesLost:
            self._queue_ranges(run, self._lost_ranges(run, version))

    def _lost_ranges(self, run: Run, version: Version) -> Iterator[int]:
        """Yield the indexes of ranges whose checkpoint is gone or damaged."""
        for index in sorted(version.ranges_done):
            try:
                for _ in self.stored.range(version, version.current, index):
                    pass
            except PagesLost:
                yield index

    def _assemble(self, run: Run, version: Version) -> None:
        # Before anything is deleted or published: half of a document must not replace the whole that answers.
        if self.stored.missing(version, version.current):
            raise PagesLost("What was read of some pages is gone.", "file store")
        document = self.documents.get(run.tenant, run.document_id)
        scans = self._scans.count_waiting(version)
        if scans.left and not self._answers_by_its_text(run, version, document, scans):
            self._begin_scans(run, scans)
            return
        unread, words = Unread(), _Words()
        pages = words.note(unread.note(self.stored.pages(version, version.current)))
        first, pages = look_ahead(pages, FIRST_PAGES)
        cut: Reason | None = None
        may_answer = identity.may_answer(run.version.number, document)
        if not may_answer:  # another version was chosen, and this one does not answer
            chunk_ids: list[str] = []
            for _ in pages:
                pass
            self.index.delete(*run.version)
        else:
            # Kept once its passages answer: until then the card is that of what does.
            card = self._read_card(run, document, first)
            described = replace(document, read=card) if card else document
            chunk_ids, cut = self._put(run, version, described, pages)
            # An earlier run had pages: they go on answering, since this one has nothing better.
            if unread.nothing_read and version.earlier:
                self._fail(run, unread.reason or NOTHING_SEARCHABLE)
                return
            # Empty and unread pages would lend their share to those that are full.
            self._embed(run, words.pages, chunk_ids)
            self._publish(run, chunk_ids, described)
        if scans.left:
            self._begin_scans(run, scans)
            return
        # Where the budget kept pages from OCR, that is the reason, and no OCR that is to be set up.
        stopped = self._lacks_pictures(version, whole=not unread.reason)
        reason = (stopped if unread.needs_ocr else None) or unread.reason or cut or stopped
        if words.pages and not chunk_ids and may_answer and not unread.nothing_read:
            reason = reason or NOTHING_SEARCHABLE
        ended = unread.count_scans(scans)
        if ended.pages:  # a document of text is spared the write
            self.documents.count_scans(run, ended)
        self.documents.finish(run, _final_status(unread, reason, stopped), reason)
        self.stored.drop_outdated(run.version)
        self._begin_if_chosen(run)

    def _answers_by_its_text(self, run: Run, version: Version, document: Document, scans: Scans) -> bool:
        """Return whether the pages with text are to answer while scans are read: not where something else
        does until this run ends, nor where there are none."""
        if not identity.may_answer(run.version.number, document) or self._has_answers(run, version, document):
            return False
        return scans.pages_left < version.pages

    def _begin_if_chosen(self, run: Run) -> None:
        """Begin again with what was read, where the version was chosen after its passages had gone."""
        document = self.documents.get(run.tenant, run.document_id)
        is_chosen = document.latest.number == run.version.number
        if is_chosen and document.searchable != run.version.number and document.latest.shown.done:
            self.jobs.send(Job(JobKind.PLAN, self.documents.restart(run.version, anew=False)))

    def _lacks_pictures(self, version: Version, *, whole: bool) -> Reason | None:
        why = self.reader.budget.pictures_left_out(version.pages, version.spent)
        end = "The text is whole." if whole else "Pages that need OCR are not read."
        message = f"Pictures are left out: {why}. {end}"
        return Reason("pictures_left_out", message) if why else None

    def _put(
        self, run: Run, version: Version, document: Document, pages: Iterator[Page]
    ) -> tuple[list[str], Reason | None]:
        """Return the ids of the passages of all pages, and why some are left out. Keyword search finds
        them from now on, unless something answers until they take its place."""
        self.documents.progress(run, Stage.CHUNK)
        with telemetry.time_stage("chunk") as found:
            staged = self._has_answers(run, version, document)
            most = self.reader.budget.most_passages(version.pages)
            # Lazy: a document with millions of words is cut and put a batch at a time.
            stream = self._chunks(run, document, pages)
            chunk_ids = self._passages.put(run.tenant, islice(stream, most), staged=staged)
            # One passage more than allowed tells where the rest begins, for the reason that the reader is
            # given.
            cut = next(stream, None)
            for _ in pages:  # what is left of them counts, too
                pass
            found["chunks"] = len(chunk_ids)
        if not staged:  # drop the early chunks first
            self.index.publish(run.version, chunk_ids)
        return chunk_ids, _too_many(cut, most) if cut else None

    def _has_answers(self, run: Run, version: Version, document: Document) -> bool:
        """Return whether something answers for the document until this run's passages take its place."""
        if document.searchable in (0, run.version.number):
            reads_first = version.earlier is None and version.folder == keys.run_folder(run.number)
            return not reads_first and self.index.count(run.tenant, run.document_id) > 0
        return True

    def _embed(self, run: Run, pages: int, chunk_ids: Sequence[str]) -> None:
        # A model's time grows with what it reads, and a passage of rare words has twice the usual tokens.
        most = self.reader.budget.most_tokens(pages, len(chunk_ids))
        with telemetry.time_stage("embed") as found:
            embedded = self._passages.embed(run, len(chunk_ids), most_tokens=most)
            found.update(cache_misses=embedded, cache_hits=max(0, len(chunk_ids) - embedded))

    def _publish(self, run: Run, chunk_ids: Sequence[str], described: Document) -> None:
        """Make these the passages that answer, of a document that is so ``described``, unless another version
        was chosen meanwhile. Until the document says that this version answers, what did goes on to; its
        passages go then."""
        self.index.publish(run.version, chunk_ids)
        document = self.documents.update(
            run.tenant,
            run.document_id,
            card=described.read,
            searchable=run.version.number,
            indexed_as=name_passages(described),
        )
        if document.searchable != run.version.number:
            self.index.delete(*run.version)
            return
        others = [
            each.number
            for each in self.documents.versions(run.tenant, run.document_id)
            if each.number != run.version.number
            and (each.status.ended or not identity.may_answer(each.number, document))
        ]
        if others:
            self.index.publish(run.version, chunk_ids, instead_of=others)

    def _chunks(self, run: Run, document: Document, pages: Iterable[Page]) -> Iterator[Chunk]:
        return chunks(
            pages,
            tenant=run.tenant,
            document_id=run.document_id,
            version=run.version.number,
            title=name_passages(document),
            tags=document.tags,
        )

    def passage_ids(self, document: Document, version: Version) -> set[str]:
        """Return the ids of the passages that what was read of a version gives. Raises ``PagesLost``."""
        run = Run(version.id, version.run)
        pages = self.stored.pages(version)
        most = self.reader.budget.most_passages(version.pages)
        return {chunk.id for chunk in islice(self._chunks(run, document, pages), most)}

    # -- delete -------------------------------------------------------------------------------------------

    def erase(self, tenant: str, document_id: str) -> Receipt:
        """Remove what a tombstoned document left, in kept answers too. Nothing is no error."""
        chunks = self.index.delete(tenant, document_id)
        for prefix in (keys.outputs_prefix, keys.uploads_prefix):
            self.files.delete(prefix(tenant, document_id))
        files, size = self.files.delete(keys.document_prefix(tenant, document_id))
        citations = self.conversations.forget(tenant, document_id)
        versions = self.documents.purge(tenant, document_id)
        return Receipt(document_id, versions, files, chunks, size, citations)

    def erase_version(self, version_id: VersionId) -> Receipt:
        """Remove what a version left that is gone from the document store, in kept answers too."""
        chunks = self.index.delete(*version_id)
        self.files.delete(keys.upload(version_id))
        files, size = self.files.delete(keys.version_prefix(version_id))
        citations = self.conversations.forget(*version_id)
        return Receipt(version_id.document_id, 1, files, chunks, size, citations)

    def _is_there(self, run: Run) -> bool:
        try:
            self.documents.version(run.version)
        except NotFound:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Found:
    """What a range has: the pages that could not be read, the passages that answer early, and its cost."""

    unread: list[int]
    early: list[Chunk]
    spent: Spent = NOTHING_SPENT


def _state(job: Job, version: Version) -> str:
    """Return how far a job's work has got: one that has got on may be begun again as often."""
    if job.kind is JobKind.ASSEMBLE:
        return f"{version.stage}-{version.chunks_done}"
    return str(version.scans.left_of(job.range)) if job.kind is JobKind.SCANS else ""


def _too_many(cut: Chunk, most: int) -> Reason:
    where = f"from page {cut.pages[0]} on" if cut.pages else "at its end"
    return Reason(
        "too_many_passages",
        f"The document has more than the {format_count(most, 'passage')} that its pages may have: what "
        f"stands {where} is not searched.",
    )


def _final_status(unread: Unread, reason: Reason | None, stopped: Reason | None) -> Status:
    if unread.nothing_read:
        return Status.FAILED
    if unread.needs_ocr and not stopped:
        return Status.NEEDS_OCR
    return Status.PARTIAL if reason else Status.READY


class _Words:
    """How many of the pages that passed by had any words."""

    def __init__(self) -> None:
        self.pages = 0

    def note(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield the same pages."""
        for page in pages:
            self.pages += bool(page.words)
            yield page


def _write_pages(pages: Iterable[Page], file: IO[bytes]) -> Iterator[Page]:
    """Yield the pages, each written to a checkpoint's file as it passes."""
    writer = pages_file.Writer(file)
    for page in pages:
        writer.add(page)
        yield page
    writer.close()


def _note_unread(pages: Iterable[Page], missed: list[int]) -> Iterator[Page]:
    """Yield the pages, and add the numbers of those that could not be read to ``missed``."""
    for page in pages:
        if unread(page):
            missed.append(page.number)
        yield page


def _count_pages(pages: Iterable[Page], figures: dict[str, float]) -> Iterator[Page]:
    """Yield the pages, counted among the figures of a stage."""
    figures.update(pages=0, unread_pages=0, design_heavy_pages=0)
    for page in pages:
        figures["pages"] += 1
        figures["unread_pages"] += unread(page)
        figures["design_heavy_pages"] += page.verdict.design_heavy
        yield page


def unread(page: Page) -> bool:
    """Return whether there is something on the page that could not be read."""
    return page.error is not None or page.needs_ocr


def page_ranges(pages: int, size: int) -> list[tuple[int, int]]:
    """Return (first, last) of each range of at most ``size`` pages, 1-based and inclusive."""
    return [(first, min(first + size - 1, pages)) for first in range(1, pages + 1, size)]


def _check_content(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BadRequest("The file that arrived is not the one that was announced: its sha256 differs.")
