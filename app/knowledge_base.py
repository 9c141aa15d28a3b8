"""The front door: every use case, for whichever face asks.

Each takes the tenant and never leaves it; those of conversations take the person, too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO, Generic, NamedTuple, TypeVar

from app.ask.retrieve import retrieve
from app.ask.so_far import FAILED, LEFT, SoFar
from app.ask.standalone import standalone
from app.core import keys, limits, telemetry
from app.core.answer import Answer, AnswerKind, Citation, Feedback, Message, Person, Proof, Role, Session
from app.core.costs import prices
from app.core.counting import format_count
from app.core.document import (
    Document,
    DocumentFilter,
    IfExists,
    Listing,
    Outcome,
    Reason,
    Receipt,
    Registered,
    Source,
    Status,
    UploadForm,
    Usage,
    Version,
    VersionId,
)
from app.core.errors import (
    BadRequest,
    Conflict,
    EmptyFile,
    FileChanged,
    FileMissing,
    KnowledgeBaseError,
    NotAllowed,
    NotFound,
    OutOfSpace,
    TooLarge,
    Unavailable,
)
from app.core.ids import new_id
from app.core.job import Job, JobKind, Run
from app.core.names import compose, document_name, source_of_name, spellings
from app.core.page import Outline, Page
from app.core.passage import Found, Hit
from app.core.ports import (
    ChatModel,
    ConversationStore,
    DocumentStore,
    Embedder,
    FileStore,
    Index,
    JobQueue,
    PageImager,
    TenantRows,
)
from app.core.process import temporary
from app.core.process.closing import closed_after
from app.core.process.turnstile import Turnstile
from app.core.rules import identity
from app.ingest.pictures import PAGE_IMAGE_DPI
from app.ingest.run import Ingest
from app.pages import outline_file
from app.pages.continued import first_table, link, link_pages
from app.pages.forms import PageForm
from app.pages.report import PageReport, Totals, report
from app.pages.stored_pages import StoredPages
from app.pdf.header import check_header
from app.pdf.reader import Reader
from app.use_cases.archives import KINDS as ARCHIVES
from app.use_cases.archives import Archives
from app.use_cases.export import Exporter, Reading, Wire
from app.use_cases.maintenance import KINDS, Maintenance
from app.use_cases.repair import Repair
from app.use_cases.tenant_backup import TenantBackup
from app.use_cases.watch import Lookout, Watch

UPLOAD_SECONDS = 3600
"""The validity of an upload form."""

LATE_SECONDS = 900.0
"""A file whose form has just expired may still be on its way: for so long it is waited for."""

NEVER_ARRIVED = "The file was announced and did not come while its form was good: upload it again."

SWEEP_SECONDS = 90.0
"""A delete is repeated after this long, for what a step that was running at the time still wrote."""

LOST_SECONDS = 24 * 3600.0
"""A run that has not changed for so long is in no queue any more."""

HISTORY = 6
"""Messages of the conversation that a follow-up question is understood from."""

MOST_DELETES = 3
"""How often registering a content is retried because the documents that had it were deleted meanwhile."""

TITLE_CHARACTERS = 80

UNLOCKS = 2
"""Encrypted files that are opened at the same time, as they are sent: each takes a process."""

EXTRACTING = "files are read without being kept"

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one request. ``upload_bytes`` is the size of a file."""

    upload_bytes: int
    hits: int = limits.HITS
    question_characters: int = limits.QUESTION_CHARACTERS


