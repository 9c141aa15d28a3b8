"""What lies on a page: links, what readers added to it, and the fields of a form."""

from __future__ import annotations

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Any

from app.core.geometry import Box, Word
from app.core.page import Annotation, FieldKind, FormField, Link
from app.pdf.pdfium.bookmarks import place_of
from app.pdf.pdfium.calls import ADDRESS, NUMBER, address_of, plain
from app.pdf.pdfium.filled_in import Value
from app.pdf.pdfium.form_fields import open_form, read_field
from app.pdf.pdfium.frame import Frame

MOST = 2_000
"""Of one page that are read."""

LONGEST = 10_000
"""Characters of what an annotation says."""

LONGEST_URI = 2_000

MOST_QUADS = 200
"""Lines that a highlight covers."""

LINK, WIDGET, FREE_TEXT, STRIKE_OUT = 2, 20, 3, 12  # pdfium's FPDF_ANNOT_…
KINDS = {
    1: "note",
    FREE_TEXT: "free_text",
    4: "line",
    5: "square",
    6: "circle",
    7: "polygon",
    8: "polyline",
    9: "highlight",
    10: "underline",
    11: "squiggly",
    STRIKE_OUT: "strikeout",
    13: "stamp",
    14: "caret",
    15: "ink",
    17: "attachment",
}
MARKUP = {9, 10, 11, STRIKE_OUT}
HIDDEN, NO_VIEW = 1 << 1, 1 << 5  # ISO 32000-1, table 165
GO_TO, URI = 1, 3  # pdfium's PDFACTION_…


@dataclass(slots=True)
class Marks:
    """What lies on a page. ``values`` are texts that show on it and are none of its content stream."""

    fields: tuple[FormField, ...] = ()
    values: list[Value] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    found_links: list[Link] = field(default_factory=list)
    found_annotations: list[tuple[Annotation, list[Box]]] = field(default_factory=list)

    def links(self, words: Sequence[Word]) -> tuple[Link, ...]:
        """The links with the words that they cover."""
        if not self.found_links:
            return ()
        places = _Places(words)
        return tuple(_find_covered(link, places, words) for link in self.found_links)

    def struck(self) -> list[Box]:
        """Where annotations strike out the text."""
        kind = KINDS[STRIKE_OUT]
        return [quad for each, quads in self.found_annotations if each.kind == kind for quad in quads]

    def annotations(self, words: Sequence[Word]) -> tuple[Annotation, ...]:
        """The annotations with the text that they mark."""
        if not self.found_annotations:
            return ()
        places = _Places(words)
        return tuple(
            Annotation(each.kind, each.box, each.text, each.author, _text(words, places.inside(quads)))
            for each, quads in self.found_annotations
        )


def _find_covered(link: Link, places: _Places, words: Sequence[Word]) -> Link:
    inside = places.inside([link.box])
    if not inside:
        return link
    first = inside[0]
    run = [place for _, place in takewhile(lambda pair: pair[1] == first + pair[0], enumerate(inside))]
    return Link(link.box, _text(words, inside), (first, run[-1] + 1), link.uri, link.page)


def _text(words: Sequence[Word], places: Iterable[int]) -> str:
    return " ".join(words[place].text for place in places)


class _Places:
    """The middles of words, to be found by where they stand."""

    def __init__(self, words: Sequence[Word]) -> None:
        # Twice the middles: a division for each word would change nothing in what is compared.
        middles = ((box.top + box.bottom, box.x0 + box.x1, place) for place, (_, box) in enumerate(words))
        self._middles = sorted(middles)

    def inside(self, boxes: Iterable[Box]) -> list[int]:
        """The places, ascending, of the words whose middle is in one of the boxes."""
        found: set[int] = set()
        for box in boxes:
            first = bisect_left(self._middles, (2 * box.top,))
            last = bisect_right(self._middles, (2 * box.bottom, float("inf")))
            inside = self._middles[first:last]
            found |= {place for _, x, place in inside if 2 * box.x0 <= x <= 2 * box.x1}
        return sorted(found)


def read_marks(page: Any, frame: Frame) -> Marks:
    """The marks of a pypdfium2 page; nothing is asked of a page that has none."""
    from pypdfium2 import raw as pdfium

    count = pdfium.FPDFPage_GetAnnotCount(page.raw)
    if count <= 0:
        return Marks()
    return _AnnotationReader(page, frame).read(count)


