"""The text of a page as one string, and bullets of list items."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.page import BlockKind
from app.core.process.patterns import defer_regex

BULLETS = "•◦▪‣●○■□➢➤✓✔❖▶►➔"
DASH = defer_regex(r"[–—*·-]")


def running_text(blocks: Iterable[tuple[BlockKind, str]]) -> str:
    """Return the text of a page: blocks separated by an empty line, list items by a line end."""
    text, last = "", None
    for kind, said in blocks:
        # Items of one list stay together where passages are cut at empty lines.
        gap = "\n" if kind is last is BlockKind.ITEM else "\n\n"
        text = f"{text}{gap if last else ''}{said}"
        last = kind
    return text


def without_bullet(text: str) -> str:
    """Return a list item's text without its bullet or dash; a number stays."""
    return re.sub(rf"^(?:[{BULLETS}]|{DASH.pattern}(?= ))\s*", "", text)
