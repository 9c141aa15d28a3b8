"""The nouns of the product, as frozen values.

Boxes are in PDF points from the top left corner of the page as it is displayed (rotation applied); page
numbers are 1-based; times are UTC seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")


class Box(NamedTuple):
    """A rectangle ``[x0, top, x1, bottom]`` in points from the page's top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of these; raises ``ValueError`` if there are none."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return Box(min(x0s), min(tops), max(x1s), max(bottoms))


class Word(NamedTuple):
    """A run of characters between white space, with its box."""

    text: str
    box: Box


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    TABLE = "table"
    FIGURE = "figure"


class Furniture(StrEnum):
    """What stands at the edge of page after page, and is none of the document's text."""

    HEADER = "header"
    FOOTER = "footer"
    MARGIN = "margin"
    PAGE_NUMBER = "page_number"


class Cell(NamedTuple):
    """A table's cell: ``row`` and ``column``, from 0, are its top left place, and the spans say how many it
    covers. ``box`` is its area: what lines enclose, or where there are none, its share of row and column."""

    row: int
    column: int
    text: str
    box: Box
    row_span: int = 1
    column_span: int = 1
    header: bool = False


def rows_of(cells: Iterable[Cell]) -> tuple[tuple[str, ...], ...]:
    """The texts of cells, row by row, all of one length; "" where a cell is empty or covered by another."""
    placed = {(cell.row, cell.column): cell for cell in cells}
    height = max((cell.row + cell.row_span for cell in placed.values()), default=0)
    width = max((cell.column + cell.column_span for cell in placed.values()), default=0)
    found = [[""] * width for _ in range(height)]
    for (row, column), cell in placed.items():
        found[row][column] = cell.text
    return tuple(map(tuple, found))


class TableLink(NamedTuple):
    """The part of a table on the page before: its page (1-based) and its place among that page's tables, from
    0. So many of the first rows of the part that goes on say the header again."""

    page: int
    table: int
    repeated_rows: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page that reads as one: a heading, a paragraph, an item of a list, a table or a figure.

    ``words`` is the half-open slice of ``Page.words`` that the block is made of, a table's cell by cell
    (empty for a figure); ``level`` is 1–6 for a heading, for an item how deep it stands (1–6), else 0;
    ``cells`` are a table's, row by row; ``image`` is a figure's key in the file store; ``continues`` is the
    table of the page before that this one carries on, which only the document as a whole can tell
    (``ingest/continued``); ``size`` is the type size in points that most of its letters have, 0 where it is
    not known; ``furniture`` says that it recurs from page to page and stands in no chunk.
    """

    kind: BlockKind
    box: Box
    words: tuple[int, int] = (0, 0)
    text: str = ""
    level: int = 0
    cells: tuple[Cell, ...] = ()
    image: str | None = None
    continues: TableLink | None = None
    size: float = 0.0
    furniture: Furniture | None = None

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """A table's cells as text, row by row, all of one length."""
        return rows_of(self.cells)

    @property
    def header_rows(self) -> int:
        """How many of a table's rows, from the first, are its header."""
        return max((cell.row + cell.row_span for cell in self.cells if cell.header), default=0)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a click on a part of a page leads: ``uri`` as the file has it, or ``page`` (1-based) of the
    document itself. ``text`` is what it covers, ``words`` their half-open slice of ``Page.words``."""

    box: Box
    text: str = ""
    words: tuple[int, int] = (0, 0)
    uri: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a reader added to a page. ``kind`` is PDF's word for it, such as "note", "highlight" or
    "free_text"; ``covers`` is the text that it marks."""

    kind: str
    box: Box
    text: str = ""
    author: str = ""
    covers: str = ""


