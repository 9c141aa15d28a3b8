"""``/health``, ``/ready``, ``/v1/usage`` and ``/v1/chat/models``."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.api import schemas
from app.api.auth import Access
from app.api.dependencies import DESCRIBED, Admin, Door, Reader
from app.knowledge_base import KnowledgeBase

router = APIRouter(tags=["server"])


@router.get("/health")
# No thread and no store: a load balancer asks while all threads are busy, too.
async def health() -> schemas.Health:
    """Check that the server is alive."""
    return schemas.Health()


@router.get("/ready", responses={503: {"model": schemas.Readiness, "description": "A part cannot be used."}})
def ready(door: Door, response: Response) -> schemas.Readiness:
    """Check that each part of the server can be used."""
    parts = door.upkeep.ready()
    fine = set(parts.values()) == {"ok"}
    response.status_code = 200 if fine else 503
    return schemas.Readiness(ready=fine, parts=parts)


@router.get("/v1/usage", dependencies=[DESCRIBED])
def usage(door: Door, caller: Reader) -> schemas.Usage:
    """Get counts of the stored data, and what questions have cost."""
    return schemas.Usage.of(door.upkeep.usage(caller.tenant), for_admin=caller.access >= Access.ADMIN)


@router.get("/v1/chat/models", dependencies=[DESCRIBED])
def list_models(door: Door, caller: Reader) -> schemas.OfferedModels:
    """List the models that may write answers: the one that the settings name, or with `KB_CHAT=auto` those
    that servers on this machine offer now."""
    return _offer_models(door)


@router.put("/v1/chat/models/chosen", dependencies=[DESCRIBED], responses={404: {}, 409: {}})
def choose_model(door: Door, caller: Admin, body: schemas.ModelChoice) -> schemas.OfferedModels:
    """Choose the model that writes all answers from now on, or none: then they are quoted.

    Answers 409 unless the server runs with `KB_CHAT=auto`.
    """
    door.questions.choose_model(body.model)
    return _offer_models(door)


def _offer_models(door: KnowledgeBase) -> schemas.OfferedModels:
    questions = door.questions
    return schemas.OfferedModels.of(questions.models(), choosable=questions.chats.choosable)
