"""What was searched where nothing was found: how much, which words of the question stand nowhere in it, and
what of it could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from app.ask.question.pages_asked import pages_asked
from app.ask.question.wanted import without_asking
from app.ask.words.numbered import join_parts
from app.ask.words.terms import Word, asked_words, standing_words
from app.core.counting import format_count
from app.core.document import Document, DocumentFilter, every
from app.core.errors import BadRequest, NotFound
from app.core.passage import Hit, IndexQuery
from app.core.ports import DocumentStore, Index
from app.core.rules.narrowing import fits
from app.core.writing.unspaced import is_unspaced

MOST_COUNTED = 500
"""Documents that are counted: a list of thousands would take longer than the search."""

MANY_PAGES = 300
"""Pages in which nearly every word stands that a question about them asks with: measured on 1,900 pages of
reports and handbooks, where 40 of 41 answerable questions have all of their words, and on documents of up to
120 pages, where 35 of 42 have."""

MOST_NAMED = 3
"""Words, and documents, that are named."""


MOST_NARROWED = 2_000
"""Documents that a search is narrowed to by their ids: each stands in the query."""

ANY_DOCUMENT = DocumentFilter()


@dataclass(frozen=True, slots=True)
class Searched:
    """Describes a search that found nothing to answer with."""

    documents: DocumentStore
    index: Index

    def narrow(self, tenant: str, document_ids: Sequence[str], where: DocumentFilter) -> tuple[str, ...]:
        """Return the ids of the documents that fit a filter, of all or of these. Raises ``NotFound`` where
        none does, and ``BadRequest`` for more than can be searched as such."""
        if where == ANY_DOCUMENT:
            return tuple(document_ids)
        if document_ids:
            # A library may have thousands of others.
            known = self.documents.many(tenant, document_ids).values()
            found = [each.id for each in known if fits(where, each)]
        else:
            listed = every(
                lambda cursor: self.documents.listing(tenant, where=where, cursor=cursor, limit=100)
            )
            found = [each.id for each in islice(listed, MOST_NARROWED + 1)]
        if not found:
            raise NotFound("No document is of the kind, the names and the time that are asked for.")
        if len(found) > MOST_NARROWED:
            raise BadRequest(f"More than {MOST_NARROWED:,} documents are of that kind: narrow it further.")
        return tuple(found)

    def is_empty(self, tenant: str) -> bool:
        """Return whether there is no document at all."""
        return not self.documents.listing(tenant, limit=1).items

    def describe(
        self, tenant: str, question: str, document_ids: Sequence[str], missing: Sequence[str]
    ) -> str:
        """Return sentences on what was searched, of all documents or of these, where some words of the
        question are ``missing``."""
        documents = self._documents(tenant, document_ids)
        said = [_count_all(documents[:MOST_COUNTED], more=len(documents) > MOST_COUNTED)]
        if pages := pages_asked(question):
            said.append(f"No passage stands on {pages.shown}.")
        if words := missing[:MOST_NAMED]:
            one = len(documents) == 1
            said.append(f"{_name_all([f'“{word}”' for word in words])} not in {'it' if one else 'them'}.")
        return " ".join([*said, *[told for each in documents if (told := _say_unread(each))][:MOST_NAMED]])

    def _documents(self, tenant: str, document_ids: Sequence[str]) -> list[Document]:
        if document_ids:
            return list(self.documents.many(tenant, document_ids).values())
        # One more than is counted tells that there are more.
        listed = every(lambda cursor: self.documents.listing(tenant, cursor=cursor, limit=100))
        return list(islice(listed, MOST_COUNTED + 1))

    def tells_by_absence(self, tenant: str, document_ids: Sequence[str]) -> bool:
        """Return whether so much was searched that a word which is missing tells something: not in a few
        pages, which say most things in other words."""
        return sum(each.latest.pages for each in self._documents(tenant, document_ids)) >= MANY_PAGES

    def missing_words(
        self, tenant: str, question: str, document_ids: Sequence[str] = (), found: Sequence[Hit] = ()
    ) -> list[str]:
        """Return words of the question as they are written there, that no passage has, names first; those of
        the passages ``found`` are not looked for. Pairs of letters of scripts without word spaces are no
        words, and neither are the names of the pages that the question is about."""
        question = pages.question if (pages := pages_asked(question)) else question
        written = {join_parts(_plain(piece)).casefold(): _plain(piece) for piece in question.split()}
        asked = asked_words(without_asking(question))
        standing = {word for hit in found for word in standing_words(asked, hit.chunk.indexed_text)}
        missing = [
            word
            for word in asked
            if word not in standing
            and not is_unspaced(word.written[0])
            and not self._stands(tenant, word, document_ids)
        ]
        shown = [written.get(word.written, word.written) for word in missing]
        # A name first: "who won in Brazil?" is about Brazil.
        return sorted(shown, key=lambda word: not word[0].isupper())

    def _stands(self, tenant: str, word: Word, document_ids: Sequence[str]) -> bool:
        query = IndexQuery(
            tenant=tenant,
            text=word.written,
            vector=None,
            alpha=0.0,
            limit=1,
            document_ids=tuple(document_ids),
        )
        # The index itself is asked: only it knows in which forms a word stands in it.
        return bool(self.index.search(query))


def _plain(piece: str) -> str:
    return piece.strip(".,;:!?¿¡\"'“”„«»()[]")


def _count_all(documents: Sequence[Document], *, more: bool) -> str:
    pages = format_count(sum(each.latest.pages for each in documents), "page")
    if len(documents) == 1:
        return f"Searched {documents[0].name} with {pages}."
    number = format_count(len(documents), "document")
    return f"Searched more than {number}." if more else f"Searched {number} with {pages}."


def _name_all(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"


def _say_unread(document: Document) -> str:
    """Return what of a document was not searched, "" for none."""
    version = document.latest
    why = version.reason.message if version.reason else ""
    if not document.searchable:
        return f"{document.name} was not searched: {why or 'it is not read yet.'}"
    if not version.failed_pages:
        return ""
    unread = f"{len(version.failed_pages):,} of {format_count(version.pages, 'page')} of {document.name}"
    return f"{unread} could not be read{f': {why}' if why else '.'}"