class FieldKind(StrEnum):
    """What a field of a form takes."""

    TEXT = "text"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    CHOICE = "choice"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form as it is filled in. ``value`` is "" where nothing is; a box that can be ticked has
    ``checked``, and as ``value`` its name for that where it is. The value of a password is never read."""

    kind: FieldKind
    name: str
    box: Box
    value: str = ""
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a page is design-heavy: the signals that were measured and the reasons in words. A ``scanned``
    page, an image of paper, is design-heavy, too."""

    design_heavy: bool = False
    reasons: tuple[str, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    scanned: bool = False


class Route(StrEnum):
    """How a page was read: by its text, also as a picture, by the layer of text that a scan brings, or by
    OCR; or what kept it from being read."""

    TEXT = "text"
    TEXT_AND_PICTURES = "text_and_pictures"
    PICTURES = "pictures"
    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    NEEDS_OCR = "needs_ocr"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Recognition:
    """How the text of a page without any was recognised in its picture: by which ``engine``, with what
    ``confidence`` (0–1, ``None`` where the engine gives none), and whether words are ``placed``: if not, the
    box of each is the whole picture's."""

    engine: str
    confidence: float | None = None
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read.

    ``number`` is 1-based; ``width`` and ``height`` are points as displayed; ``words`` stand in reading order,
    block by block. ``error`` says why the page could not be read, ``needs_ocr`` that it shows an image where
    text is to be expected, ``notes`` what was skipped and why. ``unreadable`` is the share of its characters
    whose meaning the file does not tell; ``recognition`` says where OCR read it.
    """

    number: int
    width: float
    height: float
    rotation: int = 0
    text: str = ""
    words: tuple[Word, ...] = ()
    blocks: tuple[Block, ...] = ()
    verdict: Verdict = field(default_factory=Verdict)
    error: str | None = None
    needs_ocr: bool = False
    notes: tuple[str, ...] = ()
    unreadable: float = 0.0
    recognition: Recognition | None = None
    links: tuple[Link, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    fields: tuple[FormField, ...] = ()

    @property
    def route(self) -> Route:
        """Which way the page took."""
        if self.error:
            return Route.FAILED
        if self.recognition:
            return Route.OCR
        if self.needs_ocr:
            return Route.NEEDS_OCR
        if not self.text:
            return Route.PICTURES if self.verdict.design_heavy else Route.EMPTY
        if self.verdict.scanned:
            return Route.TEXT_LAYER
        return Route.TEXT_AND_PICTURES if self.verdict.design_heavy else Route.TEXT


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a PDF's own outline. ``level`` counts from 1; ``page`` is 1-based, ``None`` where it leads
    to no page of the file; ``top`` is in points from that page's top edge, ``None`` where it is not said."""

    title: str
    level: int
    page: int | None = None
    top: float | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What opening a PDF tells before any page is read: page count, title ("" if it has none) and bookmarks
    in reading order; ``cut`` says that there are more of them than are kept."""

    pages: int
    title: str = ""
    encrypted: bool = False
    bookmarks: tuple[Bookmark, ...] = ()
    cut: bool = False


class Status(StrEnum):
    """The state of a document version. The last three are ends; all but ``ready`` can be tried again."""

    UPLOADING = "uploading"
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether no more work is planned for the version."""
        return self in (Status.READY, Status.PARTIAL, Status.FAILED)


class Stage(StrEnum):
    """What is being done to a version that is ``running``."""

    WAITING = "waiting"
    EXTRACT = "extract"
    CHUNK = "chunk"
    EMBED = "embed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a version failed or is partial: a stable ``code`` and a sentence for a person."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run has read of a version. ``folder`` is that of its output below the version's own ("" for
    what was read before each run had one); ``ranges`` are its page ranges, inclusive, ``done`` the indexes of
    those that are checkpointed."""

    folder: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    done: frozenset[int] = frozenset()

    @property
    def pages_done(self) -> int:
        """How many pages are read."""
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
class Version:
    """One uploaded file of a document. ``number`` counts from 1; ``size`` is in bytes.

    ``pages_done`` of ``pages`` are read; ``chunks_done`` of ``chunks`` have a vector. ``failed_pages`` are
    the pages that could not be read. ``ranges`` are the planned page ranges, inclusive, and ``ranges_done``
    the indexes of those that are checkpointed. ``run`` counts the attempts that a person asked for,
    ``folder`` is that of this run's output, ``spent`` what it has cost so far. ``earlier`` is what an earlier
    run read, for as long as that answers: until this one has ended well; ``None`` where there is no other.
    """

    document_id: str
    number: int
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
    earlier: Reading | None = None
    created_at: float = 0.0
    updated_at: float = 0.0

    @property
    def current(self) -> Reading:
        """What this run has read so far."""
        return Reading(self.folder, self.ranges, self.ranges_done)

    @property
    def shown(self) -> Reading:
        """What answers: the pages that are shown, quoted and reported."""
        return self.earlier or self.current


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from. ``key`` is what a document is known by: an absolute path, or the name that a
    client chose; ``path`` is what a person is shown of it, in whole or its end."""

    key: str
    path: str


