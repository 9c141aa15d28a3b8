"""A PDF file to pages: pdfium reads it, and what it read becomes words, blocks, tables and a verdict.

Meant for ``reader_process``: pdfium may crash, hang or run out of memory on a hostile file.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from app.core.errors import DamagedPdf, WrongPassword
from app.core.geometry import Word
from app.core.page import Bookmark, HiddenWord, Outline, Page, Verdict
from app.pages.captions import mark_near_tables
from app.pages.text import running_text
from app.pdf.alone import OutOfTime
from app.pdf.fonts.misread import PageFonts
from app.pdf.header import check_header
from app.pdf.lacks import GARBLED, NEEDS_OCR, ONLY_STAMPED
from app.pdf.layout.blocks import arrange
from app.pdf.layout.line_numbers import block_of, part_line_numbers
from app.pdf.layout.struck import part_struck
from app.pdf.pdfium.annotations import Marks, read_marks
from app.pdf.pdfium.bookmarks import Entry, read_entries
from app.pdf.pdfium.drawing import Drawing, read_broad_lines, read_drawing
from app.pdf.pdfium.enclosed import enclosed_notes
from app.pdf.pdfium.filled_in import with_values
from app.pdf.pdfium.frame import Frame, page_frame
from app.pdf.pdfium.hidden.part import hidden_notes, part_hidden, part_off_page
from app.pdf.pdfium.legibility import UNREADABLE, Legibility, read_legibility
from app.pdf.pdfium.mended import mend_words
from app.pdf.pdfium.page_labels import read_label, read_labels
from app.pdf.pdfium.thumbnail import look
from app.pdf.pdfium.words import Found, PlacedWord, read_words
from app.pdf.second_opinion import NO_SECOND_LOOK, fitting, is_in_doubt, second_grids
from app.pdf.tables.find import find_tables
from app.pdf.tables.ruled import Table, find_grids
from app.pdf.verdict import MANY_SHAPES, STAMPED, is_unsure, judge, may_be_stamped

MOST_PIXELS, MOST_PATHS = 2_000_000, 5_000
"""Of a page whose thumbnail is drawn: beyond, it would take tens of milliseconds."""

MOST_SCANNED = 40_000_000
"""Pixels of what may be a scan with a stamp: its thumbnail is worth 200 ms, as to read it takes seconds."""

EDGE = 0.08
"""Of the page's width and height: stamps, fax headers and page numbers stand so near the edges."""

TOO_INTRICATE = "The page's drawing is more intricate than is looked at: tables and pictures may be missing."


@contextmanager
def open_pdf(path: Path, password: str | None = None) -> Iterator[Any]:
    """A pypdfium2 document, closed at the end.

    Raises ``EmptyFile``, ``NotAPdf``, ``DamagedPdf`` (cannot be opened, or has no pages) or
    ``WrongPassword``.
    """
    import pypdfium2
    from pypdfium2 import raw as pdfium

    check_header(path)
    try:
        document = pypdfium2.PdfDocument(path, password=password)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise WrongPassword(_about_password(password)) from None
        # A handler that pdfium does not know: no password helps.
        if error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise DamagedPdf("The PDF is encrypted in a way that cannot be read.") from None
        raise DamagedPdf("The PDF is damaged: it cannot be opened, or has no pages.") from None
    with closing(document):
        yield document


def _about_password(password: str | None) -> str:
    if password is None:
        return "The PDF is encrypted: it needs a password."
    return "The PDF is encrypted, and the password given is wrong."


def outline_of(document: Any) -> Outline:
    """The outline of an open document: page count, title, whether it is encrypted, bookmarks."""
    from pypdfium2 import raw as pdfium

    title = " ".join(document.get_metadata_value("Title").split())
    # -1 is pdfium's answer for a file without encryption.
    encrypted = pdfium.FPDF_GetSecurityHandlerRevision(document) != -1
    entries, cut = read_entries(document)
    bookmarks = (Bookmark(each.title, each.level, each.page, _top(document, each)) for each in entries)
    return Outline(len(document), title, encrypted, tuple(bookmarks), cut, read_labels(document))


def _top(document: Any, entry: Entry) -> float | None:
    """How far below the top edge an entry leads: on a page that is not loaded only its size is known, so a
    height that cannot be on it is not taken."""
    from pypdfium2 import raw as pdfium

    size = pdfium.FS_SIZEF()
    if entry.page is None or entry.y is None:
        return None
    if not pdfium.FPDF_GetPageSizeByIndexF(document, entry.page - 1, size) or not 0 <= entry.y <= size.height:
        return None
    return round(float(size.height) - entry.y, 2)


