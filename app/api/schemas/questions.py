"""Search, conversations, answers and their citations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.api import examples
from app.api.schemas.base import SEEN, Asked, Box, Given, Ids, Question, Tags, Whole, to_time, with_example
from app.api.schemas.cards import CardFilter
from app.core import answer as core_answer
from app.core import limits
from app.core import passage as core_passage


class Search(CardFilter):
    """A search; ``document_ids`` and ``tags`` narrow it, and empty lists mean all documents. ``kind``,
    ``who``, ``since`` and ``until`` narrow it as they narrow the list of documents."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SEARCH]})

    question: Question
    limit: Annotated[int, Field(ge=1, le=limits.HITS), Whole] = 10
    document_ids: Ids = Field(default_factory=list)
    tags: Tags = Field(default_factory=list)


class Span(Given):
    """The position of a part of a passage."""

    page: int
    box: Box


class Hit(Given):
    """A passage that was found. ``page_labels`` are the PDF's own names for its ``pages``, such as iv or A-3,
    "" where a page has none or the same. ``score`` is comparable within one search only; ``similarity`` is a
    cosine, ``null`` before the passage has a vector."""

    model_config = with_example(examples.HIT)

    chunk_id: str
    document_id: str
    document_name: str
    title: str
    version: int
    kind: str
    text: str
    headings: list[str]
    pages: list[int]
    page_labels: list[str]
    spans: list[Span]
    score: float
    similarity: float | None

    @classmethod
    def of(cls, hit: core_passage.Hit) -> Hit:
        """Return a hit on the wire."""
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
            page_labels=list(chunk.page_labels),
            spans=[Span(page=span.page, box=span.box) for span in chunk.spans],
            score=hit.score,
            similarity=hit.similarity,
        )


class Hits(Given):
    """Passages, best first. ``note`` is a sentence about a degraded search, such as one by keyword only while
    the embedding model is down, else ""."""

    items: list[Hit]
    note: str

    @classmethod
    def of(cls, hits: Iterable[core_passage.Hit], note: str) -> Hits:
        """Return hits on the wire."""
        return cls(items=[Hit.of(hit) for hit in hits], note=note)


class NewSession(Asked):
    """A conversation over all documents, or some."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Pumps", "document_ids": []}]})

    title: Annotated[str, StringConstraints(max_length=200)] = ""
    document_ids: Ids = Field(default_factory=list)


class SessionChange(Asked):
    """A new title, or whether everybody of the tenant who has the conversation's id can read it. Absent
    fields are not changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Pumps"}, {"shared": True}]})

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SEEN)] | None = None
    shared: bool | None = None


class Session(Given):
    """A conversation. ``document_ids`` narrows its questions to these documents; an empty list means all.
    Everybody of the tenant who has the id of a ``shared`` conversation can read it; ``own`` says whether it
    belongs to the caller, because only the owner can change it."""

    model_config = with_example(examples.SESSION)

    id: str
    title: str
    document_ids: list[str]
    own: bool
    shared: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, who: core_answer.Person, session: core_answer.Session) -> Session:
        """Return a session on the wire, as this person sees it."""
        return cls(
            id=session.id,
            title=session.title,
            document_ids=list(session.document_ids),
            own=session.owner == who.subject,
            shared=session.shared,
            created_at=to_time(session.created_at),
            updated_at=to_time(session.updated_at),
        )


class Sessions(Given):
    """Conversations, the most recently used first; ``cursor`` gets the next page."""

    items: list[Session]
    cursor: str | None


class SessionReceipt(Given):
    """The counts of what deleting a conversation removed."""

    model_config = with_example({"session_id": "ses_3vq8m1kz5w9x2c7b", "messages": 2})

    session_id: str
    messages: int


