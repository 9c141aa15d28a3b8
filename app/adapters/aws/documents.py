"""Documents and their versions in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from app.adapters.aws import runs
from app.adapters.aws.clients import Clients
from app.adapters.aws.document_items import (
    TENANTS,
    TOMBSTONED,
    content_key,
    document_key,
    document_of,
    is_living,
    name_key,
    new_document,
    new_version,
    version_of,
)
from app.adapters.aws.document_rows import LIVING, DocumentRows
from app.adapters.aws.dynamo import Dynamo, Key, Refused, Write, delete, put, update
from app.adapters.aws.items import Item
from app.adapters.aws.patience import Patience
from app.adapters.aws.places import ABOVE_ALL
from app.adapters.aws.tables import LISTED, OPEN
from app.adapters.cursors import Cursors
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.model import (
    NOTHING_SPENT,
    Document,
    DocumentFilter,
    Listing,
    Reason,
    Registered,
    Run,
    Spent,
    Stage,
    Status,
    Usage,
    Version,
)

PART = "database"

_UNCLAIMED = "attribute_not_exists(#pk) OR #document = :gone"


class _Claim(NamedTuple):
    """Who has a name or a content: the id of a document ("" for nobody), and its row if it is alive."""

    document_id: str
    number: int
    living: Item | None


class DynamoDocuments:
    """A ``DocumentStore``: every change is one conditional write or transaction.

    A name and a content belong to a document by an item that points to it. When the document is tombstoned
    they are free at once, since whoever follows the pointer sees that.
    """

    def __init__(self, clients: Clients, table: str, cursors: Cursors | None = None) -> None:
        self._cursors = cursors or Cursors()
        self._dynamo = Dynamo(clients, PART)
        self._table = table
        self._rows = DocumentRows(self._dynamo, table)
        self._tenants: set[str] = set()  # that this process has noted

    # -- documents ----------------------------------------------------------------------------------------

    def register(
        self, tenant: str, name: str, sha256: str, size: int, *, tags: Sequence[str] = ()
    ) -> Registered:
        """The document and version for this content; a new version adds ``tags`` to its document's."""
        self._note(tenant)
        patience = Patience(PART)
        while True:
            content, named = self._claims(content_key(tenant, sha256), name_key(tenant, name))
            if content.living:
                version = self._rows.both(tenant, content.document_id, content.number)[1]
                return Registered(self._one(content.living), version_of(version), existed=True)
            if named.living:
                document, changes = self._grown(named.living, name, size, tags)
            else:
                document, changes = self._begun(tenant, name, size, tags, named.document_id)
            version = new_version(tenant, document["id"], document["latest"], sha256, size)
            changes += [
                put(self._table, version, when="attribute_not_exists(#pk)"),
                self._claim(content_key(tenant, sha256), document, content.document_id),
            ]
            with suppress(Refused):
                self._dynamo.transact(changes)
                made = document_of(document, version)
                return Registered(made, made.latest, existed=False)
            patience.wait()

    def get(self, tenant: str, document_id: str) -> Document:
        """A document."""
        return self._one(self._rows.document(tenant, document_id))

    def many(self, tenant: str, document_ids: Iterable[str]) -> dict[str, Document]:
        """The documents there are, by id."""
        rows = self._dynamo.many(self._table, [document_key(tenant, id) for id in document_ids])
        found = self._rows.whole([row for row in rows.values() if is_living(row)])
        return {document.id: document for document in found}

    def listing(
        self, tenant: str, *, where: DocumentFilter | None = None, cursor: str | None = None, limit: int = 50
    ) -> Listing[Document]:
        """Documents, newest first."""
        wanted, which = where or DocumentFilter(), ("documents", tenant)
        conditions = [
            *(["#status = :status"] if wanted.status else []),
            *(["contains(#tags, :tag)"] if wanted.tag else []),
            *(["contains(#folded, :name)"] if wanted.name else []),
        ]
        rows = self._dynamo.query(
            self._table,
            "#pk = :tenant AND #listed < :before",
            only=" AND ".join(conditions),
            index=LISTED,
            newest_first=True,
            limit=None if conditions else limit + 1,
            tenant=tenant,
            before=str(self._cursors.decode(cursor, which, str)[0]) if cursor else ABOVE_ALL,
            status=wanted.status.value if wanted.status else "",
            tag=wanted.tag or "",
            name=(wanted.name or "").casefold(),
        )
        found = list(islice(rows, limit + 1))
        more = self._cursors.encode(which, found[limit - 1]["listed"]) if len(found) > limit else None
        return Listing(tuple(self._rows.whole(found[:limit])), more)

    def update(
        self,
        tenant: str,
        document_id: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        title: str | None = None,
        searchable: int | None = None,
    ) -> Document:
        """Change what is given."""
        patience = Patience(PART)
        while True:
            row = self._rows.document(tenant, document_id)
            asked = {
                "name": name,
                "folded": None if name is None else name.casefold(),
                "tags": None if tags is None else list(tags),
                "title": title,
                "searchable": max(row["searchable"], searchable or 0),
            }
            new = {key: value for key, value in asked.items() if value is not None and value != row[key]}
            if not new:
                return self._one(row)
            changes = [self._changed(row, new), *(self._renamed(row, new["name"]) if "name" in new else [])]
            with suppress(Refused):
                self._dynamo.transact(changes)
                return self._one({**row, **new})
            patience.wait()

    def answer_from(self, tenant: str, document_id: str, number: int) -> Document:
        """Make a version the one that answers."""
        patience = Patience(PART)
        while True:
            row, _ = self._rows.both(tenant, document_id, number)
            with suppress(Refused):
                self._dynamo.transact([self._changed(row, {"searchable": number})])
                return self._one({**row, "searchable": number})
            patience.wait()

    # -- versions and their runs --------------------------------------------------------------------------

    def version(self, tenant: str, document_id: str, number: int) -> Version:
        """One version."""
        return version_of(self._rows.both(tenant, document_id, number)[1])

    def versions(self, tenant: str, document_id: str) -> list[Version]:
        """All versions, newest first."""
        self._rows.document(tenant, document_id)
        return [version_of(row) for row in self._rows.versions(tenant, document_id)]

    def restart(self, tenant: str, document_id: str, number: int, *, anew: bool = True) -> Run:
        """Begin a new run: the first for a file that has arrived, the next for one that had ended. A version
        that is ``queued`` or ``running`` goes on with the run it has."""
        return runs.restart(self._rows, tenant, document_id, number, anew=anew)

    def plan(self, run: Run, ranges: Sequence[tuple[int, int]]) -> Version:
        """Keep the page ranges of a run that is queued, unless it took over those of another."""
        return runs.plan(self._rows, run, ranges)

    def finish_range(
        self, run: Run, index: int, failed_pages: Sequence[int] = (), spent: Spent = NOTHING_SPENT
    ) -> Version:
        """Count a checkpointed range once. Raises ``NotFound`` for a range that was not planned."""
        return runs.finish_range(self._rows, run, index, failed_pages, spent)

    def progress(
        self, run: Run, stage: Stage, *, chunks: int | None = None, chunks_done: int | None = None
    ) -> None:
        """Note the stage and counts of a running version."""
        runs.progress(self._rows, run, stage, chunks, chunks_done)

    def finish(self, run: Run, status: Status, reason: Reason | None = None) -> Version:
        """End a run, once."""
        return runs.finish(self._rows, run, status, reason)

    # -- the end of a document ----------------------------------------------------------------------------

    def tombstone(self, tenant: str, document_id: str) -> Document:
        """Hide a document."""
        row = self._dynamo.get(self._table, document_key(tenant, document_id))
        if row is None:
            raise NotFound("There is no such document.")
        if is_living(row):
            hidden = update(
                self._table,
                document_key(tenant, document_id),
                "SET #listed = :place",
                when=LIVING,
                tombstoned=TOMBSTONED,
                place=TOMBSTONED + row["listed"],
            )
            with suppress(Refused):  # another was quicker
                self._dynamo.write(hidden)
        return self._one(row)

    def tombstoned(self, tenant: str) -> list[str]:
        """The ids of hidden documents, in the order they came."""
        where = "#pk = :tenant AND begins_with(#listed, :tombstoned)"
        rows = self._dynamo.query(self._table, where, index=LISTED, tenant=tenant, tombstoned=TOMBSTONED)
        return [row["id"] for row in rows]

    def purge(self, tenant: str, document_id: str) -> int:
        """Delete a tombstoned document's rows, its own last: what is interrupted is found again."""
        key = document_key(tenant, document_id)
        row = self._dynamo.get(self._table, key)
        if row is None or is_living(row):
            return 0
        versions = self._rows.versions(tenant, document_id)
        claims = [name_key(tenant, row["name"]), *(content_key(tenant, each["sha256"]) for each in versions)]
        for claim in claims:
            with suppress(Refused):  # another document has it now
                self._dynamo.write(delete(self._table, claim, when="#document = :id", id=document_id))
        self._dynamo.remove(self._table, [Key(each["pk"], each["sk"]) for each in versions])
        last = self._dynamo.write(delete(self._table, key))
        return last["latest"] if last else 0

    # -- all of them --------------------------------------------------------------------------------------

    def unfinished(self) -> list[Run]:
        """The latest run of every version under way; one queued in the last second may be missing."""
        rows = self._dynamo.query(self._table, "#open = :open", index=OPEN, everywhere=True, open="open")
        found = [_run_of(row) for row in rows]
        documents = self._dynamo.many(self._table, [document_key(*run[:2]) for run in found])
        return [run for run in found if is_living(documents.get(document_key(*run[:2])))]

    def tenants(self) -> list[str]:
        """Every tenant that has or had a document."""
        return [row["sk"] for row in self._dynamo.query(self._table, "#pk = :tenants", tenants=TENANTS)]

    def usage(self, tenant: str) -> Usage:
        """Documents, versions, pages and bytes held."""
        where = "#pk = :tenant AND #listed < :before"
        rows = list(self._dynamo.query(self._table, where, index=LISTED, tenant=tenant, before=ABOVE_ALL))
        sums = (sum(row[name] for row in rows) for name in ("latest", "pages", "bytes"))
        return Usage(len(rows), *sums)

    def faults(self) -> list[str]:
        """Nothing: AWS looks after the table."""
        return []

    def passages(self, tenant: str) -> int:
        """Those that documents answer from."""
        where = "#pk = :tenant AND #listed < :before"
        rows = self._dynamo.query(self._table, where, index=LISTED, tenant=tenant, before=ABOVE_ALL)
        return sum(row.get("passages", 0) for row in rows)

    def check(self) -> None:
        """Raise ``Unavailable`` if the table cannot be read."""
        self._dynamo.get(self._table, Key(TENANTS, "check"))

    # -- the parts of a change ----------------------------------------------------------------------------

    def _note(self, tenant: str) -> None:
        if tenant not in self._tenants:
            self._dynamo.write(put(self._table, {"pk": TENANTS, "sk": tenant}))
            self._tenants.add(tenant)

    def _one(self, row: Item) -> Document:
        for document in self._rows.whole([row]):
            return document
        raise NotFound("There is no such document.")

    def _claims(self, *keys: Key) -> list[_Claim]:
        """Who has these names and contents."""
        pointers = self._dynamo.many(self._table, keys)
        places_of = {key: document_key(key.pk, pointer["document"]) for key, pointer in pointers.items()}
        rows = self._dynamo.many(self._table, places_of.values())
        found = []
        for key in keys:
            pointer, row = pointers.get(key, {}), rows.get(places_of.get(key, key))
            living = row if is_living(row) else None
            found.append(_Claim(pointer.get("document", ""), pointer.get("number", 0), living))
        return found

    def _claim(self, key: Key, document: Item, gone: str) -> Write:
        """Point to a document's latest version, if nobody did or only the document ``gone``."""
        pointer = {**key._asdict(), "document": document["id"], "number": document["latest"]}
        return put(self._table, pointer, when=_UNCLAIMED, gone=gone)

    def _begun(
        self, tenant: str, name: str, size: int, tags: Sequence[str], gone: str
    ) -> tuple[Item, list[Write]]:
        """A new document under a name that nobody has, or only the document ``gone``."""
        document = new_document(tenant, new_id("doc"), name, tags, size)
        made = put(self._table, document, when="attribute_not_exists(#pk)")
        return document, [made, self._claim(name_key(tenant, name), document, gone)]

    def _grown(self, row: Item, name: str, size: int, tags: Sequence[str]) -> tuple[Item, list[Write]]:
        """A document with one version more."""
        new = {
            "latest": row["latest"] + 1,
            "status": Status.UPLOADING.value,
            "bytes": row["bytes"] + size,
            "tags": list(dict.fromkeys([*row["tags"], *tags])),
        }
        return {**row, **new}, [self._changed({**row, "name": name}, new, "name")]

    def _changed(self, row: Item, new: Item, *unchanged: str) -> Write:
        """New attributes of a living document, whose old ones (and those ``unchanged``) are as they were."""
        return update(
            self._table,
            document_key(row["pk"], row["id"]),
            "SET " + ", ".join(f"#{name} = :new_{name}" for name in new),
            when=" AND ".join([LIVING, *(f"#{name} = :{name}" for name in (*new, *unchanged))]),
            tombstoned=TOMBSTONED,
            **{f"new_{name}": value for name, value in new.items()},
            **{name: row[name] for name in (*new, *unchanged)},
        )

    def _renamed(self, row: Item, name: str) -> list[Write]:
        """The claims of a document that gets another name. Raises ``Conflict`` if another has it."""
        new, old = name_key(row["pk"], name), name_key(row["pk"], row["name"])
        claim = self._claims(new)[0]
        if claim.living and claim.document_id != row["id"]:
            raise Conflict("Another document has this name.")
        return [
            self._claim(new, row, claim.document_id),
            delete(self._table, old, when="#document = :id", id=row["id"]),
        ]


def _run_of(row: Item) -> Run:
    tenant, _, document_id = row["pk"].rpartition("/")
    return Run(tenant, document_id, int(row["sk"].rpartition("/")[2]), row["run"])
