"""The stored pages of versions. Only this module knows which run's output is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from app.core import keys
from app.core.document import ReadPages, Version, VersionId
from app.core.errors import FileMissing, NotFound, PagesLost
from app.core.page import Page
from app.core.ports import DocumentStore, FileStore
from app.pages import pages_file

T = TypeVar("T")

Lines: TypeAlias = Callable[[Version, ReadPages, int], dict[int, bytes]]

DAMAGED = (ValueError, TypeError, LookupError, AttributeError)
"""The exceptions that a damaged line may raise."""


@dataclass(frozen=True, slots=True)
class StoredPages:
    """Reads checkpoints and pictures of a tenant's versions, by default those of the run that is
    ``shown``.

    When a run ends, it replaces the previous one, whose output is removed. A reader of the previous output
    is then given the new one.
    """

    files: FileStore
    documents: DocumentStore

    def page(self, version: Version, number: int) -> Page | None:
        """Return the page with this number (1-based), ``None`` if it is not read yet or does not exist.

        Raises ``PagesLost`` if it was read and its checkpoint is missing.
        """

        found = self.among(version, [number])
        return found[0] if found else None

    def among(self, version: Version, numbers: Iterable[int], lines: Lines | None = None) -> list[Page]:
        """Return those of the pages with these numbers that are read, in order. ``lines`` may be a cache
        of the method of this name. Raises ``PagesLost``."""
        wanted = sorted(set(numbers))

        def read(reading: ReadPages) -> list[Page]:
            found: list[Page] = []
            for index in sorted(reading.done):
                first, last = reading.ranges[index]
                if inside := [number for number in wanted if first <= number <= last]:
                    held = (lines or self.lines)(version, reading, index)
                    found += [_page(held, number, first, last) for number in inside]
            return found

        return self._of_shown(version, read)

    def lines(self, version: Version, reading: ReadPages, index: int) -> dict[int, bytes]:
        """Return the pages of a range as they are stored, by number. Raises ``PagesLost``."""
        content = self._content(version, reading, index)
        return _sound(lambda: dict(pages_file.read_numbered(content)), *reading.ranges[index])

    def pages(self, version: Version, reading: ReadPages | None = None) -> Iterator[Page]:
        """Yield all pages that are read so far, in order, one at a time. Raises ``PagesLost``."""
        chosen = reading or version.shown
        for index in sorted(chosen.done):
            yield from self.range(version, chosen, index)

    def range(self, version: Version, reading: ReadPages, index: int) -> Iterator[Page]:
        """Yield the pages of a range that this run has read, one at a time. Raises ``PagesLost``."""
        first, last = reading.ranges[index]
        pages = pages_file.load(self._content(version, reading, index))
        count = 0
        while (page := _sound(lambda: next(pages, None), first, last)) is not None:
            count += 1
            yield page
        # A file of fewer pages is sound as such: only the number tells that some are gone.
        if count != last - first + 1:
            raise _lost_pages(first, last)

    def missing(self, version: Version, reading: ReadPages) -> list[int]:
        """Return the indexes of ranges whose checkpoint is missing."""
        return [
            index
            for index in sorted(reading.done)
            if self.files.size(self.key(version, reading, index)) is None
        ]

    def figure(self, version: Version, name: str, run: int | None = None) -> bytes:
        """Return the picture of a figure block, of what this run has read. Raises ``NotFound``, also after
        another run has replaced these pages: the name may then belong to another picture."""

        def read(reading: ReadPages) -> bytes:
            if run not in (None, keys.run_of(reading.folder)):
                raise NotFound("The document was read again since: its page names the figures it has now.")
            return self.files.get(keys.figure(version.id, reading.folder, name))

        try:
            return self._of_shown(version, read)
        except FileMissing:
            raise NotFound("The document has no such figure.") from None

    def key(self, version: Version, reading: ReadPages, index: int) -> str:
        """Return the key of a range's checkpoint."""
        return keys.page_range(version.id, reading.folder, index)

    def drop_outdated(self, version_id: VersionId) -> int:
        """Remove the output of runs that neither answer nor are under way, and return the number of
        removed files."""
        version = self.documents.version(version_id)
        prefix = keys.version_prefix(version_id)
        return sum(
            self.files.delete(prefix + folder + part)[0]
            for folder in self.outdated_folders(version)
            for part in keys.OUTPUT_FOLDERS
        )

    def outdated_folders(self, version: Version) -> set[str]:
        """Return the folders, below the version's own, of runs that neither answer nor are under way."""
        prefix = keys.version_prefix(version.id)
        # What a run under way has written belongs to nobody yet, and is no leftover.
        under_way = {version.folder} if not version.status.ended else set()
        return self._folders(prefix) - {version.shown.folder} - under_way

    def _folders(self, prefix: str) -> set[str]:
        """Return the folders with a run's output, "" for the version's own."""
        runs = prefix + keys.RUNS
        found = {keys.RUNS + key.removeprefix(runs).split("/")[0] + "/" for key in self.files.keys(runs)}
        if any(next(self.files.keys(prefix + part), None) for part in keys.OUTPUT_FOLDERS):
            # Versions of before runs had folders keep what was read beside the original.
            found.add("")
        return found

    def _of_shown(self, version: Version, read: Callable[[ReadPages], T]) -> T:
        """Return the result of ``read`` for what is shown, reloaded because it may have changed since the
        version was loaded."""
        try:
            return read(version.shown)
        except (FileMissing, PagesLost):
            now = self.documents.version(version.id)
            # The same run still: what it read is gone, and asking again gives nothing else.
            if now.shown.folder == version.shown.folder:
                raise
            return read(now.shown)

    def _content(self, version: Version, reading: ReadPages, index: int) -> bytes:
        try:
            return self.files.get(self.key(version, reading, index))
        except FileMissing:
            raise _lost_pages(*reading.ranges[index]) from None


def _page(lines: dict[int, bytes], number: int, first: int, last: int) -> Page:
    return _sound(lambda: pages_file.decode(lines[number]), first, last)


def _sound(read: Callable[[], T], first: int, last: int) -> T:
    try:
        return read()
    except DAMAGED:
        raise _lost_pages(first, last) from None


def _lost_pages(first: int, last: int) -> PagesLost:
    pages = f"page {first}" if first == last else f"pages {first}–{last}"
    return PagesLost(
        f"What was read of {pages} is gone or damaged: `kb fsck --repair`, or ingesting the document again, "
        "brings it back.",
        "file store",
    )
