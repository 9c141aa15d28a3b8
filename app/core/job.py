"""Steps of work, and who has one in hand. Times are UTC seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.core.document import VersionId


class JobKind(StrEnum):
    """The steps of the write path that can run on their own, and the upkeep of a tenant, whose run names no
    document."""

    PLAN = "plan"
    RANGE = "range"
    ASSEMBLE = "assemble"
    SCANS = "scans"
    DELETE = "delete"
    REINDEX = "reindex"
    CHECK = "check"
    REPAIR = "repair"
    EXPORT = "export"
    BACKUP = "backup"


STEPS = (JobKind.PLAN, JobKind.RANGE, JobKind.SCANS, JobKind.ASSEMBLE)
"""The steps that make a version answer, in their order."""


class Run(NamedTuple):
    """One attempt at ingesting a version; ``number`` counts a person's retries from 1."""

    version: VersionId
    number: int

    @property
    def tenant(self) -> str:
        """The tenant whose document it is."""
        return self.version.tenant

    @property
    def document_id(self) -> str:
        """The document that the version belongs to."""
        return self.version.document_id


@dataclass(frozen=True, slots=True)
class Job:
    """A step of work. Delivered at least once, so every step is idempotent.

    ``range`` is an index into ``Version.ranges`` for ``range`` jobs, and for ``scans`` jobs, which read the
    pages of a range that need OCR. A ``delete`` job's run has version 0;
    that of an ``export`` or ``backup`` names the archive as its document, and ``range`` the part.
    ``unended`` counts the earlier deliveries whose worker vanished, as far as the queue knows: the job may be
    the cause.
    """

    kind: JobKind
    run: Run
    range: int = 0
    # It differs between deliveries of one job, which are equal all the same.
    unended: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """The same for the same step of the same run, so that a queue may drop a duplicate."""
        return "/".join(map(str, (*self.run.version, self.run.number, self.kind, self.range)))


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that was handed to one worker until ``until``; ``attempt`` counts from 1."""

    job: Job
    token: str
    attempt: int
    until: float
