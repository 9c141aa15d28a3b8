"""``/v1/search``."""

from __future__ import annotations

from fastapi import APIRouter

from app.api import schemas
from app.api.dependencies import DESCRIBED, Door, Reader

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=[DESCRIBED])


@router.post("/search", responses={404: {}, 409: {}, 429: {}})
def search(door: Door, caller: Reader, body: schemas.Search) -> schemas.Hits:
    """Find the passages that match best by keyword and meaning, best first, with their pages and boxes."""
    found = door.questions.find(
        caller.tenant,
        body.question,
        limit=body.limit,
        document_ids=body.document_ids,
        tags=body.tags,
        where=body.where,
    )
    return schemas.Hits.of(found.hits, found.told)
