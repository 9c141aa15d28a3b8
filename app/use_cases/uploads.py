"""Documents on their way in and out: uploads, which version answers, deletes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO, TypeVar

from app.core import keys
from app.core.counting import format_count
from app.core.document import (
    Document,
    IfExists,
    Outcome,
    Reason,
    Receipt,
    Registered,
    Source,
    Status,
    UploadForm,
    Version,
    VersionId,
)
from app.core.errors import (
    BadRequest,
    Conflict,
    EmptyFile,
    KnowledgeBaseError,
    NotFound,
    OutOfSpace,
    TooLarge,
)
from app.core.job import Job, JobKind, Run
from app.core.names import compose_tags, source_of_name
from app.core.process import temporary
from app.core.rules import identity
from app.ingest.run import Ingest
from app.pdf.header import check_header
from app.use_cases.archives import Archives
from app.use_cases.repair import Repair
from app.use_cases.spool import spool
from app.use_cases.versions import chosen_version, has_arrived

UPLOAD_SECONDS = 3600
"""The validity of an upload form."""

LATE_SECONDS = 900.0
"""A file whose form has just expired may still be on its way: it is waited for this long."""

NEVER_ARRIVED = (
    "The file was announced, but it did not arrive before its upload form expired: upload it again."
)

SWEEP_SECONDS = 90.0
"""A delete is repeated after this long, for what a step that was running at the time still wrote."""

MOST_DELETES = 3
"""How often registering a content is retried because the documents that had it were deleted meanwhile."""

UNLOCKS = 2
"""Encrypted files that are opened at the same time, as they are sent: each takes a process."""

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Uploads:
    """Documents on their way in and out. Stateless: safe to use from several threads and processes."""

    steps: Ingest
    most_bytes: int
    archives: Archives
    with_reserve: Callable[[], AbstractContextManager[None]] = nullcontext
    """Room for a delete where the disk is full, for as long as the context lasts."""
    unlocks: AbstractContextManager[bool] = field(default_factory=partial(BoundedSemaphore, UNLOCKS))
    """Lets few encrypted files be opened at a time."""

    @property
    def _repair(self) -> Repair:
        return Repair(self.steps)

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
            # To a file first: identity is the content's hash, so nothing can be registered before all of it
            # is here.
            sha256, size = spool(content, path, self.most_bytes)
            unlocked: Path | None = None
            if password:
                # Before anything is registered: a wrong password must leave no document behind.
                unlocked = self._unlock_file(path, password, Path(folder))

            # As one function, because a delete that runs meanwhile makes the whole of it begin again.
            def put() -> Registered:
                registered = self.steps.documents.register(
                    tenant, known, sha256, size, if_exists=if_exists, tags=compose_tags(tags)
                )
                return self._keep(self._retag_known(registered, tags), path, unlocked)

            return _in_spite_of_deletes(put)

    def _unlock_file(self, path: Path, password: str, folder: Path) -> Path | None:
        """Return a decrypted copy of a file, ``None`` if it is not encrypted. Few are opened at a time,
        and the next waits. Raises ``WrongPassword``."""
        # Anybody may send encrypted files, and each opening takes a process with its memory.
        with self.unlocks:
            if not self.steps.reader.outline(path, password).encrypted:
                return None
            unlocked = folder / "unlocked.pdf"
            self.steps.reader.unlock(path, password, unlocked)
            return unlocked

    def _retag_known(self, put: Registered, tags: Sequence[str]) -> Registered:
        """Return the same registration, after adding new tags of known content to its passages."""
        if tags and put.existed:
            self.steps.index.retag(put.document.tenant, put.document.id, put.document.tags)
        return put

    def _keep(self, registered: Registered, path: Path, unlocked: Path | None) -> Registered:
        document, version = registered.document, registered.version
        if has_arrived(version):
            return self._given_again(registered, path, unlocked)
        # Asked before the file is put there, after which it can no longer be told.
        lost = version.status is Status.FAILED and self.steps.files.size(keys.original(version.id)) is None
        kept = False
        try:
            with path.open("rb") as file:
                self.steps.files.put(keys.original(version.id), file)
            if unlocked:
                with unlocked.open("rb") as file:
                    self.steps.files.put(keys.unlocked_copy(version.id), file)
            kept = True
            document, version = self._queue(document, version)
        except KnowledgeBaseError as error:
            # A file that is kept is worth a try once the queue is back; for want of room there is none.
            if not registered.existed and (isinstance(error, OutOfSpace) or not kept):
                self._take_back(document, version, error)
            raise
        # The row was made when the upload was announced: for the reader it is this file that is new.
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
        # By content, not by size: a file that was changed on the disk is mended by sending it again, too.
        if self.steps.files.sha256(keys.original(version_id)) != put.version.sha256:
            with path.open("rb") as file:
                self.steps.files.put(keys.original(version_id), file)
            restored = True
        if unlocked and self.steps.files.size(keys.unlocked_copy(version_id)) is None:
            with unlocked.open("rb") as file:
                self.steps.files.put(keys.unlocked_copy(version_id), file)
        return self._made_good(put, restored=restored)

    def _made_good(self, put: Registered, *, restored: bool) -> Registered:
        document, version = put.document, put.version
        if version.status.ended and self.steps.stored.missing(version, version.shown):
            self._begin(version.id)
            restored = True
        elif version.status.ended and self._has_lost_passages(document, version):
            self._begin(version.id, anew=False)
            restored = True
        if put.outcome is Outcome.MADE_CURRENT:
            document = self.make_current(*version.id)
        elif restored:
            document, put = (
                self.steps.documents.get(document.tenant, document.id),
                replace(put, outcome=Outcome.RESTORED),
            )
        return replace(put, document=document, version=self.steps.documents.version(version.id))

    def _has_lost_passages(self, document: Document, version: Version) -> bool:
        answers = version.number == document.searchable
        return answers and self.steps.index.count(document.tenant, document.id) < version.chunks

    def _take_back(self, document: Document, version: Version, error: KnowledgeBaseError) -> None:
        """Leave nothing of a version whose file could not be kept; as far as the stores let us."""
        # First, and without a reserve: deleting the half-written file is what makes the room that rows need.
        self.steps.files.delete(keys.version_prefix(version.id))
        for _ in range(3):  # for want of room, each time makes some
            with suppress(KnowledgeBaseError), self.with_reserve():
                self._withdraw(document, version, error)
                return

    def _withdraw(self, document: Document, version: Version, error: KnowledgeBaseError) -> None:
        place = document.tenant, document.id
        # Earlier versions answer: only this one failed, and the document stays.
        if version.number > 1:
            run = Run(version.id, version.run)
            self.steps.documents.finish(run, Status.FAILED, Reason(error.code, error.message))
            return
        with suppress(NotFound):
            self.steps.documents.tombstone(*place)
        self.steps.erase(*place)

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
        # A presigned form would take any size that it is made for, so the limit is kept here.
        if size > self.most_bytes:
            raise TooLarge(f"The file is larger than {self.most_bytes:,} bytes.")
        if size == 0:
            raise EmptyFile("The file is empty.")

        def announce() -> tuple[Registered, UploadForm | None]:
            registered = self.steps.documents.register(
                tenant,
                source_of_name(name),
                sha256.lower(),
                size,
                if_exists=if_exists,
                tags=compose_tags(tags),
            )
            return self._form_for(self._retag_known(registered, tags), size)

        return _in_spite_of_deletes(announce)

    def _form_for(self, registered: Registered, size: int) -> tuple[Registered, UploadForm | None]:
        version = registered.version
        if has_arrived(version):
            if self.steps.files.sha256(keys.original(version.id)) == version.sha256:
                return self._made_good(registered, restored=False), None
            self.steps.documents.version(
                version.id
            )  # its file may be gone because it was deleted in the meantime
            registered = replace(registered, outcome=Outcome.RESTORED)
        form = self.steps.files.upload_form(
            keys.upload(version.id), size, version.sha256, seconds=UPLOAD_SECONDS
        )
        return registered, form

    def receive(self, key: str, size: int, content: BinaryIO) -> None:
        """Keep a file that was posted with an upload form of ours, for ``key`` and ``size`` bytes.

        Raises ``BadRequest`` if it is not the one that was announced, ``Conflict`` once it was ingested.
        """
        # The key comes from a signed token, so its parts are those that this program wrote.
        tenant, document_id, number, _ = key.removeprefix(keys.UPLOADS).split("/")
        self.steps.documents.get(tenant, document_id)
        version = self.steps.documents.version(VersionId(tenant, document_id, int(number)))
        original = keys.original(version.id)
        if has_arrived(version) and self.steps.files.sha256(original) == version.sha256:
            # A form is good for an hour: one that is posted twice must not replace what was ingested
            # meanwhile.
            raise Conflict("The file is here already.")
        with temporary.folder() as folder:
            path = Path(folder) / "original.pdf"
            sha256, received = spool(content, path, self.most_bytes)
            if received != size:
                raise BadRequest(f"The file has {format_count(received, 'byte')}; {size:,} were announced.")
            if sha256 != version.sha256:
                raise BadRequest("The file is not the one that was announced: its sha256 differs.")
            with path.open("rb") as file:
                self.steps.files.put(key, file)

    def ingest(
        self, tenant: str, document_id: str, *, version: int | None = None, password: str | None = None
    ) -> Document:
        """Queue a version whose file has arrived, or try one again that has ended: by default the one that is
        announced, else the current one.

        A ``password`` makes a copy without encryption first; the password itself is not kept. Raises
        ``Conflict`` while the file has not arrived, ``BadRequest`` if another was posted.
        """
        document, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        if version is None and document.announced:
            chosen = document.announced
        # The client posts to a place of its own. Only a file of the announced hash is moved to where it is
        # read.
        self._take_in(tenant, chosen)
        if self.steps.files.size(keys.original(chosen.id)) is None:
            raise Conflict(
                f"The file of version {chosen.number} has not arrived: post it with the form that announcing "
                "it gives. Announcing it again gives another form."
            )
        with self.steps.files.local(keys.original(chosen.id)) as path:
            check_header(path)
            if password:
                with temporary.folder() as folder:
                    if unlocked := self._unlock_file(path, password, Path(folder)):
                        with unlocked.open("rb") as file:
                            self.steps.files.put(keys.unlocked_copy(chosen.id), file)
        return self._queue(document, chosen)[0]

    def _take_in(self, tenant: str, version: Version) -> None:
        """Give a file that a client has posted its place, once it has been looked at; one that comes when the
        version has its file goes. Raises ``BadRequest`` for another than was announced, which goes, too."""
        posted, original = keys.upload(version.id), keys.original(version.id)
        if self.steps.files.size(posted) is None:
            return
        try:
            if not has_arrived(version) or self.steps.files.sha256(original) != version.sha256:
                self.steps.files.take(posted, original, version.sha256)
        finally:
            # Whatever came of it: a posted file that stays could be taken in later, in place of another.
            self.steps.files.delete(posted)

    def expire(self) -> int:
        """End announced versions whose file has not come in the time of its form, with the reason; how many
        those were. One whose file has come, of which nobody has told, is read."""
        # Nobody tells the program that a form has expired, so announced versions would wait for ever.
        ended = 0
        for run in self.steps.documents.waiting(time.time() - UPLOAD_SECONDS - LATE_SECONDS):
            with suppress(NotFound):  # deleted meanwhile
                ended += self._expire(run)
        return ended

    def _expire(self, run: Run) -> bool:
        if self.steps.files.size(keys.upload(run.version)) is not None:
            with suppress(BadRequest):  # it is another file, and gone now
                self.ingest(run.tenant, run.document_id, version=run.version.number)
                return False
        self.steps.documents.finish(run, Status.FAILED, Reason(identity.NEVER_ARRIVED, NEVER_ARRIVED))
        return True

    def make_current(self, tenant: str, document_id: str, number: int) -> Document:
        """Have a version answer: at once if it does already, else when it is indexed again from what was read
        of it. Raises ``Conflict`` for one of which nothing has been read."""
        document, version = chosen_version(self.steps.documents, tenant, document_id, number)
        if version.status is Status.UPLOADING:
            raise Conflict(f"The file of version {number} has not arrived.")
        if version.status is Status.FAILED and version.earlier is None:
            why = f": {version.reason.message}" if version.reason else "."
            raise Conflict(f"Version {number} could not be read, and nothing of it can answer{why}")
        if document.latest.number != number:
            document = self.steps.documents.choose(VersionId(tenant, document_id, number))
        if version.status.ended and document.searchable != number:
            self._begin(VersionId(tenant, document_id, number), anew=False)
        return self.steps.documents.get(tenant, document_id)

    def reindex(self, tenant: str, document_id: str) -> None:
        """Queue the version that answers to be chunked and embedded anew from what was read of it."""
        number = self.steps.documents.get(tenant, document_id).searchable
        if number:
            self._begin(VersionId(tenant, document_id, number), anew=False)

    def read_scans(self, tenant: str, document_id: str, *, version: int | None = None) -> Document:
        """Queue a version that was read to have OCR read those of its pages that need it; the others stay as
        they are, and go on answering.

        Raises ``Conflict`` while the version is being read, and where no page of it needs OCR; ``NotSetUp``,
        with what to do, where nothing here reads scans.
        """
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        if not chosen.status.ended:
            raise Conflict("The document is being read: its scans are read after its pages with text.")
        pages = self.steps.stored.among(chosen, chosen.failed_pages)
        if not any(page.needs_ocr for page in pages):
            raise Conflict(f"No page of version {chosen.number} needs OCR.")
        self.steps.ocr.check()
        self._begin(chosen.id, anew=False, scans=True)
        return self.steps.documents.get(tenant, document_id)

    def _queue(self, document: Document, version: Version) -> tuple[Document, Version]:
        self._begin(version.id)
        return self.steps.documents.get(document.tenant, document.id), self.steps.documents.version(
            version.id
        )

    def _begin(self, version_id: VersionId, *, anew: bool = True, scans: bool | None = None) -> None:
        """Begin a run and queue it; one that the queue does not take ends at once: nobody would do it."""
        # Before the run: if the database is lost, the file's name and tags can be read from beside it.
        self._repair.describe(version_id)
        run = self.steps.documents.restart(version_id, anew=anew, scans=scans)
        try:
            self.steps.jobs.send(Job(JobKind.PLAN, run))
        except KnowledgeBaseError as error:
            self.steps.documents.finish(run, Status.FAILED, Reason(error.code, error.message))
            raise

    def delete(self, tenant: str, document_id: str) -> Receipt:
        """Delete a document for good. It stops answering at once; what is interrupted is finished later.
        Where the disk is full, room that was kept for it is used."""
        try:
            return self._delete(tenant, document_id)
        except OutOfSpace:
            with self.with_reserve():
                return self._delete(tenant, document_id)

    def _delete(self, tenant: str, document_id: str) -> Receipt:
        # Hidden first, so that it stops answering though the rest takes minutes or is interrupted.
        document = self.steps.documents.tombstone(tenant, document_id)
        # Queued before anything is erased: a crash in the middle is finished by this job, and what a step
        # that was running still wrote goes with it.
        run = Run(VersionId(tenant, document_id, 0), 0)
        self.steps.jobs.send(Job(JobKind.DELETE, run), delay=SWEEP_SECONDS)
        receipt = self.steps.erase(tenant, document_id)
        return replace(receipt, archives=self.archives.count_since(tenant, document.created_at))

    def delete_version(self, tenant: str, document_id: str, number: int) -> Receipt:
        """Delete a version for good. Where it answered it stops at once, and the newest of the others that
        was read is indexed and answers then. With the last one its document is deleted."""
        version_id = VersionId(tenant, document_id, number)
        version = self.steps.documents.version(version_id)
        if len(self.steps.documents.versions(tenant, document_id)) == 1:
            return self.delete(tenant, document_id)
        # Queued first, as for a whole document: what is interrupted below is finished by the job.
        self.steps.jobs.send(Job(JobKind.DELETE, Run(version_id, 0)), delay=SWEEP_SECONDS)
        document = self.steps.documents.remove(version_id)
        receipt = self.steps.erase_version(version_id)
        # The version that answered is gone: without this the document would be silent, though it has another.
        if document.searchable == 0 and document.latest.shown.done:
            with suppress(Conflict):
                self.make_current(tenant, document_id, document.latest.number)
        return replace(receipt, archives=self.archives.count_since(tenant, version.created_at))


def _in_spite_of_deletes(put: Callable[[], P]) -> P:
    """Return what ``put`` gives, which takes content in. Content that was here, and whose document was
    deleted meanwhile, is new the next time."""
    for _ in range(MOST_DELETES):
        with suppress(NotFound):
            return put()
    return put()
