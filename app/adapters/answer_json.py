"""Answers as JSON, the way the stores keep them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from app.core.model import Answer

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def dump(answer: Answer) -> str:
    """An answer as JSON."""
    return _answers().dump_json(answer).decode()


def load(content: str) -> Answer:
    """The answer in what ``dump`` gave."""
    return _answers().validate_json(content)


@cache
def _answers() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
