"""Documents made anew from their files, where the database that knew them is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from app.core import keys
from app.core.document import Registered
from app.core.errors import FileMissing
from app.core.ports import FileStore
from app.use_cases import description_file
from app.use_cases.description_file import Description
from app.use_cases.findings import Code, Finding


class Upload(Protocol):
    """What takes a file in: (tenant, name, path, tags, what to keep beside it) to its document."""

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
        places = [(finding.tenant, finding.document_id, number) for number in numbers]
        newest = _newest(files, places)
        for place in places:
            with files.local(keys.original(*place)) as path:
                description = newest or _undescribed(place, path)
                tell(description.name)
                taken = upload(finding.tenant, description, path)
            _keep_unlocked(files, place, taken)
            yield taken
        files.delete(prefix)


def _versions(files: FileStore, prefix: str) -> list[int]:
    parts = (key.removeprefix(prefix).split("/") for key in files.keys(prefix))
    return sorted({int(part[0]) for part in parts if part[0].isdigit() and part[-1] == "original.pdf"})


def _newest(files: FileStore, places: list[tuple[str, str, int]]) -> Description | None:
    """What is kept beside the newest version that has it: what the document is called now, and where it comes
    from. Versions that came earlier may have had another name."""
    for place in reversed(places):
        with suppress(FileMissing):
            if known := description_file.decode(files.get(keys.description(*place))):
                return known
    return None


def _undescribed(place: tuple[str, str, int], path: Path) -> Description:
    """What can be told of a file that nothing is kept beside."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Description(f"{place[1]}.pdf", (), sha256, path.stat().st_size, 0.0)


def _keep_unlocked(files: FileStore, place: tuple[str, str, int], taken: Registered) -> None:
    """Bring the copy without encryption along: its password is kept nowhere."""
    if files.size(keys.unlocked(*place)) is None:
        return
    document, version = taken.document, taken.version
    with files.local(keys.unlocked(*place)) as path, path.open("rb") as file:
        files.put(keys.unlocked(document.tenant, document.id, version.number), file)
