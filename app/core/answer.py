"""Answers with their proofs, and conversations.

Page numbers are 1-based; times are UTC seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.core.geometry import Box
from app.core.page_numbers import show_page


class Proof(StrEnum):
    """How a quote was found in the source: exactly, with extraction errors, or not at all."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a quote on one page: a box for each of its lines; ``label`` is the PDF's own name for
    the page, "" where it has none or the same."""

    page: int
    boxes: tuple[Box, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and its proof. ``number`` is its mark in the answer, from 1; ``found`` is the text of the
    source ("" if missing), with "…" for omitted words; ``places`` is empty if the quote is missing.

    ``before`` and ``after`` are the surrounding text of the source, which may qualify the quote: the rest
    of its sentence or table row, and the introduction of its list; "" if there is none. ``title`` is what the
    document is called in short, "" where it has no title.
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
    title: str = ""

    @property
    def page(self) -> int | None:
        """The first page of the quote, ``None`` if it is missing."""
        return self.places[0].page if self.places else None

    @property
    def where(self) -> str:
        """The document and the page of the quote for a person, with the PDF's own name for the page. The
        document is called by its short title and its file, which tells apart two of one title."""
        called = " · ".join(filter(None, (self.title, self.document_name)))
        if not self.places:
            return called
        first = self.places[0]
        return f"{called}, page {show_page(first.page, first.label)}"


class Support(StrEnum):
    """How a claim is supported: by quotes that say all of it, by quotes that were found but do not, or not
    at all."""

    PROVEN = "proven"
    QUOTED = "quoted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, the numbers of its citations, and how they support it.

    ``missing`` are its words that the quotes lack, ``left_out`` are words of the source that it omits and
    that change the meaning. Both are empty if the words are the same but their order may mean something
    else, and if there is no quote to compare.
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
    """How an answer was made: of quoted sentences, of figures of tables and what is computed of them, or by
    a model. Where nothing answers: of the closest passages, which hold what was asked with; else of what was
    searched, or of nothing, where there is no document."""

    QUOTES = "quotes"
    FIGURES = "figures"
    GENERATED = "generated"
    CLOSEST = "closest"
    NOT_FOUND = "not_found"
    NO_DOCUMENTS = "no_documents"

    @property
    def found_nothing(self) -> bool:
        """Whether nothing was answered, and not even the closest passages are shown."""
        return self in (AnswerKind.NOT_FOUND, AnswerKind.NO_DOCUMENTS)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its claims and citations; ``text`` has citation marks like ``[1]``, and ``notes`` are
    sentences about what was unavailable. An answer that is ``broken_off`` is incomplete, because its
    reader disconnected or because of an error."""

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
    """The person who asks: ``subject`` is their name within the tenant. Conversations belong to one
    person."""

    tenant: str
    subject: str


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of ``owner``, a subject of the tenant. ``document_ids`` narrows its questions to
    these documents; if it is empty, they are about all. Everybody of the tenant who has the id of a
    ``shared`` conversation can read it."""

    id: str
    tenant: str
    owner: str
    title: str
    document_ids: tuple[str, ...] = ()
    shared: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0


class Role(StrEnum):
    """The author of a message."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a session; messages of the assistant have an ``answer``."""

    id: str
    session_id: str
    role: Role
    text: str
    created_at: float
    answer: Answer | None = None
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's rating of an answer."""

    helpful: bool
    comment: str = ""
