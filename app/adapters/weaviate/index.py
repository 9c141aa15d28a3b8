"""Keyword and vector search in Weaviate: an object for each chunk, with the chunk's id.

What changes a chunk changes its object in place, so that nothing brings back one that is deleted meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

from app.adapters.index_model import IndexModel
from app.adapters.weaviate.collections import NOT_EMBEDDED, Collections, vector_name
from app.adapters.weaviate.objects import chunk_of, uuids, values
from app.adapters.weaviate.search import MOST_RESULTS, filter_shown, search
from app.adapters.weaviate.server import WeaviateServer
from app.adapters.weaviate.writes import at_once, delete, insert, merge, replace
from app.core.document import VersionId
from app.core.errors import ModelChanged
from app.core.passage import Chunk, Hit

if TYPE_CHECKING:
    import uuid

    from weaviate import WeaviateClient
    from weaviate.collections import Collection
    from weaviate.collections.classes.filters import _Filters

    from app.core.passage import IndexQuery, Vector

T = TypeVar("T")

PAGE = 500
"""Objects that are read or written with one request."""

LONG_PAGE = 2000
"""Objects that are read together if it is not for their text."""


class WeaviateIndex:
    """The index in the Weaviate at ``url``, for vectors of one model. Several processes may use it at once.

    ``prefix`` begins the names of its two collections, which are made at first use.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None,
        *,
        model: str,
        dimensions: int,
        grpc_url: str | None = None,
        prefix: str = "KnowledgeBase",
    ) -> None:
        self._model = IndexModel(model, dimensions)
        self._collections = Collections(prefix)
        self._server = WeaviateServer(url, api_key, grpc_url=grpc_url, prepare=self._prepare)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    # -- written ------------------------------------------------------------------------------------------

    def put(self, tenant: str, chunks: Sequence[Chunk], *, staged: bool = False) -> None:
        """Make chunks findable by keyword at once; one with a known id is replaced and keeps its vector.

        New ones that are ``staged`` are found by no search until they are published."""
        # Once each: of two objects with one id in a batch it is not defined which one stays.
        left = iter({chunk.id: chunk for chunk in chunks}.values())
        while page := {
            uuid: values(chunk, staged=staged) for chunk in islice(left, PAGE) for uuid in uuids([chunk.id])
        }:
            stored = self._fetch_objects(tenant, page)
            for uuid, former in stored.items():  # what is found stays so
                page[uuid]["version"] = max(int(former["version"]), int(str(page[uuid]["version"])))
            with self._chunks(tenant) as collection:
                insert(collection, {uuid: page[uuid] for uuid in page.keys() - stored.keys()})
                at_once(
                    merge(collection, uuid, page[uuid])
                    for uuid, former in stored.items()
                    if any(former[name] != value for name, value in page[uuid].items())
                )

    def set_vectors(self, tenant: str, vectors: Mapping[str, Vector]) -> None:
        """Give chunks their vectors, by chunk id; unknown ids are passed over.

        The first vectors fix the model and its dimensions; raises ``ModelChanged`` for others. A chunk that
        is deleted meanwhile stays so.
        """
        if any(len(vector) != self._model.dimensions for vector in vectors.values()):
            raise ModelChanged(
                f"The model {self._model.name} gave vectors of another length than it announced."
            )
        # A chunk's id is the hex of its object's UUID, so that no map between them is stored.
        by_uuid = {uuid: vectors[uuid.hex] for uuid in uuids(vectors)}
        if not by_uuid:
            return
        name = self._vectors_place()
        stored = self._fetch_objects(tenant, by_uuid, ["embedded"])
        # Merging keeps what others change meanwhile, but the vectors of a former model as well.
        others = [uuid for uuid, its in stored.items() if its["embedded"] not in (NOT_EMBEDDED, name)]
        whole = self._fetch_objects(tenant, others)
        with self._chunks(tenant) as collection:
            at_once(
                replace(collection, uuid, {**whole[uuid], "embedded": name}, {name: by_uuid[uuid]})
                if uuid in whole
                else merge(collection, uuid, {"embedded": name}, {name: by_uuid[uuid]})
                for uuid in stored
            )

    def copy_vectors(self, version_id: VersionId) -> int:
        """Give chunks of a version that lack a vector the one that another version of the document has for
        the same text; how many those are."""
        from weaviate.classes.query import Filter

        tenant, document_id, number = version_id
        others = _of_document(document_id) & Filter.by_property("version").contains_none([number, -number])
        if not self._holds_vectors() or not self._count(tenant, others):
            return 0
        name = vector_name(self._model)
        lacking: dict[uuid.UUID, str] = {}
        known: dict[str, uuid.UUID] = {}
        for page in self._pages(tenant, document_id, ["ordinal", "version", "embedded", "context", "text"]):
            for each, its in page.items():
                text, is_embedded = f"{its['context']}\n{its['text']}", its["embedded"] == name
                if abs(int(its["version"])) == number and not is_embedded:
                    lacking[each] = text
                elif abs(int(its["version"])) != number and is_embedded:
                    known[text] = each
        copied = {each: known[text] for each, text in lacking.items() if text in known}
        for begin in range(0, len(copied), PAGE):
            some = dict(islice(copied.items(), begin, begin + PAGE))
            vectors = self._fetch_vectors(tenant, list(some.values()), name)
            found = {each.hex: vectors[other] for each, other in some.items() if other in vectors}
            self.set_vectors(tenant, found)
        return len(copied)

    def publish(
        self,
        version_id: VersionId,
        chunk_ids: Iterable[str],
        *,
        instead_of: Iterable[int] = (),
    ) -> int:
        """Have these chunks of the version found, and no other of it, nor any of the versions ``instead_of``
        which it answers; the number of those removed.

        What is staged is shown one by one before the others go: for that moment both may be found."""
        from weaviate.classes.query import Filter

        tenant, document_id, number = version_id
        chunk_ids = list(chunk_ids)
        self._show(tenant, document_id, number, uuids(chunk_ids))
        stored = Filter.by_property("version")
        # A staged chunk has its version with a minus: a number is what a filter finds fast, a second property
        # would be an index more.
        others = stored.contains_any([number, -number])
        if kept := uuids(chunk_ids):
            others &= Filter.by_id().contains_none(kept)
        if replaced := [sign * each for each in instead_of for sign in (1, -1)]:
            others = stored.contains_any(replaced) | others
        where = _of_document(document_id) & others
        return self._ask(tenant, lambda collection: delete(collection, where), 0)

    def _show(self, tenant: str, document_id: str, version: int, wanted: Iterable[uuid.UUID]) -> None:
        hidden = {
            uuid
            for page in self._pages(tenant, document_id)
            for uuid, each in page.items()
            if int(each["version"]) == -version
        }
        if found := hidden.intersection(wanted):
            with self._chunks(tenant) as collection:
                at_once(merge(collection, uuid, {"version": version}) for uuid in found)

    def withdraw(self, version_id: VersionId) -> int:
        """Remove the chunks of a version that are staged; how many there were."""
        from weaviate.classes.query import Filter

        tenant, document_id, number = version_id
        where = _of_document(document_id) & Filter.by_property("version").equal(-number)
        return self._ask(tenant, lambda collection: delete(collection, where), 0)

    def retag(self, tenant: str, document_id: str, tags: Sequence[str]) -> None:
        """Replace the tags on a document's chunks."""
        wanted = list(tags)
        for page in self._pages(tenant, document_id):
            with self._chunks(tenant) as collection:
                at_once(
                    merge(collection, uuid, {"tags": wanted})
                    for uuid, former in page.items()
                    if (former["tags"] or []) != wanted
                )

    def delete(self, tenant: str, document_id: str, version: int | None = None) -> int:
        """Remove all chunks of a document, or of one of its versions; how many there were."""
        from weaviate.classes.query import Filter

        where = _of_document(document_id)
        if version is not None:
            where &= Filter.by_property("version").contains_any([version, -version])
        return self._ask(tenant, lambda collection: delete(collection, where), 0)

    def reset(self, model: str, dimensions: int) -> None:
        """Take the vectors of this model from now on; keywords stay.

        No chunk is touched: all that another model embedded are ``unembedded``, and left out by a search for
        vectors, until they have new ones. So this takes no time, and can be taken back.
        """
        self._model = IndexModel(model, dimensions)
        with self._server.client() as client:
            self._collections.make_place(client, self._model)
            self._collections.replace(client, self._model)

    # -- read ---------------------------------------------------------------------------------------------

    def list_unembedded(self, version_id: VersionId, limit: int, *, start: int = 0) -> list[Chunk]:
        """Return up to ``limit`` chunks that have no vector, in order, from the ordinal ``start`` on."""
        from weaviate.classes.query import Filter, Sort

        tenant, document_id, number = version_id
        order = Sort.by_property("ordinal")
        where = self._filter_unembedded(document_id, number)
        if start:
            where &= Filter.by_property("ordinal").greater_or_equal(start)
        found = self._objects(tenant, filters=where, sort=order, limit=min(limit, MOST_RESULTS))
        chunks = [chunk_of(tenant, uuid, each) for uuid, each in found.items()]
        return sorted(chunks, key=lambda chunk: (chunk.ordinal, chunk.id))

    def unembedded_count(self, version_id: VersionId) -> int:
        """Return how many chunks have no vector."""
        tenant, document_id, number = version_id
        return self._count(tenant, self._filter_unembedded(document_id, number))

    def chunk_ids(self, version_id: VersionId) -> list[str]:
        """Return the ids of all chunks of a version that are not staged."""
        tenant, document_id, number = version_id
        pages = self._pages(tenant, document_id)
        return [uuid.hex for page in pages for uuid, each in page.items() if int(each["version"]) == number]

    def count(self, tenant: str, document_id: str | None = None) -> int:
        """Return the number of chunks that are not staged, of one document or of all."""
        return self._count(
            tenant, filter_shown() if document_id is None else _of_document(document_id) & filter_shown()
        )

    def document_ids(self, tenant: str) -> set[str]:
        """Return the documents that have chunks."""

        def every(collection: Collection[Any, Any]) -> set[str]:
            # Grouping would count every passage within one query's time.
            # The default of a hundred makes ten times as many requests.
            objects = collection.iterator(return_properties=["document_id"], cache_size=1000)
            return {str(each.properties["document_id"]) for each in objects}

        return self._ask(tenant, every, set())

    def faults(self) -> list[str]:
        """Return no faults: Weaviate stores a passage and its words together."""
        return []

    def rebuild_keywords(self) -> None:
        """Do nothing: Weaviate stores a passage and its words together."""

    def renew(self) -> None:
        """Delete the collections, and make them anew."""
        with self._server.client() as client:
            self._collections.drop(client)
            self._collections.prepare(client, self._model)

    def check(self) -> None:
        """Raise ``Unavailable`` if the index cannot be used, ``ModelChanged`` if it holds vectors of another
        model or dimension than the embedder's."""
        self._holds_vectors()

    def search(self, query: IndexQuery) -> list[Hit]:
        """Return the best chunks, best first: keyword and vector scores each scaled to 0–1 and weighed by
        ``alpha``.

        A chunk that waits for its vector is judged by its keywords alone. Raises ``ModelChanged`` if the
        vectors in the index are not of the query's model.
        """
        if query.limit < 1:
            return []
        asks_vectors = query.vector is not None and self._holds_vectors()
        name = vector_name(self._model) if asks_vectors else None
        return self._ask(query.tenant, lambda collection: search(collection, query, name), [])

    # -- asked --------------------------------------------------------------------------------------------

    def _prepare(self, client: WeaviateClient) -> None:
        self._collections.prepare(client, self._model)

    def _holds_vectors(self) -> bool:
        """Return whether there are any yet, other than a former model's. Raises ``ModelChanged`` if they are
        another one's."""
        with self._server.client() as client:
            found = self._collections.model(client)
        self._model.check(found)
        return found is not None and not self._model.replaces(found)

    def _vectors_place(self) -> str:
        """Return the name of this model's vectors, which have a place from now on. Raises
        ``ModelChanged``."""
        if not self._holds_vectors():
            with self._server.client() as client:
                self._collections.make_place(client, self._model)
                if self._model.replaces(self._collections.model(client)):
                    self._collections.replace(client, self._model)
                self._collections.claim(client, self._model)
            self._holds_vectors()
        return vector_name(self._model)

    @contextmanager
    def _chunks(self, tenant: str) -> Iterator[Collection[Any, Any]]:
        with self._server.client() as client:
            yield self._collections.chunks(client, tenant)

    def _ask(self, tenant: str, question: Callable[[Collection[Any, Any]], T], none: T) -> T:
        """Return what ``question`` gives of the tenant's chunks, ``none`` if it never had any."""
        from weaviate.exceptions import WeaviateBaseError

        with self._chunks(tenant) as collection:
            try:
                return question(collection)
            except WeaviateBaseError as error:
                if "tenant not found" in str(error):
                    return none
                raise

    def _filter_unembedded(self, document_id: str, version: int) -> _Filters:
        from weaviate.classes.query import Filter

        with self._server.client() as client:
            # What the index holds, not what this process was started with: another may have changed the
            # model.
            model = self._collections.model(client) or self._model
        if self._model.replaces(model):
            model = self._model
        return (
            _of_document(document_id)
            & Filter.by_property("version").contains_any([version, -version])
            & Filter.by_property("embedded").not_equal(vector_name(model))
        )

    def _count(self, tenant: str, where: _Filters) -> int:
        def count(collection: Collection[Any, Any]) -> int:
            return collection.aggregate.over_all(filters=where, total_count=True).total_count or 0

        return self._ask(tenant, count, 0)

    def _objects(self, tenant: str, **query: Any) -> dict[uuid.UUID, Any]:
        """Return the properties of the objects that a query finds, in its order."""

        def fetch(collection: Collection[Any, Any]) -> dict[uuid.UUID, Any]:
            return {each.uuid: each.properties for each in collection.query.fetch_objects(**query).objects}

        return self._ask(tenant, fetch, {})

    def _fetch_objects(
        self, tenant: str, wanted: Iterable[uuid.UUID], properties: list[str] | None = None
    ) -> dict[uuid.UUID, Any]:
        """Return those of the objects that there are, with these properties, ``None`` for all."""
        from weaviate.classes.query import Filter

        ids = list(wanted)
        stored: dict[uuid.UUID, Any] = {}
        for begin in range(0, len(ids), PAGE):
            where = Filter.by_id().contains_any(ids[begin : begin + PAGE])
            stored |= self._objects(tenant, filters=where, limit=PAGE, return_properties=properties)
        return stored

    def _fetch_vectors(self, tenant: str, wanted: Sequence[uuid.UUID], name: str) -> dict[uuid.UUID, Vector]:
        """Return those of the objects' vectors that there are."""
        from weaviate.classes.query import Filter

        def fetch(place: Collection[Any, Any]) -> dict[uuid.UUID, Vector]:
            where = Filter.by_id().contains_any(list(wanted))
            objects = place.query.fetch_objects(
                filters=where, limit=len(wanted), include_vector=[name]
            ).objects
            return {each.uuid: cast("Vector", each.vector[name]) for each in objects if each.vector.get(name)}

        return self._ask(tenant, fetch, {})

    def _pages(
        self, tenant: str, document_id: str, properties: Sequence[str] = ("ordinal", "tags", "version")
    ) -> Iterator[dict[uuid.UUID, Any]]:
        """Yield these properties of a document's objects, in pages that may overlap."""
        from weaviate.classes.query import Filter, Sort

        order, begin = Sort.by_property("ordinal"), 0
        while True:
            where = _of_document(document_id) & Filter.by_property("ordinal").greater_or_equal(begin)
            page = self._objects(
                tenant,
                filters=where,
                sort=order,
                limit=LONG_PAGE,
                return_properties=list(properties),
            )
            yield page
            if len(page) < LONG_PAGE:
                return
            # Not one further: another version may have a chunk there too.
            begin = max(begin + 1, int(list(page.values())[-1]["ordinal"]))


def _of_document(document_id: str) -> _Filters:
    from weaviate.classes.query import Filter

    return Filter.by_property("document_id").equal(document_id)
