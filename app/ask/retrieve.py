"""From a question to the passages that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.ask import by_words
from app.ask.by_words import ByWords
from app.ask.likeness import likeness
from app.ask.overview.passages import choose_passages
from app.ask.question.comparison import compares, tell_documents, topic_of
from app.ask.question.instructions import without_instructions
from app.ask.question.overview import without_summary, words_of_document
from app.ask.question.pages_asked import PagesAsked, on_pages, pages_asked
from app.ask.rerank import rerank
from app.ask.words.terms import Word, asked_words, terms
from app.core.passage import Found, Hit, IndexQuery
from app.core.ports import DocumentStore, Embedder, Index
from app.core.short_title import short_title

CANDIDATES = 50
"""Passages that are reranked."""

CANDIDATES_OF_PAGES = 1_000
"""Passages among which those of pages are looked for that a question names: all that 600 pages have."""

OF_EACH = 5
"""Passages of each document that is compared with others."""

MOST_OVERVIEWS = 3
"""Documents that are told what they are about at once."""

TABLES = 5
"""Passages with tables that are looked at for a figure, beside those found by meaning."""

_ROW = "| "
"""Begins a row of a table in a passage."""

ALPHA = 0.7
"""Weight of vectors against keywords."""


def retrieve(
    question: str,
    *,
    tenant: str,
    index: Index,
    embedder: Embedder,
    documents: DocumentStore,
    limit: int = 10,
    document_ids: Sequence[str] = (),
    tags: Sequence[str] = (),
) -> Found:
    """Return the ``limit`` passages that answer best, best first, with their documents' names and titles.

    Only the version that a document answers from is searched, and no deleted document. A question in a
    language that the embedder does not read is searched for by keyword alone; so is any, and that is noted,
    where the embedder is down. Of a question that names pages the passages are those of these pages, where
    some document has them; where none has, those that answer what else it asks, and none if it asks for
    nothing else.
    """
    asked = without_instructions(question)
    search = _Search(tenant, index, embedder, documents, tuple(document_ids), tuple(tags))
    nowhere = ""
    if pages := pages_asked(asked):
        of_pages = search.find_on_pages(pages, asked)
        if of_pages.hits:
            return of_pages._replace(hits=of_pages.hits[:limit])
        nowhere = pages.shown
        if not asked_words(pages.question):
            return Found([], of_pages.note, nowhere=nowhere)
        asked = pages.question
    elif (named := words_of_document(asked)) is not None:
        if overview := search.find_overview(named, asked):
            return overview
        asked = without_summary(asked)
    elif compares(asked) and (comparison := search.find_of_each(asked)):
        return comparison
    # More than are shown: what reranking puts first may come late in the index's order.
    hits, note = search.find(asked, max(CANDIDATES, limit))
    return Found(rerank(asked, hits)[:limit], note, nowhere=nowhere)


@dataclass(frozen=True, slots=True)
class _Search:
    """What is searched: a tenant's documents, all or those with an id or a tag."""

    tenant: str
    index: Index
    embedder: Embedder
    documents: DocumentStore
    document_ids: tuple[str, ...]
    tags: tuple[str, ...]

    def find(self, text: str, limit: int) -> tuple[list[Hit], str]:
        """Return passages in the index's order, and what the search went without."""
        vector, note = by_words.embed_question(text, self.embedder)
        query = IndexQuery(
            tenant=self.tenant,
            text=text,
            vector=vector,
            alpha=ALPHA,
            limit=limit,
            document_ids=self.document_ids,
            tags=self.tags,
        )
        found = self.index.search(query)
        answering = _answering(self.tenant, found, self.documents)
        if len(answering) < len(found):  # a version may have taken another's place between the two looks
            answering = _answering(self.tenant, self.index.search(query), self.documents)
        return [_on_our_scale(hit, text, self.embedder) for hit in answering], note

    def find_on_pages(self, pages: PagesAsked, asked: str) -> Found:
        """Return passages of the pages that a question names: those that answer best first, in reading order
        where it asks for nothing else."""
        hits, note = self.find(pages.question or asked, CANDIDATES_OF_PAGES)
        kept = on_pages(hits, pages)
        if asked_words(pages.question):
            return Found(rerank(pages.question, kept), note, pages.question)
        return Found(sorted(kept, key=lambda hit: hit.chunk.ordinal), note, pages.question)

    def find_overview(self, named: Sequence[Word], asked: str) -> Found | None:
        """Return passages that say what documents are about: those that are searched, where they are few, or
        those whose name or title has the words that a question names one with; ``None`` where none has."""
        hits, note = self.find(asked, CANDIDATES)
        ids = list(dict.fromkeys(hit.chunk.document_id for hit in hits if _is_called(hit, named)))
        if not ids or (len(ids) > MOST_OVERVIEWS and not self.document_ids):
            return None
        found: list[Hit] = []
        for document_id in ids[:MOST_OVERVIEWS]:
            of_one = replace(self, document_ids=(document_id,))
            found += choose_passages(of_one.find(asked, CANDIDATES_OF_PAGES)[0])
        return Found(found, note, overview=True)

    def find_of_each(self, asked: str) -> Found | None:
        """Return passages of each of the documents that a question compares, document by document; ``None``
        where it does not name two, and not two are asked."""
        hits, note = self.find(asked, CANDIDATES)
        names = {hit.chunk.document_id: hit.called for hit in hits}
        few = 1 < len(names) == len(self.document_ids) <= MOST_OVERVIEWS
        ids = list(names) if few else tell_documents(asked, names)
        if not 1 < len(ids) <= MOST_OVERVIEWS:
            return None
        topic = topic_of(asked, [names[id_] for id_ in ids])
        found: list[Hit] = []
        for document_id in ids:
            of_one = replace(self, document_ids=(document_id,))
            if topic:
                found += rerank(topic, of_one.find(topic, CANDIDATES)[0])[:OF_EACH]
            else:
                found += choose_passages(of_one.find(asked, CANDIDATES_OF_PAGES)[0])
        return Found(found, note, compared=topic)


