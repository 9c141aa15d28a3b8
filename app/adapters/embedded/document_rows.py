"""Documents and versions as rows of the view ``document_versions``, and as values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.adapters.embedded.sqlite.database import REMEDY
from app.adapters.reading_json import decode_reading, decode_scans, decode_spent
from app.core.counting import format_count
from app.core.document import Document, Reason, Stage, Status, Version, VersionId
from app.core.errors import Damaged, NotFound
from app.core.names import compose_tags
from app.core.rules.card_rows import read_row


def select_document(
    connection: sqlite3.Connection, tenant: str, document_id: str, *, tombstoned: bool = False
) -> Document:
    """Return a tenant's document, ``NotFound`` if there is none. A tombstoned one only where it is asked
    for."""
    row = connection.execute(
        "SELECT * FROM document_versions WHERE tenant = ? AND id = ? AND chosen AND (live OR ?)",
        (tenant, document_id, tombstoned),
    ).fetchone()
    if row is None:
        raise NotFound("The document does not exist.")
    return documents_of(connection, [row])[0]


def select_version(connection: sqlite3.Connection, version_id: VersionId) -> Version:
    """Return a version of a tenant's document, ``NotFound`` if there is none."""
    row = connection.execute(
        "SELECT * FROM document_versions WHERE tenant = ? AND id = ? AND number = ? AND live",
        version_id,
    ).fetchone()
    if row is None:
        raise NotFound("The document or version does not exist.")
    return version_of(row)


def documents_of(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Document]:
    """Return the documents of rows whose version is the chosen one, each with the version that it waits
    for."""
    # All of them with one query: few documents wait for a version, and a list has a hundred.
    waiting = [(row["id"], row["announced"]) for row in rows if row["announced"]]
    announced = {
        (version.document_id, version.number): version
        for version in map(
            version_of,
            connection.execute(
                """
                SELECT * FROM document_versions WHERE (id, number) IN (
                    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)
                )
                """,
                (json.dumps(waiting),),
            )
            if waiting
            else (),
        )
    }
    return [_document_of(row, announced.get((row["id"], row["announced"]))) for row in rows]


def unreadable_rows(connection: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the rows as such, a sentence each."""
    unreadable = 0
    for row in connection.execute("SELECT * FROM document_versions WHERE live"):
        try:
            _document_of(row, None)
        except Damaged:
            unreadable += 1
    (without,) = connection.execute(
        """
        SELECT COUNT(*) FROM documents WHERE tombstoned_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM versions WHERE document_id = id AND number = wanted)
        """
    ).fetchone()
    found = [f"{format_count(unreadable, 'row')} of versions cannot be read."] if unreadable else []
    return [*found, f"{format_count(without, 'document')} without a version."] if without else found


@contextmanager
def _readable(row: sqlite3.Row) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, LookupError) as error:
        message = f"What the database keeps of document {row['id']} cannot be read. {REMEDY}"
        raise Damaged(message, "database") from error


def _document_of(row: sqlite3.Row, announced: Version | None) -> Document:
    with _readable(row):
        tags = compose_tags(json.loads(row["tags"]))
        read, corrections = read_row(row["card"], row["corrections"], row["title"])
    return Document(
        id=row["id"],
        tenant=row["tenant"],
        name=row["name"],
        latest=version_of(row),
        tags=tags,
        searchable=row["searchable"],
        created_at=row["document_created_at"],
        source=row["source"],
        path=row["path"],
        announced=announced,
        read=read,
        corrections=corrections,
        indexed_as=row["indexed_as"],
    )


def version_of(row: sqlite3.Row) -> Version:
    """Return the version of a row. Raises ``Damaged``."""
    with _readable(row):
        return _version_of(row)


def _version_of(row: sqlite3.Row) -> Version:
    ranges = sorted(json.loads(row["ranges"]))
    return Version(
        VersionId(row["tenant"], row["document_id"], row["number"]),
        sha256=row["sha256"],
        size=row["size"],
        status=Status(row["status"]),
        stage=Stage(row["stage"]),
        pages=row["pages"],
        pages_done=row["pages_done"],
        chunks=row["chunks"],
        chunks_done=row["chunks_done"],
        failed_pages=tuple(sorted({page for *_, failed in ranges for page in failed})),
        reason=Reason(row["reason_code"], row["reason_message"]) if row["reason_code"] else None,
        ranges=tuple((first, last) for _, first, last, _, _ in ranges),
        ranges_done=frozenset(number for number, _, _, done, _ in ranges if done),
        run=row["run"],
        folder=row["folder"],
        spent=decode_spent(row["spent"]),
        scans=decode_scans(row["scans"]),
        earlier=decode_reading(row["earlier"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