class IfExists(StrEnum):
    """What a file becomes whose source, or name, a document has already: another document, under a name that
    tells it apart; the document's next version; or nothing."""

    NEW = "new"
    VERSION = "version"
    REFUSE = "refuse"


class Outcome(StrEnum):
    """What giving a file came to. ``known``: its content is a document's current one; ``made_current``: it is
    an earlier version's, which answers again; ``restored``: what was lost of it is there again."""

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
    number of the version that search answers from, 0 before any is indexed.
    """

    id: str
    tenant: str
    name: str
    latest: Version
    title: str = ""
    tags: tuple[str, ...] = ()
    searchable: int = 0
    created_at: float = 0.0
    source: str = ""
    path: str = ""
    announced: Version | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering a file gave: its document and version, what happened, and the number of the version
    that it takes the place of when it is ready, 0 for none."""

    document: Document
    version: Version
    outcome: Outcome
    replaced: int = 0

    @property
    def existed(self) -> bool:
        """Whether the content was there before."""
        return self.outcome not in (Outcome.CREATED, Outcome.NEW_VERSION)


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents a list shows; ``None`` or empty means any. ``name`` matches a part, ignoring case."""

    status: Status | None = None
    tag: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list and the cursor of the next, ``None`` at the end."""

    items: tuple[T, ...]
    cursor: str | None = None


