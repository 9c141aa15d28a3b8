"""The boxes of a quote: one for each of its lines, around its words only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.ask.proof.passage_text import PassageText
from app.core.answer import Place
from app.core.geometry import Box, Point, Word, around

WIDEST_GAP = 3.0
"""The widest gap between two words of a line, in line heights."""


def places(text: PassageText, ranges: Iterable[tuple[int, int]]) -> tuple[Place, ...]:
    """Return the boxes of ranges of words, page by page."""
    by_page: dict[int, list[int]] = {}
    for first, last in ranges:
        for word in range(first, last):
            by_page.setdefault(text.page_index(word), []).append(word)
    return tuple(
        Place(
            text.pages[at].number,
            _line_boxes(text.whole(chosen), _others(text, at, chosen)),
            text.pages[at].label,
        )
        for at, chosen in sorted(by_page.items())
    )


def _others(text: PassageText, at: int, chosen: Sequence[int]) -> list[Point]:
    """Return the middles of the page's other words."""
    quoted, start, end = set(chosen), *text.page_range(at)
    return [box.middle for place, (_, box) in enumerate(text.words[start:end], start) if place not in quoted]


def _line_boxes(words: Sequence[Word], others: Sequence[Point]) -> tuple[Box, ...]:
    lines: list[Box] = []
    upended = _run_vertically(words)
    last: Word | None = None
    for word in words:
        if last and _on_one_line(last.box, word.box, upended):
            wider = around((lines[-1], word.box))
            # A box around two columns would mark words of the other one.
            if not any(wider.holds(point) for point in others):
                lines[-1] = wider
                last = word
                continue
        lines.append(word.box)
        last = word
    return tuple(lines)


TALL = 1.2
"""Times its width that the box of a word is high where it runs up or down the page: two letters of a line
are about as high as they are wide, so that a square tells nothing."""


def _run_vertically(words: Sequence[Word]) -> bool:
    """Return whether the words run up or down the page, as far as their boxes tell: most letters in tall
    ones."""
    tall = sum(len(text) for text, box in words if box.height > TALL * box.width)
    return 2 * tall > sum(len(text) for text, _ in words)


def _on_one_line(one: Box, other: Box, upended: bool) -> bool:
    return _in_line(one, other) or (upended and _in_line(_turn_box(one), _turn_box(other)))


def _in_line(one: Box, other: Box) -> bool:
    """Return whether two boxes share most of a line's height and stand near each other along it."""
    tallest = max(one.height, other.height)
    return one.shares_row(other) and -one.shared_width(other) <= WIDEST_GAP * tallest


def _turn_box(box: Box) -> Box:
    return Box(box.top, box.x0, box.bottom, box.x1)
