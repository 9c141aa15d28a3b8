"""Which documents a filter means, asked of a document alone: stores ask the same of their rows."""

from __future__ import annotations

from app.core.document import Document, DocumentFilter
from app.core.names import spellings
from app.core.rules.card_rows import AFTER_ALL, CardRow, fold, make_row


def fits(where: DocumentFilter, document: Document) -> bool:
    """Return whether a document is in the list that a filter gives."""
    row = make_row(document.read, document.corrections)
    return (
        where.status in (None, document.latest.status)
        and (not where.tag or not set(spellings(where.tag)).isdisjoint(document.tags))
        and (where.name or "").casefold() in document.name.casefold()
        and fold(where.kind or "") in ("", row.kind)
        and fold(where.who or "") in row.who
        and _is_dated(where, row)
    )


def _is_dated(where: DocumentFilter, row: CardRow) -> bool:
    if where.since and row.dated_end < where.since:
        return False
    return not where.until or "" < row.dated <= where.until + AFTER_ALL
