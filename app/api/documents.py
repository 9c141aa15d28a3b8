"""``/v1/documents``: upload, list, change and delete documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse
from starlette.responses import StreamingResponse

from app.api import schemas
from app.api.dependencies import (
    DESCRIBED,
    Cursor,
    DocumentId,
    Door,
    Editor,
    Reader,
    VersionNumber,
    VersionPlace,
)
from app.api.downloads import redirect_to_stored, send_stored
from app.api.streams import After, HeldStream, begin, json_array
from app.core import limits
from app.core.document import DocumentFilter, IfExists, Status
from app.core.names import searchable_name
from app.core.ports import PDF
from app.core.process.closing import close
from app.core.rules.card_rows import LONGEST_VALUE
from app.core.rules.card_said import DATE
from app.pages.report import PageReport, Totals

PDF_POLICY = "frame-ancestors 'self'"
"""Browsers show a PDF with code of their own, which a stricter policy stops."""

router = APIRouter(prefix="/v1/documents", tags=["documents"], dependencies=[DESCRIBED])


@router.post(
    "",
    status_code=201,
    responses={
        200: {
            "model": schemas.Uploaded,
            "description": "The content exists already; this is its document.",
        },
        409: {},
        413: {},
        415: {},
    },
)
def upload(
    door: Door,
    caller: Editor,
    response: Response,
    file: Annotated[UploadFile, File(description="A PDF.")],
    password: Annotated[
        schemas.Password | None, Form(description="The password of an encrypted PDF; it is not stored.")
    ] = None,
    if_exists: Annotated[
        schemas.IfExistsName, Form(description="What the file becomes if a document has its name.")
    ] = "new",
    tags: Annotated[schemas.Tags, Form(description="Tags of the document; the field may be repeated.")] = [],  # noqa: B006
) -> schemas.Uploaded:
    """Upload a PDF.

    201: a new document, or a new version of one; it is `queued`, and its `status` changes as it is read. 200:
    the content exists already; the response is its document, which is read again if it had failed. `outcome`
    says which. The content of an earlier version makes that version current again.

    If a document with this name exists, `if_exists` decides: `new` creates another document under a distinct
    name, `version` adds a version to the existing one, `refuse` answers 409 with the code `name_exists`.

    Files over the limit get a 413; behind a gateway with a smaller limit, use `/v1/documents/uploads`.
    """
    put = door.uploads.upload(
        caller.tenant,
        file.filename or "",
        file.file,
        password=password or None,
        if_exists=IfExists(if_exists),
        tags=tags,
    )
    response.status_code = 200 if put.existed else 201
    # With 200 as well: clients that follow it need not tell the two apart.
    response.headers["Location"] = f"/v1/documents/{put.document.id}"
    return schemas.Uploaded.of_file(put)


@router.post(
    "/uploads",
    status_code=201,
    responses={
        200: {
            "model": schemas.Announced,
            "description": "The content exists already: there is nothing to post.",
        },
        409: {},
        413: {},
    },
)
def announce(door: Door, caller: Editor, response: Response, body: schemas.Announcement) -> schemas.Announced:
    """Announce a PDF that the client posts itself.

    Post the file with the form in `upload`, then call `…/ingest`. If the content exists already, `upload` is
    `null`, and no further request is needed. A file that has not arrived when the form expires is no longer
    accepted.
    """
    registered, form = door.uploads.start_upload(
        caller.tenant,
        body.name,
        body.size,
        body.sha256,
        if_exists=IfExists(body.if_exists),
        tags=body.tags,
    )
    response.status_code = 200 if form is None else 201
    return schemas.Announced(
        document=schemas.Document.of(registered.document),
        version=registered.version.number,
        outcome=registered.outcome.value,
        replaced_version=registered.replaced or None,
        upload=schemas.UploadForm.of(form) if form else None,
    )


@router.get("")
def list_documents(
    door: Door,
    caller: Reader,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    status: Annotated[
        Status | None, Query(description="Return only documents whose newest version has this status.")
    ] = None,
    tag: Annotated[
        str | None,
        Query(max_length=limits.TAG_CHARACTERS, description="Return only documents with this tag."),
    ] = None,
    name: Annotated[
        str | None, Query(max_length=255, description="Return only documents whose name contains this text.")
    ] = None,
    kind: Annotated[
        str | None,
        Query(max_length=LONGEST_VALUE, description="Return only documents of this kind, such as `report`."),
    ] = None,
    who: Annotated[
        str | None,
        Query(
            max_length=LONGEST_VALUE,
            description="Return only documents of those whose name contains this: issuers, parties, authors.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        Query(
            pattern=f"^({DATE})?$",
            description="Return only documents whose `date` is this or later: 2023, 2023-06 or 2023-06-30.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        Query(pattern=f"^({DATE})?$", description="Return only documents whose `date` is this or earlier."),
    ] = None,
) -> schemas.Documents:
    """List documents, newest first: the last that was uploaded comes first."""
    where = DocumentFilter(
        status=status,
        tag=tag or None,
        name=name or None,
        kind=(kind or "").strip() or None,
        who=(who or "").strip() or None,
        since=since or None,
        until=until or None,
    )
    listing = door.library.list_documents(caller.tenant, where=where, cursor=cursor or None, limit=limit)
    lost = door.library.find_lost(caller.tenant, listing.items)
    return schemas.Documents.of(listing.items, listing.cursor, lost=lost)


@router.get("/{document_id:document}")
def get_document(door: Door, caller: Reader, document_id: DocumentId) -> schemas.Document:
    """Get a document and its status."""
    document = door.library.document(caller.tenant, document_id)
    lost = door.library.find_lost(caller.tenant, [document])
    return schemas.Document.of(document, index_missing=bool(lost))


@router.patch("/{document_id:document}", responses={409: {}})
def change_document(
    door: Door, caller: Editor, document_id: DocumentId, body: schemas.DocumentChange
) -> schemas.Document:
    """Rename or retag a document, or correct what its card says.

    Corrections of the card outlive reading the document again and new versions of it. They are shown at once;
    they stand before its passages in the index after the document is indexed again.
    """
    change = body.card or schemas.CardChange()
    return schemas.Document.of(
        door.library.update(
            caller.tenant,
            document_id,
            name=body.name,
            tags=body.tags,
            said=change.said,
            taken_back=change.taken_back,
        )
    )


@router.delete("/{document_id:document}")
def delete_document(door: Door, caller: Editor, document_id: DocumentId) -> schemas.Receipt:
    """Delete a document with all its versions, for good; it stops answering at once."""
    return schemas.Receipt.of(door.uploads.delete(caller.tenant, document_id))


@router.post("/{document_id:document}/ingest", status_code=202, responses={409: {}, 415: {}})
def ingest(
    door: Door, caller: Editor, document_id: DocumentId, body: schemas.Ingest | None = None
) -> schemas.Document:
    """Read a file that has arrived, or read a version again that failed, is partial or needs OCR.

    An encrypted PDF needs its `password`; a decrypted copy is stored, the password is not. 409 if the file
    has not arrived.
    """
    wanted = body or schemas.Ingest()
    document = door.uploads.ingest(
        caller.tenant, document_id, version=wanted.version, password=wanted.password or None
    )
    return schemas.Document.of(document)


@router.post("/{document_id:document}/scans", status_code=202, responses={409: {}, 503: {}})
def read_scans(
    door: Door, caller: Editor, document_id: DocumentId, version: VersionNumber = None
) -> schemas.Document:
    """Have OCR read the pages of a version that need it.

    Its other pages stay as they are, and go on answering. 409 while the version is being read, and if none of
    its pages needs OCR; 503 with the code `not_set_up` if nothing here reads scans: `detail` says how to
    switch it on.
    """
    return schemas.Document.of(door.uploads.read_scans(caller.tenant, document_id, version=version))


@router.get("/{document_id:document}/versions")
def versions(door: Door, caller: Reader, document_id: DocumentId) -> schemas.Versions:
    """List the versions of a document, newest first."""
    return schemas.Versions.of(door.library.versions(caller.tenant, document_id))


@router.post("/{document_id:document}/versions/{version}/current", status_code=202, responses={409: {}})
def make_current(
    door: Door, caller: Editor, document_id: DocumentId, version: VersionPlace
) -> schemas.Document:
    """Make a version current.

    It is indexed from its stored pages, and replaces the current version when that is done. 409 for a version
    that has not been read.
    """
    return schemas.Document.of(door.uploads.make_current(caller.tenant, document_id, version))


@router.delete("/{document_id:document}/versions/{version}")
def delete_version(
    door: Door, caller: Editor, document_id: DocumentId, version: VersionPlace
) -> schemas.Receipt:
    """Delete a version for good.

    If it was the current one it stops answering at once, and the newest other version that was read becomes
    current. With the last version the document is deleted.
    """
    return schemas.Receipt.of(door.uploads.delete_version(caller.tenant, document_id, version))


@router.get("/{document_id:document}/outline")
def outline(
    door: Door, caller: Reader, document_id: DocumentId, version: VersionNumber = None
) -> schemas.Outline:
    """Get the outline of the PDF: titles, levels and pages of its bookmarks."""
    chosen = door.library.version(caller.tenant, document_id, version)
    found = door.library.outline(caller.tenant, document_id, chosen.number)
    return schemas.Outline.of(found, document_id, chosen.number)


@router.get(
    "/{document_id:document}/content",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The PDF.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        },
        206: {
            "description": "The ranges that `Range` asks for.",
            "content": {
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
                "multipart/byteranges": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        304: {"description": "`If-None-Match` names what there is."},
        307: {"description": "Where the file is to be fetched, for a few minutes and without a token."},
        409: {},
        416: {},
    },
)
def content(
    door: Door, caller: Reader, request: Request, document_id: DocumentId, version: VersionNumber = None
) -> Response:
    """Get the PDF as it was uploaded. `Range` and `If-None-Match` are supported."""
    document, key = door.library.content(caller.tenant, document_id, version)
    chosen = door.library.version(caller.tenant, document_id, version)
    # A name may have folders, which a browser would make part of the file's name.
    name = document.name.rpartition("/")[2]
    # Lambda answers with 6 MB at most: a larger file comes from the file store itself.
    if redirect := redirect_to_stored(door, key, media_type=PDF, filename=name):
        return redirect
    # The content's own hash: it is the same in every store and after every restart.
    etag = f'"{chosen.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": PDF_POLICY}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return send_stored(
        door, key, media_type=PDF, filename=name, content_disposition_type="inline", headers=headers
    )


@router.get(
    "/{document_id:document}/searchable",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The PDF.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        },
        307: {"description": "Where the file is to be fetched, for a few minutes and without a token."},
        409: {},
    },
)
def searchable(
    door: Door, caller: Reader, document_id: DocumentId, version: VersionNumber = None
) -> Response:
    """Get a copy of the PDF in which the words that OCR read can be found and marked.

    They stand over their pictures and are not seen; the original stays as it is. 409 while the version is
    being read, and if OCR has read none of its pages with the places of their words.
    """
    document, key = door.library.searchable(caller.tenant, document_id, version)
    name = searchable_name(document.name)
    if redirect := redirect_to_stored(door, key, media_type=PDF, filename=name):
        return redirect
    headers = {"Cache-Control": "private, no-cache", "Content-Security-Policy": PDF_POLICY}
    return send_stored(door, key, media_type=PDF, filename=name, headers=headers)


@router.get(
    "/{document_id:document}/report",
    response_class=StreamingResponse,
    responses={200: {"model": schemas.Report, "description": "The report, page by page."}},
)
def report(
    door: Door, caller: Reader, request: Request, document_id: DocumentId, version: VersionNumber = None
) -> StreamingResponse:
    """Report how each page was read, in counts, with totals. The response is streamed page by page."""
    chosen = door.library.version(caller.tenant, document_id, version)

    def parts(held: ExitStack) -> Iterator[bytes]:
        # The number, not "the newest": a version that arrives in the middle of the stream must not mix with
        # it.
        read = door.library.report(caller.tenant, document_id, chosen.number)
        held.callback(close, read)
        head = schemas.Report.head(document_id, chosen)
        return json_array(head, "pages", map(_report_item, begin(read)), request.state.request_id)

    return HeldStream(parts, "application/json")


def _report_item(item: PageReport | Totals) -> dict[str, object] | After:
    return After("totals", item.json()) if isinstance(item, Totals) else asdict(item)
