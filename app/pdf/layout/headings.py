"""Headings: what their type, their numbers and the file's own outline say of lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.core.process.patterns import defer_regex
from app.pdf.layout.lines import Line
from app.pdf.layout.median import find_median
from app.pdf.pdfium.bookmarks import Entry

LARGEST, LARGE, LARGER = 1.8, 1.4, 1.12
"""Of the page's type size: headings of the first, second and third level have at least so much. A fifth less
or more changes 3 and 3, 7 and 3, 33 and 6 of 46 pages."""

NO_SMALLER = 0.95
"""Of the page's type size: bold type alone is a heading from here on; notes in bold type are smaller. A fifth
less or more changes 9 and 13 of 46 pages."""

MOST_BOLD_LINES = 2
"""That a heading in bold type alone wraps to. A fifth less or more changes 1 and 0 of 46 pages."""

LONGEST = 160
LONGEST_TITLE = 300
"""Characters of a heading, and of one in large type or that the outline names. A fifth less or more changes
none of 46 pages."""
MOST_LINES = 6
"""That a heading wraps to. A fifth less or more changes none of 46 pages."""

DEEPEST = 6

UNFINISHED = (*".,;:", *"。，；：、")
"""A line in bold type that ends so is part of a text."""

_ORDINARY = r"[1-9]\d?|[A-Z]|[IVX]{1,5}"
_NUMBER = defer_regex(
    rf"(?:(?:chapter|part|section|article|artikel|appendix|kapitel|teil|abschnitt|anhang|chapitre|partie|annexe|capítulo)\s+)?"
    rf"((?:{_ORDINARY})(?:\.(?:\d{{1,3}}|[A-Za-z](?=[\s.:)])))*)(?:[.:)]|\s*[–—-](?=\s)|(?=\s))\s*(?=[^\W\d_])",
    re.IGNORECASE,
)
_ALONE = defer_regex(r"[A-Z]|[IVX]{1,5}")
"""Such a number counts with a stop behind it: "I am" and "A pump" have none."""

_BULLET = defer_regex(r"[•◦▪‣●○■□➢➤✓✔*–—-]\s*\S")


class Told(NamedTuple):
    """Lines that the outline names: how many, from the first, and the heading's level."""

    lines: int
    level: int


def number_depth(text: str) -> int:
    """Return the parts of the number that a heading begins with, 2 for "2.1 Method"; 0 for none."""
    found = _NUMBER.match(text)
    if not found:
        return 0
    number, rest = found[1], found[0][len(found[1]) :]
    # "Part A" has a word before its letter, which says enough without a stop.
    if _ALONE.fullmatch(number) and not rest.lstrip().startswith((".", ":", ")")) and found.start(1) == 0:
        return 0
    return min(number.count(".") + 1, DEEPEST)


def level_of(lines: Sequence[Line], text: str, body: float) -> int:
    """1–6 for a heading, by the depth of its number, else by its type against the page's body: larger is
    1–3, bold alone is 4. 0 for no heading."""
    # Two letters at least: large figures are those of a chart or a page number.
    if len(text) > LONGEST_TITLE or len(lines) > MOST_LINES or not re.search(r"[^\W\d_]{2}", text):
        return 0
    # Items may be set large or bold as well.
    if _BULLET.match(text):
        return 0
    # The median, as a heading may hold an index, or a word in another size.
    ratio = find_median(line.size for line in lines) / body
    by_size = next((n for n, least in enumerate((LARGEST, LARGE, LARGER), start=1) if ratio >= least), 0)
    # Bold type alone is weak: labels and first words of paragraphs are bold, too.
    bold = (
        ratio > NO_SMALLER
        and len(lines) <= MOST_BOLD_LINES
        and not text.endswith(UNFINISHED)
        and _all_bold(lines)
    )
    if not (by_size or bold) or (len(text) > LONGEST and by_size not in (1, 2)):
        return 0
    # The number first: producers set headings of two levels in one size, but number them by their depth.
    return number_depth(text) or by_size or 4


def _all_bold(lines: Sequence[Line]) -> bool:
    """Return whether every word is bold: in a paragraph that begins with bold type only most may be. Those
    with punctuation count where there are no others, as a line of Chinese is one word."""
    words = [word for line in lines for word in line.words]
    return all(word.style.bold for word in [word for word in words if word.text.isalnum()] or words)


def match_outline(parts: Iterable[Sequence[Line]], entries: Sequence[Entry]) -> dict[int, Told]:
    """Return the lines that entries of the outline name, by the id of the first; an entry names one place."""
    if not entries:
        return {}
    # Without numbers: some outlines have them where the page has none, and the other way round.
    titles = {_strip_number(entry.title): entry for entry in entries if _strip_number(entry.title)}
    best: dict[Entry, tuple[tuple[float, ...], Line, int]] = {}
    for lines in parts:
        for at, line in enumerate(lines):
            if not (found := _match_title(lines, at, titles)):
                continue
            entry, count = found
            # A title stands in running headers and the table of contents as well: the largest is the
            # heading.
            rank = line.size, float(line.bold), -float(line.order)
            if entry not in best or rank > best[entry][0]:
                best[entry] = rank, line, count
    return {id(line): Told(count, min(entry.level, DEEPEST)) for entry, (_, line, count) in best.items()}


def _match_title(lines: Sequence[Line], at: int, titles: dict[str, Entry]) -> tuple[Entry, int] | None:
    """Return the entry that the lines from this one on are, and their number."""
    said = ""
    for count, line in enumerate(lines[at : at + MOST_LINES], start=1):
        said += line.text + " "
        bare = _strip_number(said)
        if entry := titles.get(bare):
            return entry, count
        # No title begins so: further lines cannot make it one.
        if len(said) > LONGEST_TITLE or not any(title.startswith(bare) for title in titles):
            return None
    return None


def _strip_number(title: str) -> str:
    """Return a title's letters and figures, without the number before them."""
    text = unicodedata.normalize("NFKC", title)
    found = _NUMBER.match(text)
    return "".join(filter(str.isalnum, text[found.end() if found else 0 :].casefold()))
