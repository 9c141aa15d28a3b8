"""Search, conversations and their answers.

Each takes the tenant and never leaves it; those of conversations take the person, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from app.ask.question.standalone import standalone
from app.ask.retrieve import retrieve, retrieve_tables
from app.ask.so_far import FAILED, LEFT, SoFar
from app.ask.stages import Stage
from app.core import limits, telemetry
from app.core.answer import Answer, AnswerKind, Citation, Feedback, Message, Person, Proof, Role, Session
from app.core.costs import prices
from app.core.document import DocumentFilter, Listing, Version, VersionId
from app.core.errors import BadRequest, KnowledgeBaseError, NotAllowed, NotFound
from app.core.ids import new_id
from app.core.names import spellings
from app.core.page import Page
from app.core.passage import Found, Hit
from app.core.ports import ChatModels, ConversationStore, DocumentStore, Embedder, Index, OfferedModel
from app.core.process.closing import closed_after
from app.core.process.leaving import Left
from app.pages.stored_pages import StoredPages
from app.use_cases.searched import ANY_DOCUMENT, Searched
from app.use_cases.watch import Watch

HISTORY = 6
"""Messages of the conversation that a follow-up question is understood from."""

HITS_READ = 10
"""Passages that an answer is made of, where it needs no others."""

TITLE_CHARACTERS = 80

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Questions:
    """Search, conversations and answers. Stateless: safe to use from several threads and processes."""

    documents: DocumentStore
    conversations: ConversationStore
    index: Index
    embedder: Embedder
    chats: ChatModels
    stored: StoredPages
    watch: Watch
    searched: Searched
    most_hits: int = limits.HITS
    most_characters: int = limits.QUESTION_CHARACTERS
    without: frozenset[Stage] = frozenset()
    """Stages of an answer that are left out, to measure what they are worth."""

    def search(
        self,
        tenant: str,
        question: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] = (),
        tags: Sequence[str] = (),
    ) -> list[Hit]:
        """Return the passages that answer best, best first."""
        return self.find(tenant, question, limit=limit, document_ids=document_ids, tags=tags).hits

    def find(
        self,
        tenant: str,
        question: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] = (),
        tags: Sequence[str] = (),
        where: DocumentFilter = ANY_DOCUMENT,
    ) -> Found:
        """Return the result of a search, with a note on what was unavailable. Raises ``IndexMissing`` or
        ``DocumentsLost`` instead of returning nothing if what would answer is lost, and ``NotFound`` if no
        document is as ``where`` says."""
        found = self._find(tenant, question, limit, document_ids, tags, where)
        # What a document is about takes more passages than are shown of a search.
        return found._replace(hits=found.hits[:limit])

    def _find(
        self,
        tenant: str,
        question: str,
        limit: int,
        document_ids: Sequence[str],
        tags: Sequence[str] = (),
        where: DocumentFilter = ANY_DOCUMENT,
    ) -> Found:
        """Return the same with all passages of an overview or a comparison."""
        self._check_question(question)
        document_ids = self.searched.narrow(tenant, document_ids, where)
        found = retrieve(
            question,
            tenant=tenant,
            index=self.index,
            embedder=self.embedder,
            documents=self.documents,
            limit=min(limit, self.most_hits),
            document_ids=document_ids,
            # Composed and decomposed: tags of before were stored as they were typed.
            tags=[spelling for tag in tags for spelling in spellings(tag)],
        )
        # Only then: a look at the stores takes longer than most searches.
        if not found.hits:
            self.watch.check_tenant(tenant, document_ids)
        return found

    def models(self) -> list[OfferedModel]:
        """Return the models that may write answers, and which one does; where none does, answers are
        quoted."""
        return self.chats.list_offered()

    def choose_model(self, model_id: str | None, *, by_operator: bool = False) -> None:
        """Have a model write the answers from now on, or none. Raises ``NotFound`` for one that is not
        offered, ``Conflict`` where the settings say which one writes, or where tenants share it and it is not
        whoever runs the server that chooses."""
        self.chats.choose(model_id, by_operator=by_operator)

    def create_session(
        self,
        who: Person,
        title: str = "",
        document_ids: Sequence[str] = (),
        where: DocumentFilter = ANY_DOCUMENT,
    ) -> Session:
        """Create a conversation over all documents or some. Its first question becomes its title if
        ``title`` is "". Raises ``NotFound`` for a document that does not exist, and where none is as
        ``where``, by which its first question is narrowed, says: it would stay empty."""
        known = self.documents.many(who.tenant, document_ids)
        # Now, because a conversation over a document that does not exist would answer "not found" for ever.
        for document_id in document_ids:
            if document_id not in known:
                raise NotFound(f"There is no document {document_id}.")
        self.searched.narrow(who.tenant, document_ids, where)
        return self.conversations.create(who, title, document_ids)

    def sessions(self, who: Person, *, cursor: str | None = None, limit: int = 50) -> Listing[Session]:
        """Return the person's own conversations, the most recently used first."""
        return self.conversations.listing(who, cursor=cursor, limit=limit)

    def session(self, who: Person, session_id: str) -> Session:
        """Return a conversation of this person, or a shared one."""
        return self.conversations.get(who, session_id)

    def change_session(
        self, who: Person, session_id: str, *, title: str | None = None, shared: bool | None = None
    ) -> Session:
        """Rename a conversation; let everybody of the tenant who has its id read it, or no longer."""
        return self.conversations.change(who, session_id, title=title, shared=shared)

    def delete_session(self, who: Person, session_id: str) -> int:
        """Delete a conversation; the number of messages that it had."""
        return self.conversations.delete(who, session_id)

    def messages(
        self, who: Person, session_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> Listing[Message]:
        """Return messages of a conversation, oldest first."""
        return self.conversations.messages(who, session_id, cursor=cursor, limit=limit)

    def ask(
        self, who: Person, session_id: str, question: str, where: DocumentFilter = ANY_DOCUMENT
    ) -> Iterator[str | Citation | Answer | Message]:
        """Answer inside a conversation of theirs, from those of its documents that are as ``where`` says.
        Raises ``NotFound`` where none is.

        Yields pieces of text as they come, each citation when it is proven, the whole answer, and last the
        message that was kept.
        """
        self._check_question(question)
        session = self.conversations.get(who, session_id)
        # Whoever has the id of a shared conversation reads it; the answer would be kept in another's name.
        if session.owner != who.subject:
            raise NotAllowed(
                "This conversation belongs to another person: you can read it, but not continue it."
            )
        session = replace(session, document_ids=self._narrow(session, where))
        past = self.conversations.recent(who, session_id, HISTORY)
        history = [(message.role.value, message.text) for message in past]
        if not session.title:
            self.conversations.change(who, session_id, title=_shorten_line(question, TITLE_CHARACTERS))
        # Kept before the answer: if the model fails or the reader leaves, the question is not lost.
        asked = Message(new_id("msg"), session_id, Role.USER, question, time.time())
        self.conversations.append(who, asked)
        return _advance(self._answer_question(who, session, history, question))

    def _narrow(self, session: Session, where: DocumentFilter) -> tuple[str, ...]:
        return self.searched.narrow(session.tenant, session.document_ids, where)

    def ask_unkept(
        self,
        who: Person,
        question: str,
        document_ids: Sequence[str] = (),
        where: DocumentFilter = ANY_DOCUMENT,
    ) -> Iterator[str | Citation | Answer | Message]:
        """Ask outside of any conversation, if none can be stored."""
        self._check_question(question)
        nowhere = Session("", who.tenant, owner=who.subject, title="", document_ids=tuple(document_ids))
        nowhere = replace(nowhere, document_ids=self._narrow(nowhere, where))
        return _advance(self._answer_question(who, nowhere, [], question, keep=False))

    def _answer_question(
        self,
        who: Person,
        session: Session,
        history: Sequence[tuple[str, str]],
        question: str,
        *,
        keep: bool = True,
    ) -> Iterator[str | Citation | Answer | Message]:
        """Yield the parts of an answer, after an empty first one. If the reader disconnects, or something
        fails, the partial answer is stored as broken off."""
        begun = time.monotonic()
        so_far = SoFar(self.chats.find_chosen())
        try:
            # An empty piece, which the caller takes at once: a generator that has not begun runs no
            # `finally`.
            yield ""
            with closed_after(self._make_answer(who, session, history, question, so_far)) as events:
                for event in events:
                    so_far.add(event)
                    yield event
        except (GeneratorExit, KeyboardInterrupt, Left):
            self._keep_broken_off(who, session, so_far.answer(LEFT), begun, keep=keep)
            raise
        except Exception:
            if so_far.text:
                self._keep_broken_off(who, session, so_far.answer(FAILED), begun, keep=keep)
            raise
        assert so_far.whole
        yield self._keep_answer(who, session, so_far.whole, begun, keep=keep)

    def _make_answer(
        self,
        who: Person,
        session: Session,
        history: Sequence[tuple[str, str]],
        question: str,
        so_far: SoFar,
    ) -> Iterator[str | Citation | Answer]:
        chat = so_far.metered
        so_far.question = asked = standalone(question, history, chat)
        found = self._find(who.tenant, asked[: self.most_characters], HITS_READ, session.document_ids)
        hits = found.hits
        # Imported with the first question: what judges answers is no part of a function's start.
        from app.ask.answer import NO_DOCUMENTS, NOT_FOUND, answer

        if not hits and not session.document_ids and self.searched.is_empty(who.tenant):
            yield NO_DOCUMENTS
            yield Answer(AnswerKind.NO_DOCUMENTS, NO_DOCUMENTS, question=asked)
            return

        @lru_cache(maxsize=1)
        def missing_words() -> list[str]:
            return self.searched.missing_words(who.tenant, asked, session.document_ids, hits)

        def telling_words() -> list[str]:
            words = missing_words()
            return words if words and self.searched.tells_by_absence(who.tenant, session.document_ids) else []

        events = answer(
            question,
            history=history,
            hits=hits,
            pages_of=self._pages_of(who.tenant),
            embedder=self.embedder,
            chat=chat,
            standalone=asked,
            note=found.note,
            on_pages=found.asked,
            claims=so_far.claims,
            find_tables=lambda: self._find_tables(who.tenant, asked, hits, session.document_ids),
            find_missing=telling_words,
            without=self.without,
            describe_search=lambda: self.searched.describe(
                who.tenant, asked, session.document_ids, missing_words()
            ),
            nowhere=found.nowhere,
            overview=found.overview,
            compared=found.compared,
        )
        with closed_after(events):
            for event in events:
                if event == NOT_FOUND:  # is what would answer there at all?
                    self.watch.check_tenant(who.tenant, session.document_ids)
                yield event

    def _find_tables(
        self, tenant: str, question: str, hits: Sequence[Hit], document_ids: Sequence[str]
    ) -> list[Hit]:
        return retrieve_tables(
            question[: self.most_characters],
            hits,
            tenant=tenant,
            index=self.index,
            embedder=self.embedder,
            documents=self.documents,
            document_ids=document_ids,
        )

    def _keep_answer(
        self, who: Person, session: Session, answer: Answer, begun: float, *, keep: bool
    ) -> Message:
        note_answer(answer, time.monotonic() - begun)
        kept = Message(new_id("msg"), session.id, Role.ASSISTANT, answer.text, time.time(), answer=answer)
        if keep:
            self.conversations.append(who, kept)
        return kept

    def _keep_broken_off(
        self, who: Person, session: Session, answer: Answer, begun: float, *, keep: bool
    ) -> None:
        with suppress(KnowledgeBaseError):  # the conversation may be deleted, and nobody is there to be told
            self._keep_answer(who, session, answer, begun, keep=keep)

    def _pages_of(self, tenant: str) -> Callable[[Hit], list[Page]]:
        """Return a reader of the pages a hit stands on and the next one, that reads each range once."""

        lines = lru_cache(maxsize=16)(self.stored.lines)

        @lru_cache(maxsize=64)
        def version(document_id: str, number: int) -> Version:
            return self.documents.version(VersionId(tenant, document_id, number))

        def pages_of(hit: Hit) -> list[Page]:
            chosen = version(hit.chunk.document_id, hit.chunk.version)
            wanted = {page + step for page in hit.chunk.pages for step in (0, 1)}
            return self.stored.among(chosen, wanted, lines)

        return pages_of

    def _check_question(self, question: str) -> None:
        if not question.strip():
            raise BadRequest("The question is empty.")
        if len(question) > self.most_characters:
            most = self.most_characters
            raise BadRequest(f"The question is longer than {most:,} characters.")

    def rate(self, who: Person, session_id: str, message_id: str, feedback: Feedback) -> Message:
        """Keep what a person thought of an answer."""
        return self.conversations.rate(who, session_id, message_id, feedback)


def _advance(events: Iterator[P]) -> Iterator[P]:
    """Return the same items after advancing to the second: a generator that has not begun does not notice
    that it is closed."""
    next(events)
    return events


def note_answer(answer: Answer, seconds: float) -> None:
    """Note what an answer took and cost, and how many of its citations were found in the source."""
    proofs = [citation.proof for citation in answer.citations]
    dollars = prices.default().tokens(answer.model, answer.tokens_in, answer.tokens_out)
    telemetry.figures(
        "answer",
        seconds=seconds,
        not_found=answer.kind.found_nothing,
        citations_proven=len(proofs) - proofs.count(Proof.MISSING),
        citations_missing=proofs.count(Proof.MISSING),
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        **({} if dollars is None else {"dollars": dollars}),
    )


def _shorten_line(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
