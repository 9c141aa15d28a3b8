"""Documents, their versions, and what becomes of a file that is given. Times are UTC seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from app.core.card import NO_CARD, NO_CORRECTIONS, Card, Corrections

T = TypeVar("T")


class Status(StrEnum):
    """The state of a document version. The last four are ends; all but ``ready`` can be tried again.
    ``needs_ocr`` is one all of whose pages have their words in pictures that nothing here has read."""

    UPLOADING = "uploading"
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    PARTIAL = "partial"
    NEEDS_OCR = "needs_ocr"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether no more work is planned for the version."""
        return self.kept or self is Status.FAILED

    @property
    def kept(self) -> bool:
        """Whether the version's file was read through: its pages are there, in whole or in part."""
        return self in (Status.READY, Status.PARTIAL, Status.NEEDS_OCR)


class Stage(StrEnum):
    """The phase of a version that is ``running``."""

    WAITING = "waiting"
    EXTRACT = "extract"
    CHUNK = "chunk"
    EMBED = "embed"
    OCR = "ocr"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a version failed or is partial: a stable ``code`` and a sentence for a person."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadPages:
    """What one run has read of a version. ``folder`` is that of its output below the version's own ("" for
    what was read before each run had one); ``ranges`` are its page ranges, inclusive, ``done`` the indexes of
    those that are checkpointed."""

    folder: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    done: frozenset[int] = frozenset()

    @property
    def pages_done(self) -> int:
        """The number of pages that are read."""
        return sum(last - first + 1 for i, (first, last) in enumerate(self.ranges) if i in self.done)


@dataclass(frozen=True, slots=True)
class Spent:
    """What reading has cost: ``cpu_ms`` of the processes that read, ``characters`` of text, ``kilopixels`` of
    pictures and ``picture_cpu_ms`` for them, and the processes that ended over a page (``deaths``) or over
    pictures."""

    cpu_ms: int = 0
    characters: int = 0
    kilopixels: int = 0
    deaths: int = 0
    picture_deaths: int = 0
    picture_cpu_ms: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.cpu_ms + other.cpu_ms,
            self.characters + other.characters,
            self.kilopixels + other.kilopixels,
            self.deaths + other.deaths,
            self.picture_deaths + other.picture_deaths,
            self.picture_cpu_ms + other.picture_cpu_ms,
        )


NOTHING_SPENT = Spent()


@dataclass(frozen=True, slots=True)
class Scans:
    """A version's pages whose words are in pictures: ``pages`` in all, as far as runs have counted them.

    ``wanted`` says whether this run has OCR read them once the pages with text answer, ``counted`` whether it
    has looked which they are. ``left`` are the indexes of ranges with the number of their pages that wait for
    it, and ``unread`` those that nothing has read at the end of the run.
    """

    wanted: bool = True
    counted: bool = False
    pages: int = 0
    left: tuple[tuple[int, int], ...] = ()
    unread: int = 0

    @property
    def pages_left(self) -> int:
        """The number of pages that wait for OCR."""
        return sum(pages for _, pages in self.left)

    def left_of(self, index: int) -> int:
        """Return how many pages of a range wait for OCR."""
        return dict(self.left).get(index, 0)

    @property
    def pages_done(self) -> int:
        """The number of these pages that are read."""
        return self.pages - self.pages_left - self.unread

    def without(self, index: int, left: int) -> Scans:
        """Return the same after ``left`` pages of a range wait; none ends the range."""
        others = {each: pages for each, pages in self.left if each != index}
        return replace(self, left=tuple(sorted((others | ({index: left} if left else {})).items())))


NO_SCANS = Scans()


