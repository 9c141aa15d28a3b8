"""The source's own words around a quote: the rest of its sentence or row, and what leads to its list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.ask.proof.passage_text import Part, PassageText, Ranges
from app.ask.sentences import ends_sentence
from app.core.page import BlockKind
from app.core.process.patterns import defer_regex

MOST = 40
"""Words on each side that are told; of a longer sentence the nearest."""

LONGEST_ROW = 40
"""Words of a table's row that is told whole; the cells of a longer one hold sentences."""

ITEMS = 60
"""Parts before an item among which its list's beginning is looked for."""

_ITEM = defer_regex(r"[•◦▪‣●○■□*–—-]|\(?(?:[A-Za-z]|\d{1,3}|[ivx]+)[.)]")
"""The mark of a list's point."""


class Around(NamedTuple):
    """Ranges of words before a quote and behind it, in reading order; ``lead`` leads to the list that the
    quote is a point of."""

    lead: Ranges = ()
    before: Ranges = ()
    after: Ranges = ()


def around_quote(text: PassageText, ranges: Ranges) -> Around:
    """Return what a quote leaves out of its sentence, of its table's row, and the words that lead to its
    list."""
    first, last = ranges[0][0], ranges[-1][1]
    before = _before(text, first)
    lead = _lead(text, before[0][0] if before else first)
    return Around(lead, before, _after(text, last))


def join_ranges(text: PassageText, ranges: Ranges, most: int = MOST, *, nearest_first: bool = True) -> str:
    """Ranges as they read, "…" between those that do not follow each other and where one is cut: the first
    ``most`` words, or the last."""
    kept: list[tuple[int, int]] = []
    room, cut = most, False
    for first, last in ranges if nearest_first else reversed(ranges):
        cut = cut or last - first > room
        if room > 0:
            kept.append(
                (first, min(last, first + room)) if nearest_first else (max(first, last - room), last)
            )
        room -= last - first
    kept = kept if nearest_first else kept[::-1]
    said = " … ".join(text.text_between(*each) for each in kept)
    return said if not cut else f"{said} …" if nearest_first else f"… {said}"


# -- before ---------------------------------------------------------------------------------------------


def _before(text: PassageText, first: int) -> Ranges:
    at = text.part_index(first)
    # Within the row only: what stands above it belongs to another label.
    if row := _row(text, at):
        return ((row[0], first),) if row[0] < first else ()
    part = text.parts[at]
    start = _sentence_start(text, part, first)
    found: Ranges = ((start, first),) if start < first else ()
    earlier = text.joined_before(at) if start == part.first else None
    if earlier is not None:
        above = text.parts[earlier]
        return ((_sentence_start(text, above, above.last), above.last), *found)
    return found


def _sentence_start(text: PassageText, part: Part, word: int) -> int:
    for at in range(word, part.first, -1):
        if at < word or word < part.last:
            following = text.words[at].text if at < part.last else ""
            if following and ends_sentence(text.words[at - 1].text, following, first=at - 1 == part.first):
                return at
    return part.first


# -- behind ---------------------------------------------------------------------------------------------


def _after(text: PassageText, last: int) -> Ranges:
    at = text.part_index(last - 1)
    if row := _row(text, at):
        return ((last, row[1]),) if last < row[1] else ()
    part = text.parts[at]
    end = _sentence_end(text, part, last)
    found: Ranges = ((last, end),) if last < end else ()
    later = text.joined_after(at) if end == part.last else None
    if later is not None:
        below = text.parts[later]
        return (*found, (below.first, _sentence_end(text, below, below.first + 1)))
    return found


def _sentence_end(text: PassageText, part: Part, word: int) -> int:
    """Return the end of the sentence that the word before this one stands in."""
    for at in range(word, part.last):
        if ends_sentence(text.words[at - 1].text, text.words[at].text, first=at - 1 == part.first):
            return at
    return part.last


# -- rows and lists -------------------------------------------------------------------------------------


def _row(text: PassageText, at: int) -> tuple[int, int] | None:
    """Return the words of the table's row that a part is a cell of, ``None`` if it is none or holds
    sentences."""
    row = row_of(text, at)
    return row if row and row[1] - row[0] <= LONGEST_ROW else None


def row_of(text: PassageText, at: int) -> tuple[int, int] | None:
    """Return the words of the table's row that the part at a place is a cell of, ``None`` if it is none."""
    part = text.parts[at]
    if part.row < 0:
        return None
    first = last = at
    while first > 0 and _same_row(text.parts[first - 1], part):
        first -= 1
    while last + 1 < len(text.parts) and _same_row(text.parts[last + 1], part):
        last += 1
    return text.parts[first].first, text.parts[last].last


def _same_row(one: Part, other: Part) -> bool:
    return one.block is other.block and one.row == other.row


def _lead(text: PassageText, first: int) -> Ranges:
    """Return what ends with a colon above the point of a list that begins with a word: of each level above
    it."""
    at = text.part_index(first)
    part = text.parts[at]
    if part.row >= 0 or part.kind is BlockKind.HEADING:
        return ()
    return tuple(reversed(list(_leads(text, at))))


def _leads(text: PassageText, at: int) -> Iterator[tuple[int, int]]:
    level = _level(text, text.parts[at])
    for earlier in range(at - 1, max(-1, at - ITEMS), -1):
        part = text.parts[earlier]
        if part.kind is BlockKind.HEADING or part.row >= 0:
            return
        # A list that goes on on the next page has that page's header between its points and its lead.
        if part.block is not None and part.block.furniture:
            continue
        above = _level(text, part)
        opens = text.words[part.last - 1].text.endswith((":", "："))
        if opens and (above < level or earlier == at - 1):
            yield _sentence_start(text, part, part.last - 1), part.last
            level = above
        # Running text ends the way up: what leads to a list is the text right above its first point.
        if above == 0:
            return


def _level(text: PassageText, part: Part) -> int:
    """Return how deep a point of a list stands, 0 if it is none."""
    if part.kind is BlockKind.ITEM and part.block is not None:
        return max(1, part.block.level)
    return 1 if _ITEM.fullmatch(text.words[part.first].text) else 0