def unlock(path: Path, password: str | None, target: Path) -> None:
    """Save a copy without encryption. Raises as ``opened`` does."""
    from pypdfium2 import raw as pdfium

    with open_pdf(path, password) as document:
        document.save(target, flags=pdfium.FPDF_REMOVE_SECURITY)


def read_page(
    document: Any, number: int, entries: Sequence[Entry] = (), *, include_hidden: bool = False
) -> Page:
    """One page of an open document, given the entries of its outline; a page that pdfium cannot load comes
    with an ``error``. With ``include_hidden``, words that no reader sees are read as all others."""
    import pypdfium2

    try:
        page = document[number - 1]
    except (pypdfium2.PdfiumError, IndexError):
        return Page(number, 0.0, 0.0, error="The page is damaged and cannot be read.")
    with closing(page):
        # Only what leads here: words of a title may stand on other pages, too.
        ours = [entry for entry in entries if entry.page == number]
        with pause_collector():
            read = _read(page, number, ours, include_hidden=include_hidden)
        label = read_label(document, number)
        notes = enclosed_notes(document) if number == 1 else []
        return replace(read, label=label or read.label, notes=(*read.notes, *notes))


def _read(page: Any, number: int, entries: Sequence[Entry], *, include_hidden: bool) -> Page:
    with text_page_of(page) as text_page:
        frame, drawing, placed, tables, marks, hidden, notes, numbers, corrected = read_contents(
            page, number, text_page, include_hidden=include_hidden
        )
        legibility = read_legibility(text_page, page.raw, corrected) if text_page else Legibility()
    words, blocks = arrange(placed, tables, entries)
    if numbers:
        block, number_words = block_of(numbers, len(words))
        blocks.append(block)
        words += number_words
    verdict = _verdict(page, frame, drawing, placed, tables)
    lacks = _lacks(verdict, legibility, drawn=drawing.images > 0 or drawing.shapes >= MANY_SHAPES)
    return Page(
        number=number,
        width=round(frame.width, 2),
        height=round(frame.height, 2),
        rotation=frame.rotation,
        text=running_text((block.kind, block.text) for block in blocks),
        words=tuple(words),
        blocks=mark_near_tables(blocks),
        verdict=verdict,
        needs_ocr=lacks is not None,
        notes=(*_notes(lacks, drawing, legibility), *hidden_notes(hidden), *notes, *marks.notes),
        hidden=hidden,
        unreadable=legibility.unreadable,
        links=marks.links(words),
        annotations=marks.annotations([*words, *(Word(each.text, each.box) for each in hidden)]),
        fields=marks.fields,
    )


def _lacks(verdict: Verdict, legibility: Legibility, *, drawn: bool) -> str | None:
    """Why a page needs OCR, ``None`` where it does not."""
    characters, visible = verdict.signals["characters"], verdict.signals["visible_characters"]
    meaningless = legibility.unreadable >= UNREADABLE
    if not characters:
        return NEEDS_OCR if drawn else GARBLED if meaningless else None
    if verdict.scanned and characters - visible <= STAMPED:
        return ONLY_STAMPED
    return GARBLED if meaningless else None


def _notes(lacks: str | None, drawing: Drawing, legibility: Legibility) -> Iterator[str]:
    if lacks:
        yield lacks
    yield from legibility.notes()
    if drawing.left_out:
        yield TOO_INTRICATE


