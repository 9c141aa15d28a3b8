"""What an export holds: a file for each document, in a form, and a manifest that says which is which."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from app.core import keys
from app.core.document import Document, every
from app.core.errors import KnowledgeBaseError
from app.core.file_names import ENDINGS, FileNames
from app.core.page import Outline, Page
from app.core.ports import DocumentStore, FileStore
from app.core.process import temporary
from app.core.process.storage import is_no_room
from app.core.rules.card_rows import encode_corrections
from app.pages.forms import PageForm, render_page, write_document
from app.pages.table_csv import CSV, TableParts, whole_tables
from app.use_cases.archives import Archive, ArchiveStatus
from app.use_cases.part import Part

MANIFEST = "manifest.json"
"""The file in an export's folder that maps files to documents."""

PDF = "pdf"

PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Wire:
    """Documents and pages as the API gives them: a value, and JSON."""

    document: Callable[[Document], dict[str, Any]]
    page: Callable[[Page, str, int], str]


@dataclass(frozen=True, slots=True)
class ExportSource:
    """The parts of documents that are exported: their file, outline and pages, by tenant, document and
    version."""

    content: Callable[[str, str, int], tuple[Document, str]]
    outline: Callable[[str, str, int], Outline]
    pages: Callable[[str, str, int], Iterator[Page]]


def exported_version(document: Document) -> int:
    """Return the version that answers; the current one if none does yet."""
    return document.searchable or document.latest.number


def manifest(form: str, entries: Sequence[dict[str, Any]]) -> str:
    """Return the manifest of an export."""
    return json.dumps({"format": form, "documents": entries}, ensure_ascii=False, indent=2)


def name_files(documents: Iterable[tuple[str, str]], form: str) -> dict[str, str]:
    """Return the file names of documents (id and name), by id."""
    names = FileNames(MANIFEST)
    return {document_id: str(names.give(name, ENDINGS[form])) for document_id, name in documents}


@dataclass(frozen=True, slots=True)
class Exporter:
    """Fills the parts of an export. The manifest is in the last one: unpacked into one folder, they are what
    ``kb export`` writes and ``kb import`` takes."""

    files: FileStore
    documents: DocumentStore
    reading: ExportSource
    wire: Wire

    def pages(self, document: Document, form: PageForm) -> Iterator[str]:
        """Yield a document in a format, piece by piece: memory does not grow with its pages."""
        place = document.tenant, document.id, exported_version(document)
        pages = self.reading.pages(*place)
        if form is PageForm.MARKDOWN:
            shown = (render_page(page, form).decode() for page in pages)
        else:
            shown = (self.wire.page(page, *place[1:]) for page in pages)
        return write_document(self.reading.outline(*place), shown, form)

    def tables(self, document: Document) -> Iterator[TableParts]:
        """Yield a document's tables, each with the parts on the pages after."""
        return whole_tables(self.reading.pages(document.tenant, document.id, exported_version(document)))

    def entry(self, document: Document, file: str) -> dict[str, Any]:
        """Return the manifest's entry of a document."""
        return {
            "file": file,
            "path": document.path,
            "corrections": encode_corrections(document.corrections),
            "document": self.wire.document(document),
        }

    def begin(self, tenant: str, archive: Archive) -> Archive:
        """Keep which documents there are, with the names of their files."""
        # The oldest first: the number behind a name does not change when documents are added.
        found = list(reversed([(each.id, each.name) for each in self._all(tenant)]))
        plan = list(name_files(found, archive.format).items())
        self.files.put(self._work(tenant, archive, PLAN), json.dumps(plan, ensure_ascii=False).encode())
        return replace(archive, total=len(plan))

    def fill(self, tenant: str, archive: Archive, part: Part) -> Archive:
        """Write documents until the part is full; the manifest after the last."""
        plan = json.loads(self.files.get(self._work(tenant, archive, PLAN)))
        entries, omitted, done = list[dict[str, Any]](), list(archive.omitted), archive.done
        while done < len(plan) and not part.is_full:
            document_id, file = plan[done]
            document = self.documents.many(tenant, [document_id]).get(document_id)
            done += 1
            if document is None:  # deleted meanwhile
                continue
            try:
                self._write(document, archive.format, file, part)
            except (KnowledgeBaseError, OSError) as error:
                # A full disk is no fault of this document: the part is made again when there is room.
                if is_no_room(error):
                    raise
                said = error.message if isinstance(error, KnowledgeBaseError) else error.strerror
                omitted.append(f"{document.name}: {said}")
            else:
                entries.append(self.entry(document, file))
        name = f"entries-{len(archive.sizes):05d}.json"
        # Kept in pieces: the next part is made by another call, perhaps in another process.
        self.files.put(self._work(tenant, archive, name), json.dumps(entries).encode())
        after = replace(archive, done=done, omitted=tuple(omitted))
        if done < len(plan):
            return after
        part.add_bytes(MANIFEST, manifest(archive.format, self._entries(tenant, archive)).encode())
        return replace(after, status=ArchiveStatus.READY)

    def _write(self, document: Document, form: str, file: str, part: Part) -> None:
        if form == CSV:
            for parts in self.tables(document):
                part.add_bytes(f"{file}/{parts.file_name}", parts.as_file().encode())
            return
        if form == PDF:
            _, key = self.reading.content(document.tenant, document.id, exported_version(document))
            with self.files.local(key) as path:
                part.add(file, path)
            return
        with temporary.folder() as folder:
            path = Path(folder) / "document"
            with path.open("w", encoding="utf-8") as out:
                out.writelines(self.pages(document, PageForm(form)))
            part.add(file, path)

    def _entries(self, tenant: str, archive: Archive) -> list[dict[str, Any]]:
        found = self.files.keys(self._work(tenant, archive, "entries-"))
        return [each for key in found for each in json.loads(self.files.get(key))]

    def _work(self, tenant: str, archive: Archive, name: str) -> str:
        return keys.archive_prefix(tenant, archive.id) + keys.ARCHIVE_WORK + name

    def _all(self, tenant: str) -> Iterator[Document]:
        return every(partial(self.documents.listing, tenant, limit=100))
