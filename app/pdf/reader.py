"""PDFs are read in separate processes: what a hostile file can break is not the program."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from app.core.errors import DamagedPdf, NotSetUp
from app.core.page import Outline, Page, Picture
from app.pages import pages_file
from app.pages.continued import link
from app.pages.forms import UNLINKED, PageForm, render_page
from app.pdf.answers import BUILD_IT, Lost, Reading, Request
from app.pdf.budget import Allowance, Budget
from app.pdf.native.compile import LIBRARY
from app.pdf.native.library import NotBuilt, load_sound
from app.pdf.pdfium.enclosed import AttachedPdf
from app.pdf.processes import ReaderProcesses
from app.pdf.searchable import PageWords, write_words

PAGES_EACH = 150
"""Pages that are worth a process: to start one costs as much as reading some fifty."""

STRETCH = 8
"""Pages in a row that one process reads, while the next reads the next: neighbours share what is decoded for
them, and a pipe holds so many."""

SAID = 4
"""Bytes of a page that is passed on for each character of its text: blocks, tables and boxes say it again."""

STORED = 32
"""Bytes of a page as it is stored that count as a character at least: 8 to 20 of pages of text have one. So
hidden words, links, annotations and form fields, which are no text, are counted, too."""

DEFAULT = Budget()

UNREADABLE = "The page could not be read: what its process answered is no page."


class Reader:
    """Opens PDFs in separate processes.

    Each may take ``memory_bytes``, and twice the file's size, for a file, and ``page_seconds`` of computing
    for a page or for opening a file, and no document has more than its ``budget``. Those that are used again
    may read files in ``folders`` and in the temporary folder alone. With ``include_hidden``, words that no
    reader sees are words of the text as all others. Thread-safe: each call has a process at
    least; many pages are shared out among several, as long as no more than ``processes`` are at work.
    """

    def __init__(
        self,
        *,
        memory_bytes: int,
        page_seconds: float,
        processes: int = 1,
        budget: Budget = DEFAULT,
        folders: Sequence[Path] = (),
        include_hidden: bool = False,
    ) -> None:
        self._most = processes
        self._include_hidden = include_hidden
        self.budget = budget
        self._children = ReaderProcesses(
            memory_bytes=memory_bytes, seconds=page_seconds, most=processes, folders=folders
        )

    def check(self) -> None:
        """Raise ``NotSetUp`` if the compiled library is not there, or of other sources: no file could be
        read."""
        try:
            load_sound(LIBRARY)
        except NotBuilt:
            raise NotSetUp(BUILD_IT, part="reader") from None

    def outline(self, path: Path, password: str | None = None) -> Outline:
        """Page count, title, whether it is encrypted, and bookmarks.

        Raises ``EmptyFile``, ``NotAPdf``, ``WrongPassword`` or ``DamagedPdf``, the last also where opening it
        takes too long, too much memory or the process's life.
        """
        with closing(Reading(self._children, Request("outline", path, password))) as reading:
            return reading.outline()

    def unlock(self, path: Path, password: str | None, target: Path) -> None:
        """Save a copy without encryption. Raises as ``outline`` does."""
        request = Request("unlock", path, password, target=target)
        with closing(Reading(self._children, request)) as reading:
            reading.outline()

    def save_attached(self, path: Path, folder: Path, most_bytes: int) -> list[AttachedPdf]:
        """Save the PDFs that are attached to a file into a folder, none of more than ``most_bytes`` bytes.
        Raises as ``outline`` does."""
        request = Request("attached", path, None, target=folder)
        with closing(Reading(self._children, request, [most_bytes])) as reading:
            try:
                found = json.loads(reading.page())
                return [AttachedPdf(*map(str, each)) for each in found]
            except (Lost, ValueError, TypeError) as error:
                raise DamagedPdf(f"The attached files cannot be taken out: {error}.") from None

    def save_searchable(self, path: Path, pages: Iterable[PageWords], target: Path) -> None:
        """Save a copy in which these words can be found and marked, without being seen. Raises as ``outline``
        does."""
        words = target.with_name(f"{target.name}.words")
        write_words(pages, words)
        request = Request("searchable", path, None, target=target, words=words)
        try:
            with closing(Reading(self._children, request)) as reading:
                reading.outline()
        finally:
            words.unlink()

    def pages(
        self,
        path: Path,
        numbers: Sequence[int],
        password: str | None = None,
        *,
        allowance: Allowance | None = None,
    ) -> Iterator[Page]:
        """The pages with these numbers (1-based), in order, as they are read. Raises as ``outline`` does.

        A page that takes too long, too much memory or its process's life comes with an ``error``, and so do
        all for which the ``allowance``, by default that of a document with these pages, does not suffice.
        """
        allowed = allowance or self.budget.allowance(len(numbers))
        with closing(self._answers(path, numbers, PageForm.STORED, password, allowed)) as answers:
            for number, answer in zip(numbers, answers, strict=True):
                page = _page(number, answer)
                allowed.spend(characters=max(len(page.text), len(answer) // STORED))
                yield page

    def export_pages(
        self,
        path: Path,
        numbers: Sequence[int],
        form: PageForm,
        password: str | None = None,
        *,
        ocr: Callable[[Page], Page] | None = None,
    ) -> Iterator[str]:
        """The same pages in a form in which they are passed on, made where they are read where that can be;
        tables that go on from page to page say so. ``ocr`` gives pages that need it their text."""
        before: Page | None = None
        allowed = self.budget.allowance(len(numbers))
        with closing(self._answers(path, numbers, form, password, allowed)) as answers:
            for number, answer in zip(numbers, answers, strict=True):
                allowed.spend(characters=len(answer) // SAID)
                # A page that no table joins to its neighbours is passed on as it came, without being
                # parsed.
                if not answer.startswith(UNLINKED):
                    before = None
                    yield answer.decode("utf-8", "replace")
                    continue
                page = _page(number, answer.removeprefix(UNLINKED))
                page = ocr(page) if ocr else page
                before = link(before, page) if before else page
                yield render_page(before, form).decode()

    def picture(self, path: Path, number: int, password: str | None = None) -> Picture:
        """A page (1-based) as a picture for OCR. Raises as ``outline`` does, also if it cannot be drawn."""
        with closing(Reading(self._children, Request("picture", path, password), [number])) as reading:
            try:
                fields = json.loads(reading.page())
                return Picture(**(fields | {"content": base64.b64decode(fields["content"])}))
            except (Lost, ValueError, TypeError, LookupError) as error:
                why = f": {error}" if isinstance(error, Lost) else ""
                raise DamagedPdf(f"The page cannot be drawn{why}.") from None

    def close(self) -> None:
        """End the idle processes; a busy one ends with its call."""
        self._children.close()

    def _answers(
        self,
        path: Path,
        numbers: Sequence[int],
        form: PageForm,
        password: str | None,
        allowance: Allowance,
    ) -> Generator[bytes, None, None]:
        if not numbers:
            return
        with ExitStack() as stack:
            request = Request("pages", path, password, form, include_hidden=self._include_hidden)
            readings = self._begin_readings(stack, request, numbers, allowance)
            # A file that does not open is an error of the file, not of its first page.
            readings[0].outline()
            for index, number in enumerate(numbers):
                if over := allowance.over:
                    # Now, not at the end: the processes would read ahead what nobody takes.
                    stack.close()
                    yield _unread(number, f"The page was not read: {over}.", form)
                    continue
                try:
                    yield readings[index // STRETCH % len(readings)].page()
                except Lost as cause:
                    allowance.spend(deaths=1)
                    yield _unread(number, f"The page could not be read: {cause}.", form)

    def _begin_readings(
        self, stack: ExitStack, request: Request, numbers: Sequence[int], allowance: Allowance
    ) -> list[Reading]:
        """Readings that have the numbers in turn, a stretch each."""
        children = self._children.take_up_to(min(self._most, len(numbers) // PAGES_EACH), request.path)
        shares: list[list[int]] = [[] for _ in children]
        for start in range(0, len(numbers), STRETCH):
            shares[start // STRETCH % len(shares)] += numbers[start : start + STRETCH]
        readings = [Reading(self._children, request, share, allowance) for share in shares]
        for reading, child in zip(readings, children, strict=True):
            stack.enter_context(closing(reading))
            reading.begin(child)
        return readings


def _page(number: int, answer: bytes) -> Page:
    try:
        return pages_file.decode(answer)
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ):  # a hostile page may make anything of its process
        return Page(number, 0.0, 0.0, error=UNREADABLE)


def _unread(number: int, error: str, form: PageForm) -> bytes:
    return render_page(Page(number, 0.0, 0.0, error=error), form)
