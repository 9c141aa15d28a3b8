"""What stands out at a document's beginning: its largest lines, put together as a reader sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.core.card import Fact
from app.core.page import BlockKind
from app.core.process.patterns import defer_regex
from app.ingest.card.sheet import Line, Sheet

SAME_SIZE = 0.06
"""Of the font size: what two lines of one title differ by at most."""

FEW_WORDS = 130
"""Words of a page that is a cover: all of it stands out."""

LARGER = 1.12
"""Times the size of the text: what stands out of it by its size."""

GAP = 1.9
"""Times the font size: the distance between the tops of two lines of one title at most."""

TOP_LINES = 14
"""First lines of a page that may say what it is, whatever their size."""

NUMBERED = defer_regex(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.|[A-Z]\.|§\s?\d+[a-z]?)\s+\S")
"""What begins as the heading of a section, which is no title."""

_LETTER = defer_regex(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that stand together in one size: ``text`` is at ``[start, end)`` of its sheet. ``share`` is its
    size as a share of the page's largest, 1 where sizes are unknown."""

    sheet: Sheet
    lines: tuple[Line, ...]
    text: str
    share: float
    larger: bool

    @property
    def start(self) -> int:
        """Where it begins in its sheet's text."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Where it ends in its sheet's text."""
        return self.lines[-1].end

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    def fact(self, value: str = "") -> Fact:
        """Return it as a fact."""
        return self.sheet.fact(self.start, self.end, value)


def find_cover(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the first page with words."""
    return next((sheet for sheet in sheets if _LETTER.search(sheet.text)), None)


def is_sparse(sheet: Sheet) -> bool:
    """Return whether a page has so few words that it is a cover."""
    return len(sheet.spans) <= FEW_WORDS


def body_size(sheets: Iterable[Sheet]) -> float:
    """Return the size of most letters, 0 if it is not known."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            if line.size and line.kind in (BlockKind.TEXT, BlockKind.ITEM):
                sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def read_parts(sheet: Sheet, body: float) -> list[Part]:
    """Return the lines of a page put together where they are one in size and stand below each other, in
    reading order. What runs over the pages, and what is turned, is left out."""
    lines = [line for line in sheet.lines if not line.furniture and not _is_turned(line)]
    largest = max((line.size for line in lines if _LETTER.search(line.text)), default=0.0)
    return [_part(sheet, group, largest, body) for group in _group(lines, body)]


def _part(sheet: Sheet, lines: Sequence[Line], largest: float, body: float) -> Part:
    size = lines[0].size
    text = " ".join(line.text for line in lines)
    share = size / largest if largest and size else 1.0 if not largest else 0.0
    return Part(sheet, tuple(lines), " ".join(text.split()), share, bool(body) and size >= LARGER * body)


def _group(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and not _are_one(group[-1], line, body):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _are_one(before: Line, after: Line, body: float) -> bool:
    if BlockKind.TABLE in (before.kind, after.kind) or NUMBERED.match(after.text):
        return False
    same_size = abs(before.size - after.size) <= SAME_SIZE * max(before.size, after.size)
    near = after.box.top - before.box.top <= GAP * max(after.size, before.box.height)
    if before.block == after.block:
        return True
    # Paragraphs of the text are apart, the lines of a title are not.
    large = after.size >= LARGER * body
    return large and same_size and near and before.kind == after.kind and after.box.top >= before.box.top


def _is_turned(line: Line) -> bool:
    return len(line.text) > len("A1") and line.box.height > max(3 * line.box.width, 2 * line.size)
