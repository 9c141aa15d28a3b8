"""Letters that are set below one another, as Chinese and Japanese are written in columns from the right: each
run of them is one word that runs downwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.core.geometry import around
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.words import PlacedWord

DOWNWARDS = 1
"""A quarter turn clockwise: with this direction columns are lines, and the one on the right is the first."""

FEWEST = 3
"""Letters below one another that tell that a page is set in columns; two may be cells of a table."""

ASIDE = 0.3
"""In sizes: how far the middles of such letters stand apart across the column."""

CLOSEST, WIDEST = 0.6, 1.45
"""In sizes: from the top of a letter to that of the next. Rows of a table stand further apart."""

SAME_SIZE = 1.15
"""Of the smaller size: letters of one run differ by no more."""

SET_ACROSS = 1.5
"""In sizes: the width of figures and letters that are set upright in a column, such as 12 in 12月."""

MOSTLY = 0.5
"""Of a page's letters of these scripts: where more stand in columns, all that are alone do."""

COUNTED = frozenset("一二三四五六七八九十月火水木金土日")
"""Numbers and days that head the rows of a table."""

IDEOGRAPHIC = defer_regex(
    "[\u2014\u2015\u2025\u2026\u3001-\u30ff\u3105-\u312f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\ufe10-\ufe19\ufe30-\ufe4f\uff01-\uff9f\U00020000-\U0003ffff]"
)
LETTERS = defer_regex(
    "[\u3041-\u30fa\u3105-\u312f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
ACROSS = defer_regex("[0-9A-Za-z!?%]{1,3}")

FORMS = str.maketrans(
    "︐︑︒︓︔︕︖︗︘︙︰︱︲︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈",
    "，、。：；！？〖〗…‥—–（）｛｝〔〕【】《》〈〉「」『』［］",
)
"""Signs that are drawn for columns, and what they are elsewhere (Unicode, vertical forms)."""


def join_columns(words: list[PlacedWord]) -> list[PlacedWord]:
    """Return the words of a page, in the content stream's order, with letters that are set below one another
    as words that run downwards; the same list where there are none. Their ``order`` may leave numbers out."""
    if sum([len(word[0]) == 1 and LETTERS.match(word[0]) is not None for word in words]) < FEWEST:
        return words
    runs = list(_runs(words))
    inside = sum(_letters(run) for run in runs if _is_column(run))
    if not inside:
        return words
    # On a page that is set in columns a single letter is the end of one; elsewhere it is a cell or a label.
    alone = inside > MOSTLY * sum(len(LETTERS.findall(word.text)) for word in words)
    return [word for run in runs for word in _read_run(run, alone=alone)]


def _runs(words: Sequence[PlacedWord]) -> Iterator[list[PlacedWord]]:
    """Words that were written one after the other and stand below one another; others alone."""
    run: list[PlacedWord] = []
    for word in words:
        if run and not _goes_on(run[-1], word):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _goes_on(last: PlacedWord, word: PlacedWord) -> bool:
    if not (_may_be_set_below(last) and _may_be_set_below(word)):
        return False
    sizes = sorted((last.style.size, word.style.size))
    size = sizes[1]
    aside = abs(last.box.x0 + last.box.x1 - word.box.x0 - word.box.x1) / 2
    step = word.box.top - last.box.top
    return size <= SAME_SIZE * sizes[0] and aside <= ASIDE * size and CLOSEST * size <= step <= WIDEST * size


def _may_be_set_below(word: PlacedWord) -> bool:
    style = word.style
    if style.direction or style.slanted:
        return False
    if len(word.text) == 1 and IDEOGRAPHIC.match(word.text):
        return True
    # Figures are set across a column's letter: 12 in 12月 is one step down.
    return ACROSS.fullmatch(word.text) is not None and word.box.width <= SET_ACROSS * style.size


def _is_column(run: Sequence[PlacedWord]) -> bool:
    """Whether a run is text: some of its letters are no numbers or days, which head rows."""
    return _letters(run) >= FEWEST and any(_is_letter(word) and word.text not in COUNTED for word in run)


def _letters(run: Sequence[PlacedWord]) -> int:
    return sum(map(_is_letter, run))


def _is_letter(word: PlacedWord) -> bool:
    return len(word.text) == 1 and LETTERS.match(word.text) is not None


def _read_run(run: list[PlacedWord], *, alone: bool) -> list[PlacedWord]:
    is_alone = alone and len(run[0].text) == 1 and IDEOGRAPHIC.match(run[0].text) is not None
    if not (_is_column(run) or (is_alone and _may_be_set_below(run[0]))):
        return run
    text = "".join(word.text for word in run).translate(FORMS)
    # As turned text, so that reading order and lines treat columns as they treat rows.
    style = run[0].style._replace(direction=DOWNWARDS)
    return [run[0]._replace(text=text, box=around(word.box for word in run), style=style)]
