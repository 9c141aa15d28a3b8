"""What a tenant's backup holds: its rows, then its files, and last what says that it is whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import FileMissing
from app.core.ports import FileStore, TenantRows
from app.core.process import temporary
from app.use_cases.archives import Archive, ArchiveStatus
from app.use_cases.part import Part

FILES = "files/"
"""The folder in a backup with the file store's files, by their keys."""


@dataclass(frozen=True, slots=True)
class TenantBackup:
    """Fills the parts of a backup. Unpacked into one folder, they are what ``kb restore`` brings back.

    Rows come first: a file that is added meanwhile is one too many in the copy, and none is missing. The
    index is no part of it: it is made again from the rest.
    """

    files: FileStore
    rows: TenantRows

    def begin(self, tenant: str, archive: Archive) -> Archive:
        """Count the files."""
        return replace(archive, total=sum(1 for _ in self.files.keys(f"{tenant}/")))

    def fill(self, tenant: str, archive: Archive, part: Part) -> Archive:
        """Copy rows at first, then files until the part is full."""
        if not archive.sizes:
            self._add_rows(tenant, part)
        done, after = archive.done, archive.after
        for key in self.files.keys(f"{tenant}/"):
            if key <= after:
                continue
            if part.is_full:
                return replace(archive, done=done, after=after)
            try:
                with self.files.local(key) as path:
                    part.add(FILES + key, path)
            except FileMissing:  # deleted meanwhile
                continue
            done, after = done + 1, key
        part.add_bytes(*self.rows.manifest(done, archive.bytes + part.content_bytes))
        return replace(archive, done=done, total=done, after=after, status=ArchiveStatus.READY)

    def _add_rows(self, tenant: str, part: Part) -> None:
        with temporary.folder() as folder:
            self.rows.copy(tenant, Path(folder))
            for path in sorted(Path(folder).iterdir()):
                part.add(path.name, path)
