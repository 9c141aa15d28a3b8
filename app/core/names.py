"""Names of documents: what is left of a file's name or path that a client sends."""

from __future__ import annotations

import unicodedata

from app.core.errors import BadRequest

LONGEST = 255

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a name read as another: ``fdp.exe`` for ``exe.pdf``."""


def composed(text: str) -> str:
    """Text with its accents in one piece with their letters (NFC), as names and tags are kept: a Mac types
    and stores them apart."""
    return unicodedata.normalize("NFC", text)


def document_name(text: str) -> str:
    """A relative path without ``..`` or control characters, composed (NFC), e.g. ``reports/2024.pdf``.

    The end is kept where it is too long. Raises ``BadRequest`` if nothing is left.
    """
    shown = shown_text(composed(text.encode("utf-8", "replace").decode())).replace("\\", "/")
    parts = [part.strip() for part in shown.split("/")]
    name = "/".join(part for part in parts if part not in ("", ".", ".."))[-LONGEST:].lstrip("/. ")
    if not name:
        raise BadRequest("A document needs a name.")
    return name


def shown_text(text: str) -> str:
    """Text without what makes it read as another, and without what a terminal obeys."""
    return "".join(filter(_is_shown, text))


def _is_shown(letter: str) -> bool:
    return letter not in _BIDI and unicodedata.category(letter) not in ("Cc", "Zl", "Zp")
