"""What a document is called before its passages in the index."""

from __future__ import annotations

import re

from app.core.card import Card
from app.core.rules.card_rows import date_of
from app.core.short_title import shorten_name


def full_title(card: Card) -> str:
    """Return what stands before a document's passages in the index: its title, with who issued it, its kind
    and the time that it is about where the title lacks them; "" without a title."""
    if not card.title:
        return ""
    parts = [card.title.value]
    for more in (
        shorten_name(card.who[0].value) if card.who else "",
        card.kind.value if card.kind else "",
        card.periods[0].fact.value if card.periods else "",
        card.periods[0].calendar if card.periods else "",
        "" if card.periods else date_of(card)[:4],
    ):
        if more and not _words(more) <= _words(" ".join(parts)):
            parts.append(more)
    return " · ".join(parts)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))
