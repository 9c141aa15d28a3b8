"""The rows of a tenant in the three tables, as a backup of AWS's stores keeps them.

They are found by queries of the tenant's partitions: what a function may do, unlike scanning a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.adapters.aws.backup import DOCUMENTS, MESSAGES, SESSIONS, rows_file, write_rows
from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.document_items import TENANTS, version_key
from app.adapters.aws.dynamodb.dynamo import Dynamo, Key
from app.adapters.aws.dynamodb.items import Item
from app.adapters.aws.dynamodb.message_items import cited_partition, partition
from app.adapters.backup_folder import AWS, manifest
from app.core.document import VersionId

PART = "database"


@dataclass(frozen=True, slots=True)
class DynamoTenantRows:
    """A ``TenantRows`` over tables."""

    clients: Clients
    documents_table: str
    sessions_table: str
    messages_table: str

    def copy(self, tenant: str, folder: Path) -> None:
        """Write them into files in an empty folder."""
        documents = list(self._partition(self.documents_table, tenant))
        document_ids = [row["id"] for row in documents if row["sk"].startswith("document/")]
        sessions = list(self._partition(self.sessions_table, tenant))
        session_ids = [row["id"] for row in sessions if row["sk"].startswith("session/")]
        known = self._dynamo.get(self.documents_table, Key(TENANTS, tenant))
        versions = [version_key(VersionId(tenant, document_id, 0)).pk for document_id in document_ids]
        messages = [partition(tenant, session_id) for session_id in session_ids]
        cited = [cited_partition(tenant, document_id) for document_id in document_ids]
        rows = {
            DOCUMENTS: chain([known] if known else [], documents, self._all(self.documents_table, versions)),
            SESSIONS: iter(sessions),
            MESSAGES: self._all(self.messages_table, messages + cited),
        }
        for name, items in rows.items():
            write_rows(rows_file(folder, name), items)

    def manifest(self, files: int, size: int) -> tuple[str, bytes]:
        """Return what makes a folder a whole backup of AWS's stores."""
        return manifest(AWS, files, size)

    @property
    def _dynamo(self) -> Dynamo:
        return Dynamo(self.clients, PART)

    def _partition(self, table: str, pk: str) -> Iterator[Item]:
        return self._dynamo.query(table, "#pk = :pk", pk=pk)

    def _all(self, table: str, partitions: list[str]) -> Iterator[Item]:
        return chain.from_iterable(self._partition(table, each) for each in partitions)