class VersionId(NamedTuple):
    """Names one version of a tenant's document. ``number`` counts from 1; where a job is for a document as a
    whole it is 0."""

    tenant: str
    document_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Version:
    """One uploaded file of a document. ``size`` is in bytes.

    ``pages_done`` of ``pages`` are read; ``chunks_done`` of ``chunks`` have a vector. ``failed_pages`` are
    the pages that could not be read. ``ranges`` are the planned page ranges, inclusive, and ``ranges_done``
    the indexes of those that are checkpointed. ``run`` counts the attempts that a person asked for,
    ``folder`` is that of this run's output, ``spent`` what it has cost so far, ``scans`` its pages that need
    OCR. ``earlier`` is what an earlier
    run read, for as long as that answers: until this one has ended well; ``None`` where there is no other.
    """

    id: VersionId
    sha256: str
    size: int
    status: Status
    stage: Stage = Stage.WAITING
    pages: int = 0
    pages_done: int = 0
    chunks: int = 0
    chunks_done: int = 0
    failed_pages: tuple[int, ...] = ()
    reason: Reason | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    ranges_done: frozenset[int] = frozenset()
    run: int = 1
    folder: str = ""
    spent: Spent = NOTHING_SPENT
    scans: Scans = NO_SCANS
    earlier: ReadPages | None = None
    created_at: float = 0.0
    updated_at: float = 0.0

    @property
    def tenant(self) -> str:
        """The tenant whose document it is."""
        return self.id.tenant

    @property
    def document_id(self) -> str:
        """The document that it is a version of."""
        return self.id.document_id

    @property
    def number(self) -> int:
        """Its number among the versions of its document, from 1."""
        return self.id.number

    @property
    def current(self) -> ReadPages:
        """What this run has read so far."""
        return ReadPages(self.folder, self.ranges, self.ranges_done)

    @property
    def shown(self) -> ReadPages:
        """The run whose pages are shown, quoted and reported."""
        return self.earlier or self.current


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from. ``key`` identifies the document: an absolute path, or the name that a
    client chose; ``path`` is what a person sees, in whole or its end."""

    key: str
    path: str


class IfExists(StrEnum):
    """What a file becomes if a document has its source or name already: another document under a distinct
    name, the document's next version, or nothing."""

    NEW = "new"
    VERSION = "version"
    REFUSE = "refuse"


class Outcome(StrEnum):
    """The outcome of an upload. ``known``: the content is the current one of a document; ``made_current``:
    it is that of an earlier version, which becomes current again; ``restored``: its lost file exists
    again."""

    CREATED = "created"
    NEW_VERSION = "new_version"
    KNOWN = "known"
    MADE_CURRENT = "made_current"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a tenant, with the version that was chosen last.

    ``source`` is what it is known by; ``name`` is the shortest end of its ``path`` that tells it apart from
    the tenant's other documents. ``latest`` is the newest version whose file has arrived, or an earlier one
    that was made current: it answers, or will when it is ready; of a document none of whose files has
    arrived it is the newest. ``announced`` is a newer one that is still waited for. ``searchable`` is the
    number of the version that search answers from, 0 before any is indexed. ``title`` is that of its
    ``card``; ``read`` is the card as it was read, ``corrections`` what people say in its
    place. ``indexed_as`` is what its passages in the index were called when they began to answer.
    """

    id: str
    tenant: str
    name: str
    latest: Version
    tags: tuple[str, ...] = ()
    searchable: int = 0
    created_at: float = 0.0
    source: str = ""
    path: str = ""
    announced: Version | None = None
    read: Card = NO_CARD
    corrections: Corrections = NO_CORRECTIONS
    indexed_as: str = ""

    @property
    def card(self) -> Card:
        """What the document is, as far as it was read or people said it."""
        return self.corrections.correct(self.read)

    @property
    def title(self) -> str:
        """The title on its card, "" before it has one."""
        title = self.card.title
        return title.value if title else ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The result of registering a file: its document and version, the outcome, and the number of the
    version that it will replace, 0 for none."""

    document: Document
    version: Version
    outcome: Outcome
    replaced: int = 0

    @property
    def existed(self) -> bool:
        """Whether the content existed before."""
        return self.outcome not in (Outcome.CREATED, Outcome.NEW_VERSION)


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents a list shows; ``None`` or empty means any.

    ``name`` and ``who`` match a part, ``kind`` the whole, ignoring case. ``since`` and ``until`` are the
    first and the last date: ``2022``, ``2022-06`` or ``2022-06-30``. A document that
    has no date (``card_rows.date_of``) is in no such list.
    """

    status: Status | None = None
    tag: str | None = None
    name: str | None = None
    kind: str | None = None
    who: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list and the cursor of the next, ``None`` at the end."""

    items: tuple[T, ...]
    cursor: str | None = None


def every(list_after: Callable[..., Listing[T]]) -> Iterator[T]:
    """Yield the items of all pages of a list. ``list_after`` gets the page after a ``cursor``, which is
    ``None`` for the first."""
    cursor = None
    while True:
        listing = list_after(cursor=cursor)
        yield from listing.items
        cursor = listing.cursor
        if cursor is None:
            return


@dataclass(frozen=True, slots=True)
class Receipt:
    """The counts of what a delete removed; ``citations`` are those in stored answers, whose words are
    gone, and ``archives`` the exports and backups on the server that may still hold the document."""

    document_id: str
    versions: int
    files: int
    chunks: int
    bytes: int
    citations: int = 0
    archives: int = 0


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form with which a client posts a file itself: its ``fields``, with the file last, as ``file``."""

    url: str
    fields: dict[str, str]
    expires_at: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tenant stores and what its questions cost. ``bytes`` counts the files of all versions,
    ``conversations`` those of all its people."""

    documents: int = 0
    versions: int = 0
    pages: int = 0
    bytes: int = 0
    chunks: int = 0
    conversations: int = 0
    questions: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
