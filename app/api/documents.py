"""``/v1/documents``: in, seen, changed, deleted."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, RedirectResponse
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
from app.api.streams import After, HeldFile, HeldStream, begun, json_array
from app.core import limits
from app.core.document import DocumentFilter, IfExists, Status
from app.pages.report import PageReport, Totals

DOWNLOAD_SECONDS = 300
PDF_POLICY = "frame-ancestors 'self'"
"""Browsers show a PDF with code of their own, which a stricter policy stops."""

router = APIRouter(prefix="/v1/documents", tags=["documents"], dependencies=[DESCRIBED])


@router.post(
    "",
    status_code=201,
    responses={
        200: {
            "model": schemas.Uploaded,
            "description": "The same content is here already; this is its document.",
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
        schemas.Password | None, Form(description="Opens an encrypted PDF; not kept.")
    ] = None,
    if_exists: Annotated[
        schemas.IfExistsName, Form(description="What the file becomes where a document has its name.")
    ] = "new",
    tags: Annotated[schemas.Tags, Form(description="May be given several times.")] = [],  # noqa: B006
) -> schemas.Uploaded:
    """Upload a PDF.

    201: a new document, or a new version of one; it is `queued`, and its state tells how far it is. 200: this
    content is here already; its document is given, and read again if it had failed. `outcome` tells which.
    The content of a document's earlier version makes that one current again.

    Where a document has this name, `if_exists` decides: `new` makes another document, under a name that tells
    it apart, `version` its next version, `refuse` nothing: a 409 with the code `name_exists`.

    Files over the limit get a 413; behind a gateway with a limit of its own, use `/v1/documents/uploads`.
    """
    put = door.upload(
        caller.tenant,
        file.filename or "",
        file.file,
        password=password or None,
        if_exists=IfExists(if_exists),
        tags=tags,
    )
    response.status_code = 200 if put.existed else 201
    response.headers["Location"] = f"/v1/documents/{put.document.id}"
    return schemas.Uploaded.of_file(put)


@router.post(
    "/uploads",
    status_code=201,
    responses={
        200: {
            "model": schemas.Announced,
            "description": "The same content is here already: there is nothing to post.",
        },
        409: {},
        413: {},
    },
)
def announce(door: Door, caller: Editor, response: Response, body: schemas.Announcement) -> schemas.Announced:
    """Announce a PDF that the client posts itself.

    Post the file with the form in `upload`, then call `…/ingest`. Where the content is here already, `upload`
    is `null` and there is nothing left to do. A file that has not come when the form has expired is given up.
    """
    registered, form = door.start_upload(
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
        Status | None, Query(description="Only those whose newest version is in this state.")
    ] = None,
    tag: Annotated[
        str | None, Query(max_length=limits.TAG_CHARACTERS, description="Only those with this tag.")
    ] = None,
    name: Annotated[
        str | None, Query(max_length=255, description="Only those with this in their name.")
    ] = None,
) -> schemas.Documents:
    """List documents, newest first."""
    where = DocumentFilter(status=status, tag=tag or None, name=name or None)
    listing = door.list_documents(caller.tenant, where=where, cursor=cursor or None, limit=limit)
    lost = door.watch.missing(caller.tenant, listing.items)
    return schemas.Documents.of(listing.items, listing.cursor, lost=lost)


@router.get("/{document_id:document}")
def get_document(door: Door, caller: Reader, document_id: DocumentId) -> schemas.Document:
    """A document and how far it is."""
    document = door.document(caller.tenant, document_id)
    lost = door.watch.missing(caller.tenant, [document])
    return schemas.Document.of(document, index_missing=bool(lost))


@router.patch("/{document_id:document}", responses={409: {}})
def change_document(
    door: Door, caller: Editor, document_id: DocumentId, body: schemas.DocumentChange
) -> schemas.Document:
    """Rename or retag a document."""
    return schemas.Document.of(door.update(caller.tenant, document_id, name=body.name, tags=body.tags))


@router.delete("/{document_id:document}")
def delete_document(door: Door, caller: Editor, document_id: DocumentId) -> schemas.Receipt:
    """Delete a document with all its versions, for good; it stops answering at once."""
    return schemas.Receipt.of(door.delete(caller.tenant, document_id))


@router.post("/{document_id:document}/ingest", status_code=202, responses={409: {}, 415: {}})
def ingest(
    door: Door, caller: Editor, document_id: DocumentId, body: schemas.Ingest | None = None
) -> schemas.Document:
    """Read a file that has arrived, or one that failed or is partial once more.

    An encrypted PDF takes its `password`; a copy without encryption is kept, the password is not. 409 while
    the file has not arrived.
    """
    wanted = body or schemas.Ingest()
    document = door.ingest(
        caller.tenant, document_id, version=wanted.version, password=wanted.password or None
    )
    return schemas.Document.of(document)


@router.get("/{document_id:document}/versions")
def versions(door: Door, caller: Reader, document_id: DocumentId) -> schemas.Versions:
    """Its versions, newest first."""
    return schemas.Versions.of(door.versions(caller.tenant, document_id))


@router.post("/{document_id:document}/versions/{version}/current", status_code=202, responses={409: {}})
def make_current(
    door: Door, caller: Editor, document_id: DocumentId, version: VersionPlace
) -> schemas.Document:
    """Have a version answer again. It is indexed from what was read of it, and takes the place of the one
    that answers when that is done. 409 for one that has not been read."""
    return schemas.Document.of(door.make_current(caller.tenant, document_id, version))


@router.delete("/{document_id:document}/versions/{version}")
def delete_version(
    door: Door, caller: Editor, document_id: DocumentId, version: VersionPlace
) -> schemas.Receipt:
    """Delete a version for good. Where it answered, it stops at once, and the newest of the others that was
    read becomes current. The last one's document goes with it."""
    return schemas.Receipt.of(door.delete_version(caller.tenant, document_id, version))


