"""The collections in Weaviate: one of chunks, a tenant of its own for each of ours, and one of a single
object, the model whose vectors are searched.

Each model's vectors are kept under a name of their own ("named vectors"), so that two are never compared; a
chunk says whose it has. A change of model is a change of that one object: the chunks of the former wait for
their new vectors from then on, and lose the old ones with them.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.adapters.index_model import IndexModel
from app.core.ids import derived_id

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection
    from weaviate.collections.classes.config import Property

SCHEMA = 1
"""Counts the changes of what the collections hold that a program from before one cannot work with: a release
notes it, and there is no way back to a version with another."""

READY_SECONDS = 5.0
"""A collection that another process is making is waited for this long."""

PAUSE_SECONDS = 0.05
"""Between two looks at whether it is there: Weaviate announces a collection some 100 ms after it is made."""

NOT_EMBEDDED = "none"
"""The value that replaces a vector's name before there is a vector."""

_THE_MODEL = uuid.UUID(hex=derived_id("model"))


def vector_name(model: IndexModel) -> str:
    """Return the name that a model's vectors are kept under."""
    return f"m{derived_id(model.name, model.dimensions)}"


@dataclass(frozen=True, slots=True)
class Collections:
    """The collections whose names begin with ``prefix``."""

    prefix: str

    def prepare(self, client: WeaviateClient, model: IndexModel) -> None:
        """Create what is not there; ``model`` is the first whose vectors there is a place for."""
        from weaviate.classes.config import Configure, StopwordsPreset

        if not client.collections.exists(self._chunks):
            _create(
                client,
                self._chunks,
                properties=_chunk_properties(),
                vector_config=[_vectors_of(model)],
                multi_tenancy_config=Configure.multi_tenancy(
                    enabled=True, auto_tenant_creation=True, auto_tenant_activation=True
                ),
                inverted_index_config=Configure.inverted_index(stopwords_preset=StopwordsPreset.NONE),
            )
        if not client.collections.exists(self._models):
            _create(
                client,
                self._models,
                properties=[_text("name"), _number("dimensions")],
                vector_config=Configure.Vectors.self_provided(),
            )
        self._wait(client)

    def _wait(self, client: WeaviateClient) -> None:
        """Wait until the collections can be queried: they exist shortly before."""
        from weaviate.exceptions import WeaviateQueryError

        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                self.model(client)
            except WeaviateQueryError as error:
                if "non-existing index" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def chunks(self, client: WeaviateClient, tenant: str) -> Collection[Any, Any]:
        """Return a tenant's chunks. Its name there is derived: not every letter is allowed in one."""
        return client.collections.get(self._chunks).with_tenant(derived_id("tenant", tenant))

    def model(self, client: WeaviateClient) -> IndexModel | None:
        """Return the model whose vectors are searched, ``None`` before there are any."""
        found: Any = client.collections.get(self._models).query.fetch_object_by_id(_THE_MODEL)
        if found is None:
            return None
        return IndexModel(found.properties["name"], int(found.properties["dimensions"]))

    def claim(self, client: WeaviateClient, model: IndexModel) -> None:
        """Take this model if there is none yet."""
        from weaviate.exceptions import UnexpectedStatusCodeError

        try:
            client.collections.get(self._models).data.insert(_values(model), uuid=_THE_MODEL)
        except UnexpectedStatusCodeError as error:
            if error.status_code != 422:  # another was first
                raise

    def replace(self, client: WeaviateClient, model: IndexModel) -> None:
        """Take this model from now on."""
        self.claim(client, model)
        client.collections.get(self._models).data.replace(properties=_values(model), uuid=_THE_MODEL)

    def make_place(self, client: WeaviateClient, model: IndexModel) -> None:
        """Have a place for the vectors of a model."""
        config = client.collections.get(self._chunks).config
        if vector_name(model) not in (config.get().vector_config or {}):
            config.add_vector(vector_config=[_vectors_of(model)])

    def drop(self, client: WeaviateClient) -> None:
        """Delete the collections with all that is in them."""
        client.collections.delete([self._chunks, self._models])

    @property
    def _chunks(self) -> str:
        return f"{self.prefix}Chunk"

    @property
    def _models(self) -> str:
        return f"{self.prefix}Model"


def _create(client: WeaviateClient, name: str, **settings: Any) -> None:
    from weaviate.exceptions import UnexpectedStatusCodeError

    try:
        client.collections.create(name, **settings)
    except UnexpectedStatusCodeError:
        if not client.collections.exists(name):  # else another process was first
            raise


def _values(model: IndexModel) -> dict[str, str | int]:
    return {"name": model.name, "dimensions": model.dimensions}


def _vectors_of(model: IndexModel) -> Any:
    from weaviate.classes.config import Configure, VectorDistances

    return Configure.Vectors.self_provided(
        name=vector_name(model),
        # Not compressed: a hit's similarity says whether there is an answer at all.
        quantizer=Configure.VectorIndex.Quantizer.none(),
        vector_index_config=Configure.VectorIndex.hnsw(distance_metric=VectorDistances.COSINE),
    )


def _chunk_properties() -> list[Property]:
    from weaviate.classes.config import DataType, Property, Tokenization

    return [
        _text("document_id", filterable=True),
        _number("version", filterable=True),
        _number("ordinal", filterable=True),
        _text("embedded", filterable=True),  # the name of its vector
        _text("kind"),
        Property(
            name="tags",
            data_type=DataType.TEXT_ARRAY,
            tokenization=Tokenization.FIELD,
            index_filterable=True,
            index_searchable=False,
        ),
        _text("headings"),  # JSON, as are spans
        _text("spans"),
        _text("context"),
        _text("text"),
        Property(
            name="words",
            data_type=DataType.TEXT,
            tokenization=Tokenization.WHITESPACE,
            index_filterable=False,
            index_searchable=True,
        ),
    ]


def _text(name: str, *, filterable: bool = False) -> Property:
    from weaviate.classes.config import DataType, Property, Tokenization

    return Property(
        name=name,
        data_type=DataType.TEXT,
        tokenization=Tokenization.FIELD,
        index_filterable=filterable,
        index_searchable=False,
    )


def _number(name: str, *, filterable: bool = False) -> Property:
    from weaviate.classes.config import DataType, Property

    return Property(
        name=name, data_type=DataType.INT, index_filterable=filterable, index_range_filters=filterable
    )
