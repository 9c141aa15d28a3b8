"""Words of scripts that run to the left: pdfium puts their letters in order, the words stay as they stand.

A short form of the Unicode bidirectional algorithm (UAX 9) for whole words.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.geometry import Box, around
from app.core.process.patterns import defer_regex
from app.pdf.pdfium.words import RIGHT_TO_LEFT, PlacedWord, upright

SEGMENTS = defer_regex(r"\d+(?:[.,:/]\d+)*|[^\W\d]+|.")
"""What keeps its own order within a word: a number, letters, a sign."""

RUNS = defer_regex(r"[^\W\d_]+|[\W\d_]+")
"""What pdfium puts in order within a word that runs to the right, in a line that it turns: letters, or
figures with signs."""

PREFIX = defer_regex("[\u05d0-\u05ea]{1,3}")
BEFORE_PREFIX = defer_regex(r"(\d[\d.,:/%]*)([-־])$")
"""A number as it stands to the left of its prefix, with the hyphen on its right."""

PREFIX_GAP = 0.3
"""In sizes: between a prefix and its hyphen is no space."""


BRACKETS = "()"
BRACKET_GAP = 0.15
"""In sizes: between a number and its bracket is no space."""


def join_brackets(words: list[PlacedWord]) -> list[PlacedWord]:
    """Return the words of a page with each number in brackets as one: pdfium parts these on lines that run to
    the left."""
    if not any(word.text in BRACKETS for word in words) or not any(
        runs_to_the_left(word.text) for word in words
    ):
        return words
    found: list[PlacedWord] = []
    signs = [word for word in words if word.text in BRACKETS]
    taken: set[int] = set()
    for word in words:
        if word.text[:1].isdigit() and word.text[-1:].isdigit():
            left = next((sign for sign in signs if _stands_at(sign, word)), None)
            right = next((sign for sign in signs if _stands_at(word, sign)), None)
            if left and right:
                taken |= {left.order, right.order}
                box = around((left.box, word.box, right.box))
                found.append(word._replace(text=f"({word.text})", box=box))
                continue
        found.append(word)
    return [word for word in found if word.order not in taken] if taken else words


def _stands_at(left: PlacedWord, right: PlacedWord) -> bool:
    """Whether a word ends where another begins, on its row."""
    one, other = _box(left), _box(right)
    return one.shares_row(other) and abs(other.x0 - one.x1) <= BRACKET_GAP * right.style.size


def in_order(words: list[PlacedWord]) -> list[PlacedWord]:
    """Words of one or more rows with those that run to the left in the order in which they are read."""
    # One search over all of it: most pages have no such script, and end here.
    if not runs_to_the_left("".join([word.text for word in words])):
        return words
    return [word for row in _split_rows(words) for word in _read_row(row)]


def runs_to_the_left(text: str) -> bool:
    """Return whether some of a text does."""
    return not text.isascii() and RIGHT_TO_LEFT.search(text) is not None


def _split_rows(words: Sequence[PlacedWord]) -> list[list[PlacedWord]]:
    rows: list[list[PlacedWord]] = []
    for word in words:
        if rows and _box(rows[-1][-1]).shares_row(_box(word)):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _read_row(row: list[PlacedWord]) -> list[PlacedWord]:
    """Return the words of a row as they are read: in a row that mostly runs to the left, from the right
    end."""
    ways = [_way(word.text) for word in row]
    # A row of numbers alone runs neither way and stays.
    if ways.count(-1) == 0:
        return row
    if _is_turned(row):
        row = [_turn_back(word) for word in row]
    row = [_spell_from_right(word) for word in sorted(row, key=lambda word: _box(word).x0)]
    # The row's own way is that of most of its words: a Hebrew name in an English line is turned by itself.
    if ways.count(-1) < ways.count(1):
        return _turn_runs(row, -1)
    return _with_prefixes(_turn_runs(row[::-1], 1))


def _with_prefixes(row: list[PlacedWord]) -> list[PlacedWord]:
    """Return the row with each number on its Hebrew prefix and the hyphen between them: pdfium leaves that
    behind the number."""
    found: list[PlacedWord] = []
    for word in row:
        number = BEFORE_PREFIX.match(word.text)
        if found and number and PREFIX.fullmatch(found[-1].text) and _touches(word, found[-1]):
            last = found.pop()
            text = f"{last.text}{number[2]}{number[1]}"
            found.append(last._replace(text=text, box=around((last.box, word.box))))
        else:
            found.append(word)
    return found


def _touches(word: PlacedWord, last: PlacedWord) -> bool:
    return abs(_box(last).x0 - _box(word).x1) <= PREFIX_GAP * word.style.size


def _is_turned(row: Sequence[PlacedWord]) -> bool:
    """Return whether pdfium gives the words of a row from its right end."""
    first, last = (choose(row, key=lambda word: word.order) for choose in (min, max))
    return _box(first).x0 > _box(last).x0


def _turn_back(word: PlacedWord) -> PlacedWord:
    """Return a word of a line that pdfium turned with the runs of an identifier as they stand: pdfium turns
    AB-12 into -12AB there."""
    if _way(word.text) > 0 and any(map(str.isdigit, word.text)):
        return word._replace(text="".join(RUNS.findall(word.text)[::-1]))
    return word


def _spell_from_right(word: PlacedWord) -> PlacedWord:
    """Return the word with its parts from the right: pdfium has put only the letters of each in order."""
    # Letters alone are in order already.
    if _way(word.text) < 0 and any(map(str.isdigit, word.text)):
        return word._replace(text="".join(SEGMENTS.findall(word.text)[::-1]))
    return word


def _turn_runs(row: list[PlacedWord], way: int) -> list[PlacedWord]:
    """Return the row with each run of words of one way, and the numbers among them, turned round."""
    found = list(row)
    start = end = 0
    for at, word in enumerate(row):
        if (its := _way(word.text)) == way:
            start, end = (start, at + 1) if end else (at, at + 1)
        # Numbers and signs before the next word of the other way go with the run: they do not end it.
        elif its == -way and end:
            found[start:end] = found[start:end][::-1]
            end = 0
    if end:
        found[start:end] = found[start:end][::-1]
    return found


def _way(text: str) -> int:
    """-1 for a word that runs to the left, 1 for one that runs to the right, 0 for a number or a sign."""
    if RIGHT_TO_LEFT.search(text):
        return -1
    return 1 if any(map(str.isalpha, text)) else 0


def _box(word: PlacedWord) -> Box:
    return upright(word.box, word.style.direction)