@router.get("/{document_id:document}/outline")
def outline(
    door: Door, caller: Reader, document_id: DocumentId, version: VersionNumber = None
) -> schemas.Outline:
    """The outline that the PDF brings along, for finding one's way: titles, levels and pages."""
    chosen = door.version(caller.tenant, document_id, version)
    found = door.outline(caller.tenant, document_id, chosen.number)
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
    """The PDF as it was uploaded. Ranges and `If-None-Match` are served."""
    document, key = door.content(caller.tenant, document_id, version)
    chosen = door.version(caller.tenant, document_id, version)
    name = document.name.rpartition("/")[2]
    if url := door.files.download_url(key, name=name, seconds=DOWNLOAD_SECONDS):
        return RedirectResponse(url, 307, {"Cache-Control": "no-store"})
    etag = f'"{chosen.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": PDF_POLICY}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    with ExitStack() as stack:
        path = stack.enter_context(door.files.local(key))
        return HeldFile(
            path,
            stack.pop_all(),
            media_type="application/pdf",
            filename=name,
            content_disposition_type="inline",
            headers=headers,
        )


@router.get(
    "/{document_id:document}/report",
    response_class=StreamingResponse,
    responses={200: {"model": schemas.Report, "description": "The report, page by page."}},
)
def report(
    door: Door, caller: Reader, request: Request, document_id: DocumentId, version: VersionNumber = None
) -> StreamingResponse:
    """What was read of each page, in counts, and all in all; sent page by page."""
    chosen = door.version(caller.tenant, document_id, version)
    read = door.report(caller.tenant, document_id, chosen.number)
    items = begun(read)
    head = schemas.Report.head(document_id, chosen)
    parts = json_array(head, "pages", map(_report_item, items), request.state.request_id)
    return HeldStream(parts, read, "application/json")


def _report_item(item: PageReport | Totals) -> dict[str, object] | After:
    return After("totals", item.json()) if isinstance(item, Totals) else asdict(item)
