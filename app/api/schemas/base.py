"""What all wire models share: strict requests, plain responses, and the limits of requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.core import limits, names

Tag = Annotated[
    str, StringConstraints(min_length=1, max_length=limits.TAG_CHARACTERS, pattern=r"^[^\x00-\x1f]+$")
]
Tags = Annotated[list[Tag], Field(max_length=limits.TAGS)]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.NAME_CHARACTERS),
    Field(json_schema_extra={"pattern": names.PATTERN}),  # a name that is none is told in words
]
Password = Annotated[str, StringConstraints(max_length=limits.PASSWORD_CHARACTERS)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Ids = Annotated[list[Id], Field(max_length=limits.DOCUMENTS)]
SEEN = r"[^\s\x1c-\x1f\x85\ufeff]"
"""A character that is no white space, spelled so that Python, Rust and JavaScript agree on what that is: each
counts others of those that are named."""

Question = Annotated[
    str, StringConstraints(min_length=1, max_length=limits.QUESTION_CHARACTERS, pattern=SEEN)
]
Box = tuple[float, float, float, float]
StatusName = Literal["uploading", "queued", "running", "ready", "partial", "needs_ocr", "failed"]
StageName = Literal["waiting", "extract", "chunk", "embed", "ocr", "done"]


def _whole(value: object) -> object:
    """Convert ``2.0`` to ``2``: both are whole numbers in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_whole)
"""The last annotation of an ``int``, so that the OpenAPI document keeps its bounds."""


class Asked(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Given(BaseModel):
    """The body of a response."""

    model_config = ConfigDict(frozen=True)


def with_example(example: Mapping[str, Any]) -> ConfigDict:
    """Return the configuration of a model with an example."""
    return ConfigDict(json_schema_extra={"examples": [dict(example)]})


def to_time(seconds: float) -> datetime:
    """Return seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