class AskQuestion(CardFilter):
    """A question inside a conversation; ``kind``, ``who``, ``since`` and ``until`` narrow its documents for
    this question, as they narrow the list of documents."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "How long is the warranty period?"}]}
    )

    question: Question


class Place(Given):
    """The position of a quote on one page: a box for each of its lines; ``label`` is the PDF's own name for
    the page, such as iv, "" where it has none or the same."""

    page: int
    label: str = ""
    boxes: list[Box]


class Citation(Given):
    """A quote and its proof. ``found`` is the text of the source, with "…" for omitted words; ``before`` and
    ``after`` are the surrounding text, which may qualify the quote: the rest of its sentence or table row,
    and the introduction of its list; ``page`` is the first of its ``places``. All are empty if the quote is
    missing. ``title`` is what the document is called in short: ``NVIDIA 10-Q, Oct 2023``."""

    model_config = with_example(examples.CITATION)

    number: int
    quote: str
    found: str
    before: str
    after: str
    proof: Literal["exact", "fuzzy", "missing"]
    document_id: str
    document_name: str
    title: str
    version: int
    page: int | None
    places: list[Place]

    @classmethod
    def of(cls, citation: core_answer.Citation) -> Citation:
        """Return a citation on the wire."""
        return cls(
            number=citation.number,
            quote=citation.quote,
            found=citation.found,
            before=citation.before,
            after=citation.after,
            proof=citation.proof.value,
            document_id=citation.document_id,
            document_name=citation.document_name,
            title=citation.title,
            version=citation.version,
            page=citation.page,
            places=[
                Place(page=place.page, label=place.label, boxes=list(place.boxes))
                for place in citation.places
            ],
        )


class Claim(Given):
    """A sentence of an answer and its citations.

    ``status`` is ``proven`` if the quotes with their surrounding text say all of it, ``quoted`` if the quotes
    were found, but do not, and ``unsupported`` if there is no quote, one was not found, or none shares a word
    with it. ``missing`` are words of the sentence that the quotes lack, ``left_out`` omitted words of the
    source that change the meaning; if both are empty, the words are the same, but their order may mean
    something else. ``proven`` is true for the status ``proven``.
    """

    text: str
    citations: list[int]
    status: Literal["proven", "quoted", "unsupported"]
    missing: list[str]
    left_out: list[str]
    proven: bool

    @classmethod
    def of(cls, claim: core_answer.Claim) -> Claim:
        """Return a claim on the wire."""
        return cls(
            text=claim.text,
            citations=list(claim.citations),
            status=claim.status.value,
            missing=list(claim.missing),
            left_out=list(claim.left_out),
            proven=claim.proven,
        )


class Answer(Given):
    """An answer: ``quotes`` from the source, ``figures`` of its tables and what is computed of them, or text
    ``generated`` by a model. Where nothing answers: the ``closest`` passages, as such; ``not_found`` with
    what was searched, words that stand nowhere in it and pages that could not be read; or ``no_documents``.

    ``text`` has marks like ``[1]``, and ``[quoted only]`` or ``[unsupported]`` after each sentence that is
    not proven; ``question`` is the standalone question that was searched for; ``notes`` say what was
    unavailable, such as a model."""

    model_config = with_example(examples.ANSWER)

    kind: Literal["quotes", "figures", "generated", "closest", "not_found", "no_documents"]
    text: str
    claims: list[Claim]
    citations: list[Citation]
    question: str
    notes: list[str]
    model: str
    tokens_in: int
    tokens_out: int
    broken_off: bool

    @classmethod
    def of(cls, answer: core_answer.Answer) -> Answer:
        """Return an answer on the wire."""
        return cls(
            kind=answer.kind.value,
            text=answer.text,
            claims=[Claim.of(claim) for claim in answer.claims],
            citations=[Citation.of(citation) for citation in answer.citations],
            question=answer.question,
            notes=list(answer.notes),
            model=answer.model,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            broken_off=answer.broken_off,
        )


class Feedback(Asked):
    """A person's rating of an answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"helpful": True, "comment": "To the point."}]})

    helpful: bool
    comment: Annotated[str, StringConstraints(max_length=2000)] = ""


class Message(Given):
    """One message of a conversation; messages of the assistant have an ``answer``."""

    model_config = with_example(examples.MESSAGE)

    id: str
    session_id: str
    role: Literal["user", "assistant"]
    text: str
    created_at: datetime
    answer: Answer | None
    feedback: Feedback | None

    @classmethod
    def of(cls, message: core_answer.Message) -> Message:
        """Return a message on the wire."""
        feedback = message.feedback
        return cls(
            id=message.id,
            session_id=message.session_id,
            role=message.role.value,
            text=message.text,
            created_at=to_time(message.created_at),
            answer=Answer.of(message.answer) if message.answer else None,
            feedback=Feedback(helpful=feedback.helpful, comment=feedback.comment) if feedback else None,
        )


class Messages(Given):
    """Messages, oldest first; ``cursor`` gets the next page."""

    items: list[Message]
    cursor: str | None