class _AnnotationReader:
    def __init__(self, page: Any, frame: Frame) -> None:
        self._page = address_of(page.raw)
        self._document = page.pdf
        self._frame = frame
        self._calls = _calls()
        self._marks = Marks()
        self._fields: list[FormField] = []
        self._hidden = 0

    def read(self, count: int) -> Marks:
        for number in range(min(count, MOST)):
            if annotation := self._calls.at(self._page, number):
                try:
                    self._one(annotation)
                finally:
                    self._calls.close(annotation)
        self._marks.fields = tuple(self._fields)
        self._marks.notes = tuple(self._notes(count))
        return self._marks

    def _notes(self, count: int) -> Iterable[str]:
        if self._hidden:
            yield f"Hidden annotations were left out: {self._hidden:,}."
        if count > MOST:
            yield f"Only the first {MOST:,} of {count:,} annotations were read."

    def _one(self, annotation: int) -> None:
        kind = self._calls.subtype(annotation)
        if kind not in KINDS and kind not in (LINK, WIDGET):
            return
        if self._calls.flags(annotation) & (HIDDEN | NO_VIEW):
            self._hidden += 1
            return
        box = self._frame.clip(self._frame.matrix.box(*self._calls.rectangle(annotation)))
        box = Box(*(round(side, 2) for side in box))
        if box.x0 >= box.x1 and box.top >= box.bottom:
            return
        if kind == LINK:
            self._link(annotation, box)
        elif kind == WIDGET:
            self._field(annotation, box)
        else:
            self._add_annotation(annotation, kind, box)

    def _link(self, annotation: int, box: Box) -> None:
        calls, document = self._calls, address_of(self._document.raw)
        link = calls.link(annotation)
        destination = calls.destination(document, link) if link else None
        action = calls.action(link) if link and not destination else None
        kind = calls.action_kind(action) if action else 0
        if action and kind == URI and (uri := calls.uri(document, action)):
            self._marks.found_links.append(Link(box, uri=uri))
        if action and kind == GO_TO:
            destination = calls.action_destination(document, action)
        if destination:
            page, _ = place_of(document, destination, len(self._document))
            if page:
                self._marks.found_links.append(Link(box, page=page))

    def _add_annotation(self, annotation: int, kind: int, box: Box) -> None:
        text = self._calls.text(annotation, b"Contents")[:LONGEST]
        quads = [self._frame.matrix.box(*quad) for quad in self._calls.quads(annotation)]
        if not text.strip() and kind not in MARKUP:
            return
        author = " ".join(self._calls.text(annotation, b"T").split())[:200]
        found = Annotation(KINDS[kind], box, text, author)
        self._marks.found_annotations.append((found, (quads or [box]) if kind in MARKUP else []))
        if kind == FREE_TEXT:
            self._marks.values.append(Value(text, self._calls.rectangle(annotation), self._frame, False))

    def _field(self, annotation: int, box: Box) -> None:
        form = open_form(self._document)
        found = read_field(form, annotation, box) if form else None
        if not found:
            return
        self._fields.append(found)
        ticked = found.kind in (FieldKind.CHECKBOX, FieldKind.RADIO)
        text = ("☒" if found.checked else "☐") if ticked else found.value
        if text.strip():
            self._marks.values.append(Value(text, self._calls.rectangle(annotation), self._frame, ticked))


class _Calls:
    """pdfium's functions for annotations, taking addresses as plain integers (see ``calls``)."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        length = ctypes.c_ulong
        self.at = plain(raw.FPDFPage_GetAnnot, ADDRESS, ADDRESS, NUMBER)
        self.close = plain(raw.FPDFPage_CloseAnnot, None, ADDRESS)
        self.subtype = plain(raw.FPDFAnnot_GetSubtype, NUMBER, ADDRESS)
        self.flags = plain(raw.FPDFAnnot_GetFlags, NUMBER, ADDRESS)
        self.link = plain(raw.FPDFAnnot_GetLink, ADDRESS, ADDRESS)
        self.destination = plain(raw.FPDFLink_GetDest, ADDRESS, ADDRESS, ADDRESS)
        self.action = plain(raw.FPDFLink_GetAction, ADDRESS, ADDRESS)
        self.action_kind = plain(raw.FPDFAction_GetType, length, ADDRESS)
        self.action_destination = plain(raw.FPDFAction_GetDest, ADDRESS, ADDRESS, ADDRESS)
        self._rectangle = plain(raw.FPDFAnnot_GetRect, NUMBER, ADDRESS, ADDRESS)
        self._uri = plain(raw.FPDFAction_GetURIPath, length, ADDRESS, ADDRESS, ADDRESS, length)
        self._text = plain(raw.FPDFAnnot_GetStringValue, length, ADDRESS, ctypes.c_char_p, ADDRESS, length)
        self._quad_count = plain(raw.FPDFAnnot_CountAttachmentPoints, ctypes.c_size_t, ADDRESS)
        self._quad = plain(raw.FPDFAnnot_GetAttachmentPoints, NUMBER, ADDRESS, ctypes.c_size_t, ADDRESS)
        self._floats = (ctypes.c_float * 8)()
        self._buffer = ctypes.create_string_buffer(2 * LONGEST + 2)

    def rectangle(self, annotation: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in user space; zeros for none."""
        self._floats[:4] = [0.0] * 4
        self._rectangle(annotation, self._floats)
        left, top, right, bottom = self._floats[:4]
        return left, bottom, right, top

    def uri(self, document: int, action: int) -> str:
        """Where an action leads, without characters that cannot be shown; "" where it is too long."""
        size = self._uri(document, action, self._buffer, len(self._buffer))
        if not 1 < size <= LONGEST_URI:
            return ""
        text = self._buffer.raw[: size - 1].decode("utf-8", "replace")
        return "".join(filter(str.isprintable, text)).strip()

    def text(self, annotation: int, key: bytes) -> str:
        """A text of an annotation's dictionary, cut where it is very long."""
        buffer = self._buffer
        size = self._text(annotation, key, buffer, len(buffer))
        if size > len(buffer):
            buffer = ctypes.create_string_buffer(size)
            self._text(annotation, key, buffer, size)
        text = buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace").replace("\r", "\n")
        return "".join(c for c in text[:LONGEST] if c == "\n" or c.isprintable())

    def quads(self, annotation: int) -> list[tuple[float, float, float, float]]:
        """The upright rectangles, in user space, that a markup covers."""
        found = []
        for number in range(min(self._quad_count(annotation), MOST_QUADS)):
            if self._quad(annotation, number, self._floats):
                xs, ys = self._floats[0::2], self._floats[1::2]
                found.append((min(xs), min(ys), max(xs), max(ys)))
        return found


@lru_cache(maxsize=1)
def _calls() -> _Calls:
    """The one set there is: it answers through its own memory, and is for one thread."""
    return _Calls()
