"""``/v1/maintenance``: what an administrator starts when a store has lost something."""

from __future__ import annotations

from fastapi import APIRouter

from app.api import schemas
from app.api.dependencies import DESCRIBED, Admin, Door
from app.core.job import JobKind

router = APIRouter(prefix="/v1/maintenance", tags=["server"], dependencies=[DESCRIBED])


@router.get("")
def maintenance(door: Door, caller: Admin) -> schemas.Maintenance:
    """How far upkeep is: documents at work, passages in the index and expected there."""
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))


@router.post("/reindex", status_code=202)
def reindex(door: Door, caller: Admin) -> schemas.Maintenance:
    """Put passages that are lost into the index again, with their vectors, from what was read.

    After a change of the embedding model, everything is embedded anew. It is done by jobs: `running` falls to
    0, and `passages` reaches `expected`.
    """
    door.maintenance.begin(JobKind.REINDEX, caller.tenant)
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))


@router.post("/repair", status_code=202)
def repair(door: Door, caller: Admin) -> schemas.Maintenance:
    """Compare the stores by sizes and counts, and mend what can be made again.

    What was found is in `findings` when the job has run; each says what a person must do, if anything.
    """
    door.maintenance.begin(JobKind.REPAIR, caller.tenant)
    return schemas.Maintenance.of(door.maintenance.state(caller.tenant))
