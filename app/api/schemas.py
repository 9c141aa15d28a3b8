"""The wire: what requests may hold and what answers look like.

Requests are strict: nothing is converted (``false`` is no number), nothing unknown is passed over. Pages
and versions count from 1, boxes are ``[x0, top, x1, bottom]`` in points from the displayed page's top left
corner, sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api import examples
from app.core import model as core
from app.ingest.export import page_json

Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f]+$")]
Tags = Annotated[list[Tag], Field(max_length=20)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Password = Annotated[str, StringConstraints(max_length=256)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Ids = Annotated[list[Id], Field(max_length=100)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")]
Box = tuple[float, float, float, float]
StatusName = Literal["uploading", "queued", "running", "ready", "partial", "failed"]
StageName = Literal["waiting", "extract", "chunk", "embed", "done"]


class Asked(BaseModel):
    """A request's body."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Given(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)


def _shown(example: Mapping[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [dict(example)]})


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# -- documents --------------------------------------------------------------------------------------------


class Reason(Given):
    """Why a version failed or is partial."""

    code: str
    message: str


class Version(Given):
    """One uploaded file of a document. ``pages_done`` of ``pages`` are read, ``chunks_done`` of ``chunks``
    passages have a vector; ``failed_pages`` could not be read."""

    model_config = _shown(examples.VERSION)

    number: int
    sha256: str
    size: int
    status: StatusName
    stage: StageName
    pages: int
    pages_done: int
    chunks: int
    chunks_done: int
    failed_pages: list[int]
    reason: Reason | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, version: core.Version) -> Version:
        """A version on the wire."""
        return cls(number=version.number, **_progress(version))


def _progress(version: core.Version) -> dict[str, Any]:
    reason = version.reason
    return {
        "sha256": version.sha256,
        "size": version.size,
        "status": version.status.value,
        "stage": version.stage.value,
        "pages": version.pages,
        "pages_done": version.pages_done,
        "chunks": version.chunks,
        "chunks_done": version.chunks_done,
        "failed_pages": list(version.failed_pages),
        "reason": Reason(code=reason.code, message=reason.message) if reason else None,
        "created_at": _time(version.created_at),
        "updated_at": _time(version.updated_at),
    }


class Document(Given):
    """A document with the state of its newest version. ``searchable_version`` is the one that answers, 0
    before any does; ``title`` is "" where the PDF has none."""

    model_config = _shown(examples.DOCUMENT)

    id: str
    name: str
    title: str
    tags: list[str]
    version: int
    searchable_version: int
    sha256: str
    size: int
    status: StatusName
    stage: StageName
    pages: int
    pages_done: int
    chunks: int
    chunks_done: int
    failed_pages: list[int]
    reason: Reason | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, document: core.Document) -> Document:
        """A document on the wire."""
        fields = _progress(document.latest) | {"created_at": _time(document.created_at)}
        return cls(
            id=document.id,
            name=document.name,
            title=document.title,
            tags=list(document.tags),
            version=document.latest.number,
            searchable_version=document.searchable,
            **fields,
        )


class Documents(Given):
    """Documents, newest first; ``cursor`` asks for those after, ``null`` at the end."""

    items: list[Document]
    cursor: str | None


class Versions(Given):
    """Versions, newest first."""

    items: list[Version]


