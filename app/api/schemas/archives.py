"""Exports and backups that an administrator asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.api import examples
from app.api.schemas.base import Asked, Given, to_time, with_example
from app.core import keys
from app.core.job import JobKind
from app.use_cases import archives


class NewExport(Asked):
    """What an export's files are: the PDFs as they were uploaded, or what was read of them."""

    model_config = with_example({"format": "pdf"})

    format: Literal["pdf", "json", "markdown", "csv"] = "pdf"


class ArchivePart(Given):
    """A ZIP file of its own. ``key`` is its place in the file store: in the bucket, or below ``files`` in the
    data folder; ``url`` an export's address here, ``null`` for a backup's part."""

    number: int
    key: str
    size: int
    url: str | None


class Archive(Given):
    """An export or a backup. ``done`` of ``total`` documents of an export, or files of a backup, are in its
    parts, with ``bytes`` before they were packed; ``omitted`` says which could not be exported and why,
    ``reason`` why all of it failed. It is removed when ``expires_at`` has come."""

    model_config = with_example(examples.ARCHIVE)

    id: str
    kind: Literal["export", "backup"]
    format: str | None
    status: Literal["queued", "running", "ready", "failed"]
    done: int
    total: int
    bytes: int
    parts: list[ArchivePart]
    omitted: list[str]
    reason: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, archive: archives.Archive, tenant: str) -> Archive:
        """Return an archive on the wire."""
        base = f"/v1/maintenance/archives/{archive.id}/parts"
        place = keys.archive_prefix(tenant, archive.id)
        parts = [
            ArchivePart(
                number=number,
                key=place + archive.name_of(number),
                size=size,
                url=f"{base}/{number}" if archive.kind is JobKind.EXPORT else None,
            )
            for number, size in enumerate(archive.sizes, 1)
        ]
        return cls.model_validate(
            {
                **{name: getattr(archive, name) for name in ("id", "done", "total", "bytes")},
                "kind": archive.kind.value,
                "format": archive.format or None,
                "status": archive.status.value,
                "parts": parts,
                "omitted": list(archive.omitted),
                "reason": archive.reason or None,
                "created_at": to_time(archive.created_at),
                "updated_at": to_time(archive.updated_at),
                "expires_at": to_time(archive.expires_at),
            }
        )


class ArchiveList(Given):
    """A tenant's exports and backups, the newest first."""

    model_config = with_example({"items": [examples.ARCHIVE]})

    items: list[Archive]
