"""What a document is called in a line: beside a quote, and before its passages in the index."""

from __future__ import annotations

import re

from app.core.card import Card
from app.core.rules.card_rows import date_of

LONGEST_SHORT = 60
"""Characters of a title that stands beside a quote as it is; a longer one is put together anew, or cut."""

_FORM = re.compile(
    r"[\s,]+(inc|incorporated|corp|corporation|co|company|companies|ltd|limited|llc|plc|gmbh|ag|se|s\.?a|"
    r"n\.?v|ab|oyj?|b\.?v|s\.?p\.?a|holdings?|group)\.?$",
    re.IGNORECASE,
)
"""What stands behind the name of a company and says its legal form."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_title(card: Card) -> str:
    """Return what a document is called beside a quote of it, such as ``NVIDIA 10-Q, Oct 2023``: its title, or
    where that is long who issued it, its kind and its date; "" without a title."""
    title = card.title.value if card.title else ""
    if len(title) <= LONGEST_SHORT:
        return title
    dated = date_of(card)
    if card.who and card.kind and dated and card.periods:
        return f"{short_name(card.who[0].value)} {card.kind.value}, {_write_month(dated)}"
    return _cut(title, LONGEST_SHORT)


def short_name(name: str) -> str:
    """Return the name of a company without its legal form, and any other name as it is."""
    while (short := _FORM.sub("", name).rstrip(",. ")) != name and short:
        name = short
    return name


def full_title(card: Card) -> str:
    """Return what stands before a document's passages in the index: its title, with who issued it, its kind
    and the time that it is about where the title lacks them; "" without a title."""
    if not card.title:
        return ""
    parts = [card.title.value]
    for more in (
        short_name(card.who[0].value) if card.who else "",
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


def _write_month(dated: str) -> str:
    """Return ``Oct 2023`` of ``2023-10-29``, and a year as it is."""
    year, _, rest = dated.partition("-")
    return f"{_MONTHS[int(rest[:2]) - 1]} {year}" if rest else year


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut between words."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
