"""Citation marks like ``[1]``: only the program sets them."""

from __future__ import annotations

import re

_MARK = re.compile(r"\[(?=\s*\d[\d\s,]*\])")
JOINER = "\u2060"
"""Shows as nothing, and keeps a bracketed number of a document or model from being read as a mark."""


def unmarked(text: str) -> str:
    """The text, looking the same, without anything that reads as a mark."""
    return _MARK.sub("[" + JOINER, text)
