"""What stands near a table and belongs to it: its caption, and the notes below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.page import Block, BlockKind

LONGEST = 400
"""Characters of a caption."""

CAPTION = re.compile(
    r"(table|tab\.|tabelle|tableau|tabla|tabela|tabella|tabel|tabell|taulukko|таблица|表)\s*"
    r"([A-Z]?\d+(?:[.\-–]\d+)*|[IVXLC]+\b|[A-Z]\b)",
    re.IGNORECASE,
)
CONTINUED = re.compile(
    r"\b(continued|cont['’.]?d?|contd|fortsetzung|forts\.|suite|continuación|continua(?:zione)?|продолжение)(?!\w)",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"(\*|†|‡|§|[¹²³⁴-⁹]|\(?[a-z1-9]\)\s|[a-z1-9]\s(?=[A-Z])|notes?\b|source|remark|quelle|anm|\(?n\.?[as]\.?\b|"
    r"abbreviations?\b|data are\b|values are\b)",
    re.IGNORECASE,
)


def caption_of(blocks: Sequence[Block], number: int) -> str:
    """The caption of the table at this place among a page's blocks, directly before or after; "" if none."""
    for near in (number - 1, number + 1):
        if 0 <= near < len(blocks) and is_caption(blocks[near]):
            return " ".join(blocks[near].text.split())
    return ""


def is_caption(block: Block) -> bool:
    """Whether a block says which table stands near it."""
    named = block.kind in (BlockKind.TEXT, BlockKind.HEADING) and len(block.text) <= LONGEST
    return named and CAPTION.match(block.text.lstrip()) is not None


def says_continued(block: Block) -> bool:
    """Whether a block is no more than word that a table goes on, or the caption with that word."""
    text = block.text.strip()
    if block.kind not in (BlockKind.TEXT, BlockKind.HEADING) or not CONTINUED.search(text):
        return False
    return len(text) <= LONGEST // 4 or is_caption(block)


def is_note(block: Block) -> bool:
    """Whether a block reads as a note to a table above it."""
    return block.kind is BlockKind.TEXT and NOTE.match(block.text.lstrip()) is not None
