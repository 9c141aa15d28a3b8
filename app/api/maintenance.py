"""``/v1/maintenance``: checks, repairs, exports and backups that an administrator starts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse

from app.api import schemas
from app.api.dependencies import DESCRIBED, LARGEST, Admin, Door
from app.api.downloads import redirect_to_stored, send_stored
from app.core.job import JobKind

ZIP = "application/zip"
PDFS = schemas.NewExport()
"""What is exported where nothing else is asked for."""

ArchiveId = Annotated[
    str, Path(max_length=64, description="An export's or backup's id.", examples=["arc_5w9x2c7b3vq8m1kz"])
]
PartNumber = Annotated[int, Path(ge=1, le=LARGEST, description="A part, from 1.", examples=[1])]

router = APIRouter(prefix="/v1/maintenance", tags=["server"], dependencies=[DESCRIBED])


@router.get("")
def maintenance(door: Door, caller: Admin) -> schemas.Maintenance:
    """Get the progress of maintenance: documents at work, and the actual and expected number of passages in
    the index."""
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))


@router.post("/reindex", status_code=202)
def reindex(door: Door, caller: Admin) -> schemas.Maintenance:
    """Rebuild missing passages and vectors of the index from the stored pages.

    After a change of the embedding model, all passages are embedded again. Jobs do the work: `running` falls
    to 0, and `passages` reaches `expected`.
    """
    # A job, as all of these: Lambda ends a request after 30 seconds at the gateway, and this may take hours.
    door.maintenance.begin(JobKind.REINDEX, caller.tenant)
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))


@router.post("/check", status_code=202)
def check(door: Door, caller: Admin) -> schemas.Maintenance:
    """Compare the stores by sizes and counts, and change nothing.

    When the job has run, `checked_at` is later than this call, and `findings` lists what is wrong: what a
    repair mends and what a person must do.
    """
    door.maintenance.begin(JobKind.CHECK, caller.tenant)
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))


@router.post("/repair", status_code=202)
def repair(door: Door, caller: Admin) -> schemas.Maintenance:
    """Compare the stores by sizes and counts, and repair what can be rebuilt.

    When the job has run, `findings` lists what was wrong; each finding says what a person must do, if
    anything.
    """
    door.maintenance.begin(JobKind.REPAIR, caller.tenant)
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))


@router.post("/exports", status_code=202, responses={409: {}})
def export(door: Door, caller: Admin, wanted: schemas.NewExport = PDFS) -> schemas.Archive:
    """Write all documents into ZIP files, as `kb export` does into a folder.

    It is done by jobs. Unpacked into one folder, the parts of PDFs are what `kb import` takes. One export or
    backup of a tenant is made at a time.
    """
    return schemas.Archive.of(
        door.archives.begin(caller.tenant, JobKind.EXPORT, wanted.format), caller.tenant
    )


@router.post("/backups", status_code=202, responses={409: {}})
def back_up(door: Door, caller: Admin) -> schemas.Archive:
    """Copy the tenant's rows and files into ZIP files in the file store, which `kb restore` brings back.

    It is done by jobs. A backup holds everybody's conversations: whoever runs the server fetches its parts
    from the file store, and nobody by this API.
    """
    return schemas.Archive.of(door.archives.begin(caller.tenant, JobKind.BACKUP), caller.tenant)


@router.get("/archives")
def archives(door: Door, caller: Admin) -> schemas.ArchiveList:
    """The exports and backups there are, and how far they are."""
    found = door.archives.all(caller.tenant)
    return schemas.ArchiveList(items=[schemas.Archive.of(each, caller.tenant) for each in found])


@router.get("/archives/{archive_id}", responses={404: {}})
def archive(door: Door, caller: Admin, archive_id: ArchiveId) -> schemas.Archive:
    """How far an export or a backup is, and where its parts are."""
    return schemas.Archive.of(door.archives.get(caller.tenant, archive_id), caller.tenant)


@router.delete("/archives/{archive_id}", status_code=204, responses={404: {}})
def delete_archive(door: Door, caller: Admin, archive_id: ArchiveId) -> None:
    """Remove an export or a backup before its time is over, or end its making."""
    door.archives.delete(caller.tenant, archive_id)


@router.get(
    "/archives/{archive_id}/parts/{part}",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The ZIP file.",
            "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        },
        206: {
            "description": "The ranges that `Range` asks for.",
            "content": {
                ZIP: {"schema": {"type": "string", "format": "binary"}},
                "multipart/byteranges": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        307: {"description": "Where it is to be fetched, for a few minutes and without a token."},
        404: {},
        416: {},
    },
)
def archive_part(door: Door, caller: Admin, archive_id: ArchiveId, part: PartNumber) -> Response:
    """A part of an export. Raises 403 for a backup's."""
    # Never stored by a cache: an export holds all documents of a tenant.
    name, key = door.archives.part(caller.tenant, archive_id, part)
    return redirect_to_stored(door, key, media_type=ZIP, filename=name) or send_stored(
        door, key, media_type=ZIP, filename=name, headers={"Cache-Control": "no-store"}
    )
