"""Documents, their versions and uploads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.api import examples
from app.api.schemas.base import (
    Asked,
    Given,
    Name,
    Password,
    StageName,
    StatusName,
    Tags,
    Whole,
    to_time,
    with_example,
)
from app.api.schemas.cards import Card, CardChange
from app.core import document as core_document
from app.core import page as core_page

OutcomeName = Literal["created", "new_version", "known", "made_current", "restored"]
IfExistsName = Literal["new", "version", "refuse"]


class Reason(Given):
    """Why a version failed or is partial."""

    code: str
    message: str


class Version(Given):
    """One uploaded file of a document. ``pages_done`` of ``pages`` are read, ``chunks_done`` of ``chunks``
    passages have a vector; ``failed_pages`` could not be read. ``scans`` pages have their words in pictures
    and need OCR, as far as they are counted; ``scans_done`` of these are read."""

    model_config = with_example(examples.VERSION)

    number: int
    sha256: str
    size: int
    status: StatusName
    stage: StageName
    pages: int
    pages_done: int
    chunks: int
    chunks_done: int
    failed_pages: list[int]
    scans: int
    scans_done: int
    reason: Reason | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, version: core_document.Version) -> Version:
        """Return a version on the wire."""
        return cls(number=version.number, **_progress(version))


def _progress(version: core_document.Version) -> dict[str, Any]:
    reason = version.reason
    return {
        "sha256": version.sha256,
        "size": version.size,
        "status": version.status.value,
        "stage": version.stage.value,
        "pages": version.pages,
        "pages_done": version.pages_done,
        "chunks": version.chunks,
        "chunks_done": version.chunks_done,
        "failed_pages": list(version.failed_pages),
        "scans": version.scans.pages,
        "scans_done": version.scans.pages_done,
        "reason": Reason(code=reason.code, message=reason.message) if reason else None,
        "created_at": to_time(version.created_at),
        "updated_at": to_time(version.updated_at),
    }


class Document(Given):
    """A document with the status of its current version: the newest whose file has arrived, or an earlier one
    that was made current. ``announced`` is a newer version whose file has not arrived, null for none.
    ``searchable_version`` is the version that questions are answered from, 0 if there is none yet. ``source``
    identifies the document: a path, or the name that was chosen for it; ``name`` is the shortest end of the
    source that no other document has. ``title`` is that of its ``card``, which says what the document is; ""
    before it has one. ``index_missing`` means that passages are missing from the index; reindexing restores
    them."""

    model_config = with_example(examples.DOCUMENT)

    id: str
    name: str
    source: str
    title: str
    card: Card
    tags: list[str]
    version: int
    searchable_version: int
    announced: Version | None
    index_missing: bool
    sha256: str
    size: int
    status: StatusName
    stage: StageName
    pages: int
    pages_done: int
    chunks: int
    chunks_done: int
    failed_pages: list[int]
    scans: int
    scans_done: int
    reason: Reason | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, document: core_document.Document, *, index_missing: bool = False) -> Document:
        """Return a document on the wire."""
        fields = _progress(document.latest) | {"created_at": to_time(document.created_at)}
        return cls(
            id=document.id,
            name=document.name,
            source=document.source,
            title=document.title,
            card=Card.of(document.card, document.corrections),
            tags=list(document.tags),
            version=document.latest.number,
            searchable_version=document.searchable,
            announced=Version.of(document.announced) if document.announced else None,
            index_missing=index_missing,
            **fields,
        )


class Uploaded(Document):
    """The document of an uploaded file, and the outcome: ``created``, ``new_version``, ``known`` (the current
    version has this content), ``made_current`` (an earlier version has it and becomes current again) or
    ``restored`` (its stored file was lost, and exists again). ``replaced_version`` is the number of the
    version that answers until this one does, null for none."""

    model_config = with_example(examples.UPLOADED)

    outcome: OutcomeName
    replaced_version: int | None

    @classmethod
    def of_file(cls, put: core_document.Registered) -> Uploaded:
        """Return the outcome of an upload on the wire."""
        document = dict(Document.of(put.document))
        return cls(**document, outcome=put.outcome.value, replaced_version=put.replaced or None)


class Documents(Given):
    """Documents, newest first; ``cursor`` gets the next page, and is ``null`` at the end."""

    items: list[Document]
    cursor: str | None

    @classmethod
    def of(
        cls,
        documents: Iterable[core_document.Document],
        cursor: str | None = None,
        *,
        lost: Collection[str] = (),
    ) -> Documents:
        """Return documents on the wire; those with ids in ``lost`` have passages missing from the index."""
        items = [Document.of(each, index_missing=each.id in lost) for each in documents]
        return cls(items=items, cursor=cursor)


class Bookmark(Given):
    """An entry of the PDF's outline. `level` counts from 1; `page` is null if the entry leads to no page,
    `top` (points from the page's top edge) if it names no position on the page."""

    title: str
    level: int
    page: int | None
    top: float | None


class Outline(Given):
    """The outline of a version's file: its title, "" if it has none, and its bookmarks in reading order;
    `cut` means that it has more bookmarks than these. `labels` are the PDF's own names for its pages, such as
    iv or A-3, in order, "" where a page has none or the same; the list is empty where no page has one."""

    model_config = with_example(examples.OUTLINE)

    document_id: str
    version: int
    pages: int
    title: str
    outline: list[Bookmark]
    cut: bool
    labels: list[str]

    @classmethod
    def of(cls, outline: core_page.Outline, document_id: str, version: int) -> Outline:
        """Return an outline on the wire."""
        return cls(
            document_id=document_id,
            version=version,
            pages=outline.pages,
            title=outline.title,
            outline=[Bookmark(**asdict(bookmark)) for bookmark in outline.bookmarks],
            cut=outline.cut,
            labels=list(outline.labels),
        )


class Versions(Given):
    """Versions, newest first."""

    items: list[Version]

    @classmethod
    def of(cls, versions: Iterable[core_document.Version]) -> Versions:
        """Return versions on the wire."""
        return cls(items=[Version.of(each) for each in versions])


class Announcement(Asked):
    """A file that the client will post itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ANNOUNCEMENT]})

    name: Name
    size: Annotated[int, Field(ge=0, json_schema_extra={"minimum": 1}), Whole]
    """An empty file, or one that is too large, is refused with a code of its own, as one that is uploaded."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{64}$")]
    if_exists: IfExistsName = "new"
    tags: Tags = Field(default_factory=list)