class Contents(NamedTuple):
    """What stands on a page, before it is put in order."""

    frame: Frame
    drawing: Drawing
    words: list[PlacedWord]
    tables: list[Table]
    marks: Marks
    hidden: tuple[HiddenWord, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: Sequence[PlacedWord] = ()
    """Of lines, in the margin."""
    corrected: int = 0
    """Letters that are what their fonts say, and not what pdfium does."""


def read_contents(page: Any, number: int, text_page: Any, *, include_hidden: bool = False) -> Contents:
    """The words and tables of a pypdfium2 page, and what is drawn on it and lies on it; ``number`` is its
    own, from 1, and ``text_page`` pdfium's, ``None`` where it has none."""
    # The order matters: what is drawn tells which words are hidden, these and marks which are struck out, and
    # only what is left is looked at for tables.
    frame = page_frame(page.raw)
    drawing = read_drawing(page.raw, frame)
    grids = find_grids(drawing.rulings, drawing.shades)
    # Words are parted at the lines of a grid: figures in neighbouring cells may touch.
    verticals = sorted((r.x0, r.top, r.bottom) for r in drawing.rulings if r.vertical) if grids else []
    fonts = PageFonts(page.pdf, number)
    found = read_words(text_page, page.raw, frame, verticals, fonts) if text_page else Found([], [])
    words, hidden = part_off_page(found) if include_hidden else part_hidden(page, frame, drawing, found)
    marks = read_marks(page, frame)
    if not include_hidden:
        words, struck = part_struck(
            words, drawing.rulings, drawing.shades, marks.struck(), lambda: read_broad_lines(page, frame)
        )
        hidden += struck
    # Mended first: numbers of lines may be drawn twice, as fake bold type is.
    words, numbers = part_line_numbers(mend_words(words))
    # Before tables are looked for: what is filled in stands in their cells.
    words = with_values(words, marks.values)
    tables = find_tables(words, drawing.rulings, grids, drawing.shades)
    # pdfplumber takes many times as long as all before: it is asked only where our own lines leave doubt.
    if is_in_doubt(grids, tables, drawing.rulings, words):
        try:
            better = fitting(grids, second_grids(page.pdf, number), words)
        except OutOfTime:
            notes = (NO_SECOND_LOOK,)
            return Contents(frame, drawing, words, tables, marks, hidden, notes, numbers, found.corrected)
        if better != grids:
            tables = find_tables(words, drawing.rulings, better, drawing.shades)
    return Contents(frame, drawing, words, tables, marks, hidden, (), numbers, found.corrected)


@contextmanager
def pause_collector() -> Iterator[None]:
    """No search for reference cycles: a page makes tens of thousands of tuples and hardly a cycle; to look
    through them again and again takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def text_page_of(page: Any) -> Iterator[Any]:
    """pdfium's text page of a pypdfium2 page, closed at the end; ``None`` where it has none."""
    from pypdfium2 import raw as pdfium

    text_page = pdfium.FPDFText_LoadPage(page.raw)
    try:
        yield text_page or None
    finally:
        if text_page:
            pdfium.FPDFText_ClosePage(text_page)


def _verdict(
    page: Any, frame: Frame, drawing: Drawing, placed: list[PlacedWord], tables: Sequence[Table]
) -> Verdict:
    signals = _signals(frame, drawing, placed)
    # A scan that is taken for text is never read by OCR: that is worth a dearer look.
    pixels = MOST_SCANNED if may_be_stamped(signals) else MOST_PIXELS
    if is_unsure(signals) and drawing.pixels <= pixels and drawing.paths <= MOST_PATHS:
        taken = [*(word.box for word in placed), *(table.box for table in tables)]
        if seen := look(page.raw, frame, taken):
            signals |= {
                "drawn_share": seen.drawn,
                "colourful_share": seen.colourful,
                "paper_share": seen.paper,
            }
    return judge(signals)


def _signals(frame: Frame, drawing: Drawing, placed: list[PlacedWord]) -> dict[str, float]:
    characters = sum([len(text) for text, _, _, _ in placed])
    styles = {id(style): style for _, _, style, _ in placed}.values()  # words share them
    visible = [word for word in placed if not word.style.hidden] if any(s.hidden for s in styles) else placed
    text_area = sum([(x1 - x0) * (bottom - top) for _, (x0, top, x1, bottom), _, _ in placed])
    return {
        "image_share": round(drawing.imaged, 4),
        "coloured_share": round(drawing.coloured, 4),
        "text_share": round(text_area / frame.area, 4),
        "density": round(1000 * characters / frame.area, 4),
        "characters": float(characters),
        "visible_characters": float(sum([len(text) for text, _, _, _ in visible])),
        "inner_characters": float(_count_inside(visible, frame)),
        "left_out": float(drawing.left_out),
        "images": float(drawing.images),
        "paths": float(drawing.paths),
        "shapes": float(drawing.shapes),
        "fonts": float(len({style.font for style in styles})),
    }


def _count_inside(words: Sequence[PlacedWord], frame: Frame) -> int:
    """The characters of the words that stand away from the page's edges."""
    left, top = EDGE * frame.width, EDGE * frame.height
    right, bottom = frame.width - left, frame.height - top
    return sum(
        [
            len(text)
            for text, (x0, high, x1, low), _, _ in words
            if left < (x0 + x1) / 2 < right and top < (high + low) / 2 < bottom
        ]
    )
