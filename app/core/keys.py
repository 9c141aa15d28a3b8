"""The file store's keys: everything of a document version stands under one prefix."""

from __future__ import annotations


def document_prefix(tenant: str, document_id: str) -> str:
    """Of every file of a document."""
    return f"{tenant}/{document_id}/"


def version_prefix(tenant: str, document_id: str, version: int) -> str:
    """Of every file of a version."""
    return f"{tenant}/{document_id}/{version}/"


def original(tenant: str, document_id: str, version: int) -> str:
    """The file as it was uploaded."""
    return version_prefix(tenant, document_id, version) + "original.pdf"


def unlocked(tenant: str, document_id: str, version: int) -> str:
    """An encrypted file's copy without encryption, made once with its password, which is kept nowhere."""
    return version_prefix(tenant, document_id, version) + "unlocked.pdf"


def page_range(tenant: str, document_id: str, version: int, index: int) -> str:
    """The checkpoint of a page range: its pages as they were read."""
    return version_prefix(tenant, document_id, version) + f"pages/{index:05d}.jsonl.gz"


def page_image(tenant: str, document_id: str, version: int, page: int, dpi: int) -> str:
    """A rendered page."""
    return version_prefix(tenant, document_id, version) + f"images/{page:06d}@{dpi}.jpg"


def figure(tenant: str, document_id: str, version: int, page: int, number: int, extension: str) -> str:
    """A picture that stands on a page."""
    return version_prefix(tenant, document_id, version) + f"figures/{page:06d}-{number:03d}.{extension}"
