"""Which version of a document is meant, and whether its file is here."""

from __future__ import annotations

from app.core.document import Document, Status, Version, VersionId
from app.core.errors import Conflict
from app.core.ports import DocumentStore


def chosen_version(
    documents: DocumentStore, tenant: str, document_id: str, number: int | None
) -> tuple[Document, Version]:
    """Return a document and its version with this number, by default the one that was chosen last. Raises
    ``NotFound``."""
    document = documents.get(tenant, document_id)
    if number is None or number == document.latest.number:
        return document, document.latest
    return document, documents.version(VersionId(tenant, document_id, number))


def has_arrived(version: Version) -> bool:
    """Return whether the version's file was here and could be opened, as far as its state tells."""
    return version.status not in (Status.UPLOADING, Status.FAILED)


def check_arrived(version: Version) -> None:
    """Raise ``Conflict`` while the version's file is still waited for."""
    if version.status is Status.UPLOADING:
        raise Conflict("The file has not arrived yet: post it with the upload form first.")