class Announcement(Asked):
    """A file that the client will post itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ANNOUNCEMENT]})

    name: Name
    size: Annotated[int, Field(ge=0, le=1 << 50)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{64}$")]
    tags: Tags = []


class UploadForm(Given):
    """Where to post the file: a multipart form of ``fields`` with the file last, as ``file``."""

    url: str
    fields: dict[str, str]
    expires_at: datetime

    @classmethod
    def of(cls, form: core.UploadForm) -> UploadForm:
        """A form on the wire."""
        return cls(url=form.url, fields=form.fields, expires_at=_time(form.expires_at))


class Announced(Given):
    """The announced document, and the form to post it with: ``null`` where its content is here already."""

    document: Document
    upload: UploadForm | None


class Ingest(Asked):
    """Which version to read (the newest by default), and what opens it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "open sesame"}]})

    password: Password | None = None
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class DocumentChange(Asked):
    """A new name, new tags, or both."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "pump.pdf", "tags": ["pumps"]}]})

    name: Name | None = None
    tags: Tags | None = None


class Receipt(Given):
    """What a delete removed."""

    model_config = _shown(examples.RECEIPT)

    document_id: str
    versions: int
    files: int
    chunks: int
    bytes: int

    @classmethod
    def of(cls, receipt: core.Receipt) -> Receipt:
        """A receipt on the wire."""
        return cls(**asdict(receipt))


# -- pages ------------------------------------------------------------------------------------------------


class Block(Given):
    """A heading, paragraph, table or figure with its box. ``level`` is 1–6 for a heading, else 0; ``rows``
    are a table's cells; ``image`` is where a figure's picture is."""

    kind: Literal["heading", "text", "table", "figure"]
    box: Box
    text: str
    level: int = 0
    rows: list[list[str]] = []
    image: str | None = None


class Page(Given):
    """A page as it was read. ``error`` says why it could not be, ``needs_ocr`` that it shows an image where
    text is to be expected, ``notes`` what was skipped and why."""

    model_config = _shown(examples.PAGE)

    number: int
    width: float
    height: float
    rotation: int
    text: str
    tables: list[list[list[str]]]
    blocks: list[Block]
    design_heavy: bool
    reasons: list[str]
    signals: dict[str, float]
    needs_ocr: bool
    notes: list[str]
    error: str | None

    @classmethod
    def of(cls, page: core.Page, document_id: str, version: int) -> Page:
        """A page on the wire, with addresses of its pictures."""
        blocks = [
            Block(
                kind=block.kind.value,
                box=block.box,
                text=block.text,
                level=block.level,
                rows=[list(row) for row in block.rows],
                image=_figure_address(block.image, document_id, version) if block.image else None,
            )
            for block in page.blocks
        ]
        return cls(**(page_json(page) | {"blocks": blocks}))


def _figure_address(key: str, document_id: str, version: int) -> str:
    return f"/v1/documents/{document_id}/figures/{key.rpartition('/')[2]}?version={version}"


class Pages(Given):
    """Pages of a PDF that was not kept. ``error`` stands at the end where reading stopped before it."""

    model_config = _shown({"pages": [examples.PAGE]})

    pages: list[Page]
    error: Problem | None = None


class PageReport(Given):
    """What was read of one page, in counts; why it is design-heavy, and the signals that were measured."""

    number: int
    characters: int
    words: int
    tables: int
    figures: int
    design_heavy: bool
    reasons: list[str]
    signals: dict[str, float]
    needs_ocr: bool
    notes: list[str]
    error: str | None


class Totals(Given):
    """Sums over the pages read so far; ``design_heavy`` and those after it count pages."""

    pages: int
    characters: int
    words: int
    tables: int
    figures: int
    design_heavy: int
    needs_ocr: int
    with_notes: int
    failed: int


class Report(Given):
    """What was read of a version. ``totals`` comes last; ``error`` in its place where reading stopped."""

    model_config = _shown(examples.REPORT)

    document_id: str
    version: Version
    pages: list[PageReport]
    totals: Totals | None = None
    error: Problem | None = None


# -- questions --------------------------------------------------------------------------------------------


class Search(Asked):
    """What to look for; ``document_ids`` and ``tags`` narrow it, empty means all."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SEARCH]})

    question: Question
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    document_ids: Ids = []
    tags: Tags = []


class Span(Given):
    """Where a part of a passage stands."""

    page: int
    box: Box


class Hit(Given):
    """A passage that was found. ``score`` is comparable within one search only; ``similarity`` is a cosine,
    ``null`` before the passage has a vector."""

    model_config = _shown(examples.HIT)

    chunk_id: str
    document_id: str
    document_name: str
    title: str
    version: int
    kind: str
    text: str
    headings: list[str]
    pages: list[int]
    spans: list[Span]
    score: float
    similarity: float | None

    @classmethod
    def of(cls, hit: core.Hit) -> Hit:
        """A hit on the wire."""
        chunk = hit.chunk
        return cls(
            chunk_id=chunk.id,
            document_id=chunk.document_id,
            document_name=hit.document_name,
            title=hit.title,
            version=chunk.version,
            kind=chunk.kind.value,
            text=chunk.text,
            headings=list(chunk.headings),
            pages=list(chunk.pages),
            spans=[Span(page=span.page, box=span.box) for span in chunk.spans],
            score=hit.score,
            similarity=hit.similarity,
        )


class Hits(Given):
    """Passages, best first."""

    items: list[Hit]


class NewSession(Asked):
    """A conversation over all documents, or some."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Pumps", "document_ids": []}]})

    title: Annotated[str, StringConstraints(max_length=200)] = ""
    document_ids: Ids = []


class SessionChange(Asked):
    """A new title."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Pumps"}]})

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]


class Session(Given):
    """A conversation. ``document_ids`` narrows what it asks, empty means all documents."""

    model_config = _shown(examples.SESSION)

    id: str
    title: str
    document_ids: list[str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, session: core.Session) -> Session:
        """A session on the wire."""
        return cls(
            id=session.id,
            title=session.title,
            document_ids=list(session.document_ids),
            created_at=_time(session.created_at),
            updated_at=_time(session.updated_at),
        )