def _is_called(hit: Hit, named: Sequence[Word]) -> bool:
    called = set(terms(hit.called))
    return all(not called.isdisjoint(word.forms) for word in named)


def retrieve_tables(
    question: str,
    besides: Sequence[Hit],
    *,
    tenant: str,
    index: Index,
    embedder: Embedder,
    documents: DocumentStore,
    document_ids: Sequence[str] = (),
) -> list[Hit]:
    """Return passages with rows of tables that the question's words find, without those found ``besides``:
    a figure stands under its own words, which its vector, of all that stands around the table, may miss."""
    found = retrieve(
        question,
        tenant=tenant,
        index=index,
        embedder=ByWords(embedder),
        documents=documents,
        limit=CANDIDATES,
        document_ids=document_ids,
    )
    known = {hit.chunk.id for hit in besides}
    rows = [hit for hit in found.hits if _ROW in hit.chunk.text and hit.chunk.id not in known]
    return rows[:TABLES]


def _on_our_scale(hit: Hit, question: str, embedder: Embedder) -> Hit:
    if hit.similarity is None:
        return hit
    if not embedder.reads(hit.chunk.text):
        return replace(hit, similarity=None)  # its words alone say how near it is
    return replace(hit, similarity=likeness(hit.similarity, embedder, question, hit.chunk.text))


def _answering(tenant: str, hits: Sequence[Hit], documents: DocumentStore) -> list[Hit]:
    """Return hits of the versions that answer, named."""
    known = documents.many(tenant, {hit.chunk.document_id for hit in hits})
    return [
        replace(
            hit,
            document_name=document.name,
            title=document.title,
            short_title=short_title(document.card),
        )
        for hit in hits
        if (document := known.get(hit.chunk.document_id)) and hit.chunk.version == document.searchable
    ]
