"""The server itself, and problem details."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.api import examples
from app.api.schemas.base import Asked, Given, to_time, with_example
from app.core import document as core_document
from app.core import ports
from app.use_cases.maintenance import State


class Health(Given):
    """The server is alive."""

    status: Literal["ok"] = "ok"


class Readiness(Given):
    """Each part of the server with "ok", or the reason why it cannot be used."""

    model_config = with_example({"ready": True, "parts": {"documents": "ok", "index": "ok"}})

    ready: bool
    parts: dict[str, str]


class Finding(Given):
    """One fault in the stores. ``code`` is stable; ``mend`` is what repairing does, ``nothing`` if only a
    person can help; ``remedy`` says what to do. ``document_id`` is "" and ``version`` 0 if it concerns no
    document."""

    model_config = with_example(examples.FINDING)

    code: str
    tenant: str
    document_id: str
    name: str
    message: str
    remedy: str
    mend: str
    version: int


class Maintenance(Given):
    """The progress of maintenance. ``running`` counts documents at work, ``passages`` those in the index,
    ``expected`` those that should be; ``findings`` are those of the last check or repair, which ended at
    ``checked_at``; both are ``null`` before any."""

    model_config = with_example(examples.MAINTENANCE)

    documents: int
    running: int
    passages: int
    expected: int
    findings: list[Finding] | None
    checked_at: datetime | None

    @classmethod
    def of(cls, state: State) -> Maintenance:
        """Return the progress on the wire."""
        at = None if state.checked_at is None else to_time(state.checked_at)
        return cls.model_validate(asdict(state) | {"checked_at": at})


class Usage(Given):
    """What a tenant stores and what its questions cost; ``bytes`` counts the files of all versions;
    ``conversations`` counts those of all its people, and is ``null`` unless the caller is an admin."""

    model_config = with_example(examples.USAGE)

    documents: int
    versions: int
    pages: int
    bytes: int
    chunks: int
    conversations: int | None
    questions: int
    tokens_in: int
    tokens_out: int

    @classmethod
    def of(cls, usage: core_document.Usage, *, for_admin: bool) -> Usage:
        """Return usage on the wire."""
        shown = asdict(usage)
        return cls(**{**shown, "conversations": shown["conversations"] if for_admin else None})


class OfferedModel(Given):
    """A model that may write answers: ``server`` is the program that runs it, or the setting that names it.
    The ``chosen`` one writes."""

    model_config = with_example(examples.MODEL)

    id: str
    name: str
    server: str
    chosen: bool


class OfferedModels(Given):
    """The models that may write answers. Where none is chosen, answers are quoted. ``choosable`` says whether
    an admin can choose one: not where the settings name one, nor where tenants with tokens share it."""

    model_config = with_example({"items": [examples.MODEL], "choosable": True})

    items: list[OfferedModel]
    choosable: bool

    @classmethod
    def of(cls, offered: Iterable[ports.OfferedModel], *, choosable: bool) -> OfferedModels:
        """Return the models on the wire."""
        return cls(items=[OfferedModel(**asdict(each)) for each in offered], choosable=choosable)


class ModelChoice(Asked):
    """The id of the model that is to write answers; ``null`` for none: answers are quoted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"model": examples.MODEL["id"]}]})

    model: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None


class FieldProblem(Given):
    """An invalid field of a request."""

    field: str
    message: str


class Problem(Given):
    """Problem details (RFC 9457). ``code`` is stable; ``detail`` is a sentence for people; ``request_id``
    finds the request in the server's log; ``errors`` are the fields of a malformed request."""

    model_config = with_example(examples.PROBLEM)

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = Field(default_factory=list)
