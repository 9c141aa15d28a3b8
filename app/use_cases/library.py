"""Documents and their pages as they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from app.core import keys, telemetry
from app.core.card import NO_CORRECTIONS, CardField, Corrections
from app.core.document import Document, DocumentFilter, Listing, Version
from app.core.errors import Conflict, FileChanged, FileMissing, NotFound, Unavailable
from app.core.job import Run
from app.core.names import compose, compose_tags, document_name
from app.core.page import Outline, Page
from app.core.ports import PDF, PageImager
from app.core.process import temporary
from app.ingest.pictures import PAGE_IMAGE_DPI
from app.ingest.run import Ingest
from app.pages import outline_file
from app.pages.continued import first_table, link, link_pages
from app.pages.report import PageReport, Totals, report
from app.pages.table_csv import TableParts, whole_tables
from app.use_cases.part import zip_pieces
from app.use_cases.repair import Repair
from app.use_cases.versions import check_arrived, chosen_version
from app.use_cases.watch import Watch

KEPT_DPI = (PAGE_IMAGE_DPI, 250)
"""The resolutions (dots per inch) of pictures that are stored: those that the web page shows. Of all others a
reader could have hundreds made for each page, until the disk is full."""


@dataclass(frozen=True, slots=True)
class Library:
    """What is shown of documents. Stateless: safe to use from several threads and processes."""

    steps: Ingest
    imager: PageImager
    """Draws for requests; that of the steps draws for the write path."""
    watch: Watch

    def list_documents(
        self,
        tenant: str,
        *,
        where: DocumentFilter | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Listing[Document]:
        """Return documents, newest first. Raises ``DocumentsLost`` if there are files and no documents."""
        if where is not None:
            # Names are stored composed (NFC): one typed on a Mac comes decomposed and would find nothing.
            where = replace(
                where, name=where.name and compose(where.name), tag=where.tag and compose(where.tag)
            )
        listing = self.steps.documents.listing(tenant, where=where, cursor=cursor, limit=limit)
        # An empty list is right for a new tenant and alarming for one whose files are there.
        if not listing.items and cursor is None:
            self.watch.check_documents(tenant)
        return listing

    def document(self, tenant: str, document_id: str) -> Document:
        """Return a document with its newest version."""
        return self.steps.documents.get(tenant, document_id)

    def document_id(self, tenant: str, name: str) -> str:
        """Return the id of the document with this source, path or name, "" for none."""
        return self.steps.documents.find(tenant, name)

    def versions(self, tenant: str, document_id: str) -> list[Version]:
        """Return the versions of a document, newest first."""
        return self.steps.documents.versions(tenant, document_id)

    def update(
        self,
        tenant: str,
        document_id: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        said: Corrections = NO_CORRECTIONS,
        taken_back: Collection[CardField] = (),
    ) -> Document:
        """Rename or retag a document, or correct its card: with what is ``said`` anew, and without the
        corrections that are ``taken_back``."""
        clean = None if name is None else document_name(name)
        clean_tags = None if tags is None else compose_tags(tags)
        document = self.steps.documents.update(
            tenant, document_id, name=clean, tags=clean_tags, said=said, taken_back=taken_back
        )
        if tags is not None:
            # After the row: a search that finds the old tags for a moment is better than a document that
            # shows tags which no search knows.
            self.steps.index.retag(tenant, document_id, document.tags)
        Repair(self.steps).keep_description(document, document.latest)
        return document

    def version(self, tenant: str, document_id: str, number: int | None = None) -> Version:
        """Return one version, the newest by default."""
        return chosen_version(self.steps.documents, tenant, document_id, number)[1]

    def content(self, tenant: str, document_id: str, version: int | None = None) -> tuple[Document, str]:
        """Return a document and the file store's key of a version's file, once that has been looked at.
        Raises ``FileMissing``, and ``FileChanged`` if it is not what was uploaded."""
        document, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        check_arrived(chosen)
        return document, self._sound(tenant, chosen)

    def _sound(self, tenant: str, version: Version) -> str:
        """Return the key of a version's file. Raises ``FileMissing`` and ``FileChanged``."""
        key = keys.original(version.id)
        found = self.steps.files.sha256(key)
        if found is None:
            raise FileMissing("The file is not here: it has not arrived, or is lost. Upload it again.")
        # A download is checked against the hash that was uploaded: citations point into that content.
        if found != version.sha256:
            raise FileChanged(
                "The stored file is not the one that was uploaded. Upload it again to restore it."
            )
        return key

    def searchable(self, tenant: str, document_id: str, version: int | None = None) -> tuple[Document, str]:
        """Return a document and the file store's key of a copy of a version's file, in which the words that
        OCR read can be found and marked; the original stays as it is.

        Raises ``Conflict`` while the version is being read, and where OCR has read none of its pages or has
        not said where their words stand.
        """
        document, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        check_arrived(chosen)
        if not chosen.status.ended:
            raise Conflict("The document is being read: its copy can be made when that has ended.")
        key = keys.searchable(chosen.id, chosen.run)
        if self.steps.files.size(key) is None:
            self._save_searchable(chosen, key)
        return document, key

    def _save_searchable(self, version: Version, key: str) -> None:
        pages = (
            (page.number, [(word.text, word.box) for word in page.words])
            for page in self.steps.stored.pages(version)
            if page.recognition and page.recognition.placed
        )
        first = next(pages, None)
        if first is None:
            raise Conflict(
                "OCR has read no page of the document, or has not said where its words stand: no copy can "
                "be made."
            )
        source = self.steps.source(Run(version.id, version.run))
        with self.steps.files.local(source) as path, temporary.folder() as folder:
            copy = Path(folder) / "searchable.pdf"
            self.steps.reader.save_searchable(path, chain([first], pages), copy)
            self.steps.files.delete(keys.searchable_prefix(version.id))  # those of earlier runs
            with copy.open("rb") as file:
                self.steps.files.put(key, file)

    def find_lost(self, tenant: str, documents: Sequence[Document]) -> set[str]:
        """Return the ids of those of the documents whose passages are not all in the index."""
        return self.watch.missing(tenant, documents)

    def download_url(self, key: str, *, name: str, seconds: int, media_type: str = PDF) -> str | None:
        """Return a presigned URL of a stored file, good for so many seconds; ``None`` where it is served by
        the program itself, with ``local``."""
        return self.steps.files.download_url(key, name=name, seconds=seconds, media_type=media_type)

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Return a stored file as one on this machine, for as long as the context lasts."""
        return self.steps.files.local(key)

    def report(
        self, tenant: str, document_id: str, version: int | None = None
    ) -> Iterator[PageReport | Totals]:
        """Yield a report of each page that is read so far, then the totals."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        return report(self.pages(tenant, document_id, chosen.number))

    def page(self, tenant: str, document_id: str, number: int, version: int | None = None) -> Page:
        """Return a page as it was read. Raises ``NotFound`` outside the document, ``Conflict`` before it
        is read."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        page = self._page(tenant, chosen, number)
        # A table that goes on from the page before has its header there: the page is shown with it.
        if number > 1 and first_table(page) is not None:
            with suppress(Conflict):
                return link(self._page(tenant, chosen, number - 1), page)
        return page

    def outline(self, tenant: str, document_id: str, version: int | None = None) -> Outline:
        """Title and bookmarks of a version's file, read at the first call where they are not kept yet; no
        pages and nothing else before the file was opened."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        if not chosen.pages:
            return Outline(0)
        with suppress(NotFound):
            return outline_file.decode(self.steps.files.get(keys.outline(chosen.id)))
        with self.steps.files.local(self.steps.source(Run(chosen.id, chosen.run))) as path:
            outline = self.steps.reader.outline(path)
        with suppress(Unavailable):  # it is made again
            self.steps.files.put(keys.outline(chosen.id), outline_file.encode(outline).encode())
        return outline

    def pages(self, tenant: str, document_id: str, version: int | None = None) -> Iterator[Page]:
        """Yield all pages that are read so far, in order, one range in memory at a time."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        yield from link_pages(self.steps.stored.pages(chosen))

    def tables(self, tenant: str, document_id: str, version: int | None = None) -> Iterator[TableParts]:
        """Yield the tables of all pages that are read so far, each with the parts on the pages after."""
        return whole_tables(self.pages(tenant, document_id, version))

    def tables_zip(self, tenant: str, document_id: str, version: int | None = None) -> Iterator[bytes]:
        """Yield the pieces of a ZIP file with a CSV of each table. Raises ``NotFound`` before the first of
        them if no page that is read has a table."""
        tables = self.tables(tenant, document_id, version)
        first = next(tables, None)
        if first is None:
            raise NotFound("No table was found in the document.")
        files = ((parts.file_name, parts.as_file().encode()) for parts in chain((first,), tables))
        yield from zip_pieces(files)

    def table(
        self, tenant: str, document_id: str, page: int, number: int, version: int | None = None
    ) -> TableParts:
        """Return the table with this index among a page's tables, from 0, with the parts of it on other
        pages. Raises ``NotFound``, and ``Conflict`` before the page is read."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        first = page
        while self.page(tenant, document_id, first, chosen.number).carries_on:
            first -= 1
        for parts in whole_tables(self._pages_from(tenant, chosen, first)):
            if parts.holds(page, number):
                return parts
            if parts[0].page > page:
                break
        raise NotFound(f"Page {page} has no table {number + 1}.")

    def _pages_from(self, tenant: str, version: Version, first: int) -> Iterator[Page]:
        """Yield pages from this one on, up to the first that is not read or not there."""
        number = first
        with suppress(Conflict, NotFound):
            while True:
                yield self._page(tenant, version, number)
                number += 1

    def page_image(
        self,
        tenant: str,
        document_id: str,
        number: int,
        version: int | None = None,
        dpi: int = PAGE_IMAGE_DPI,
    ) -> bytes:
        """Return a page as a JPEG. In a resolution of the web page's it is rendered at the first call."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        check_arrived(chosen)
        # Before the store is asked for a picture that cannot be there; a file that was not opened has no
        # number of pages yet.
        if chosen.pages and not 1 <= number <= chosen.pages:
            raise NotFound(f"The document has no page {number}: it has {chosen.pages}.")
        key = keys.page_image(chosen.id, number, dpi)
        with suppress(NotFound):
            content = self.steps.files.get(key)
            telemetry.figures("page image", cache_hits=1, cache_misses=0)
            return content
        telemetry.figures("page image", cache_hits=0, cache_misses=1)
        # Before it is drawn: the picture is cached, and one of a changed file would stay wrong.
        self._sound(tenant, chosen)
        drawn = self.imager.render(self.steps.source(Run(chosen.id, chosen.run)), [number], dpi=dpi)
        if not drawn:
            raise NotFound(f"Page {number} cannot be drawn.")
        if dpi in KEPT_DPI:
            with suppress(Unavailable):  # it is drawn again
                self.steps.files.put(key, drawn[0].content)
        return drawn[0].content

    def figure(
        self,
        tenant: str,
        document_id: str,
        name: str,
        version: int | None = None,
        run: int | None = None,
    ) -> bytes:
        """Return a picture that a page's figure block names: the last part of its key, and the run that
        read it, by default that whose pages are shown."""
        _, chosen = chosen_version(self.steps.documents, tenant, document_id, version)
        return self.steps.stored.figure(chosen, name, run)

    def _page(self, tenant: str, version: Version, number: int) -> Page:
        if page := self.steps.stored.page(version, number):
            return page
        # It will come: `Conflict` says try later, `NotFound` would say never.
        if any(first <= number <= last for first, last in version.shown.ranges):
            raise Conflict(f"Page {number} is not read yet.")
        if not version.pages:  # the file was not opened: how many it has is not known
            why = f"{version.reason.message}" if version.reason else "the file is yet to be opened."
            raise Conflict(f"Page {number} is not read: {why}")
        raise NotFound(f"The document has no page {number}: it has {version.pages}.")
