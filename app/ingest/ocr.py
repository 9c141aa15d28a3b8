"""Pages that need OCR get it, and become pages like any other: words with boxes, blocks, text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from statistics import median

from app.core.errors import KnowledgeBaseError, RateLimited, Unavailable
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page, Recognition
from app.core.ports import Picture, ReadLine, TextRecogniser
from app.ingest.ocr_kept import KeptPages
from app.pages.captions import mark_near_tables
from app.pages.text import running_text
from app.pdf.lacks import LACKING
from app.pdf.layout.blocks import arrange
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from app.pdf.reader import Reader
from app.pdf.verdict import percent

UNSURE = 0.8
"""A mean confidence below which a person is told: handwriting, faint copies."""

TYPE_SIZE = 0.75
"""The font size relative to the height of a line's box: the engine leaves a margin around the letters."""

ONE_SIZE = 1.35
"""Lines that differ from the usual height by less are of one size: boxes are not as exact as type."""

CALL_SECONDS = 10.0
"""The timeout of calls in progress when a job is interrupted: less than the remaining time of an
invocation."""

NO_TEXT = "OCR found no text on this page."


@dataclass(frozen=True, slots=True)
class Ocr:
    """Reads the pages that need it; all pass unchanged where there is no ``recogniser``."""

    reader: Reader
    recogniser: TextRecogniser | None = None
    at_once: int = 1
    """Pages that are recognised at the same time: more than one where the work is another machine's."""

    def pages(self, path: Path, pages: Iterable[Page], password: str | None = None) -> Iterator[Page]:
        """Return the same pages of the file at ``path``, those that need OCR with what it read, as they
        come."""
        return map(self.of(path, password), pages)

    def recognise(
        self, path: Path, pages: Iterable[Page], kept: Callable[[str], KeptPages], first: int
    ) -> Iterator[Page]:
        """Yield the same pages in order, several recognised at once; what is kept of them is used, and
        what is read of them is kept.

        Pages before ``first`` are another job's: of those that a server would read only what is kept is
        used. A caller that ends early waits for the calls under way, so that they are kept.
        """
        if self.recogniser is None:
            yield from pages
            return
        # Pages before the range are read for its furniture only: a server would be paid for them twice.
        read = self.of(path, kept=kept(self.recogniser.engine), first=first if self.at_once > 1 else 0)
        under_way: deque[Future[Page]] = deque()
        pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="ocr")
        try:
            for page in pages:
                # Order is kept: a page that needs nothing waits behind those that are being read.
                if not page.needs_ocr and not under_way:
                    yield page
                    continue
                under_way.append(pool.submit(copy_context().run, read, page))
                # One more than are read at once, so that a slow first page does not leave the others idle.
                while len(under_way) > self.at_once or (under_way and under_way[0].done()):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            # What has not begun is dropped; what has is paid for, and waited for below.
            pool.shutdown(wait=False, cancel_futures=True)
            wait(under_way, CALL_SECONDS)

    def of(
        self,
        path: Path,
        password: str | None = None,
        *,
        kept: KeptPages | None = None,
        first: int = 0,
    ) -> Callable[[Page], Page]:
        """Return what reads a page of this file if it needs OCR: not before page ``first``, unless it is
        kept.

        Where that fails the page stays as it is, with a note; a recogniser that does not answer is not
        asked again for the rest.
        """
        outages: list[KnowledgeBaseError] = []

        def read(page: Page) -> Page:
            if self.recogniser is None or not page.needs_ocr:
                return page
            try:
                if found := kept.get(page.number) if kept else None:
                    return apply_recognition(page, *found, self.recogniser.engine)
                if page.number < first:
                    return page
                if outages:
                    raise outages[0]
                return self._read_page(self.recogniser, path, page, password, kept)
            except KnowledgeBaseError as error:
                if isinstance(error, Unavailable | RateLimited):
                    outages.append(error)
                return replace(page, notes=(*page.notes, f"OCR failed: {error.message}"))

        return read

    def _read_page(
        self,
        recogniser: TextRecogniser,
        path: Path,
        page: Page,
        password: str | None,
        kept: KeptPages | None,
    ) -> Page:
        picture = self.reader.picture(path, page.number, password)
        lines = recogniser.read(picture)
        # Before anything is made of it: what comes after may fail, and the page is paid for.
        if kept:
            kept.put(picture, lines)
        return apply_recognition(page, picture, lines, recogniser.engine)


