"""From a question to the passages that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.ask import by_words
from app.ask.likeness import likeness
from app.ask.question.instructions import without_instructions
from app.ask.rerank import rerank
from app.core.passage import Found, Hit, IndexQuery
from app.core.ports import DocumentStore, Embedder, Index

CANDIDATES = 50
"""Passages that are reranked."""

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
    where the embedder is down.
    """
    asked = without_instructions(question)
    vector, note = by_words.embed_question(asked, embedder)
    query = IndexQuery(
        tenant=tenant,
        text=asked,
        vector=vector,
        alpha=ALPHA,
        # More than are shown: what reranking puts first may come late in the index's order.
        limit=max(CANDIDATES, limit),
        document_ids=tuple(document_ids),
        tags=tuple(tags),
    )
    found = index.search(query)
    answering = _answering(tenant, found, documents)
    if len(answering) < len(found):  # a version may have taken another's place between the two looks
        answering = _answering(tenant, index.search(query), documents)
    alike = [_on_our_scale(hit, embedder) for hit in answering]
    return Found(rerank(asked, alike)[:limit], note)


def _on_our_scale(hit: Hit, embedder: Embedder) -> Hit:
    if hit.similarity is None:
        return hit
    if not embedder.reads(hit.chunk.text):
        return replace(hit, similarity=None)  # its words alone say how near it is
    return replace(hit, similarity=likeness(hit.similarity, embedder))


def _answering(tenant: str, hits: Sequence[Hit], documents: DocumentStore) -> list[Hit]:
    """Return hits of the versions that answer, named."""
    known = documents.many(tenant, {hit.chunk.document_id for hit in hits})
    return [
        replace(hit, document_name=document.name, title=document.title)
        for hit in hits
        if (document := known.get(hit.chunk.document_id)) and hit.chunk.version == document.searchable
    ]
