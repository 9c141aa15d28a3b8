"""Running headers, footers and page numbers: text at a page's edge that recurs on the pages around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Furniture, Page
from app.core.process.patterns import defer_regex
from app.ingest.held import is_too_much

WINDOW = 7
"""Pages that are looked at together: left and right pages may differ, so three or more of each."""

AGAIN = 2
"""The number of other pages among them that must have the text."""

MARGIN = 0.12
"""Share of the page's height or width in which a block is at its edge."""

LONGEST = 200
"""Characters of a running header; a longer text is none."""

MOST_WORDS = 20
"""Of a text whose first or last word may be a page number: a sentence is longer, and ends with a number by
chance."""

LARGE = 1.4
"""Font size relative to the page's body: larger text is a title, which may repeat, as on slides."""

MOST_SAID = 2_000
"""Different texts of running headers that are kept once: a document with more has a list in its margin."""

SAME_PLACE = 1.5
"""Points."""

_NUMBER = defer_regex(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_FACT = defer_regex(r"\d.*[^\W\d]{3}|[^\W\d]{3}.*\d|[:@]", re.DOTALL)
"""Words with a number (of a document, a revision, a date) or after a colon: more than a title."""

_SECTION = defer_regex(r"^\W*\d+(\.\d+)*\.?\s")
"""The number of a title."""

_WORD = defer_regex(r"[^\W\d_]{2,}")

TITLE_SHARE = 0.5
"""Share of a running header's words that may stand in no heading and not on its page: "Chapter 3: Pumps" has
"Pumps" from the heading; the name of a client has nothing."""

_COUNT = defer_regex(r"\d{1,5}")
_AROUND_NUMBER = defer_regex(
    r"\b(page|pages|p|of|seite|von|sur|página|pagina|de|di|стр)\b|[\W_]+", re.IGNORECASE
)


class _Mark(NamedTuple):
    """A block that may be furniture: its edge, its text without numbers, these numbers, the differences
    between those at its ends and the page's, and where it stands; ``None`` where it is only nearest to the
    edge."""

    edge: str
    text: str
    numbers: tuple[str, ...]
    page: int
    offsets: frozenset[int]
    box: Box | None


def mark_furniture(pages: Iterable[Page]) -> Iterator[Page]:
    """Yield the pages with the blocks that recur at their edges marked; numbers may differ from page to
    page, and so may the text where others stand in the same place.

    Holds ``WINDOW`` pages at a time, and fewer where they have more words than may be held.
    """
    window: list[tuple[Page, dict[int, _Mark]]] = []
    done = 0
    for page in pages:
        while window and (len(window) == WINDOW or is_too_much((each for each, _ in window), page)):
            if not done:  # it was to wait for pages for which there is no room
                yield _mark_page(window, 0)
                done = 1
            del window[0]
            done -= 1
        window.append((page, _marks(page)))
        while len(window) == WINDOW and done <= WINDOW // 2:
            yield _mark_page(window, done)
            done += 1
    for index in range(done, len(window)):
        yield _mark_page(window, index)


def without_furniture(pages: Iterable[Page]) -> Iterator[Page]:
    """Yield the pages without the blocks that ``mark_furniture`` marks, or that are marked already. What a
    running header or footer says stays where it is said first: some facts stand nowhere else."""
    said = _Said()
    for page in mark_furniture(pages):
        said.note_headings(page)
        yield replace(page, blocks=tuple(block for block in page.blocks if said.is_first(block, page)))


class _Said:
    """What running headers and footers have said so far, and the words of all headings."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._words: set[str] = set()

    def note_headings(self, page: Page) -> None:
        """Take the words of a page's headings, as long as there are not too many."""
        for block in page.blocks:
            if block.kind is BlockKind.HEADING and not block.furniture and len(self._words) < MOST_SAID:
                self._words |= _words(block.text)

    def is_first(self, block: Block, page: Page) -> bool:
        """Return whether a block is content, or furniture that says what was not said before."""
        if not block.furniture:
            return True
        # A page number says nothing; and the set must not grow with the number of pages.
        if block.furniture is Furniture.PAGE_NUMBER or len(self._texts) >= MOST_SAID:
            return False
        # With numbers as one sign: "Page 3 of 9" and "Page 4 of 9" say the same.
        text = " ".join(_NUMBER.sub("#", block.text).lower().split())
        if text in self._texts:
            return False
        self._texts.add(text)
        return bool(_FACT.search(_SECTION.sub("", block.text))) or not self._is_title(block, page)

    def _is_title(self, block: Block, page: Page) -> bool:
        """Return whether a text is numbered as a title is, or headings or the page itself say most of its
        words; the name of a client they do not."""
        if _SECTION.match(block.text):
            return True
        asked = _words(block.text)
        left = asked - self._words
        if asked and len(left) > TITLE_SHARE * len(asked):
            left -= {word for other in page.blocks if not other.furniture for word in _words(other.text)}
        return len(left) <= TITLE_SHARE * len(asked)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _mark_page(window: Sequence[tuple[Page, dict[int, _Mark]]], index: int) -> Page:
    page, marks = window[index]
    others = [list(found.values()) for place, (_, found) in enumerate(window) if place != index]
    found = {number for number, mark in marks.items() if _recurs(mark, others)}
    rest = marks.keys() - found
    if rest:
        known = [
            [mark for mark in found if _recurs(mark, [each for each in others if each is not found])]
            for found in others
        ]
        found |= {number for number in rest if _in_the_place_of(marks[number], known)}
    found -= _only_text(page, found, marks)
    if not found:
        return page
    blocks = tuple(
        _as_furniture(block, marks[number]) if number in found else block
        for number, block in enumerate(page.blocks)
    )
    return replace(page, blocks=blocks)


def _only_text(page: Page, found: set[int], marks: Mapping[int, _Mark]) -> set[int]:
    """Return those of the blocks that cannot be furniture, since most of the page's text stands in one of
    them, or all of it in them: the title of a slide, a certificate, a page with one line. A page number
    may be."""
    letters = {number: _letters(block) for number, block in enumerate(page.blocks)}
    total = sum(letters.values())
    said = {number for number in found if _kind(marks[number]) is not Furniture.PAGE_NUMBER}
    if total == sum(letters[number] for number in found):
        return said
    return {number for number in said if letters[number] > total / 2}


def _letters(block: Block) -> int:
    return sum(map(str.isalnum, block.text)) + sum(sum(map(str.isalnum, cell.text)) for cell in block.cells)


def _recurs(mark: _Mark, others: Sequence[Sequence[_Mark]]) -> bool:
    """Return whether enough other pages have the text at this edge, or a number that counts with theirs."""
    same = sum(any(_says_the_same(mark, other) for other in page) for page in others)
    if same >= AGAIN:
        return True
    counted = (
        any(other.edge == mark.edge and other.offsets & mark.offsets for other in page) for page in others
    )
    return bool(mark.offsets) and sum(counted) >= AGAIN


def _says_the_same(mark: _Mark, other: _Mark) -> bool:
    """Return whether two blocks at one edge have one text, whose numbers are the same or count pages: what
    differs by other numbers, as the totals of invoices do, is content. Only in the margin do numbers count
    pages."""
    if mark.edge != other.edge or mark.text != other.text or len(mark.numbers) != len(other.numbers):
        return False
    if not mark.box or not other.box:
        return mark.numbers == other.numbers
    return all(
        one == another or _counts_pages(one, another, other.page - mark.page)
        for one, another in zip(mark.numbers, other.numbers, strict=True)
    )


def _counts_pages(one: str, other: str, pages: int) -> bool:
    if one.isdecimal() and other.isdecimal():
        # The last nine digits: a number of thousands of digits would take long to parse.
        return int(other[-9:]) - int(one[-9:]) == pages
    return not one.isdecimal() and not other.isdecimal()  # Roman numerals


def _in_the_place_of(mark: _Mark, known: Sequence[Sequence[_Mark]]) -> bool:
    """Return whether enough other pages have furniture right there: the title of another chapter."""
    return sum(any(_same_place(mark, other) for other in page) for page in known) >= AGAIN


def _same_place(mark: _Mark, other: _Mark) -> bool:
    if mark.edge != other.edge or mark.edge not in ("top", "bottom") or not mark.box or not other.box:
        return False
    return abs(mark.box.top - other.box.top) + abs(mark.box.bottom - other.box.bottom) <= SAME_PLACE


def _as_furniture(block: Block, mark: _Mark) -> Block:
    kind = BlockKind.TEXT if block.kind in (BlockKind.HEADING, BlockKind.ITEM) else block.kind
    return replace(block, kind=kind, level=0, furniture=_kind(mark))


def _kind(mark: _Mark) -> Furniture:
    if not _AROUND_NUMBER.sub("", mark.text):
        return Furniture.PAGE_NUMBER
    if mark.edge in ("top", "bottom"):
        return Furniture.HEADER if mark.edge == "top" else Furniture.FOOTER
    return Furniture.MARGIN


def _marks(page: Page) -> dict[int, _Mark]:
    """Return the blocks that may be furniture, by their number on the page."""
    body = _body_size(page)
    candidates = {number: block for number, block in enumerate(page.blocks) if _may_be(block, body)}
    if not candidates:
        return {}
    # Where a page has wide margins its header is outside the edge: then its first and last block may be.
    highest = min(candidates, key=lambda number: candidates[number].box.top)
    lowest = max(candidates, key=lambda number: candidates[number].box.bottom)
    found: dict[int, _Mark] = {}
    for number, block in candidates.items():
        text = " ".join(_NUMBER.sub("", block.text).lower().split())
        numbers = tuple(_NUMBER.findall(block.text))
        if edge := _edge(block.box, page):
            offsets = frozenset(int(count) - page.number for count in _counts(block.text))
            found[number] = _Mark(edge, text, numbers, page.number, offsets, block.box)
        # No offsets: outside the margin a number that grows with the pages may be content, such as the number
        # of a chapter.
        elif number in (highest, lowest):
            nearest = "top" if number == highest else "bottom"
            found[number] = _Mark(nearest, text, numbers, page.number, frozenset(), None)
    return found


def _counts(text: str) -> list[str]:
    """Return the number that a short text begins or ends with."""
    words = text.split()
    ends = {words[0], words[-1]} if 1 < len(words) <= MOST_WORDS else set()
    return [word for word in ends if _COUNT.fullmatch(word)]


def _body_size(page: Page) -> float:
    """Return the type size that most of the page's text has, 0 where sizes are not known."""
    letters: dict[float, int] = {}
    for block in page.blocks:
        if block.size:
            letters[block.size] = letters.get(block.size, 0) + len(block.text)
    return max(letters, key=lambda size: (letters[size], size), default=0.0)


def _may_be(block: Block, body: float) -> bool:
    if block.kind not in (BlockKind.TEXT, BlockKind.ITEM, BlockKind.HEADING) or len(block.text) > LONGEST:
        return False
    if block.kind is not BlockKind.HEADING:
        return True
    return block.size < LARGE * body if block.size and body else block.level > 2


def _edge(box: Box, page: Page) -> str:
    if box.bottom <= MARGIN * page.height:
        return "top"
    if box.top >= (1 - MARGIN) * page.height:
        return "bottom"
    if box.x1 <= MARGIN * page.width:
        return "left"
    return "right" if box.x0 >= (1 - MARGIN) * page.width else ""
