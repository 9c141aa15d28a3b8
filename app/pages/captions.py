"""Captions and notes of a table, which stand near it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core.page import SAYS_NOTHING, Block, BlockKind, SaysOfTable
from app.core.process.patterns import defer_regex

LONGEST = 400
"""Characters of a caption."""

LONGEST_WORD = 100
"""Characters of a block that says no more than that a table goes on."""

CAPTION = defer_regex(
    r"(table|tab\.|tabelle|tableau|tabla|tabela|tabella|tabel|tabell|taulukko|таблица|表)\s*"
    r"([A-Z]?\d+(?:[.\-–]\d+)*|[IVXLC]+\b|[A-Z]\b)",
    re.IGNORECASE,
)
CONTINUED = defer_regex(
    r"\b(continued|cont['’.]?d?|contd|fortsetzung|forts\.|suite|continuación|continua(?:zione)?|продолжение)(?!\w)",
    re.IGNORECASE,
)
NOTE = defer_regex(
    r"(\*|†|‡|§|[¹²³⁴-⁹]|\(?[a-z1-9]\)\s|[a-z1-9]\s(?=[A-Z])|notes?\b|source|remark|quelle|anm|\(?n\.?[as]\.?\b|"
    r"abbreviations?\b|data are\b|values are\b)",
    re.IGNORECASE,
)


def mark_near_tables(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return blocks that know what they say of tables. It is asked once, where a page is made or read from
    its file: passages and continued tables ask for it many times, and a file of before says nothing of it."""
    return tuple(_mark(block) for block in blocks)


def _mark(block: Block) -> Block:
    if block.kind in (BlockKind.TABLE, BlockKind.FIGURE):
        return block
    said = _said_in(block.text)
    return block if said == block.of_table else replace(block, of_table=said)


def _said_in(text: str) -> SaysOfTable:
    begins = text.lstrip()
    note = NOTE.match(begins) is not None
    if len(text.strip()) > LONGEST:  # a paragraph: neither a caption nor word of one
        return SaysOfTable(note=True) if note else SAYS_NOTHING
    # Only where the block begins so: in the middle of a sentence a table is referred to.
    caption = CAPTION.match(begins) if len(text) <= LONGEST else None
    names = caption[0].casefold() if caption else ""
    return SaysOfTable(names, note, CONTINUED.search(text.strip()) is not None)


def caption_of(blocks: Sequence[Block], number: int) -> str:
    """Return the caption of the table at this place among a page's blocks, directly before or after; "" if
    none."""
    for near in (number - 1, number + 1):
        if 0 <= near < len(blocks) and is_caption(blocks[near]):
            return " ".join(blocks[near].text.split())
    return ""


def is_caption(block: Block) -> bool:
    """Return whether a block says which table stands near it."""
    return block.kind in (BlockKind.TEXT, BlockKind.HEADING) and block.of_table.names != ""


def says_continued(block: Block) -> bool:
    """Return whether a block is no more than word that a table goes on, or the caption with that word."""
    if block.kind not in (BlockKind.TEXT, BlockKind.HEADING) or not block.of_table.continued:
        return False
    return len(block.text.strip()) <= LONGEST_WORD or is_caption(block)


def is_note(block: Block) -> bool:
    """Return whether a block reads as a note to a table above it."""
    return block.kind is BlockKind.TEXT and block.of_table.note
