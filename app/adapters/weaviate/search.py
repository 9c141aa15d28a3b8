"""The passages of one tenant that answer a question, narrowed to documents and tags within each query.

Keywords and vectors are asked for one after the other and joined here: Weaviate's own fusion gives neither a
hit's similarity nor its keyword score, and weighs a chunk that has no vector yet as if it were far off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.adapters.fusion import CANDIDATES, fuse_rankings, scale_scores
from app.adapters.weaviate.objects import CHUNK, chunk_of
from app.ask.words.terms import asked_terms
from app.core.passage import Hit

if TYPE_CHECKING:
    from weaviate.collections import Collection
    from weaviate.collections.classes.filters import _Filters

    from app.core.passage import IndexQuery, Vector

MOST_RESULTS = 10_000
"""Weaviate gives no more for one query (QUERY_MAXIMUM_RESULTS)."""


def search(collection: Collection[Any, Any], query: IndexQuery, name: str | None) -> list[Hit]:
    """Return the best chunks, best first. ``name`` is that of the vectors, ``None`` for keywords alone."""
    vector = query.vector if name else None
    # With their vectors: a passage that only its words found needs a similarity as well, or evidence would be
    # judged without one.
    with_words = _by_keyword(collection, query, [name] if name and vector else False)
    near = _by_vector(collection, query, name, vector) if name and vector else []
    properties = {found.uuid: found.properties for found in (*with_words, *near)}
    nearest = {found.uuid: 1.0 - found.metadata.distance for found in near}
    similarity = nearest | {
        found.uuid: _cosine(vector, its)
        for found in with_words
        if vector and found.uuid not in nearest and (its := found.vector.get(name))
    }
    by_keyword = scale_scores({found.uuid: found.metadata.score for found in with_words})
    scores = fuse_rankings(scale_scores(nearest), by_keyword, query.alpha, similarity)
    # Ties by place and id: the same question gives the same order in every store.
    best = sorted(scores, key=lambda uuid: (-scores[uuid], properties[uuid]["ordinal"], uuid))
    return [
        Hit(chunk_of(query.tenant, uuid, properties[uuid]), scores[uuid], similarity.get(uuid))
        for uuid in best[: query.limit]
    ]


def _by_keyword(
    collection: Collection[Any, Any], query: IndexQuery, vectors: list[str] | bool
) -> Sequence[Any]:
    from weaviate.classes.query import MetadataQuery

    terms = asked_terms(query.text)
    if not terms:
        return ()
    return collection.query.bm25(
        " ".join(terms),
        query_properties=["words"],
        limit=_depth(query),
        filters=_filter_allowed(query),
        include_vector=vectors,
        return_properties=CHUNK,
        return_metadata=MetadataQuery(score=True),
    ).objects


def _by_vector(
    collection: Collection[Any, Any], query: IndexQuery, name: str, vector: Vector
) -> Sequence[Any]:
    from weaviate.classes.query import MetadataQuery

    return collection.query.near_vector(
        vector,
        target_vector=name,
        limit=_depth(query),
        filters=_filter_allowed(query),
        return_properties=CHUNK,
        return_metadata=MetadataQuery(distance=True),
    ).objects


def filter_shown() -> _Filters:
    """Return those that are not staged."""
    from weaviate.classes.query import Filter

    return Filter.by_property("version").greater_or_equal(0)


def _filter_allowed(query: IndexQuery) -> _Filters:
    """Return what is published, of the documents and tags that a query is narrowed to."""
    from weaviate.classes.query import Filter

    narrowed = {"document_id": query.document_ids, "tags": query.tags}
    filters = [
        Filter.by_property(name).contains_any(list(tokens)) for name, tokens in narrowed.items() if tokens
    ]
    return Filter.all_of([filter_shown(), *filters])


def _depth(query: IndexQuery) -> int:
    return min(max(CANDIDATES, query.limit), MOST_RESULTS)


def _cosine(one: Vector, other: Vector) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(map(float.__mul__, one, other)) / lengths if lengths else 0.0
