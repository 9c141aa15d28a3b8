"""Exports and backups of a tenant as jobs: ZIP files in the file store, with how far they are.

An archive is made in parts, one job each: a part ends when it is large enough, or has taken long enough, so
that any fits into one invocation. What a job that dies has done is done again from the last whole part on.
Every archive goes by itself after ``KEEP_SECONDS``; the bucket's own rules remove what is left.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from app.core import keys
from app.core.document import VersionId
from app.core.errors import Conflict, FileMissing, NotAllowed, NotFound
from app.core.ids import new_id
from app.core.job import Job, JobKind, Run
from app.core.ports import FileStore, JobQueue
from app.core.process import temporary
from app.use_cases.part import Part

KEEP_SECONDS = 7 * 24 * 3600.0
"""The rule of the bucket (``Archives`` in template.yaml) is the same in days."""

LOST_SECONDS = 24 * 3600.0
"""Work that has not got on for so long is in no queue any more."""

KINDS = (JobKind.EXPORT, JobKind.BACKUP)

FOR_THE_OPERATOR = (
    "A backup holds the conversations of everyone: only the operator can fetch it, from the file store."
)

GONE = "The export or backup does not exist, or it has expired."


class ArchiveStatus(StrEnum):
    """The state of an archive; the last two are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether no more work is planned for it."""
        return self in (ArchiveStatus.READY, ArchiveStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Archive:
    """An export or a backup. ``done`` of ``total`` documents (of an export) or files (of a backup) are in
    its parts, which have ``sizes`` bytes. ``omitted`` are documents that could not be exported, with the
    reason; ``after`` is the last file of a backup that is in a part."""

    id: str
    kind: JobKind
    format: str
    status: ArchiveStatus
    created_at: float
    updated_at: float
    done: int = 0
    total: int = 0
    bytes: int = 0
    sizes: tuple[int, ...] = ()
    omitted: tuple[str, ...] = ()
    reason: str = ""
    after: str = ""

    @property
    def expires_at(self) -> float:
        """When it goes, in UTC seconds since 1970."""
        return self.created_at + KEEP_SECONDS

    def name_of(self, part: int) -> str:
        """Return the name of a part, which is counted from 1."""
        return f"{self.kind.value}-{part:03d}.zip"


class Maker(Protocol):
    """Fills the parts of one kind of archive."""

    def begin(self, tenant: str, archive: Archive) -> Archive:
        """Return the archive with its work, before its first part."""
        ...

    def fill(self, tenant: str, archive: Archive, part: Part) -> Archive:
        """Fill a part from where the archive stands; the archive after it, ``ready`` where that was all."""
        ...


@dataclass(frozen=True, slots=True)
class Archives:
    """The archives of every tenant, over the stores of one program."""

    files: FileStore
    jobs: JobQueue
    exports: Maker
    backups: Maker
    part_bytes: int
    part_seconds: float

    # -- what an administrator does -----------------------------------------------------------------------

    def begin(self, tenant: str, kind: JobKind, form: str = "") -> Archive:
        """Queue an export in a form, or a backup. Raises ``Conflict`` while another one is made."""
        now = time.time()
        for each in self.all(tenant):
            # One at a time for a tenant: each reads everything, and two would double the load for the same
            # content. One that has not moved for a while is dead and holds up nobody.
            if not each.status.ended and each.updated_at > now - LOST_SECONDS:
                raise Conflict(
                    f"The {each.kind.value} {each.id} is being made: wait until it ends, or delete it first."
                )
        # The state is kept before the job is sent: a job without a state is taken for one that was deleted.
        archive = Archive(new_id("arc"), kind, form, ArchiveStatus.QUEUED, now, now)
        self._keep(tenant, archive)
        try:
            self._send(tenant, archive)
        except BaseException:
            self.files.delete(keys.archive_prefix(tenant, archive.id))
            raise
        return archive

    def all(self, tenant: str) -> list[Archive]:
        """Return a tenant's archives, the newest first, and remove expired ones."""
        found = [self._read_archive(tenant, each) for each in self._ids(tenant)]
        kept = [each for each in found if each and not self._has_expired(tenant, each)]
        return sorted(kept, key=lambda each: (each.created_at, each.id), reverse=True)

    def count_since(self, tenant: str, moment: float) -> int:
        """Return how many of a tenant's archives may hold what was there at a moment, in UTC seconds since
        1970: those that were filled after it, or are being filled."""
        return sum(
            not each.status.ended or (bool(each.sizes) and each.updated_at >= moment)
            for each in self.all(tenant)
        )

    def get(self, tenant: str, archive_id: str) -> Archive:
        """Return one of them. Raises ``NotFound``."""
        # The id is part of a key: what is not a plain name must not reach the file store.
        found = (
            self._read_archive(tenant, archive_id)
            if archive_id.isascii() and archive_id.isidentifier()
            else None
        )
        if found is None or self._has_expired(tenant, found):
            raise NotFound(GONE)
        return found

    def part(self, tenant: str, archive_id: str, number: int) -> tuple[str, str]:
        """Return the name and the file store's key of an export's part, from 1.

        Raises ``NotFound``, and ``NotAllowed`` for a backup: it holds conversations of other people, which
        an administrator may not read.
        """
        archive = self.get(tenant, archive_id)
        # By role alone an administrator would read other people's conversations.
        if archive.kind is JobKind.BACKUP:
            raise NotAllowed(FOR_THE_OPERATOR)
        if not 1 <= number <= len(archive.sizes):
            raise NotFound("The part does not exist.")
        name = archive.name_of(number)
        return name, keys.archive_prefix(tenant, archive_id) + name

    def delete(self, tenant: str, archive_id: str) -> None:
        """Remove one, or end its making. Raises ``NotFound``."""
        self.files.delete(keys.archive_prefix(tenant, self.get(tenant, archive_id).id))

    def expire(self) -> None:
        """Remove those of all tenants whose time is over."""
        for tenant in {key.split("/")[1] for key in self.files.keys(keys.ARCHIVES)}:
            self.all(tenant)

    # -- what jobs do -------------------------------------------------------------------------------------

    def run(self, job: Job) -> None:
        """Make the part of a job, unless that was done, and queue the next one."""
        tenant, archive_id = job.run.tenant, job.run.document_id
        archive = self._read_archive(tenant, archive_id)
        if archive is None:  # deleted meanwhile
            self.files.delete(keys.archive_prefix(tenant, archive_id))
            return
        # A job may be delivered twice: its number is that of the part, so the second finds it made.
        if not archive.status.ended and len(archive.sizes) == job.range:
            archive = self._make_part(tenant, archive)
        if not archive.status.ended and len(archive.sizes) > job.range:
            self._send(tenant, archive)

    def give_up(self, job: Job, message: str) -> None:
        """End an archive whose job failed too often."""
        archive = self._read_archive(job.run.tenant, job.run.document_id)
        if archive is not None and not archive.status.ended:
            self._keep(job.run.tenant, replace(archive, status=ArchiveStatus.FAILED, reason=message))

    def _make_part(self, tenant: str, archive: Archive) -> Archive:
        """Return the archive with one more part."""
        maker = self.exports if archive.kind is JobKind.EXPORT else self.backups
        prefix = keys.archive_prefix(tenant, archive.id)
        if archive.status is ArchiveStatus.QUEUED:
            archive = replace(maker.begin(tenant, archive), status=ArchiveStatus.RUNNING)
            self._keep(tenant, archive)
        with temporary.folder() as folder:
            path = Path(folder) / "part.zip"
            with Part(path, self.part_bytes, self.part_seconds) as part:
                after = maker.fill(tenant, archive, part)
            with path.open("rb") as file:
                size = self.files.put(prefix + archive.name_of(len(archive.sizes) + 1), file)
        after = replace(after, sizes=(*after.sizes, size), bytes=after.bytes + part.content_bytes)
        # Looked at again after the part, which takes minutes: keeping the state would bring back what was
        # deleted.
        if self._read_archive(tenant, archive.id) is None:  # deleted meanwhile
            self.files.delete(prefix)
            return replace(after, status=ArchiveStatus.FAILED)
        self._keep(tenant, after)
        if after.status.ended:
            self.files.delete(prefix + keys.ARCHIVE_WORK)
        return after

    def _send(self, tenant: str, archive: Archive) -> None:
        self.jobs.send(Job(archive.kind, Run(VersionId(tenant, archive.id, 0), 0), len(archive.sizes)))

    # -- what is kept of them -----------------------------------------------------------------------------

    def _ids(self, tenant: str) -> Iterator[str]:
        for key in self.files.keys(keys.archives_prefix(tenant)):
            if key.endswith(f"/{keys.ARCHIVE_STATE}"):
                yield key.split("/")[-2]

    def _has_expired(self, tenant: str, archive: Archive) -> bool:
        if archive.expires_at > time.time():
            return False
        self.files.delete(keys.archive_prefix(tenant, archive.id))
        return True

    def _keep(self, tenant: str, archive: Archive) -> None:
        content = json.dumps(asdict(replace(archive, updated_at=time.time())), ensure_ascii=False)
        self.files.put(keys.archive_prefix(tenant, archive.id) + keys.ARCHIVE_STATE, content.encode())

    def _read_archive(self, tenant: str, archive_id: str) -> Archive | None:
        with suppress(FileMissing):
            kept = self.files.get(keys.archive_prefix(tenant, archive_id) + keys.ARCHIVE_STATE)
            return _archive_of(json.loads(kept))
        return None


def _archive_of(kept: dict[str, Any]) -> Archive:
    return Archive(
        **{
            **kept,
            "kind": JobKind(kept["kind"]),
            "status": ArchiveStatus(kept["status"]),
            "sizes": tuple(kept["sizes"]),
            "omitted": tuple(kept["omitted"]),
        }
    )
