"""An outline as one line of JSON, the format of its file and of the reader process's pipe."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.core.page import Bookmark, Outline


def encode(outline: Outline) -> str:
    """Return the outline on one line."""
    return json.dumps(asdict(outline), separators=(",", ":"))


def decode(line: str | bytes) -> Outline:
    """Return the outline of a line that ``encode`` wrote."""
    return of_fields(json.loads(line))


def of_fields(fields: dict[str, Any]) -> Outline:
    """Return the outline that has these fields."""
    bookmarks = tuple(Bookmark(**bookmark) for bookmark in fields["bookmarks"])
    # What was written before labels were kept has none.
    return Outline(**{**fields, "bookmarks": bookmarks, "labels": tuple(fields.get("labels", ()))})
