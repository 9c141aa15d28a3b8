"""What the first bytes of a file tell: whether it can be a PDF at all."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import EmptyFile, NotAPdf

HEADER = b"%PDF-"
HEADER_WITHIN = 1024
"""Bytes from the start in which viewers look for the header (ISO 32000-1, annex H)."""


def check_header(path: Path) -> None:
    """Raise ``EmptyFile`` or ``NotAPdf`` where a look at the first bytes is enough."""
    with path.open("rb") as file:
        start = file.read(HEADER_WITHIN)
    if not start:
        raise EmptyFile("The file is empty.")
    if HEADER not in start:
        raise NotAPdf("The file is not a PDF: it does not begin with a PDF header.")
