"""What all wire models share: strict requests, plain answers, and the limits of what a request holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f]+$")]
Tags = Annotated[list[Tag], Field(max_length=20)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Password = Annotated[str, StringConstraints(max_length=256)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Ids = Annotated[list[Id], Field(max_length=100)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]
Box = tuple[float, float, float, float]
StatusName = Literal["uploading", "queued", "running", "ready", "partial", "failed"]
StageName = Literal["waiting", "extract", "chunk", "embed", "done"]


class Asked(BaseModel):
    """A request's body."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Given(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)


def shown(example: Mapping[str, Any]) -> ConfigDict:
    """A model's settings that show an example of it."""
    return ConfigDict(json_schema_extra={"examples": [dict(example)]})


def to_time(seconds: float) -> datetime:
    """Seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