def apply_recognition(page: Page, picture: Picture, lines: Sequence[ReadLine], engine: str) -> Page:
    """Return the page with the text that was recognised in its picture in place of what it had."""
    found = [line for line in lines if line.text.strip()]
    placed = all(line.box for line in found)
    recognition = Recognition(engine, _confidence(found), placed)
    notes = [note for note in page.notes if note not in LACKING]
    if not found:
        return replace(page, needs_ocr=False, notes=(*notes, NO_TEXT), recognition=recognition)
    if recognition.confidence is not None and recognition.confidence < UNSURE:
        notes.append(f"OCR is not sure of this page ({percent(recognition.confidence)}).")
    words, blocks = _arrange(page, picture, found) if placed else _list_lines(page, lines)
    return replace(
        page,
        text=running_text((block.kind, block.text) for block in blocks),
        words=tuple(words),
        blocks=mark_near_tables(blocks),
        needs_ocr=False,
        notes=tuple(notes),
        unreadable=0.0,
        recognition=recognition,
    )


def _confidence(lines: Sequence[ReadLine]) -> float | None:
    """Return the mean over the characters, ``None`` where a line has none."""
    weights = [(len(line.text), line.confidence) for line in lines if line.confidence is not None]
    # A mean over some of the lines would say that the page is sure where nothing is known of the rest.
    if not weights or len(weights) < len(lines):
        return None
    return round(sum(weight * sure for weight, sure in weights) / sum(weight for weight, _ in weights), 4)


def _arrange(page: Page, picture: Picture, lines: Sequence[ReadLine]) -> tuple[list[Word], list[Block]]:
    """Return lines with boxes as the words and blocks of the page."""
    across, down = page.width / picture.width, page.height / picture.height
    boxes = [Box(b.x0 * across, b.top * down, b.x1 * across, b.bottom * down) for b in _boxes(lines)]
    # Boxes of lines without ascenders are lower: taken as sizes they would make headings and body of one
    # paragraph.
    usual = median(box.height for box in boxes)
    words: list[PlacedWord] = []
    for line, box in zip(lines, boxes, strict=True):
        size = usual if usual / ONE_SIZE < box.height < usual * ONE_SIZE else box.height
        style = Style(round(TYPE_SIZE * size, 2), False, 0, False, "")
        for text, part in _words(line.text, box):
            words.append(PlacedWord(text, part, style, len(words)))
    return arrange(words, [])


def _boxes(lines: Sequence[ReadLine]) -> Iterator[Box]:
    return (line.box for line in lines if line.box)


def _words(text: str, box: Box) -> Iterator[tuple[str, Box]]:
    """Yield a line's words, each with its share of the line's width by the number of its letters."""
    text = " ".join(text.split())
    step = box.width / len(text)
    at = 0
    for word in text.split():
        start, end = box.x0 + step * at, box.x0 + step * (at + len(word))
        yield word, Box(round(start, 2), round(box.top, 2), round(end, 2), round(box.bottom, 2))
        at += len(word) + 1


def _list_lines(page: Page, lines: Sequence[ReadLine]) -> tuple[list[Word], list[Block]]:
    """Return lines without boxes as paragraphs, which empty lines part; each word's box is the whole page."""
    whole = Box(0.0, 0.0, page.width, page.height)
    words: list[Word] = []
    blocks: list[Block] = []
    for filled, paragraph in groupby(lines, key=lambda line: bool(line.text.strip())):
        if filled:
            text = " ".join(word for line in paragraph for word in line.text.split())
            start = len(words)
            words += [Word(word, whole) for word in text.split()]
            blocks.append(Block(BlockKind.TEXT, whole, (start, len(words)), text))
    return words, blocks