class Sessions(Given):
    """Conversations, the most recently used first; ``cursor`` asks for those after."""

    items: list[Session]
    cursor: str | None


class SessionReceipt(Given):
    """What deleting a conversation removed."""

    model_config = _shown({"session_id": "ses_3vq8m1kz5w9x2c7b", "messages": 2})

    session_id: str
    messages: int


class AskQuestion(Asked):
    """A question inside a conversation."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "How long is the warranty period?"}]}
    )

    question: Question


class Place(Given):
    """Where a quote stands on one page: a box for each line of it."""

    page: int
    boxes: list[Box]


class Citation(Given):
    """A quote and its proof. ``found`` are the words as they stand in the source; ``page`` is the first of
    its places; both are empty where the quote is missing."""

    model_config = _shown(examples.CITATION)

    number: int
    quote: str
    found: str
    proof: Literal["exact", "fuzzy", "missing"]
    document_id: str
    document_name: str
    version: int
    page: int | None
    places: list[Place]

    @classmethod
    def of(cls, citation: core.Citation) -> Citation:
        """A citation on the wire."""
        return cls(
            number=citation.number,
            quote=citation.quote,
            found=citation.found,
            proof=citation.proof.value,
            document_id=citation.document_id,
            document_name=citation.document_name,
            version=citation.version,
            page=citation.page,
            places=[Place(page=place.page, boxes=list(place.boxes)) for place in citation.places],
        )


class Claim(Given):
    """A part of an answer and the citations that carry it; ``proven`` if all of them were found."""

    text: str
    citations: list[int]
    proven: bool


class Answer(Given):
    """An answer: ``quotes`` as they stand, words ``generated`` by a model, or ``not_found``. ``text`` has
    marks like ``[1]``; ``question`` is the standalone question that was searched for."""

    model_config = _shown(examples.ANSWER)

    kind: Literal["quotes", "generated", "not_found"]
    text: str
    claims: list[Claim]
    citations: list[Citation]
    question: str
    model: str
    tokens_in: int
    tokens_out: int

    @classmethod
    def of(cls, answer: core.Answer) -> Answer:
        """An answer on the wire."""
        return cls(
            kind=answer.kind.value,
            text=answer.text,
            claims=[
                Claim(text=claim.text, citations=list(claim.citations), proven=claim.proven)
                for claim in answer.claims
            ],
            citations=[Citation.of(citation) for citation in answer.citations],
            question=answer.question,
            model=answer.model,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
        )


class Feedback(Asked):
    """What a person thought of an answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"helpful": True, "comment": "To the point."}]})

    helpful: bool
    comment: Annotated[str, StringConstraints(max_length=2000)] = ""


class Message(Given):
    """One message of a conversation; ``answer`` is on the assistant's."""

    model_config = _shown(examples.MESSAGE)

    id: str
    session_id: str
    role: Literal["user", "assistant"]
    text: str
    created_at: datetime
    answer: Answer | None
    feedback: Feedback | None

    @classmethod
    def of(cls, message: core.Message) -> Message:
        """A message on the wire."""
        feedback = message.feedback
        return cls(
            id=message.id,
            session_id=message.session_id,
            role=message.role.value,
            text=message.text,
            created_at=_time(message.created_at),
            answer=Answer.of(message.answer) if message.answer else None,
            feedback=Feedback(helpful=feedback.helpful, comment=feedback.comment) if feedback else None,
        )


class Messages(Given):
    """Messages, oldest first; ``cursor`` asks for those after."""

    items: list[Message]
    cursor: str | None


# -- the server -------------------------------------------------------------------------------------------


class Health(Given):
    """The server is alive."""

    status: Literal["ok"] = "ok"


class Readiness(Given):
    """Each part of the server and "ok", or why it cannot be used."""

    model_config = _shown({"ready": True, "parts": {"documents": "ok", "index": "ok"}})

    ready: bool
    parts: dict[str, str]


class Usage(Given):
    """What a tenant holds and what its questions cost; ``bytes`` counts every version's file."""

    model_config = _shown(examples.USAGE)

    documents: int
    versions: int
    pages: int
    bytes: int
    chunks: int
    questions: int
    tokens_in: int
    tokens_out: int

    @classmethod
    def of(cls, usage: core.Usage) -> Usage:
        """Usage on the wire."""
        return cls(**asdict(usage))


class FieldProblem(Given):
    """A part of a request that is not as it should be."""

    field: str
    message: str


class Problem(Given):
    """Problem details (RFC 9457). ``code`` is stable; ``detail`` is a sentence for a person; ``request_id``
    finds the request in the server's log; ``errors`` are the fields of a request that is malformed."""

    model_config = _shown(examples.PROBLEM)

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = []


Pages.model_rebuild()
Report.model_rebuild()
