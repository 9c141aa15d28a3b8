"""A page's text as one string, and what of an item's text is its bullet."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.page import BlockKind

BULLETS = "•◦▪‣●○■□➢➤✓✔❖▶►➔"
DASH = re.compile(r"[–—*·-]")


def running_text(blocks: Iterable[tuple[BlockKind, str]]) -> str:
    """The text of a page: blocks with a line between them, items of a list without."""
    text, last = "", None
    for kind, said in blocks:
        gap = "\n" if kind is last is BlockKind.ITEM else "\n\n"
        text = f"{text}{gap if last else ''}{said}"
        last = kind
    return text


def without_bullet(text: str) -> str:
    """An item's text without the bullet or dash that it begins with; a number stays."""
    return re.sub(rf"^(?:[{BULLETS}]|{DASH.pattern}(?= ))\s*", "", text)
