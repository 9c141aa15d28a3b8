"""Documents and their versions in DynamoDB."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import islice

from app.adapters.aws.backoff import Backoff
from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb import runs
from app.adapters.aws.dynamodb.document_items import (
    ANNOUNCED,
    OPEN,
    TENANTS,
    TOMBSTONED,
    chosen_of,
    content_key,
    document_key,
    is_living,
    name_key,
    new_document,
    new_version,
    passages_of,
    source_of,
    version_key,
    version_of,
)
from app.adapters.aws.dynamodb.document_names import UNCLAIMED, DocumentNames, Holder
from app.adapters.aws.dynamodb.document_rows import LIVING, DocumentRows
from app.adapters.aws.dynamodb.dynamo import ConditionFailed, Dynamo, Key, Write, delete, put, update
from app.adapters.aws.dynamodb.items import Item
from app.adapters.aws.dynamodb.tables import LISTED
from app.adapters.aws.dynamodb.tables import OPEN as OPEN_INDEX
from app.adapters.aws.dynamodb.time_order import ABOVE_ALL
from app.adapters.cursors import Cursors
from app.core.card import NO_CORRECTIONS, Card, CardField, Corrections
from app.core.document import (
    NOTHING_SPENT,
    Document,
    DocumentFilter,
    IfExists,
    Listing,
    Outcome,
    Reason,
    Registered,
    Scans,
    Source,
    Spent,
    Stage,
    Status,
    Usage,
    Version,
    VersionId,
)
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.job import Run
from app.core.names import free, rename_source, spellings
from app.core.rules import identity
from app.core.rules.card_rows import AFTER_ALL, fold, make_row, read_row
from app.core.rules.identity import Held

PART = "database"


class DynamoDocuments:
    """A ``DocumentStore``: every change is one conditional write or transaction.

    What a document is known by and its content belong to it by items that point to it. When the document is
    tombstoned they are free at once, since whoever follows the pointer sees that. A content has one pointer:
    where two documents have it, to the one that got it last while no other had it as its current one.
    """

    def __init__(self, clients: Clients, table: str, cursors: Cursors | None = None) -> None:
        self._cursors = cursors or Cursors()
        self._dynamo = Dynamo(clients, PART)
        self._table = table
        self._rows = DocumentRows(self._dynamo, table)
        self._names = DocumentNames(self._rows)
        self._tenants: set[str] = set()  # that this process has noted

    # -- documents ----------------------------------------------------------------------------------------

    def register(
        self,
        tenant: str,
        source: Source,
        sha256: str,
        size: int,
        *,
        if_exists: IfExists = IfExists.NEW,
        tags: Sequence[str] = (),
    ) -> Registered:
        """Return the document and version for a file; ``tags`` are added to its document's."""
        self._note(tenant)
        backoff = Backoff(PART)
        while True:
            with suppress(ConditionFailed):
                return self._register_content(tenant, source, sha256, size, if_exists, tags)
            backoff.wait()

    def _register_content(
        self,
        tenant: str,
        source: Source,
        sha256: str,
        size: int,
        if_exists: IfExists,
        tags: Sequence[str],
    ) -> Registered:
        """Return the document and version, if no row changes meanwhile. Raises ``ConditionFailed``."""
        content, named = content_key(tenant, sha256), name_key(tenant, source.key)
        # Read together and written on condition of the same: two uploads of one content at once make one
        # document.
        claims = self._names.claims([content, named])
        own = claims[named].living
        step = identity.step(
            own["id"] if own else "",
            own["name"] if own else "",
            self._find_content(tenant, sha256, own, claims[content]),
            if_exists,
        )
        if step.given:
            document = self._return_known(tenant, None if own else source, step.given.document_id, tags)
            replaced = document.searchable if step.outcome is not Outcome.KNOWN else 0
            return Registered(document, step.given.version, step.outcome, replaced)
        if own and step.grown:
            row, changes = self._add_version(own, size, tags)
        else:
            row, changes = self._begin_document(tenant, source, own is not None, size, tags)
        # In the same transaction as the document's row: a crash leaves neither or both.
        version = new_version(tenant, row["id"], row["latest"], sha256, size)
        changes += [
            put(self._table, version, when="attribute_not_exists(#pk)"),
            *self._claim_content(content, claims[content], row),
        ]
        self._dynamo.transact(changes)
        document = self._one(row)
        return Registered(document, version_of(version), step.outcome, row["searchable"])

    def get(self, tenant: str, document_id: str) -> Document:
        """Return a document."""
        return self._one(self._rows.document(tenant, document_id))

    def many(self, tenant: str, document_ids: Iterable[str]) -> dict[str, Document]:
        """Return the existing documents of these, by id."""
        rows = self._dynamo.many(
            self._table, [document_key(tenant, document_id) for document_id in document_ids]
        )
        found = self._rows.whole([row for row in rows.values() if is_living(row)])
        return {document.id: document for document in found}

    def listing(
        self, tenant: str, *, where: DocumentFilter | None = None, cursor: str | None = None, limit: int = 50
    ) -> Listing[Document]:
        """Return documents, newest first."""
        wanted, which = where or DocumentFilter(), ("documents", tenant)
        conditions = [
            *(["#status = :status"] if wanted.status else []),
            *(["(contains(#tags, :tag) OR contains(#tags, :apart))"] if wanted.tag else []),
            *(["contains(#folded, :name)"] if wanted.name else []),
            *(["#kind = :kind"] if wanted.kind else []),
            *(["contains(#who, :who)"] if wanted.who else []),
            *(["#dated_end >= :since"] if wanted.since else []),
            *(["#dated > :undated AND #dated <= :until"] if wanted.until else []),
        ]
        tag, apart = spellings(wanted.tag or "")
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
            tag=tag,
            apart=apart,
            name=(wanted.name or "").casefold(),
            kind=fold(wanted.kind or ""),
            who=fold(wanted.who or ""),
            since=wanted.since or "",
            until=(wanted.until or "") + AFTER_ALL,
            undated="",
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
        card: Card | None = None,
        card_of: int | None = None,
        said: Corrections = NO_CORRECTIONS,
        taken_back: Collection[CardField] = (),
        searchable: int | None = None,
        indexed_as: str | None = None,
    ) -> Document:
        """Change what is given."""
        backoff = Backoff(PART)
        while True:
            row = self._rows.document(tenant, document_id)
            # Runs of two versions may end in either order: the older one must not answer over the newer.
            by = searchable or card_of
            may = not by or identity.may_replace(by, row["searchable"], chosen_of(row))
            asked = {
                "tags": None if tags is None else list(tags),
                "searchable": searchable if may else None,
                "indexed_as": indexed_as if may and searchable else None,
                **_card_attributes(row, card if may else None, said, taken_back),
            }
            new = {key: value for key, value in asked.items() if value is not None and value != row.get(key)}
            # What is shown follows from both: none may change while the other does.
            together = ["card", "corrections"] if "card" in asked else []
            # Whether the version may answer follows from these.
            together += ["searchable", "current", "latest"] if by else []
            changes: list[Write] = []
            if name is not None and name != row["name"]:
                moved, changes = self._move_source(row, rename_source(source_of(row), name))
                new |= moved
            if searchable and "searchable" in new:
                version = self._dynamo.get(
                    self._table, version_key(VersionId(tenant, document_id, searchable))
                )
                new["passages"] = passages_of(version) if version else 0
                changes += [runs.require_unchanged(self._rows, row, version)] if version else []
            if not new:
                return self._one(row)
            with suppress(ConditionFailed):
                self._dynamo.transact([self._change_document(row, new, *together), *changes])
                return self._one({**row, **new})
            backoff.wait()

    def answer_from(self, version_id: VersionId) -> Document:
        """Make a version the one that answers."""
        backoff = Backoff(PART)
        while True:
            row, version = self._rows.both(version_id)
            new = {"searchable": version_id.number, "passages": passages_of(version)}
            with suppress(ConditionFailed):
                self._dynamo.transact(
                    [self._change_document(row, new), runs.require_unchanged(self._rows, row, version)]
                )
                return self._one({**row, **new})
            backoff.wait()

    def find(self, tenant: str, name: str) -> str:
        """Return the id of the document with this source, path or name."""
        claim = self._names.claim(tenant, name)
        return claim.document_id if claim.living else ""

    def choose(self, version_id: VersionId) -> Document:
        """Have a version answer as soon as it can."""
        backoff = Backoff(PART)
        while True:
            row, version = self._rows.both(version_id)
            new = {"current": version_id.number, "status": version["status"]}
            with suppress(ConditionFailed):
                self._dynamo.transact(
                    [self._change_document(row, new), runs.require_unchanged(self._rows, row, version)]
                )
                return self._one({**row, **new})
            backoff.wait()

    def remove(self, version_id: VersionId) -> Document:
        """Delete a version's row, with what points to it."""
        tenant, document_id, number = version_id
        backoff = Backoff(PART)
        while True:
            row, version = self._rows.both(version_id)
            left = [each for each in self._rows.versions(tenant, document_id) if each["number"] != number]
            if not left:
                raise Conflict("It is the document's only version.")
            new, chosen = self._without(row, version, left)
            gone = delete(
                self._table,
                version_key(version_id),
                when="#status = :status AND #run = :run AND #pages = :pages",
                status=version["status"],
                run=version["run"],
                pages=version["pages"],
            )
            with suppress(ConditionFailed):
                self._dynamo.transact(
                    [self._change_document(row, new), gone, runs.require_unchanged(self._rows, row, chosen)]
                )
                # After the transaction: a pointer that is left finds no row and is claimed by the next
                # upload.
                self._forget_content(tenant, document_id, version)
                return self._one({**row, **new})
            backoff.wait()

    def _without(self, row: Item, version: Item, left: Sequence[Item]) -> tuple[Item, Item]:
        """Return what a document's row says when a version is gone and these are left, and the row of the
        version that is chosen then."""
        number = version["number"]
        chosen = identity.chosen_without(number, chosen_of(row), list(map(version_of, left))).number
        found = next(each for each in left if each["number"] == chosen)
        new = {
            "current": chosen,
            "status": found["status"],
            "searchable": 0 if row["searchable"] == number else row["searchable"],
            **({"passages": 0} if row["searchable"] == number else {}),
            "versions": len(left),
            "bytes": row["bytes"] - version["size"],
            "pages": row["pages"] - version["pages"],
            "latest": row["latest"],
        }
        return new, found

    def _forget_content(self, tenant: str, document_id: str, version: Item) -> None:
        pointer = content_key(tenant, version["sha256"])
        with suppress(ConditionFailed):  # it points to another
            self._dynamo.write(
                delete(
                    self._table,
                    pointer,
                    when="#document = :id AND #number = :number",
                    id=document_id,
                    number=version["number"],
                )
            )

    # -- versions and their runs --------------------------------------------------------------------------

    def version(self, version_id: VersionId) -> Version:
        """Return one version."""
        return version_of(self._rows.both(version_id)[1])

    def versions(self, tenant: str, document_id: str) -> list[Version]:
        """Return all versions, newest first."""
        self._rows.document(tenant, document_id)
        return [version_of(row) for row in self._rows.versions(tenant, document_id)]

    def restart(self, version_id: VersionId, *, anew: bool = True, scans: bool | None = None) -> Run:
        """Begin a new run: the first for a file that has arrived, the next for one that had ended. A version
        that is ``queued`` or ``running`` goes on with the run it has."""
        return runs.restart(self._rows, version_id, anew=anew, scans=scans)

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

    def count_scans(self, run: Run, scans: Scans, stage: Stage | None = None) -> None:
        """Note which pages of a running version need OCR, and the stage that this begins."""
        runs.count_scans(self._rows, run, scans, stage)

    def note_scans(
        self, run: Run, index: int, left: int, failed_pages: Sequence[int] | None = None
    ) -> Version:
        """Note how many pages of a range wait for OCR."""
        return runs.note_scans(self._rows, run, index, left, failed_pages)

    def finish(self, run: Run, status: Status, reason: Reason | None = None) -> Version:
        """End a run, once."""
        return runs.finish(self._rows, run, status, reason)

    # -- the end of a document ----------------------------------------------------------------------------

    def tombstone(self, tenant: str, document_id: str) -> Document:
        """Hide a document."""
        row = self._dynamo.get(self._table, document_key(tenant, document_id))
        if row is None:
            raise NotFound("The document does not exist.")
        backoff = Backoff(PART)
        while row is not None and is_living(row):
            hidden = update(
                self._table,
                document_key(tenant, document_id),
                "SET #listed = :hidden",
                when=f"{LIVING} AND #name = :name",
                tombstoned=TOMBSTONED,
                hidden=TOMBSTONED + row["listed"],
                name=row["name"],
            )
            with suppress(ConditionFailed):
                _, changes = self._names.move(tenant, document_id, row, None)
                self._dynamo.transact([hidden, *changes])
                break
            backoff.wait()
            row = self._dynamo.get(self._table, document_key(tenant, document_id))
        if row is None:  # purged meanwhile
            raise NotFound("The document does not exist.")
        return self._one(row)

    def list_tombstoned(self, tenant: str) -> list[str]:
        """Return the ids of hidden documents, in the order they came."""
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
        source = source_of(row)
        claims = [
            *(name_key(tenant, text) for text in {source.key, source.path, row["name"]}),
            *(content_key(tenant, each["sha256"]) for each in versions),
        ]
        for claim in claims:
            with suppress(ConditionFailed):  # another document has it now
                self._dynamo.write(delete(self._table, claim, when="#document = :id", id=document_id))
        self._dynamo.remove(self._table, [Key(each["pk"], each["sk"]) for each in versions])
        last = self._dynamo.write(delete(self._table, key))
        return _versions_of(last) if last else 0

    # -- all of them --------------------------------------------------------------------------------------

    def list_unfinished(self) -> list[Run]:
        """Return the latest run of every version under way. One that was queued in the last second may be
        missing."""
        return self._open(OPEN)

    def waiting(self, before: float) -> list[Run]:
        """Return the versions that were announced earlier than ``before`` and whose file has not arrived;
        one announced in the last second may be missing."""
        found = self._open(ANNOUNCED)
        rows = self._dynamo.many(self._table, [version_key(run.version) for run in found])
        old = {key for key, row in rows.items() if row["updated"] < before * 1e6 and row["open"] == ANNOUNCED}
        return [run for run in found if version_key(run.version) in old]

    def _open(self, how: str) -> list[Run]:
        """Return the runs of living documents with this key in the index of open versions."""
        rows = self._dynamo.query(self._table, "#open = :open", index=OPEN_INDEX, everywhere=True, open=how)
        found = [_run_of(row) for row in rows]
        documents = self._dynamo.many(self._table, [document_key(*run.version[:2]) for run in found])
        return [run for run in found if is_living(documents.get(document_key(*run.version[:2])))]

    def tenants(self) -> list[str]:
        """Return every tenant that has or had a document."""
        return [row["sk"] for row in self._dynamo.query(self._table, "#pk = :tenants", tenants=TENANTS)]

    def usage(self, tenant: str) -> Usage:
        """Return documents, versions, pages and bytes held."""
        where = "#pk = :tenant AND #listed < :before"
        rows = list(self._dynamo.query(self._table, where, index=LISTED, tenant=tenant, before=ABOVE_ALL))
        sums = (sum(row[name] for row in rows) for name in ("pages", "bytes"))
        return Usage(len(rows), sum(map(_versions_of, rows)), *sums)

    def faults(self) -> list[str]:
        """Return no faults: AWS maintains the table."""
        return []

    def passages(self, tenant: str) -> int:
        """Return the number of passages that documents answer from. A document whose last run is older
        than this count has none."""
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
        raise NotFound("The document does not exist.")

    def _find_content(self, tenant: str, sha256: str, own: Item | None, content: Holder) -> list[Held]:
        """Return the versions that have this content, as far as they matter: those of the document of the
        source, oldest first, and the one that the content points to."""
        found = []
        if own:
            mine = reversed(self._rows.versions(tenant, own["id"]))
            found += [(own, row) for row in mine if row["sha256"] == sha256]
        if content.living and (own is None or own["id"] != content.document_id):
            key = version_key(VersionId(tenant, content.document_id, content.number))
            row = self._dynamo.get(self._table, key)
            found += [(content.living, row)] if row else []
        return [
            Held(row["id"], version_of(version), version["number"] == chosen_of(row))
            for row, version in found
        ]

    def _return_known(
        self, tenant: str, source: Source | None, document_id: str, tags: Sequence[str]
    ) -> Document:
        """Return the document that has a file's content already. One that is known by a name alone is
        known by the file's ``source`` from now on, if that ends in the name and is no other's."""
        row = self._rows.document(tenant, document_id)
        both = list(dict.fromkeys([*row["tags"], *tags]))
        new: Item = {"tags": both} if both != row["tags"] else {}
        changes: list[Write] = []
        if source and identity.is_found_again(self._one(row), source):
            moved, changes = self._move_source(row, source)
            new |= moved
        if new:
            self._dynamo.transact([self._change_document(row, new), *changes])
        return self._one({**row, **new})

    def _move_source(self, row: Item, source: Source) -> tuple[Item, list[Write]]:
        """Return what a document's row says when it is known by another source, and the writes beside it."""
        name, changes = self._names.move(row["pk"], row["id"], row, source)
        new = {"source": source.key, "path": source.path, "name": name, "folded": name.casefold()}
        return {key: value for key, value in new.items() if row.get(key) != value}, changes

    def _begin_document(
        self, tenant: str, source: Source, is_taken: bool, size: int, tags: Sequence[str]
    ) -> tuple[Item, list[Write]]:
        """Return a new document. One whose source or path is another's gets a name that tells it apart."""
        path = free(source.path, lambda name: self._names.claim(tenant, name).living is not None)
        known = Source(path if is_taken else source.key, path)
        document_id = new_id("doc")
        try:
            name, changes = self._names.move(tenant, document_id, None, known)
        except Conflict as error:  # taken since
            raise ConditionFailed from error
        document = new_document(tenant, document_id, known, name, tags, size)
        return document, [put(self._table, document, when="attribute_not_exists(#pk)"), *changes]

    def _add_version(self, row: Item, size: int, tags: Sequence[str]) -> tuple[Item, list[Write]]:
        """Return a document with one version more, which it waits for."""
        new = {
            "latest": row["latest"] + 1,
            "current": chosen_of(row),
            "announced": row["latest"] + 1,
            "versions": _versions_of(row) + 1,
            "bytes": row["bytes"] + size,
            "tags": list(dict.fromkeys([*row["tags"], *tags])),
        }
        return {**row, **new}, [self._change_document(row, new, "name")]

    def _claim_content(self, content: Key, holder: Holder, row: Item) -> list[Write]:
        """Have a content point to a document's latest version, but for one that another's current has."""
        if holder.living and holder.document_id != row["id"] and chosen_of(holder.living) == holder.number:
            return []
        pointer = {**content._asdict(), "document": row["id"], "number": row["latest"]}
        return [put(self._table, pointer, when=UNCLAIMED, gone=holder.document_id)]

    def _change_document(self, row: Item, new: Item, *unchanged: str) -> Write:
        """New attributes of a living document, whose old ones (and those ``unchanged``) are as they were."""
        seen = {*new, *unchanged}
        conditions = [
            f"#{name} = :{name}" if name in row else f"attribute_not_exists(#{name})" for name in seen
        ]
        return update(
            self._table,
            document_key(row["pk"], row["id"]),
            "SET " + ", ".join(f"#{name} = :new_{name}" for name in new),
            when=" AND ".join([LIVING, *conditions]),
            tombstoned=TOMBSTONED,
            **{f"new_{name}": value for name, value in new.items()},
            **{name: row[name] for name in seen if name in row},
        )


def _card_attributes(
    row: Item, card: Card | None, said: Corrections, taken_back: Collection[CardField]
) -> Item:
    """Return what a document's row says of its card after these changes, nothing where there is none."""
    if card is None and not said.fields and not taken_back:
        return {}
    read, corrections = read_row(row.get("card"), row.get("corrections"), row["title"])
    return asdict(make_row(read if card is None else card, corrections.change(said, taken_back)))


def _versions_of(document: Item) -> int:
    """Return how many versions a document has."""
    number: int = document["versions"] if "versions" in document else document["latest"]
    return number


def _run_of(row: Item) -> Run:
    tenant, _, document_id = row["pk"].rpartition("/")
    return Run(VersionId(tenant, document_id, int(row["sk"].rpartition("/")[2])), row["run"])
