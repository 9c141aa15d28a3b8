"""What a run has read and what that has cost, as JSON: the form in which both stores of documents keep it."""

from __future__ import annotations

import json
from dataclasses import asdict

from app.core.document import NO_SCANS, ReadPages, Scans, Spent


def encode_reading(reading: ReadPages) -> str:
    """Return what was read, on one line."""
    fields = {"folder": reading.folder, "ranges": reading.ranges, "done": sorted(reading.done)}
    return json.dumps(fields, separators=(",", ":"))


def decode_reading(line: str | None) -> ReadPages | None:
    """Return what was read of a line that ``encode_reading`` wrote, ``None`` if there is none."""
    if not line:
        return None
    fields = json.loads(line)
    ranges = tuple((first, last) for first, last in fields["ranges"])
    return ReadPages(fields["folder"], ranges, frozenset(fields["done"]))


def encode_spent(spent: Spent) -> str:
    """Return what was spent, on one line."""
    return json.dumps(asdict(spent), separators=(",", ":"))


def decode_spent(line: str) -> Spent:
    """Return what was spent of a line that ``encode_spent`` wrote."""
    return Spent(**json.loads(line))


def encode_scans(scans: Scans) -> str:
    """Return the pages that need OCR, on one line."""
    return json.dumps(asdict(scans), separators=(",", ":"))


def decode_scans(line: str | None) -> Scans:
    """Return the pages of a line that ``encode_scans`` wrote; an older version has no such line."""
    if not line or line == "{}":
        return NO_SCANS
    fields = json.loads(line)
    left = tuple((index, pages) for index, pages in fields.pop("left"))
    return Scans(**fields, left=left)
