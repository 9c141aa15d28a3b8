"""Words that are struck out, by a line that is drawn through them or by an annotation: they are in the file
and on the page, and do not count."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from app.core.geometry import Box
from app.core.page import HiddenWord, WhyHidden
from app.pdf.native.library import StrikeRules, library
from app.pdf.native.packed import address, pack
from app.pdf.pdfium.drawing import Ruling
from app.pdf.pdfium.words import PlacedWord, upright

HIGHEST, LOWEST = 0.3, 0.73
"""Of a word's height, from its top: where a line passes that strikes it out. Underlines are lower, lines
above a letter higher. A fifth less or more changes none of 46 pages."""

JUTS_OUT = 0.6
"""In sizes: how far the line reaches beyond its words. Rules of a table and a chart's grid go further. A
fifth less or more changes none of 46 pages."""

COVERED = 0.8
"""Of a word's width: what the line covers of each that it strikes out. Lines under notes cover less. A fifth
less or more changes none of 46 pages."""

HIGHEST_BOX = 1.35
"""In sizes: in a higher box stand raised or lowered letters, and its middle is no letter's. A fifth less or
more changes none of 46 pages."""

EDGE = 0.5
"""Points: how near to the edge of shading a line is one that is not drawn. A fifth less or more changes 44
and 44 of 46 pages."""

FILLED = 0.6
"""Of the line's length: what stands on words; the rest is blanks between them. A fifth less or more changes
none of 46 pages."""

SHORTEST = 3.0
"""Points: what is shorter is part of a letter. A fifth less or more changes none of 46 pages."""

FEWEST_LETTERS = 2
"""Under one line: a bar through one letter may be part of it. A fifth less or more changes none of 46
pages."""

ON_ONE_LINE, JOINED = 0.6, 1.5
"""Points, down and across: pieces that are drawn as one line. A fifth less or more changes none of 46
pages."""


STRIKES = StrikeRules(EDGE, ON_ONE_LINE, JOINED, SHORTEST, HIGHEST, LOWEST)


def part_struck(
    words: list[PlacedWord],
    rulings: Sequence[Ruling],
    shades: Sequence[Box],
    quads: Sequence[Box],
    broad_lines: Callable[[], Sequence[Box]] = tuple,
) -> tuple[list[PlacedWord], tuple[HiddenWord, ...]]:
    """Return the words that count, numbered anew, and those that are struck out by one of the rulings, which
    have the edges of shades among them, or stand in the quads of annotations that strike out; the same list
    where there are none. ``broad_lines`` gives areas of lines that are too broad to strike words out."""
    struck = {
        index
        for index, word in enumerate(words if quads else ())
        if any(quad.holds(word.box.middle) for quad in quads)
    }
    drawn = _find_drawn(rulings, shades) if _may_be_struck(words, rulings, shades) else []
    if drawn and (by_lines := _struck_by_lines(words, drawn)):
        # Asked only where a line strikes: it goes through all of the page's paths again.
        broad = broad_lines()
        thin = [line for line in drawn if not any(area.holds(line.middle) for area in broad)]
        struck |= _struck_by_lines(words, thin) if len(thin) < len(drawn) else by_lines
    if not struck:
        return words, ()
    kept = [word for index, word in enumerate(words) if index not in struck]
    hidden = tuple(HiddenWord(words[at].text, words[at].box, WhyHidden.STRUCK_OUT) for at in sorted(struck))
    return [word._replace(order=order) for order, word in enumerate(kept)], hidden


def _may_be_struck(words: Sequence[PlacedWord], rulings: Sequence[Ruling], shades: Sequence[Box]) -> bool:
    """Whether a line passes through a word at all, which it does on few pages; those with words of another
    direction are looked at in any case."""
    if not words or not rulings:
        return False
    styles = {id(style): style for _, _, style, _ in words}.values()  # words share them
    if any(style.direction and not style.slanted for style in styles):
        return True
    lines, areas, boxes = pack(rulings), pack(shades), pack([box for _, box, _, _ in words])
    given = address(lines), len(rulings), address(areas), len(shades), address(boxes), len(words)
    found: int = library().lines_strike(STRIKES, *given)
    if found < 0:
        raise MemoryError
    return found > 0


def _find_drawn(rulings: Sequence[Ruling], shades: Sequence[Box]) -> list[Box]:
    """The lines that do not stand where shading begins or ends."""
    edges = {_row(side) for shade in shades for side in shade}
    return [Box(*ruling) for ruling in rulings if not edges or not _is_edge(ruling, edges)]


def _struck_by_lines(words: Sequence[PlacedWord], drawn: Sequence[Box]) -> set[int]:
    struck: set[int] = set()
    for direction in {word.style.direction for word in words if not word.style.slanted}:
        if lines := _join_lines(upright(line, direction) for line in drawn):
            struck |= _find_struck(words, direction, lines)
    return struck


def _row(side: float) -> int:
    return round(side / EDGE)


def _is_edge(ruling: Ruling, edges: set[int]) -> bool:
    """Whether a ruling stands where shading begins or ends."""
    at = _row(ruling.x0 if ruling.vertical else ruling.top)
    return not edges.isdisjoint((at - 1, at, at + 1))


def _join_lines(boxes: Iterable[Box]) -> list[Box]:
    """Lines across, those that go on where another ends as one."""
    across = sorted(
        [box for box in boxes if box[2] - box[0] > box[3] - box[1]], key=lambda box: (box[1], box[0])
    )
    found: list[Box] = []
    for _, row in groupby(across, key=lambda box: round(box.top / ON_ONE_LINE)):
        first = len(found)
        for box in sorted(row):
            if len(found) > first and box.x0 <= found[-1].x1 + JOINED:
                found[-1] = found[-1]._replace(x1=max(found[-1].x1, box.x1))
            else:
                found.append(box)
    return [box for box in found if box.x1 - box.x0 >= SHORTEST]


def _find_struck(words: Sequence[PlacedWord], direction: int, lines: Iterable[Box]) -> set[int]:
    """The indices of the words of a direction that one of these lines strikes out."""
    placed = sorted(
        (upright(word.box, direction), index)
        for index, word in enumerate(words)
        if word.style.direction == direction and not word.style.slanted and _is_plain(word, direction)
    )
    by_top = sorted(placed, key=lambda each: each[0].top)
    tops = [box.top for box, _ in by_top]
    tallest = max((box.bottom - box.top for box, _ in by_top), default=0.0)
    struck: set[int] = set()
    for line in lines:
        y = (line.top + line.bottom) / 2
        # A page of forms has thousands of lines and words: only words that begin at such a height are
        # looked at.
        near = by_top[bisect_left(tops, y - LOWEST * tallest) : bisect_right(tops, y)]
        through = sorted(each for each in near if _passes_through(line, y, each[0]))
        if through and _strikes(line, through, words):
            struck |= {
                index for box, index in through if _shared_width(line, box) >= COVERED * (box.x1 - box.x0)
            }
    return struck


def _is_plain(word: PlacedWord, direction: int) -> bool:
    box = upright(word.box, direction)
    return box.bottom - box.top <= HIGHEST_BOX * word.style.size


def _passes_through(line: Box, y: float, box: Box) -> bool:
    height = box.bottom - box.top
    return box.top + HIGHEST * height <= y <= box.top + LOWEST * height and _shared_width(line, box) > 0


def _strikes(line: Box, through: Sequence[tuple[Box, int]], words: Sequence[PlacedWord]) -> bool:
    """Whether a line begins and ends with the words that it passes through, from the left."""
    size = max(words[index].style.size for _, index in through)
    letters = sum(len(list(_letters(words[index].text))) for _, index in through)
    left, right = min(box.x0 for box, _ in through), max(box.x1 for box, _ in through)
    on_words = sum(_shared_width(line, box) for box, _ in through)
    return (
        letters >= FEWEST_LETTERS
        and line.x0 >= left - JUTS_OUT * size
        and line.x1 <= right + JUTS_OUT * size
        and on_words >= FILLED * (line.x1 - line.x0)
    )


def _letters(text: str) -> Iterator[str]:
    return filter(str.isalnum, text)


def _shared_width(line: Box, box: Box) -> float:
    return min(line.x1, box.x1) - max(line.x0, box.x0)
