"""Documents made anew from their files, where the database that knew them is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from app.core import keys
from app.core.document import Registered, VersionId
from app.core.errors import FileMissing
from app.core.ports import FileStore
from app.use_cases import description_file
from app.use_cases.description_file import Description
from app.use_cases.findings import Code, Finding


class Upload(Protocol):
    """Stores a file: takes (tenant, name, path, tags, description) and returns its document."""

    def __call__(self, tenant: str, description: Description, path: Path) -> Registered:
        """Take a file in under its name, with its tags."""
        ...


def rebuilt(
    findings: list[Finding], files: FileStore, upload: Upload, tell: Callable[[str], None]
) -> Iterator[Registered]:
    """Take in each lost document's files, its versions in order, and remove what they were made of.

    What was read of them is read again: its places are those of a document that is no more.
    """
    for finding in findings:
        if finding.code is not Code.DOCUMENT_LOST:
            continue
        prefix = keys.document_prefix(finding.tenant, finding.document_id)
        numbers = _versions(files, prefix)
        versions = [VersionId(finding.tenant, finding.document_id, number) for number in numbers]
        newest = _newest(files, versions)
        for version_id in versions:
            with files.local(keys.original(version_id)) as path:
                description = newest or _describe_file(version_id, path)
                tell(description.name)
                taken = upload(finding.tenant, description, path)
            _keep_unlocked(files, version_id, taken)
            yield taken
        files.delete(prefix)


def _versions(files: FileStore, prefix: str) -> list[int]:
    parts = (key.removeprefix(prefix).split("/") for key in files.keys(prefix))
    return sorted({int(part[0]) for part in parts if part[0].isdigit() and part[-1] == "original.pdf"})


def _newest(files: FileStore, versions: list[VersionId]) -> Description | None:
    """Return what is kept beside the newest version that has it: what the document is called now, and
    where it comes from. Versions that came earlier may have had another name."""
    for version_id in reversed(versions):
        with suppress(FileMissing):
            if known := description_file.decode(files.get(keys.description(version_id))):
                return known
    return None


def _describe_file(version_id: VersionId, path: Path) -> Description:
    """Return what is known about a file without a description."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Description(f"{version_id.document_id}.pdf", (), sha256, path.stat().st_size, 0.0)


def _keep_unlocked(files: FileStore, version_id: VersionId, taken: Registered) -> None:
    """Bring the copy without encryption along: its password is kept nowhere."""
    if files.size(keys.unlocked_copy(version_id)) is None:
        return
    with files.local(keys.unlocked_copy(version_id)) as path, path.open("rb") as file:
        files.put(keys.unlocked_copy(taken.version.id), file)
