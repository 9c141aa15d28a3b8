"""Documents and versions as items of their table, and as values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from app.adapters.aws.dynamodb.dynamo import Key
from app.adapters.aws.dynamodb.items import Item, now, seconds
from app.adapters.aws.dynamodb.time_order import time_key
from app.adapters.reading_json import decode_reading, decode_scans
from app.core.document import Document, Reason, Source, Spent, Stage, Status, Version, VersionId
from app.core.names import compose_tags
from app.core.rules.card_rows import read_row

TOMBSTONED = "tombstoned/"
"""The sort key of a hidden document in the index begins so; that of a living one begins with its time."""

TENANTS = "#tenants"

OPEN, ANNOUNCED = "open", "announced"
"""The keys of a version in the index of open versions: one that is under way, and one that is still
``uploading``."""

SPENT = tuple(field.name for field in fields(Spent))
"""Each stands in an attribute of its own, after ``spent_``: ranges add to them at the same time."""


def document_key(tenant: str, document_id: str) -> Key:
    """Return the key of a document."""
    return Key(tenant, f"document/{document_id}")


def version_key(version_id: VersionId) -> Key:
    """Return the key of a version."""
    tenant, document_id, number = version_id
    return Key(f"{tenant}/{document_id}", f"version/{number:06d}")


def name_key(tenant: str, name: str) -> Key:
    """Return the key of the item that says which document has a source, path or name. It is a hash,
    because these may be longer than a key."""
    return Key(tenant, f"name/{_digest(name)}")


def alike_key(tenant: str, last: str, document_id: str = "") -> Key:
    """Return the key of the item that says that a document's path has this last part; without an id, the
    prefix of these keys."""
    return Key(tenant, f"alike/{_digest(last)}/{document_id}")


def content_key(tenant: str, sha256: str) -> Key:
    """Return the key of the item that says which version has a content."""
    return Key(tenant, f"content/{sha256}")


def new_document(
    tenant: str, document_id: str, source: Source, name: str, tags: Sequence[str], size: int
) -> Item:
    """Return a document with its first version. ``latest`` is the last number that a version was given,
    ``current`` the chosen one's, whose status is ``status``; ``versions``, ``bytes`` and ``pages`` sum up
    them all. ``passages`` are those of the version that answers, ``searchable``: see ``passages_of``."""
    created = now()
    return {
        **document_key(tenant, document_id)._asdict(),
        "id": document_id,
        "listed": time_key(created, document_id),
        "source": source.key,
        "path": source.path,
        "name": name,
        "folded": name.casefold(),
        "title": "",
        "tags": list(dict.fromkeys(tags)),
        "searchable": 0,
        "latest": 1,
        "current": 1,
        "versions": 1,
        "status": Status.UPLOADING.value,
        "bytes": size,
        "pages": 0,
        "passages": 0,
        "created": created,
    }


def new_version(tenant: str, document_id: str, number: int, sha256: str, size: int) -> Item:
    """Return a version that is ``uploading``."""
    created = now()
    return {
        **version_key(VersionId(tenant, document_id, number))._asdict(),
        "document": document_id,
        "number": number,
        "sha256": sha256,
        "size": size,
        "status": Status.UPLOADING.value,
        "stage": Stage.WAITING.value,
        "pages": 0,
        "pages_done": 0,
        "chunks": 0,
        "chunks_done": 0,
        "run": 1,
        "open": ANNOUNCED,
        "created": created,
        "updated": created,
    }


def is_living(document: Item | None) -> bool:
    """Return whether there is a document that is not tombstoned."""
    return document is not None and not document["listed"].startswith(TOMBSTONED)


def source_of(document: Item) -> Source:
    """Return what a document is known and shown by: its name, where it is older than sources."""
    # Items are never rewritten as a whole: what was added later is missing in older ones, here and below.
    if "source" not in document:
        return Source(document["name"], document["name"])
    return Source(document["source"], document["path"])


def chosen_of(document: Item) -> int:
    """Return the number of a document's chosen version: the latest, where it is older than choices."""
    number: int = document["current"] if "current" in document else document["latest"]
    return number


def announced_of(document: Item) -> int:
    """Return the number of the version that a document waits for, 0 for none."""
    number = int(document.get("announced", 0))
    return number if number > chosen_of(document) else 0


def passages_of(version: Item) -> int:
    """Return how many passages of a version must be in the index while it answers: none until its run
    ended well."""
    return int(version["chunks"]) if Status(version["status"]).kept else 0


def document_of(item: Item, chosen: Item, announced: Item | None = None) -> Document:
    """Return the document of an item, of its chosen version's, and of that of the one it waits for."""
    source = source_of(item)
    read, corrections = read_row(item.get("card"), item.get("corrections"), item["title"])
    return Document(
        id=item["id"],
        tenant=item["pk"],
        name=item["name"],
        latest=version_of(chosen),
        tags=compose_tags(item["tags"]),
        searchable=item["searchable"],
        created_at=seconds(item["created"]),
        source=source.key,
        path=source.path,
        announced=version_of(announced) if announced else None,
        read=read,
        corrections=corrections,
        indexed_as=item.get("indexed_as", ""),
    )


def version_of(item: Item) -> Version:
    """Return the version of an item."""
    return Version(
        VersionId(item["pk"].removesuffix(f"/{item['document']}"), item["document"], item["number"]),
        sha256=item["sha256"],
        size=item["size"],
        status=Status(item["status"]),
        stage=Stage(item["stage"]),
        pages=item["pages"],
        pages_done=item["pages_done"],
        chunks=item["chunks"],
        chunks_done=item["chunks_done"],
        failed_pages=tuple(sorted(set(_numbers(item.get("failed", ()))))),
        reason=Reason(item["reason_code"], item["reason_message"]) if "reason_code" in item else None,
        ranges=tuple(map(_pair, item.get("ranges", "").split())),
        ranges_done=frozenset(item.get("done", ())),
        run=item["run"],
        folder=item.get("folder", ""),
        spent=Spent(**{name: item.get(f"spent_{name}", 0) for name in SPENT}),
        scans=decode_scans(item.get("scans")),
        earlier=decode_reading(item.get("earlier")),
        created_at=seconds(item["created"]),
        updated_at=seconds(item["updated"]),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def range_words(ranges: Iterable[tuple[int, int]]) -> str:
    """Return page ranges as ``1-50 51-100``."""
    return " ".join(f"{first}-{last}" for first, last in ranges)


def as_ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as the fewest ranges that hold them and no other, ascending."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def _numbers(failed: Iterable[str]) -> Iterator[int]:
    for words in failed:
        for first, last in map(_pair, words.split()):
            yield from range(first, last + 1)


def _pair(words: str) -> tuple[int, int]:
    first, _, last = words.partition("-")
    return int(first), int(last)