class UploadForm(Given):
    """A presigned form: post its ``fields`` to its URL as multipart, with the file last, as ``file``."""

    url: str
    fields: dict[str, str]
    expires_at: datetime

    @classmethod
    def of(cls, form: core_document.UploadForm) -> UploadForm:
        """Return a form on the wire."""
        return cls(url=form.url, fields=form.fields, expires_at=to_time(form.expires_at))


class Announced(Given):
    """The announced document, its announced version, and the form to post the file with: ``null`` if the
    content exists already. ``outcome`` and ``replaced_version`` are as for an upload."""

    document: Document
    version: int
    outcome: OutcomeName
    replaced_version: int | None
    upload: UploadForm | None


class Ingest(Asked):
    """The version to read (the newest by default), and its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "open sesame"}]})

    password: Password | None = None
    version: Annotated[int, Field(ge=1, le=1_000_000), Whole] | None = None


class DocumentChange(Asked):
    """A new name, new tags, corrections of the card, or several of these."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "pump.pdf", "tags": ["pumps"]}, {"card": examples.CARD_CHANGE}]
        }
    )

    name: Name | None = None
    tags: Tags | None = None
    card: CardChange | None = None


class Receipt(Given):
    """The counts of what a delete removed; ``citations`` counts those in stored answers, which now say that
    the document was deleted, and ``archives`` the exports and backups on the server that may hold it until
    they are deleted or expire."""

    model_config = with_example(examples.RECEIPT)

    document_id: str
    versions: int
    files: int
    chunks: int
    bytes: int
    citations: int
    archives: int

    @classmethod
    def of(cls, receipt: core_document.Receipt) -> Receipt:
        """Return a receipt on the wire."""
        return cls(**asdict(receipt))
