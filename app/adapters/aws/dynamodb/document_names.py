"""Sources, paths and names of documents, as items that change together with the documents' rows.

A document's source, path and name each have an item that points to it. Documents whose paths have the same
last part share a prefix: their names depend on each other's paths (``core/names.shortest``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.adapters.aws.dynamodb.document_items import (
    TOMBSTONED,
    alike_key,
    document_key,
    is_living,
    name_key,
    source_of,
)
from app.adapters.aws.dynamodb.document_rows import LIVING, DocumentRows
from app.adapters.aws.dynamodb.dynamo import Key, Write, delete, put, update
from app.adapters.aws.dynamodb.items import Item
from app.core.document import Source
from app.core.errors import Conflict
from app.core.names import base, shortest, tails

UNCLAIMED = "attribute_not_exists(#pk) OR #document = :gone"


class Holder(NamedTuple):
    """The owner of a name or a content: the id of a document ("" for nobody), and its row if it is alive."""

    document_id: str
    number: int
    living: Item | None


NOBODY = Holder("", 0, None)


@dataclass(slots=True)
class _Known:
    """The texts that point to one document, before and after a change."""

    before: set[str] = field(default_factory=set)
    after: set[str] = field(default_factory=set)


class DocumentNames:
    """Reads the pointers of a tenant, and prepares the writes that change them."""

    def __init__(self, rows: DocumentRows) -> None:
        self._rows = rows

    def claims(self, keys: Iterable[Key]) -> dict[Key, Holder]:
        """Return who has these names and contents."""
        wanted = list(keys)
        pointers = self._rows.dynamo.many(self._rows.table, wanted)
        keys_of_rows = {key: document_key(key.pk, pointer["document"]) for key, pointer in pointers.items()}
        # A pointer alone is no owner: it stays while its document is deleted, and a deletion may have broken
        # off.
        rows = self._rows.dynamo.many(self._rows.table, keys_of_rows.values())
        found = dict.fromkeys(wanted, NOBODY)
        for key, pointer in pointers.items():
            row = rows.get(keys_of_rows[key])
            living = row if is_living(row) else None
            found[key] = Holder(pointer["document"], pointer.get("number", 0), living)
        return found

    def claim(self, tenant: str, name: str) -> Holder:
        """Return who has this source, path or name."""
        key = name_key(tenant, name)
        return self.claims([key])[key]

    def move(
        self, tenant: str, document_id: str, before: Item | None, after: Source | None
    ) -> tuple[str, list[Write]]:
        """Return the name of a document and what is to be written when it is known by ``after`` instead of
        what its row says (``None``: when it comes, when it goes). Raises ``Conflict`` if that is
        another's.

        Another's name changes with it where it is no longer the shortest; the document's own row is left
        to the caller.
        """
        old = source_of(before) if before else None
        bases = {base(source.path) for source in (old, after) if source}
        others = self._alike(tenant, bases, after)
        # Its own row says what it was called; the names are worked out with what it is called from now on.
        others.pop(document_id, None)
        paths = {other: source_of(row).path for other, row in others.items()}
        # All of them at once: one more path may make another's short name ambiguous, one less may shorten it.
        names = shortest({**paths, **({document_id: after.path} if after else {})})
        name = names.get(document_id, before["name"] if before else "")
        changed = {other: row for other, row in others.items() if row["name"] != names[other]}
        known = {
            document_id: _Known(
                _texts(old, before["name"]) if old and before else set(),
                _texts(after, name) if after else set(),
            ),
            **{
                other: _Known(_texts(source_of(row), row["name"]), _texts(source_of(row), names[other]))
                for other, row in changed.items()
            },
        }
        writes = self._pointing(tenant, known, keeps=after is None)
        for other, row in changed.items():
            writes.append(self._rename_other(row, names[other]))
        return name, [*writes, *self._standing(tenant, document_id, old, after)]

    def _alike(self, tenant: str, bases: set[str], after: Source | None) -> dict[str, Item]:
        """Return the living documents whose paths have one of these last parts, by id. Those that are
        older than sources are found by their names alone, where these are ends of the new path."""
        ids = []
        for each in bases:
            begin = alike_key(tenant, each)
            where = "#pk = :pk AND begins_with(#sk, :sk)"
            found = self._rows.dynamo.query(self._rows.table, where, pk=begin.pk, sk=begin.sk)
            ids += [row["document"] for row in found]
        rows = self._rows.dynamo.many(
            self._rows.table, [document_key(tenant, document_id) for document_id in ids]
        )
        living = {row["id"]: row for row in rows.values() if is_living(row)}
        ends = tails(after.path) if after else ()
        for claim in self.claims(name_key(tenant, end) for end in ends).values():
            if claim.living and base(source_of(claim.living).path) in bases:
                living[claim.document_id] = claim.living
        return living

    def _pointing(self, tenant: str, known: Mapping[str, _Known], *, keeps: bool) -> list[Write]:
        """Return the pointers to and from; a document that goes ``keeps`` its own until it is purged."""
        gained = {
            text: document_id for document_id, each in known.items() for text in each.after - each.before
        }
        lost = {text: document_id for document_id, each in known.items() for text in each.before - each.after}
        claims = self.claims(name_key(tenant, text) for text in gained)
        writes = []
        for text, document_id in gained.items():
            key = name_key(tenant, text)
            holder = claims[key]
            if holder.living and holder.document_id not in (document_id, lost.get(text)):
                raise Conflict("Another document has this name.")
            pointer = {**key._asdict(), "document": document_id, "number": 0}
            gone = holder.document_id
            # On condition: between the look and the transaction another document may have taken the name.
            writes.append(put(self._rows.table, pointer, when=UNCLAIMED, gone=gone))
        for text, document_id in lost.items():
            if text not in gained and not (keeps and not known[document_id].after):
                gone_key = name_key(tenant, text)
                writes.append(delete(self._rows.table, gone_key, when=UNCLAIMED, gone=document_id))
        return writes

    def _rename_other(self, row: Item, name: str) -> Write:
        """Another document under its new name."""
        return update(
            self._rows.table,
            document_key(row["pk"], row["id"]),
            "SET #name = :name, #folded = :folded",
            when=f"{LIVING} AND #name = :old",
            tombstoned=TOMBSTONED,
            name=name,
            folded=name.casefold(),
            old=row["name"],
        )

    def _standing(
        self, tenant: str, document_id: str, old: Source | None, after: Source | None
    ) -> list[Write]:
        """Return where the document stands among those that are alike."""
        before, then = (
            alike_key(tenant, base(source.path), document_id) if source else None for source in (old, after)
        )
        writes = []
        if before and before != then:
            writes.append(delete(self._rows.table, before))
        if then and before != then:
            writes.append(put(self._rows.table, {**then._asdict(), "document": document_id}))
        return writes


def _texts(source: Source, name: str) -> set[str]:
    return {source.key, source.path, name}
