"""Answers as JSON, the way the stores keep them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from app.core.answer import Answer, Support

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def dump(answer: Answer) -> str:
    """Return an answer as JSON."""
    return _answers().dump_json(answer).decode()


def load(content: str) -> Answer:
    """Return the answer in what ``dump`` gave. What was called proven before claims were compared with
    their quotes is no more than quoted."""
    return _answers().validate_python(_with_status(json.loads(content)))


def _with_status(answer: dict[str, Any]) -> dict[str, Any]:
    # Stored answers are not rewritten: those from before claims had a status are given one as they are read.
    for claim in answer["claims"]:
        if "status" not in claim:
            claim["status"] = Support.QUOTED if claim["proven"] else Support.UNSUPPORTED
    return answer


@cache
def _answers() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