class Extraction(NamedTuple, Generic[P]):
    """What is read of a PDF that is not stored: its outline, and its pages as they are read."""

    outline: Outline
    pages: Iterator[P]


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Every use case over the ports. Stateless: safe to use from several threads and processes."""

    files: FileStore
    documents: DocumentStore
    conversations: ConversationStore
    jobs: JobQueue
    index: Index
    embedder: Embedder
    imager: PageImager
    chat: ChatModel | None
    reader: Reader
    ingest_steps: Ingest
    limits: Limits
    extracts: Turnstile
    lookout: Lookout
    rows: TenantRows
    wire: Wire
    with_reserve: Callable[[], AbstractContextManager[None]] = nullcontext
    """Room for a delete where the disk is full, for as long as the context lasts."""
    unlocks: AbstractContextManager[bool] = field(default_factory=partial(BoundedSemaphore, UNLOCKS))
    """Lets few encrypted files be opened at a time."""

    @property
    def watch(self) -> Watch:
        """Compares the counts of the stores."""
        return self.lookout.watch

    @property
    def repair(self) -> Repair:
        """Repairs the stores, and stores what that needs."""
        return Repair(self.ingest_steps)

    @property
    def maintenance(self) -> Maintenance:
        """Upkeep of a tenant as jobs."""
        return Maintenance(self.ingest_steps)

    @property
    def exporter(self) -> Exporter:
        """Writes documents out."""
        reading = Reading(self.content, self.outline, self.pages)
        return Exporter(self.files, self.documents, reading, self.wire)

    @property
    def archives(self) -> Archives:
        """Exports and backups of a tenant as jobs."""
        backups = TenantBackup(self.files, self.rows)
        return Archives(
            self.files, self.jobs, self.exporter, backups, limits.ARCHIVE_BYTES, limits.ARCHIVE_SECONDS
        )

    @property
    def stored(self) -> StoredPages:
        """The pages of versions."""
        return self.ingest_steps.stored

    # -- documents: in ------------------------------------------------------------------------------------

    def upload(
        self,
        tenant: str,
        source: Source | str,
        content: BinaryIO,
        *,
        password: str | None = None,
        if_exists: IfExists = IfExists.NEW,
        tags: Sequence[str] = (),
    ) -> Registered:
        """Store a PDF and queue it. ``source`` is where it comes from, or the name that a client chose.

        The same content gives the document there is. An earlier version's is made current again. A source
        that a document has already makes what ``if_exists`` says.

        Raises ``EmptyFile``, ``NotAPdf``, ``TooLarge``, ``WrongPassword`` where a password is given that
        does not open the file, and ``NameTaken`` where the name was to be new.
        """
        known = source if isinstance(source, Source) else source_of_name(source)
        with temporary.folder() as folder:
            path = Path(folder) / "original.pdf"
            sha256, size = self._spool(content, path)
            unlocked: Path | None = None
            if password:
                unlocked = self._unlocked(path, password, Path(folder))

            def put() -> Registered:
                registered = self.documents.register(
                    tenant, known, sha256, size, if_exists=if_exists, tags=_composed(tags)
                )
                return self._keep(self._tagged(registered, tags), path, unlocked)

            return _in_spite_of_deletes(put)

    def _unlocked(self, path: Path, password: str, folder: Path) -> Path | None:
        """Return a decrypted copy of a file, ``None`` if it is not encrypted. Few are opened at a time,
        and the next waits. Raises ``WrongPassword``."""
        with self.unlocks:
            if not self.reader.outline(path, password).encrypted:
                return None
            unlocked = folder / "unlocked.pdf"
            self.reader.unlock(path, password, unlocked)
            return unlocked

    def _tagged(self, put: Registered, tags: Sequence[str]) -> Registered:
        """Return the same registration, after adding new tags of known content to its passages."""
        if tags and put.existed:
            self.index.retag(put.document.tenant, put.document.id, put.document.tags)
        return put

    def _spool(self, content: BinaryIO, path: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as file:
            while block := content.read(1 << 20):
                size += len(block)
                if size > self.limits.upload_bytes:
                    raise TooLarge(f"The file is larger than {self.limits.upload_bytes:,} bytes.")
                digest.update(block)
                file.write(block)
        check_header(path)
        return digest.hexdigest(), size

    def _keep(self, registered: Registered, path: Path, unlocked: Path | None) -> Registered:
        document, version = registered.document, registered.version
        if _has_arrived(version):
            return self._given_again(registered, path, unlocked)
        lost = version.status is Status.FAILED and self.files.size(keys.original(version.id)) is None
        kept = False
        try:
            with path.open("rb") as file:
                self.files.put(keys.original(version.id), file)
            if unlocked:
                with unlocked.open("rb") as file:
                    self.files.put(keys.unlocked(version.id), file)
            kept = True
            document, version = self._queue(document, version)
        except KnowledgeBaseError as error:
            # A file that is kept is worth a try once the queue is back; for want of room there is none.
            if not registered.existed and (isinstance(error, OutOfSpace) or not kept):
                self._take_back(document, version, error)
            raise
        outcome = registered.outcome
        if registered.existed and identity.arrives(registered.version):
            outcome = Outcome.CREATED if version.number == 1 else Outcome.NEW_VERSION
        elif registered.existed and lost:
            outcome = Outcome.RESTORED
        return replace(registered, document=document, version=version, outcome=outcome)

    def _given_again(self, put: Registered, path: Path, unlocked: Path | None) -> Registered:
        """Return what came of content that is here: what is lost of it is restored, and an earlier version
        made current."""
        version_id = put.version.id
        restored = False
        if self.files.sha256(keys.original(version_id)) != put.version.sha256:
            with path.open("rb") as file:
                self.files.put(keys.original(version_id), file)
            restored = True
        if unlocked and self.files.size(keys.unlocked(version_id)) is None:
            with unlocked.open("rb") as file:
                self.files.put(keys.unlocked(version_id), file)
        return self._made_good(put, restored=restored)

    def _made_good(self, put: Registered, *, restored: bool) -> Registered:
        document, version = put.document, put.version
        if version.status.ended and self.stored.missing(version, version.shown):
            self._begin(version.id)
            restored = True
        elif version.status.ended and self._has_lost_passages(document, version):
            self._begin(version.id, anew=False)
            restored = True
        if put.outcome is Outcome.MADE_CURRENT:
            document = self.make_current(*version.id)
        elif restored:
            document, put = (
                self.documents.get(document.tenant, document.id),
                replace(put, outcome=Outcome.RESTORED),
            )
        return replace(put, document=document, version=self.documents.version(version.id))

    def _has_lost_passages(self, document: Document, version: Version) -> bool:
        answers = version.number == document.searchable
        return answers and self.index.count(document.tenant, document.id) < version.chunks

    def _take_back(self, document: Document, version: Version, error: KnowledgeBaseError) -> None:
        """Leave nothing of a version whose file could not be kept; as far as the stores let us."""
        self.files.delete(keys.version_prefix(version.id))
        for _ in range(3):  # for want of room, each time makes some
            with suppress(KnowledgeBaseError), self.with_reserve():
                self._withdraw(document, version, error)
                return

    def _withdraw(self, document: Document, version: Version, error: KnowledgeBaseError) -> None:
        place = document.tenant, document.id
        if version.number > 1:
            run = Run(version.id, version.run)
            self.documents.finish(run, Status.FAILED, Reason(error.code, error.message))
            return
        with suppress(NotFound):
            self.documents.tombstone(*place)
        self.ingest_steps.erase(*place)

    def start_upload(
        self,
        tenant: str,
        name: str,
        size: int,
        sha256: str,
        *,
        if_exists: IfExists = IfExists.NEW,
        tags: Sequence[str] = (),
    ) -> tuple[Registered, UploadForm | None]:
        """Announce a file that the client will post itself: the form to post it with, or ``None`` where its
        content is here already. ``ingest`` follows when it has arrived."""
        if size > self.limits.upload_bytes:
            raise TooLarge(f"The file is larger than {self.limits.upload_bytes:,} bytes.")
        if size == 0:
            raise EmptyFile("The file is empty.")

        def announce() -> tuple[Registered, UploadForm | None]:
            registered = self.documents.register(
                tenant, source_of_name(name), sha256.lower(), size, if_exists=if_exists, tags=_composed(tags)
            )
            return self._form_for(self._tagged(registered, tags), size)

        return _in_spite_of_deletes(announce)

    def _form_for(self, registered: Registered, size: int) -> tuple[Registered, UploadForm | None]:
        version = registered.version
        if _has_arrived(version):
            if self.files.sha256(keys.original(version.id)) == version.sha256:
                return self._made_good(registered, restored=False), None
            self.documents.version(version.id)  # its file may be gone because it was deleted meanwhile
            registered = replace(registered, outcome=Outcome.RESTORED)
        form = self.files.upload_form(keys.upload(version.id), size, version.sha256, seconds=UPLOAD_SECONDS)
        return registered, form

    def receive(self, key: str, size: int, content: BinaryIO) -> None:
        """Keep a file that was posted with an upload form of ours, for ``key`` and ``size`` bytes.

        Raises ``BadRequest`` if it is not the one that was announced, ``Conflict`` once it was ingested.
        """
        tenant, document_id, number, _ = key.removeprefix(keys.UPLOADS).split("/")
        self.documents.get(tenant, document_id)
        version = self.documents.version(VersionId(tenant, document_id, int(number)))
        original = keys.original(version.id)
        if _has_arrived(version) and self.files.sha256(original) == version.sha256:
            raise Conflict("The file is here already.")
        with temporary.folder() as folder:
            path = Path(folder) / "original.pdf"
            sha256, received = self._spool(content, path)
            if received != size:
                raise BadRequest(f"The file has {format_count(received, 'byte')}; {size:,} were announced.")
            if sha256 != version.sha256:
                raise BadRequest("The file is not the one that was announced: its sha256 differs.")
            with path.open("rb") as file:
                self.files.put(key, file)

    def ingest(
        self, tenant: str, document_id: str, *, version: int | None = None, password: str | None = None
    ) -> Document:
        """Queue a version whose file has arrived, or try one again that has ended: by default the one that is
        announced, else the current one.

        A ``password`` makes a copy without encryption first; the password itself is not kept. Raises
        ``Conflict`` while the file has not arrived, ``BadRequest`` if another was posted.
        """
        document, chosen = self._chosen(tenant, document_id, version)
        if version is None and document.announced:
            chosen = document.announced
        self._take_in(tenant, chosen)
        if self.files.size(keys.original(chosen.id)) is None:
            raise Conflict(
                f"The file of version {chosen.number} has not arrived: post it with the form that announcing "
                "it gives. Announcing it again gives another form."
            )
        with self.files.local(keys.original(chosen.id)) as path:
            check_header(path)
            if password:
                with temporary.folder() as folder:
                    if unlocked := self._unlocked(path, password, Path(folder)):
                        with unlocked.open("rb") as file:
                            self.files.put(keys.unlocked(chosen.id), file)
        return self._queue(document, chosen)[0]

    def _take_in(self, tenant: str, version: Version) -> None:
        """Give a file that a client has posted its place, once it has been looked at; one that comes when the
        version has its file goes. Raises ``BadRequest`` for another than was announced, which goes, too."""
        posted, original = keys.upload(version.id), keys.original(version.id)
        if self.files.size(posted) is None:
            return
        try:
            if not _has_arrived(version) or self.files.sha256(original) != version.sha256:
                self.files.take(posted, original, version.sha256)
        finally:
            self.files.delete(posted)

    def expire(self) -> int:
        """End announced versions whose file has not come in the time of its form, with the reason; how many
        those were. One whose file has come, of which nobody has told, is read."""
        ended = 0
        for run in self.documents.waiting(time.time() - UPLOAD_SECONDS - LATE_SECONDS):
            with suppress(NotFound):  # deleted meanwhile
                ended += self._expire(run)
        return ended

    def _expire(self, run: Run) -> bool:
        if self.files.size(keys.upload(run.version)) is not None:
            with suppress(BadRequest):  # it is another file, and gone now
                self.ingest(run.tenant, run.document_id, version=run.version.number)
                return False
        self.documents.finish(run, Status.FAILED, Reason(identity.NEVER_ARRIVED, NEVER_ARRIVED))
        return True

    def make_current(self, tenant: str, document_id: str, number: int) -> Document:
        """Have a version answer: at once if it does already, else when it is indexed again from what was read
        of it. Raises ``Conflict`` for one of which nothing has been read."""
        document, version = self._chosen(tenant, document_id, number)
        if version.status is Status.UPLOADING:
            raise Conflict(f"The file of version {number} has not arrived.")
        if version.status is Status.FAILED and version.earlier is None:
            why = f": {version.reason.message}" if version.reason else "."
            raise Conflict(f"Version {number} could not be read, and nothing of it can answer{why}")
        if document.latest.number != number:
            document = self.documents.choose(VersionId(tenant, document_id, number))
        if version.status.ended and document.searchable != number:
            self._begin(VersionId(tenant, document_id, number), anew=False)
        return self.documents.get(tenant, document_id)

    def reindex(self, tenant: str, document_id: str) -> None:
        """Queue the version that answers to be chunked and embedded anew from what was read of it."""
        number = self.documents.get(tenant, document_id).searchable
        if number:
            self._begin(VersionId(tenant, document_id, number), anew=False)

    def _queue(self, document: Document, version: Version) -> tuple[Document, Version]:
        self._begin(version.id)
        return self.documents.get(document.tenant, document.id), self.documents.version(version.id)

    def _begin(self, version_id: VersionId, *, anew: bool = True) -> None:
        """Begin a run and queue it; one that the queue does not take ends at once: nobody would do it."""
        self.repair.describe(version_id)
        run = self.documents.restart(version_id, anew=anew)
        try:
            self.jobs.send(Job(JobKind.PLAN, run))
        except KnowledgeBaseError as error:
            self.documents.finish(run, Status.FAILED, Reason(error.code, error.message))
            raise

    # -- documents: seen ----------------------------------------------------------------------------------

    def list_documents(
        self,
        tenant: str,
        *,
        where: DocumentFilter | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Listing[Document]:
        """Return documents, newest first. Raises ``DocumentsLost`` if there are files and no documents."""
        if where is not None:
            where = replace(
                where, name=where.name and compose(where.name), tag=where.tag and compose(where.tag)
            )
        listing = self.documents.listing(tenant, where=where, cursor=cursor, limit=limit)
        if not listing.items and cursor is None:
            self.watch.check_documents(tenant)
        return listing

    def document(self, tenant: str, document_id: str) -> Document:
        """Return a document with its newest version."""
        return self.documents.get(tenant, document_id)

    def document_id(self, tenant: str, name: str) -> str:
        """Return the id of the document with this source, path or name, "" for none."""
        return self.documents.find(tenant, name)

    def versions(self, tenant: str, document_id: str) -> list[Version]:
        """Return the versions of a document, newest first."""
        return self.documents.versions(tenant, document_id)

    def update(
        self, tenant: str, document_id: str, *, name: str | None = None, tags: Sequence[str] | None = None
    ) -> Document:
        """Rename or retag a document."""
        clean = None if name is None else document_name(name)
        clean_tags = None if tags is None else _composed(tags)
        document = self.documents.update(tenant, document_id, name=clean, tags=clean_tags)
        if tags is not None:
            self.index.retag(tenant, document_id, document.tags)
        self.repair.keep_description(document, document.latest)
        return document

    def version(self, tenant: str, document_id: str, number: int | None = None) -> Version:
        """Return one version, the newest by default."""
        return self._chosen(tenant, document_id, number)[1]

    def content(self, tenant: str, document_id: str, version: int | None = None) -> tuple[Document, str]:
        """Return a document and the file store's key of a version's file, once that has been looked at.
        Raises ``FileMissing``, and ``FileChanged`` if it is not what was uploaded."""
        document, chosen = self._chosen(tenant, document_id, version)
        _check_arrived(chosen)
        return document, self._sound(tenant, chosen)

    def _sound(self, tenant: str, version: Version) -> str:
        """Return the key of a version's file. Raises ``FileMissing`` and ``FileChanged``."""
        key = keys.original(version.id)
        found = self.files.sha256(key)
        if found is None:
            raise FileMissing("The file is not here: it has not arrived, or is lost. Upload it again.")
        if found != version.sha256:
            raise FileChanged(
                "The stored file is not the one that was uploaded. Upload it again to restore it."
            )
        return key

    def report(
        self, tenant: str, document_id: str, version: int | None = None
    ) -> Iterator[PageReport | Totals]:
        """Yield a report of each page that is read so far, then the totals."""
        _, chosen = self._chosen(tenant, document_id, version)
        return report(self.pages(tenant, document_id, chosen.number))

    def page(self, tenant: str, document_id: str, number: int, version: int | None = None) -> Page:
        """Return a page as it was read. Raises ``NotFound`` outside the document, ``Conflict`` before it
        is read."""
        _, chosen = self._chosen(tenant, document_id, version)
        page = self._page(tenant, chosen, number)
        if number > 1 and first_table(page) is not None:
            with suppress(Conflict):
                return link(self._page(tenant, chosen, number - 1), page)
        return page

    def outline(self, tenant: str, document_id: str, version: int | None = None) -> Outline:
        """Title and bookmarks of a version's file, read at the first call where they are not kept yet; no
        pages and nothing else before the file was opened."""
        _, chosen = self._chosen(tenant, document_id, version)
        if not chosen.pages:
            return Outline(0)
        with suppress(NotFound):
            return outline_file.decode(self.files.get(keys.outline(chosen.id)))
        with self.files.local(self.ingest_steps.source(Run(chosen.id, chosen.run))) as path:
            outline = self.reader.outline(path)
        with suppress(Unavailable):  # it is made again
            self.files.put(keys.outline(chosen.id), outline_file.encode(outline).encode())
        return outline

    def pages(self, tenant: str, document_id: str, version: int | None = None) -> Iterator[Page]:
        """Yield all pages that are read so far, in order, one range in memory at a time."""
        _, chosen = self._chosen(tenant, document_id, version)
        yield from link_pages(self.stored.pages(chosen))

    def page_image(
        self,
        tenant: str,
        document_id: str,
        number: int,
        version: int | None = None,
        dpi: int = PAGE_IMAGE_DPI,
    ) -> bytes:
        """Return a page as a JPEG, which is rendered at the first call."""
        _, chosen = self._chosen(tenant, document_id, version)
        _check_arrived(chosen)
        if chosen.pages and not 1 <= number <= chosen.pages:
            raise NotFound(f"The document has no page {number}: it has {chosen.pages}.")
        key = keys.page_image(chosen.id, number, dpi)
        with suppress(NotFound):
            content = self.files.get(key)
            telemetry.figures("page image", cache_hits=1, cache_misses=0)
            return content
        telemetry.figures("page image", cache_hits=0, cache_misses=1)
        self._sound(tenant, chosen)
        drawn = self.imager.render(self.ingest_steps.source(Run(chosen.id, chosen.run)), [number], dpi=dpi)
        if not drawn:
            raise NotFound(f"Page {number} cannot be drawn.")
        with suppress(Unavailable):  # it is drawn again
            self.files.put(key, drawn[0].content)
        return drawn[0].content

    def figure(
        self,
        tenant: str,
        document_id: str,
        name: str,
        version: int | None = None,
        run: int | None = None,
    ) -> bytes:
        """Return a picture that a page's figure block names: the last part of its key, and the run that
        read it, by default that whose pages are shown."""
        _, chosen = self._chosen(tenant, document_id, version)
        return self.stored.figure(chosen, name, run)

    def _chosen(self, tenant: str, document_id: str, version: int | None) -> tuple[Document, Version]:
        document = self.documents.get(tenant, document_id)
        if version is None or version == document.latest.number:
            return document, document.latest
        return document, self.documents.version(VersionId(tenant, document_id, version))

    def _page(self, tenant: str, version: Version, number: int) -> Page:
        if page := self.stored.page(version, number):
            return page
        if any(first <= number <= last for first, last in version.shown.ranges):
            raise Conflict(f"Page {number} is not read yet.")
        if not version.pages:  # the file was not opened: how many it has is not known
            why = f"{version.reason.message}" if version.reason else "the file is yet to be opened."
            raise Conflict(f"Page {number} is not read: {why}")
        raise NotFound(f"The document has no page {number}: it has {version.pages}.")

    # -- documents: out -----------------------------------------------------------------------------------

    def delete(self, tenant: str, document_id: str) -> Receipt:
        """Delete a document for good. It stops answering at once; what is interrupted is finished later.
        Where the disk is full, room that was kept for it is used."""
        try:
            return self._delete(tenant, document_id)
        except OutOfSpace:
            with self.with_reserve():
                return self._delete(tenant, document_id)

    def _delete(self, tenant: str, document_id: str) -> Receipt:
        self.documents.tombstone(tenant, document_id)
        run = Run(VersionId(tenant, document_id, 0), 0)
        self.jobs.send(Job(JobKind.DELETE, run), delay=SWEEP_SECONDS)
        return self.ingest_steps.erase(tenant, document_id)

    def delete_version(self, tenant: str, document_id: str, number: int) -> Receipt:
        """Delete a version for good. Where it answered it stops at once, and the newest of the others that
        was read is indexed and answers then. With the last one its document is deleted."""
        version_id = VersionId(tenant, document_id, number)
        self.documents.version(version_id)
        if len(self.documents.versions(tenant, document_id)) == 1:
            return self.delete(tenant, document_id)
        self.jobs.send(Job(JobKind.DELETE, Run(version_id, 0)), delay=SWEEP_SECONDS)
        document = self.documents.remove(version_id)
        receipt = self.ingest_steps.erase_version(version_id)
        if document.searchable == 0 and document.latest.shown.done:
            with suppress(Conflict):
                self.make_current(tenant, document_id, document.latest.number)
        return receipt

    # -- questions ----------------------------------------------------------------------------------------

    def search(
        self,
        tenant: str,
        question: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] = (),
        tags: Sequence[str] = (),
    ) -> list[Hit]:
        """Return the passages that answer best, best first."""
        return self.find(tenant, question, limit=limit, document_ids=document_ids, tags=tags).hits

    def find(
        self,
        tenant: str,
        question: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] = (),
        tags: Sequence[str] = (),
    ) -> Found:
        """Return the result of a search, with a note on what was unavailable. Raises ``IndexMissing`` or
        ``DocumentsLost`` instead of returning nothing if what would answer is lost."""
        self._check_question(question)
        found = retrieve(
            question,
            tenant=tenant,
            index=self.index,
            embedder=self.embedder,
            documents=self.documents,
            limit=min(limit, self.limits.hits),
            document_ids=document_ids,
            tags=[spelling for tag in tags for spelling in spellings(tag)],
        )
        if not found.hits:
            self.watch.check_tenant(tenant, document_ids)
        return found

    def create_session(self, who: Person, title: str = "", document_ids: Sequence[str] = ()) -> Session:
        """Create a conversation over all documents or some. Its first question becomes its title if
        ``title`` is "". Raises ``NotFound`` for a document that does not exist."""
        known = self.documents.many(who.tenant, document_ids)
        for document_id in document_ids:
            if document_id not in known:
                raise NotFound(f"There is no document {document_id}.")
        return self.conversations.create(who, title, document_ids)

    def sessions(self, who: Person, *, cursor: str | None = None, limit: int = 50) -> Listing[Session]:
        """Return the person's own conversations, the most recently used first."""
        return self.conversations.listing(who, cursor=cursor, limit=limit)

    def session(self, who: Person, session_id: str) -> Session:
        """Return a conversation of this person, or a shared one."""
        return self.conversations.get(who, session_id)

    def change_session(
        self, who: Person, session_id: str, *, title: str | None = None, shared: bool | None = None
    ) -> Session:
        """Rename a conversation; let everybody of the tenant who has its id read it, or no longer."""
        return self.conversations.change(who, session_id, title=title, shared=shared)

    def delete_session(self, who: Person, session_id: str) -> int:
        """Delete a conversation; the number of messages that it had."""
        return self.conversations.delete(who, session_id)

    def messages(
        self, who: Person, session_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> Listing[Message]:
        """Return messages of a conversation, oldest first."""
        return self.conversations.messages(who, session_id, cursor=cursor, limit=limit)

    def ask(self, who: Person, session_id: str, question: str) -> Iterator[str | Citation | Answer | Message]:
        """Answer inside a conversation of theirs.

        Yields pieces of text as they come, each citation when it is proven, the whole answer, and last the
        message that was kept.
        """
        self._check_question(question)
        session = self.conversations.get(who, session_id)
        if session.owner != who.subject:
            raise NotAllowed("This conversation is another person's: it can be read, not gone on with.")
        past = self.conversations.recent(who, session_id, HISTORY)
        history = [(message.role.value, message.text) for message in past]
        if not session.title:
            self.conversations.change(who, session_id, title=_shortened(question, TITLE_CHARACTERS))
        asked = Message(new_id("msg"), session_id, Role.USER, question, time.time())
        self.conversations.append(who, asked)
        return _begun(self._answered(who, session, history, question))

    def ask_unkept(
        self, who: Person, question: str, document_ids: Sequence[str] = ()
    ) -> Iterator[str | Citation | Answer | Message]:
        """Ask outside of any conversation, if none can be stored."""
        self._check_question(question)
        nowhere = Session("", who.tenant, owner=who.subject, title="", document_ids=tuple(document_ids))
        return _begun(self._answered(who, nowhere, [], question, keep=False))

    def _answered(
        self,
        who: Person,
        session: Session,
        history: Sequence[tuple[str, str]],
        question: str,
        *,
        keep: bool = True,
    ) -> Iterator[str | Citation | Answer | Message]:
        """Yield the parts of an answer, after an empty first one. If the reader disconnects, or something
        fails, the partial answer is stored as broken off."""
        begun = time.monotonic()
        so_far = SoFar(self.chat)
        try:
            yield ""
            with closed_after(self._made(who, session, history, question, so_far)) as events:
                for event in events:
                    so_far.add(event)
                    yield event
        except (GeneratorExit, KeyboardInterrupt):
            self._keep_broken_off(who, session, so_far.answer(LEFT), begun, keep=keep)
            raise
        except Exception:
            if so_far.text:
                self._keep_broken_off(who, session, so_far.answer(FAILED), begun, keep=keep)
            raise
        assert so_far.whole
        yield self._keep_answer(who, session, so_far.whole, begun, keep=keep)

    def _made(
        self,
        who: Person,
        session: Session,
        history: Sequence[tuple[str, str]],
        question: str,
        so_far: SoFar,
    ) -> Iterator[str | Citation | Answer]:
        chat = so_far.metered
        so_far.question = asked = standalone(question, history, chat)
        hits, note = self.find(
            who.tenant, asked[: self.limits.question_characters], document_ids=session.document_ids
        )
        # Imported with the first question: what judges answers is no part of a function's start.
        from app.ask.answer import NOT_FOUND, answer

        events = answer(
            question,
            history=history,
            hits=hits,
            pages_of=self._pages_of(who.tenant),
            embedder=self.embedder,
            chat=chat,
            standalone=asked,
            note=note,
            claims=so_far.claims,
        )
        with closed_after(events):
            for event in events:
                if event == NOT_FOUND:  # is what would answer there at all?
                    self.watch.check_tenant(who.tenant, session.document_ids)
                yield event

    def _keep_answer(
        self, who: Person, session: Session, answer: Answer, begun: float, *, keep: bool
    ) -> Message:
        note_answer(answer, time.monotonic() - begun)
        kept = Message(new_id("msg"), session.id, Role.ASSISTANT, answer.text, time.time(), answer=answer)
        if keep:
            self.conversations.append(who, kept)
        return kept

    def _keep_broken_off(
        self, who: Person, session: Session, answer: Answer, begun: float, *, keep: bool
    ) -> None:
        with suppress(KnowledgeBaseError):  # the conversation may be deleted, and nobody is there to be told
            self._keep_answer(who, session, answer, begun, keep=keep)

    def _pages_of(self, tenant: str) -> Callable[[Hit], list[Page]]:
        """A reader of the pages a hit stands on and the next one, that reads each range once."""

        lines = lru_cache(maxsize=16)(self.stored.lines)

        @lru_cache(maxsize=64)
        def version(document_id: str, number: int) -> Version:
            return self.documents.version(VersionId(tenant, document_id, number))

        def pages_of(hit: Hit) -> list[Page]:
            chosen = version(hit.chunk.document_id, hit.chunk.version)
            wanted = {page + step for page in hit.chunk.pages for step in (0, 1)}
            return self.stored.among(chosen, wanted, lines)

        return pages_of

    def _check_question(self, question: str) -> None:
        if not question.strip():
            raise BadRequest("There is no question.")
        if len(question) > self.limits.question_characters:
            most = self.limits.question_characters
            raise BadRequest(f"The question is longer than {most:,} characters.")

    def rate(self, who: Person, session_id: str, message_id: str, feedback: Feedback) -> Message:
        """Keep what a person thought of an answer."""
        return self.conversations.rate(who, session_id, message_id, feedback)

    # -- nothing stored -----------------------------------------------------------------------------------

    def extract(
        self, path: Path, *, password: str | None = None, numbers: Sequence[int] | None = None
    ) -> Extraction[Page]:
        """Read a PDF without keeping anything: all pages, or those of ``numbers`` (1-based). Scanned pages
        are read where there is OCR."""
        outline, wanted = self._wanted(path, password, numbers)
        pages = self.ingest_steps.ocr.pages(path, self.reader.pages(path, wanted, password), password)
        return Extraction(outline, link_pages(pages))

    def extract_as(
        self,
        form: PageForm,
        path: Path,
        *,
        password: str | None = None,
        numbers: Sequence[int] | None = None,
        ocr: bool = True,
    ) -> Extraction[str]:
        """Extract pages in a format, with or without OCR."""
        outline, wanted = self._wanted(path, password, numbers)
        read = self.ingest_steps.ocr.of(path, password) if ocr else None
        return Extraction(outline, self.reader.exported(path, wanted, form, password, ocr=read))

    def _wanted(
        self, path: Path, password: str | None, numbers: Sequence[int] | None
    ) -> tuple[Outline, Sequence[int]]:
        check_header(path)
        outline = self.reader.outline(path, password)
        wanted = range(1, outline.pages + 1) if numbers is None else numbers
        if wanted and max(wanted) > outline.pages:
            raise BadRequest(f"There is no page {max(wanted)}: the PDF has {outline.pages}.")
        if len(wanted) > self.ingest_steps.max_pages:
            raise TooLarge(
                f"The PDF has {format_count(outline.pages, 'page')}; "
                f"the limit is {self.ingest_steps.max_pages:,}."
            )
        return outline, wanted

    def extract_upload(
        self,
        form: PageForm,
        content: BinaryIO,
        *,
        password: str | None = None,
        numbers: Sequence[int] | None = None,
        ocr: bool = True,
    ) -> Extraction[str]:
        """Extract an uploaded file; its copy exists while the pages are read. Raises ``RateLimited`` at
        the limit of extractions. The pages must be closed."""
        with ExitStack() as stack:
            stack.enter_context(self.extracts.entered())
            path = Path(stack.enter_context(temporary.folder())) / "original.pdf"
            self._spool(content, path)
            outline, pages = self.extract_as(form, path, password=password, numbers=numbers, ocr=ocr)
            return Extraction(outline, _read_within(stack.pop_all(), pages))

    # -- upkeep -------------------------------------------------------------------------------------------

    def usage(self, tenant: str) -> Usage:
        """Return what a tenant stores and what its questions cost."""
        held, asked = self.documents.usage(tenant), self.conversations.usage(tenant)
        return Usage(
            documents=held.documents,
            versions=held.versions,
            pages=held.pages,
            bytes=held.bytes,
            chunks=self.index.count(tenant),
            conversations=asked.conversations,
            questions=asked.questions,
            tokens_in=asked.tokens_in,
            tokens_out=asked.tokens_out,
        )

    def ready(self) -> dict[str, str]:
        """Return each dependency with "ok", or the reason why it cannot be used."""
        parts: dict[str, Callable[[], None]] = {
            "files": self.files.check,
            "documents": self.documents.check,
            "conversations": self.conversations.check,
            "jobs": self.jobs.check,
            "index": self.index.check,
            "embedding model": self.embedder.check,
            "image processor": self.imager.check,
        }
        if self.chat:
            parts["chat model"] = self.chat.check
        if recogniser := self.ingest_steps.ocr.recogniser:
            parts["OCR"] = recogniser.check
        states = {name: _state(check) for name, check in parts.items()}
        return states | {name: state for name, state in self.lookout.parts().items() if state != "ok"}

    def run_job(self, job: Job) -> None:
        """Do a step of the write path, or of a tenant's upkeep."""
        if job.kind in KINDS:
            self.maintenance.run(job)
        elif job.kind in ARCHIVES:
            self.archives.run(job)
        else:
            self.ingest_steps.run(job)

    def give_up(self, job: Job, message: str) -> None:
        """End what a job that failed too often was for. Upkeep may be started again."""
        if job.kind in ARCHIVES:
            self.archives.give_up(job, message)
        elif job.kind not in KINDS:
            self.ingest_steps.give_up(job, message)

    def kept(self, job: Job) -> int:
        """Return how much of a job's work is kept before it has ended, 0 for what was deleted meanwhile."""
        if job.kind in (*KINDS, *ARCHIVES, JobKind.DELETE):
            return 0
        with suppress(NotFound):
            return self.ingest_steps.kept(job)
        return 0

    def resume(self) -> int:
        """Queue every run that has not ended, for a start after a crash; a second time does no harm."""
        self.archives.expire()
        runs = self.documents.unfinished()
        for run in runs:
            self.jobs.send(Job(JobKind.PLAN, run))
        for tenant in self.documents.tenants():
            for document_id in self.documents.tombstoned(tenant):
                self.jobs.send(Job(JobKind.DELETE, Run(VersionId(tenant, document_id, 0), 0)))
        return len(runs)

    def sweep(self) -> int:
        """Queue again the runs that were lost on their way to the queue, how many those were; and end what
        was announced and never came.

        While the queue is busy any run may be in it: then it is only one without a change for a day.
        """
        self.expire()
        self.archives.expire()
        if self.jobs.idle():
            return self.resume()
        lost = [run for run in self.documents.unfinished() if self._is_lost(run)]
        for run in lost:
            self.jobs.send(Job(JobKind.PLAN, run))
        return len(lost)

    def _is_lost(self, run: Run) -> bool:
        with suppress(NotFound):  # deleted meanwhile
            return self.documents.version(run.version).updated_at < time.time() - LOST_SECONDS
        return False


def _in_spite_of_deletes(put: Callable[[], P]) -> P:
    """Return what ``put`` gives, which takes content in. Content that was here, and whose document was
    deleted meanwhile, is new the next time."""
    for _ in range(MOST_DELETES):
        with suppress(NotFound):
            return put()
    return put()


def _begun(events: Iterator[P]) -> Iterator[P]:
    """Return the same items after advancing to the second: a generator that has not begun does not notice
    that it is closed."""
    next(events)
    return events


def _has_arrived(version: Version) -> bool:
    """Return whether the version's file was here and could be opened, as far as its state tells."""
    return version.status not in (Status.UPLOADING, Status.FAILED)


def _read_within(stack: ExitStack, pages: Iterator[str]) -> Iterator[str]:
    with stack:
        yield from pages


def note_answer(answer: Answer, seconds: float) -> None:
    """Note what an answer took and cost, and how many of its citations were found in the source."""
    proofs = [citation.proof for citation in answer.citations]
    dollars = prices.default().tokens(answer.model, answer.tokens_in, answer.tokens_out)
    telemetry.figures(
        "answer",
        seconds=seconds,
        not_found=answer.kind is AnswerKind.NOT_FOUND,
        citations_proven=len(proofs) - proofs.count(Proof.MISSING),
        citations_missing=proofs.count(Proof.MISSING),
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        **({} if dollars is None else {"dollars": dollars}),
    )


def _shortened(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _check_arrived(version: Version) -> None:
    if version.status is Status.UPLOADING:
        raise Conflict("The file has not arrived yet: post it with the upload form first.")


def _composed(tags: Sequence[str]) -> list[str]:
    return [compose(tag) for tag in tags]


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except Unavailable as error:
        return error.message
    except KnowledgeBaseError as error:
        return error.message
    return "ok"
