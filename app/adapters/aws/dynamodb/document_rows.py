"""Reading the rows of documents and versions, for a tenant and alive only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.adapters.aws.dynamodb.document_items import (
    announced_of,
    chosen_of,
    document_key,
    document_of,
    is_living,
    version_key,
)
from app.adapters.aws.dynamodb.dynamo import Dynamo
from app.adapters.aws.dynamodb.items import Item
from app.core.document import Document, VersionId
from app.core.errors import NotFound

LIVING = "attribute_exists(#pk) AND NOT begins_with(#listed, :tombstoned)"
"""The condition of a change to a document: that it has not been tombstoned meanwhile."""


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """The table of documents."""

    dynamo: Dynamo
    table: str

    def document(self, tenant: str, document_id: str) -> Item:
        """Return a document's row. Raises ``NotFound``."""
        row = self.dynamo.get(self.table, document_key(tenant, document_id))
        if row is None or not is_living(row):
            raise NotFound("The document does not exist.")
        return row

    def both(self, version_id: VersionId) -> tuple[Item, Item]:
        """Return the rows of a document and of one of its versions. Raises ``NotFound``."""
        keys = document_key(*version_id[:2]), version_key(version_id)
        rows = self.dynamo.many(self.table, keys)
        document, version = map(rows.get, keys)
        if document is None or not is_living(document) or version is None:
            raise NotFound("The document or version does not exist.")
        return document, version

    def versions(self, tenant: str, document_id: str) -> list[Item]:
        """Return the rows of all versions of a document, newest first, whether it is alive or not."""
        partition = version_key(VersionId(tenant, document_id, 0)).pk
        return list(self.dynamo.query(self.table, "#pk = :pk", newest_first=True, pk=partition))

    def whole(self, documents: Sequence[Item]) -> list[Document]:
        """Return documents with their chosen versions and those they wait for; one that was purged
        meanwhile is left out."""
        chosen = [version_key(VersionId(row["pk"], row["id"], chosen_of(row))) for row in documents]
        waiting = [version_key(VersionId(row["pk"], row["id"], announced_of(row))) for row in documents]
        asked = [*chosen, *(key for row, key in zip(documents, waiting, strict=True) if announced_of(row))]
        found = self.dynamo.many(self.table, asked)
        return [
            document_of(row, found[key], found.get(later))
            for row, key, later in zip(documents, chosen, waiting, strict=True)
            if key in found
        ]
