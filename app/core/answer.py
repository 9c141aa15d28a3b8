"""Answers with their proofs, and the conversations that they stand in.

Page numbers are 1-based; times are UTC seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.core.geometry import Box


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
