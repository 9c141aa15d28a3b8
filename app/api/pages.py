"""``/v1/documents/{id}/pages`` and ``figures``: what was read, and its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from app.api import schemas
from app.api.dependencies import (
    DESCRIBED,
    DOCUMENT,
    LARGEST,
    DocumentId,
    Door,
    PageNumber,
    Reader,
    TableIndex,
    VersionNumber,
)
from app.api.streams import HeldStream, begin
from app.core import keys
from app.core.process.closing import close
from app.ingest.pictures import PAGE_IMAGE_DPI
from app.pages.table_csv import MEDIA_TYPE

LEAST_DPI, MOST_DPI = 36, 300
"""The range of resolutions. At 300 dpi an A4 page has 8.7 million pixels."""

ZIP = "application/zip"

CSV_TYPE = "text/csv"

KEPT = "max-age=86400, immutable"

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "jpg": "image/jpeg"}

router = APIRouter(prefix=DOCUMENT, tags=["pages"], dependencies=[DESCRIBED])


def _picture(*media_types: str) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {
        200: {"description": "The picture.", "content": dict.fromkeys(media_types, schema)},
        304: {"description": "`If-None-Match` names what there is."},
    }


@router.get("/pages/{number}", responses={409: {}})
def page(
    door: Door, caller: Reader, document_id: DocumentId, number: PageNumber, version: VersionNumber = None
) -> schemas.Page:
    """Get a page as it was read: its text, blocks with boxes, tables and notes.

    409 if it has not been read yet.
    """
    chosen = door.library.version(caller.tenant, document_id, version)
    found = door.library.page(caller.tenant, document_id, number, chosen.number)
    return schemas.Page.of(found, document_id, chosen.number)


@router.get(
    "/pages/{number}/tables/{table}",
    response_class=Response,
    responses={
        200: {
            "description": "The table, in UTF-8 with a byte order mark.",
            "content": {CSV_TYPE: {"schema": {"type": "string"}}},
        },
        409: {},
    },
)
def table(
    door: Door,
    caller: Reader,
    document_id: DocumentId,
    number: PageNumber,
    table: TableIndex,
    version: VersionNumber = None,
) -> Response:
    """Get a table as CSV, which a spreadsheet opens: one row of heads, and numbers as numbers.

    A table over several pages is whole, whichever page is asked for. 409 if the page has not been read yet.
    """
    parts = door.library.table(caller.tenant, document_id, number, table, version)
    headers = {"Content-Disposition": f'attachment; filename="{parts.file_name}"'}
    return Response(parts.as_file().encode(), media_type=MEDIA_TYPE, headers=headers)


@router.get(
    "/tables",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A ZIP file with a CSV of each table, named by its page and number there.",
            "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def tables(door: Door, caller: Reader, document_id: DocumentId, version: VersionNumber = None) -> HeldStream:
    """Get all tables of a document as CSV, one file each in a ZIP file.

    404 if there is none. Of a document that is being read it has those of the pages that are.
    """
    document = door.library.document(caller.tenant, document_id)
    name = PurePosixPath(document.name).name.removesuffix(".pdf")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(f'{name} tables.zip', safe='')}",
    }

    def pack(held: ExitStack) -> Iterator[bytes]:
        pieces = door.library.tables_zip(caller.tenant, document_id, version)
        held.callback(close, pieces)
        return begin(pieces)

    return HeldStream(pack, ZIP, headers=headers)


@router.get("/pages/{number}/image", response_class=Response, responses={**_picture("image/jpeg"), 409: {}})
def page_image(
    door: Door,
    caller: Reader,
    request: Request,
    document_id: DocumentId,
    number: PageNumber,
    version: VersionNumber = None,
    dpi: Annotated[int, Query(ge=LEAST_DPI, le=MOST_DPI, description="Pixels per inch.")] = PAGE_IMAGE_DPI,
) -> Response:
    """Get a page as a JPEG. It is rendered at the first request."""
    chosen = door.library.version(caller.tenant, document_id, version)
    # By the content: without a version the same URL shows another one as soon as that answers.
    headers = _cache_headers(f"{chosen.sha256[:32]}-{number}-{dpi}", for_good=version is not None)
    if _is_known(request, headers):
        return Response(status_code=304, headers=headers)

    def draw(_: ExitStack) -> Iterator[bytes]:
        return iter((door.library.page_image(caller.tenant, document_id, number, chosen.number, dpi),))

    # A stream of one piece: a client that leaves does not keep others waiting for a page that is slow.
    return HeldStream(draw, "image/jpeg", headers=headers)


@router.get("/figures/{name}", response_class=Response, responses=_picture("image/png", "image/jpeg"))
def figure(
    door: Door,
    caller: Reader,
    request: Request,
    document_id: DocumentId,
    name: Annotated[str, Path(pattern=r"^[0-9]{6}-[0-9]{3}\.(png|jpe?g)$", examples=["000001-000.png"])],
    version: VersionNumber = None,
    run: Annotated[
        int | None,
        Query(
            ge=0,
            le=LARGEST,
            description="The run of the version that found it; the run that is shown if it is left out.",
        ),
    ] = None,
) -> Response:
    """Get the picture of a figure. The `image` of a figure's block is its URL.

    404 after the document was read again: its figures then have other URLs.
    """
    chosen = door.library.version(caller.tenant, document_id, version)
    shown = keys.run_of(chosen.shown.folder)
    headers = _cache_headers(
        f"{chosen.sha256[:32]}-{shown}-{name}", for_good=version is not None and run is not None
    )
    # A figure of a former run may be gone, whatever a browser holds of it: that must be a 404.
    if run in (None, shown) and _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    image = door.library.figure(caller.tenant, document_id, name, chosen.number, run)
    return Response(image, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


def _cache_headers(tag: str, *, for_good: bool) -> dict[str, str]:
    """Return headers that let a browser cache a picture. The pictures of a version never change."""
    return {"ETag": f'"{tag}"', "Cache-Control": f"private, {KEPT if for_good else 'no-cache'}"}


def _is_known(request: Request, headers: dict[str, str]) -> bool:
    # The header may hold several tags, and a proxy may have made one weak.
    return headers["ETag"] in request.headers.get("if-none-match", "")
