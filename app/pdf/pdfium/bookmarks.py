"""A PDF's outline, as its file has it: a tree of titles that lead to pages.

A file may hold a million entries, or entries that lead in a ring: what is read has bounds.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from app.pdf.pdfium.calls import ADDRESS, NUMBER, address_of, plain

MOST = 5_000
"""Entries that are read: a book of a thousand pages has some hundred."""

DEEPEST = 20
"""Levels that are read; headings have six."""

LONGEST = 500
"""Characters of a title."""


class Entry(NamedTuple):
    """An entry of the tree: its level from 1, the page (1-based) it leads to, and the height there in the
    page's user space; ``None`` where the file does not say."""

    title: str
    level: int
    page: int | None
    y: float | None


def read_entries(document: Any) -> tuple[list[Entry], bool]:
    """Return the entries of an open document in reading order, and whether there are more than are read."""
    calls, address = _calls(), address_of(document.raw)
    found: list[Entry] = []
    for bookmark, level in _bookmarks(calls, address):
        if len(found) == MOST:
            return found, True
        if title := calls.title(bookmark):
            destination = calls.destination(address, bookmark)
            place = place_of(address, destination, len(document)) if destination else (None, None)
            found.append(Entry(title, level, *place))
    return found, False


def place_of(document: int, destination: int, pages: int) -> tuple[int | None, float | None]:
    """Return the page (1-based) of a destination and the height on it in user space, as far as they are
    given."""
    calls = _calls()
    index = calls.page_index(document, destination)
    if not 0 <= index < pages:
        return None, None
    return index + 1, calls.height(destination)


def _bookmarks(calls: _Calls, document: int) -> Iterator[tuple[int, int]]:
    """Every bookmark once, with its level, parents before their children."""
    seen: set[int] = set()
    above: list[int] = [calls.first_child(document, 0) or 0]
    # Entries without a title count, too: a file may hold any number of them.
    while above and len(seen) <= 2 * MOST:
        bookmark = above.pop()
        # An entry that was seen is a ring.
        if not bookmark or bookmark in seen:
            continue
        seen.add(bookmark)
        yield bookmark, len(above) + 1
        # The sibling below the child on the stack: the child and all below it come first.
        above.append(calls.sibling(document, bookmark) or 0)
        if len(above) < DEEPEST:
            above.append(calls.first_child(document, bookmark) or 0)


class _Calls:
    """pdfium's functions for outlines, taking addresses as plain integers (see ``calls``)."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        self.first_child = plain(raw.FPDFBookmark_GetFirstChild, ADDRESS, ADDRESS, ADDRESS)
        self.sibling = plain(raw.FPDFBookmark_GetNextSibling, ADDRESS, ADDRESS, ADDRESS)
        self.destination = plain(raw.FPDFBookmark_GetDest, ADDRESS, ADDRESS, ADDRESS)
        self.page_index = plain(raw.FPDFDest_GetDestPageIndex, NUMBER, ADDRESS, ADDRESS)
        self._location = plain(raw.FPDFDest_GetLocationInPage, NUMBER, *(ADDRESS,) * 7)
        self._title = plain(raw.FPDFBookmark_GetTitle, ctypes.c_ulong, ADDRESS, ADDRESS, ctypes.c_ulong)
        self._buffer = ctypes.create_string_buffer(2 * LONGEST + 2)
        self._place = (ctypes.c_int * 6)()

    def title(self, bookmark: int) -> str:
        """Return a title on one line, "" for none; of one that is longer the whole is asked for and cut."""
        buffer = self._buffer
        size = self._title(bookmark, buffer, len(buffer))
        if size > len(buffer):
            buffer = ctypes.create_string_buffer(size)
            self._title(bookmark, buffer, size)
        text = buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")
        # Control characters would reach the terminal of whoever lists the outline.
        shown = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
        return " ".join(shown.split())[:LONGEST]

    def height(self, destination: int) -> float | None:
        """Return the height of a destination in user space, ``None`` where it names none."""
        place = self._place
        start = ctypes.addressof(place)
        known = self._location(destination, *range(start, start + 24, 4))
        return ctypes.c_float.from_buffer(place, 16).value if known and place[1] else None


@lru_cache(maxsize=1)
def _calls() -> _Calls:
    """Return the one set there is: it answers through its own memory, and is for one thread."""
    return _Calls()
