"""What the stores disagree about after crashes, restores and accidents, told from their content.

It reads everything: each file is hashed, each checkpoint parsed, and the passages that its pages give are
compared by their ids with those in the index. ``quick`` compares sizes and counts alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from app.core import keys
from app.core.counting import format_count
from app.core.document import Document, Status, Version, every
from app.core.errors import Damaged, FileMissing, NotFound, PagesLost
from app.core.page import BlockKind, Page
from app.core.ports import DocumentStore, FileStore, Index
from app.ingest.run import Ingest
from app.pages import outline_file
from app.use_cases import description_file
from app.use_cases.findings import REBUILD, Code, Finding, Mend, make_finding

DAMAGED_OUTLINE = (ValueError, TypeError, LookupError)

Progress = Callable[[str], None]
"""Told the name of each document as it is begun."""

BLOCK = 1 << 20


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Consistency:
    """Compares the stores of one program."""

    ingest: Ingest
    quick: bool = False
    progress: Progress = field(default=_silent)

    @property
    def files(self) -> FileStore:
        """The files."""
        return self.ingest.files

    @property
    def documents(self) -> DocumentStore:
        """The documents' rows."""
        return self.ingest.documents

    @property
    def index(self) -> Index:
        """The passages."""
        return self.ingest.index

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, store by store, then tenant by tenant. What cannot be read at all ends
        it: the rest would be guesses."""
        damaged = list(self._stores())
        yield from damaged
        # Counts from a damaged database would call every passage of it lost, and a repair would delete them.
        if any(finding.code in (Code.DATABASE_DAMAGED, Code.INDEX_DAMAGED) for finding in damaged):
            return
        tenants = self.documents.tenants()
        for tenant in tenants:
            yield from self.of_tenant(tenant)
        yield from self._unknown_tenants(set(tenants))

    def count(self) -> int:
        """Return the number of documents to check."""
        return sum(self.documents.usage(tenant).documents for tenant in self.documents.tenants())

    # -- the stores as such -------------------------------------------------------------------------------

    def _stores(self) -> Iterator[Finding]:
        if self.quick:
            self.documents.check()
            return
        try:
            faults = self.documents.faults()
        except Damaged as error:
            faults = [error.message]
        remedy = f"kb restore BACKUP, or {REBUILD}"
        yield from (make_finding(Code.DATABASE_DAMAGED, fault, remedy=remedy) for fault in faults)
        try:
            yield from (make_finding(Code.KEYWORDS_DAMAGED, fault) for fault in self.index.faults())
        except Damaged as error:
            yield make_finding(Code.INDEX_DAMAGED, error.message)

    def _unknown_tenants(self, known: set[str]) -> Iterator[Finding]:
        others: dict[str, set[str]] = {}
        for key in self.files.keys(""):
            tenant, _, rest = key.partition("/")
            if not tenant.startswith("_") and tenant not in known and rest.count("/") >= 2:
                others.setdefault(tenant, set()).add(rest.partition("/")[0])
        for tenant, ids in others.items():
            for document_id in sorted(ids):
                yield from self._without_rows(tenant, document_id)

    # -- one tenant ---------------------------------------------------------------------------------------

    def of_tenant(self, tenant: str) -> Iterator[Finding]:
        """Yield what is wrong with a tenant's documents."""
        known = {document.id: document for document in self.all_documents(tenant)}
        # What is being deleted has files and passages without a row on purpose.
        hidden = set(self.documents.list_tombstoned(tenant))
        for document_id in sorted(hidden):
            message = "A delete was interrupted."
            yield make_finding(Code.HALF_DELETED, message, tenant=tenant, document_id=document_id)
        for document_id in sorted(self._with_files(tenant) - known.keys() - hidden):
            yield from self._without_rows(tenant, document_id)
        for document_id in sorted(self.index.document_ids(tenant) - known.keys() - hidden):
            message = "The index has passages of a document that does not exist."
            yield make_finding(Code.ORPHAN_PASSAGES, message, tenant=tenant, document_id=document_id)
        for document in known.values():
            self.progress(document.name)
            yield from self.of_document(document)

    def all_documents(self, tenant: str) -> Iterator[Document]:
        """Return every document of a tenant, newest first."""
        return every(partial(self.documents.listing, tenant, limit=100))

    def _with_files(self, tenant: str) -> set[str]:
        return {key.split("/", 2)[1] for key in self.files.keys(f"{tenant}/")}

    def _without_rows(self, tenant: str, document_id: str) -> Iterator[Finding]:
        """Yield files that the database knows nothing of: a lost document, or what is left of a deleted
        one."""
        held = list(self.files.keys(keys.document_prefix(tenant, document_id)))
        # With its file a document can be made again; without it the rest is worth nothing.
        if any(key.endswith("/original.pdf") for key in held):
            message = "The file exists, but the database does not have the document."
            yield make_finding(Code.DOCUMENT_LOST, message, tenant=tenant, document_id=document_id)
        else:
            message = f"{format_count(len(held), 'file')} of a document that does not exist."
            yield make_finding(Code.ORPHAN_FILES, message, tenant=tenant, document_id=document_id)

    # -- one document -------------------------------------------------------------------------------------

    def of_document(self, document: Document) -> Iterator[Finding]:
        """Yield what is wrong with a document, version by version."""
        try:
            versions = self.documents.versions(document.tenant, document.id)
        except NotFound:  # deleted meanwhile
            return
        yield from self._answering(document, versions)
        for version in versions:
            yield from _Look(self, document, version).findings()

    def _answering(self, document: Document, versions: list[Version]) -> Iterator[Finding]:
        whole = [version for version in versions if version.status.kept]
        code, mend, message = Code.ANSWERS_FROM_NONE, Mend.ANSWER_FROM, ""
        if document.searchable and document.searchable not in {version.number for version in versions}:
            code = Code.ANSWERS_FROM_NOTHING
            message = f"It answers from version {document.searchable}, which does not exist."
            mend = Mend.ANSWER_FROM if whole else Mend.NOTHING
        elif not document.searchable and whole:
            message = f"It answers from no version, though version {whole[0].number} is {whole[0].status}."
        if message:
            yield make_finding(
                code, message, tenant=document.tenant, document_id=document.id, name=document.name, mend=mend
            )


