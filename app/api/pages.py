"""``/v1/documents/{id}/pages`` and ``figures``: what was read, and its pictures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.api import schemas
from app.api.dependencies import (
    DESCRIBED,
    DOCUMENT,
    LARGEST,
    DocumentId,
    Door,
    PageNumber,
    Reader,
    VersionNumber,
)
from app.core import keys
from app.ingest.pictures import PAGE_IMAGE_DPI

LEAST_DPI, MOST_DPI = 36, 300
"""The range of resolutions. At 300 dpi an A4 page has 8.7 million pixels."""

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
    headers = _cache_headers(f"{chosen.sha256[:32]}-{number}-{dpi}", for_good=version is not None)
    if _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    image = door.library.page_image(caller.tenant, document_id, number, chosen.number, dpi)
    return Response(image, media_type="image/jpeg", headers=headers)


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
    if run in (None, shown) and _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    image = door.library.figure(caller.tenant, document_id, name, chosen.number, run)
    return Response(image, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


def _cache_headers(tag: str, *, for_good: bool) -> dict[str, str]:
    """Return headers that let a browser cache a picture. The pictures of a version never change."""
    return {"ETag": f'"{tag}"', "Cache-Control": f"private, {KEPT if for_good else 'no-cache'}"}


def _is_known(request: Request, headers: dict[str, str]) -> bool:
    return headers["ETag"] in request.headers.get("if-none-match", "")
