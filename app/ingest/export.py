"""Pages as the JSON and Markdown that ``kb extract`` and the HTTP API give."""

from __future__ import annotations

from typing import Any

from app.core.model import Block, BlockKind, Page


def page_json(page: Page) -> dict[str, Any]:
    """A page as JSON: text, tables (rows of cells) and blocks with their boxes; no words."""
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "text": page.text,
        "tables": [[list(row) for row in block.rows] for block in page.blocks if block.rows],
        "blocks": [_block_json(block) for block in page.blocks],
        "design_heavy": page.verdict.design_heavy,
        "reasons": list(page.verdict.reasons),
        "signals": page.verdict.signals,
        "needs_ocr": page.needs_ocr,
        "notes": list(page.notes),
        "error": page.error,
    }


def _block_json(block: Block) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": block.kind.value, "box": list(block.box), "text": block.text}
    if block.level:
        shown["level"] = block.level
    return shown


def page_markdown(page: Page) -> str:
    """A page as Markdown: headings by their level, tables as tables; an unread page says why."""
    if page.error:
        return f"> Page {page.number}: {page.error}"
    parts = [_block_markdown(block) for block in page.blocks]
    parts += [f"> Page {page.number}: {note}" for note in page.notes]
    return "\n\n".join(part for part in parts if part)


def _block_markdown(block: Block) -> str:
    if block.kind is BlockKind.TABLE:
        return _table_markdown(block.rows)
    if block.kind is BlockKind.HEADING:
        return f"{'#' * block.level} {block.text}"
    return block.text


def _table_markdown(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