class _Look:
    """One version of a document, looked at from all sides."""

    def __init__(self, checks: Consistency, document: Document, version: Version) -> None:
        self._checks = checks
        self._document, self._version = document, version
        prefix = keys.version_prefix(version.id)
        self._held = set(checks.files.keys(prefix)) if version.status is not Status.UPLOADING else set()

    def findings(self) -> Iterator[Finding]:
        """Yield all that is wrong with it."""
        if self._version.status is Status.UPLOADING:
            return
        broken = list(self._original())
        yield from broken
        if not self._version.status.ended:
            # What a version that is being read lacks is no fault yet.
            yield self._make_finding(Code.UNFINISHED, f"Version {self._version.number} has not ended.")
            return
        yield from self._beside()
        answers = self._document.searchable == self._version.number
        yield from self._pages(answers, has_file=not broken)

    def _make_finding(self, code: Code, message: str, mend: Mend | None = None, remedy: str = "") -> Finding:
        return make_finding(
            code,
            message,
            tenant=self._document.tenant,
            document_id=self._document.id,
            name=self._document.name,
            version=self._version.number,
            mend=mend,
            remedy=remedy,
        )

    # -- its files ----------------------------------------------------------------------------------------

    def _original(self) -> Iterator[Finding]:
        files, key = self._checks.files, keys.original(self._version.id)
        size = files.size(key) if key in self._held else None
        if size is None:
            yield self._make_finding(Code.FILE_MISSING, "The file is gone.")
        elif size == 0:
            yield self._make_finding(Code.FILE_EMPTY, "The file is empty.")
        elif size != self._version.size:
            message = f"The file has {format_count(size, 'byte')}; {self._version.size:,} were uploaded."
            yield self._make_finding(Code.FILE_CHANGED, message)
        elif not self._checks.quick and self._sha256(key) != self._version.sha256:
            yield self._make_finding(
                Code.FILE_CHANGED, "The file is not what was uploaded: its sha256 differs."
            )

    def _sha256(self, key: str) -> str:
        digest = hashlib.sha256()
        with self._checks.files.local(key) as path, path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def _beside(self) -> Iterator[Finding]:
        if keys.description(self._version.id) not in self._held or not self._describes():
            message = "The file's name and tags are not kept beside it."
            yield self._make_finding(Code.DESCRIPTION_LOST, message)
        if self._version.pages and not self._has_outline():
            yield self._make_finding(Code.OUTLINE_LOST, "Its outline is gone or damaged.")
        if folders := self._checks.ingest.stored.outdated_folders(self._version):
            yield self._make_finding(
                Code.OUTDATED_FILES, f"Output of {format_count(len(folders), 'run')} that ended before."
            )

    def _describes(self) -> bool:
        content = self._checks.files.get(keys.description(self._version.id))
        return description_file.decode(content) is not None

    def _has_outline(self) -> bool:
        key = keys.outline(self._version.id)
        if key not in self._held:
            return False
        try:
            return outline_file.decode(self._checks.files.get(key)).pages == self._version.pages
        except DAMAGED_OUTLINE:
            return False

    # -- what was read of it ------------------------------------------------------------------------------

    def _pages(self, answers: bool, *, has_file: bool) -> Iterator[Finding]:
        """Check its checkpoints and, if it ``answers``, its passages."""
        try:
            lost = list(self._lost_ranges()) or list(self._unknown_pages())
        except FileMissing:
            lost = [f"1–{self._version.pages}"]
        if lost:
            mend, remedy = (None, "") if has_file else (Mend.NOTHING, "")
            yield self._make_finding(
                Code.PAGES_LOST, f"What was read of pages {', '.join(lost)} is gone or damaged.", mend, remedy
            )
        if answers and not lost:
            yield from self._figures()
            yield from self._passages()
        elif answers:
            yield from self._counts()

    def _lost_ranges(self) -> Iterator[str]:
        stored, shown = self._checks.ingest.stored, self._version.shown
        for index in sorted(shown.done):
            first, last = shown.ranges[index]
            if stored.key(self._version, shown, index) not in self._held:
                yield f"{first}–{last}"
            elif not self._checks.quick:
                try:
                    for _ in stored.range(self._version, shown, index):
                        pass
                except PagesLost:
                    yield f"{first}–{last}"

    def _unknown_pages(self) -> Iterator[str]:
        """Return all pages, if the database does not tell which ranges of them were read."""
        whole = self._version.status.kept
        if whole and self._version.shown.pages_done != max(1, self._version.pages):
            yield f"1–{self._version.pages or '…'}"

    def _all_pages(self) -> Iterator[Page]:
        return self._checks.ingest.stored.pages(self._version)

    def _figures(self) -> Iterator[Finding]:
        if self._checks.quick:
            return
        named = (
            (page.number, block.image)
            for page in self._all_pages()
            for block in page.blocks
            if block.kind is BlockKind.FIGURE and block.image
        )
        gone = sorted({number for number, key in named if key not in self._held})
        if gone:
            message = f"Pictures of {format_count(len(gone), 'page')} are gone, the first of page {gone[0]}."
            yield self._make_finding(Code.FIGURES_LOST, message)

    # -- its passages -------------------------------------------------------------------------------------

    def _passages(self) -> Iterator[Finding]:
        if self._checks.quick:
            yield from self._counts()
            return
        held = set(self._checks.index.chunk_ids(self._version.id))
        wanted = self._checks.ingest.passage_ids(self._document, self._version)
        # None in common means other ids for the same passages, and not that all are wrong.
        if held and wanted.isdisjoint(held):  # renamed since: each id derives from the name, too
            yield from self._counts()
            return
        if missing := len(wanted - held):
            message = f"The index lacks {missing:,} of its {format_count(len(wanted), 'passage')}."
            yield self._make_finding(Code.PASSAGES_MISSING, message)
        if extra := len(held - wanted):
            message = f"The index has {format_count(extra, 'passage')} that the document does not have."
            yield self._make_finding(Code.PASSAGES_EXTRA, message)
        if wanted == held and self._version.chunks != len(wanted):
            known = format_count(self._version.chunks, "passage")
            message = f"The database counts {known}, not {len(wanted):,}."
            yield self._make_finding(Code.PASSAGES_EXTRA, message)
        yield from self._vectors()

    def _counts(self) -> Iterator[Finding]:
        wanted = self._version.chunks
        missing = wanted - self._checks.index.count(self._document.tenant, self._document.id)
        if missing > 0:
            message = f"The index lacks {missing:,} of its {format_count(wanted, 'passage')}."
            yield self._make_finding(Code.PASSAGES_MISSING, message)
        yield from self._vectors()

    def _vectors(self) -> Iterator[Finding]:
        if without := self._checks.index.unembedded_count(self._version.id):
            message = f"{without:,} of its passages have no vector: keyword search alone finds them."
            yield self._make_finding(Code.VECTORS_MISSING, message)
