"""What people call a document and say of it, beside its file: what makes its rows anew should the database be
lost."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from app.core.card import NO_CORRECTIONS, Corrections
from app.core.document import Document, Source, Version
from app.core.errors import BadRequest
from app.core.names import source_of_name, source_of_stored
from app.core.rules.card_checks import read_corrections
from app.core.rules.card_rows import encode_corrections

DAMAGED = (ValueError, TypeError, LookupError)


@dataclass(frozen=True, slots=True)
class Description:
    """The name and source of a document, for one version. ``sha256`` and ``size`` are those of its file;
    ``corrections`` is the JSON of what people say in place of what was read, "" for nothing."""

    name: str
    tags: tuple[str, ...]
    sha256: str
    size: int
    created_at: float
    source: str = ""
    path: str = ""
    corrections: str = ""

    @classmethod
    def of(cls, document: Document, version: Version) -> Description:
        """Return what is known now."""
        return cls(
            name=document.name,
            tags=document.tags,
            sha256=version.sha256,
            size=version.size,
            created_at=version.created_at,
            source=document.source,
            path=document.path,
            corrections=encode_corrections(document.corrections),
        )

    @property
    def origin(self) -> Source:
        """The source of the document; if it was not stored, the name."""
        with suppress(BadRequest):
            return source_of_stored(self.source, self.path)
        return source_of_name(self.name)

    @property
    def said(self) -> Corrections:
        """What people say of the document; nothing if that cannot be read."""
        with suppress(BadRequest):
            return read_corrections(self.corrections)
        return NO_CORRECTIONS


def encode(description: Description) -> bytes:
    """Return the description as a line of JSON."""
    return json.dumps(asdict(description), ensure_ascii=False).encode()


def decode(content: bytes) -> Description | None:
    """Return the description of a line, ``None`` if it is truncated or not a description."""
    try:
        fields: dict[str, Any] = json.loads(content)
        return Description(**{**fields, "tags": tuple(map(str, fields["tags"]))})
    except DAMAGED:
        return None