class Span(NamedTuple):
    """Where a part of a chunk stands: a page (1-based) and a box on it."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is found and quoted as one. ``id`` derives from its content and place.

    ``headings`` is the path of headings above it, outermost first; ``context`` the line put before the text
    when it is indexed (document title, headings); ``spans`` its boxes in reading order.
    """

    id: str
    tenant: str
    document_id: str
    version: int
    ordinal: int
    kind: BlockKind
    text: str
    headings: tuple[str, ...] = ()
    context: str = ""
    spans: tuple[Span, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages that the chunk stands on, ascending."""
        return tuple(sorted({span.page for span in self.spans}))

    @property
    def indexed_text(self) -> str:
        """What is embedded and matched by keyword: the context line, then the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


Vector: TypeAlias = list[float]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """A search: ``alpha`` weighs vectors (1) against keywords (0) after each is scaled to 0–1.

    ``vector`` is ``None`` for keywords alone. ``document_ids`` and ``tags`` narrow it; empty means all.
    """

    tenant: str
    text: str
    vector: Vector | None = None
    alpha: float = 0.7
    limit: int = 10
    document_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a search found. ``score`` is 0–1, comparable within one search only.

    ``similarity`` is the cosine of the question and the chunk as the index gives it, and on one scale for all
    models (``ask/likeness``) after the read path, which fills in ``document_name`` and ``title``, too. It is
    ``None`` where the chunk was found by keyword before its vector was there.
    """

    chunk: Chunk
    score: float
    similarity: float | None = None
    keyword: float | None = None
    document_name: str = ""
    title: str = ""


class Found(NamedTuple):
    """What a search gave: passages, best first, and in ``note`` a sentence on what it went without, "" for
    nothing."""

    hits: list[Hit]
    note: str = ""


class Proof(StrEnum):
    """How a quote was found again in the source: word for word, nearly, or not at all."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands on one page: a box for each line of it."""

    page: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and its proof. ``number`` is its mark in the answer, from 1; ``found`` the words as they stand
    in the source ("" if missing), "…" for what it leaves out between them; ``places`` is empty where the
    quote is missing.

    ``before`` and ``after`` are the source's own words around it, which may qualify it: the rest of its
    sentence or of its table's row, and what leads to the list that it is a point of; "" where there are none.
    """

    number: int
    quote: str
    proof: Proof
    document_id: str
    document_name: str
    version: int
    found: str = ""
    places: tuple[Place, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def page(self) -> int | None:
        """The first page that the quote stands on, ``None`` if it is missing."""
        return self.places[0].page if self.places else None


class Support(StrEnum):
    """What a claim has behind it: quotes that say all of it, quotes that were found but do not, or none."""

    PROVEN = "proven"
    QUOTED = "quoted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, the numbers of the citations behind it, and how these support it.

    ``missing`` are its words that the quotes lack, ``left_out`` those of the source that turn what is said
    and that it does not say; both are empty where the same words are arranged so that they may say something
    else, and where there is no quote to compare.
    """

    text: str
    citations: tuple[int, ...]
    status: Support
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether its quotes say all of it."""
        return self.status is Support.PROVEN


class AnswerKind(StrEnum):
    """How an answer came to be: sentences quoted as they stand, a model's words, or nothing to say."""

    QUOTES = "quotes"
    GENERATED = "generated"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its claims and citations; ``text`` holds citation marks like ``[1]``, and ``notes`` say
    in a sentence each what it had to do without. One that is ``broken_off`` ended before it was whole: its
    reader went away, or what made it failed."""

    kind: AnswerKind
    text: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    question: str = ""  # the standalone question that was searched for
    notes: tuple[str, ...] = ()
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    broken_off: bool = False


class Person(NamedTuple):
    """Who asks: ``subject`` is their name within the tenant. Conversations belong to one person."""

    tenant: str
    subject: str


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of ``owner``, a subject of the tenant. ``document_ids`` narrows what it asks, empty
    means all documents. A ``shared`` one can be read by everybody of the tenant who has its id."""

    id: str
    tenant: str
    owner: str
    title: str
    document_ids: tuple[str, ...] = ()
    shared: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0


class Role(StrEnum):
    """Who wrote a message."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a session; ``answer`` is set on the assistant's."""

    id: str
    session_id: str
    role: Role
    text: str
    created_at: float
    answer: Answer | None = None
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person thought of an answer."""

    helpful: bool
    comment: str = ""


class JobKind(StrEnum):
    """The steps of the write path that can run on their own, and the upkeep of a tenant, whose run names no
    document."""

    PLAN = "plan"
    RANGE = "range"
    ASSEMBLE = "assemble"
    DELETE = "delete"
    REINDEX = "reindex"
    REPAIR = "repair"


class Run(NamedTuple):
    """One attempt at ingesting a version; ``number`` counts a person's retries from 1."""

    tenant: str
    document_id: str
    version: int
    number: int


@dataclass(frozen=True, slots=True)
class Job:
    """A step of work. Delivered at least once, so every step is idempotent.

    ``range`` is an index into ``Version.ranges`` for ``range`` jobs. A ``delete`` job's run has version 0.
    """

    kind: JobKind
    run: Run
    range: int = 0

    @property
    def id(self) -> str:
        """The same for the same step of the same run: a queue may drop a second one."""
        return "/".join(map(str, (*self.run, self.kind, self.range)))


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that was handed to one worker until ``until``; ``attempt`` counts from 1."""

    job: Job
    token: str
    attempt: int
    until: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a delete removed; ``citations`` are those in kept answers, whose words are gone."""

    document_id: str
    versions: int
    files: int
    chunks: int
    bytes: int
    citations: int = 0


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a client posts a file itself: a form of ``fields`` with the file last, as ``file``."""

    url: str
    fields: dict[str, str]
    expires_at: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tenant holds and what its questions cost. ``bytes`` counts every version's file,
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
